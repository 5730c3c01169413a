"""Optimal stopping of a margin that moves by chance: on a binomial or trinomial lattice, and by simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crmkit.clv.margins import Margin

# (number of the date, margins) -> money
Money = Callable[[int, np.ndarray], np.ndarray]
REACH = 9.0  # standard deviations of the horizon that the lattice spans on either side
CHUNK = 2_000_000  # customers x nodes at a time


@dataclass(frozen=True, eq=False)
class Problem:
    """At each date stop for `stop`, or take `flow`, wait a period and decide again; at the end take `last`."""

    dates: int  # decisions, the first at once
    period: float  # between two of them, in terms
    factor: float  # what money one period ahead counts now: discounted, and times the chance to stay
    flow: Money
    stop: Money
    last: Callable[[np.ndarray], np.ndarray]


def lattice(
    process: Margin, start: np.ndarray, problem: Problem, *, between: int, branches: int = 3
) -> tuple[np.ndarray, ...]:
    """Value with the right to stop, value without, and value of going on once, for each start.

    The state is the mean path plus a deviation; deviations move on a grid whose branches keep
    mean and variance: two of equal chance (a binomial tree; Cox, Ross & Rubinstein 1979, Journal
    of Financial Economics 7), or three, which without pull keep the fourth moment too (Hull &
    White 1994, Journal of Derivatives 2, for the branches under mean reversion).

    Parameters
    ----------
    process : Margin
        How the margin moves.
    start : array (customers,)
        Margins now.
    problem : Problem
        What may be stopped.
    between : int
        Steps of the lattice in a period, 1 or more.
    branches : 2 or 3
        Two only for a process without pull.

    Returns
    -------
    three arrays (customers,)
        Money.
    """
    x = process.state(np.asarray(start, dtype=float))
    h = problem.period / between
    width = process.deviation(h) * (np.sqrt(3) if branches == 3 else 1.0)
    # A start that is known leads to deviations of a horizon's size; the farthest nodes hold what is beyond.
    reach = int(np.ceil(REACH * process.deviation(problem.period * problem.dates) / width)) + 1 if width > 0 else 0
    grid = np.arange(-reach, reach + 1)
    ways = _branches(process.pull(h) * grid, reach) if branches == 3 else _two_branches(grid, reach)
    step = max(1, CHUNK // len(grid))
    parts = [
        _backwards(process, x[cut : cut + step], problem, between, grid * width, ways) for cut in range(0, len(x), step)
    ]
    return tuple(np.concatenate(one) for one in zip(*parts, strict=True))


def _branches(pulled: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of each node: the middle node it leads to, and the chances up, middle and down."""
    to = np.clip(np.rint(pulled), -max(reach - 1, 0), max(reach - 1, 0)).astype(int)
    off = np.clip(pulled - to, -0.5, 0.5)
    up = 1 / 6 + (off**2 + off) / 2
    down = 1 / 6 + (off**2 - off) / 2
    return to + reach, up, 1 - up - down, down


def _two_branches(grid: np.ndarray, reach: int) -> tuple[np.ndarray, ...]:
    """As `_branches`, up and down with equal chances."""
    half = np.full(len(grid), 0.5)
    return np.clip(grid, -max(reach - 1, 0), max(reach - 1, 0)) + reach, half, 1 - 2 * half, half


