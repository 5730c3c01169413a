"""What lies in a basket: popular articles, local taste, planted rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from crmkit.worlds.retail.catalogue import Catalogue

CELLS = 4096  # of the guide, a power of 2, so that cell edges are exact
BATCH = 50_000  # baskets at a time


@dataclass(frozen=True)
class PlantedRule:
    """With `chance`, a basket that holds the antecedent also gets the consequent."""

    antecedent: str
    consequent: str
    chance: float  # 0..1, over and above what taste brings


@dataclass(frozen=True)
class Lines:
    """Receipt lines: position of the basket, code of the article, pieces; sorted."""

    basket: np.ndarray
    item: np.ndarray
    quantity: np.ndarray


def draw_lines(
    extra_picks: np.ndarray,
    region: np.ndarray,
    tastes: Sequence[np.ndarray],
    rules: Sequence[tuple[int, int, float]],
    rng: np.random.Generator,
) -> Lines:
    """Fill each basket with 1 + Poisson(extra_picks) picks, then let the rules add.

    Parameters
    ----------
    extra_picks : float array, one a basket
        Mean number of picks beyond the first.
    region : int array, one a basket
        Which taste rules the basket.
    tastes : list of float arrays
        Chance of each article, one array a region.
    rules : list of (antecedent code, consequent code, chance)
        Applied to the picks, not to what other rules added.
    """
    products = len(tastes[0])
    # Keys of 4 bytes, where they suffice, sort in half the time and memory.
    whole = np.int32 if len(extra_picks) * products < 2**31 else np.int64
    picks = 1 + rng.poisson(extra_picks)
    ends = np.concatenate([[0], np.cumsum(picks)])
    chance = rng.random(int(ends[-1]))
    guide = Guide.of(tastes)
    # In batches, so that what is at hand stays in the cache.
    cuts = [*range(0, len(picks), BATCH), len(picks)]
    key = np.empty(len(chance), dtype=whole)
    holds: list[list[np.ndarray]] = [[] for _ in rules]
    for begin, stop in pairwise(cuts):
        part = slice(ends[begin], ends[stop])
        many = picks[begin:stop]
        item = guide.read(np.repeat(region[begin:stop], many), chance[part])
        basket = np.repeat(np.arange(begin, stop, dtype=whole), many)
        for found, (antecedent, _, _) in zip(holds, rules, strict=True):
            found.append(_distinct(basket[item == antecedent]))
        key[part] = basket * whole(products) + item
    del chance

    added = [np.empty(0, dtype=whole)]
    for found, (_, consequent, share) in zip(holds, rules, strict=True):
        held = np.concatenate([np.empty(0, dtype=whole), *found])
        added.append(held[rng.random(len(held)) < share] * whole(products) + whole(consequent))
    more = np.sort(np.concatenate(added))
    splits = np.searchsorted(more, np.array(cuts) * products)

    baskets, items, quantities = [], [], []
    for (begin, stop), (first, last) in zip(pairwise(cuts), pairwise(splits), strict=True):
        keys = np.concatenate([key[ends[begin] : ends[stop]], more[first:last]])
        keys.sort()
        begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        basket, item = np.divmod(keys[begins], whole(products))
        baskets.append(basket)
        items.append(item.astype(np.int32, copy=False))
        quantities.append(np.diff(begins, append=len(keys)).astype(np.int32))
    return Lines(np.concatenate(baskets), np.concatenate(items), np.concatenate(quantities))


def _distinct(rising: np.ndarray) -> np.ndarray:
    """Drop repeats from numbers in order."""
    return rising[np.diff(rising, prepend=-1) > 0]


@dataclass(frozen=True)
class Guide:
    """Articles by inverting cumulative tastes, one a region, with a guide (Chen & Asmus 1974).

    The guide cuts 0..1 into cells: where a cell lies within one step of the ladder the
    article is read off, and only the rest is searched for.
    """

    ladders: list[np.ndarray]
    cells: np.ndarray  # regions x cells: the article, or -1 where the cell holds more than one

    @classmethod
    def of(cls, tastes: Sequence[np.ndarray]) -> Guide:
        """The guide of these tastes."""
        edges = np.arange(CELLS + 1) / CELLS
        ladders, cells = [], np.empty((len(tastes), CELLS), dtype=np.int32)
        for code, taste in enumerate(tastes):
            ladder = np.cumsum(taste)
            ladder[-1] = 1.0  # rounding must not leave a gap at the top
            low = np.searchsorted(ladder, edges[:-1], side="right")
            high = np.searchsorted(ladder, edges[1:], side="left")
            cells[code] = np.where(low == high, low, -1)
            ladders.append(ladder)
        return cls(ladders, cells)

    def read(self, region: np.ndarray, chance: np.ndarray) -> np.ndarray:
        """One article a pick."""
        found = self.cells[region, (chance * CELLS).astype(np.int32)]
        open_ = np.flatnonzero(found < 0)
        for code, ladder in enumerate(self.ladders):
            rest = open_[region[open_] == code]
            found[rest] = np.searchsorted(ladder, chance[rest], side="right")
        return found


def expected_pieces(
    extra_picks: np.ndarray, taste: np.ndarray, rules: Sequence[tuple[int, int, float]], worth: np.ndarray
) -> np.ndarray:
    """Mean of the sum of `worth` over the pieces of a basket, exact.

    With 1 + Poisson(m) picks, article a is missing with chance (1 - t_a) exp(-m t_a),
    where t_a is its chance in one pick; each rule adds its consequent to the rest.
    """
    mean = (1 + extra_picks) * (taste @ worth)
    for antecedent, consequent, chance in rules:
        holds = 1 - (1 - taste[antecedent]) * np.exp(-extra_picks * taste[antecedent])
        mean = mean + chance * holds * worth[consequent]
    return mean


def coded(rules: Sequence[PlantedRule], catalogue: Catalogue) -> list[tuple[int, int, float]]:
    """The rules with positions in the catalogue in the place of names."""
    at = {item: code for code, item in enumerate(catalogue.item)}
    return [(at[rule.antecedent], at[rule.consequent], rule.chance) for rule in rules]
