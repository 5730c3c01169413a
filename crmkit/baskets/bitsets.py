"""Frequent itemsets by intersecting bitsets: Eclat (Zaki 2000) on NumPy's own loops.

A set of baskets is a row of bits. For each item, the baskets that hold it are laid out anew,
so that the bits below it are as many as these baskets and no more; all extensions of a set
are intersected and counted in one call.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from crmkit.baskets.tree import Ordered, Tree

Told = Callable[[str, float], None]  # what is done, and how much of it, 0..1


def mine(data: Ordered, least: int, longest: int, most: int, told: Told | None = None) -> Tree:
    """All sets of items in at least `least` baskets, of up to `longest` items."""
    found = Tree.of_items(data)
    if longest < 2:
        return found
    parents: list[np.ndarray] = []
    items: list[np.ndarray] = []
    counts: list[np.ndarray] = []
    size = len(data.count)
    for root in range(len(data.count)):
        if told is not None:
            told("itemsets", root / len(data.count))
        later, bits, count = below(data, root, least)
        if not len(later):
            continue
        stack = [(root, later, bits, count, 2)]
        while stack:
            parent, names, rows, here, length = stack.pop()
            first = size
            parents.append(np.full(len(names), parent, dtype=np.int64))
            items.append(names)
            counts.append(here)
            size += len(names)
            if size > most:
                raise too_many(size, most)
            if length == longest or len(names) < 2:
                continue
            for i in range(len(names) - 1):
                keep, joined, common = extensions_of(rows, i, least)
                if len(keep):
                    stack.append((first + i, names[i + 1 :][keep], joined, common, length + 1))
    return found.with_more(parents, items, counts)


def too_many(size: int, most: int) -> MemoryError:
    """The error that ends a search whose result outgrows what was foretold."""
    return MemoryError(
        f"more than {most:,} itemsets were found (stopped at {size:,}); they would not fit. "
        "Mend: a higher min_support, or a max_length"
    )


def below(data: Ordered, root: int, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The items that are frequent together with an item and come after it, as bits over its baskets."""
    nothing = np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.uint64), np.empty(0, dtype=np.int64)
    items, row = data.after(root)
    together = np.bincount(items, minlength=root + 1)
    later = np.flatnonzero(together >= least)
    if not len(later):
        return nothing
    place = np.full(len(together), -1)
    place[later] = np.arange(len(later))
    at = place[items]
    known = at >= 0
    baskets = int(data.border[root + 1] - data.border[root])
    table = np.zeros((len(later), -(-baskets // 64) * 64), dtype=bool)
    table[at[known], row[known]] = True
    return later, np.packbits(table, axis=1).view(np.uint64), together[later]


def extensions_of(rows: np.ndarray, i: int, least: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The later rows that row i meets often enough: which, the meeting, its size."""
    joined = rows[i + 1 :] & rows[i]
    common = np.bitwise_count(joined).sum(axis=1, dtype=np.int64)
    keep = np.flatnonzero(common >= least)
    return keep, joined[keep], common[keep]
