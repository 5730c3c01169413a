"""Drawn baskets, and their itemsets by a plain loop."""

from itertools import combinations

import numpy as np
import pandas as pd

ENGINES = ["numpy", "numba"]


def drawn(seed, n=200, items=9, mean=3.0):
    """Baskets with a pull between some items."""
    rng = np.random.default_rng(seed)
    table = rng.random((n, items)) < mean / items
    table[:, 1] |= table[:, 0] & (rng.random(n) < 0.6)
    table[~table.any(axis=1), 0] = True
    who, what = np.nonzero(table)
    return pd.DataFrame({"basket_id": who, "item": [f"i{one}" for one in what]})


def by_hand(lines, share):
    own = lines.groupby("basket_id")["item"].agg(set)
    found = {}
    for size in range(1, lines["item"].nunique() + 1):
        for some in combinations(sorted(lines["item"].unique()), size):
            count = int(own.map(set(some).issubset).sum())
            if count >= share * len(own) - 1e-9:
                found[some] = count
    return found
