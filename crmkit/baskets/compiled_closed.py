"""The same search as `closed`, compiled by Numba where it is installed; equal set for set."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit

from crmkit.baskets.bitsets import Told, too_many
from crmkit.baskets.closed import Found
from crmkit.baskets.compiled import MOST_THREADS, PARTS, _ones, _room
from crmkit.baskets.tree import Ordered


@njit(cache=True, nogil=True)
def _search(held, edge, at, border, basket, total, begin, stop, least, longest, most, maximal):  # noqa: ANN001, ANN202 -- Numba infers the types
    n = len(border) - 1
    out = np.empty(4096, np.int64), np.empty(1024, np.int64), np.empty(1024, np.int64), 0, 0
    looked = 0
    together, place, member = np.zeros(n, np.int64), np.full(n, -1, np.int64), np.empty(n, np.int64)
    for root in range(begin, stop):
        touched = np.empty(n, np.int64)
        some = 0
        for one in at[border[root] : border[root + 1]]:
            for other in range(edge[basket[one]], edge[basket[one] + 1]):
                name = held[other]
                if together[name] == 0:
                    touched[some] = name
                    some += 1
                together[name] += 1
        together[root] = 0
        names, common = np.sort(touched[:some]), np.empty(some, np.int64)
        k, m, first, earlier = 0, 1, 0, False
        member[0] = root
        for name in names:
            if together[name] == total[root]:
                earlier |= name < root
                member[m] = name
                m += 1
            elif together[name] >= least:
                names[k], common[k], place[name] = name, together[name], k
                first += name < root
                k += 1
        if not earlier:
            rows = border[root + 1] - border[root]
            bits = np.zeros((k, (rows + 63) // 64), np.uint64)
            row = 0
            for one in at[border[root] : border[root + 1]]:
                for other in range(edge[basket[one]], edge[basket[one] + 1]):
                    i = place[held[other]]
                    if i >= 0:
                        bits[i, row >> 6] |= np.uint64(1) << np.uint64(row & 63)
                row += 1
            out, looked = _below(
                bits, names, common, k, first, total[root], member, m, out, looked, least, longest, most, maximal
            )
        for name in touched[:some]:
            together[name], place[name] = 0, -1
        if looked > most:
            break
    items, length, count, filled, sets = out
    return items[:filled], length[:sets], count[:sets], looked


@njit(cache=True, nogil=True)
def _below(bits, names0, common0, k, first, count0, member, m, out, looked, least, longest, most, maximal):  # noqa: ANN001, ANN202
    """Depth first below what the baskets of one item have in common."""
    words = bits.shape[1]
    joined = np.empty(words, np.uint64)
    # At each depth: the other frequent items, their bits and counts; how many, which one is next; the set and its count.
    levels, names, common = [bits], [names0], [common0]
    wide, turn, size, count = [k], [first], [m], [count0]
    depth, fresh = 0, True
    while depth >= 0:
        mine, k, i = levels[depth], wide[depth], turn[depth]
        if fresh:
            fresh = False
            looked += 1
            if looked > most:
                break
            if size[depth] > longest:
                depth -= 1
                continue
            if maximal:
                # The set with all items that lead on: where it is frequent, whatever lies below is part of it.
                whole = count[depth] if k == 0 else np.int64(0)
                if i < k:
                    for w in range(words):
                        both = mine[i, w]
                        for j in range(i + 1, k):
                            both &= mine[j, w]
                        joined[w] = both
                        whole += np.int64(_ones(both))
                if whole >= least or i == k:
                    alone = whole >= least and size[depth] + k - i <= longest
                    for j in range(i):
                        if alone:
                            guard = np.int64(0)
                            for w in range(words):
                                guard += np.int64(_ones(joined[w] & mine[j, w]))
                            alone = guard < least
                    if alone:
                        out = _noted(out, member, size[depth], names[depth][i:k], whole)
                    depth -= 1
                    continue
            else:
                out = _noted(out, member, size[depth], names[depth][:0], count[depth])
        if i >= k:
            depth -= 1
            continue
        turn[depth] += 1
        if _has_it(mine, i, words):
            continue
        if depth + 1 == len(levels):
            levels.append(np.empty((0, words), np.uint64))
            names.append(np.empty(0, np.int64))
            common.append(np.empty(0, np.int64))
            wide.append(0)
            turn.append(0)
            size.append(0)
            count.append(np.int64(0))
        if len(levels[depth + 1]) < k:
            levels[depth + 1] = np.empty((k, words), np.uint64)
            names[depth + 1] = np.empty(k, np.int64)
            common[depth + 1] = np.empty(k, np.int64)
        child, found, guards = levels[depth + 1], 0, 0
        m = size[depth]
        member[m] = names[depth][i]
        m += 1
        for j in range(k):
            if j == i:
                guards = found
                continue
            met = np.int64(0)
            for w in range(words):
                both = mine[i, w] & mine[j, w]
                child[found, w] = both
                met += np.int64(_ones(both))
            if met == common[depth][i]:
                member[m] = names[depth][j]
                m += 1
            elif met >= least:
                names[depth + 1][found], common[depth + 1][found] = names[depth][j], met
                found += 1
        wide[depth + 1], turn[depth + 1], size[depth + 1], count[depth + 1] = found, guards, m, common[depth][i]
        depth, fresh = depth + 1, True
    return out, looked


@njit(cache=True, nogil=True)
def _has_it(mine, i, words):  # noqa: ANN001, ANN202
    """Does an earlier item lie in all baskets of item i? Then an earlier branch has what is below."""
    for j in range(i):
        w = 0
        while w < words and mine[i, w] & ~mine[j, w] == 0:
            w += 1
        if w == words:
            return True
    return False


@njit(cache=True, nogil=True)
def _noted(out, member, m, more, number):  # noqa: ANN001, ANN202
    items, length, count, filled, sets = out
    items = _room(items, filled + m + len(more))
    length, count = _room(length, sets + 1), _room(count, sets + 1)
    items[filled : filled + m] = member[:m]
    items[filled + m : filled + m + len(more)] = more
    length[sets], count[sets] = m + len(more), number
    return items, length, count, filled + m + len(more), sets + 1


def mine(
    data: Ordered, least: int, longest: int, most: int, told: Told | None = None, *, maximal: bool = False
) -> Found:
    """All closed (or all maximal) sets in at least `least` baskets, of up to `longest` items."""
    n = len(data.count)
    step = max(1, -(-n // PARTS))
    starts = range(0, n, step)

    def part(begin: int) -> Any:
        table = data.held, data.edge, data.at, data.border, data.basket, data.count
        return _search(*table, begin, min(begin + step, n), least, longest, most, maximal)

    nothing = np.empty(0, dtype=np.int64)
    parts, looked = [(nothing, nothing, nothing)], 0
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        for begin, (items, length, count, some) in zip(starts, pool.map(part, starts), strict=True):
            if told is not None:
                told("itemsets", begin / n)
            parts.append((items, length, count))
            looked += some
            if looked > most:
                pool.shutdown(wait=False, cancel_futures=True)
                raise too_many(looked, most)
    return Found(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
