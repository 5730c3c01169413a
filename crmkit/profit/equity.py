"""Customer equity: how much to spend on winning customers, how much on keeping them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Reach:
    """Share that is won, or kept, by what is spent on each: ceiling x (1 - exp(-rate x spend)).

    Two judgements of a manager fix it (Blattberg & Deighton 1996): the share at today's
    spending, and the most that any spending would reach.

    >>> won = Reach.through(spend=20.0, share=0.10, ceiling=0.25)
    >>> round(float(won.share(20.0)), 12), round(float(won.share(1e9)), 12)
    (0.1, 0.25)
    """

    ceiling: float  # 0..1, not reached by any spending
    rate: float  # a unit of money, above 0

    def __post_init__(self) -> None:
        door.share("ceiling", self.ceiling)
        if self.ceiling == 0:
            raise ValueError("ceiling=0 says that nobody can be reached; expected above 0")
        door.number("rate", self.rate, low=0, above=True)

    @classmethod
    def through(cls, *, spend: float, share: float, ceiling: float) -> Reach:
        """The curve through today's spending and share, below a ceiling.

        Parameters
        ----------
        spend : float
            Money spent on each today, above 0.
        share : float
            Share won or kept with it, above 0.
        ceiling : float
            The most that any spending would reach, above share and at most 1.
        """
        door.number("spend", spend, low=0, above=True)
        door.share("ceiling", ceiling)
        door.share("share", share)
        if not 0 < share < ceiling:
            raise ValueError(f"share={share!r} must lie above 0 and below ceiling={ceiling!r}")
        return cls(ceiling, -float(np.log1p(-share / ceiling)) / spend)

    def share(self, spend: ArrayLike) -> np.ndarray:
        """Share won or kept at a spending of 0 or more on each."""
        return -self.ceiling * np.expm1(-self.rate * np.asarray(spend, dtype=float))


@dataclass(frozen=True)
class Equity:
    """The best spending, each side for itself, and what a prospect is then worth."""

    acquisition: float  # money to spend on each prospect
    retention: float  # money to spend on each customer and year
    won: float  # share of the prospects won at that spending, 0..1
    kept: float  # share of the customers kept a year, 0..1
    customer: float  # money a customer just won is worth, what winning cost aside
    prospect: float  # money a prospect is worth: won x customer - acquisition


def keep_value(spend: ArrayLike, kept: Reach, *, margin: float, discount: float) -> np.ndarray:
    """What a customer is worth from the next year on, if so much is spent a year to keep each.

    (margin - spend / r) x r' / (1 - r') with r the share kept and r' = r / (1 + discount): Blattberg &
    Deighton (1996), Manage marketing by the customer equity test, Harvard Business Review 74.

    Parameters
    ----------
    spend : array
        Money a customer and year, 0 or more; with 0 nobody is kept and nothing comes.
    kept : Reach
        Share kept a year by spending.
    margin : float
        Money a customer brings a year.
    discount : float
        Of money a year, 0 or more; where the ceiling is 1 above 0.

    Raises
    ------
    ValueError
        If a number is out of range.

    >>> keep_value([0.0], Reach(0.8, 0.1), margin=100.0, discount=0.1).tolist()
    [0.0]
    """
    paid = np.asarray(spend, dtype=float)
    wrong = ~(np.isfinite(paid) & (paid >= 0))
    if wrong.any():
        raise ValueError(
            f"spend holds {np.atleast_1d(paid)[np.atleast_1d(wrong)][0]}; expected 0 or more money a customer"
        )
    door.number("margin", margin)
    door.number("discount", discount, low=0)
    r = kept.share(paid)
    if kept.ceiling / (1 + discount) >= 1:
        raise ValueError(
            f"with ceiling={kept.ceiling!r} and discount={discount!r} a customer is worth more than any number; "
            "give a discount above 0 or a ceiling below 1"
        )
    # margin x r' - spend / (1 + discount), so that spend 0 needs no division by r.
    return (margin * r - paid) / (1 + discount) / (1 - r / (1 + discount))


def best_equity(won: Reach, kept: Reach, *, margin: float, discount: float) -> Equity:
    """The spending on winning and on keeping at which a prospect is worth most.

    The best spending on keeping does not depend on what winning costs. With it, a customer is worth
    W = margin + keep_value, and the best spending on winning is log(rate x ceiling x W) / rate.

    Parameters
    ----------
    won, kept : Reach
        Share of the prospects won, and of the customers kept a year, by spending on each.
    margin : float
        Money a customer brings a year.
    discount : float
        Of money a year, 0 or more.

    Returns
    -------
    Equity
        Spending is 0 where none pays.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Blattberg & Deighton (1996): equity = a m - A + a (m - R / r) r' / (1 - r').

    >>> best = best_equity(Reach(0.3, 0.05), Reach(0.9, 0.03), margin=100.0, discount=0.1)
    >>> round(best.acquisition, 1), round(best.retention, 1), round(best.prospect, 1)
    (16.2, 46.6, 8.8)
    """
    from scipy.optimize import minimize_scalar

    # More than the whole margin of a year is never worth spending on keeping.
    most = max(margin, 0.0)
    spend = 0.0
    if most > 0:
        grid = np.linspace(0, most, 401)
        at = int(np.argmax(keep_value(grid, kept, margin=margin, discount=discount)))
        ends = grid[max(at - 1, 0)], grid[min(at + 1, 400)]
        found = minimize_scalar(
            lambda one: -float(keep_value(one, kept, margin=margin, discount=discount)),
            bounds=ends, method="bounded", options={"xatol": 1e-9 * most},
        )  # fmt: skip
        spend = float(found.x) if -found.fun > 0 else 0.0
    ahead = float(keep_value(spend, kept, margin=margin, discount=discount))
    worth = margin + ahead
    steep = won.rate * won.ceiling * worth
    first = float(np.log(steep)) / won.rate if steep > 1 else 0.0
    share = float(won.share(first))
    return Equity(first, spend, share, float(kept.share(spend)), worth, share * worth - first)


def split(
    won: Reach,
    kept: Reach,
    *,
    prospects: float,
    customers: float,
    budget: float,
    margin: float,
    discount: float,
    shares: Sequence[float] | None = None,
) -> pd.DataFrame:
    """What a year's budget brings, by the part of it that goes into winning customers.

    Prospects are approached once; the spending on each customer is held in the years after.

    Parameters
    ----------
    won, kept : Reach
        Share of the prospects won, and of the customers kept a year, by spending on each.
    prospects, customers : float
        How many there are, above 0.
    budget : float
        Money to spend this year, 0 or more.
    margin : float
        Money a customer brings a year.
    discount : float
        Of money a year, 0 or more.
    shares : sequence of float, optional
        Parts of the budget for winning to look at, 0..1; by default every hundredth.

    Returns
    -------
    DataFrame
        Index share: acquisition (money a prospect), retention (money a customer), won, kept (shares),
        new (money the customers won are worth, less what winning cost), old (money the present
        customers are worth), equity (both). ``.attrs["best"]``: the share with most equity.

    Raises
    ------
    ValueError
        If a number is out of range.

    >>> table = split(Reach(0.3, 0.05), Reach(0.9, 0.03), prospects=1000, customers=500, budget=40_000.0,
    ...               margin=100.0, discount=0.1)
    >>> table.attrs["best"]
    0.41
    """
    import pandas as pd

    for name, value in (("prospects", prospects), ("customers", customers)):
        door.number(name, value, low=0, above=True)
    door.number("budget", budget, low=0)
    part = np.linspace(0, 1, 101).round(12) if shares is None else np.asarray(shares, dtype=float)
    if not part.size or not ((part >= 0) & (part <= 1)).all():
        raise ValueError(f"shares={shares!r} must be shares from 0 to 1, at least one; write 30 % as 0.3")
    first, each = part * budget / prospects, (1 - part) * budget / customers
    ahead = keep_value(each, kept, margin=margin, discount=discount)
    share = won.share(first)
    new, old = prospects * (share * (margin + ahead) - first), customers * ahead
    table = pd.DataFrame(
        {
            "acquisition": first,
            "retention": each,
            "won": share,
            "kept": kept.share(each),
            "new": new,
            "old": old,
            "equity": new + old,
        },
        index=pd.Index(part, name="share"),
    )
    table.attrs = {"best": float(table["equity"].idxmax()), "budget": float(budget)}
    return table
