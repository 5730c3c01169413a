"""How many agents of each skill: never fewer than the work that is carried, and enough by simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.crew import Line, Team, parts
from crmkit.queues.simulate import simulate

if TYPE_CHECKING:
    import pandas as pd

MOST_ROUNDS = 400  # of adding agents; far more than any centre needs


@dataclass(frozen=True, eq=False)
class SkillPlan:
    """Agents of each team, what their lines get, and the least that the work alone asks for."""

    teams: pd.DataFrame  # index team: agents, least (what the carried work alone asks for), wage_per_h
    lines: (
        pd.DataFrame
    )  # index line: load (Erlang), carried (Erlang), service_level, low, high (Student over runs), p_abandon
    cost: float  # wages, money an hour
    simulated: int  # days played for the search


def staff_skills(
    lines: Sequence[Line],
    teams: Sequence[Team],
    *,
    service_level: float,
    wages: Mapping[str, float] | None = None,
    threshold_s: float = 20.0,
    runs: int = 8,
    hours: float = 10.0,
    level: float = 0.95,
    seed: int | np.random.Generator,
) -> SkillPlan:
    """The agents of each team with which every line keeps its promise, found by simulation from the least that can do the work.

    Parameters
    ----------
    lines : sequence of Line
        With one rate each; patience must be finite.
    teams : sequence of Team
        Their agents are of no account.
    service_level : float
        Share of all callers of each line answered within threshold_s, mean over the runs.
    wages : mapping, optional
        Money an agent and hour of each team; default 1.
    threshold_s : float
        An answer within it is in time.
    runs, hours : int, float
        Days that are played with each staffing, always the same callers; the first hour of each does not count.
    level : float
        Of the intervals, 0..1.
    seed : int or Generator

    Returns
    -------
    SkillPlan
        With one agent fewer in any team a line would break its promise in the same runs, or the work could not be done.

    Raises
    ------
    ValueError
        If a line is of several rates, has callers who never hang up, or no number of agents keeps the promise.

    References
    ----------
    The least: agents of a team are shared among its lines so that each line's answered calls find their hours (a flow;
    Hall 1935 for each set of lines). An agent with two skills counts once, unlike in staffing line by line.

    >>> lines = [Line("a", 60, 240, 120), Line("b", 60, 240, 120)]
    >>> plan = staff_skills(lines, [Team("both", 1)], service_level=0.8, runs=4, hours=6, seed=1)
    >>> bool(plan.teams.loc["both", "agents"] >= plan.lines["carried"].sum())
    True
    """
    lines, teams = parts(lines, teams)
    goal, tail = (
        door.share("service_level", service_level, inside=True),
        (1 - door.share("level", level, inside=True)) / 2,
    )
    door.whole("runs", runs, low=2)
    door.number("hours", hours, low=1, above=True)
    door.number("threshold_s", threshold_s, low=0)
    for line in lines:
        if np.ndim(line.calls_per_h) or not np.isfinite(line.patience_s):
            raise ValueError(
                f"line {line.name!r} has several rates or callers who never hang up; expected one rate and a finite patience_s"
            )
    unknown = set(wages or {}) - {team.name for team in teams}
    if unknown:
        raise ValueError(
            f"wages names {sorted(unknown)[0]!r}, which is no team; there are {[one.name for one in teams]}"
        )
    wage = np.array([door.number("wages", (wages or {}).get(team.name, 1.0), low=0, above=True) for team in teams])
    load = np.array([float(line.calls_per_h) * line.handle_s / 3600 for line in lines])
    answers = np.array([[not team.answers or line.name in team.answers for team in teams] for line in lines])
    seeds = np.random.default_rng(seed).integers(2**63, size=runs).tolist()
    known: dict[tuple[int, ...], np.ndarray] = {}

    def played(agents: np.ndarray) -> np.ndarray:
        """(runs, lines, [in time, hung up, hours of work an hour])"""
        key = tuple(agents.tolist())
        if key not in known:
            crew = [replace(team, agents=max(int(n), 0)) for team, n in zip(teams, agents, strict=True)]
            known[key] = np.stack([_day(lines, crew, hours, threshold_s, one) for one in seeds])
        return known[key]

    def short(agents: np.ndarray) -> np.ndarray:
        return np.maximum(goal - played(agents)[:, :, 0].mean(axis=0), 0.0)

    # At least the goal is answered, so at least that share of the work is carried.
    agents = least = carrying(goal * load, answers, wage)
    for _ in range(MOST_ROUNDS):
        lacking = short(agents)
        if not lacking.any():
            break
        worst = int(lacking.argmax())
        step = max(1, int(lacking[worst] * np.sqrt(load[worst])))
        tried = [agents + step * (np.arange(len(teams)) == team) for team in np.flatnonzero(answers[worst])]
        gain = [(lacking - short(one)).sum() / ((one - agents) @ wage) for one in tried]
        agents = tried[int(np.argmax(gain))]
    else:
        raise ValueError(
            f"service_level={goal:g} is not kept after {MOST_ROUNDS} steps; expected a goal that agents can reach"
        )
    fewer = True
    while fewer:
        fewer = False
        for team in np.argsort(-wage, kind="stable"):
            one = agents - (np.arange(len(teams)) == team)
            while one[team] >= 0 and feasible(goal * load, answers, one) and not short(one).any():
                agents, fewer = one, True
                one = agents - (np.arange(len(teams)) == team)
    return _plan(lines, teams, agents, least, wage, load, played(agents), tail, runs * len(known))


def carrying(work: np.ndarray, answers: np.ndarray, wage: np.ndarray) -> np.ndarray:
    """The cheapest whole agents of teams that can do the work of lines (Erlang); answers: bool (lines, teams)."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    lines, teams = answers.shape
    size = lines * teams
    done = np.hstack([np.kron(np.eye(lines), np.ones(teams)), np.zeros((lines, teams))])
    spent = np.hstack([np.kron(np.ones(lines), np.eye(teams)), -np.eye(teams)])
    top = np.concatenate([np.where(answers, np.inf, 0.0).ravel(), np.full(teams, np.inf)])
    found = milp(
        np.concatenate([np.zeros(size), wage]),
        integrality=np.concatenate([np.zeros(size), np.ones(teams)]),
        bounds=Bounds(0, top),
        constraints=[LinearConstraint(done, work, np.inf), LinearConstraint(spent, -np.inf, 0)],
    )
    return np.rint(found.x[size:]).astype(np.int64)