def _backwards(
    process: Margin, x: np.ndarray, problem: Problem, between: int, deviation: np.ndarray, branches: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    to, up, middle, down = branches

    def margins(date: int) -> np.ndarray:
        return process.margin(process.path(x, date * problem.period)[:, None] + deviation)

    def before(values: np.ndarray) -> np.ndarray:
        if len(deviation) == 1:
            return values
        return up * values[..., to + 1] + middle * values[..., to] + down * values[..., to - 1]

    best = problem.last(margins(problem.dates))
    both = np.stack([best, best])  # with the right to stop, and without
    on = best
    for date in range(problem.dates - 1, -1, -1):
        for _ in range(between):
            both = before(both)
        m = margins(date)
        both = problem.flow(date, m) + problem.factor * both
        on = both[0]
        both = np.stack([np.maximum(on, problem.stop(date, m)), both[1]])
    now = len(deviation) // 2
    return both[0][:, now], both[1][:, now], on[:, now]


def simulate(
    process: Margin,
    start: float,
    problem: Problem,
    *,
    paths: int,
    rng: np.random.Generator,
    degree: int = 5,
    only: Callable[[int, np.ndarray], np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Money of each simulated path with the right to stop, and without; two mirrored paths are one row.

    The rule to stop is learned on one set of paths, by regression of what waiting brought on
    polynomials of the margin (Longstaff & Schwartz 2001, Review of Financial Studies 14), and
    judged on another, so the mean is not flattered by what the rule was learned from: a rule
    that is not the best can only bring less.

    Parameters
    ----------
    process, start, problem
        As in `lattice`, for one customer.
    paths : int
        Of each set; an even number.
    rng : Generator
        The source of chance.
    degree : int
        Of the polynomials.
    only : callable, optional
        (date, margins) -> bool: where stopping is worth a thought; everywhere unless given.

    Returns
    -------
    two arrays (paths / 2,)
        Money, counted now.
    """
    learned = _rule(process, start, problem, _walk(process, start, problem, paths, rng), degree, only)
    m = _walk(process, start, problem, paths, rng)
    money, running, served = np.zeros(paths), np.ones(paths, dtype=bool), np.zeros(paths)
    worth = 1.0
    for date in range(problem.dates):
        flow, stop = problem.flow(date, m[date]), problem.stop(date, m[date])
        stops = running & _stops(learned[date], m[date], flow, stop, None if only is None else only(date, m[date]))
        running = running & ~stops
        money += worth * (np.where(stops, stop, 0.0) + np.where(running, flow, 0.0))
        served += worth * flow
        worth *= problem.factor
    last = worth * problem.last(m[-1])
    money, served = money + np.where(running, last, 0.0), served + last
    half = paths // 2
    return (money[:half] + money[half:]) / 2, (served[:half] + served[half:]) / 2


def _walk(process: Margin, start: float, problem: Problem, paths: int, rng: np.random.Generator) -> np.ndarray:
    """Margins at the dates and at the end, (dates + 1, paths); the second half mirrors the first."""
    x = process.state(np.array([float(start)]))
    shock = rng.standard_normal((problem.dates, paths // 2)) * process.deviation(problem.period)
    pull, y = process.pull(problem.period), np.zeros(paths // 2)
    states = np.empty((problem.dates + 1, paths))
    states[0] = x
    for date in range(1, problem.dates + 1):
        y = pull * y + shock[date - 1]
        states[date] = process.path(x, date * problem.period) + np.concatenate([y, -y])
    return process.margin(states)


def _rule(
    process: Margin,
    start: float,
    problem: Problem,
    m: np.ndarray,
    degree: int,
    only: Callable[[int, np.ndarray], np.ndarray] | None,
) -> list[tuple[np.ndarray, float, float] | float]:
    """For each date what waiting is worth: a polynomial of the margin, or one number where all margins are alike."""
    later = problem.last(m[-1])
    learned: list[tuple[np.ndarray, float, float] | float] = []
    for date in range(problem.dates - 1, -1, -1):
        waiting = problem.factor * later
        flow, stop = problem.flow(date, m[date]), problem.stop(date, m[date])
        asked = np.ones(len(waiting), dtype=bool) if only is None else only(date, m[date])
        learned.append(_regression(m[date][asked], waiting[asked], degree))
        stops = _stops(learned[-1], m[date], flow, stop, asked)
        later = np.where(stops, stop, flow + waiting)
    return learned[::-1]


def _regression(m: np.ndarray, waiting: np.ndarray, degree: int) -> tuple[np.ndarray, float, float] | float:
    from numpy.polynomial import legendre

    spread = float(np.ptp(m)) if len(m) else 0.0
    if len(m) <= 4 * degree or spread <= 1e-12 * float(np.abs(m).max(initial=0.0)):
        return float(waiting.mean()) if len(m) else np.inf
    # The few farthest margins would bend the polynomial: they are read at the ends of the bulk.
    low, high = (float(one) for one in np.quantile(m, [0.001, 0.999]))
    design = legendre.legvander(_scaled(m, low, high), degree)
    return np.linalg.lstsq(design, waiting, rcond=None)[0], low, high


def _scaled(m: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.clip((2 * m - low - high) / (high - low), -1, 1)


def _stops(
    told: tuple[np.ndarray, float, float] | float,
    m: np.ndarray,
    flow: np.ndarray,
    stop: np.ndarray,
    asked: np.ndarray | None,
) -> np.ndarray:
    """Is stopping now worth more than going on?"""
    from numpy.polynomial import legendre

    waiting = told if isinstance(told, float) else legendre.legval(_scaled(m, told[1], told[2]), told[0])
    better = stop > flow + waiting
    return better if asked is None else better & asked
