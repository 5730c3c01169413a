"""What lies in a basket: popular articles, local taste, planted rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crmkit.worlds.catalogue import Catalogue


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
    n, products = len(extra_picks), len(tastes[0])
    picks = 1 + rng.poisson(extra_picks)
    basket = np.repeat(np.arange(n, dtype=np.int64), picks)
    item = _pick(region, picks, tastes, rng)

    added = []
    for antecedent, consequent, chance in rules:
        holds = basket[item == antecedent]
        holds = holds[np.diff(holds, prepend=-1) > 0]  # baskets come in order: drop repeats
        hit = holds[rng.random(len(holds)) < chance]
        added.append(hit * products + consequent)
    key = np.concatenate([basket * products + item, *added])
    key.sort()
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    quantity = np.diff(begins, append=len(key))
    basket, item = np.divmod(key[begins], products)
    return Lines(basket, item.astype(np.int32), quantity.astype(np.int32))


def _pick(region: np.ndarray, picks: np.ndarray, tastes: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """One article a pick, by inverting the region's cumulative taste."""
    where = np.repeat(region, picks)
    chance = rng.random(len(where))
    item = np.empty(len(where), dtype=np.int32)
    for code, taste in enumerate(tastes):
        here = np.flatnonzero(where == code)
        ladder = np.cumsum(taste)
        ladder[-1] = 1.0  # rounding must not leave a gap at the top
        item[here] = np.searchsorted(ladder, chance[here], side="right")
    return item


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
