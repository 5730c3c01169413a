"""Exact formulas of queues in balance: Erlang B, C, A and X, for one case or for arrays of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from crmkit.queues.answered import later, wait_answered
from crmkit.queues.centre import CallCentre, Service
from crmkit.queues.special import inverse_blocking, waiting

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def erlang_b(offered_load: ArrayLike, *, agents: ArrayLike) -> np.ndarray | float:
    """Share of calls that find all lines busy and are lost.

    Parameters
    ----------
    offered_load : array
        Erlang, 0 or more.
    agents : array
        Lines, whole numbers of 0 or more.

    Returns
    -------
    array or float
        0..1, broadcast.

    Raises
    ------
    ValueError
        If a load is negative or not finite, or lines are no whole numbers.

    References
    ----------
    Erlang (1917); as the Poisson chance of `agents` over that of no more.

    >>> round(erlang_b(5, agents=10), 7)
    0.0183846
    """
    load, lines = np.asarray(offered_load, dtype=float), np.asarray(agents, dtype=float)
    if not np.isfinite(load).all() or (load < 0).any():
        raise ValueError(f"offered_load={offered_load!r} must be finite numbers of 0 or more (Erlang)")
    if not np.isfinite(lines).all() or (lines < 0).any() or (lines != np.floor(lines)).any():
        raise ValueError(f"agents={agents!r} must be whole numbers of 0 or more")
    return _plain(1 / inverse_blocking(lines, load))


def erlang_c(centre: CallCentre) -> Service:
    """Service where all callers wait until they are answered; the patience of the centre is not looked at.

    Parameters
    ----------
    centre : CallCentre
        With more agents than offered load, in every case.

    Raises
    ------
    ValueError
        If a case has no balance: its queue would grow without end.

    References
    ----------
    Erlang (1917); waits are exponential with the rate (agents - load) / handle_s.

    >>> service = erlang_c(CallCentre(calls_per_h=200, handle_s=180, agents=14))
    >>> round(service.p_wait, 6), round(service.service_level, 6)
    (0.174132, 0.88835)
    """
    shape, (n, a, handle, _, within, rate) = _fields(centre)
    over = a >= n
    if over.any():
        place = int(np.flatnonzero(over)[0])
        load, have = a[place], n[place]
        raise ValueError(
            f"{have:,.0f} agents for a load of {load:,.6g} Erlang{f' (case {place})' if over.size > 1 else ''}: more work "
            f"arrives than is done, and without hanging up the queue grows without end. Mend: agents={np.floor(load) + 1:,.0f} "
            "or more; or give patience_s and use erlang_a"
        )
    # C = B / (1 - (1 - B) a / n), with 1 / B = 1 + what n - 1 lines say: no difference of what is almost equal.
    below = _below(n, a)
    p_wait = 1 / (1 + below * (1 - a / n))
    mean = handle / (n - a)
    late = p_wait * np.exp(-within / mean)
    return _service(shape, a / n, p_wait, 0 * a, p_wait * mean, p_wait * mean, 1 - late, 1 - late, 1 - late, rate)


def erlang_a(centre: CallCentre) -> Service:
    """Service where waiting callers hang up, their patience being exponential: one with patience is like another.

    Patience of 0 is Erlang B and without end Erlang C.

    Parameters
    ----------
    centre : CallCentre
        Any load; cases of infinite patience need more agents than load.

    Raises
    ------
    ValueError
        If a case of infinite patience has no balance.

    References
    ----------
    Palm (1957); Garnett, Mandelbaum & Reiman (2002), Designing a call center with impatient customers; Mandelbaum &
    Zeltyn (2007), Service engineering in action: the Palm/Erlang-A queue.

    >>> service = erlang_a(CallCentre(calls_per_h=48 * 60, handle_s=60, agents=50, patience_s=120))
    >>> round(service.p_wait, 6), round(service.p_abandon, 6), round(service.service_level, 6)
    (0.467774, 0.030912, 0.943019)
    """
    return without_asa(centre, asa=True)


def without_asa(centre: CallCentre, *, asa: bool = False) -> Service:
    """As `erlang_a`; the mean wait of the answered callers, half of the work, is missing unless asked for."""
    from scipy.special import gammainc

    shape, (n, a, handle, patience, within, rate) = _fields(centre)
    endless, none = np.isinf(patience), patience == 0
    mean = np.where(endless | none, handle, patience)
    x, y = n * mean / handle, a * mean / handle
    some = y > 0
    y = np.where(some, y, x)
    whole = gammainc(x, y)
    inverse, lost = waiting(x, y, whole)
    below = _below(n, a)
    with np.errstate(over="ignore", invalid="ignore"):
        weight = below * inverse
        p_wait = np.where(some, 1 / (1 + weight), 0.0)
        p_abandon = p_wait * lost
    over, late = later(x, y, within / mean, whole)
    level_virtual, answered_late = np.maximum(1 - p_wait * over, 0.0), p_wait * late
    in_time = np.maximum(1 - p_abandon - answered_late, 0.0)  # rounding may fall below
    answered = np.full_like(x, np.nan)
    if asa:
        answered = p_wait * wait_answered(x, y, inverse, whole) * mean / (1 - p_abandon)
    found = [
        np.minimum((1 - p_abandon) * a / n, 1.0),
        p_wait,
        p_abandon,
        p_abandon * mean,
        answered,
        in_time,
        in_time / (1 - p_abandon),
        level_virtual,
    ]
    if none.any():
        blocked = 1 / inverse_blocking(n, a)
        zero = 0 * blocked
        lossy = [(1 - blocked) * a / n, blocked, blocked, zero, zero, 1 - blocked, zero + 1, zero + 1]
        found = [np.where(none, one, two) for one, two in zip(lossy, found, strict=True)]
    if endless.any():
        calm = erlang_c(CallCentre(*(one[endless] for one in (rate, handle, n)), threshold_s=within[endless]))
        names = (
            "occupancy",
            "p_wait",
            "p_abandon",
            "wait_s",
            "asa_s",
            "service_level",
            "level_answered",
            "level_virtual",
        )
        for place, name in enumerate(names):
            found[place] = found[place].copy()
            found[place][endless] = getattr(calm, name)
    return _service(shape, *found, rate)


def erlang_x(centre: CallCentre, *, redial: ArrayLike) -> Service:
    """Erlang A where a share of those who hang up call again at once, as new callers.

    Parameters
    ----------
    centre : CallCentre
        calls_per_h are first attempts.
    redial : array
        Chance that one who hung up calls again, from 0 to below 1.

    Returns
    -------
    Service
        Of all attempts; calls_per_h are those, redials among them.

    References
    ----------
    The fixed point rate = first + redial x P(abandon at that rate) x rate, as in Koole (2013), Call center optimization,
    section 4.8.

    >>> centre = CallCentre(calls_per_h=48 * 60, handle_s=60, agents=50, patience_s=120)
    >>> round(erlang_x(centre, redial=0.5).calls_per_h / 60, 6)
    48.921354
    """
    again = np.asarray(redial, dtype=float)
    if np.isnan(again).any() or (again < 0).any() or (again >= 1).any():
        raise ValueError(f"redial={redial!r} must be a chance from 0 to below 1; write 50 % as 0.5")
    names = ("agents", "handle_s", "patience_s", "threshold_s", "calls_per_h")
    spread = np.broadcast_arrays(*(np.asarray(getattr(centre, one), dtype=float) for one in names), again)
    shape = spread[0].shape
    n, handle, patience, within, first, again = (one.ravel() for one in spread)
    low, high = first.copy(), first / (1 - again)
    for _ in range(200):  # the lost share rises with the rate: bisection cannot fail
        middle = (low + high) / 2
        lost = np.asarray(erlang_a(CallCentre(middle, handle, n, patience, within)).p_abandon)
        short = first + again * lost * middle > middle
        low, high = np.where(short, middle, low), np.where(short, high, middle)
        if (high - low <= 4e-16 * high).all():
            break
    found = erlang_a(CallCentre((low + high) / 2, handle, n, patience, within))
    return Service(*(_plain(np.reshape(getattr(found, one.name), shape)) for one in dataclasses.fields(Service)))


def _fields(centre: CallCentre) -> tuple[tuple[int, ...], list[np.ndarray]]:
    """The shape of the cases; and one below the other: agents, load, handle_s, patience_s, threshold_s, calls_per_h."""
    names = ("agents", "handle_s", "patience_s", "threshold_s", "calls_per_h")
    spread = np.broadcast_arrays(*(np.asarray(getattr(centre, one), dtype=float) for one in names))
    n, handle, patience, within, rate = (one.ravel() for one in spread)
    return spread[0].shape, [n, rate * handle / 3600, handle, patience, within, rate]


def _below(n: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Weight of all states with a free agent, relative to that with all busy and no queue."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(a > 0, n / np.where(a > 0, a, 1.0) * inverse_blocking(n - 1, a), np.inf)


def _service(shape: tuple[int, ...], *found: np.ndarray) -> Service:
    """From the fields up to level_virtual, and the rate."""
    *told, rate = found
    every = (*told, rate * told[3] / 3600, rate)
    return Service(*(_plain(np.reshape(one, shape)) for one in every))


def _plain(values: np.ndarray) -> np.ndarray | float:
    return values if values.ndim else float(values)
