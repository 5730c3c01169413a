"""A day whose calls rise and fall: each interval for itself, by the load that is still being worked off, and exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.centre import CallCentre
from crmkit.queues.erlang import erlang_a
from crmkit.queues.transient import Passing, pass_through

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

METHODS = ("sipp", "mol", "exact")


def modified_load(
    calls_per_h: ArrayLike, *, handle_s: float, interval_s: float = 1800.0, before: float = 0.0
) -> np.ndarray:
    """Agents that would be busy on average in each interval if there were always enough of them.

    Calls that came before an interval are still being worked off in it, so the load lags behind the calls.

    Parameters
    ----------
    calls_per_h : array (intervals,)
        Rate in each interval.
    handle_s, interval_s : float
        Mean time of a call; length of an interval.
    before : float
        Agents busy when the first interval begins.

    Returns
    -------
    array (intervals,)
        Mean load (Erlang) over each interval.

    References
    ----------
    Eick, Massey & Whitt (1993), M_t/G/infinity queues with sinusoidal arrival rates; Jennings et al. (1996), Server
    staffing to meet time-varying demand: the modified offered load.

    >>> modified_load([0.0, 3600.0], handle_s=60.0, interval_s=600.0).round(2).tolist()
    [0.0, 54.0]
    """
    rate = door.numbers("calls_per_h", np.asarray(calls_per_h), low=0)
    handle = door.number("handle_s", handle_s, low=0, above=True)
    step = door.number("interval_s", interval_s, low=0, above=True)
    now, found = door.number("before", before, low=0), np.empty(len(rate))
    fade = -np.expm1(-step / handle)
    for place, load in enumerate(rate * handle / 3600):
        found[place] = load + (now - load) * fade * handle / step
        now = load + (now - load) * (1 - fade)
    return found


def day(
    calls_per_h: ArrayLike,
    *,
    handle_s: float,
    agents: ArrayLike,
    patience_s: float = float("inf"),
    threshold_s: float = 20.0,
    interval_s: float = 1800.0,
    method: str = "mol",
) -> pd.DataFrame:
    """The service of each interval of a day.

    Parameters
    ----------
    calls_per_h, agents : array (intervals,)
        Rate and agents on duty in each interval.
    handle_s, patience_s, threshold_s : float
        As in `CallCentre`.
    interval_s : float
        Length of an interval.
    method : str
        sipp: each interval as if it lasted for ever; mol: the same with `modified_load` in the place of the load; exact: the
        chances of all numbers of callers, carried through the day from an empty centre (agents who go home hand
        their call on). The first two need balance in each interval where nobody hangs up.

    Returns
    -------
    DataFrame
        Index interval, from 0: calls_per_h, agents, load (Erlang, that of the method), p_wait, p_abandon, service_level,
        queue (mean callers waiting), occupancy.

    Raises
    ------
    ValueError
        If lengths differ, a figure is out of its range, or an interval without patience has no balance.

    References
    ----------
    Green, Kolesar & Whitt (2007), Coping with time-varying demand when setting staffing requirements: SIPP and MOL.

    >>> table = day([60, 240, 120], handle_s=180, agents=[6, 12, 12], patience_s=120, method="exact")
    >>> table["p_abandon"].round(3).tolist()
    [0.016, 0.103, 0.013]
    """
    import pandas as pd

    if method not in METHODS:
        raise ValueError(f"method={method!r} is not known; choose one of {', '.join(METHODS)}")
    rate = door.numbers("calls_per_h", np.asarray(calls_per_h), low=0)
    n = door.counts("agents", np.asarray(agents), low=1)
    if len(n) != len(rate):
        raise ValueError(f"agents has {len(n)} intervals and calls_per_h {len(rate)}; expected one each")
    door.number("interval_s", interval_s, low=0, above=True)
    CallCentre(0, handle_s, 1, patience_s, threshold_s)  # their own questions
    load = rate * handle_s / 3600
    if method == "mol":
        load = modified_load(rate, handle_s=handle_s, interval_s=interval_s)
    if method == "exact":
        told = pass_through(
            Passing(rate, n.astype(int), float(handle_s), float(patience_s), float(threshold_s), float(interval_s))
        )
    else:
        told = erlang_a(CallCentre(load * 3600 / handle_s, handle_s, n, patience_s, threshold_s)).frame()
    columns = ["p_wait", "p_abandon", "service_level", "queue", "occupancy"]
    found = pd.DataFrame({"calls_per_h": rate, "agents": n.astype(int), "load": load}).join(told[columns])
    return found.rename_axis("interval")
