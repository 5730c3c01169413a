"""The points programme: who was invited, monthly statements, points and tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.draw_frames import FIRST_CUSTOMER
from crmkit.worlds.retail.knobs import Loyalty

if TYPE_CHECKING:
    import pandas as pd


def draw_invited(loyalty: Loyalty, customers: int, rng: np.random.Generator) -> np.ndarray:
    """Who is invited, by lot."""
    return rng.random(customers) < loyalty.invited_share


def club_frames(
    loyalty: Loyalty, invited: np.ndarray, ids: np.ndarray, transactions: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """tables.LOYALTY and tables.STATEMENTS; what is brought back takes its points back."""
    import pandas as pd

    who = transactions["customer_id"].to_numpy() - FIRST_CUSTOMER
    in_it = invited[who]
    who, amount = who[in_it], transactions["amount"].to_numpy()[in_it]
    month = transactions["day"].to_numpy()[in_it].astype("datetime64[M]").astype(int)
    first = month.min() if len(month) else 0
    span = int(month.max() - first + 1) if len(month) else 1
    key, at = np.unique(who * span + month - first, return_inverse=True)
    cents = np.bincount(at, weights=np.round(100 * amount), minlength=len(key))
    points = np.bincount(at, weights=np.trunc(amount * loyalty.points_per_money), minlength=len(key)).astype(int)
    whose = key // span
    begins = np.diff(whose, prepend=-1) > 0
    total = np.cumsum(points)
    before = np.maximum.accumulate(np.where(begins, np.arange(len(key)), 0))
    balance = total - (total - points)[before]
    statements = pd.DataFrame(
        {
            "customer_id": ids[whose],
            "month": (key % span + first).astype("datetime64[M]").astype("datetime64[us]"),
            "amount": cents / 100,
            "points": points,
            "balance": balance,
        }
    )
    last = np.zeros(len(ids), dtype=int)
    last[whose] = balance  # rows of a member come in time: the last one stays
    tier = np.searchsorted(loyalty.thresholds, last, side="right") - 1
    tiers = pd.Index(["none", *loyalty.tiers], dtype="str")
    members = pd.DataFrame(
        {
            "customer_id": ids,
            "invited": invited,
            "points": last,
            "tier": pd.Categorical.from_codes(np.where(invited, tier.clip(min=0) + 1, 0), categories=tiers),
        }
    )
    return {"loyalty": members, "statements": statements}
