"""When people get in touch: the relative intensity of every half hour of the window."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.desk import HALF_HOURS

if TYPE_CHECKING:
    from crmkit.worlds.telecom.desk import ArrivalProfile, ContactChannel
    from crmkit.worlds.telecom.world import Telecom

SLOT_S = 1_800  # seconds in a half hour
DAY_S = HALF_HOURS * SLOT_S
BASE_SLOTS = 30 * HALF_HOURS  # rates are declared for 30 days


@dataclass(frozen=True)
class ServiceClock:
    """Half hours of the window, one row a day."""

    factor: np.ndarray  # of the day and of bursts, mean near 1
    even: np.ndarray  # declared weekday x half hour x festive season, all hours open
    begins: np.ndarray  # first day of each month, and the end: months + 1 numbers

    def open(self, channel: ContactChannel, profile: ArrivalProfile) -> np.ndarray:
        """Declared intensity of a channel: what comes in a day comes while it is open."""
        day = np.asarray(profile.day, dtype=float)
        slots = np.arange(HALF_HOURS)
        mask = (slots >= 2 * channel.opens) & (slots < 2 * channel.closes)
        inside = (day * mask).sum()
        return self.even * mask * (day.sum() / inside if inside else 0.0)


def weeks(start: dt.date, days: int, profile: ArrivalProfile) -> np.ndarray:
    """Weight of each day by its weekday, mean 1 over a week."""
    week = np.asarray(profile.week, dtype=float)
    return (week / week.mean())[(start.weekday() + np.arange(days)) % 7]


def draw_clock(world: Telecom, rng: np.random.Generator) -> ServiceClock:
    """The clock of a world: declared profile, and the factors drawn for days and bursts."""
    profile, days = world.arrivals, world.days
    by_day = rng.gamma(profile.day_shape, 1 / profile.day_shape, size=days)
    burst_rng = rng.spawn(1)[0]
    lasts = math.ceil(2 * profile.burst_hours)
    begun = burst_rng.poisson(profile.bursts_per_month / BASE_SLOTS, size=days * HALF_HOURS + lasts - 1) > 0
    running = np.concatenate([[0], np.cumsum(begun)])
    in_burst = (running[lasts:] - running[:-lasts] > 0).reshape(days, HALF_HOURS)
    factor = by_day[:, None] * np.where(in_burst, profile.burst_factor, 1.0)

    begins = np.array([(world.first_of(month) - world.start).days for month in range(world.months + 1)])
    half_hour = np.asarray(profile.day, dtype=float)
    even = weeks(world.start, days, profile)[:, None] * (half_hour / half_hour.mean())
    if world.festive is not None:
        for month in range(world.months):
            if world.first_of(month).month == world.festive.month:
                even[begins[month] : begins[month + 1]] *= world.festive.contacts
    return ServiceClock(factor, even, begins)


def mean_burst(profile: ArrivalProfile) -> float:
    """Mean factor that bursts bring to a half hour."""
    lasts = math.ceil(2 * profile.burst_hours)
    return 1 + (profile.burst_factor - 1) * -math.expm1(-profile.bursts_per_month * lasts / BASE_SLOTS)


def mean_month(world: Telecom, month: int) -> float:
    """Declared first contacts of a month (from the start of the window, or beyond) over those of 30 days."""
    first = world.first_of(month)
    days = (world.first_of(month + 1) - first).days
    base = weeks(first, days, world.arrivals).sum() / 30 * mean_burst(world.arrivals)
    festive = world.festive
    return float(base * (festive.contacts if festive and first.month == festive.month else 1.0))


def to_opening(at_s: np.ndarray, opens: np.ndarray, closes: np.ndarray) -> np.ndarray:
    """The same moments, or where a channel is closed then, the next opening (hours of the day; seconds)."""
    day, within = np.divmod(at_s, DAY_S)
    later = np.where(within >= 3600 * closes, (day + 1) * DAY_S + 3600 * opens, day * DAY_S + 3600 * opens)
    return np.where((within >= 3600 * opens) & (within < 3600 * closes), at_s, later)
