"""Two items at a time: together or apart more often than by chance. Negative rules, and the two most related lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.baskets.encode import coded
from crmkit.baskets.measures import measures
from crmkit.baskets.significance import fisher, with_misses

if TYPE_CHECKING:
    import pandas as pd

MOST = 6_000  # items, whose pairs fill 300 MB


def pairs(
    lines: pd.DataFrame,
    *,
    min_support: float,
    side: str = "together",
    level: float = 0.95,
    basket: str = "basket_id",
    item: str = "item",
) -> pd.DataFrame:
    """All pairs of frequent items that lie together more often (or less often) than by chance.

    Give the customer as the basket, and the line of business as the item, to learn which two lines are most related.

    Parameters
    ----------
    lines : DataFrame
        One row a line of a basket, or one-hot, as in `itemsets`; or lines on another engine (Polars, DuckDB, PyArrow,
        Spark), which counts the pairs.
    min_support : float
        Least share of baskets of each of the two items, above 0 and up to 1.
    side : str
        together: pairs with a lift above 1; apart: below 1 ("who has this seldom has that").
    level : float
        Of the interval of the lift, 0..1.
    basket, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        By rising p: first, second (items), count (baskets with both), expected (by chance), support, confidence (share of
        the baskets with the first that hold the second), confidence_back (the other way), lift, lift_low, lift_high,
        odds_ratio, p (Fisher, one-sided), q (among all pairs of frequent items). ``.attrs``: baskets, tests. From another
        engine a frame of its kind, without .attrs.

    Raises
    ------
    TypeError, ValueError
        As `itemsets`; or if more than 6,000 items are frequent.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": range(40), "item": ["tea", "coffee"] * 20})
    >>> pairs(lines, min_support=0.2, side="apart")[["first", "second", "count", "expected"]].to_numpy().tolist()
    [['coffee', 'tea', 0, 10.0]]
    """
    from scipy.sparse import csr_array

    if isinstance(min_support, bool) or not 0 < min_support <= 1:
        raise ValueError(f"min_support={min_support!r} must be a share of the baskets, above 0 and up to 1")
    if side not in ("together", "apart"):
        raise ValueError(f"side={side!r} is not known; choose together or apart")
    if frames.on_engine(lines):
        from crmkit.baskets import engine

        seen = engine.counted(lines, lambda count, n: _frequent(count, n, min_support), basket=basket, item=item)
        return frames.like(lines, _judged(*seen, side=side, level=level))
    data = coded(lines, basket=basket, item=item)
    count = data.count
    frequent = _frequent(count, data.baskets, min_support)
    place = np.full(len(data.names), -1)
    place[frequent] = np.arange(len(frequent))
    held = place[data.item] >= 0
    ones = np.ones(int(held.sum()), dtype=np.int64)
    table = csr_array((ones, (data.basket[held], place[data.item[held]])), shape=(data.baskets, len(frequent)))
    common = (table.T @ table).toarray()
    return _judged(data.baskets, data.names[frequent], count[frequent], common, side=side, level=level)


def _frequent(count: np.ndarray, baskets: int, min_support: float) -> np.ndarray:
    frequent = np.flatnonzero(count >= min_support * baskets - 1e-9)
    if len(frequent) > MOST:
        raise ValueError(f"{len(frequent):,} items have this support, more than {MOST:,}. Mend: a higher min_support")
    return frequent


def _judged(
    baskets: int, names: np.ndarray, count: np.ndarray, common: np.ndarray, *, side: str, level: float
) -> pd.DataFrame:
    """The pairs of frequent items by p, from the baskets that hold each item and each two of them."""
    import pandas as pd

    first, second = np.triu_indices(len(names), 1)
    a, c, both = count[first], count[second], common[first, second]
    fewer = both * baskets < a * c
    chosen = fewer if side == "apart" else both * baskets > a * c
    first, second, a, c, both = first[chosen], second[chosen], a[chosen], c[chosen], both[chosen]
    p = fisher(baskets, a, c, both, less=side == "apart")
    told = measures(baskets, a, c, both, level=level)
    tests = len(names) * (len(names) - 1) // 2
    found = pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "count": both,
            "expected": a * c / baskets,
            "support": told["support"],
            "confidence": told["confidence"],
            "confidence_back": both / c,
            "lift": told["lift"],
            "lift_low": told["lift_low"],
            "lift_high": told["lift_high"],
            "odds_ratio": told["odds_ratio"],
            "p": p,
            "q": with_misses(p, tests),
        }
    )
    strong = found["lift"] if side == "apart" else -found["lift"]
    found = found.iloc[np.lexsort((strong, found["p"]))].reset_index(drop=True)
    found.attrs = {"baskets": baskets, "tests": tests}
    return found
