"""How much will be sold in the next weeks? A short forecast, and whether it beats the naive ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.market.smoothing import smooth

if TYPE_CHECKING:
    import pandas as pd

LEAST = 8  # periods; fewer tell neither a level nor its noise


def forecast(
    sales: pd.Series,
    *,
    horizon: int,
    season: int = 1,
    method: str = "smoothing",
    least: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Sales of the next periods with their prediction intervals.

    Parameters
    ----------
    sales : Series
        One number a period, evenly spaced, in the order of time, no gaps; 8 or more.
    horizon : int
        Periods ahead, 1 or more.
    season : int
        Periods after which the pattern comes again (days: 7, months: 12); 1 for none. At least two
        whole seasons must have been seen.
    method : str
        smoothing (level, damped trend and season, each smoothed exponentially), last (the last value again),
        seasonal (the value one season ago; with season=1 it is the last), profile
        (mean of all values at the same place in the season), or mean (of all).
    least : float, optional
        Cut forecast and interval off below, e.g. 0: nobody sells less than nothing.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index ahead (1, 2, …): forecast, low, high: a value falls in with the chance `level`, if the future goes
        by the same law and its noise is normal. The error of the fitted weights is not in it, so short
        series are foretold a little less surely than it says: see `backtest` for what it came to.

    Raises
    ------
    TypeError, ValueError
        If values are missing, the series is too short, or a name is unknown.

    References
    ----------
    Holt (1957), Winters (1960), Gardner & McKenzie (1985, damped trend); as the state-space model
    ETS(A, Ad, A) with its variances: Hyndman, Koehler, Ord & Snyder (2008), Forecasting with
    Exponential Smoothing, table 6.1. Naive ones: Hyndman & Athanasopoulos (2021), 5.5.

    >>> import pandas as pd
    >>> forecast(pd.Series([10.0, 12.0] * 6), horizon=2, season=2, method="seasonal")["forecast"].tolist()
    [10.0, 12.0]
    """
    import pandas as pd

    y = series(sales)
    h, m = door.whole("horizon", horizon), door.whole("season", season)
    if m > 1 and len(y) < 2 * m:
        raise ValueError(f"sales has {len(y)} periods, fewer than two seasons of {m}; give season=1 or a longer series")
    if method not in METHODS:
        raise ValueError(f"method={method!r} is not known; choose one of {list(METHODS)}")
    if least is not None:
        door.number("least", least)
    z = normal_quantile(level)
    ahead, sd = METHODS[method](y, h, m)
    found = {"forecast": ahead, "low": ahead - z * sd, "high": ahead + z * sd}
    if least is not None:
        found = {name: np.maximum(values, least) for name, values in found.items()}
    return pd.DataFrame(found, index=pd.RangeIndex(1, h + 1, name="ahead"))


def _smoothing(y: np.ndarray, horizon: int, season: int) -> tuple[np.ndarray, np.ndarray]:
    return smooth(y, season).ahead(horizon)


def _last(y: np.ndarray, horizon: int, season: int) -> tuple[np.ndarray, np.ndarray]:
    return _seasonal(y, horizon, 1)


def _seasonal(y: np.ndarray, horizon: int, season: int) -> tuple[np.ndarray, np.ndarray]:
    step = np.arange(horizon)
    sd = np.sqrt(np.mean((y[season:] - y[:-season]) ** 2))
    return y[len(y) - season + step % season], sd * np.sqrt(step // season + 1)


def _profile(y: np.ndarray, horizon: int, season: int) -> tuple[np.ndarray, np.ndarray]:
    place = np.arange(len(y) + horizon) % season
    many = np.bincount(place[: len(y)], minlength=season)
    middle = np.bincount(place[: len(y)], weights=y, minlength=season) / many
    left = y - middle[place[: len(y)]]
    sd = np.sqrt((left**2).sum() / max(len(y) - season, 1))
    ahead = place[len(y) :]
    return middle[ahead], sd * np.sqrt(1 + 1 / many[ahead])


def _mean(y: np.ndarray, horizon: int, season: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full(horizon, y.mean()), np.full(horizon, y.std(ddof=1) * np.sqrt(1 + 1 / len(y)))


METHODS: dict[str, Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray]]] = {
    "smoothing": _smoothing,
    "last": _last,
    "seasonal": _seasonal,
    "profile": _profile,
    "mean": _mean,
}


def series(sales: pd.Series) -> np.ndarray:
    """The numbers of an even series without gaps, or a refusal."""
    import pandas as pd

    if not isinstance(sales, pd.Series):
        raise TypeError(f"sales is a {type(sales).__name__}; expected a Series with one number a period")
    if not pd.api.types.is_numeric_dtype(sales) or pd.api.types.is_bool_dtype(sales):
        raise TypeError(f"sales is of type {sales.dtype}; expected numbers")
    y = sales.to_numpy(dtype=float, na_value=np.nan)
    if len(y) < LEAST:
        raise ValueError(f"sales has {len(y)} periods; expected at least {LEAST}")
    bad = ~np.isfinite(y)
    if bad.any():
        raise ValueError(
            f"sales is missing or infinite in {int(bad.sum()):,} of {len(y):,} periods; expected a number in each. "
            "Mend: fillna(0) if nothing was sold"
        )
    if not sales.index.is_monotonic_increasing or sales.index.has_duplicates:
        raise ValueError(
            "sales must be in the order of time, each period once. Mend: groupby(period).sum().sort_index()"
        )
    if isinstance(sales.index, pd.DatetimeIndex) and len(y) > 2:
        days = np.diff(sales.index.to_numpy()).astype("timedelta64[D]").astype(int)
        # Months differ by three days and quarters by some more; a gap doubles the distance.
        if days.max() > 1.5 * max(days.min(), 1):
            raise ValueError(
                f"sales jumps over {days.max()} days where others are {days.min()} apart; expected even periods. "
                "Mend: sales.asfreq(...).fillna(0)"
            )
    places = sales.index.astype("int64") if isinstance(sales.index, pd.PeriodIndex) else sales.index
    if pd.api.types.is_integer_dtype(places) and len(set(np.diff(places.to_numpy()).tolist())) > 1:
        raise ValueError(
            "sales leaves out periods of its index; expected even ones. Mend: sales.reindex(...).fillna(0)"
        )
    return y
