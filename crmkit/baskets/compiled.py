"""The same search as `bitsets`, compiled by Numba where it is installed; equal set for set."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from crmkit.baskets.bitsets import Told, too_many
from crmkit.baskets.tree import Ordered, Tree

PARTS = 64
MOST_THREADS = 8


@intrinsic
def _ones(context: Any, bits: Any) -> Any:
    """Bits of a word that are set, by the processor's own instruction."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), code


@njit(cache=True, nogil=True)
def _room(array: np.ndarray, needed: int) -> np.ndarray:
    """The same array, or a copy of at least twice the length."""
    if needed <= len(array):
        return array
    more = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    more[: len(array)] = array
    return more


@njit(cache=True, nogil=True)
def _search(held, at, border, begin, stop, shift, least, longest, most):  # noqa: ANN001, ANN202 -- Numba infers the types
    n = len(border) - 1
    parent, item, count = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024, np.int64)
    size = 0
    together = np.zeros(n, np.int64)
    place = np.full(n, -1, np.int64)
    for root in range(begin, stop):
        touched = np.empty(n - root, np.int64)
        some = 0
        for one in at[border[root] : border[root + 1]]:
            other = one + 1
            while held[other] >= 0:
                name = held[other]
                if together[name] == 0:
                    touched[some] = name
                    some += 1
                together[name] += 1
                other += 1
        later = np.sort(touched[:some])
        k = 0
        for name in later:
            if together[name] >= least:
                later[k] = name
                k += 1
        parent, item, count = _room(parent, size + k), _room(item, size + k), _room(count, size + k)
        here = size
        for i in range(k):
            parent[size], item[size], count[size] = root, later[i], together[later[i]]
            place[later[i]] = i
            size += 1
        for name in touched[:some]:
            together[name] = 0
        if size > most:
            return parent[:size], item[:size], count[:size], False
        if k > 1 and longest > 2:
            # Only baskets with two of the later items can hold a larger set.
            rows = 0
            for one in at[border[root] : border[root + 1]]:
                known = 0
                other = one + 1
                while held[other] >= 0:
                    known += place[held[other]] >= 0
                    other += 1
                rows += known > 1
            words = (rows + 63) // 64
            bits = np.zeros((k, words), np.uint64)
            row = 0
            for one in at[border[root] : border[root + 1]]:
                known = 0
                other = one + 1
                while held[other] >= 0:
                    known += place[held[other]] >= 0
                    other += 1
                if known > 1:
                    for i in place[held[one + 1 : other]]:
                        if i >= 0:
                            bits[i, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
                    row += 1
            parent, item, count, size = _below(
                bits, later[:k], here, parent, item, count, size, shift, least, longest, most
            )
            if size > most:
                return parent[:size], item[:size], count[:size], False
        for i in range(k):
            place[later[i]] = -1
    return parent[:size], item[:size], count[:size], True


@njit(cache=True, nogil=True)
def _below(bits, names, first, parent, item, count, size, shift, least, longest, most):  # noqa: ANN001, ANN202
    """Depth first below one item; `first` is where its children stand."""
    k, words = bits.shape
    deepest = min(k, longest - 1)
    # At each depth: the items that still extend the set, their bits, where they stand, which is being extended.
    ext = np.empty((deepest, k), np.int64)
    levels = [bits]
    for _ in range(deepest - 1):
        levels.append(np.empty((0, words), np.uint64))
    wide, begin, turn = np.zeros(deepest, np.int64), np.zeros(deepest, np.int64), np.zeros(deepest, np.int64)
    ext[0, :k] = names
    wide[0], begin[0] = k, first
    depth = 0
    while depth >= 0:
        i = turn[depth]
        if i >= wide[depth] - 1 or depth + 1 >= deepest:
            depth -= 1
            continue
        turn[depth] += 1
        mine = levels[depth]
        if len(levels[depth + 1]) < wide[depth] - 1:
            levels[depth + 1] = np.empty((wide[depth] - 1, words), np.uint64)
        child = levels[depth + 1]
        found = 0
        parent = _room(parent, size + wide[depth])
        item = _room(item, size + wide[depth])
        count = _room(count, size + wide[depth])
        for j in range(i + 1, wide[depth]):
            common = np.uint64(0)
            for w in range(words):
                both = mine[i, w] & mine[j, w]
                child[found, w] = both
                common += _ones(both)
            if common >= least:
                parent[size + found] = shift + begin[depth] + i
                item[size + found] = ext[depth, j]
                count[size + found] = common
                ext[depth + 1, found] = ext[depth, j]
                found += 1
        if found:
            begin[depth + 1], wide[depth + 1], turn[depth + 1] = size, found, 0
            size += found
            depth += 1
            if size > most:
                break
    return parent, item, count, size


def mine(data: Ordered, least: int, longest: int, most: int, told: Told | None = None) -> Tree:
    """All sets of items in at least `least` baskets, of up to `longest` items."""
    found = Tree.of_items(data)
    n = len(data.count)
    if longest < 2 or n < 2:
        return found
    step = -(-n // PARTS)
    starts = range(0, n, step)
    # A -1 ends each basket, so that walking through one touches no memory elsewhere to learn its end.
    held = np.full(len(data.held) + len(data.edge) - 1, -1, dtype=np.int32)
    held[np.arange(len(data.held)) + data.basket] = data.held
    at = data.at.astype(np.int32 if len(held) < 2**31 else np.int64) + data.basket[data.at]

    def part(begin: int) -> Any:
        # Places count from n within each part, and are shifted below.
        return _search(
            held,
            at,
            data.border,
            begin,
            min(begin + step, n),
            n,
            least,
            longest,
            most,
        )

    parents, items, counts, size = [], [], [], n
    # The search lets go of the interpreter, so that all cores work; between parts it can be interrupted.
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        for begin, (parent, item, count, whole) in zip(starts, pool.map(part, starts), strict=True):
            if told is not None:
                told("itemsets", begin / n)
            parents.append(np.where(parent >= n, parent - n + size, parent))
            items.append(item)
            counts.append(count)
            size += len(parent)
            if not whole or size > most:
                pool.shutdown(wait=False, cancel_futures=True)
                raise too_many(size, most)
    return found.with_more(parents, items, counts)
