"""The share of customers still there by time since joining, those still with us counted rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.churn.lives import counted, groups, lives

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def kaplan_meier(
    duration: ArrayLike,
    left: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    group: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of customers who stay longer than a time, without a guess about those who are still there.

    Parameters
    ----------
    duration : array (customers,)
        Time from joining to leaving, or to the end of the watch; any unit, above 0.
    left : array (customers,)
        True if the customer left at that time, False if still there.
    entry : array (customers,), optional
        Time since joining at which the watch began (left truncation): 0 unless given. Customers who
        joined before the window need it, else those who left early are missed.
    group : array (customers,), optional
        A curve for each group.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row for time 0, each time at which someone left, and the last time watched: group (if
        given), time, at_risk, left (customers), survival, low, high (pointwise interval).

    Raises
    ------
    ValueError
        If a value is missing, lengths differ, or a duration is not above its entry.

    Notes
    -----
    With entry the risk set may be small at first; a curve that falls to 0 there stays there.

    References
    ----------
    Kaplan & Meier (1958); variance of Greenwood (1926) on the scale log(-log S) (Kalbfleisch &
    Prentice 2002, 1.4). Where nobody or everybody left Greenwood says nothing: the open end is then
    that of Clopper & Pearson (1934) for those at risk, or the one before.

    >>> kaplan_meier([1, 2, 3, 4], [1, 0, 1, 0])["survival"].tolist()
    [1.0, 0.75, 0.375, 0.375]
    """
    import pandas as pd

    time, gone, begin = lives(duration, left, entry)
    z = normal_quantile(level)
    if group is None:
        return _curve(time, gone, begin, z, level)
    code, names = groups(group, len(time))
    frames = []
    for number, name in enumerate(names):
        mine = code == number
        curve = _curve(time[mine], gone[mine], begin[mine], z, level)
        curve.insert(0, "group", name)
        frames.append(curve)
    return pd.concat(frames, ignore_index=True)


def _curve(time: np.ndarray, gone: np.ndarray, begin: np.ndarray, z: float, level: float) -> pd.DataFrame:
    import pandas as pd

    at = np.unique(np.append(time[gone == 1], time.max()))
    risk, leaves = counted(time, gone, begin, at)
    survival = np.cumprod(1 - leaves / risk)
    # Nobody left at risk: the sum is infinite, and the interval is set below.
    variance = np.cumsum(np.divide(leaves, risk * (risk - leaves), out=np.full(len(at), np.inf), where=risk > leaves))
    inner = (survival > 0) & (survival < 1)
    log = np.log(np.where(inner, survival, 0.5))
    spread = np.exp(z * np.sqrt(np.where(inner, variance, 0)) / np.abs(log))
    low, high = np.exp(log * spread), np.exp(log / spread)
    none = survival == 1
    low[none], high[none] = ((1 - level) / 2) ** (1 / risk[none]), 1.0
    for row in np.flatnonzero(survival == 0):
        low[row], high[row] = 0.0, high[row - 1] if row else 1 - ((1 - level) / 2) ** (1 / risk[row])
    first = int((begin == begin.min()).sum()) if begin.min() > 0 else int((begin == 0).sum())
    return pd.DataFrame(
        {
            "time": np.append(0.0, at),
            "at_risk": np.append(first, risk).astype(int),
            "left": np.append(0, leaves).astype(int),
            "survival": np.append(1.0, survival),
            "low": np.append(1.0, low),
            "high": np.append(1.0, high),
        }
    )
