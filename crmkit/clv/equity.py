"""Customer equity: what the customers of each cohort, and all of them, are worth together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.clv.asked import Asked
from crmkit.clv.door import plain
from crmkit.intervals import normal_draws, normal_quantile

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.fitting import Fit
    from crmkit.clv.spend import GammaGamma

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}
ALL = "in all"
CHUNK = 4_000_000  # resampled customers at a time


def equity(
    history: pd.DataFrame,
    purchases: Any,
    spend: GammaGamma | Fit[GammaGamma] | pd.Series,
    *,
    first: pd.Series,
    margin: float | pd.Series,
    discount_per_unit: float,
    seed: int | np.random.Generator,
    period: str = "year",
    horizon: float = np.inf,
    cost_per_purchase: float | pd.Series = 0.0,
    cost_per_unit: float | pd.Series = 0.0,
    contacts_per_unit: pd.DataFrame | None = None,
    cost_per_channel: pd.Series | None = None,
    resamples: int = 1_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """What the customers who began in the same period are worth together, and all of them: customer equity.

    Sums of `value`. Customers not yet won are not in it; see `equity_to_win`.

    Parameters
    ----------
    history, purchases, spend : as in `value`
    margin, discount_per_unit, horizon : as in `value`
    cost_per_purchase, cost_per_unit, contacts_per_unit, cost_per_channel : as in `value`
    first : Series of dates on customer_id
        Day of the first purchase: ``transactions.groupby("customer_id")["day"].min()``.
    period : "month", "quarter" or "year"
        Customers with their first purchase in the same period are one cohort.
    seed : int or Generator
        Of the resamples; the same seed gives the same intervals.
    resamples : int
        100 or more.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        Index cohort ("2024", "2024Q3" or "2024-07") and at last "in all": customers, alive (expected number
        who still are), value (money), low, high, mean (money a customer). The interval is from the
        bootstrap over customers within their cohort (how different as many others of the same cohort
        might be), with the error of the parameters added where fits are given, taken as independent.
        A cohort of one customer has none. One watched for a short time strays further than its
        interval says: what is not yet seen of its customers cannot show in the spread of their values.

    Raises
    ------
    TypeError, ValueError
        As `value`; if a customer has no first day, or the period is not known.

    References
    ----------
    Blattberg & Deighton (1996) and Gupta, Lehmann & Stuart (2004), Valuing customers, Journal of
    Marketing Research 41, for the notion; Efron & Tibshirani (1993), chapter 13, for the interval.

    >>> import pandas as pd
    >>> from crmkit.clv import GammaGamma, ParetoNBD
    >>> seen = pd.DataFrame({"x": [6, 0], "t_x": [40.0, 0.0], "T": [52.0, 40.0], "m_x": [50.0, 0.0]})
    >>> first = pd.Series(pd.to_datetime(["2024-12-30", "2025-03-24"]))
    >>> found = equity(seen, ParetoNBD(0.55, 10.6, 0.6, 11.7), GammaGamma(6.25, 3.74, 15.45), first=first, margin=0.3,
    ...                discount_per_unit=0.0027, seed=1)
    >>> found["value"].round(0).to_dict()
    {'2024': 189.0, '2025': 5.0, 'in all': 194.0}
    """
    import pandas as pd

    normal_quantile(level)  # its door
    door.whole("resamples", resamples, low=100)
    asked = Asked.of(
        *(history, purchases, spend),
        margin=margin,
        discount=discount_per_unit,
        horizon=horizon,
        cost_per_purchase=cost_per_purchase,
        cost_per_unit=cost_per_unit,
        contacts_per_unit=contacts_per_unit,
        cost_per_channel=cost_per_channel,
    )
    cohort = _cohorts(first, history, period)
    found = asked.told()
    rng = np.random.default_rng(seed)
    code, names = pd.factorize(cohort, sort=True)
    worth = found["value"].to_numpy()
    sums = _resampled(worth, code, len(names), int(resamples), rng)
    for slope, covariance in asked.slopes():
        by_cohort = np.array([np.bincount(code, weights=row, minlength=len(names)) for row in slope])
        strays = normal_draws(rng, np.zeros(len(slope)), covariance, int(resamples))
        sums += strays @ by_cohort
    sums = np.column_stack([sums, sums.sum(axis=1)])
    low, high = np.quantile(sums, [(1 - level) / 2, (1 + level) / 2], axis=0)
    total = {
        "customers": np.bincount(code),
        "alive": np.bincount(code, weights=found["p_alive"]),
        "value": np.bincount(code, weights=worth),
    }
    table = pd.DataFrame({name: np.append(one, one.sum()) for name, one in total.items()})
    table.index = pd.Index([*names, ALL], name="cohort", dtype=object)
    low, high = (np.where(table["customers"] > 1, end, np.nan) for end in (low, high))
    return table.assign(low=low, high=high, mean=table["value"] / table["customers"])


def _cohorts(first: pd.Series, history: pd.DataFrame, period: str) -> pd.Series:
    """The period of the first purchase of each customer of the history, as it is written."""
    import pandas as pd

    if period not in PERIODS:
        raise ValueError(f"period={period!r} must be one of {list(PERIODS)}")
    if not isinstance(first, pd.Series) or not pd.api.types.is_datetime64_any_dtype(first):
        kind = first.dtype if isinstance(first, pd.Series) else type(first).__name__
        raise ValueError(
            f"first is of type {kind}; expected a Series of dates on customer_id. "
            "Mend: transactions.groupby('customer_id')['day'].min()"
        )
    if first.index.has_duplicates:
        raise ValueError(
            f"first names customer {plain(first.index[first.index.duplicated()][0])!r} twice; expected one day"
        )
    day = first.reindex(history.index)
    if day.isna().any():
        raise ValueError(
            f"first lacks {int(day.isna().sum()):,} customers of the history, first "
            f"{plain(day.index[day.isna()][0])!r}; expected a day for each"
        )
    return day.dt.tz_localize(None).dt.to_period(PERIODS[period]).astype(str)


def _resampled(
    worth: np.ndarray, code: np.ndarray, cohorts: int, resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Sums of each cohort drawn anew from its own customers, (resamples, cohorts)."""
    sums = np.empty((resamples, cohorts))
    for place in range(cohorts):
        own = worth[code == place]
        step = max(1, CHUNK // len(own))
        for start in range(0, resamples, step):
            many = min(step, resamples - start)
            sums[start : start + many, place] = own[rng.integers(0, len(own), (many, len(own)))].sum(axis=1)
    return sums
