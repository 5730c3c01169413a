"""Groups of customers who are alike: k-means and Gaussian mixtures, with their stability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("kmeans", "mixture")
FEATURES = ("recency", "frequency", "monetary")
STARTS = 5  # runs from different starting points; the best is kept
RESAMPLES = 10  # pairs of halves of the customers, for stability
HALF_STARTS = 2  # as STARTS, within a half: what is unstable should show
SILHOUETTE_SAMPLE = 2_000  # silhouette needs all pairs; a sample does


@dataclass(frozen=True)
class Clusters:
    """Groups found, named A, B, C … from the most to the least money."""

    labels: pd.Series  # on the index of the features
    centres: pd.DataFrame  # median of each feature, and customers, by group
    silhouette: float  # -1..1: how much nearer to the own group than to the next
    stability: float  # mean adjusted Rand index between groupings of random halves
    stability_sd: float  # its standard deviation over the resamples
    method: str

    def __repr__(self) -> str:
        return (
            f"Clusters({self.method}, {len(self.centres)} groups of {len(self.labels):,} customers, "
            f"silhouette={self.silhouette:.2f}, stability={self.stability:.2f} ± {self.stability_sd:.2f})"
        )


def clusters(
    features: pd.DataFrame,
    k: int,
    *,
    seed: int | np.random.Generator,
    method: str = "kmeans",
    columns: Sequence[str] = FEATURES,
    resamples: int = RESAMPLES,
) -> Clusters:
    """Group customers who are alike in a few features.

    Features are put on one scale: signed log, then mean 0 and standard deviation 1;
    a feature without variance carries nothing and is left at 0. Groups are named by
    the mean of the last feature, A the highest, so that names do not swap between runs.

    Parameters
    ----------
    features : DataFrame
        One row a customer, e.g. tables.RFM.
    k : int
        Number of groups, 1 to the number of distinct customers.
    seed : int or Generator
        For starting points and resamples.
    method : "kmeans" or "mixture"
        k-means, or a mixture of Gaussians with full covariance.
    columns : names
        The features; the last one orders the names.
    resamples : int
        Pairs of halves for the stability; 0 leaves it out.

    Returns
    -------
    Clusters
        With one group, silhouette is missing and stability 1.

    Raises
    ------
    ValueError
        If features are missing or infinite, or k does not fit.
    """
    import pandas as pd

    values = _scaled(features, columns)
    _check(values, k, method)
    rng = np.random.default_rng(seed)
    # One thread: on tables of this size threads cost more than they bring, and the order in
    # which they add up would leave the last bits to chance.
    with _one_thread():
        group = _fit(values, k, method, rng)(values)
        mean, spread = _stability(values, k, method, rng, resamples)
        silhouette = _silhouette(values, group, rng)
    means = features[list(columns)].groupby(group).mean()
    # All features, the last first: where that has no variance, the one before it decides.
    order = means.sort_values(list(columns)[::-1], ascending=False, kind="stable").index
    name_of = {old: _name(new) for new, old in enumerate(order)}
    labels = pd.Series([name_of[old] for old in group], index=features.index, name="cluster", dtype="str")
    centres = features[list(columns)].groupby(labels).median()
    centres.insert(0, "customers", labels.value_counts().reindex(centres.index))
    return Clusters(labels, centres, silhouette, mean, spread, method)


def choose_k(
    features: pd.DataFrame,
    ks: Sequence[int] = range(2, 9),
    *,
    seed: int | np.random.Generator,
    method: str = "kmeans",
    columns: Sequence[str] = FEATURES,
) -> pd.DataFrame:
    """Silhouette and stability for several numbers of groups.

    Parameters
    ----------
    features, seed, method, columns
        As in `clusters`.
    ks : sequence of int
        Numbers of groups to try.

    Returns
    -------
    DataFrame
        Index k: silhouette, stability, stability_sd.
    """
    import pandas as pd

    streams = np.random.default_rng(seed).spawn(len(ks))
    found = [
        clusters(features, k, seed=rng, method=method, columns=columns) for k, rng in zip(ks, streams, strict=True)
    ]
    return pd.DataFrame(
        {
            "silhouette": [one.silhouette for one in found],
            "stability": [one.stability for one in found],
            "stability_sd": [one.stability_sd for one in found],
        },
        index=pd.Index(list(ks), name="k"),
    )


def _one_thread() -> AbstractContextManager:
    import sklearn.cluster  # noqa: F401  the pools to limit must be there first
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def _name(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"A{number}"


def _scaled(features: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    require(features, columns, name="features")
    values = features[list(columns)].to_numpy(dtype=float)
    if not len(values):
        raise ValueError("features has 0 rows; expected at least one customer")
    bad = ~np.isfinite(values)
    if bad.any():
        row, column = (int(at[0]) for at in np.nonzero(bad))
        raise ValueError(
            f"features[{columns[column]!r}] is {values[row, column]} for customer {features.index[row]!r} "
            f"({int(bad.any(axis=1).sum()):,} customers in all); expected numbers. Mend: features.dropna()"
        )
    values = np.sign(values) * np.log1p(np.abs(values))
    spread = values.std(axis=0)
    still = spread <= 1e-12 * np.maximum(np.abs(values).max(axis=0), 1)
    return np.where(still, 0.0, (values - values.mean(axis=0)) / np.where(still, 1.0, spread))


def _check(values: np.ndarray, k: int, method: str) -> None:
    if method not in METHODS:
        raise ValueError(f"method={method!r} must be one of {METHODS}")
    distinct = len(np.unique(values, axis=0))
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= distinct:
        raise ValueError(f"k={k!r} must be a whole number from 1 to {distinct}, the number of distinct customers")


def _fit(
    values: np.ndarray, k: int, method: str, rng: np.random.Generator, starts: int = STARTS
) -> Callable[[np.ndarray], np.ndarray]:
    """A function from values to group numbers."""
    from sklearn.cluster import KMeans
    from sklearn.mixture import GaussianMixture

    state = int(rng.integers(2**31))
    if method == "kmeans" or k == 1:
        return KMeans(k, n_init=starts, random_state=state).fit(values).predict
    # The small ridge keeps a group of equal customers from a singular covariance.
    return GaussianMixture(k, n_init=starts, random_state=state, reg_covar=1e-3).fit(values).predict


def _silhouette(values: np.ndarray, group: np.ndarray, rng: np.random.Generator) -> float:
    from sklearn.metrics import silhouette_score

    some = rng.permutation(len(values))[:SILHOUETTE_SAMPLE]
    distinct = len(np.unique(group[some]))
    if not 2 <= distinct < len(some):
        return float("nan")
    return float(silhouette_score(values[some], group[some]))


def _stability(
    values: np.ndarray, k: int, method: str, rng: np.random.Generator, resamples: int
) -> tuple[float, float]:
    """Group two random halves apart, let both place all customers, compare (after Lange et al. 2004)."""
    from sklearn.metrics import adjusted_rand_score

    if k == 1:
        return 1.0, 0.0
    scores = []
    for _ in range(resamples):
        order = rng.permutation(len(values))
        halves = order[: len(order) // 2], order[len(order) // 2 :]
        if any(len(np.unique(values[half], axis=0)) < k for half in halves):
            continue
        one, two = (_fit(values[half], k, method, rng, HALF_STARTS)(values) for half in halves)
        scores.append(adjusted_rand_score(one, two))
    if not scores:
        return float("nan"), float("nan")
    return float(np.mean(scores)), float(np.std(scores, ddof=min(1, len(scores) - 1)))
