"""The whale curve: who makes the profit, and who takes it away."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def whale_curve(profit: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """Profit added up from the most to the least profitable customer, as a share of all profit.

    Parameters
    ----------
    profit : Series
        Money, one customer each, e.g. ``by_customer(...)["profit"]``.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a customer, the most profitable first, on the index of `profit`: share (of the
        customers so far), profit (money so far), profit_share (of all profit; above 1 where
        customers who cost more than they bring come after), low, high (for a base seen as a
        sample; linearised ratio with the customers of that rank and above chosen by their
        profit, after Goldie 1977). ``.attrs``: peak_share, peak (share of customers and of profit
        at the top), losing (customers below 0), level.

    Raises
    ------
    TypeError, ValueError
        If there is no customer, a value is missing, or all profit together is not above 0.

    References
    ----------
    Kaplan & Narayanan (2001), Measuring and managing customer profitability. Goldie (1977),
    Convergence theorems for empirical Lorenz curves, Advances in Applied Probability 9.

    >>> import pandas as pd
    >>> whale_curve(pd.Series([6.0, -2.0, 4.0, 0.0]))["profit_share"].round(3).tolist()
    [0.75, 1.25, 1.25, 1.0]
    """
    import pandas as pd

    values = _money(profit)
    total = values.sum()
    # Cents that cancel leave a rounding error, not a profit.
    if not total > 1e-12 * np.abs(values).sum():
        raise ValueError(f"all profit together is {total:,.2f}; a share of it says nothing. Mend: look at the money")
    z = normal_quantile(level)
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    n = len(ranked)
    so_far = np.cumsum(ranked)
    curve = so_far / total
    share = np.arange(1, n + 1) / n
    # A customer's influence on the curve at share p, with q the profit at that rank: (v - q) above it, less
    # the mean of the same, less curve x (v - mean): its variance by cumulative sums.
    squares = np.cumsum(ranked**2)
    above = np.arange(1, n + 1)
    mean = total / n
    # Sum over customers of g = 1[above] (v - q) - curve v; g has mean m.
    first = so_far - above * ranked - curve * total
    second = squares * (1 - 2 * curve) - 2 * ranked * so_far * (1 - curve) + above * ranked**2 + curve**2 * squares[-1]
    variance = np.maximum(second / n - (first / n) ** 2, 0) / n
    half = z * np.sqrt(variance) / mean
    half[-1] = 0.0
    found = pd.DataFrame(
        {"share": share, "profit": so_far, "profit_share": curve, "low": curve - half, "high": curve + half},
        index=profit.index[order],
    )
    top = int(np.argmax(curve))
    found.attrs = {
        "peak_share": float(share[top]),
        "peak": float(curve[top]),
        "losing": int((values < 0).sum()),
        "level": level,
    }
    return found


@dataclass(frozen=True)
class Whale:
    """The whale curve in four figures: the best bring so much, the last destroy so much."""

    top: float  # share of the customers, most profitable first
    brings: float  # share of all profit they bring; above 1 where others lose money
    low: float  # interval of brings
    high: float
    losing: float  # share of the customers who cost more than they bring
    losing_low: float  # interval of losing (Wilson)
    losing_high: float
    destroys: float  # share of all profit that these take away, 0 or more
    destroys_low: float  # interval of destroys
    destroys_high: float


def whale(curve: pd.DataFrame, *, top: float = 0.2) -> Whale:
    """The best customers bring so much of the profit, the last destroy so much of it.

    Parameters
    ----------
    curve : DataFrame
        From `whale_curve`; its level is that of the intervals.
    top : float
        Share of the customers to look at, most profitable first, above 0 and at most 1; between two
        customers the curve is drawn straight.

    Returns
    -------
    Whale
        What is destroyed is the height of the curve's peak above 1.

    Raises
    ------
    ValueError
        If top is no such share, or the frame is no whale curve.

    >>> import pandas as pd
    >>> found = whale(whale_curve(pd.Series([6.0, -2.0, 4.0, 0.0])), top=0.25)
    >>> found.brings, found.losing, found.destroys
    (0.75, 0.25, 0.25)
    """
    require(curve, ["share", "profit_share", "low", "high"], name="curve")
    if not {"losing", "level"} <= set(curve.attrs):
        raise ValueError("curve has lost its .attrs; expected what whale_curve returned, not a part of it")
    if not len(curve) or abs(float(curve["share"].iloc[-1]) - 1) > 1e-9:
        raise ValueError(
            "curve does not reach all customers (share 1); expected what whale_curve returned, not a part of it"
        )
    door.number("top", top, low=0, high=1, above=True)
    share = np.append(0.0, curve["share"])
    brings, low, high = (
        float(np.interp(top, share, np.append(0.0, curve[name]))) for name in ("profit_share", "low", "high")
    )
    losing, n = curve.attrs["losing"], len(curve)
    few, many = (float(end) for end in wilson(losing, n, level=curve.attrs["level"]))
    peak = curve.iloc[int(np.argmax(curve["profit_share"].to_numpy()))]
    destroys = (max(float(peak[name]) - 1, 0.0) for name in ("profit_share", "low", "high"))
    return Whale(top, brings, low, high, losing / n, few, many, *destroys)


def deciles(profit: pd.Series, *, bins: int = 10, level: float = 0.95) -> pd.DataFrame:
    """Profit of each tenth of the customers, the most profitable first.

    Parameters
    ----------
    profit : Series
        Money, one customer each.
    bins : int
        Groups of equal size, 2 or more and not more than customers.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index decile, 1 to bins, best first: customers, profit (money in all), mean, low, high (money a
        customer, for a base seen as a sample: the border between two groups is estimated too).

    Raises
    ------
    TypeError, ValueError
        If there are fewer customers than groups, or a value is missing.

    References
    ----------
    The mean of a slice between two quantiles has the influence function (x cut off at both quantiles) /
    share (Huber 1981, Robust Statistics, 3.3), whose variance gives the interval.

    >>> import pandas as pd
    >>> deciles(pd.Series([4.0, 1.0, -3.0, 2.0]), bins=2)["profit"].tolist()
    [6.0, -2.0]
    """
    import pandas as pd

    values = _money(profit)
    n = len(values)
    if door.whole("bins", bins, low=2) > n:
        raise ValueError(f"bins={bins} must be at least 2 and at most the {n:,} customers there are")
    z = normal_quantile(level)
    ranked = -np.sort(-values, kind="stable")
    ends = np.rint(np.arange(bins + 1) * n / bins).astype(int)
    rows = []
    for begin, end in pairwise(ends.tolist()):
        part = ranked[begin:end]
        # Quantiles at the borders; the outer ones cut nothing off.
        top = ranked[0] if begin == 0 else (ranked[begin - 1] + ranked[begin]) / 2
        bottom = ranked[-1] if end == n else (ranked[end - 1] + ranked[end]) / 2
        error = np.clip(ranked, bottom, top).std(ddof=1) / np.sqrt(n) / (len(part) / n)
        mean = part.mean()
        rows.append((len(part), part.sum(), mean, mean - z * error, mean + z * error))
    index = pd.RangeIndex(1, bins + 1, name="decile")
    return pd.DataFrame(rows, columns=["customers", "profit", "mean", "low", "high"], index=index)


def _money(profit: pd.Series) -> np.ndarray:
    """One finite amount a customer."""
    import pandas as pd

    if not isinstance(profit, pd.Series):
        raise TypeError(f"profit is a {type(profit).__name__}; expected a Series of money, one customer each")
    if not pd.api.types.is_numeric_dtype(profit) or pd.api.types.is_bool_dtype(profit):
        raise TypeError(f"profit is of type {profit.dtype}; expected numbers. Mend: pandas.to_numeric(profit)")
    values = profit.to_numpy(dtype=float, na_value=np.nan)
    if not len(values):
        raise ValueError("profit has 0 rows; expected one a customer")
    if not np.isfinite(values).all():
        raise ValueError(
            f"profit is missing or infinite for {int((~np.isfinite(values)).sum()):,} customers; expected a number for "
            "each. Mend: profit.fillna(0) if nothing was earned"
        )
    return values
