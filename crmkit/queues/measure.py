"""From a log of calls to the service that callers had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.centre import Service
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def measure(calls: pd.DataFrame, *, threshold_s: float = 20.0, agent_hours: float | None = None) -> Service:
    """The service in a log, in the same terms as the formulas tell it.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS): arrived, queued, wait_s, abandoned, handle_s; calls that the voice menu settled (contained) or
        that came while the line was closed (turned_away) do not count. Who leaves a number waits until called back. Give the
        rows of one reason where e-mails stand among calls.
    threshold_s : float
        An answer within it is in time.
    agent_hours : float, optional
        Hours on duty of all agents, for the occupancy; default: that of a simulated log, else missing.

    Returns
    -------
    Service
        level_virtual: what it would have been had nobody hung up, by the product limit (Kaplan & Meier 1958), those who hung
        up being lost to the watch. queue: waiting callers on average over the time from the first arrival to the last.

    Raises
    ------
    ValueError
        If columns are lacking, or no call reached the queue.

    >>> from crmkit import queues
    >>> log = queues.simulate(queues.CallCentre(360, 240, 28, 120), hours=24, seed=1)
    >>> bool(0.5 < measure(log).service_level < 1)
    True
    """
    door.number("threshold_s", threshold_s, low=0)
    require(calls, ["arrived", "queued", "wait_s", "abandoned", "handle_s"], name="calls")
    outside = [calls[name].to_numpy(dtype=bool) for name in ("contained", "turned_away") if name in calls]
    own = calls[~np.logical_or.reduce(outside)] if outside else calls
    if not len(own):
        raise ValueError("calls has 0 calls that reached the queue; expected at least one")
    seconds = (own["arrived"].max() - own["arrived"].min()).total_seconds()
    duty = (
        calls.attrs.get("agent_hours")
        if agent_hours is None
        else door.number("agent_hours", agent_hours, low=0, above=True)
    )
    return told(
        own["wait_s"].to_numpy(dtype=float),
        ~own["abandoned"].to_numpy(dtype=bool) & np.isfinite(own["wait_s"].to_numpy(dtype=float)),
        queued=own["queued"].to_numpy(dtype=bool),
        busy_h=float(own["handle_s"].sum()) / 3600,
        duty_h=duty,
        hours=float(calls.attrs.get("hours", seconds / 3600)),
        within=threshold_s,
    )


def told(
    wait: np.ndarray,
    answered: np.ndarray,
    *,
    queued: np.ndarray,
    busy_h: float,
    duty_h: float | None,
    hours: float,
    within: float,
    virtual: bool = True,
) -> Service:
    """The service of calls of which the waits and the answered ones are known; the virtual level is missing unless asked for."""
    n, some = len(wait), answered.any()
    in_time = float((answered & (wait <= within)).sum())
    return Service(
        occupancy=busy_h / duty_h if duty_h else float("nan"),
        p_wait=float(queued.mean()),
        p_abandon=float(1 - answered.mean()),
        wait_s=float(wait.mean()),
        asa_s=float(wait[answered].mean()) if some else float("nan"),
        service_level=in_time / n,
        level_answered=in_time / float(answered.sum()) if some else float("nan"),
        level_virtual=_virtual(wait, answered, within) if virtual else float("nan"),
        queue=float(wait.sum()) / 3600 / hours if hours else float("nan"),
        calls_per_h=n / hours if hours else float("nan"),
    )


def _virtual(wait: np.ndarray, answered: np.ndarray, threshold: float) -> float:
    """Share answered by the threshold if nobody hung up: one less the product limit of waiting longer."""
    at_once = (wait == 0) & answered  # stand first in any case, and are most calls: no need to sort them
    rest = (wait <= threshold) & ~at_once
    wait, answered_rest = wait[rest], answered[rest]
    there = np.append(np.ones(at_once.sum(), dtype=bool), answered_rest[np.lexsort((~answered_rest, wait))])
    left = len(answered) - np.arange(len(there))
    stay = np.where(there, 1 - 1 / left, 1.0)
    return float(1 - stay.prod())
