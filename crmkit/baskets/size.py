"""How many itemsets will there be? Foretold before the search begins."""

from __future__ import annotations

import numpy as np

from crmkit.baskets.bitsets import below, extensions_of
from crmkit.baskets.encode import Coded
from crmkit.baskets.tree import Ordered, ordered

PROBES = 400
SAMPLE = 5_000  # baskets, if the least count in them is still:
ENOUGH = 20
GOLDEN = 0.6180339887498949


def foretold(data: Coded, share: float, longest: int) -> float:
    """About how many itemsets have a support of at least `share`.

    Paths are taken at random from the items down, each step to one of the extensions; the
    product of the choices estimates the size of the tree without bias (Knuth 1975). Earlier
    extensions have larger trees below and are chosen more often. The paths come from a
    sequence that fills the unit cube evenly, so the answer is always the same. Of many
    baskets every k-th is looked at.
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
    for probe in range(PROBES):
        root = min(int(np.searchsorted(edge, (probe + 0.5) / PROBES)), n - 1)
        total += _path(rows, root, least, longest, probe) / chance[root]
    return n + total / PROBES


def _path(rows: Ordered, root: int, least: int, longest: int, probe: int) -> float:
    """Estimated sets below one item."""
    names, bits, _ = below(rows, root, least)
    size, factor, depth = 0.0, 1.0, 2
    while len(names):
        size += factor * len(names)
        if depth >= longest or len(names) < 2:
            break
        chance = _chances(len(names))
        u = (0.5 + (probe + 1) * GOLDEN * (depth + 1)) % 1.0
        i = min(int(np.searchsorted(np.cumsum(chance), u)), len(names) - 1)
        factor /= chance[i]
        keep, bits, _ = extensions_of(bits, i, least)
        names = names[i + 1 :][keep]
        depth += 1
    return size


def _chances(k: int) -> np.ndarray:
    """Of choosing each of k extensions; the last one has nothing below it."""
    weight = np.arange(k, 0, -1, dtype=float)
    return weight / weight.sum()


def fitting(data: Coded, share: float, longest: int, most: float) -> float:
    """The least support from `share` up, by steps of a tenth, whose itemsets are foretold to be at most so many."""
    top = int(np.ceil(np.log(1 / share) / np.log(1.1)))  # a support of 1
    low, high = 0, max(top, 1)
    while high - low > 1:
        step = (low + high) // 2
        fits = foretold(data, min(share * 1.1**step, 1.0), longest) <= most
        low, high = (low, step) if fits else (step, high)
    return min(share * 1.1**high, 1.0)


def _every(data: Coded, step: int) -> Coded:
    chosen = data.basket % step == 0
    return Coded(-(-data.baskets // step), data.names, data.basket[chosen] // step, data.item[chosen], 0)
