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


def benjamini_hochberg(p: npt.ArrayLike) -> np.ndarray:
    """Smallest false discovery rate at which each test is significant (Benjamini & Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q
