"""What a retail world declares of the case it drew: the sealed truth, as frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.catalogue import STYLES, Catalogue
from crmkit.worlds.picks import expected_pieces
from crmkit.worlds.purchases import DAYS_A_YEAR, expected_between, on_calendar

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail import Retail


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


def truth_customers(
    world: Retail,
    known: Members,
    catalogue: Catalogue,
    tastes: Sequence[np.ndarray],
    rules: Sequence[tuple[int, int, float]],
    ids: np.ndarray,
) -> pd.DataFrame:
    """Each member as the world made them (tables.TRUTH_CUSTOMERS)."""
    import pandas as pd

    amount, margin = np.empty(len(ids)), np.empty(len(ids))
    for code, taste in enumerate(tastes):
        here = known.region == code
        amount[here] = expected_pieces(known.extra_picks[here], taste, rules, catalogue.price)
        margin[here] = expected_pieces(known.extra_picks[here], taste, rules, catalogue.price - catalogue.cost)
    margin *= 1 - world.return_share

    alive = known.left >= world.days
    after = world.start + dt.timedelta(days=world.days)
    year, mailing = np.zeros(len(ids)), np.zeros(len(ids))
    response_days = world.campaign.response_days if world.campaign else 28
    for code, kind in enumerate(world.kinds):
        here = known.kind == code
        future = (world.season, kind.seasonality)
        year[here] = expected_between(known.rate[here], known.leave[here], after, 365, *future)
        mailing[here] = expected_between(known.rate[here], known.leave[here], after, response_days, *future)
    lapsed = on_calendar(world.start, np.where(alive, 0, known.left), world.days)
    lapsed[alive] = np.datetime64("NaT")
    kinds = pd.Index([kind.name for kind in world.kinds], dtype="str")
    return pd.DataFrame(
        {
            "customer_id": ids,
            "kind": pd.Categorical.from_codes(known.kind, categories=kinds),
            "purchases_per_year": known.rate * DAYS_A_YEAR,
            "lapses_per_year": known.leave * DAYS_A_YEAR,
            "lapsed": lapsed,
            "alive": alive,
            "amount_per_purchase": amount,
            "margin_per_purchase": margin,
            "uplift": known.uplift,
            "purchases_next_year": year * alive,
            "mailing_margin": mailing * alive * known.uplift * margin,
        }
    )


def truth_rules(world: Retail) -> pd.DataFrame:
    """The planted rules (tables.TRUTH_RULES)."""
    import pandas as pd

    rows = [(rule.antecedent, rule.consequent, rule.chance) for rule in world.rules]
    found = pd.DataFrame(rows, columns=["antecedent", "consequent", "chance"])
    return found.astype({"antecedent": "str", "consequent": "str", "chance": "float64"})  # also without rules


def truth_preferences(
    world: Retail,
    known: Members,
    receipts: Receipts,
    catalogue: Catalogue,
    tastes: Sequence[np.ndarray],
    rules: Sequence[tuple[int, int, float]],
) -> pd.DataFrame:
    """Expected share of each style among the pieces of each city, given who bought how often."""
    import pandas as pd

    purchases = np.bincount(receipts.who, minlength=world.customers)
    rows = []
    for code, (region, taste) in enumerate(zip(world.regions, tastes, strict=True)):
        here = known.region == code
        pieces = {
            style: purchases[here]
            @ expected_pieces(known.extra_picks[here], taste, rules, (catalogue.style == style).astype(float))
            for style in STYLES
        }
        total = sum(pieces.values())
        share = {style: one / total if total else np.nan for style, one in pieces.items()}
        rows += [(region.name, style, share[style]) for style in STYLES]
    return pd.DataFrame(rows, columns=["city", "style", "share"])
