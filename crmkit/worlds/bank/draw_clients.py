"""Who the customers of a bank are, when they come and go, and when they take up the online bank."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.parts import unit_shares
from crmkit.worlds.people import draw_people

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.parts import OnlineAdoption
    from crmkit.worlds.bank.world import Bank

FIRST_CUSTOMER, FIRST_HOUSEHOLD = 200_001, 50_001
DAYS_A_YEAR, DAYS_A_MONTH = 365.25, 365.25 / 12
MONTHS_A_YEAR = 12
RATE_SHAPE = 3.0  # transactions differ between customers of a kind by a gamma law
AGE_SPREAD, LEAST_AGE, MOST_AGE = 9.0, 18, 95


@dataclass(frozen=True)
class Calendar:
    """The window in days from 0 and in months."""

    start: dt.date
    first: np.ndarray  # first day of each month, and of the month after the window
    months: int
    days: int

    @classmethod
    def of(cls, start: dt.date, months: int) -> Calendar:
        """The calendar of `months` months from `start`."""
        begins = (np.datetime64(start, "M") + np.arange(months + 1)).astype("datetime64[D]")
        first = (begins - np.datetime64(start, "D")).astype(np.int64)
        return cls(start, first, months, int(first[-1]))

    def date(self, day: np.ndarray) -> np.ndarray:
        """The dates of days of the window."""
        whole = np.floor(day).astype("timedelta64[D]")
        return np.datetime64(self.start, "us") + whole

    def date_inside(self, day: np.ndarray) -> np.ndarray:
        """The dates; missing where the day lies outside the window."""
        outside = ~((day >= 0) & (day < self.days))
        found = self.date(np.where(outside, 0, day))
        found[outside] = np.datetime64("NaT")
        return found

    def month_end(self, month: np.ndarray) -> np.ndarray:
        """The last day of each month."""
        return self.date(self.first[np.asarray(month) + 1] - 1)

    def season(self, factors: tuple[float, ...]) -> np.ndarray:
        """Mean work of each month relative to that of a mean month: season and length."""
        which = (self.start.month - 1 + np.arange(self.months)) % MONTHS_A_YEAR
        return np.asarray(factors)[which] * np.diff(self.first) / DAYS_A_MONTH


@dataclass(frozen=True)
class Clients:
    """What a bank world knows of each customer; arrays of one length. Days are counted from the start, with parts."""

    ids: np.ndarray
    household: np.ndarray  # position
    kind: np.ndarray
    area: np.ndarray
    owner: np.ndarray  # owns the home?
    age: np.ndarray
    income: np.ndarray  # a year
    rate: np.ndarray  # channel transactions a mean month
    tenure: np.ndarray  # years with the bank on the first day; 0 for those who join later
    joined: np.ndarray  # day; 0 for those who were there before
    left: np.ndarray  # day of leaving for good, may lie past the window
    adopted: np.ndarray  # day of taking up the online bank, infinite for those who never will

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def existing(self) -> np.ndarray:
        """Were they with the bank before the window?"""
        return self.tenure > 0


@dataclass(frozen=True)
class Households:
    """Households: kind, area, branch and home; arrays of one length."""

    kind: np.ndarray
    area: np.ndarray
    branch: np.ndarray  # position among all branches
    owner: np.ndarray
    members: np.ndarray


def draw_households(world: Bank, rng: np.random.Generator) -> Households:
    """As many households as the customers need; the last one may be cut short."""
    sizes = rng.choice(len(world.household_sizes), size=world.customers, p=unit_shares(world.household_sizes)) + 1
    reach = np.cumsum(sizes)
    count = int(np.searchsorted(reach, world.customers)) + 1
    members = sizes[:count].copy()
    members[-1] -= reach[count - 1] - world.customers
    kind = rng.choice(len(world.kinds), size=count, p=unit_shares([one.share for one in world.kinds]))
    area = rng.choice(len(world.areas), size=count, p=unit_shares([one.share for one in world.areas]))
    branches = np.array([one.branches for one in world.areas])
    branch = (np.cumsum(branches) - branches)[area] + (rng.random(count) * branches[area]).astype(np.int64)
    owner = rng.random(count) < np.array([one.owner_share for one in world.kinds])[kind]
    return Households(kind.astype(np.int16), area.astype(np.int16), branch, owner, members)


def draw_clients(
    world: Bank, homes: Households, calendar: Calendar, rng: np.random.Generator, online: np.random.Generator
) -> Clients:
    """Traits, coming, going and taking up the online bank of each customer."""
    n = world.customers
    household = np.repeat(np.arange(len(homes.kind)), homes.members)
    kind = homes.kind[household]

    def field(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in world.kinds], dtype=float)[kind]

    age = np.clip(np.rint(field("age") + AGE_SPREAD * rng.standard_normal(n)), LEAST_AGE, MOST_AGE).astype(np.int16)
    income = np.rint(field("income") * np.exp(field("income_spread") * rng.standard_normal(n)) / 100) * 100
    income = np.maximum(income, 1_000.0)
    rate = field("transactions_per_month") * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, size=n)
    existing = rng.random(n) < world.existing_share
    tenure = np.where(existing, np.maximum(np.round(rng.gamma(2.0, 4.0, size=n), 1), 0.1), 0.0)
    joined = np.where(existing, 0.0, _joining(rng.random(n), world.growth, calendar.days))
    left = joined + rng.exponential(size=n) * DAYS_A_YEAR / field("leaves_per_year")
    ids = FIRST_CUSTOMER + np.arange(n)
    adopted = _adoption(world.online, online, n)
    return Clients(
        ids, household, kind, homes.area[household], homes.owner[household], age, income, rate, tenure, joined,
        left, np.maximum(adopted, joined),
    )  # fmt: skip


def _joining(chance: np.ndarray, growth: float, days: int) -> np.ndarray:
    """Days of joining whose rate grows by `growth` a year, by inverting the distribution."""
    slope = math.log1p(growth) / DAYS_A_YEAR
    if abs(slope * days) < 1e-9:
        day = chance * days
    else:
        day = np.log1p(chance * math.expm1(slope * days)) / slope
    return np.minimum(day, days - 1e-6)


def _adoption(online: OnlineAdoption | None, rng: np.random.Generator, n: int) -> np.ndarray:
    """Day of taking up the online bank, by inverting the law of Bass; infinite where never."""
    ever, chance = rng.random(n), rng.random(n)
    if online is None:
        return np.full(n, np.inf)
    month = np.log((1 + online.q / online.p * chance) / (1 - chance)) / (online.p + online.q)
    return np.where(ever < online.m, month * DAYS_A_MONTH, np.inf)


def household_frame(world: Bank, homes: Households, rng: np.random.Generator) -> pd.DataFrame:
    """The households (bank.households)."""
    import pandas as pd

    ids = FIRST_HOUSEHOLD + np.arange(len(homes.kind))
    return pd.DataFrame(
        {
            "household_id": ids,
            "branch_id": 1 + homes.branch,
            "area": areas(world, homes.area),
            "address": draw_people(ids, world.locale, rng)["address"],
            "home_owner": homes.owner,
            "members": homes.members,
        }
    )


def client_frame(world: Bank, known: Clients, calendar: Calendar, rng: np.random.Generator) -> pd.DataFrame:
    """The customers (bank.customers)."""
    import pandas as pd

    people = draw_people(known.ids, world.locale, rng)
    joined = calendar.date_inside(np.where(known.existing, -1.0, known.joined))
    return pd.DataFrame(
        {
            "customer_id": known.ids,
            "household_id": FIRST_HOUSEHOLD + known.household,
            "name": people["name"],
            "email": people["email"],
            "age": known.age.astype(np.int64),
            "income": known.income,
            "tenure_years": known.tenure,
            "joined": joined,
        }
    )


def branch_frame(world: Bank, calendar: Calendar) -> pd.DataFrame:
    """The branches (bank.branches)."""
    import pandas as pd

    count = np.array([area.branches for area in world.areas])
    area = np.repeat(np.arange(len(count)), count)
    closing = np.full(len(count), -1.0)
    for closure in world.closures:
        closing[[one.name for one in world.areas].index(closure.area)] = calendar.first[closure.month]
    return pd.DataFrame(
        {
            "branch_id": 1 + np.arange(len(area)),
            "area": areas(world, area),
            "closed": calendar.date_inside(closing[area]),
        }
    )


def areas(world: Bank, code: np.ndarray) -> pd.Categorical:
    """Areas by name."""
    return categories([area.name for area in world.areas], code)


def categories(names: list[str] | tuple[str, ...], code: np.ndarray) -> pd.Categorical:
    """Codes as a category of these names."""
    import pandas as pd

    return pd.Categorical.from_codes(code, categories=pd.Index(list(names), dtype="str"))


def online_frame(known: Clients, calendar: Calendar) -> pd.DataFrame:
    """Who took up the online bank in the window while a customer (bank.online)."""
    import pandas as pd

    here = np.flatnonzero((known.adopted < calendar.days) & (known.adopted < known.left))
    here = here[np.argsort(known.adopted[here], kind="stable")]
    return pd.DataFrame({"customer_id": known.ids[here], "day": calendar.date(known.adopted[here])})
