"""A phone line served call by call: first come first served, callers hang up, staff changes by interval.

An exact event-driven simulation in plain Python: a heap of events, nothing random.
All chances are drawn by the caller, so that the same calls can be served otherwise.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

FINISH, CHANGE, ARRIVE, GIVE_UP = range(4)  # order of events at the same moment
NOBODY = -1


@dataclass(frozen=True)
class Waiting:
    """A call that reaches the queue."""

    at_s: float
    handle_s: float
    patience_s: float
    queue: int = 0


@dataclass(frozen=True)
class Duty:
    """Who is on duty when: groups of agents, each serving one queue."""

    step_s: float  # length of an interval
    on: Sequence[Sequence[int]]  # one row an interval: agents on duty of each group; the rows repeat
    queue: Sequence[int]  # the queue of each group


@dataclass(frozen=True)
class Served:
    """What became of the calls, in the order in which they were given or came back."""

    wait_s: list[float] = field(default_factory=list)
    agent: list[int] = field(default_factory=list)  # number over all groups; NOBODY: hung up

    @property
    def answered(self) -> list[bool]:
        """Whether each call was answered."""
        return [agent != NOBODY for agent in self.agent]


def sizes(duty: Duty) -> list[int]:
    """Agents of each group: as many as are ever on duty."""
    return [max(row[group] for row in duty.on) for group in range(len(duty.queue))]


Again = Callable[[int, float, bool], Waiting | None]


def serve(calls: Sequence[Waiting], duty: Duty, again: Again | None = None) -> Served:
    """Serve calls in the order in which they come; the longest idle agent answers.

    Agents who go off duty finish the call they are in.

    Parameters
    ----------
    calls : sequence of Waiting
        In any order.
    duty : Duty
        Time 0 is the beginning of its first row.
    again : function of (call, time, answered), optional
        Asked when a call ends, answered or given up; may return a call that comes later,
        which gets the next number.

    Returns
    -------
    Served

    >>> duty = Duty(1800.0, [[1]], [0])
    >>> calls = [Waiting(0, 60, 90), Waiting(10, 60, 90), Waiting(20, 60, 30)]
    >>> serve(calls, duty).wait_s
    [0, 50, 30]
    """
    calls = list(calls)
    served = Served([0.0] * len(calls), [NOBODY] * len(calls))
    events = [(call.at_s, ARRIVE, number) for number, call in enumerate(calls)]
    events.append((0.0, CHANGE, 0))
    heapq.heapify(events)

    members = sizes(duty)
    begins = [sum(members[:group]) for group in range(len(members))]
    queue_of = [duty.queue[group] for group, size in enumerate(members) for _ in range(size)]
    rank = [place for size in members for place in range(size)]
    group_of = [group for group, size in enumerate(members) for _ in range(size)]
    busy = [False] * len(rank)
    on = [0] * len(members)
    queues = 1 + max([*duty.queue, *(call.queue for call in calls)])
    idle: list[deque[int]] = [deque() for _ in range(queues)]
    line: list[deque[int]] = [deque() for _ in range(queues)]
    in_line = [False] * len(calls)
    staffed = any(any(row) for row in duty.on)
    live = len(calls)  # not yet ended: changes of staff go on as long as there are any

    def start(number: int, agent: int, now: float) -> None:
        served.wait_s[number] = now - calls[number].at_s
        served.agent[number] = agent
        busy[agent] = True
        heapq.heappush(events, (now + calls[number].handle_s, FINISH, number))

    def next_in(queue: int) -> int | None:
        while line[queue]:
            number = line[queue].popleft()
            if in_line[number]:
                in_line[number] = False
                return number
        return None

    def ask(number: int, now: float, answered: bool) -> None:
        nonlocal live
        live -= 1
        later = again(number, now, answered) if again else None
        if later is not None:
            live += 1
            calls.append(later)
            in_line.append(False)
            served.wait_s.append(0.0)
            served.agent.append(NOBODY)
            heapq.heappush(events, (max(later.at_s, now), ARRIVE, len(calls) - 1))

    while live and events:
        now, kind, number = heapq.heappop(events)
        if kind == ARRIVE:
            queue = calls[number].queue
            if idle[queue]:
                start(number, idle[queue].popleft(), now)
            else:
                line[queue].append(number)
                in_line[number] = True
                if math.isfinite(calls[number].patience_s):
                    heapq.heappush(events, (now + calls[number].patience_s, GIVE_UP, number))
        elif kind == FINISH:
            agent = served.agent[number]
            busy[agent] = False
            ask(number, now, True)
            if rank[agent] < on[group_of[agent]]:
                follower = next_in(queue_of[agent])
                if follower is None:
                    idle[queue_of[agent]].append(agent)
                else:
                    start(follower, agent, now)
        elif kind == GIVE_UP:
            if in_line[number]:
                in_line[number] = False
                served.wait_s[number] = now - calls[number].at_s
                ask(number, now, False)
        else:
            before, on = on, list(duty.on[number % len(duty.on)])
            for queue in range(queues):
                idle[queue] = deque(agent for agent in idle[queue] if rank[agent] < on[group_of[agent]])
            for group, (was, is_now) in enumerate(zip(before, on, strict=True)):
                for agent in range(begins[group] + was, begins[group] + is_now):
                    if not busy[agent]:
                        idle[duty.queue[group]].append(agent)
            for queue in range(queues):
                while idle[queue] and (follower := next_in(queue)) is not None:
                    start(follower, idle[queue].popleft(), now)
            if staffed:
                heapq.heappush(events, ((number + 1) * duty.step_s, CHANGE, number + 1))
    return served
