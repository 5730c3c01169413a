"""Customers ranked by what was forecast of them, and the money that each tenth then brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd


def deciles(forecast: pd.Series, actual: pd.Series, *, bins: int = 10, level: float = 0.95) -> pd.DataFrame:
    """Does the money come from where it was forecast?

    Equal forecasts keep the order of the frame; a tie that spans two tenths is shared between them as it lies.

    Parameters
    ----------
    forecast : Series
        One number a customer, e.g. expected purchases times expected spend; any scale for the ranking,
        money for the comparison of means.
    actual : Series
        Money of the hold-out on the same index, 0 or more.
    bins : int
        Groups of equal size, 2 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index decile (1 is the best by forecast): customers, forecast (mean), actual (mean), low, high
        (normal interval of the mean), share (of all money), total (share of all money in this and
        better groups), best (as total, had all been ranked by what they brought).

    Raises
    ------
    ValueError
        If the two do not hold the same customers, values are missing or below 0, all money is 0, or
        there are fewer customers than groups.

    >>> import pandas as pd
    >>> money = pd.Series([100.0, 50.0, 10.0, 0.0])
    >>> deciles(money, money, bins=2)["share"].round(4).tolist()
    [0.9375, 0.0625]
    """
    import pandas as pd

    z = normal_quantile(level)
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or bins < 2:
        raise ValueError(f"bins={bins!r} must be a whole number, at least 2")
    if not isinstance(forecast, pd.Series) or not isinstance(actual, pd.Series):
        raise TypeError("forecast and actual must be pandas Series on the same customers")
    if not forecast.index.equals(actual.index):
        lacking = forecast.index.difference(actual.index)
        why = (
            f"{len(lacking):,} customers of forecast are not in actual"
            if len(lacking)
            else "in another order or number"
        )
        raise ValueError(f"actual is not on the customers of forecast: {why}. Mend: actual.reindex(forecast.index)")
    for name, values in (("forecast", forecast), ("actual", actual)):
        if not np.isfinite(values.to_numpy(dtype=float, na_value=np.nan)).all():
            raise ValueError(f"{name} has missing or infinite values; expected a number for each customer")
    money = actual.to_numpy(dtype=float)
    n = len(money)
    if n < bins:
        raise ValueError(f"{n} customers cannot make {bins} groups. Mend: bins={max(n, 2)} or fewer")
    if (money < 0).any() or money.sum() == 0:
        raise ValueError("actual must be 0 or more, and above 0 for somebody: shares of money are asked for")

    order = np.argsort(-forecast.to_numpy(dtype=float), kind="stable")
    group = np.empty(n, dtype=int)
    group[order] = np.arange(n) * bins // n + 1
    held = pd.DataFrame({"forecast": forecast.to_numpy(dtype=float), "actual": money}).groupby(group)
    mean, size = held.mean(), held.size()
    half = z * held["actual"].std() / np.sqrt(size)
    share = held["actual"].sum() / money.sum()
    ends = np.cumsum(size.to_numpy())
    return pd.DataFrame(
        {
            "customers": size,
            "forecast": mean["forecast"],
            "actual": mean["actual"],
            "low": (mean["actual"] - half).clip(lower=0),
            "high": mean["actual"] + half,
            "share": share,
            "total": share.cumsum(),
            "best": np.cumsum(np.sort(money)[::-1])[ends - 1] / money.sum(),
        }
    ).rename_axis("decile")
