"""When customers buy and when they leave: purchase and drop-out processes.

While a customer, purchases follow a Poisson process whose rate moves with the
season; the time until leaving for good is exponential. Rates differ between
customers by gamma laws, which in a single kind without seasons is the
Pareto/NBD model (Schmittlein, Morrison & Colombo 1987).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

DAYS_A_YEAR = 365.0


EVEN_WEEK = (1.0,) * 7  # Monday to Sunday


def intensity(
    start: dt.date, days: int, season: Sequence[float], strength: float, week: Sequence[float] = EVEN_WEEK
) -> np.ndarray:
    """Relative rate of purchase on each day, mean 1 over a calendar year of 365 days and over a week."""
    monthly = np.asarray(season, dtype=float) ** strength
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    monthly = monthly * DAYS_A_YEAR / (monthly @ lengths)
    first = np.datetime64(start, "D")
    month = (first + np.arange(days)).astype("datetime64[M]").astype(int) % 12
    if tuple(week) == EVEN_WEEK:
        return monthly[month]
    weekday = (start.weekday() + np.arange(days)) % len(week)
    return monthly[month] * (np.asarray(week) * len(week) / np.sum(week))[weekday]


@dataclass(frozen=True)
class Clock:
    """Season-adjusted time: integral of the intensity from day 0."""

    total: np.ndarray  # length days + 1, total[0] = 0

    @classmethod
    def of(cls, daily: np.ndarray) -> Clock:
        """The clock of a daily intensity."""
        return cls(np.concatenate([[0.0], np.cumsum(daily)]))

    def read(self, day: np.ndarray) -> np.ndarray:
        """Adjusted time at each (fractional) day."""
        return np.interp(day, np.arange(len(self.total)), self.total)

    def day(self, adjusted: np.ndarray) -> np.ndarray:
        """The (fractional) day at each adjusted time."""
        return np.interp(adjusted, self.total, np.arange(len(self.total)))


def draw_between(
    rate_per_day: np.ndarray,
    begin: np.ndarray,
    end: np.ndarray,
    clock: Clock,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases of each customer between two days.

    Returns
    -------
    who : int array
        Position of the customer, one entry a purchase.
    when : float array
        Day of the purchase.
    """
    low, high = clock.read(begin), clock.read(np.maximum(end, begin))
    count = rng.poisson(rate_per_day * (high - low))
    who = np.repeat(np.arange(len(count), dtype=np.int32), count)
    adjusted = low[who] + (high - low)[who] * rng.random(len(who))
    return who, clock.day(adjusted)


def expected_between(
    rate_per_day: np.ndarray,
    leave_per_day: np.ndarray,
    first: dt.date,
    horizon: int,
    season: Sequence[float],
    strength: float,
    week: Sequence[float] = EVEN_WEEK,
) -> np.ndarray:
    """Mean purchases in the `horizon` days from `first`, of customers alive on `first`.

    Exact: the rate is constant within a month (or a day, in an uneven week), so the integral of rate x chance of
    still being a customer is a sum of exponentials over the months (or days) touched.
    """
    daily = intensity(first, horizon, season, strength, week)
    edges = np.flatnonzero(np.diff(daily, prepend=np.nan, append=np.nan))
    mean = np.zeros(len(rate_per_day))
    for left, right in pairwise(edges):
        alive = np.exp(-leave_per_day * left) * -np.expm1(-leave_per_day * (right - left))
        mean += daily[left] * alive
    return rate_per_day * mean / leave_per_day


def on_calendar(start: dt.date, day: np.ndarray, days: int) -> np.ndarray:
    """The date of each (fractional) day of a window that begins on `start` and is `days` long."""
    whole = np.minimum(np.floor(day), days - 1).astype("timedelta64[D]")
    return np.datetime64(start, "us") + whole
