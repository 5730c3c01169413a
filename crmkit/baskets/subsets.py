"""Sets of items as rows of numbers, and each without one of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np


def marks(n: int) -> np.ndarray:
    """A 64-bit number for each item, always the same (splitmix64 of Steele, Lea & Flood 2014)."""
    with np.errstate(over="ignore"):
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


@dataclass(frozen=True, eq=False)
class Sets:
    """Itemsets grouped by their length, and how often each was counted."""

    names: np.ndarray  # of the items, sorted
    table: dict[int, np.ndarray]  # length -> (sets, length) items, rising in a row
    count: dict[int, np.ndarray]  # length -> (sets,)
    place: dict[int, np.ndarray]  # length -> (sets,) rows of the frame that they come from

    @classmethod
    def of_tuples(cls, itemsets: Sequence[tuple[str, ...]], counts: np.ndarray) -> Sets:
        """From a frame's column of tuples."""
        lengths = np.fromiter(map(len, itemsets), dtype=np.int64, count=len(itemsets))
        flat = list(chain.from_iterable(itemsets))
        names = sorted(set(flat))
        number = {name: place for place, name in enumerate(names)}
        code = np.fromiter(map(number.__getitem__, flat), dtype=np.int64, count=len(flat))
        start = np.cumsum(lengths) - lengths
        table, count, place = {}, {}, {}
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            table[int(length)] = np.sort(code[start[rows][:, None] + np.arange(length)], axis=1)
            count[int(length)], place[int(length)] = counts[rows], rows
        return cls(np.array(names, dtype=object), table, count, place)

    def without(self, length: int) -> np.ndarray:
        """(length, sets) places, among the sets one item shorter, of each set without each of its items; -1 if not there.

        Raises
        ------
        ValueError
            If an itemset stands in two rows.
        """
        import pandas as pd

        mark = marks(len(self.names))
        sums = [
            mark[self.table[some]].sum(axis=1, dtype=np.uint64) for some in (length - 1, length) if some in self.table
        ]
        if len(sums) < 2:
            return np.full((length, len(self.table[length])), -1)
        shorter, own = sums
        known = pd.Index(shorter)
        if not known.is_unique:
            raise ValueError("an itemset stands in two rows; expected each once. Mend: sets.drop_duplicates('itemset')")
        wanted = own[None, :] - mark[self.table[length]].T
        return known.get_indexer(wanted.ravel()).reshape(wanted.shape)


def tuples(names: np.ndarray, table: np.ndarray) -> list[tuple[str, ...]]:
    """The rows of a table of items as sorted tuples of their names."""
    return list(zip(*(names[column].tolist() for column in table.T), strict=True))
