"""Short formulas: priorities, service of any spread with one server, square-root staffing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.erlang import erlang_b

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def priority_waits(calls_per_h: ArrayLike, *, handle_s: float, agents: int) -> np.ndarray:
    """Mean waits of classes of callers of which the earlier ones go first; nobody hangs up or is interrupted.

    Parameters
    ----------
    calls_per_h : array
        Of each class, the first class before all others.
    handle_s : float
        Mean time of a call, the same (exponential) for all.
    agents : int
        At work.

    Returns
    -------
    array
        Seconds, of each class.

    Raises
    ------
    ValueError
        If the classes together bring more work than the agents can do.

    References
    ----------
    Cobham (1954), Priority assignment in waiting line problems.

    >>> (priority_waits([0.2, 0.6, 1.2], handle_s=1200, agents=1) / 3600).round(4).tolist()
    [0.2381, 0.3247, 0.9091]
    """
    rates = door.numbers("calls_per_h", np.atleast_1d(np.asarray(calls_per_h)), low=0)
    handle, n = door.number("handle_s", handle_s, low=0, above=True), door.whole("agents", agents)
    load = rates.sum() * handle / 3600
    if load >= n:
        raise ValueError(
            f"{n} agents for a load of {load:g} Erlang: the last class waits without end. Mend: more agents"
        )
    blocked = float(erlang_b(load, agents=n))
    p_wait = blocked / (1 - (1 - blocked) * load / n)
    done = np.cumsum(rates) * handle / 3600 / n
    before = np.concatenate([[0.0], done[:-1]])
    return p_wait * handle / n / ((1 - before) * (1 - done))


def pollaczek_khinchine(occupancy: ArrayLike, *, handle_s: ArrayLike, scv: ArrayLike) -> np.ndarray | float:
    """Mean wait in seconds for one agent whose calls take times of any spread.

    Parameters
    ----------
    occupancy : array
        From 0 to below 1.
    handle_s : array
        Mean time of a call.
    scv : array
        Squared coefficient of variation of the time: 1 exponential, 0 always the same.

    Raises
    ------
    ValueError
        If the occupancy is not below 1, or a time or spread is negative.

    References
    ----------
    Pollaczek (1930), Khinchine (1932): rho (1 + scv) / (2 (1 - rho)) times the mean.

    >>> round(pollaczek_khinchine(0.8, handle_s=1.0, scv=0.0), 9)
    2.0
    """
    rho, mean, spread = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (occupancy, handle_s, scv)))
    for name, values, good in (
        ("occupancy", rho, (rho >= 0) & (rho < 1)),
        ("handle_s", mean, mean > 0),
        ("scv", spread, spread >= 0),
    ):
        if not good.all():
            told = {"occupancy": "from 0 to below 1", "handle_s": "above 0", "scv": "0 or more"}[name]
            raise ValueError(f"{name}={values[~good].flat[0]:g} must be {told}")
    found = rho * (1 + spread) / (2 * (1 - rho)) * mean
    return found if found.ndim else float(found)


def square_root_agents(offered_load: ArrayLike, *, p_wait: float) -> np.ndarray | float:
    """Agents by the square-root rule, so that about this share of callers has to wait (nobody hangs up).

    Load plus a safety of beta times its square root: why one large centre needs fewer agents than many small ones.

    Parameters
    ----------
    offered_load : array
        Erlang, above 0.
    p_wait : float
        Between 0 and 1.

    Returns
    -------
    array or float
        Not rounded.

    References
    ----------
    Halfin & Whitt (1981): p_wait = 1 / (1 + beta Phi(beta) / phi(beta)).

    >>> [round(float(n), 1) for n in square_root_agents([100, 400], p_wait=0.5)]
    [105.1, 410.1]
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    load = np.asarray(offered_load, dtype=float)
    if not np.isfinite(load).all() or (load <= 0).any():
        raise ValueError(f"offered_load={offered_load!r} must be finite numbers above 0 (Erlang)")
    chance = door.share("p_wait", p_wait, inside=True)
    beta = brentq(lambda b: 1 / (1 + b * norm.cdf(b) / norm.pdf(b)) - chance, 1e-12, 37.0)
    found = load + beta * np.sqrt(load)
    return found if found.ndim else float(found)
