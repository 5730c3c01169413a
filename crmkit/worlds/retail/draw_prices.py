"""Prices that move, and articles that get new designs: what they do to the pieces sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.catalogue import Catalogue
from crmkit.worlds.retail.knobs import DAYS_A_WEEK, Pricing, Rotation
from crmkit.worlds.retail.picks import Lines
from crmkit.worlds.retail.truth import Receipts

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

WEEKS_A_YEAR = 365 / 7


@dataclass(frozen=True)
class Weeks:
    """What articles cost and how they sell week by week; arrays articles x weeks."""

    price: np.ndarray
    promoted: np.ndarray
    boost: np.ndarray  # pieces sold / pieces at shelf price of an old design
    age: np.ndarray  # weeks since the design came, -1 for the first one


def draw_weeks(
    world: Retail, catalogue: Catalogue, pricing: np.random.Generator, rotating: np.random.Generator
) -> Weeks | None:
    """None where prices stand still and designs stay."""
    if world.pricing is None and world.rotation is None:
        return None
    weeks = -(-world.days // DAYS_A_WEEK)
    shape = (world.products, weeks)
    price, promoted = np.broadcast_to(catalogue.price[:, None], shape), np.zeros(shape, dtype=bool)
    boost, age = np.ones(shape), np.full(shape, -1)
    if world.pricing is not None:
        part, promoted = _levels(world.pricing, shape, pricing)
        price = np.maximum(np.round(price * part, 2), 0.01)
        elasticity = {one.name: one.elasticity for one in world.categories}
        steep = np.array([elasticity[name] for name in catalogue.category])
        boost = (price / catalogue.price[:, None]) ** -steep[:, None]
    if world.rotation is not None:
        age = _ages(world.rotation, shape, rotating)
        boost = boost * (1 + world.rotation.novelty * np.exp(-age / world.rotation.fade_weeks) * (age >= 0))
    return Weeks(price, promoted, boost, age)


def _levels(pricing: Pricing, shape: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Price as a part of the shelf price, and whether it is a promotion."""
    drawn = pricing.lowest_level + (1 - pricing.lowest_level) * rng.random(shape)
    new = rng.random(shape) < min(1.0, pricing.changes_per_year / WEEKS_A_YEAR)
    new[:, 0] = True
    since = np.maximum.accumulate(np.where(new, np.arange(shape[1]), 0), axis=1)
    level = np.take_along_axis(drawn, since, axis=1)
    promoted = rng.random(shape) < pricing.promotion_share
    depth = np.array(pricing.depths)[rng.integers(len(pricing.depths), size=shape)]
    return level * np.where(promoted, 1 - depth, 1.0), promoted


def _ages(rotation: Rotation, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Weeks since the design on the shelf came; -1 where it is the first."""
    week = np.arange(shape[1])
    turn = (week % rotation.weeks == 0) & (week > 0)
    count = round(rotation.share * shape[0])
    lot = rng.random(shape).argsort(axis=0).argsort(axis=0)  # ranks: exactly `count` articles are replaced
    new = (lot < count) & turn
    since = np.maximum.accumulate(np.where(new, week, -1), axis=1)
    return np.where(since >= 0, week - since, -1)


def boosted(lines: Lines, receipts: Receipts, weeks: Weeks, rng: np.random.Generator) -> tuple[Lines, np.ndarray]:
    """More pieces where the price is low or the design new, and the price paid in each line.

    Each piece brings on average boost - 1 further ones (Poisson), so that the mean number
    of pieces of an article in a week is `boost` times what it would be otherwise.
    """
    week = receipts.day[lines.basket] // DAYS_A_WEEK
    more = rng.poisson(lines.quantity * (weeks.boost[lines.item, week] - 1))
    return Lines(lines.basket, lines.item, lines.quantity + more.astype(np.int32)), weeks.price[lines.item, week]


def price_frame(world: Retail, catalogue: Catalogue, weeks: Weeks) -> pd.DataFrame:
    """tables.PRICES."""
    import pandas as pd

    items, count = weeks.price.shape
    return pd.DataFrame(
        {
            "item": _items(catalogue, np.repeat(np.arange(items), count)),
            "week": _week(world, np.tile(np.arange(count), items)),
            "price": weeks.price.ravel(),
            "promoted": weeks.promoted.ravel(),
        }
    )


def design_frame(world: Retail, catalogue: Catalogue, weeks: Weeks) -> pd.DataFrame:
    """tables.DESIGNS."""
    import pandas as pd

    item, begin = np.nonzero((weeks.age == 0) | (np.arange(weeks.age.shape[1]) == 0))
    first = np.diff(item, prepend=-1) > 0
    number = np.arange(len(item)) - np.maximum.accumulate(np.where(first, np.arange(len(item)), 0)) + 1
    listed = _week(world, begin)
    delisted = np.full(len(item), np.datetime64("NaT"), dtype=listed.dtype)
    delisted[:-1] = np.where(first[1:], np.datetime64("NaT"), listed[1:])
    return pd.DataFrame({"item": _items(catalogue, item), "design": number, "listed": listed, "delisted": delisted})


def truth_elasticities(world: Retail) -> pd.DataFrame:
    """tables.TRUTH_ELASTICITIES."""
    import pandas as pd

    rows = [(one.name, one.elasticity) for one in world.categories]
    return pd.DataFrame(rows, columns=["category", "elasticity"])


def _items(catalogue: Catalogue, code: np.ndarray) -> pd.Categorical:
    import pandas as pd

    return pd.Categorical.from_codes(code, categories=pd.Index(catalogue.item, dtype="str"))


def _week(world: Retail, week: np.ndarray) -> np.ndarray:
    """First day of each week of the window."""
    return np.datetime64(world.start, "us") + (DAYS_A_WEEK * week).astype("timedelta64[D]")
