"""Lines of callers and teams of agents: as declared, and as a rota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.queues.centre import CallCentre
from crmkit.queues.desk import Rota

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Line:
    """Callers of one kind: how many come, how long they take, how long they wait."""

    name: str
    calls_per_h: ArrayLike  # one rate, or one for each interval of the simulation
    handle_s: float  # mean time of an agent for a call
    patience_s: float = float("inf")  # mean time until a waiting caller hangs up
    priority: int = 0  # lower goes first
    handle: Any = None  # frozen distribution of scipy.stats of mean 1; exponential unless given
    patience: Any = None  # the same
    redial_share: float = 0.0  # of those who hang up: call again
    unsettled_share: float = 0.0  # of answers: settle nothing, and the caller calls again
    again_s: float = 600.0  # mean time until a caller calls again, exponential
    contained_share: float = 0.0  # of calls: settled by the voice menu, never reach the queue
    menu_s: float = 0.0  # time in the menu before the queue
    open: ArrayLike = True  # whether calls are taken: once, or for each interval; else the attendant turns them away
    returns_share: float = 0.0  # of those turned away: call again when the line has opened
    returns_s: float = 3600.0  # mean time from the opening until then, exponential
    message_after_s: float = float("inf")  # in the queue, until a message is heard
    message_stretch: float = 1.0  # the rest of the patience is so many times as long after it
    callback_after_s: float = float("inf")  # in the queue, until a caller may leave a number instead
    callback_share: float = 0.0  # of those still there: leave it
    callback_priority: int | None = None  # None: keeps the place in line; else called back at that priority
    callers: Any = None  # numbers of the customers, one of whom makes each call; None: not told
    interruptible: bool = False  # work that is put aside when something of a lower priority number comes
    keeps_free: int = 0  # agents of a team that stay free for others when this is taken up


@dataclass(frozen=True)
class Team:
    """Agents with the same skills."""

    name: str
    agents: ArrayLike  # one number, or one for each interval of the simulation
    answers: tuple[str, ...] = ()  # names of the lines; empty: all of them
    at_once: tuple[float, ...] = (1.0,)  # handling time with 1, 2, … chats at once, over that of a chat alone


def parts(lines: CallCentre | Sequence[Line], teams: Sequence[Team]) -> tuple[list[Line], list[Team]]:
    """Lines and teams, sound; those of a centre of single figures are one of each."""
    if isinstance(lines, CallCentre):
        if len(teams):
            raise ValueError("a CallCentre has its own agents; expected no teams beside it. Mend: give Line records")
        figures = (lines.calls_per_h, lines.handle_s, lines.agents, lines.patience_s)
        if any(np.ndim(one) for one in figures):
            raise ValueError("simulate takes one centre at a time; expected numbers, not arrays")
        rate, handle, agents, patience = figures
        return [Line("all", rate, float(handle), float(patience))], [Team("all", agents)]  # type: ignore[arg-type]
    lines, teams = list(lines), list(teams)
    for what, records in (("lines", lines), ("teams", teams)):
        if not records:
            raise ValueError(f"{what} is empty; expected at least one")
        names = [one.name for one in records]
        if len(set(names)) < len(names):
            raise ValueError(f"{what} has a name twice: {names}; expected each once")
    known = {one.name for one in lines}
    for team in teams:
        unknown = set(team.answers) - known
        if unknown:
            raise ValueError(
                f"team {team.name!r} answers {sorted(unknown)[0]!r}, which is no line; it may answer {sorted(known)}"
            )
    for line in lines:
        _sound(line)
        if not any(not team.answers or line.name in team.answers for team in teams):
            raise ValueError(f"line {line.name!r} has no team; its callers would wait without end")
    for team in teams:
        pace = door.numbers(f"at_once of {team.name!r}", team.at_once, low=0, above=True)
        if pace[0] != 1 or (np.diff(pace) < 0).any():
            raise ValueError(
                f"at_once of {team.name!r} is {team.at_once}; expected 1 first, then no number below the last"
            )
        for line in lines if len(pace) > 1 else ():
            if (line.interruptible or line.keeps_free) and (not team.answers or line.name in team.answers):
                raise ValueError(
                    f"team {team.name!r} has several chats at once and answers {line.name!r}, which is work for idle time; "
                    "expected one or the other. Mend: a team of its own"
                )
    return lines, teams


def _sound(line: Line) -> None:
    """Refuse figures out of range."""
    door.number(f"handle_s of {line.name!r}", line.handle_s, low=0, above=True)
    for name in ("patience_s", "message_after_s", "callback_after_s"):
        if not getattr(line, name) >= 0:
            raise ValueError(f"{name} of {line.name!r} is {getattr(line, name)!r}; expected 0 or more")
    for name in ("redial_share", "unsettled_share", "contained_share"):
        if not 0 <= getattr(line, name) < 1:
            raise ValueError(f"{name} of {line.name!r} is {getattr(line, name)!r}; expected a share from 0 to below 1")
    for name in ("returns_share", "callback_share"):
        door.share(f"{name} of {line.name!r}", getattr(line, name))
    for name in ("again_s", "menu_s", "returns_s"):
        door.number(f"{name} of {line.name!r}", getattr(line, name), low=0)
    door.number(f"message_stretch of {line.name!r}", line.message_stretch, low=0, above=True)
    door.whole(f"keeps_free of {line.name!r}", line.keeps_free, low=0)
    if line.interruptible and np.isfinite(line.patience_s):
        raise ValueError(
            f"line {line.name!r} is interruptible, but patience_s={line.patience_s:g}; only work that waits can be"
        )
    if line.callback_share and not np.isfinite(line.callback_after_s):
        raise ValueError(
            f"callback_share of {line.name!r} is {line.callback_share:g}, but nobody is asked. Mend: give callback_after_s"
        )
    if line.callers is not None:
        callers = np.asarray(line.callers)
        if callers.ndim != 1 or not len(callers) or callers.dtype.kind not in "iu":
            raise ValueError(f"callers of {line.name!r} must be whole numbers of customers in one row, at least one")


def called_back(lines: list[Line]) -> list[int]:
    """Places of the lines that call back in idle time: each has a class of its own behind those of the lines."""
    return [place for place, one in enumerate(lines) if one.callback_share and one.callback_priority is not None]


def rota_of(lines: list[Line], teams: list[Team], hours: float, interval_s: float) -> Rota:
    """Who is on when, which teams a line is offered to, and in which order a team takes who waits."""
    intervals = int(np.ceil(hours * 3600 / interval_s))
    staff = np.stack([by_interval(f"agents of {one.name!r}", one.agents, intervals) for one in teams], axis=1)
    if (staff != np.floor(staff)).any():
        raise ValueError(f"agents={staff[staff != np.floor(staff)][0]:g} must be whole numbers")
    back = called_back(lines)
    owner = [*range(len(lines)), *back]  # the line of each class
    priority = [*(one.priority for one in lines), *(lines[place].callback_priority for place in back)]
    skills = [
        [k for k, own in enumerate(owner) if not team.answers or lines[own].name in team.answers] for team in teams
    ]
    width = [sum(k < len(lines) for k in own) for own in skills]
    route = np.full((len(owner), len(teams)), -1)
    for k in range(len(owner)):
        groups = sorted((g for g, own in enumerate(skills) if k in own), key=lambda g: (width[g], g))
        route[k, : len(groups)] = groups
    serves, rank = np.full((len(teams), len(owner)), -1), np.zeros((len(teams), len(owner)), dtype=np.int64)
    for g, own in enumerate(skills):
        order = sorted(own, key=lambda k: priority[k])
        serves[g, : len(own)] = order
        rank[g, : len(own)] = [priority[k] for k in order]
    return Rota(
        staff.astype(np.int64),
        float(interval_s),
        route,
        serves,
        rank,
        tuple(tuple(one.at_once) if len(one.at_once) > 1 else () for one in teams),
        tuple(lines[place].interruptible for place in owner),
        tuple(lines[place].keeps_free for place in owner),
    )


def by_interval(name: str, values: ArrayLike, intervals: int) -> np.ndarray:
    """One number for each interval, finite and 0 or more."""
    array = np.asarray(values, dtype=float)
    if array.ndim == 0:
        array = np.full(intervals, float(array))
    if array.shape != (intervals,):
        raise ValueError(
            f"{name} has the shape {array.shape}; expected one number, or one for each of {intervals} intervals"
        )
    if not np.isfinite(array).all() or (array < 0).any():
        raise ValueError(f"{name} must be finite numbers of 0 or more")
    return array
