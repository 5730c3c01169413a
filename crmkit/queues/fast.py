"""The rules of `desk`, compiled by Numba where it is installed; equal call by call."""

from __future__ import annotations

import numpy as np
from numba import njit

from crmkit.queues.desk import ABANDONED, CALLED_BACK, REDIALS, Load, Rota, Served
from crmkit.queues.fast_single import drop, rise, sink


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
def _open_at(at, kind, delay, end, opens, step):  # noqa: ANN001, ANN202
    # When a call comes that would come at a moment; opens has no rows where lines never close.
    while len(opens) > 0 and at <= end and opens[int(at / step), kind] > at:
        at = opens[int(at / step), kind] + delay
    return at


@njit(cache=True, nogil=True)
def _serve(given, told, changes, step, route, serves, rank):  # noqa: ANN001, ANN202
    first_in, kinds, held, waits = given
    again, repeats, delays, more, flags, end, home, back, opens = told
    # more: (3, spare, classes) handle, patience and delay of calls that follow; flags: (2, spare, classes) redial, repeat.
    n, classes, groups = len(first_in), route.shape[0], changes.shape[1]
    most_calls, comes_back = n + more.shape[1], len(again) > 0
    arrived, kind, handle, patience, delay, redial, repeat = first_in, kinds, held, waits, delays, again, repeats
    if comes_back:
        arrived, kind = np.zeros(most_calls), np.zeros(most_calls, np.int64)
        handle, patience, delay = np.zeros(most_calls), np.zeros(most_calls), np.zeros(most_calls)
        redial, repeat = np.zeros(most_calls, np.int8), np.zeros(most_calls, np.bool_)
        arrived[:n], kind[:n], handle[:n], patience[:n] = first_in, kinds, held, waits
        redial[:n], repeat[:n], delay[:n] = again, repeats, delays
    wait, group, origin = np.zeros(most_calls), np.full(most_calls, ABANDONED), np.full(most_calls, -1)
    staff, busy = changes[0].copy(), np.zeros(groups, np.int64)
    head, tail, after = np.full(classes, -1), np.full(classes, -1), np.full(most_calls, -1)
    ends = np.full((groups, changes.max() + 4), np.inf)  # of calls, by group: heaps of `busy` entries
    room = 2 * most_calls + 1 if comes_back else 1
    later, mark, stored = np.empty(room), np.empty(room, np.int64), 0
    turn, last, waiting, following, count, lacking = 1, len(changes), 0, 0, n, False
    while True:
        over = -1  # the group of whom a call has ended, while it still stands in `ends`
        first = first_in[following] if following < n else np.inf
        second = later[0] if stored else np.inf
        coming = min(first, second)
        change = turn * step if turn < last else np.inf
        ending, begin = np.inf, 0
        for g in range(groups):
            if ends[g, 0] < ending:
                ending, begin = ends[g, 0], g
        if ending <= coming and ending <= change:
            if ending == np.inf or (coming == np.inf and waiting == 0):
                break
            now, stop, over = ending, begin + 1, begin
        elif change <= coming:
            if coming == np.inf and waiting == 0:
                break
            now, begin, stop = change, 0, groups
            staff[:] = changes[turn]
            turn += 1
        else:
            if first <= second:
                call, now = following, first
                following += 1
            else:
                now, before, lost = later[0], mark[0] >> 1, mark[0] & 1
                _pop(later, mark, stored)
                stored -= 1
                if lost == 1 and group[before] >= 0:
                    continue
                call = count
                if call >= most_calls:
                    lacking = True
                    break
                row, own_kind = count - n, home[kind[before]]
                if lost == 1 and redial[before] == CALLED_BACK:
                    own_kind = back[kind[before]]
                count += 1
                arrived[call], kind[call], origin[call] = now, own_kind, before
                handle[call], patience[call] = more[0, row, own_kind], more[1, row, own_kind]
                delay[call] = more[2, row, own_kind]
                redial[call], repeat[call] = flags[0, row, own_kind], flags[1, row, own_kind] == 1
            found = False
            k = kind[call]
            for place in range(groups):
                g = route[k, place]
                if g < 0:
                    break
                if busy[g] < staff[g]:
                    group[call] = g
                    rise(ends[g], busy[g], now + handle[call])
                    busy[g] += 1
                    if comes_back and repeat[call]:
                        at = _open_at(now + handle[call] + delay[call], k, delay[call], end, opens, step)
                        if at <= end:
                            _push(later, mark, stored, at, 2 * call)
                            stored += 1
                    found = True
                    break
            if not found:
                if tail[k] < 0:
                    head[k] = call
                else:
                    after[tail[k]] = call
                tail[k] = call
                waiting += 1
                if comes_back and redial[call] == CALLED_BACK:
                    _push(later, mark, stored, now + patience[call], 2 * call + 1)
                    stored += 1
                elif comes_back and redial[call] == REDIALS:
                    at = _open_at(now + patience[call] + delay[call], k, delay[call], end, opens, step)
                    if at <= end:
                        _push(later, mark, stored, at, 2 * call + 1)
                        stored += 1
            continue
        for g in range(begin, stop):
            while waiting > 0 and busy[g] - (g == over) < staff[g]:
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
                if g == over:
                    sink(ends[g], busy[g], now + handle[one])
                    over = -1
                else:
                    rise(ends[g], busy[g], now + handle[one])
                    busy[g] += 1
                if comes_back and repeat[one]:
                    at = _open_at(now + handle[one] + delay[one], kind[one], delay[one], end, opens, step)
                    if at <= end:
                        _push(later, mark, stored, at, 2 * one)
                        stored += 1
        if over >= 0:
            drop(ends[over], busy[over])
            busy[over] -= 1
    for k in range(classes):
        one = head[k]
        while one >= 0:
            wait[one] = patience[one]
            one = after[one]
    return (
        wait[:count],
        group[:count],
        arrived[:count],
        kind[:count],
        origin[:count],
        handle[:count],
        repeat[:count],
        lacking,
    )


def serve(load: Load, rota: Rota) -> Served:
    """As `desk.serve`."""
    more, classes = load.again, rota.route.shape[0]
    if more is None:
        nothing = np.empty(0, dtype=bool)
        told = (nothing.astype(np.int8), nothing, np.empty(0), np.empty((3, 0, classes)))
        told += (
            np.empty((2, 0, classes), dtype=np.int8),
            -np.inf,
            *[np.empty(0, dtype=np.int64)] * 2,
            np.empty((0, classes)),
        )
    else:
        figures = np.stack([more.handle, more.patience, more.delays])
        flags = np.stack([more.redials.astype(np.int8), more.repeats.astype(np.int8)])
        told = (
            more.redial.astype(np.int8),
            more.repeat,
            more.delay,
            figures,
            flags,
            more.end,
            more.home,
            more.back,
            more.opens,
        )
    given = (load.arrived, load.kind, load.handle, load.patience)
    found = _serve(given, told, rota.staff, rota.step, rota.route, rota.serves, rota.rank)
    wait, group, arrived, kind, origin, handle, repeat, lacking = found
    answered = group >= 0
    unsettled = repeat & answered if more is not None else np.zeros(len(group), dtype=bool)
    return Served(wait, group, arrived, kind, origin, np.where(answered, handle, np.nan), unsettled, lacking)
