"""Branches and their closing, questions to the offices, and the shelf experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.catalogue import Catalogue
from crmkit.worlds.retail.draw_frames import FIRST_CUSTOMER, Till
from crmkit.worlds.retail.knobs import DAYS_A_WEEK, ENQUIRY_CHANNELS, ShelfTest
from crmkit.worlds.retail.parts import shares
from crmkit.worlds.retail.picks import Lines
from crmkit.worlds.retail.purchases import Clock, draw_between, intensity, on_calendar
from crmkit.worlds.retail.truth import Members, Receipts

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

FIRST_BRANCH, FIRST_STORE, FIRST_ENQUIRY = 101, 501, 1


@dataclass(frozen=True)
class Branches:
    """The branches of each city and where members are at home."""

    city: np.ndarray  # of each branch, sorted
    closed: np.ndarray  # does it close?
    size: np.ndarray  # how likely it is to be a member's home
    home: np.ndarray  # of each member

    def pick(self, city: np.ndarray, rng: np.random.Generator, *, open_only: np.ndarray) -> np.ndarray:
        """A branch in each of these cities by size; where `open_only`, one that does not close."""
        out = np.empty(len(city), dtype=np.int32)
        u = rng.random(len(city))
        for code in np.unique(city):
            for only in (False, True):
                here = np.flatnonzero((city == code) & (open_only == only))
                there = np.flatnonzero((self.city == code) & ~(self.closed & only))
                ladder = np.cumsum(self.size[there])
                out[here] = there[np.searchsorted(ladder / ladder[-1], u[here], side="right").clip(max=len(there) - 1)]
        return out


def draw_branches(world: Retail, known: Members, rng: np.random.Generator) -> Branches:
    """Branches in proportion to the members of each city, at least one each."""
    shops = world.shops
    quota = shares(world.regions) * (shops.branches - len(world.regions))
    count = 1 + np.floor(quota).astype(int)
    for code in np.argsort(-(quota % 1), kind="stable")[: shops.branches - count.sum()]:
        count[code] += 1
    city = np.repeat(np.arange(len(count)), count)
    first = np.diff(city, prepend=-1) > 0
    lot = np.where(first, np.inf, rng.random(len(city)))
    closing = min(round(shops.closed_share * len(city)), int((~first).sum()))
    closed = np.zeros(len(city), dtype=bool)
    closed[np.argsort(lot, kind="stable")[:closing]] = True
    size = rng.gamma(3.0, 1 / 3, size=len(city)) + 0.05
    branches = Branches(city, closed, size, np.empty(0, dtype=np.int32))
    home = branches.pick(known.region, rng, open_only=known.joined >= shops.closing_day)
    return Branches(city, closed, size, home)


def lost_to_closing(world: Retail, branches: Branches, who: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Chance of each purchase to be lost because the home branch is closed."""
    return (1 - world.shops.kept_share) * (branches.closed[branches.home[who]] & (when >= world.shops.closing_day))


def branch_of_receipts(
    world: Retail, known: Members, branches: Branches, receipts: Receipts, rng: np.random.Generator
) -> np.ndarray:
    """The home branch mostly, else another in the city; never one that is closed by then."""
    late = receipts.day >= world.shops.closing_day
    home = branches.home[receipts.who]
    other = branches.pick(known.region[receipts.who], rng, open_only=late)
    at_home = (rng.random(len(home)) < world.shops.home_share) & ~(late & branches.closed[home])
    return np.where(at_home, home, other)


def branch_frames(world: Retail, branches: Branches, at: np.ndarray, till: Till) -> dict[str, pd.DataFrame]:
    """tables.BRANCHES and tables.BRANCH_RECEIPTS."""
    import pandas as pd

    cities = pd.Index([region.name for region in world.regions], dtype="str")
    day = np.datetime64(world.start, "us") + np.timedelta64(world.shops.closing_day, "D")
    return {
        "branches": pd.DataFrame(
            {
                "branch_id": FIRST_BRANCH + np.arange(len(branches.city)),
                "city": pd.Categorical.from_codes(branches.city, categories=cities),
                "closed": np.where(branches.closed, day, np.datetime64("NaT", "us")),
            }
        ),
        "branch_receipts": pd.DataFrame(
            {
                "transaction_id": till.transactions["transaction_id"].to_numpy(),
                "branch_id": FIRST_BRANCH + at[till.source].astype(np.int64),
            }
        ),
    }


