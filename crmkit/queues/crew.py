"""Lines of callers and teams of agents: as declared, as a rota, and as drawn calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.queues.centre import CallCentre
from crmkit.queues.desk import Again, Load, Rota

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


@dataclass(frozen=True)
class Team:
    """Agents with the same skills."""

    name: str
    agents: ArrayLike  # one number, or one for each interval of the simulation
    answers: tuple[str, ...] = ()  # names of the lines; empty: all of them


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
        door.number(f"handle_s of {line.name!r}", line.handle_s, low=0, above=True)
        if not line.patience_s >= 0:
            raise ValueError(f"patience_s of {line.name!r} is {line.patience_s!r}; expected 0 or more")
        for name in ("redial_share", "unsettled_share", "contained_share"):
            if not 0 <= getattr(line, name) < 1:
                raise ValueError(
                    f"{name} of {line.name!r} is {getattr(line, name)!r}; expected a share from 0 to below 1"
                )
        for name in ("again_s", "menu_s"):
            door.number(f"{name} of {line.name!r}", getattr(line, name), low=0)
        if not any(not team.answers or line.name in team.answers for team in teams):
            raise ValueError(f"line {line.name!r} has no team; its callers would wait without end")
    return lines, teams


def rota_of(lines: list[Line], teams: list[Team], hours: float, interval_s: float) -> Rota:
    """Who is on when, which teams a line is offered to, and in which order a team takes who waits."""
    intervals = int(np.ceil(hours * 3600 / interval_s))
    staff = np.stack([_by_interval(f"agents of {one.name!r}", one.agents, intervals) for one in teams], axis=1)
    if (staff != np.floor(staff)).any():
        raise ValueError(f"agents={staff[staff != np.floor(staff)][0]:g} must be whole numbers")
    skills = [
        [place for place, line in enumerate(lines) if not team.answers or line.name in team.answers] for team in teams
    ]
    route = np.full((len(lines), len(teams)), -1)
    for line in range(len(lines)):
        groups = sorted((g for g, own in enumerate(skills) if line in own), key=lambda g: (len(skills[g]), g))
        route[line, : len(groups)] = groups
    serves, rank = np.full((len(teams), len(lines)), -1), np.zeros((len(teams), len(lines)), dtype=np.int64)
    for g, own in enumerate(skills):
        order = sorted(own, key=lambda line: lines[line].priority)
        serves[g, : len(own)] = order
        rank[g, : len(own)] = [lines[line].priority for line in order]
    return Rota(staff.astype(np.int64), float(interval_s), route, serves, rank)


@dataclass(frozen=True, eq=False)
class Drawn:
    """Calls that reach the queue, and those that the voice menu settles."""

    load: Load
    contained_at: np.ndarray  # seconds of arrival
    contained_kind: np.ndarray


def draw(lines: list[Line], hours: float, interval_s: float, rng: np.random.Generator, *, spare: float = 1.0) -> Drawn:
    """Calls of all lines: Poisson by interval, each line from streams of its own; spare: room for those who call again."""
    intervals = int(np.ceil(hours * 3600 / interval_s))
    edges = np.minimum(np.arange(intervals + 1) * interval_s, hours * 3600)
    parts, menus, streams = [], [], []
    for place, (line, own) in enumerate(zip(lines, rng.spawn(len(lines)), strict=True)):
        calls, menu, later = own.spawn(3)
        streams.append(later)
        rate = _by_interval(f"calls_per_h of {line.name!r}", line.calls_per_h, intervals) / 3600
        number = calls.poisson(rate * np.diff(edges))
        begin = np.repeat(edges[:-1], number)
        arrived = np.sort(begin + calls.random(len(begin)) * np.repeat(np.diff(edges), number))
        settled = menu.random(len(arrived)) < line.contained_share
        menus.append((arrived[settled], np.full(int(settled.sum()), place)))
        arrived = arrived[~settled] + line.menu_s
        parts.append((arrived, np.full(len(arrived), place), *_callers(line, len(arrived), calls)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    arrived, kind, handle, patience, redial, repeat, delay = (column[order] for column in columns)
    again = None
    share = max((line.redial_share + line.unsettled_share for line in lines), default=0.0)
    if share > 0:
        most = int(np.ceil(spare * (len(arrived) * min(share / max(1 - share, 0.05), 5.0) + 50)))
        more = [_callers(line, most, later) for line, later in zip(lines, streams, strict=True)]
        again = Again(
            redial, repeat, delay, *(np.stack(column, axis=1) for column in zip(*more, strict=True)), hours * 3600
        )
    menu_at, menu_kind = (np.concatenate(column) for column in zip(*menus, strict=True))
    return Drawn(Load(arrived, kind, handle, patience, again), menu_at, menu_kind)


def _callers(line: Line, n: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Handling time, patience, whether the caller would redial or repeat, and after how long."""
    handle, patience = (_times(law, n, rng) for law in (line.handle, line.patience))
    waits = line.patience_s * patience if np.isfinite(line.patience_s) else np.full(n, np.inf)
    redial, repeat = rng.random(n) < line.redial_share, rng.random(n) < line.unsettled_share
    return line.handle_s * handle, waits, redial, repeat, line.again_s * rng.exponential(1.0, n)


def _times(law: Any, n: int, rng: np.random.Generator) -> np.ndarray:
    if law is None:
        return rng.exponential(1.0, n)
    if not hasattr(law, "rvs"):
        raise TypeError(f"a law of times is a {type(law).__name__}; expected a frozen distribution of scipy.stats")
    mean = float(law.mean())
    if not abs(mean - 1) < 1e-6:
        raise ValueError(f"a law of times has the mean {mean:g}; expected 1: the mean stands in handle_s or patience_s")
    return np.maximum(law.rvs(n, random_state=rng), 0.0)


def _by_interval(name: str, values: ArrayLike, intervals: int) -> np.ndarray:
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
