"""The rules of `single`, compiled by Numba where it is installed; equal call by call."""

from __future__ import annotations

import numpy as np
from numba import njit

from crmkit.queues.desk import ABANDONED, Load, Rota, Served
from crmkit.queues.single import result

# A heap of four branches: half as deep as one of two, and the four stand side by side in memory. Behind the last entry
# stand three more that never end, so that four may always be compared without asking how many there are.


@njit(cache=True, nogil=True)
def sink(times, size, time):  # noqa: ANN001, ANN201 -- Numba infers the types
    """The earliest goes and another comes."""
    at = 0
    while True:
        down = 4 * at + 1
        if down >= size:
            break
        one, two, three, four = times[down], times[down + 1], times[down + 2], times[down + 3]
        left, right = min(one, two), min(three, four)
        least = min(left, right)
        if time <= least:
            break
        times[at] = least
        at = down + (2 + (four < three) if right < left else two < one)
    times[at] = time


@njit(cache=True, nogil=True)
def drop(times, size):  # noqa: ANN001, ANN201
    """The earliest goes; size: before."""
    time = times[size - 1]
    times[size - 1] = np.inf
    if size > 1:
        sink(times, size - 1, time)


@njit(cache=True, nogil=True)
def rise(times, size, time):  # noqa: ANN001, ANN201
    """Another comes; size: before."""
    at = size
    while at > 0 and times[(at - 1) >> 2] > time:
        times[at] = times[(at - 1) >> 2]
        at = (at - 1) >> 2
    times[at] = time


@njit(cache=True, nogil=True)
def _serve(arrived, handle, patience, staff, step):  # noqa: ANN001, ANN202
    n, most = len(arrived), staff.max() + 1
    wait, group = np.zeros(n), np.zeros(n, np.int64)
    free, size = np.full(most + 3, np.inf), staff[0] + 1
    free[: size - 1] = 0.0
    left, stored = np.empty(most), 0
    turn, last = 1, len(staff)
    change = step if last > 1 else np.inf
    for call in range(n):
        now, begin = arrived[call], free[0]
        while change < begin or change <= now:
            more = staff[turn] - staff[turn - 1]
            for _ in range(-more):
                left[stored] = free[0]
                stored += 1
                drop(free, size)
                size -= 1
            for _ in range(more):
                time = change
                if stored:
                    stored -= 1
                    time = max(left[stored], change)
                rise(free, size, time)
                size += 1
            turn += 1
            change = turn * step if turn < last else np.inf
            begin = free[0]
        if begin > now:
            if now + patience[call] <= begin:
                wait[call], group[call] = patience[call], ABANDONED
                continue
            wait[call] = begin - now
            now = begin
        sink(free, size, now + handle[call])
    return wait, group


def serve(load: Load, rota: Rota) -> Served:
    """As `single.serve`."""
    wait, group = _serve(load.arrived, load.handle, load.patience, rota.staff[:, 0], rota.step)
    return result(load, wait, group)