def truth_homes(branches: Branches, ids: np.ndarray) -> pd.DataFrame:
    """tables.TRUTH_HOMES."""
    import pandas as pd

    home = FIRST_BRANCH + branches.home.astype(np.int64)
    return pd.DataFrame({"customer_id": ids, "branch_id": home, "closed": branches.closed[branches.home]})


def enquiry_frame(
    world: Retail,
    known: Members,
    branches: Branches,
    receipts: Receipts,
    lines: Lines,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """tables.ENQUIRIES: 1 + Poisson before each purchase, and others at a steady rate."""
    import pandas as pd

    asked = world.enquiries
    before = np.repeat(np.arange(len(receipts.who)), 1 + rng.poisson(asked.per_purchase - 1, size=len(receipts.who)))
    day = receipts.day[before] - rng.integers(0, asked.lead_days + 1, size=len(before))
    steady = Clock.of(intensity(world.start, world.days, world.season, 0.0, world.week))
    rate = np.full(world.customers, asked.idle_per_year / 365)
    idle, idle_day = draw_between(rate, known.joined, np.minimum(known.left, world.days), steady, rng)

    line_names = pd.Index([one.name for one in world.categories], dtype="str")
    category = line_names.get_indexer(catalogue.category)
    first_line = category[lines.item[np.searchsorted(lines.basket, np.arange(len(receipts.who)))]]
    line = rng.integers(len(line_names), size=len(before) + len(idle))
    right = rng.random(len(before)) < asked.right_line_share
    line[: len(before)] = np.where(right, first_line[before], line[: len(before)])

    who = np.concatenate([receipts.who[before], idle])
    when = np.maximum(np.concatenate([day, np.floor(idle_day).astype(int)]), 0).clip(max=world.days - 1)
    late = when >= world.shops.closing_day
    other = branches.pick(known.region[who], rng, open_only=late)
    branch = np.where(late & branches.closed[branches.home[who]], other, branches.home[who])
    channel = rng.choice(len(ENQUIRY_CHANNELS), size=len(who), p=asked.channel_shares)
    order = np.argsort(when, kind="stable")
    channels = pd.Index(ENQUIRY_CHANNELS, dtype="str")
    return pd.DataFrame(
        {
            "enquiry_id": FIRST_ENQUIRY + np.arange(len(who)),
            "customer_id": FIRST_CUSTOMER + who[order].astype(np.int64),
            "branch_id": FIRST_BRANCH + branch[order].astype(np.int64),
            "day": on_calendar(world.start, when[order].astype(float), world.days),
            "channel": pd.Categorical.from_codes(channel[order], categories=channels),
            "category": pd.Categorical.from_codes(line[order], categories=line_names),
        }
    )


def shelf_frames(world: Retail, test: ShelfTest, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """tables.SHELF and tables.TRUTH_SHELF: Poisson pieces of each article, store and week."""
    import pandas as pd

    treated = rng.permutation(test.stores) < round(test.treated_share * test.stores)
    shape = 1 / test.store_spread**2
    size = rng.gamma(shape, 1 / shape, size=test.stores)
    store, week, item = (one.ravel() for one in np.indices((test.stores, test.weeks, 2)))
    daily = intensity(world.start, DAYS_A_WEEK * test.weeks, world.season, 1.0)
    factor = daily.reshape(test.weeks, DAYS_A_WEEK).mean(axis=1)
    moved = treated[store] & (week >= test.moved_after)
    mean = np.array(test.weekly_pieces)[item] * size[store] * factor[week] * (1 + np.array(test.lifts)[item] * moved)
    names = pd.Index(test.items, dtype="str")
    frame = pd.DataFrame(
        {
            "store_id": FIRST_STORE + store,
            "week": np.datetime64(world.start, "us") + (DAYS_A_WEEK * week).astype("timedelta64[D]"),
            "item": pd.Categorical.from_codes(item, categories=names),
            "treated": treated[store],
            "moved": moved,
            "pieces": rng.poisson(mean),
        }
    )
    truth = pd.DataFrame({"item": pd.array(test.items, dtype="str"), "lift": np.array(test.lifts, dtype=float)})
    return frame, truth