def feasible(work: np.ndarray, answers: np.ndarray, agents: np.ndarray) -> bool:
    """Can these agents do the work at all? Every set of lines needs as many agents who answer one of them (Hall)."""
    lines = len(work)
    for chosen in range(1, 2**lines):
        own = np.array([bool(chosen >> line & 1) for line in range(lines)])
        if work[own].sum() > agents[answers[own].any(axis=0)].sum() + 1e-9:
            return False
    return True


def _day(lines: list[Line], crew: list[Team], hours: float, within: float, seed: int) -> np.ndarray:
    log = simulate(lines, crew, hours=hours, seed=seed)
    late = (log["arrived"] - log["arrived"].dt.normalize().iloc[0]).dt.total_seconds() >= 3600 if len(log) else []
    own = log[late & ~log["contained"]] if len(log) else log
    found = np.zeros((len(lines), 3))
    for row, line in enumerate(lines):
        mine = own[own["reason"] == line.name]
        if len(mine):
            good = (~mine["abandoned"]) & (mine["wait_s"] <= within)
            found[row] = good.mean(), mine["abandoned"].mean(), mine["handle_s"].sum() / 3600 / (hours - 1)
        else:
            found[row] = 1.0, 0.0, 0.0
    return found


def _plan(
    lines: list[Line],
    teams: list[Team],
    agents: np.ndarray,
    least: np.ndarray,
    wage: np.ndarray,
    load: np.ndarray,
    played: np.ndarray,
    tail: float,
    simulated: int,
) -> SkillPlan:
    import pandas as pd
    from scipy.special import stdtrit

    mean = played.mean(axis=0)
    half = float(stdtrit(len(played) - 1, 1 - tail)) * played[:, :, 0].std(axis=0, ddof=1) / np.sqrt(len(played))
    table = pd.DataFrame({
        "load": load, "carried": mean[:, 2], "service_level": mean[:, 0], "low": np.maximum(mean[:, 0] - half, 0.0),
        "high": np.minimum(mean[:, 0] + half, 1.0), "p_abandon": mean[:, 1],
    }, index=pd.Index([one.name for one in lines], name="line"))  # fmt: skip
    staff = pd.DataFrame(
        {"agents": agents, "least": least, "wage_per_h": wage}, index=pd.Index([one.name for one in teams], name="team")
    )
    return SkillPlan(staff, table, float(agents @ wage), simulated)
