"""From a log of calls to the service that callers had; from many simulated days to its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.queues.centre import CallCentre, Service
from crmkit.queues.crew import Line, Team, parts
from crmkit.queues.simulate import agent_hours, played
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

TOLD = ("p_wait", "p_abandon", "wait_s", "asa_s", "service_level", "level_answered", "occupancy")


def measure(calls: pd.DataFrame, *, threshold_s: float = 20.0, agent_hours: float | None = None) -> Service:
    """The service in a log, in the same terms as the formulas tell it.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS): arrived, queued, wait_s, abandoned, handle_s; calls that the voice menu settled (contained) do
        not count.
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
        ~own["abandoned"].to_numpy(dtype=bool),
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
) -> Service:
    """The service of calls of which the waits and the answered ones are known."""
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
        level_virtual=_virtual(wait, answered, within),
        queue=float(wait.sum()) / 3600 / hours if hours else float("nan"),
        calls_per_h=n / hours if hours else float("nan"),
    )


def replicate(
    lines: CallCentre | Sequence[Line],
    teams: Sequence[Team] = (),
    *,
    runs: int = 20,
    warm_up_h: float = 0.0,
    hours: float = 24.0,
    threshold_s: float | None = None,
    against: tuple[Any, Sequence[Team]] | None = None,
    level: float = 0.95,
    seed: int | np.random.Generator,
    interval_s: float = 1800.0,
    engine: str = "auto",
    progress: Callable[[str, float], None] | None = None,
) -> pd.DataFrame:
    """The mean service over many simulated days, with its interval; or the difference of two centres.

    Parameters
    ----------
    lines, teams, hours, interval_s, engine
        As in `simulate`.
    runs : int
        Days, each with chances of its own; 2 or more.
    warm_up_h : float
        Hours at the beginning of each run that do not count: a simulation starts empty.
    threshold_s : float, optional
        As in `measure`; default: that of the centre, or 20.
    against : (lines, teams), optional
        Another centre that meets the same calls; the table is then the first less the other, run by run, which needs far
        fewer runs than two means apart.
    level : float
        Of the intervals, 0..1.
    seed : int or Generator
        The same seed gives the same days.
    progress : callable, optional
        Told now and then what is done, and how much of it (0..1).

    Returns
    -------
    DataFrame
        On measure (p_wait, p_abandon, wait_s, asa_s, service_level, level_answered, occupancy): mean, low, high (Student's
        interval over the runs), sd (of one run).

    Raises
    ------
    ValueError
        If there are fewer than two runs, or the warm-up leaves nothing.

    References
    ----------
    Law (2015), Simulation modeling and analysis, 9.4-9.5 (replications after a warm-up) and 11.2 (common random numbers).

    >>> from crmkit.queues import CallCentre
    >>> table = replicate(CallCentre(360, 240, 28, 120), runs=5, hours=6, warm_up_h=1, seed=1)
    >>> bool(table.loc["p_abandon", "low"] < table.loc["p_abandon", "high"])
    True
    """
    import pandas as pd
    from scipy.special import stdtrit

    door.whole("runs", runs, low=2)
    door.number("warm_up_h", warm_up_h, low=0)
    if warm_up_h >= hours:
        raise ValueError(f"warm_up_h={warm_up_h:g} leaves nothing of {hours:g} hours; expected less")
    tail = (1 - door.share("level", level, inside=True)) / 2
    within = threshold_s
    if within is None:
        within = float(np.max(lines.threshold_s)) if isinstance(lines, CallCentre) else 20.0
    if against is not None:
        other, others = parts(*against)
    lines, teams = parts(lines, teams)
    span = {"hours": hours, "warm_up_h": warm_up_h, "within": within, "interval_s": interval_s, "engine": engine}
    rows = []
    for run, own in enumerate(np.random.default_rng(seed).integers(2**63, size=runs)):
        one = _counted(lines, teams, seed=int(own), **span)
        if against is not None:
            one = one - _counted(other, others, seed=int(own), **span)
        rows.append(one)
        if progress is not None:
            progress("runs", (run + 1) / runs)
    values = np.array(rows)
    mean, sd = values.mean(axis=0), values.std(axis=0, ddof=1)
    half = float(stdtrit(runs - 1, 1 - tail)) * sd / np.sqrt(runs)
    return pd.DataFrame(
        {"mean": mean, "low": mean - half, "high": mean + half, "sd": sd}, index=pd.Index(TOLD, name="measure")
    )


def _counted(
    lines: list[Line],
    teams: list[Team],
    *,
    hours: float,
    warm_up_h: float,
    within: float,
    interval_s: float,
    seed: int,
    engine: str,
) -> np.ndarray:
    """Measures of one run, of the calls after the warm-up."""
    _, rota, served = played(lines, teams, hours=hours, interval_s=interval_s, seed=seed, engine=engine)
    late = served.arrived >= warm_up_h * 3600
    wait, answered, handle = served.wait[late], served.group[late] >= 0, served.handle[late]
    if not len(wait):
        raise ValueError(f"a run of {hours:g} hours had no call after the warm-up; expected some. Mend: more hours")
    service = told(
        wait,
        answered,
        queued=(wait > 0) | ~answered,
        busy_h=float(handle[answered].sum()) / 3600,
        duty_h=agent_hours(rota, hours, warm_up_h),
        hours=hours - warm_up_h,
        within=within,
    )
    return np.array([float(getattr(service, name)) for name in TOLD])


def _virtual(wait: np.ndarray, answered: np.ndarray, threshold: float) -> float:
    """Share answered by the threshold if nobody hung up: one less the product limit of waiting longer."""
    order = np.lexsort((~answered, wait))
    wait, answered = wait[order], answered[order]
    early = wait <= threshold
    left = len(wait) - np.arange(len(wait))
    stay = np.where(answered & early, 1 - 1 / left, 1.0)
    return float(1 - stay.prod())
