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


@dataclass(frozen=True, eq=False)
class Load:
    """Calls in the order of arrival."""

    arrived: np.ndarray  # seconds, rising
    kind: np.ndarray  # class of each call, 0, 1, …
    handle: np.ndarray  # seconds of an agent, if answered
    patience: np.ndarray  # seconds until the caller hangs up; inf: never


@dataclass(frozen=True, eq=False)
class Rota:
    """Groups of agents, what they answer, and how many are on when."""

    staff: np.ndarray  # (intervals, groups) agents on duty; the last row goes on without end
    step: float  # seconds of an interval
    route: np.ndarray  # (classes, groups) groups that answer a class, best first, filled up with -1
    serves: np.ndarray  # (groups, classes) classes that a group answers, filled up with -1
    rank: np.ndarray  # (groups, classes) order of these: lower first, oldest call first where equal


def serve(load: Load, rota: Rota) -> tuple[np.ndarray, np.ndarray]:
    """Wait of each call (until answered or given up, seconds), and the group that answered (-1: hung up)."""
    arrived, kind, handle, patience = (one.tolist() for one in (load.arrived, load.kind, load.handle, load.patience))
    route = [[g for g in row if g >= 0] for row in rota.route.tolist()]
    serves = [
        [(k, rank) for k, rank in zip(row, ranks, strict=True) if k >= 0]
        for row, ranks in zip(rota.serves.tolist(), rota.rank.tolist(), strict=True)
    ]
    changes, step = rota.staff.tolist(), rota.step
    staff, busy = list(changes[0]), [0] * len(changes[0])
    lines: list[deque[int]] = [deque() for _ in route]
    ends: list[tuple[float, int]] = []
    wait, group = [0.0] * len(arrived), [ABANDONED] * len(arrived)
    turn, last = 1, len(changes)
    push, pop = heapq.heappush, heapq.heappop
    waiting = 0  # calls in lines, those who have hung up among them

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

    def until(moment: float) -> None:
        """Ends of calls and changes of staff up to a moment; at one moment ends come first."""
        nonlocal turn
        while True:
            change = turn * step if turn < last else np.inf
            if ends and ends[0][0] <= moment and ends[0][0] <= change:
                now, g = pop(ends)
                busy[g] -= 1
                if waiting:
                    take(g, now)
            elif change <= moment:
                staff[:] = changes[turn]
                turn += 1
                for g in range(len(staff)):
                    if waiting:
                        take(g, change)
            else:
                return

    for call, now in enumerate(arrived):
        until(now)
        for g in route[kind[call]]:
            if busy[g] < staff[g]:
                group[call] = g
                busy[g] += 1
                push(ends, (now + handle[call], g))
                break
        else:
            lines[kind[call]].append(call)
            waiting += 1
    while waiting:
        change = turn * step if turn < last else np.inf
        ahead = min(ends[0][0] if ends else np.inf, change)
        if ahead == np.inf:
            break
        until(ahead)
    for line in lines:  # nobody comes any more: who can hang up does
        for call in line:
            wait[call] = patience[call]
    return np.array(wait), np.array(group, dtype=np.int64)
