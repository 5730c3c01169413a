"""Customers by score: the order, the ties, the money of each, and resamples; shared by curves and mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.targeting.asked import each, numbers, same_length, weights

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def asked(
    score: ArrayLike,
    outcome: ArrayLike,
    value: ArrayLike,
    cost: ArrayLike,
    weight: ArrayLike | None,
    name: str = "score",
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Score, outcome, weight and money won by addressing, all by customer."""
    door.aligned(**{name: score, "outcome": outcome, "value": value, "cost": cost, "weight": weight})
    rank, got = numbers(name, score), numbers("outcome", outcome)
    n = len(rank)
    same_length("outcome", got, name, n)
    if (got < 0).any():
        raise ValueError(f"outcome holds {got.min():g}; expected 0 or more. Mend: put losses into value or cost")
    heavy = weights(weight, n)
    return rank, got, heavy, got * each("value", value, n) - each("cost", cost, n)


def cuts(rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best first, and where groups of equal scores end."""
    order = np.argsort(-rank, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(rank[order])), len(rank) - 1)


def resampled(n: int, resamples: int, seed: int | np.random.Generator) -> Iterator[np.ndarray]:
    """How often each customer is in a sample drawn with replacement, one sample after the other."""
    rng = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.bincount(rng.integers(n, size=n), minlength=n)
