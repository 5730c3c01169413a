"""Who the customers of a telecom world are, and how long each stays where contracts rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.people import draw_people, pools

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.world import Telecom

FIRST_CUSTOMER = 200_001
FIRM_BRAND = "Key account"
FIRM_WORDS = {"en_US": (" Trading", " Works", " Logistics", " & Co."), "zh_CN": ("贸易", "机械", "物流", "公司")}
INCOME_SPREAD = 0.45  # standard deviation of the log of income within a brand
AGE_SPREAD = 11.0  # years, about the mean of the brand
AGES = (18.0, 85.0)
CONTRACT_AGE, CONTRACT_INCOME = 42.0, 8_000.0  # of the people who hold contracts
LONGEST_TENURE = 300  # months
SEXES = ("female", "male", "firm")
STAYS = 1_000_000  # first month without us, of those who stay past the window


@dataclass(frozen=True)
class Subscribers:
    """What a world knows of each customer; arrays of one length."""

    brand: np.ndarray  # code of the plan or line; the firms come after the last plan
    firm: np.ndarray
    prepaid: np.ndarray
    region: np.ndarray
    quality: np.ndarray  # of the network
    age: np.ndarray  # missing for firms
    sex: np.ndarray
    income_doublings: np.ndarray  # log2 of income over the median of the brand; 0 for firms
    minutes: np.ndarray  # own mean in a month, 0 for firms
    data_gb: np.ndarray
    fee: np.ndarray  # money a month (plans, firms) or a term (lines)
    joined: np.ndarray  # month of the window; -1 and below: before it

    @property
    def first(self) -> np.ndarray:
        """First month in the window."""
        return np.maximum(self.joined, 0)


def brands(world: Telecom) -> list[str]:
    """Names of the brands, in the order of their codes."""
    return [part.name for part in world.plans or world.lines] + ([FIRM_BRAND] if world.accounts else [])


def draw_members(world: Telecom, rng: np.random.Generator) -> Subscribers:
    """Brand, region, person and time of joining of each customer."""
    n, parts = world.customers, world.plans or world.lines
    who, when, use, firms = rng.spawn(4)
    brand = who.choice(len(parts), size=n, p=_shares(parts)).astype(np.int16)
    region = who.choice(len(world.regions), size=n, p=_shares(world.regions)).astype(np.int16)
    sex = (who.random(n) < 0.5).astype(np.int8)
    z_age, z_income = who.standard_normal((2, n))

    def of(field: str, otherwise: float) -> np.ndarray:
        return np.array([float(getattr(part, field, otherwise)) for part in parts])[brand]

    age = np.clip(np.round(of("age", CONTRACT_AGE) + AGE_SPREAD * z_age), *AGES)
    spread = world.usage_spread
    own = np.exp(spread * use.standard_normal((2, n)) - spread**2 / 2)
    prepaid = np.array([bool(getattr(part, "prepaid", False)) for part in parts])[brand]
    fee, doublings = of("fee", 0.0), INCOME_SPREAD * z_income / math.log(2)
    minutes, data_gb = of("minutes_per_month", 0.0) * own[0], of("data_gb_per_month", 0.0) * own[1]

    firm = np.zeros(n, dtype=bool)
    if world.accounts is not None:
        firm = firms.random(n) < world.accounts.share
        large = np.round(world.accounts.fee * firms.random(n) ** (-1 / world.accounts.index), 2)
        brand, fee = np.where(firm, len(parts), brand).astype(np.int16), np.where(firm, large, fee)
        sex, age = np.where(firm, 2, sex).astype(np.int8), np.where(firm, np.nan, age)
        prepaid, doublings = prepaid & ~firm, np.where(firm, 0.0, doublings)
        minutes, data_gb = np.where(firm, 0.0, minutes), np.where(firm, 0.0, data_gb)
    quality = np.array([one.quality for one in world.regions])[region]
    joined = _joined(world, when)
    return Subscribers(
        brand, firm, prepaid, region, quality, age, sex, doublings, minutes, data_gb, fee, joined
    )  # fmt: skip


def joining(world: Telecom) -> np.ndarray:
    """Chance that one who joins in the window joins in each of its months (the first holds the opening base)."""
    month = np.arange(world.months)
    weight = np.where(month > 0, (1 + world.growth) ** (month / 12), 0.0)
    return weight / weight.sum() if world.months > 1 else np.ones(1)


def _joined(world: Telecom, rng: np.random.Generator) -> np.ndarray:
    n = world.customers
    opening = rng.random(n) < world.opening_share if world.months > 1 else np.ones(n, dtype=bool)
    tenure = np.minimum(np.floor(rng.exponential(size=n) * world.tenure_months), LONGEST_TENURE).astype(np.int32)
    month = rng.choice(world.months, size=n, p=joining(world)).astype(np.int32)
    # Contracts of the opening base begin with the window, so that each cohort is seen whole.
    before = np.zeros(n, dtype=np.int32) if world.lines else -tenure
    return np.where(opening, before, month)


def _shares(parts: tuple) -> np.ndarray:
    values = np.array([part.share for part in parts])
    return values / math.fsum(values)


def month_start(world: Telecom, month: np.ndarray) -> np.ndarray:
    """The first day of each month, counted from the start of the window."""
    first = np.datetime64(world.start, "M")
    return (first + np.asarray(month).astype("timedelta64[M]")).astype("datetime64[us]")


def last_day(world: Telecom, until: np.ndarray) -> np.ndarray:
    """The last day of those whose first month without us is `until`; missing for those who stay past the window."""
    gone = until <= world.months
    day = month_start(world, np.where(gone, until, 0)) - np.timedelta64(1, "D")
    return np.where(gone, day, np.datetime64("NaT", "us"))


def customer_frame(world: Telecom, known: Subscribers, left: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """tables.TELECOM_CUSTOMERS."""
    import pandas as pd

    ids = FIRST_CUSTOMER + np.arange(world.customers)
    frame = draw_people(ids, world.locale, rng)
    at = np.flatnonzero(known.firm)
    if len(at):
        last, words = pools(world.locale).last, np.array(FIRM_WORDS[world.locale], dtype=object)
        names = frame["name"].to_numpy(dtype=object).copy()
        names[at] = last[rng.integers(len(last), size=len(at))] + words[rng.integers(len(words), size=len(at))]
        frame["name"] = pd.array(names, dtype="str")
    frame.insert(0, "customer_id", ids)
    medians = np.array([getattr(part, "income_per_month", CONTRACT_INCOME) for part in world.plans or world.lines])
    middle = medians[np.minimum(known.brand, len(medians) - 1)]
    income = np.where(known.firm, np.nan, np.round(middle * 2.0**known.income_doublings, -1))

    def category(codes: np.ndarray, names: list[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))

    frame["region"] = category(known.region, [one.name for one in world.regions])
    frame["firm"] = known.firm
    frame["sex"] = category(known.sex, list(SEXES))
    frame["age"] = known.age
    frame["income"] = income
    frame["brand"] = category(known.brand, brands(world))
    frame["prepaid"] = known.prepaid
    frame["joined"] = month_start(world, known.joined)
    frame["left"] = left
    return frame
