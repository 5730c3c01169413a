"""What a retail world declares of the case it drew: the sealed truth, as frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.catalogue import Catalogue
from crmkit.worlds.retail.picks import expected_pieces
from crmkit.worlds.retail.purchases import DAYS_A_YEAR, expected_between, on_calendar

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail


@dataclass(frozen=True)
class Members:
    """What a world knows of each customer; arrays of one length."""

    kind: np.ndarray
    region: np.ndarray
    rate: np.ndarray  # purchases a day while a customer
    leave: np.ndarray  # hazard a day
    extra_picks: np.ndarray
    uplift: np.ndarray
    joined: np.ndarray  # day, fractional
    left: np.ndarray  # day, fractional, may lie past the window


@dataclass(frozen=True)
class Receipts:
    """Purchases in the order of time."""

    who: np.ndarray
    day: np.ndarray  # whole days


@dataclass(frozen=True)
class Worth:
    """What knobs change in the truth of customers; as it stands they change nothing."""

    amount: np.ndarray  # of a piece of each article: mean money over the weeks of the window
    margin: np.ndarray
    rate_factor: np.ndarray | float = 1.0  # on the rate of purchase of each member
    kept: np.ndarray | float = 1.0  # share of a member's purchases that are left at the end of the window


def truth_customers(
    world: Retail,
    known: Members,
    worth: Worth,
    tastes: Sequence[np.ndarray],
    rules: Sequence[tuple[int, int, float]],
    ids: np.ndarray,
) -> pd.DataFrame:
    """Each member as the world made them (tables.TRUTH_CUSTOMERS)."""
    import pandas as pd

    amount, margin = np.empty(len(ids)), np.empty(len(ids))
    for code, taste in enumerate(tastes):
        here = known.region == code
        amount[here] = expected_pieces(known.extra_picks[here], taste, rules, worth.amount)
        margin[here] = expected_pieces(known.extra_picks[here], taste, rules, worth.margin)
    margin *= 1 - world.return_share

    alive = known.left >= world.days
    after = world.start + dt.timedelta(days=world.days)
    year, mailing = np.zeros(len(ids)), np.zeros(len(ids))
    response_days = world.campaign.response_days if world.campaign else 28
    for code, kind in enumerate(world.kinds):
        here = known.kind == code
        future = (world.season, kind.seasonality, world.week)
        year[here] = expected_between(known.rate[here], known.leave[here], after, 365, *future)
        mailing[here] = expected_between(known.rate[here], known.leave[here], after, response_days, *future)
    lapsed = on_calendar(world.start, np.where(alive, 0, known.left), world.days)
    lapsed[alive] = np.datetime64("NaT")
    kinds = pd.Index([kind.name for kind in world.kinds], dtype="str")
    return pd.DataFrame(
        {
            "customer_id": ids,
            "kind": pd.Categorical.from_codes(known.kind, categories=kinds),
            "purchases_per_year": known.rate * DAYS_A_YEAR * worth.rate_factor,
            "lapses_per_year": known.leave * DAYS_A_YEAR,
            "lapsed": lapsed,
            "alive": alive,
            "amount_per_purchase": amount,
            "margin_per_purchase": margin,
            "uplift": known.uplift,
            "purchases_next_year": year * alive * worth.rate_factor * worth.kept,
            "mailing_margin": mailing * alive * known.uplift * margin * worth.kept,
        }
    )


def truth_rules(world: Retail) -> pd.DataFrame:
    """The planted rules (tables.TRUTH_RULES)."""
    import pandas as pd

    rows = [(rule.antecedent, rule.consequent, rule.chance) for rule in world.rules]
    kinds = {"antecedent": "str", "consequent": "str", "chance": "float64"}  # also where there is no rule
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def truth_preferences(
    world: Retail,
    known: Members,
    receipts: Receipts,
    catalogue: Catalogue,
    tastes: Sequence[np.ndarray],
    rules: Sequence[tuple[int, int, float]],
    boost: np.ndarray | None = None,
) -> pd.DataFrame:
    """Expected share of each style among the pieces of each city, given who bought how often.

    `boost` (articles x weeks) multiplies the pieces of each article in each week.
    """
    import pandas as pd

    is_style = {style: (catalogue.style == style).astype(float) for style in world.styles}
    if boost is None:  # purchases of a customer are alike: count them
        purchases = np.bincount(receipts.who, minlength=world.customers)
        groups = [(np.arange(world.customers), purchases, np.ones(world.products))]
    else:
        ends = np.searchsorted(receipts.day, 7 * np.arange(boost.shape[1] + 1))
        groups = [
            (receipts.who[left:right], np.ones(right - left), boost[:, week])
            for week, (left, right) in enumerate(pairwise(ends))
        ]
    rows = []
    for code, (region, taste) in enumerate(zip(world.regions, tastes, strict=True)):
        pieces = dict.fromkeys(world.styles, 0.0)
        for who, times, factor in groups:
            here = known.region[who] == code
            extra, count = known.extra_picks[who[here]], times[here]
            for style in world.styles:
                pieces[style] += count @ expected_pieces(extra, taste, rules, is_style[style] * factor)
        total = sum(pieces.values())
        rows += [(region.name, style, one / total if total else np.nan) for style, one in pieces.items()]
    return pd.DataFrame(rows, columns=["city", "style", "share"])
