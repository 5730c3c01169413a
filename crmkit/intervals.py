"""Intervals for shares and means, the same everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def normal_quantile(level: float) -> float:
    """Half-width of a central normal interval, in standard errors."""
    from scipy.special import ndtri

    try:
        inside = 0 < level < 1
    except TypeError:
        raise TypeError(f"level={level!r} is a {type(level).__name__}; expected a number; write 95 % as 0.95") from None
    if not inside:
        raise ValueError(f"level={level!r} must lie between 0 and 1; write 95 % as 0.95")
    return float(ndtri(0.5 + level / 2))


def normal_draws(rng: np.random.Generator, mean: npt.ArrayLike, covariance: npt.ArrayLike, size: int) -> np.ndarray:
    """Draws of several normal variables at once, the same on every processor.

    NumPy's own draws go through singular vectors, whose signs are the linear algebra library's to choose. The symmetric
    square root of the covariance has no such choice.

    Parameters
    ----------
    rng : Generator
        Of the draws.
    mean : array, shape (k,)
        Their middle.
    covariance : array, shape (k, k)
        Symmetric; rounding below 0 counts as 0.
    size : int
        How many.

    Returns
    -------
    array, shape (size, k)

    >>> drawn = normal_draws(np.random.default_rng(1), [1.0, 2.0], [[1.0, 0.5], [0.5, 4.0]], 10_000)
    >>> drawn.mean(axis=0).round(1).tolist(), np.cov(drawn.T).round(1).tolist()
    ([1.0, 2.0], [[1.0, 0.5], [0.5, 4.0]])
    """
    strength, way = np.linalg.eigh(np.asarray(covariance, dtype=float))
    root = (way * np.sqrt(np.maximum(strength, 0.0))) @ way.T
    return np.asarray(mean, dtype=float) + rng.standard_normal((size, len(root))) @ root


def wilson(hits: npt.ArrayLike, of: npt.ArrayLike, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Interval for a share (Wilson 1927), sound also for 0 of n and small n.

    Where `of` is 0 nothing is known and both ends are missing.

    >>> low, high = wilson(0, 5)
    >>> round(float(low), 3), round(float(high), 3)
    (0.0, 0.434)
    """
    z = normal_quantile(level)
    hits, of = np.asarray(hits, dtype=float), np.asarray(of, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 of 0 is missing, as said above
        share = hits / of
        middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
        half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return np.where(hits == 0, np.where(of > 0, 0.0, np.nan), low), np.where(
        hits == of, np.where(of > 0, 1.0, np.nan), high
    )


def wilson_in_groups(hits: npt.ArrayLike, group: npt.ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Interval for a share of rows that stand or fall together, such as mails of one wording; and how many rows tell as much.

    Wilson's interval (1927) of fewer rows: rows over the design effect (Rao & Scott 1992), less for few groups of unequal
    size (Korn & Graubard 1998).

    >>> low, high, worth = wilson_in_groups([1, 1, 1, 1, 0, 0], ["a", "a", "b", "b", "c", "c"])
    >>> low < 2 / 3 < high, worth < 3
    (True, True)
    """
    mean, spread, rows, many = _summed(np.asarray(hits, dtype=float), group)
    worth = as_rows(mean, spread**2, rows, many, level=level)
    low, high = wilson(mean * worth, worth, level=level)
    return float(low), float(high), float(worth)


def mean_in_groups(values: npt.ArrayLike, group: npt.ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """Interval for a mean of rows that stand or fall together: the groups are counted, not the rows.

    Linearised ratio of sums (Cochran 1977, 6.3), Student's law with as many groups as unequal ones are worth (Kish 1965,
    8.2). With every row a group of its own it is the usual interval of a mean. Of few groups, or where one value is rare,
    it holds less often than it says.

    >>> low, high = mean_in_groups([1.0, 2.0, 3.0], [1, 2, 3])
    >>> round(low, 2), round(high, 2)
    (-0.48, 4.48)
    """
    mean, spread, _, many = _summed(np.asarray(values, dtype=float), group)
    half = float(student(many, level)) * spread
    return mean - half, mean + half


def as_rows(
    mean: npt.ArrayLike, variance: npt.ArrayLike, rows: npt.ArrayLike, many: npt.ArrayLike, *, level: float
) -> np.ndarray:
    """So many independent rows tell as much as `rows` with this variance of their mean, told from `many` groups.

    Never more than there are; where all rows agree, as many as there are groups.
    """
    mean, many = np.asarray(mean, dtype=float), np.asarray(many, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = np.minimum(mean * (1 - mean) / np.asarray(variance, dtype=float), rows)
    worth = np.where((mean > 0) & (mean < 1) & (many > 1), alone, many)
    return worth * (normal_quantile(level) / student(many, level)) ** 2


def student(many: npt.ArrayLike, level: float) -> np.ndarray:
    """Half-width of an interval in standard errors, if these are told from so many groups."""
    from scipy.special import stdtrit

    normal_quantile(level)
    return stdtrit(np.maximum(np.asarray(many, dtype=float) - 1, 1), 0.5 + level / 2)


def _summed(values: np.ndarray, group: npt.ArrayLike) -> tuple[float, float, int, float]:
    """Mean, its standard error by the sums of the groups, rows, and so many equal groups as these are worth."""
    code, size = np.unique(np.asarray(group), return_inverse=True, return_counts=True)[1:]
    mean, n = values.mean(), len(size)
    together = np.bincount(code, weights=values - mean)
    # Of one group nothing can be told.
    spread = np.sqrt((together**2).sum() * n / (n - 1)) / len(values) if n > 1 else np.inf
    return float(mean), float(spread), len(values), float(size.sum() ** 2 / (size**2.0).sum())


def benjamini_hochberg(p: npt.ArrayLike) -> np.ndarray:
    """Smallest false discovery rate at which each test is significant (Benjamini & Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q
