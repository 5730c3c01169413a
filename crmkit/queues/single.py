"""One line and one team, where nobody calls again: the moments at which agents become free are all there is to know.

The rules are those of `desk`, the figures equal call by call; but no list of events is kept, so it is several times as fast.
Compiled in `fast_single`.
"""

from __future__ import annotations

import heapq

import numpy as np

from crmkit.queues.desk import ABANDONED, Load, Rota, Served


def fits(load: Load, rota: Rota) -> bool:
    """Whether the calls are of one line with one team, and nobody calls again."""
    return load.again is None and rota.route.shape == (1, 1) and not rota.blended


def serve(load: Load, rota: Rota) -> Served:
    """As `desk.serve`: who comes next takes the agent who is free first, unless he hangs up before (Kiefer & Wolfowitz 1955)."""
    staff, step, inf = rota.staff[:, 0].tolist(), rota.step, float("inf")
    free = [0.0] * staff[0] + [inf]  # when each agent is free, the earliest first; nobody after all of them
    left: list[float] = []  # when those who went off duty had ended their last call, the latest last
    turn, last = 1, len(staff)
    change = step if last > 1 else inf
    wait, gone = [0.0] * len(load.arrived), []
    replace = heapq.heapreplace
    for call, (now, handle, patience) in enumerate(
        zip(load.arrived.tolist(), load.handle.tolist(), load.patience.tolist(), strict=True)
    ):
        begin = free[0]
        while change < begin or change <= now:
            _change_staff(free, left, change, staff[turn] - staff[turn - 1])
            turn += 1
            change = turn * step if turn < last else inf
            begin = free[0]
        if begin <= now:
            replace(free, now + handle)
        elif now + patience <= begin:
            gone.append(call)
            wait[call] = patience
        else:
            wait[call] = begin - now
            replace(free, begin + handle)
    group = np.zeros(len(wait), dtype=np.int64)
    group[gone] = ABANDONED
    return result(load, np.array(wait, dtype=float), group)


def _change_staff(free: list[float], left: list[float], now: float, more: int) -> None:
    """Who is free first goes; of those who have not yet ended their last call the last to end stays after all."""
    for _ in range(-more):
        left.append(heapq.heappop(free))
    for _ in range(more):
        heapq.heappush(free, max(left.pop(), now) if left else now)


def result(load: Load, wait: np.ndarray, group: np.ndarray) -> Served:
    """What `desk.serve` tells of calls that nobody makes again."""
    handle = np.where(group >= 0, load.handle, np.nan)
    settled = np.zeros(len(wait), dtype=bool)
    return Served(wait, group, load.arrived, load.kind, np.full(len(wait), -1), handle, settled, False)
