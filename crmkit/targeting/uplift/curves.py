"""What contacting the customers with the highest scores adds, and how much better than by lot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import each, numbers
from crmkit.targeting.uplift.arms import effects, two_arms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Qini:
    """How much a ranking by uplift adds over contacting by lot."""

    qini: float  # area between the curve and the line by lot, outcome a customer
    low: float  # its interval
    high: float
    uplift: float  # mean uplift of all customers, outcome a customer
    customers: int


def uplift_curve(
    score: ArrayLike,
    treated: ArrayLike,
    outcome: ArrayLike,
    *,
    propensity: ArrayLike | None = None,
    value: ArrayLike = 1.0,
    cost: ArrayLike = 0.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Outcome that is added when the best scored customers are contacted, cut by cut.

    Customers with equal scores are contacted together. The score must be made from other customers, or out of fold.

    Parameters
    ----------
    score : array (customers,)
        The higher, the earlier contacted.
    treated : array (customers,)
        True (contacted) or False (held back).
    outcome : array (customers,)
        Yes or no, or a number, e.g. money.
    propensity : float or array, optional
        Chance of being contacted in the trial; the share contacted unless given.
    value, cost : float or array
        Money that a unit of the outcome brings, and that a contact costs, for the column profit.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a cut: share (contacted), uplift (mean of those contacted), incremental (outcome added, a customer of
        all), low, high (its interval), by_lot (the same share drawn by lot), profit, profit_low, profit_high (money a
        customer of all).

    Raises
    ------
    ValueError
        If an arm is empty, lengths differ, values are missing, or a propensity is 0 or 1.

    References
    ----------
    Radcliffe (2007), Direct Marketing Analytics Journal; weighting by Horvitz & Thompson (1952), means taken off.

    >>> uplift_curve([2, 2, 1, 1], [1, 0, 1, 0], [1, 0, 0, 0])[["share", "incremental"]].to_numpy().tolist()
    [[0.5, 0.5], [1.0, 0.5]]
    """
    import pandas as pd

    door.aligned(score=score, treated=treated, outcome=outcome, propensity=propensity, value=value, cost=cost)
    rank = numbers("score", score)
    n = len(rank)
    arm, got, chance = two_arms(treated, outcome, propensity, n, "score")
    z = normal_quantile(level)
    psi = effects(arm, got, chance)
    money = effects(arm, got * each("value", value, n), chance) - each("cost", cost, n)
    order = np.argsort(-rank, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(rank[order])), n - 1)

    def added(one: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mean, square = (np.cumsum(values[order])[ends] / n for values in (one, one**2))
        return mean, z * np.sqrt(np.maximum(square - mean**2, 0) / n)

    share = (ends + 1) / n
    (incremental, half), (profit, spread) = added(psi), added(money)
    return pd.DataFrame(
        {
            "share": share,
            "uplift": incremental / share,
            "incremental": incremental,
            "low": incremental - half,
            "high": incremental + half,
            "by_lot": share * incremental[-1],
            "profit": profit,
            "profit_low": profit - spread,
            "profit_high": profit + spread,
        }
    )


def qini(
    score: ArrayLike,
    treated: ArrayLike,
    outcome: ArrayLike,
    *,
    propensity: ArrayLike | None = None,
    level: float = 0.95,
) -> Qini:
    """Area between the uplift curve and the line by lot: 0 where the score says nothing about uplift.

    Parameters
    ----------
    score, treated, outcome, propensity, level
        As in `uplift_curve`.

    Returns
    -------
    Qini
        With its normal interval; an interval that holds 0 shows no ranking by uplift.

    Raises
    ------
    ValueError
        As `uplift_curve`.

    References
    ----------
    Radcliffe (2007); the area is a mean of one term a customer, which gives the interval.

    >>> qini([2, 2, 1, 1], [1, 0, 1, 0], [1, 0, 0, 0]).qini
    0.125
    """
    from scipy.stats import rankdata

    door.aligned(score=score, treated=treated, outcome=outcome, propensity=propensity)
    rank = numbers("score", score)
    n = len(rank)
    arm, got, chance = two_arms(treated, outcome, propensity, n, "score")
    z = normal_quantile(level)
    psi = effects(arm, got, chance)
    terms = (psi - psi.mean()) * ((rankdata(rank) - 0.5) / n - 0.5)
    half = z * terms.std() / np.sqrt(n)
    area = float(terms.mean())
    return Qini(area, area - float(half), area + float(half), float(psi.mean()), n)
