"""Histories compressed to distinct rows with counts: a likelihood sees each of them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

COARSE = 4_000  # rows of the thinned history on which a fit of many rows begins


@dataclass(frozen=True, eq=False)
class Distinct:
    """Distinct rows of a history."""

    columns: dict[str, np.ndarray]  # one array a column, all of one length
    count: np.ndarray  # customers with that row, float
    row_of: np.ndarray  # row of each customer

    def __len__(self) -> int:
        return len(self.count)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def thinned(self, most: int = COARSE) -> Distinct:
        """About `most` of the rows, the mean of neighbours each: good enough to find where to begin."""
        first = next(iter(self.columns.values()))
        new = np.append(True, first[1:] != first[:-1])  # neighbours share the first column, x
        run = np.arange(len(self)) - np.maximum.accumulate(np.where(new, np.arange(len(self)), 0))
        edge = np.flatnonzero(run % max(len(self) // most, 1) == 0)
        count = np.add.reduceat(self.count, edge)
        rows = {name: np.add.reduceat(self.count * values, edge) / count for name, values in self.columns.items()}
        return Distinct(rows, count, np.arange(0))

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value a row -> one value a customer."""
        return values[self.row_of]


def distinct(history: pd.DataFrame, names: Sequence[str] = ("x", "t_x", "T")) -> Distinct:
    """The distinct rows of some columns, ordered by them, and how many customers have each.

    Exact: each column is coded by its values, and the codes are combined by place value.
    """
    import pandas as pd

    arrays = [np.ascontiguousarray(history[name].to_numpy(dtype=float)) for name in names]
    key, span = np.zeros(len(history), dtype=np.int64), 1
    for values in arrays:
        code, levels = pd.factorize(values)
        # Codes are combined again before the place values would overflow.
        if span * len(levels) >= 2**62:
            key, seen = pd.factorize(key)
            span = len(seen)
        key = key * len(levels) + code
        span *= len(levels)
    row_of, rows = pd.factorize(key)
    first = np.empty(len(rows), dtype=np.int64)
    first[row_of[::-1]] = np.arange(len(key) - 1, -1, -1)
    table = [values[first] for values in arrays]
    order = np.lexsort(table[::-1])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    row_of = place[row_of]
    columns = {name: values[order] for name, values in zip(names, table, strict=True)}
    return Distinct(columns, np.bincount(row_of, minlength=len(order)).astype(float), row_of)
