"""Purchases ahead, summed or discounted, of a rate that falls with time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from crmkit.clv.door import horizon_is_sound

NODES = 16  # a panel: the rate is analytic with its nearest singularity a whole first panel away
GROWTH = 3.0  # of the panels, the rate being a power law of time
FORGOTTEN = 42.0  # discounted by exp(-42) = 6e-19, nothing is left
WIDEST = 1e12  # in first panels: the last of a horizon without end and almost without discount

Rate = Callable[[np.ndarray, np.ndarray], np.ndarray]


def nodes(scale: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre points and weights on panels that widen from `scale` to `end`."""
    edges = [0.0]
    width = min(scale, end)
    while edges[-1] < end:
        edges.append(min(edges[-1] + width, end))
        width *= GROWTH
    at, weight = np.polynomial.legendre.leggauss(NODES)
    left, right = np.array(edges[:-1])[:, None], np.array(edges[1:])[:, None]
    half = (right - left) / 2
    return (left + half * (1 + at)).ravel(), (half * weight).ravel()


def integral(rate: Rate, rows: int, scale: float, horizon: float, discount: float = 0.0) -> np.ndarray:
    """Integral over 0..horizon of exp(-discount u) rate(u) for each row, (rows,).

    Parameters
    ----------
    rate : callable
        (time, column of rows) -> rate, by broadcasting; positive and falling.
    rows : int
        How many.
    scale : float
        Time within which no rate changes much.
    """
    end = min(horizon, FORGOTTEN / discount if discount > 0 else horizon, scale * WIDEST)
    if end <= 0 or not rows:
        return np.zeros(rows)
    at, weight = nodes(scale, end)
    weight = weight * np.exp(-discount * at)
    total = np.empty(rows)
    step = max(1, 2_000_000 // len(at))
    for start in range(0, rows, step):
        cut = np.arange(start, min(start + step, rows))[:, None]
        total[cut[:, 0]] = rate(at[None, :], cut) @ weight
    return total


def force_of(discount: float, horizon: float, *, unit: str = "unit of the history") -> float:
    """The force of interest of a discount: worth 1 / (1 + discount) a unit later.

    Raises
    ------
    ValueError
        If the discount or the horizon is unsound, or neither ends the sum.
    """
    if isinstance(discount, bool) or not np.isfinite(discount) or discount < 0:
        raise ValueError(
            f"discount={discount!r} must be 0 or more per {unit}; 10 % a year is 1.10 ** (7 / 365.25) - 1 a week"
        )
    if horizon != np.inf:
        horizon_is_sound(horizon)
    elif discount == 0:
        raise ValueError("discount=0 with horizon=inf has no finite sum in general; give a horizon or a discount")
    return float(np.log1p(discount))
