"""The rules of `desk`, compiled by Numba where it is installed; equal call by call."""

from __future__ import annotations

import numpy as np
from numba import njit

from crmkit.queues.desk import ABANDONED, Load, Rota


@njit(cache=True, nogil=True)
def _push(times, groups, size, time, group):  # noqa: ANN001, ANN202 -- Numba infers the types
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if times[up] < time or (times[up] == time and groups[up] <= group):
            break
        times[at], groups[at] = times[up], groups[up]
        at = up
    times[at], groups[at] = time, group


@njit(cache=True, nogil=True)
def _pop(times, groups, size):  # noqa: ANN001, ANN202
    time, group = times[size - 1], groups[size - 1]
    end, at = size - 1, 0
    while True:
        down = 2 * at + 1
        if down >= end:
            break
        if down + 1 < end and (
            times[down + 1] < times[down] or (times[down + 1] == times[down] and groups[down + 1] < groups[down])
        ):
            down += 1
        if time < times[down] or (time == times[down] and group <= groups[down]):
            break
        times[at], groups[at] = times[down], groups[down]
        at = down
    times[at], groups[at] = time, group


@njit(cache=True, nogil=True)
def _serve(arrived, kind, handle, patience, changes, step, route, serves, rank):  # noqa: ANN001, ANN202
    n, classes, groups = len(arrived), route.shape[0], changes.shape[1]
    wait, group = np.zeros(n), np.full(n, ABANDONED)
    staff, busy = changes[0].copy(), np.zeros(groups, np.int64)
    head, tail, after = np.full(classes, -1), np.full(classes, -1), np.full(n, -1)
    most = 0
    for g in range(groups):
        most += changes[:, g].max()
    times, owner, size = np.empty(most + 1), np.empty(most + 1, np.int64), 0
    turn, last, waiting = 1, len(changes), 0
    call = 0
    while True:
        coming = arrived[call] if call < n else np.inf
        change = turn * step if turn < last else np.inf
        ending = times[0] if size else np.inf
        if ending <= coming and ending <= change:
            if ending == np.inf or (call >= n and waiting == 0):
                break
            now, first, stop = ending, owner[0], owner[0] + 1
            _pop(times, owner, size)
            size -= 1
            busy[first] -= 1
        elif change <= coming:
            if call >= n and waiting == 0:
                break
            now, first, stop = change, 0, groups
            staff[:] = changes[turn]
            turn += 1
        else:
            if call >= n:
                break
            found = False
            k = kind[call]
            for place in range(groups):
                g = route[k, place]
                if g < 0:
                    break
                if busy[g] < staff[g]:
                    group[call] = g
                    busy[g] += 1
                    _push(times, owner, size, coming + handle[call], g)
                    size += 1
                    found = True
                    break
            if not found:
                if tail[k] < 0:
                    head[k] = call
                else:
                    after[tail[k]] = call
                tail[k] = call
                waiting += 1
            call += 1
            continue
        if waiting == 0:
            continue
        for g in range(first, stop):
            while busy[g] < staff[g]:
                best, best_rank, best_time = -1, 0, 0.0
                for place in range(classes):
                    k = serves[g, place]
                    if k < 0:
                        break
                    while head[k] >= 0 and arrived[head[k]] + patience[head[k]] <= now:
                        wait[head[k]] = patience[head[k]]
                        waiting -= 1
                        head[k] = after[head[k]]
                        if head[k] < 0:
                            tail[k] = -1
                    if head[k] >= 0:
                        own, time = rank[g, place], arrived[head[k]]
                        if best < 0 or own < best_rank or (own == best_rank and time < best_time):
                            best, best_rank, best_time = k, own, time
                if best < 0:
                    break
                one = head[best]
                head[best] = after[one]
                if head[best] < 0:
                    tail[best] = -1
                waiting -= 1
                wait[one], group[one] = now - arrived[one], g
                busy[g] += 1
                _push(times, owner, size, now + handle[one], g)
                size += 1
    for k in range(classes):
        one = head[k]
        while one >= 0:
            wait[one] = patience[one]
            one = after[one]
    return wait, group


def serve(load: Load, rota: Rota) -> tuple[np.ndarray, np.ndarray]:
    """Wait of each call, and the group that answered; as `desk.serve`."""
    return _serve(
        load.arrived, load.kind, load.handle, load.patience, rota.staff, rota.step, rota.route, rota.serves, rota.rank
    )
