"""Do two ways of segmenting agree?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """How far two segmentations of the same customers agree."""

    adjusted_rand: float  # 1: the same up to names; about 0: no better than chance
    low: float  # 95 % interval of adjusted_rand
    high: float
    purity: float  # share of customers in the most frequent b of their a
    customers: int  # in both
    table: pd.DataFrame  # counts, a in rows, b in columns

    def __repr__(self) -> str:
        return (
            f"Agreement(adjusted_rand={self.adjusted_rand:.3f} ({self.low:.3f} to {self.high:.3f}), "
            f"purity={self.purity:.3f}, customers={self.customers:,})"
        )


def agreement(a: pd.Series, b: pd.Series, *, level: float = 0.95) -> Agreement:
    """Compare two segmentations, whatever their segments are called.

    Parameters
    ----------
    a, b : Series on customer_id
        A segment for each customer; only customers in both count.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    Agreement
        The interval is by the delta method for a multinomial table of counts.

    Raises
    ------
    ValueError
        If an index repeats a customer, a segment is missing, or no customer is in both.

    References
    ----------
    Hubert, L. & Arabie, P. (1985), Comparing partitions, Journal of Classification 2.

    >>> import pandas as pd
    >>> agreement(pd.Series(["x", "x", "y"]), pd.Series([2, 2, 1])).adjusted_rand
    1.0
    """
    import pandas as pd

    for name, labels in (("a", a), ("b", b)):
        if labels.index.has_duplicates:
            twice = labels.index[labels.index.duplicated()][0]
            raise ValueError(f"{name} names customer {twice!r} more than once; expected one segment a customer")
    both = a.index.intersection(b.index)
    if not len(both):
        raise ValueError("a and b have no customer in common; expected two Series on the same customer_id")
    for name, labels in (("a", a.loc[both]), ("b", b.loc[both])):
        if labels.isna().any():
            raise ValueError(
                f"{name} lacks a segment for {int(labels.isna().sum()):,} customers. Mend: {name}.dropna()"
            )
    one, two = a.loc[both].astype(str), b.loc[both].astype(str)
    table = pd.crosstab(one, two)
    counts = table.to_numpy(dtype=float)
    index = _adjusted_rand(counts)
    half = normal_quantile(level) * _standard_error(counts)
    return Agreement(
        adjusted_rand=index,
        low=max(-1.0, index - half),
        high=min(1.0, index + half),
        purity=float(counts.max(axis=1).sum() / counts.sum()),
        customers=len(both),
        table=table,
    )


def _adjusted_rand(counts: np.ndarray) -> float:
    def pairs(n: np.ndarray | float) -> np.ndarray | float:
        return n * (n - 1) / 2

    both = pairs(counts).sum()
    rows, columns = pairs(counts.sum(axis=1)).sum(), pairs(counts.sum(axis=0)).sum()
    total = pairs(counts.sum())
    if total == 0:
        return 1.0
    chance = rows * columns / total
    most = (rows + columns) / 2
    # Both partitions trivial (one group, or all apart): they are the same.
    return 1.0 if most == chance else float((both - chance) / (most - chance))


def _standard_error(counts: np.ndarray) -> float:
    """Delta method on the large-sample index (S - AB) / ((A + B)/2 - AB) of cell shares p,
    with S = sum p_ij^2, A = sum p_i.^2, B = sum p_.j^2."""
    n = counts.sum()
    p = counts / n
    rows, columns = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    s, a, b = (p**2).sum(), (rows**2).sum(), (columns**2).sum()
    above, below = s - a * b, (a + b) / 2 - a * b
    if below <= 0:
        return 0.0
    d_a, d_b = 2 * rows, 2 * columns
    d_above = 2 * p - d_a * b - a * d_b
    d_below = (d_a + d_b) / 2 - d_a * b - a * d_b
    slope = (d_above * below - above * d_below) / below**2
    variance = (p * slope**2).sum() - (p * slope).sum() ** 2
    return float(np.sqrt(max(variance, 0.0) / n))
