"""How few agents keep a promise, and how many are worth their wage?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.queues.centre import CallCentre, Service
from crmkit.queues.erlang import without_asa

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

MOST = 2**40  # agents; beyond it no promise is kept by more of them


def staff(
    centre: CallCentre,
    *,
    service_level: ArrayLike | None = None,
    p_abandon: ArrayLike | None = None,
    asa_s: ArrayLike | None = None,
    level: str = "service_level",
) -> np.ndarray | int:
    """The least number of agents that keeps every promise given; the agents of the centre are of no account.

    Parameters
    ----------
    centre : CallCentre
        One interval or an array of them; patience_s=inf takes Erlang C.
    service_level : array, optional
        At least this share answered within threshold_s.
    p_abandon : array, optional
        At most this share hangs up.
    asa_s : array, optional
        The answered callers wait at most this long on average, seconds.
    level : str
        Which definition of the service level: service_level (of all callers), level_answered, level_virtual.

    Returns
    -------
    array or int
        Whole numbers of 1 or more: with one agent fewer a promise is broken.

    Raises
    ------
    ValueError
        If no promise is given, or one is out of its range.

    >>> staff(CallCentre(calls_per_h=1400 * 12, handle_s=300, agents=1, patience_s=180), service_level=0.8)
    1302
    """
    goals = {"service_level": service_level, "p_abandon": p_abandon, "asa_s": asa_s}
    given = {name: np.asarray(value, dtype=float) for name, value in goals.items() if value is not None}
    if not given:
        raise ValueError("no promise is given; expected service_level, p_abandon or asa_s")
    if level not in ("service_level", "level_answered", "level_virtual"):
        raise ValueError(f"level={level!r} is not known; choose service_level, level_answered or level_virtual")
    for name, value in given.items():
        top = np.inf if name == "asa_s" else 1.0
        if not (np.isfinite(value) & (value >= 0) & (value <= top)).all() or (
            name == "service_level" and (value == 1).any()
        ):
            expected = "seconds of 0 or more" if name == "asa_s" else "a share from 0 to below 1; write 80 % as 0.8"
            raise ValueError(f"{name}={goals[name]!r} must be {expected}")

    def kept(service: Service) -> np.ndarray:
        good: np.ndarray = np.asarray(True)
        if "service_level" in given:
            good = good & (np.asarray(getattr(service, level)) >= given["service_level"])
        if "p_abandon" in given:
            good = good & (np.asarray(service.p_abandon) <= given["p_abandon"])
        if "asa_s" in given:
            good = good & (np.asarray(service.asa_s) <= given["asa_s"])
        return good

    shape = np.broadcast_shapes(*(value.shape for value in given.values()))
    return least(centre, kept, shape=shape, asa="asa_s" in given)


def least(
    centre: CallCentre, kept: Callable[[Service], np.ndarray], *, shape: tuple[int, ...] = (), asa: bool = False
) -> np.ndarray | int:
    """The least agents whose service is good, by halving: more agents never serve worse."""
    names = ("calls_per_h", "handle_s", "patience_s", "threshold_s")
    shape = np.broadcast_shapes(shape, *(np.shape(getattr(centre, one)) for one in names))
    spread = {one: np.broadcast_to(np.asarray(getattr(centre, one), dtype=float), shape) for one in names}
    load = spread["calls_per_h"] * spread["handle_s"] / 3600
    # Without hanging up there is no balance with fewer agents than this.
    floor = np.where(np.isinf(spread["patience_s"]), np.floor(load) + 1, 1.0)

    def good(agents: np.ndarray) -> np.ndarray:
        return np.broadcast_to(kept(without_asa(CallCentre(agents=agents, **spread), asa=asa)), shape)

    low, high = floor - 1, np.maximum(np.ceil(load + 2 * np.sqrt(load)), floor)  # low is not good, or not there
    short = ~good(high)
    while short.any():
        low = np.where(short, high, low)
        high = np.where(short, 2 * high, high)
        if (high > MOST).any():
            raise ValueError("no number of agents keeps this promise; expected a goal that somebody at once could keep")
        short = ~good(high)
    while (high - low > 1).any():
        middle = np.where(high - low > 1, np.floor((low + high) / 2), high)
        fine = good(middle)
        low, high = np.where(fine, low, middle), np.where(fine, middle, high)
    return high.astype(np.int64) if shape else int(high)


def staff_by_money(
    centre: CallCentre, *, wage_per_h: ArrayLike, loss_per_abandoned: ArrayLike, most: int = 5_000
) -> tuple[np.ndarray | int, np.ndarray | float]:
    """Agents at which wages and the value of lost callers together cost least.

    Parameters
    ----------
    centre : CallCentre
        With a finite patience; its agents are of no account.
    wage_per_h : array
        Money an agent and hour, above 0.
    loss_per_abandoned : array
        Money that a caller who hangs up is worth, 0 or more: customer value times what hanging up adds to leaving.
    most : int
        Largest number of agents beyond the load that is looked at.

    Returns
    -------
    agents, cost : arrays
        Whole numbers, and money an hour.

    Raises
    ------
    ValueError
        If a wage is not above 0, a loss is negative, or nobody ever hangs up.

    References
    ----------
    The loss is convex in the number of agents (Jagers & Van Doorn 1991), so one more is worth its wage as long as the
    saving is larger.

    >>> centre = CallCentre(calls_per_h=1400 * 12, handle_s=300, agents=1, patience_s=180)
    >>> staff_by_money(centre, wage_per_h=25, loss_per_abandoned=10)[0]
    1435
    """
    wage, loss = np.asarray(wage_per_h, dtype=float), np.asarray(loss_per_abandoned, dtype=float)
    if not (np.isfinite(wage) & (wage > 0)).all():
        raise ValueError(f"wage_per_h={wage_per_h!r} must be money above 0")
    if not (np.isfinite(loss) & (loss >= 0)).all():
        raise ValueError(f"loss_per_abandoned={loss_per_abandoned!r} must be money of 0 or more")
    if np.isinf(np.asarray(centre.patience_s, dtype=float)).any():
        raise ValueError("patience_s is without end, so nobody is lost; expected a finite patience")
    shape = np.broadcast_shapes(wage.shape, loss.shape)

    names = ("calls_per_h", "handle_s", "patience_s", "threshold_s")
    shape = np.broadcast_shapes(shape, *(np.shape(getattr(centre, one)) for one in names))
    spread = {one: np.broadcast_to(np.asarray(getattr(centre, one), dtype=float), shape) for one in names}
    rate = spread["calls_per_h"]

    def lost(agents: np.ndarray) -> np.ndarray:
        return rate * loss * np.asarray(without_asa(CallCentre(agents=agents, **spread)).p_abandon)

    low = np.ones(shape)
    high = np.ceil(rate * spread["handle_s"] / 3600) + most
    while (high > low).any():  # the first n at which one more saves no more than a wage
        middle = np.floor((low + high) / 2)
        dear = lost(middle) - lost(middle + 1) <= wage
        low, high = np.where(dear, low, np.minimum(middle + 1, high)), np.where(dear, middle, high)
    cost = wage * high + lost(high)
    return (high.astype(np.int64), cost) if shape else (int(high), float(cost))
