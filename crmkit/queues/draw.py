"""The calls of a day, drawn: who comes when, how long it takes, how long they wait, and what they do then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from crmkit.queues.crew import Line, by_interval, called_back
from crmkit.queues.desk import CALLED_BACK, KEEPS_PLACE, REDIALS, Again, Load


@dataclass(frozen=True, eq=False)
class Come:
    """Calls as they come."""

    at: np.ndarray  # seconds
    turned: np.ndarray  # turned away, the line being closed
    customer: np.ndarray  # number of the customer; -1: not told
    before: np.ndarray  # place among the early ones of the call that was turned away before; -1: none

    def those(self, which: np.ndarray | slice) -> Come:
        """Some of them."""
        return Come(self.at[which], self.turned[which], self.customer[which], self.before[which])


@dataclass(frozen=True, eq=False)
class Drawn:
    """Calls that reach the queue, and those that the voice menu settles or turns away before."""

    load: Load
    held: np.ndarray  # (calls,) seconds after which the caller leaves a number and keeps the place; inf: does not
    held_again: np.ndarray  # (spare, lines) the same of those who call again
    come: Come  # (calls,) that reach the queue
    early: Come  # that do not
    early_kind: np.ndarray


def draw(lines: list[Line], hours: float, interval_s: float, rng: np.random.Generator, *, spare: float = 1.0) -> Drawn:
    """Calls of all lines: Poisson by interval, each line from streams of its own; spare: room for those who call again."""
    intervals, end = int(np.ceil(hours * 3600 / interval_s)), hours * 3600
    edges = np.minimum(np.arange(intervals + 1) * interval_s, end)
    opens = [opening(line, intervals, edges) for line in lines]
    reach, early, streams, before = [], [(0, _nobody())], [], 0
    for place, (line, own) in enumerate(zip(lines, rng.spawn(len(lines)), strict=True)):
        calls, menu, later, choice, closed, who = own.spawn(6)
        streams.append((later, choice))
        rate = by_interval(f"calls_per_h of {line.name!r}", line.calls_per_h, intervals) / 3600
        number = calls.poisson(rate * np.diff(edges))
        begin = np.repeat(edges[:-1], number)
        arrived = np.sort(begin + calls.random(len(begin)) * np.repeat(np.diff(edges), number))
        come = Come(
            arrived, np.zeros(len(arrived), dtype=bool), _customers(line, len(arrived), who), none(len(arrived))
        )
        if opens[place].any():
            turned, come = _turned_away(line, come, opens[place], interval_s, end, closed, before)
            early.append((place, turned))
            before += len(turned.at)
        if line.contained_share:
            settled = menu.random(len(come.at)) < line.contained_share
            early.append((place, come.those(settled)))
            before += int(settled.sum())
            come = come.those(~settled)
        reach.append((place, come, _callers(line, len(come.at), calls, choice)))
    kind = np.concatenate([np.full(len(come.at), place) for place, come, _ in reach])
    arrived = np.concatenate([come.at + lines[place].menu_s for place, come, _ in reach])
    order = np.argsort(arrived, kind="stable") if len(lines) > 1 else slice(None)  # one line is in order as it stands
    handle, patience, *then, held = (
        np.concatenate(column) for column in zip(*(people for *_, people in reach), strict=True)
    )
    again, held_again = _again(lines, then, order, opens, end, spare, streams)
    return Drawn(
        Load(arrived[order], kind[order], handle[order], patience[order], again),
        held[order],
        held_again,
        _join([come for _, come, _ in reach]).those(order),
        _join([come for _, come in early]),
        np.concatenate([np.full(len(come.at), place) for place, come in early]),
    )


def _again(
    lines: list[Line],
    then: list[np.ndarray],
    order: np.ndarray | slice,
    opens: list[np.ndarray],
    end: float,
    spare: float,
    streams: list[tuple[np.random.Generator, np.random.Generator]],
) -> tuple[Again | None, np.ndarray]:
    """Figures of the calls that follow others, and after how long these leave a number and keep the place."""
    share = max((line.redial_share + line.unsettled_share for line in lines), default=0.0)
    back = called_back(lines)
    if not share and not back:
        return None, np.full((0, len(lines)), np.inf)
    asked = max((lines[place].callback_share for place in back), default=0.0)
    most = int(np.ceil(spare * (len(then[0]) * (min(share / max(1 - share, 0.05), 5.0) + asked) + 50)))
    drawn = [_callers(line, most, *own) for line, own in zip(lines, streams, strict=True)]
    *more, held = zip(*drawn, strict=True)
    more = [np.stack(column, axis=1) for column in more]
    held = np.stack(held, axis=1) if any(one.callback_share for one in lines) else np.full((0, len(lines)), np.inf)
    # Behind the lines stand the classes of those who are called back: they wait for it without end.
    if back:
        more = [np.concatenate([one, one[:, back]], axis=1) for one in more]
        more[1][:, len(lines) :], more[2][:, len(lines) :] = np.inf, 0
    home = np.array([*range(len(lines)), *back])
    into = home.copy()
    into[back] = len(lines) + np.arange(len(back))
    shut = np.stack([opens[place] for place in [*range(len(lines)), *back]], axis=1)
    return Again(*(one[order] for one in then), *more, end, home, into, shut if shut.any() else shut[:0]), held


def opening(line: Line, intervals: int, edges: np.ndarray) -> np.ndarray:
    """(intervals + 1,) seconds of the next opening for calls of a closed interval, inf: never again; 0: open."""
    is_open = np.asarray(line.open)
    if is_open.dtype != bool:
        raise TypeError(
            f"open of {line.name!r} is of type {is_open.dtype}; expected True or False, or one for each interval"
        )
    is_open = by_interval(f"open of {line.name!r}", is_open, intervals) > 0
    if is_open.all():
        return np.zeros(intervals + 1)
    following = np.full(intervals + 1, np.inf)
    for i in range(intervals - 1, -1, -1):
        following[i] = edges[i] if is_open[i] else following[i + 1]
    following[:-1][is_open] = 0.0
    return following


def _turned_away(
    line: Line, come: Come, opens: np.ndarray, step: float, end: float, rng: np.random.Generator, first: int
) -> tuple[Come, Come]:
    """Calls that find the line closed, and those that reach it: some of the former come again after an opening."""
    shut = opens[(come.at / step).astype(np.int64)] > come.at
    turned = come.those(shut)
    n = len(turned.at)
    back = np.where(rng.random(n) < line.returns_share, turned.at, np.inf)
    delay = line.returns_s * rng.exponential(1.0, n)
    while True:
        live = np.flatnonzero(back < end)
        live = live[opens[(back[live] / step).astype(np.int64)] > back[live]]
        if not len(live):
            break
        back[live] = opens[(back[live] / step).astype(np.int64)] + delay[live]
    some = np.flatnonzero(back < end)
    returned = Come(back[some], np.zeros(len(some), dtype=bool), turned.customer[some], first + some)
    reach = _join([come.those(~shut), returned])
    return Come(turned.at, ~turned.turned, turned.customer, turned.before), reach.those(
        np.argsort(reach.at, kind="stable")
    )


def _join(parts: list[Come]) -> Come:
    return Come(
        *(np.concatenate([getattr(one, name) for one in parts]) for name in ("at", "turned", "customer", "before"))
    )


def _nobody() -> Come:
    return Come(np.empty(0), np.empty(0, dtype=bool), none(0), none(0))


def _customers(line: Line, n: int, rng: np.random.Generator) -> np.ndarray:
    """Who calls."""
    return none(n) if line.callers is None else np.asarray(line.callers)[rng.integers(len(line.callers), size=n)]


def none(n: int) -> np.ndarray:
    """As many places that say none."""
    return np.full(n, -1)


def _callers(line: Line, n: int, rng: np.random.Generator, choice: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Handling time, patience, what follows an end of patience, whether and when the caller repeats, when a number is left."""
    handle, patience = (_times(law, n, rng) for law in (line.handle, line.patience))
    waits = line.patience_s * patience if np.isfinite(line.patience_s) else np.full(n, np.inf)
    redial = (rng.random(n) < line.redial_share).astype(np.int8) * np.int8(REDIALS)
    repeat = rng.random(n) < line.unsettled_share
    delay = line.again_s * rng.exponential(1.0, n)
    if line.message_stretch != 1:
        heard = waits > line.message_after_s
        waits[heard] = line.message_after_s + line.message_stretch * (waits[heard] - line.message_after_s)
    held = np.broadcast_to(np.inf, n)
    if line.callback_share:
        leaves = (waits > line.callback_after_s) & (choice.random(n) < line.callback_share)
        if line.callback_priority is None:
            redial[leaves], waits[leaves] = KEEPS_PLACE, np.inf
            held = np.where(leaves, line.callback_after_s, np.inf)
        else:
            redial[leaves], waits[leaves] = CALLED_BACK, line.callback_after_s
    return line.handle_s * handle, waits, redial, repeat, delay, held


def _times(law: Any, n: int, rng: np.random.Generator) -> np.ndarray:
    if law is None:
        return rng.exponential(1.0, n)
    if not hasattr(law, "rvs"):
        raise TypeError(f"a law of times is a {type(law).__name__}; expected a frozen distribution of scipy.stats")
    mean = float(law.mean())
    if not abs(mean - 1) < 1e-6:
        raise ValueError(f"a law of times has the mean {mean:g}; expected 1: the mean stands in handle_s or patience_s")
    return np.maximum(law.rvs(n, random_state=rng), 0.0)
