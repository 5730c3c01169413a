"""Does a forecast beat the naive ones? Each method let loose on the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.targeting.market.demand import LEAST, METHODS, forecast, series

if TYPE_CHECKING:
    import pandas as pd


def backtest(
    sales: pd.Series,
    *,
    horizon: int,
    season: int = 1,
    origins: int = 12,
    least: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Each method let loose on the past: what would it have foretold, and how far off?

    From each of several days on (rolling origin) every method sees only what came before and
    foretells the next `horizon` periods.

    Parameters
    ----------
    sales, horizon, season, least, level
        As of `forecast`.
    origins : int
        Days to foretell from, each one period after the other, the last `horizon` before the end.

    Returns
    -------
    DataFrame
        Index method, least error first: forecasts (number), mae (mean absolute error), mase (mae as a share of
        the error of the seasonal naive one step within the first training part: below 1 is better than that), low,
        high (interval of mase over origins, which overlap: their errors are treated as a series with memory
        of `horizon` origins), coverage (share of values inside the prediction intervals), coverage_low, coverage_high
        (Wilson, as if each `horizon` values counted once: they fail together).

    Raises
    ------
    TypeError, ValueError
        If the series is too short for so many origins, or never changes.

    References
    ----------
    Hyndman & Koehler (2006), International Journal of Forecasting 22 (MASE); Tashman (2000), same journal 16
    (rolling origin); Newey & West (1987) (memory).

    >>> import pandas as pd
    >>> table = backtest(pd.Series([10.0, 12.0, 11.0, 13.0] * 6).add(0.1 * pd.Series(range(24))), horizon=2,
    ...                  season=4, origins=4)
    >>> round(float(table.at["seasonal", "mae"]), 3), table.index[0]
    (0.4, 'smoothing')
    """
    import pandas as pd

    y = series(sales)
    h, m, k = door.whole("horizon", horizon), door.whole("season", season), door.whole("origins", origins)
    first = len(y) - h - k + 1
    need = max(LEAST, 2 * m if m > 1 else 0)
    if first < need:
        raise ValueError(
            f"sales has {len(y)} periods; {k} origins of {h} ahead leave {first} to learn from, expected at least {need}. "
            "Mend: fewer origins or a shorter horizon"
        )
    scale = float(np.abs(y[m:first] - y[: first - m]).mean())
    if not scale > 0:
        raise ValueError("sales repeat themselves exactly before the first origin; there is nothing to foretell better")
    index = sales.index
    rows = {}
    for method in METHODS:
        errors, inside = np.empty((k, h)), np.empty((k, h))
        for at in range(k):
            end = first + at
            seen = pd.Series(y[:end], index=index[:end])
            found = forecast(seen, horizon=h, season=m, method=method, least=least, level=level)
            true = y[end : end + h]
            errors[at] = np.abs(true - found["forecast"].to_numpy())
            inside[at] = (found["low"].to_numpy() <= true) & (true <= found["high"].to_numpy())
        each = errors.mean(axis=1) / scale
        half = normal_quantile(level) * _memory(each, h)
        many = max(inside.size / h, 1)
        share = float(inside.mean())
        low, high = wilson(share * many, many, level=level)
        mase = float(each.mean())
        rows[method] = (
            inside.size,
            float(errors.mean()),
            mase,
            max(mase - half, 0),
            mase + half,
            share,
            float(low),
            float(high),
        )
    names = ["forecasts", "mae", "mase", "low", "high", "coverage", "coverage_low", "coverage_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("method")
    return table.sort_values("mae", kind="stable")


def _memory(values: np.ndarray, lags: int) -> float:
    """Standard error of the mean of a series that remembers so many steps (Newey & West 1987)."""
    n = len(values)
    gap = values - values.mean()
    total = float(gap @ gap)
    for lag in range(1, min(lags, n)):
        total += 2 * (1 - lag / min(lags, n)) * float(gap[lag:] @ gap[:-lag])
    return float(np.sqrt(max(total, 0.0))) / n
