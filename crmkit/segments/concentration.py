"""On how few customers does the money rest?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Concentration:
    """How money is spread over customers."""

    gini: float  # 0: all alike; towards 1: one has all
    low: float  # 95 % interval of gini
    high: float
    top_tenth: float  # share of the money that the best tenth of customers brings
    half: float  # least share of customers that brings half of the money
    curve: pd.DataFrame  # share of customers, best first → share of money (captured)

    def __repr__(self) -> str:
        return (
            f"Concentration(gini={self.gini:.3f} ({self.low:.3f} to {self.high:.3f}), "
            f"top_tenth={self.top_tenth:.3f}, half={self.half:.3f})"
        )


def concentration(money: pd.Series, *, level: float = 0.95) -> Concentration:
    """Lorenz curve, Gini index and the share of the best tenth.

    Parameters
    ----------
    money : Series
        One value a customer; those below 0 (more returned than bought) count as 0.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    Concentration
        The interval is from the jackknife over customers.

    Raises
    ------
    ValueError
        If values are missing, or there is no money at all.

    References
    ----------
    Gini (1912); jackknife after Yitzhaki, S. (1991), Calculating jackknife variance
    estimators for parameters of the Gini method, JBES 9.

    >>> import pandas as pd
    >>> concentration(pd.Series([0.0, 0.0, 0.0, 12.0])).gini
    0.75
    """
    import pandas as pd

    values = money.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(
            f"money holds {int((~np.isfinite(values)).sum())} missing or infinite values; expected numbers"
        )
    values = np.sort(np.maximum(values, 0))
    total, n = values.sum(), len(values)
    if not total > 0:
        raise ValueError(f"the money of {n} customers adds up to {total:g}; expected more than 0")
    rank = np.arange(1, n + 1)
    gini = float(2 * (rank @ values) / (n * total) - (n + 1) / n)
    half_width = normal_quantile(level) * _jackknife(values, rank) if n > 2 else np.nan
    captured = np.concatenate([[0], np.cumsum(values[::-1]) / total])
    share = np.arange(n + 1) / n
    return Concentration(
        gini=gini,
        low=max(0.0, gini - half_width),
        high=min(1.0, gini + half_width),
        top_tenth=float(np.interp(0.1, share, captured)),
        half=float(np.interp(0.5, captured, share)),
        curve=pd.DataFrame({"share": share, "captured": captured}),
    )


def _jackknife(values: np.ndarray, rank: np.ndarray) -> float:
    """Standard error from leaving out one customer at a time, in one pass over sorted values."""
    n, total = len(values), values.sum()
    above = total - np.cumsum(values)  # money of those ranked higher; each loses one rank
    weighted = rank @ values - rank * values - above
    rest = total - values
    left = 2 * np.divide(weighted, (n - 1) * rest, out=np.zeros(n), where=rest > 0) - n / (n - 1)
    return float(np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))
