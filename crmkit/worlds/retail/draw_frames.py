"""Purchases and lines as tables: returns woven in, receipts numbered in the order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.people import draw_people
from crmkit.worlds.retail.catalogue import Catalogue
from crmkit.worlds.retail.picks import Lines
from crmkit.worlds.retail.purchases import on_calendar
from crmkit.worlds.retail.truth import Members, Receipts

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

FIRST_CUSTOMER = 100_001
FIRST_RECEIPT = 1
RETURN_WITHIN = 14  # days


@dataclass(frozen=True)
class Till:
    """Receipts and their lines as tables, and which purchase is behind each receipt."""

    transactions: pd.DataFrame
    lines: pd.DataFrame
    source: np.ndarray  # of each receipt: place of the purchase that was made or brought back


def weave(base: np.ndarray, base_ends: np.ndarray, later: np.ndarray, later_ends: np.ndarray) -> np.ndarray:
    """Day by day, the entries of `base` and then those of `later`; ends are running counts at the end of each day."""
    if not len(later):
        return base
    parts, b, k = [], 0, 0
    for base_end, later_end in zip(base_ends.tolist(), later_ends.tolist(), strict=True):
        if later_end > k:  # days without anything to weave in stay in one piece
            parts += [base[b:base_end], later[k:later_end]]
            b, k = base_end, later_end
    return np.concatenate([*parts, base[b:]])


def with_returns(
    world: Retail,
    receipts: Receipts,
    lines: Lines,
    catalogue: Catalogue,
    rng: np.random.Generator,
    paid: np.ndarray | None = None,
) -> Till:
    """Number receipts in the order of time, returns among them, and price the lines.

    `paid` is the price of a piece in each line; by default it is the shelf price.
    """
    import pandas as pd

    n = len(receipts.who)
    back = np.flatnonzero(rng.random(n) < world.return_share)
    day = receipts.day[back] + rng.integers(1, RETURN_WITHIN + 1, size=len(back))
    back, day = back[day < world.days], day[day < world.days]
    order = np.argsort(day, kind="stable")
    back, day = back[order], day[order]

    days = np.arange(world.days)
    ends = np.searchsorted(receipts.day, days, side="right"), np.searchsorted(day, days, side="right")

    def both(base: np.ndarray, later: np.ndarray) -> np.ndarray:
        return weave(base, ends[0], later, ends[1])

    # Every basket has a line and lines come in the order of baskets.
    begins = np.flatnonzero(np.concatenate([[True], lines.basket[1:] != lines.basket[:-1], [True]]))
    price = catalogue.price[lines.item] if paid is None else paid
    amount = np.add.reduceat(price * lines.quantity, begins[:-1])
    if paid is not None:
        amount = np.round(amount, 2)  # shelf prices are whole, prices paid have cents
    number = FIRST_RECEIPT + np.arange(n + len(back))
    per_day = np.diff(ends[0] + ends[1], prepend=0)
    first = np.datetime64(world.start, "us")
    transactions = pd.DataFrame(
        {
            "transaction_id": number,
            "customer_id": FIRST_CUSTOMER + both(receipts.who, receipts.who[back]).astype(np.int64),
            "day": np.repeat(first + days * np.timedelta64(1, "D").astype("timedelta64[us]"), per_day),
            "amount": both(amount, -amount[back]),
        },
        copy=False,
    )

    length = begins[back + 1] - begins[back]
    stops = np.concatenate([[0], np.cumsum(length)])
    rows = np.repeat(begins[back] - stops[:-1], length) + np.arange(stops[-1])
    line_ends = begins[ends[0]], stops[ends[1]]
    codes = lines.item.astype(np.int8 if world.products < 128 else np.int16)  # as pandas keeps categories

    def all_lines(base: np.ndarray, later: np.ndarray) -> np.ndarray:
        return weave(base, line_ends[0], later, line_ends[1])

    names = pd.Index(catalogue.item, dtype="str")
    line_frame = pd.DataFrame(
        {
            "basket_id": np.repeat(number, both(np.diff(begins), length)),
            "item": pd.Categorical.from_codes(all_lines(codes, codes[rows]), categories=names, validate=False),
            "quantity": all_lines(lines.quantity, -lines.quantity[rows]),
            "price": all_lines(price, price[rows]),
        },
        copy=False,
    )
    return Till(transactions, line_frame, both(np.arange(n), back))


def customer_frame(world: Retail, known: Members, ids: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """tables.CUSTOMERS."""
    import pandas as pd

    cities = pd.Index([region.name for region in world.regions], dtype="str")
    frame = draw_people(ids, world.locale, rng)
    frame.insert(0, "customer_id", ids)
    frame["city"] = pd.Categorical.from_codes(known.region, categories=cities)
    frame["joined"] = on_calendar(world.start, known.joined, world.days)
    return frame


def contact_frame(world: Retail, treated: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    """tables.CONTACTS."""
    import pandas as pd

    in_it = treated >= 0
    written = treated[in_it] == 1
    campaign = world.campaign
    day = np.datetime64(world.start, "us") + np.timedelta64(campaign.day if campaign else 0, "D")
    return pd.DataFrame(
        {
            "customer_id": ids[in_it],
            "campaign": pd.array([campaign.name if campaign else ""] * int(in_it.sum()), dtype="str"),
            "day": np.full(int(in_it.sum()), day),
            "treated": written,
            "cost": np.where(written, campaign.cost if campaign else 0.0, 0.0),
        }
    )
