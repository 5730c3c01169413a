"""From many simulated days to the service with its interval, or to the difference of two centres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.queues.centre import CallCentre
from crmkit.queues.crew import Line, Team, parts
from crmkit.queues.measure import told
from crmkit.queues.simulate import START, agent_hours, played, simulate

if TYPE_CHECKING:
    import pandas as pd

TOLD = ("p_wait", "p_abandon", "wait_s", "asa_s", "service_level", "level_answered", "occupancy")


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
    by: Callable[[pd.DataFrame], pd.Series] | None = None,
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
    by : callable, optional
        From the log of a run (the rows after the warm-up) to a Series of figures, in place of the measures below: e.g.
        ``lambda log: queues.done_within(log, hours=4)["share"]``.
    progress : callable, optional
        Told now and then what is done, and how much of it (0..1).

    Returns
    -------
    DataFrame
        On measure (p_wait, p_abandon, wait_s, asa_s, service_level, level_answered, occupancy; or what `by` tells): mean, low,
        high (Student's interval over the runs), sd (of one run).

    Raises
    ------
    ValueError
        If there are fewer than two runs, the warm-up leaves nothing, or `by` tells of other figures in other runs.

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
    span = {"hours": hours, "warm_up_h": warm_up_h, "interval_s": interval_s, "engine": engine}
    count = partial(_counted, within=within) if by is None else partial(_told_by, by=by)
    rows, names = [], None
    for run, own in enumerate(np.random.default_rng(seed).integers(2**63, size=runs)):
        one = count(lines, teams, seed=int(own), **span)
        if against is not None:
            one = one - count(other, others, seed=int(own), **span)
        names = one.index if names is None else names
        if not one.index.equals(names):
            raise ValueError(
                f"by told of {list(names)} in one run and of {list(one.index)} in another; expected the same"
            )
        rows.append(one.to_numpy(dtype=float))
        if progress is not None:
            progress("runs", (run + 1) / runs)
    values = np.array(rows)
    with np.errstate(invalid="ignore"):  # the mean of waits without end has no spread
        mean, sd = values.mean(axis=0), values.std(axis=0, ddof=1)
    half = float(stdtrit(runs - 1, 1 - tail)) * sd / np.sqrt(runs)
    return pd.DataFrame(
        {"mean": mean, "low": mean - half, "high": mean + half, "sd": sd}, index=names.rename("measure")
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
) -> pd.Series:
    """Measures of one run, of the calls after the warm-up."""
    import pandas as pd

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
        virtual=False,
    )
    return pd.Series({name: float(getattr(service, name)) for name in TOLD})


def _told_by(
    lines: list[Line],
    teams: list[Team],
    *,
    hours: float,
    warm_up_h: float,
    interval_s: float,
    seed: int,
    engine: str,
    by: Callable[[pd.DataFrame], pd.Series],
) -> pd.Series:
    """What `by` tells of the log of one run after the warm-up."""
    import pandas as pd

    log = simulate(lines, teams, hours=hours, interval_s=interval_s, seed=seed, engine=engine)
    log = log[log["arrived"] >= pd.Timestamp(START) + pd.Timedelta(hours=warm_up_h)]
    return pd.Series(by(log))
