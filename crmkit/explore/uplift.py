"""Explorers of uplift: whom to contact by which score, and how many customers a ranking by uplift needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import plots
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.targeting import uplift

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike


def response_or_uplift(
    scores: dict[str, ArrayLike],
    chance_with: ArrayLike,
    chance_without: ArrayLike,
    *,
    value: int = 100,
    cost: int = 2,
    unit: str = "money",
) -> Explorer:
    """Do the customers who respond most gain most by the contact?

    `value` of a response and `cost` of a contact as they are shown first.
    """
    base = uplift.rankings(scores, chance_with, chance_without)

    def at(contacted: float, value: int, cost: int) -> tuple[Axes, str]:
        table = base.assign(gain=value * base["incremental"] - cost * base["share"])
        here = table[np.isclose(table["share"], round(contacted, 2))].set_index("score")["gain"]
        said = f"{percent(contacted)} contacted, {value} {unit} a response, {cost} a contact: " + ", ".join(
            f"by {name} {gain:+.2f}" for name, gain in here.drop("truth").items()
        )
        return plots.rankings(
            table, unit=unit, at=contacted
        ), f"{said}, by true uplift {here['truth']:+.2f} a customer."

    return Explorer(
        at,
        question="At which cost does the best response score lose money that the true uplift would have won?",
        contacted=share("share contacted", 0.3, 0.0, 1.0, step=0.05),
        value=number(f"{unit} a response", value, 10, max(500, 2 * value), step=10),
        cost=number(f"{unit} a contact", cost, 0, max(50, 2 * cost)),
    )


def how_sure(*, uplift_spread: float = 0.05, base_rate: float = 0.2) -> Explorer:
    """How many customers does a trial need before a ranking by uplift can be told from one by lot?"""

    def at(customers: int, treated: float, seed: int) -> tuple[Axes, str]:
        rng = np.random.default_rng(seed)
        n = 100 * customers
        true = uplift_spread * rng.standard_normal(n)
        arm = rng.random(n) < treated
        got = rng.random(n) < np.clip(base_rate + arm * true, 0, 1)
        score = true + uplift_spread * rng.standard_normal(n)  # a model that knows half of it
        told, curve = uplift.qini(score, arm, got), uplift.uplift_curve(pd.Series(score).round(3), arm, got)
        sure = "above 0" if told.low > 0 else "not to be told from 0"
        said = (
            f"{n:,} customers, {percent(treated)} contacted, draw {seed}: Qini {told.qini:.4f} ({told.low:.4f} to "
            f"{told.high:.4f}), {sure}."
        )
        return plots.uplift_curve(curve), said

    return Explorer(
        at,
        question="From how many customers on is the Qini above 0 in nearly all draws?",
        customers=number("hundreds of customers", 20, 5, 300, step=5),
        treated=share("share contacted", 0.5, 0.1, 0.9, step=0.1),
        seed=number("draw", 1, 1, 20),
    )
