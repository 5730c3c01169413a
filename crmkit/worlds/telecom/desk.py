"""The service side of a telecom world: why people get in touch, where, when, and who answers the phone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from crmkit.worlds import door

HALF_HOURS = 48
PHONE, SHOP = "phone", "shop"  # the two channels that the world itself speaks of
COMPLAINT = "complaint"  # the reason that the churn law speaks of
# Relative load of the half hours of a day: quiet night, morning peak, lunch dip, evening shoulder.
DAY_PROFILE = (
    0.20, 0.15, 0.12, 0.10, 0.08, 0.08, 0.08, 0.08, 0.10, 0.12, 0.16, 0.22,
    0.32, 0.45, 0.65, 0.90, 1.25, 1.60, 2.00, 2.25, 2.35, 2.30, 2.10, 1.85,
    1.60, 1.50, 1.60, 1.75, 1.90, 1.95, 1.90, 1.80, 1.70, 1.65, 1.60, 1.55,
    1.50, 1.50, 1.50, 1.45, 1.35, 1.20, 1.00, 0.80, 0.62, 0.48, 0.36, 0.27,
)  # fmt: skip
WEEK_PROFILE = (1.20, 1.10, 1.05, 1.05, 1.05, 0.85, 0.70)  # Monday to Sunday


@dataclass(frozen=True)
class ContactReason:
    """Why a subscriber gets in touch, how long it takes, and whether it is settled at once."""

    name: str
    per_month: float  # mean first contacts of one subscriber in 30 days, where the network is as the mean
    handle_s: float  # mean of a lognormal law
    handle_cv: float  # its standard deviation over its mean
    resolved: float  # chance that a person settles it at this contact
    self_service: float  # chance that the voice menu settles it (phone only)
    network: float = 0.0  # first contacts change by the factor exp(-network x quality of the region)

    def __post_init__(self) -> None:
        here = f"reason {self.name!r}: "
        door.number(here + "per_month", self.per_month, low=0, high=1_000)
        door.number(here + "handle_s", self.handle_s, low=0, high=86_400, above=True)
        door.number(here + "handle_cv", self.handle_cv, low=0, high=10, above=True)
        door.share(here + "resolved", self.resolved)
        door.share(here + "self_service", self.self_service)
        door.number(here + "network", self.network, low=-5, high=5)


@dataclass(frozen=True)
class ContactChannel:
    """A way to get in touch."""

    name: str
    share: float  # of the first contacts, at the age of 45
    youth: float  # its weight changes by exp(youth) for each twenty years younger
    opens: float = 0.0  # hour of the day
    closes: float = 24.0
    handle: float = 1.0  # handling time, as a factor on that of the reason
    cost: float = 0.0  # money per contact, without the wage of the phone line

    def __post_init__(self) -> None:
        here = f"channel {self.name!r}: "
        door.share(here + "share", self.share)
        door.number(here + "youth", self.youth, low=-3, high=3)
        door.number(here + "handle", self.handle, low=0, high=100, above=True)
        door.number(here + "cost", self.cost, low=0)
        for name in ("opens", "closes"):
            hour = getattr(self, name)
            door.number(here + name, hour, low=0, high=24)
            if 2 * hour % 1:
                raise ValueError(f"{here}{name}={hour!r} must fall on a half hour; write 8.5 for half past eight")
        if self.opens >= self.closes:
            raise ValueError(f"{here}opens={self.opens!r} must lie before closes={self.closes!r}")


@dataclass(frozen=True)
class ArrivalProfile:
    """When first contacts come: weekday x half hour, a gamma factor for each day, and bursts."""

    week: tuple[float, ...] = WEEK_PROFILE  # seven weights from Monday, scaled to a mean of 1
    day: tuple[float, ...] = DAY_PROFILE  # 48 weights from midnight, scaled to a mean of 1
    day_shape: float = 60.0  # the factor of a day is gamma with mean 1 and this shape: variance 1 / shape
    bursts_per_month: float = 0.0  # Poisson, in 30 days: a fault of the network, an error on the bills
    burst_factor: float = 3.0
    burst_hours: float = 2.0

    def __post_init__(self) -> None:
        for name, length in (("week", 7), ("day", HALF_HOURS)):
            weights = getattr(self, name)
            if len(weights) != length:
                raise ValueError(f"arrivals {name} gives {len(weights)} weights; it must give {length}")
            for at, weight in enumerate(weights):
                door.number(f"arrivals {name}[{at}]", weight, low=0)
            if not any(weights):
                raise ValueError(f"arrivals {name}: all weights are 0; give at least one above 0")
        door.number("arrivals day_shape", self.day_shape, low=0, above=True)
        door.number("arrivals bursts_per_month", self.bursts_per_month, low=0, high=300)
        door.number("arrivals burst_factor", self.burst_factor, low=1, high=100)
        door.number("arrivals burst_hours", self.burst_hours, low=0.5, high=48)


@dataclass(frozen=True)
class CallSite:
    """A place where agents sit."""

    name: str
    share: float  # of the agents, and of the calls where sites do not share one queue
    wage: float  # money per agent and hour

    def __post_init__(self) -> None:
        door.share(f"site {self.name!r}: share", self.share)
        door.number(f"site {self.name!r}: wage", self.wage, low=0)


@dataclass(frozen=True)
class CallDesk:
    """The phone line of the last `days` of the window, call by call."""

    days: int = 91
    sites: tuple[CallSite, ...] = (CallSite("north", 0.6, 30.0), CallSite("south", 0.4, 24.0))
    pooled: bool = True  # one queue for all sites, or one each
    margin: float = 0.6  # agents on duty = load + margin x sqrt(load), rounded up, by weekday and half hour
    agents: tuple[int, ...] = ()  # 48 numbers in the place of that rule: on duty over all sites, each day alike
    menu_s: float = 40.0  # in the voice menu before the queue
    patience_s: float = 150.0  # mean of an exponential law
    redial: float = 0.4  # chance that a caller who hung up calls again
    redial_after_s: float = 600.0  # mean of an exponential law

    def __post_init__(self) -> None:
        door.whole("desk days", self.days, low=1, high=3_660)
        if not self.sites:
            raise ValueError("desk sites=() must hold at least one")
        door.whole_sum("desk sites", [site.share for site in self.sites])
        door.distinct("desk sites", [site.name for site in self.sites])
        if not isinstance(self.pooled, bool):
            raise ValueError(f"desk pooled={self.pooled!r} must be True or False")
        door.number("desk margin", self.margin, low=-5, high=20)
        if self.agents and len(self.agents) != HALF_HOURS:
            raise ValueError(f"desk agents gives {len(self.agents)} numbers; it must give {HALF_HOURS}, or none")
        for at, on_duty in enumerate(self.agents):
            door.whole(f"desk agents[{at}]", on_duty, low=0, high=100_000)
        door.number("desk menu_s", self.menu_s, low=0, high=3_600)
        door.number("desk patience_s", self.patience_s, low=0, above=True)
        door.share("desk redial", self.redial)
        door.number("desk redial_after_s", self.redial_after_s, low=0, above=True)


def lognormal(mean: float, cv: float) -> tuple[float, float]:
    """(mu, sigma) of the lognormal law with this mean and coefficient of variation.

    >>> mu, sigma = lognormal(240.0, 0.8)
    >>> round(math.exp(mu + sigma**2 / 2), 6)
    240.0
    """
    variance = math.log1p(cv * cv)
    return math.log(mean) - variance / 2, math.sqrt(variance)
