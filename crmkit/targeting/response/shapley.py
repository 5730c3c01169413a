"""Three ways to the Shapley values of the features of a model; each takes the score as a function of a frame."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

AT_ONCE = 100_000  # rows scored in one call, for the memory


def sums(f: Callable, have: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Of a sum over features: how far each alone moves one fixed customer, less its mean over the reference."""
    import pandas as pd

    one = other.iloc[[0]]
    added = np.empty(have.shape)
    for at, name in enumerate(have.columns):
        values = pd.concat([have[name], other[name]], ignore_index=True)
        frame = one.loc[[0] * len(values)].reset_index(drop=True)
        frame[name] = values
        moved = f(frame)
        added[:, at] = moved[: len(have)] - moved[len(have) :].mean()
    return added


def _mixed(
    f: Callable, have: pd.DataFrame, other: pd.DataFrame, own: np.ndarray, row: np.ndarray, ref: np.ndarray
) -> np.ndarray:
    """Scores of mixed customers: of row `row` where `own` (mixed, features) says so, else of the reference row `ref`."""
    import pandas as pd

    scored = np.empty(len(own))
    for start in range(0, len(own), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        columns = {
            name: np.where(own[part, at], have[name].to_numpy()[row[part]], other[name].to_numpy()[ref[part]])
            for at, name in enumerate(have.columns)
        }
        scored[part] = f(pd.DataFrame(columns))
    return scored


def groups(f: Callable, have: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """All groups of features: what a feature adds to each, weighed by the share of orders in which that group comes first."""
    n, d, r = *have.shape, len(other)
    groups = (np.arange(2**d)[:, None] >> np.arange(d) & 1).astype(bool)
    row, ref = np.repeat(np.arange(n), r), np.tile(np.arange(r), n)
    value = np.empty((2**d, n))
    many = max(AT_ONCE // (n * r), 1)
    for start in range(0, 2**d, many):
        part = groups[start : start + many]
        own = np.repeat(part, n * r, axis=0)
        scored = _mixed(f, have, other, own, np.tile(row, len(part)), np.tile(ref, len(part)))
        value[start : start + many] = scored.reshape(len(part), n, r).mean(axis=2)
    size = groups.sum(axis=1)
    weight = np.array([factorial(s) * factorial(d - s - 1) / factorial(d) if s < d else 0.0 for s in size])
    added = np.empty((n, d))
    for at in range(d):
        without = np.flatnonzero(~groups[:, at])
        added[:, at] = weight[without] @ (value[without + (1 << at)] - value[without])
    return added


def orders(
    f: Callable, have: pd.DataFrame, other: pd.DataFrame, rounds: int, rng: np.random.Generator, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn orders, each also backwards, equally often from every row of the reference, so that sums stay exact.

    Returns the contributions and the half-widths of their intervals.
    """
    from scipy.stats import t

    (n, d), r = have.shape, len(other)
    pairs = np.empty((rounds * r, d, n))
    many = max(AT_ONCE // (2 * (d + 1) * n), 1)
    for start in range(0, len(pairs), many):
        ref = np.tile(np.arange(r), rounds)[start : start + many]
        forth = rng.permuted(np.tile(np.arange(d), (len(ref), 1)), axis=1)
        # When each feature changes: (pairs, forth and back, features).
        turn = np.stack([forth, d - 1 - forth], axis=1)
        steps = turn[:, :, None, :] < np.arange(d + 1)[:, None]
        own = np.repeat(steps.reshape(-1, d), n, axis=0)
        row = np.tile(np.arange(n), len(ref) * 2 * (d + 1))
        scored = _mixed(f, have, other, own, row, np.repeat(ref, 2 * (d + 1) * n)).reshape(len(ref), 2, d + 1, n)
        added = np.take_along_axis(np.diff(scored, axis=2), turn[..., None], axis=2)
        pairs[start : start + many] = added.mean(axis=1)
    if len(pairs) == 1:
        return pairs[0].T, np.full((n, d), np.inf)  # one pair tells nothing of its error
    if rounds == 1:
        variance, free = pairs.var(axis=0, ddof=1) / r, np.full((d, n), r - 1.0)
    else:
        # Every row of the reference is taken equally often: only the orders are left to chance.
        each = pairs.reshape(rounds, r, d, n).var(axis=0, ddof=1) / rounds / r**2
        variance, squares = each.sum(axis=0), (each**2).sum(axis=0)
        # Degrees of freedom of a sum of variances (Welch 1947): often a few rows make most of the error.
        free = np.divide((rounds - 1) * variance**2, squares, out=np.ones((d, n)), where=squares > 0)
    return pairs.mean(axis=0).T, (t.ppf(0.5 + level / 2, free) * np.sqrt(variance)).T
