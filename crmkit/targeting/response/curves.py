"""Where to stop addressing: the profit of every cut, and the best one with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import whole
from crmkit.targeting.response.cuts import asked, cuts, resampled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class BestCut:
    """The cut with the highest profit on the customers at hand, and what it will bring on others."""

    share: float  # of the customers addressed, 0..1
    share_low: float  # its interval: other samples would have chosen other cuts
    share_high: float
    threshold: float  # address scores of this and more; inf: nobody
    threshold_low: float
    threshold_high: float
    profit: float  # money, as found: the highest of all cuts on these customers
    optimism: float  # money by which the highest of many cuts overstates itself
    expected: float  # profit - optimism: money to expect of this cut on as many new customers
    low: float  # interval of that expectation
    high: float
    level: float  # of the intervals
    customers: int  # rows judged on

    def __repr__(self) -> str:
        return (
            f"BestCut(the best {100 * self.share:.0f} % ({100 * self.share_low:.0f} to {100 * self.share_high:.0f}), score >= "
            f"{self.threshold:.4g}; profit {self.profit:,.0f}, to expect {self.expected:,.0f} "
            f"({self.low:,.0f} to {self.high:,.0f}))"
        )


def profit_curve(
    score: ArrayLike,
    outcome: ArrayLike,
    *,
    value: ArrayLike,
    cost: ArrayLike,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Profit of addressing the best scored customers, for every place to stop, nobody included.

    Customers with equal scores are addressed together or not at all.

    Parameters
    ----------
    score : array (customers,)
        The higher, the earlier addressed.
    outcome : array (customers,)
        True and False, or numbers of 0 or more, e.g. purchases. All 0 is a valid campaign that failed.
    value, cost : float or array (customers,)
        Money that one unit of the outcome brings, and that addressing a customer costs.
    weight : array (customers,), optional
        Customers that a row stands for, 0 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a cut, first nobody, last everyone: share (addressed, 0..1), threshold (lowest score addressed; inf for
        nobody), customers, outcome (sum among them), profit (money), low, high (interval of the profit of this one cut,
        fixed beforehand), marginal (money that each customer added by this cut brings; missing for nobody).

    Raises
    ------
    ValueError
        If lengths differ, or a value is missing or not a number.

    References
    ----------
    Interval: of a sum of independent customers, normal.

    >>> profit_curve([3, 2, 1], [1, 1, 0], value=10, cost=4)[["share", "profit"]].round(2).to_numpy().tolist()
    [[0.0, 0.0], [0.33, 6.0], [0.67, 12.0], [1.0, 8.0]]
    """
    import pandas as pd

    rank, got, heavy, won = asked(score, outcome, value, cost, weight)
    z = normal_quantile(level)
    order, ends = cuts(rank)

    def upto(amounts: np.ndarray) -> np.ndarray:
        return np.append(0.0, np.cumsum(amounts[order])[ends])

    count, customers, profit = upto(np.ones(len(rank))), upto(heavy), upto(heavy * won)
    spread = z * np.sqrt(np.maximum(upto((heavy * won) ** 2) - profit**2 / np.maximum(count, 1), 0))
    added = np.diff(customers)
    marginal = np.divide(np.diff(profit), added, out=np.full(len(added), np.nan), where=added > 0)
    return pd.DataFrame(
        {
            "share": customers / heavy.sum(),
            "threshold": np.append(np.inf, rank[order][ends]),
            "customers": customers,
            "outcome": upto(heavy * got),
            "profit": profit,
            "low": profit - spread,
            "high": profit + spread,
            "marginal": np.append(np.nan, marginal),
        }
    )


def best_cut(
    score: ArrayLike,
    outcome: ArrayLike,
    *,
    value: ArrayLike,
    cost: ArrayLike,
    seed: int | np.random.Generator,
    weight: ArrayLike | None = None,
    resamples: int = 500,
    level: float = 0.95,
) -> BestCut:
    """The most profitable share of customers to address, and how sure that is.

    Customers are drawn anew with replacement; each resample chooses its own best cut. The spread of
    these cuts tells how sure the cut is. What a chosen cut brings in its own resample, less what it
    brings on the customers at hand, is its optimism: the highest of many cuts is partly luck. It takes off most of that luck
    but not all (about two thirds): a lucky hill is found again in the resamples. So `expected` is still a little high; the
    interval from low to high is drawn wide enough for it.

    Parameters
    ----------
    score, outcome, value, cost, weight
        As in `profit_curve`. The score must come from other customers than these.
    seed : int or Generator
        Of the resamples.
    resamples : int
        At least 20.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    BestCut
        Where several cuts are equally good, the one that addresses fewest.

    Raises
    ------
    ValueError
        As `profit_curve`; or if there are too few resamples.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, 17.6 (optimism); the interval of the expectation turns its
    distribution round (13.4, basic interval). The place of a maximum is known to the cube root of the customers only (Kim &
    Pollard 1990), so the interval of the cut (percentile) is a guide rather than exact.

    >>> best_cut([3, 2, 1, 0] * 50, [1, 1, 0, 0] * 50, value=10, cost=4, seed=1).threshold
    2.0
    """
    rank, _, heavy, won = asked(score, outcome, value, cost, weight)
    whole("resamples", resamples, 20)
    normal_quantile(level)
    order, ends = cuts(rank)
    shares = np.append(0.0, np.cumsum(heavy[order])[ends]) / heavy.sum()
    thresholds = np.append(np.inf, rank[order][ends])
    money = (heavy * won)[order]
    profit = np.append(0.0, np.cumsum(money)[ends])
    at = int(profit.argmax())
    chosen, excess, luck = np.empty(resamples, dtype=int), np.empty(resamples), np.empty(resamples)
    for number, times in enumerate(resampled(len(rank), resamples, seed)):
        again = np.append(0.0, np.cumsum(money * times)[ends])
        chosen[number] = again.argmax()
        excess[number] = again[chosen[number]] - profit[chosen[number]]
        # Less that of the cut at hand, which is 0 on average: what is left is never below 0, and far steadier.
        luck[number] = excess[number] - (again[at] - profit[at])
    tails = [(1 - level) / 2, (1 + level) / 2]
    share_low, share_high = np.quantile(shares[chosen], tails)
    # "higher" and "lower" keep to thresholds that occur; a mean of a score and inf would be none.
    highest, lowest = (
        float(np.quantile(thresholds[chosen], tail, method=how))
        for tail, how in zip(tails[::-1], ("higher", "lower"), strict=True)
    )
    least, most = np.quantile(excess, tails)
    optimism = float(luck.mean())
    return BestCut(
        *(float(shares[at]), float(share_low), float(share_high), float(thresholds[at]), lowest, highest),
        *(
            float(profit[at]),
            optimism,
            float(profit[at] - optimism),
            float(profit[at] - most),
            float(profit[at] - least),
        ),
        *(float(level), len(rank)),
    )
