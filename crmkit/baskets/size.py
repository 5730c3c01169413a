"""How many itemsets will there be? Foretold before the search begins."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from crmkit.baskets.bitsets import below, extensions_of
from crmkit.baskets.closed import Node, root_of
from crmkit.baskets.encode import Coded
from crmkit.baskets.tree import ordered

PROBES = 1_000
SAMPLE = 5_000  # baskets, if the least count in them is still:
ENOUGH = 20
GOLDEN = 0.6180339887498949


def foretold(data: Coded, share: float, longest: int, kind: str = "all") -> float:
    """About how many itemsets have a support of at least `share`; for maximal: closed sets that a search looks at.

    Paths are taken at random from the items down, each step to one of the extensions; the
    product of the choices estimates the size of the tree without bias (Knuth 1975). Earlier
    extensions have larger trees below and are chosen more often. The paths come from a
    sequence that fills the unit cube evenly, so the answer is always the same. Of many
    baskets every k-th is looked at. Items that lie in all baskets of a set are not a choice:
    each of them doubles what is below.
    """
    step = max(1, min(data.baskets // SAMPLE, int(share * data.baskets / ENOUGH)))
    part = data if step == 1 else _every(data, step)
    least = max(int(np.ceil(share * part.baskets - 1e-9)), 1)
    rows = ordered(part, least)
    n = len(rows.count)
    if n < 2 or longest < 2:
        return float(n)
    chance = _chances(n)
    edge = np.cumsum(chance)
    total = 0.0
    # Paths come root by root; what lies below a root is laid out once.
    top = lru_cache(maxsize=1)(lambda root: (below if kind == "all" else root_of)(rows, root, least))
    for probe in range(PROBES):
        root = min(int(np.searchsorted(edge, (probe + 0.5) / PROBES)), n - 1)
        if kind == "all":
            found = _path(top(root), int(rows.count[root]), least, longest, probe)
        else:
            found = _closed_path(top(root), least, longest, probe, maximal=kind == "maximal")
        total += found / chance[root]
    return n * (kind == "all") + total / PROBES


def _path(top: tuple[np.ndarray, np.ndarray, np.ndarray], held: int, least: int, longest: int, probe: int) -> float:
    """Estimated sets below one item that `held` baskets hold."""
    names, bits, count = top
    size, factor, depth = 0.0, 1.0, 2
    while len(names):
        always = count == held
        free = depth - 1 + len(names) <= longest  # no set below is too long
        if free and always.any():
            doubled = 2.0 ** int(always.sum())
            size += factor * (doubled - 1)
            factor *= doubled
            names, bits, count = names[~always], bits[~always], count[~always]
        size += factor * len(names)
        if depth >= longest or len(names) < 2:
            break
        i, chance = _chosen(len(names), probe, depth)
        factor /= chance
        keep, bits, more = extensions_of(bits, i, least)
        held, names, count = int(count[i]), names[i + 1 :][keep], more
        depth += 1
    return size


def _closed_path(node: Node | None, least: int, longest: int, probe: int, *, maximal: bool) -> float:
    """Estimated closed sets that a search looks at from one item down."""
    size, factor, depth = 0.0, 1.0, 2
    while node is not None and len(node.members) <= longest:
        size += factor
        more = len(node.names) - node.first
        if not more or (maximal and node.all_later(least)[0] >= least):
            break
        i, chance = _chosen(more, probe, depth)
        factor /= chance
        node = node.below(node.first + i, least)
        depth += 1
    return size


def _chosen(k: int, probe: int, depth: int) -> tuple[int, float]:
    """One of k extensions, and the chance that it was chosen."""
    chance = _chances(k)
    u = (0.5 + (probe + 1) * GOLDEN * (depth + 1)) % 1.0
    i = min(int(np.searchsorted(np.cumsum(chance), u)), k - 1)
    return i, float(chance[i])


def _chances(k: int) -> np.ndarray:
    """Of choosing each of k extensions; the last one has nothing below it."""
    weight = np.arange(k, 0, -1, dtype=float)
    return weight / weight.sum()


def fitting(data: Coded, share: float, longest: int, kind: str, most: float) -> float:
    """The least support from `share` up, by steps of a tenth, whose itemsets are foretold to be at most so many."""
    top = int(np.ceil(np.log(1 / share) / np.log(1.1)))  # a support of 1
    low, high = 0, max(top, 1)
    while high - low > 1:
        step = (low + high) // 2
        fits = foretold(data, min(share * 1.1**step, 1.0), longest, kind) <= most
        low, high = (low, step) if fits else (step, high)
    return min(share * 1.1**high, 1.0)


def _every(data: Coded, step: int) -> Coded:
    chosen = data.basket % step == 0
    return Coded(-(-data.baskets // step), data.names, data.basket[chosen] // step, data.item[chosen], 0)
