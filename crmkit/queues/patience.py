"""M/M/n+G: callers whose patience follows any distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.queues.centre import Service
from crmkit.queues.special import inverse_blocking

PANELS, POINTS = 24, 20  # Gauss-Legendre over the would-be wait
NOTHING = 45.0  # exp(-45) of the largest density is left out


def mmng(*, calls_per_h: float, handle_s: float, agents: int, patience: Any, threshold_s: float = 20.0) -> Service:
    """Service where patience follows any distribution, e.g. one that a log of waits has told.

    Parameters
    ----------
    calls_per_h, handle_s, agents, threshold_s : numbers
        As in `CallCentre`.
    patience : frozen distribution of scipy.stats
        Of the time until a waiting caller hangs up, seconds; on 0 and above.

    Returns
    -------
    Service
        One case; by quadrature, relative error about 1e-10 for smooth distributions.

    Raises
    ------
    TypeError, ValueError
        If the distribution has no ``sf``, reaches below 0, or an option is out of its range; or if nobody would ever hang
        up and there is no balance.

    References
    ----------
    Baccelli & Hebuterne (1981); Zeltyn & Mandelbaum (2005), Call centers with impatient customers: many-server
    asymptotics of the M/M/n+G queue, section 2.

    >>> from scipy import stats
    >>> told = mmng(calls_per_h=48 * 60, handle_s=60, agents=50, patience=stats.expon(scale=120))
    >>> round(told.p_abandon, 6)
    0.030912
    """
    from crmkit.queues.centre import CallCentre

    centre = CallCentre(calls_per_h, handle_s, agents, threshold_s=threshold_s)
    if any(np.ndim(one) for one in (calls_per_h, handle_s, agents, threshold_s)):
        raise ValueError("mmng takes one case at a time; expected numbers, not arrays")
    if not hasattr(patience, "sf"):
        raise TypeError(
            f"patience is a {type(patience).__name__}; expected a frozen distribution, e.g. scipy.stats.expon(scale=120)"
        )
    if float(patience.cdf(-1e-9)) > 0:
        raise ValueError("patience reaches below 0 seconds; expected times of 0 or more")
    load, rate = float(centre.offered_load), calls_per_h / 3600
    if rate == 0:
        return Service(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0)
    serve = agents / handle_s
    with np.errstate(over="ignore"):  # a Weibull law raises it to a power
        stay = float(patience.sf(1e300))
    if rate * stay >= serve:
        raise ValueError(
            f"{agents} agents for a load of {load:,.6g} Erlang, and {stay:.0%} never hang up: the queue grows without end. "
            "Mend: more agents, or a patience that ends"
        )
    edges = _edges(patience, rate, serve, threshold_s)
    at, weight = np.polynomial.legendre.leggauss(POINTS)
    half = np.diff(edges)[:, None] / 2
    wait = edges[:-1, None] + half * (1 + at)
    left = np.asarray(patience.sf(wait), dtype=float)
    # Integral of the survival up to each point: whole panels before it, and a rule on the part within.
    inner = edges[:-1, None, None] + (wait - edges[:-1, None])[:, :, None] * (1 + at) / 2
    within = (np.asarray(patience.sf(inner), dtype=float) * weight).sum(axis=2) * (wait - edges[:-1, None]) / 2
    whole = (left * half * weight).sum(axis=1)
    survived = np.concatenate([[0.0], np.cumsum(whole)[:-1]])[:, None] + within
    exponent = rate * survived - serve * wait
    peak = max(float(exponent.max()), 0.0)
    density = np.exp(exponent - peak) * half * weight
    # Weight of the states with a free agent, relative to that with n - 1 busy; times the same scale.
    free = float(inverse_blocking(agents - 1, load)) * np.exp(-peak)
    total = free + rate * density.sum()
    p_wait = rate * density.sum() / total
    answered = rate * (density * left).sum() / total
    # Lost: P(wait) less what is answered; by its own sum where that is a small difference.
    p_abandon = rate * (density * np.asarray(patience.cdf(wait), dtype=float)).sum() / total
    asa = rate * (density * left * wait).sum() / total / (1 - p_abandon)
    mean_wait = rate * (density * survived).sum() / total
    late = wait > threshold_s
    answered_late = rate * (density * left * late).sum() / total
    virtual = 1 - rate * (density * late).sum() / total
    in_time = 1 - p_wait + answered - answered_late
    told = (
        (1 - p_abandon) * load / agents, p_wait, p_abandon, mean_wait, asa, in_time, in_time / (1 - p_abandon), virtual,
        rate * mean_wait, calls_per_h,
    )  # fmt: skip
    return Service(*map(float, told))


def _edges(patience: Any, rate: float, serve: float, threshold: float) -> np.ndarray:
    """Panels that reach as far as would-be waits do, with one edge at the threshold."""
    scale = 1 / serve
    end = scale
    while True:
        grid = np.linspace(0, end, 400)
        left = np.asarray(patience.sf(grid), dtype=float)
        survived = np.concatenate([[0.0], np.cumsum((left[1:] + left[:-1]) / 2 * np.diff(grid))])
        exponent = rate * survived - serve * grid
        if exponent.max() - exponent[-1] > NOTHING and rate * left[-1] < serve:
            break
        end *= 1.7
        if end > 1e12 * scale:
            raise ValueError("would-be waits have no end within reach; give more agents, or a patience that ends")
    # Finer where the density lives.
    heavy = np.flatnonzero(exponent > exponent.max() - NOTHING)
    first, last = grid[max(heavy[0] - 1, 0)], grid[min(heavy[-1] + 1, len(grid) - 1)]
    edges = np.linspace(first, last, PANELS + 1)
    support = [point for point in (threshold, *np.atleast_1d(patience.support())) if first < point < last]
    return np.unique(np.concatenate([[0.0], edges, support]))
