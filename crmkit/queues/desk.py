"""Serve calls one after the other: classes of callers, groups of agents, priorities, staff that changes by interval.

Exact and without chance: arrivals, handling times and patience are given. The same rules stand in `fast`, compiled, and
give the same figures call by call.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np

ABANDONED = -1
REDIALS, CALLED_BACK, KEEPS_PLACE = 1, 2, 3  # what a caller does whose patience ends; 0: is gone


@dataclass(frozen=True, eq=False)
class Again:
    """Who calls again and when: of the calls that are there, and of those that may follow, by class."""

    redial: np.ndarray  # (calls,) at the end of the patience: 0 gone, or REDIALS, CALLED_BACK, KEEPS_PLACE
    repeat: np.ndarray  # (calls,) whether the caller calls again after an answer that settled nothing
    delay: np.ndarray  # (calls,) seconds until then
    handle: np.ndarray  # (spare, classes) of calls that follow: the first of them reads the first row, and so on
    patience: np.ndarray  # (spare, classes)
    redials: np.ndarray  # (spare, classes)
    repeats: np.ndarray  # (spare, classes)
    delays: np.ndarray  # (spare, classes)
    end: float  # seconds; nobody calls again after it
    home: np.ndarray  # (classes,) class in which a caller of a class calls again
    back: np.ndarray  # (classes,) class in which those who are called back wait for it
    opens: np.ndarray  # (intervals, classes) seconds from which calls of that time are taken; no rows: always


@dataclass(frozen=True, eq=False)
class Load:
    """Calls in the order of arrival."""

    arrived: np.ndarray  # (calls,) seconds, rising
    kind: np.ndarray  # (calls,) class of each call, 0, 1, …
    handle: np.ndarray  # (calls,) seconds of an agent, if answered
    patience: np.ndarray  # (calls,) seconds until the caller hangs up; inf: never
    again: Again | None = None  # None: nobody calls again


@dataclass(frozen=True, eq=False)
class Served:
    """What became of the calls; those that came again stand behind the others, in the order in which they came."""

    wait: np.ndarray  # seconds until answered or given up
    group: np.ndarray  # that answered; -1: hung up
    arrived: np.ndarray  # seconds
    kind: np.ndarray  # class
    origin: np.ndarray  # call that this one follows; -1: none
    handle: np.ndarray  # seconds of an agent; missing if nobody answered
    unsettled: np.ndarray  # whether the answer settled nothing
    lacking: bool  # more calls would have come than there was spare for
    ended: np.ndarray | None = None  # seconds; None: the handling follows the wait without a break
    held: np.ndarray | None = (
        None  # seconds on the telephone of those who then leave a number; inf: the others; None: nobody
    )


@dataclass(frozen=True, eq=False)
class Rota:
    """Groups of agents, what they answer, and how many are on when."""

    staff: np.ndarray  # (intervals, groups) agents on duty; the last row goes on without end
    step: float  # seconds of an interval
    route: np.ndarray  # (classes, groups) groups that answer a class, best first, filled up with -1
    serves: np.ndarray  # (groups, classes) classes that a group answers, filled up with -1
    rank: np.ndarray  # (groups, classes) order of these: lower first, oldest call first where equal
    pace: tuple[tuple[float, ...], ...] = ()  # by group: handling time with 1, 2, … at once; empty: one at a time
    aside: tuple[bool, ...] = ()  # by class: may be put aside for a lower rank
    keeps: tuple[int, ...] = ()  # by class: agents of a group left free when one is taken up

    @property
    def blended(self) -> bool:
        """Whether anything is asked that only `blend` serves."""
        return any(self.pace) or any(self.aside) or any(self.keeps)


def serve(load: Load, rota: Rota) -> Served:
    """Serve all calls, first come first served within a rank."""
    n = len(load.arrived)
    arrived, kind, handle, patience = (one.tolist() for one in (load.arrived, load.kind, load.handle, load.patience))
    more = load.again
    redial, repeat, delay = (
        ([], [], []) if more is None else (more.redial.tolist(), more.repeat.tolist(), more.delay.tolist())
    )
    end, home, back, opens = -np.inf, [], [], []
    if more is not None:
        end, home, back, opens = more.end, more.home.tolist(), more.back.tolist(), more.opens.tolist()
    route = [[g for g in row if g >= 0] for row in rota.route.tolist()]
    serves = [
        [(k, rank) for k, rank in zip(row, ranks, strict=True) if k >= 0]
        for row, ranks in zip(rota.serves.tolist(), rota.rank.tolist(), strict=True)
    ]
    changes, step = rota.staff.tolist(), rota.step
    staff, busy = list(changes[0]), [0] * len(changes[0])
    lines: list[deque[int]] = [deque() for _ in route]
    ends: list[tuple[float, int]] = []
    later: list[tuple[float, int]] = []  # who may call again: when, and 2 x the call before, 1 more for a redial
    wait, group, origin = [0.0] * n, [ABANDONED] * n, [-1] * n
    turn, last = 1, len(changes)
    push, pop, inf, step_by_step = heapq.heappush, heapq.heappop, float("inf"), more is not None
    waiting, lacking = 0, False  # calls in lines, those who have hung up among them

    def may_come_back(call: int, at: float, mark: int) -> None:
        """Calls again a while after a moment; while the line is closed, as long after it opens."""
        at += delay[call]
        while opens and at <= end and opens[int(at / step)][kind[call]] > at:
            at = opens[int(at / step)][kind[call]] + delay[call]
        if at <= end:
            push(later, (at, mark))

    def take(g: int, now: float) -> None:
        """The free agents of a group take what waits for them."""
        nonlocal waiting
        while busy[g] < staff[g]:
            best, first = -1, (0, 0.0)
            for k, rank in serves[g]:
                line = lines[k]
                while line and arrived[line[0]] + patience[line[0]] <= now:
                    gone = line.popleft()
                    waiting -= 1
                    wait[gone] = patience[gone]
                if line and (best < 0 or (rank, arrived[line[0]]) < first):
                    best, first = k, (rank, arrived[line[0]])
            if best < 0:
                return
            call = lines[best].popleft()
            waiting -= 1
            wait[call], group[call] = now - arrived[call], g
            busy[g] += 1
            push(ends, (now + handle[call], g))
            if more is not None and repeat[call]:
                may_come_back(call, now + handle[call], 2 * call)

    def until(moment: float) -> bool:
        """Ends of calls and changes of staff up to a moment; at one moment ends come first. True: look at the calls anew."""
        nonlocal turn
        while True:
            change = turn * step if turn < last else inf
            if ends and ends[0][0] <= moment and ends[0][0] <= change:
                now, g = pop(ends)
                busy[g] -= 1
                if waiting:
                    take(g, now)
            elif change <= moment and change < inf:
                staff[:] = changes[turn]
                turn += 1
                for g in range(len(staff)):
                    if waiting:
                        take(g, change)
            else:
                return False
            if step_by_step or moment == inf:  # somebody may call again before that moment; or all may be done
                return True

    def enter(call: int, now: float) -> None:
        """A call goes to the first free group of its route, else into the line."""
        nonlocal waiting
        k = kind[call]
        for g in route[k]:
            if busy[g] < staff[g]:
                group[call] = g
                busy[g] += 1
                push(ends, (now + handle[call], g))
                if more is not None and repeat[call]:
                    may_come_back(call, now + handle[call], 2 * call)
                return
        lines[k].append(call)
        waiting += 1
        if more is not None and redial[call] == CALLED_BACK:
            push(later, (now + patience[call], 2 * call + 1))
        elif more is not None and redial[call] == REDIALS:
            may_come_back(call, now + patience[call], 2 * call + 1)

    if more is None:
        for call, now in enumerate(arrived):
            until(now)
            enter(call, now)
        while waiting and until(inf):
            pass
    else:
        following = 0
        while True:
            first, again = arrived[following] if following < n else inf, later[0][0] if later else inf
            coming = min(first, again)
            if coming == inf and not waiting:
                break
            if until(coming):
                continue
            if coming == inf:
                break
            if first <= again:
                following += 1
                enter(following - 1, first)
                continue
            now, mark = pop(later)
            before = mark >> 1
            if mark & 1 and group[before] >= 0:
                continue  # was answered after all
            call, called_back = len(arrived), mark & 1 and redial[before] == CALLED_BACK
            k = (back if called_back else home)[kind[before]]
            row = call - n
            if row >= len(more.handle):
                lacking = True
                break
            arrived.append(now)
            kind.append(k)
            handle.append(float(more.handle[row, k]))
            patience.append(float(more.patience[row, k]))
            redial.append(int(more.redials[row, k]))
            repeat.append(bool(more.repeats[row, k]))
            delay.append(float(more.delays[row, k]))
            wait.append(0.0)
            group.append(ABANDONED)
            origin.append(before)
            enter(call, now)
    for line in lines:  # nobody comes any more: who can hang up does
        for call in line:
            wait[call] = patience[call]
    groups = np.array(group, dtype=np.int64)
    unsettled = np.zeros(len(wait), dtype=bool) if more is None else np.array(repeat, dtype=bool)
    return Served(
        np.array(wait, dtype=float),
        groups,
        np.array(arrived, dtype=float),
        np.array(kind, dtype=np.int64),
        np.array(origin, dtype=np.int64),
        np.where(groups >= 0, np.array(handle, dtype=float), np.nan),
        unsettled & (groups >= 0),
        lacking,
    )
