"""The whale curve: who makes the profit, and who takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile

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
        at the top), losing (customers below 0).

    Raises
    ------
    ValueError
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

    if not isinstance(profit, pd.Series):
        raise TypeError(f"profit is a {type(profit).__name__}; expected a Series of money, one customer each")
    values = profit.to_numpy(dtype=float)
    if not len(values):
        raise ValueError("profit has 0 rows; expected one a customer")
    if not np.isfinite(values).all():
        raise ValueError(f"profit is missing or infinite for {int((~np.isfinite(values)).sum()):,} customers")
    total = values.sum()
    if not total > 0:
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
    found.attrs = {"peak_share": float(share[top]), "peak": float(curve[top]), "losing": int((values < 0).sum())}
    return found
