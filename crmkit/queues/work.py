"""Work that may wait (e-mail, fax, letters): how soon it is done, and how much of it is left when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def done_within(calls: pd.DataFrame, *, hours: float = 24.0, level: float = 0.95) -> pd.DataFrame:
    """The share of e-mails (or calls) that are dealt with to the end within some hours of their arrival.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.QUEUE_LOG): arrived, reason, wait_s, handle_s, and ended where the handling may be broken off. Rows that
        the menu settled or that were turned away do not count.
    hours : float
        The promise.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        On reason: came, share (done in time, of those that came), low, high (Wilson's interval, as if pieces of work did not
        depend on each other; those of one backlog do, so use `replicate(..., by=...)` to plan), median_h (of those done).

    Raises
    ------
    ValueError
        If columns are lacking, or hours or level are out of range.

    >>> from crmkit import queues
    >>> lines = [queues.Line("call", 60, 240), queues.Line("e-mail", 10, 600, priority=1)]
    >>> log = queues.simulate(lines, [queues.Team("all", 8)], hours=24, seed=1)
    >>> bool(done_within(log, hours=1).loc["e-mail", "share"] > 0.9)
    True
    """
    import pandas as pd

    door.number("hours", hours, low=0, above=True)
    own, taken = _taken(calls)
    in_time = pd.Series(taken <= hours, index=own.index).groupby(own["reason"], observed=True).agg(["size", "sum"])
    low, high = wilson(in_time["sum"], in_time["size"], level=level)
    known = pd.Series(np.where(np.isfinite(taken), taken, np.nan), index=own.index)
    return pd.DataFrame(
        {
            "came": in_time["size"],
            "share": in_time["sum"] / in_time["size"],
            "low": low,
            "high": high,
            "median_h": known.groupby(own["reason"], observed=True).median(),
        }
    )


def backlog(calls: pd.DataFrame, *, reason: str, every_h: float = 1.0) -> pd.DataFrame:
    """What came in, was done, and is left of one kind of work, hour by hour.

    Parameters
    ----------
    calls : DataFrame
        A log, as in `done_within`.
    reason : str
        The kind of work.
    every_h : float
        Length of a step, hours, from midnight before the first row of the log.

    Returns
    -------
    DataFrame
        On begins (moment): came, done, left (at the end of the step): all that came is done or left.

    Raises
    ------
    ValueError
        If columns are lacking, or the log has nothing of that kind.

    >>> from crmkit import queues
    >>> lines = [queues.Line("call", 60, 240), queues.Line("e-mail", 10, 600, priority=1)]
    >>> table = backlog(queues.simulate(lines, [queues.Team("all", 8)], hours=24, seed=1), reason="e-mail")
    >>> bool(table["came"].sum() == table["done"].sum() + table["left"].iloc[-1])
    True
    """
    import pandas as pd

    step = door.number("every_h", every_h, low=0, above=True)
    own, taken = _taken(calls)
    these = (own["reason"] == reason).to_numpy()
    if not these.any():
        raise ValueError(f"reason={reason!r} is not in calls; it has {sorted(map(str, own['reason'].unique()))}")
    begin = calls["arrived"].min().normalize()
    came = ((own["arrived"] - begin).dt.total_seconds().to_numpy() / 3600)[these]
    done = came + taken[these]
    done = done[np.isfinite(done)]
    edges = np.arange(0, np.ceil(max(came.max(), done.max(initial=0.0)) / step) + 1) * step
    came, done = (np.histogram(one, np.append(edges, edges[-1] + step))[0] for one in (came, done))
    index = begin + pd.to_timedelta(np.round(edges * 3.6e9), unit="us")
    table = pd.DataFrame({"came": came, "done": done, "left": np.cumsum(came - done)}, index=index.rename("begins"))
    return table.iloc[: int(np.flatnonzero(came + done)[-1]) + 1]


def _taken(calls: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows that wanted an agent, and hours from their arrival until they were done; inf: never."""
    require(calls, ["arrived", "reason", "wait_s", "handle_s"], name="calls")
    outside = np.zeros(len(calls), dtype=bool)
    for name in ("contained", "turned_away"):
        if name in calls:
            outside |= calls[name].to_numpy(dtype=bool)
    own = calls[~outside]
    if "ended" in own:
        taken = (own["ended"] - own["arrived"]).dt.total_seconds().to_numpy(dtype=float) / 3600
    else:
        taken = (own["wait_s"] + own["handle_s"]).to_numpy(dtype=float) / 3600
    return own, np.where(np.isfinite(taken), taken, np.inf)
