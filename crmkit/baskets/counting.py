"""How many baskets hold each of these sets? For sets that are known beforehand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from crmkit.baskets.encode import Coded

AT_ONCE = 2**22  # words of bits that are met in one call


def occurrences(data: Coded, sets: Iterable[tuple[str, ...]], chosen: np.ndarray | None = None) -> np.ndarray:
    """Baskets that hold all items of each set; chosen: of these baskets (True or False for each) alone.

    Items that lie in no basket are held by none.
    """
    wanted = list(sets)
    lengths = np.fromiter(map(len, wanted), dtype=np.int64, count=len(wanted))
    code = {name: place for place, name in enumerate(data.names)}
    needed = sorted({code[name] for one in wanted for name in one if name in code})
    row_of = {place: row for row, place in enumerate(needed)}
    table = _bits(data, np.array(needed, dtype=np.int64), chosen)
    found = np.zeros(len(wanted), dtype=np.int64)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        if length == 0:
            found[rows] = data.baskets if chosen is None else int(chosen.sum())
            continue
        at = np.array([[row_of.get(code.get(name, -1), len(needed)) for name in wanted[row]] for row in rows])
        step = max(1, AT_ONCE // max(table.shape[1], 1))
        for start in range(0, len(rows), step):
            part = at[start : start + step]
            common = table[part[:, 0]]
            for column in range(1, length):
                common &= table[part[:, column]]
            found[rows[start : start + step]] = np.bitwise_count(common).sum(axis=1, dtype=np.int64)
    return found


def _bits(data: Coded, items: np.ndarray, chosen: np.ndarray | None) -> np.ndarray:
    """A row of bits over the chosen baskets for each item, and a last one of zeros for what is in none."""
    place = np.full(len(data.names), -1)
    place[items] = np.arange(len(items))
    row, basket = place[data.item], data.basket
    known = row >= 0
    size = data.baskets
    if chosen is not None:
        number = np.cumsum(chosen) - 1
        known &= chosen[basket]
        basket, size = number[basket], int(chosen.sum())
    words = -(-size // 64)
    table = np.zeros((len(items) + 1, words), dtype=np.uint64)
    flat = row[known] * words + basket[known] // 64
    bit = np.uint64(1) << (basket[known] % 64).astype(np.uint64)
    np.bitwise_or.at(table.reshape(-1), flat, bit)
    return table
