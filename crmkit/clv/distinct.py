"""Histories compressed to distinct rows with counts: a likelihood sees each of them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

DENSE = 2  # places a customer up to which they are counted, not looked up: faster, but memory for each place
CHUNK = 65_536  # customers at a time
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


def distinct(history: pd.DataFrame, names: Sequence[str] = ("x", "t_x", "T"), *, weight: str | None = None) -> Distinct:
    """The distinct rows of some columns, ordered by them, and how many customers have each.

    weight: the column with the customers that a row of the history stands for; 1 unless given.

    Exact: each column is coded by its values, and the codes are combined by place value.
    """
    import pandas as pd

    arrays = [history[name].to_numpy(dtype=float) for name in names]
    key, span = np.zeros(len(history), dtype=np.int64), 1
    for values in arrays:
        code, levels = pd.factorize(values)
        rank = np.empty(len(levels), dtype=np.int64)
        rank[np.argsort(levels)] = np.arange(len(levels))
        # Codes are combined again before the place values would overflow.
        if span * len(levels) >= 2**62:
            seen, key = np.unique(key, return_inverse=True)
            span = len(seen)
        key *= len(levels)
        key += rank[code]
        span *= len(levels)
        del code  # as long as the history, and no more needed
    if span <= DENSE * len(key):
        # Few places: counted in one pass, and in order as they are.
        each = np.bincount(key, minlength=span)
        held = np.flatnonzero(each)
        count = each[held]
        place = np.empty(span, dtype=np.int32)
        place[held] = np.arange(len(held), dtype=np.int32)
        del each
        row_of = place[key]
    else:
        row_of, rows = pd.factorize(key)
        order = np.argsort(rows)
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        row_of = place[row_of]
        count = np.bincount(row_of, minlength=len(order))
    first = np.empty(len(count), dtype=np.int64)
    for start in reversed(range(0, len(key), CHUNK)):  # from the last, so that the first of each row is left
        part = row_of[start : start + CHUNK]
        first[part[::-1]] = np.arange(start + len(part) - 1, start - 1, -1)
    if weight is not None:
        count = np.bincount(row_of, weights=history[weight].to_numpy(dtype=float), minlength=len(count))
    columns = {name: values[first] for name, values in zip(names, arrays, strict=True)}
    return Distinct(columns, count.astype(float), row_of)
