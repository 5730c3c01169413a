"""The rules of `desk` with more in them: chats side by side, work put aside for calls, agents kept free for calls.

Slower than `desk`, which serves what needs none of it; where nothing of it is asked the two agree call by call.
"""

from __future__ import annotations

import heapq
from collections import deque

import numpy as np

from crmkit.queues.chats import Chats
from crmkit.queues.desk import ABANDONED, CALLED_BACK, REDIALS, Load, Rota, Served


def serve(load: Load, rota: Rota) -> Served:
    """Serve all calls, chats and pieces of work, first come first served within a rank."""
    n, more = len(load.arrived), load.again
    arrived, kind, handle, patience = (one.tolist() for one in (load.arrived, load.kind, load.handle, load.patience))
    redial, repeat, delay, back, opens, end = [0] * n, [False] * n, [0.0] * n, [], [], -np.inf
    home: list[int] = []
    if more is not None:
        redial, repeat, delay = more.redial.tolist(), more.repeat.tolist(), more.delay.tolist()
        home, back, opens, end = more.home.tolist(), more.back.tolist(), more.opens.tolist(), more.end
    route = [[g for g in row if g >= 0] for row in rota.route.tolist()]
    ranks = [
        {k: rank for k, rank in zip(row, own, strict=True) if k >= 0}
        for row, own in zip(rota.serves.tolist(), rota.rank.tolist(), strict=True)
    ]
    changes, step, last = rota.staff.tolist(), rota.step, len(rota.staff)
    groups, classes = len(ranks), len(route)
    staff, busy = list(changes[0]), [0] * groups
    chats = [Chats(pace, staff[g]) if pace else None for g, pace in enumerate(rota.pace or ((),) * groups)]
    aside, keeps = rota.aside or (False,) * classes, rota.keeps or (0,) * classes
    lines: list[deque[int]] = [deque() for _ in route]
    ends: list[tuple[float, int, int, int]] = []  # when, group, call (of chats: agent), number of the forecast
    later: list[tuple[float, int]] = []
    # Work that may be put aside, by group and rank, last begun last.
    doing: list[dict[int, dict[int, None]]] = [{rank: {} for rank in own.values()} for own in ranks]
    wait, group, origin, ended = [0.0] * n, [ABANDONED] * n, [-1] * n, [np.inf] * n
    took, left, due, turns = [np.nan] * n, list(handle), [0.0] * n, [0] * n
    push, pop, inf = heapq.heappush, heapq.heappop, float("inf")
    turn, waiting, following, lacking = 1, 0, 0, False

    def may_come_back(call: int, at: float, mark: int) -> None:
        at += delay[call]
        while opens and at <= end and opens[int(at / step)][kind[call]] > at:
            at = opens[int(at / step)][kind[call]] + delay[call]
        if at <= end:
            push(later, (at, mark))

    def free(g: int, k: int) -> bool:
        team = chats[g]
        return busy[g] + keeps[k] < staff[g] if team is None else team.free() >= 0

    def begin(g: int, call: int, now: float) -> None:
        if group[call] < 0:
            wait[call] = now - arrived[call]
        group[call] = g
        team = chats[g]
        if team is not None:
            agent = team.free()
            at, number = team.begin(agent, call, handle[call], now)
            push(ends, (at, g, agent, number))
            return
        busy[g] += 1
        due[call] = now + left[call]
        push(ends, (due[call], g, call, turns[call]))
        if aside[kind[call]]:
            doing[g][ranks[g][kind[call]]][call] = None

    def over(g: int, which: int, number: int, now: float) -> bool:
        """Something ends, if the forecast still holds."""
        team = chats[g]
        if team is None:
            if number != turns[which]:
                return False
            call, took[which] = which, handle[which]
            busy[g] -= 1
            if aside[kind[call]]:
                del doing[g][ranks[g][kind[call]]][call]
        else:
            if number != team.turn[which]:
                return False
            call, spent, following_end = team.end(which, now)
            took[call] = spent
            if following_end is not None:
                push(ends, (following_end[0], g, which, following_end[1]))
        ended[call] = now
        if repeat[call]:
            may_come_back(call, now, 2 * call)
        return True

    def take(g: int, now: float) -> None:
        """The free agents of a group take what waits for them."""
        nonlocal waiting
        while waiting:
            best, first = -1, (0, 0.0)
            for k, rank in ranks[g].items():
                line = lines[k]
                while line and arrived[line[0]] + patience[line[0]] <= now:
                    gone = line.popleft()
                    waiting -= 1
                    wait[gone] = patience[gone]
                if line and free(g, k) and (best < 0 or (rank, arrived[line[0]]) < first):
                    best, first = k, (rank, arrived[line[0]])
            if best < 0:
                return
            waiting -= 1
            begin(g, lines[best].popleft(), now)

    def put_aside(g: int, k: int, now: float) -> bool:
        """A group puts a piece of work of lower rank back to the front of its line; of the lowest, the last begun."""
        nonlocal waiting
        lowest = max((rank for rank, some in doing[g].items() if some), default=-inf)
        if lowest <= ranks[g][k] or busy[g] - 1 + keeps[k] >= staff[g]:
            return False
        work = doing[g][int(lowest)].popitem()[0]
        turns[work] += 1
        left[work] = due[work] - now
        busy[g] -= 1
        lines[kind[work]].appendleft(work)
        waiting += 1
        return True

    def enter(call: int, now: float) -> None:
        """A call goes to the first free group of its route, or to one that puts work aside, else into the line."""
        nonlocal waiting
        k = kind[call]
        for g in route[k]:
            if free(g, k):
                return begin(g, call, now)
        for g in route[k]:
            if put_aside(g, k, now):
                return begin(g, call, now)
        lines[k].append(call)
        waiting += 1
        if redial[call] == CALLED_BACK:
            push(later, (now + patience[call], 2 * call + 1))
        elif redial[call] == REDIALS:
            may_come_back(call, now + patience[call], 2 * call + 1)
        return None

    while True:
        first, again = arrived[following] if following < n else inf, later[0][0] if later else inf
        coming = min(first, again)
        change = turn * step if turn < last else inf
        ending = ends[0][0] if ends else inf
        if ending <= coming and ending <= change and ends:
            now, g, which, number = pop(ends)
            if over(g, which, number, now):
                take(g, now)
        elif change <= coming and change < inf:
            if coming == inf and not waiting:
                if not ends:
                    break
            staff[:] = changes[turn]
            turn += 1
            for g, team in enumerate(chats):
                if team is not None:
                    team.change(staff[g])
            for g in range(groups):
                take(g, change)
        elif coming == inf:
            break
        elif first <= again:
            following += 1
            enter(following - 1, first)
        else:
            now, mark = pop(later)
            before = mark >> 1
            if mark & 1 and group[before] >= 0:
                continue  # was answered after all
            called_back, row = mark & 1 and redial[before] == CALLED_BACK, len(arrived) - n
            k = (back if called_back else home)[kind[before]]
            if more is None or row >= len(more.handle):
                lacking = True
                break
            for column, value in (
                (arrived, now), (kind, k), (handle, float(more.handle[row, k])), (left, float(more.handle[row, k])),
                (patience, float(more.patience[row, k])), (redial, int(more.redials[row, k])),
                (repeat, bool(more.repeats[row, k])), (delay, float(more.delays[row, k])), (wait, 0.0),
                (group, ABANDONED), (origin, before), (ended, inf), (took, np.nan), (due, 0.0), (turns, 0),
            ):  # fmt: skip
                column.append(value)
            enter(len(arrived) - 1, now)
    for line in lines:  # nobody comes any more: who can hang up does
        for call in line:
            if group[call] < 0:
                wait[call] = patience[call]
    groups_of = np.array(group, dtype=np.int64)
    return Served(
        np.array(wait, dtype=float),
        groups_of,
        np.array(arrived, dtype=float),
        np.array(kind, dtype=np.int64),
        np.array(origin, dtype=np.int64),
        np.array(took, dtype=float),
        np.array(repeat, dtype=bool) & (groups_of >= 0),
        lacking,
        ended=np.where(groups_of >= 0, np.array(ended, dtype=float), np.nan),
    )
