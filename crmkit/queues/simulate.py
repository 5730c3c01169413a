"""Call by call: draw the calls of a day and serve them by the rules of a desk."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues import blend, desk, single
from crmkit.queues.callback import folded
from crmkit.queues.centre import CallCentre
from crmkit.queues.crew import Line, Team, parts, rota_of
from crmkit.queues.desk import Load, Rota, Served
from crmkit.queues.draw import Drawn, draw
from crmkit.queues.logbook import logged

if TYPE_CHECKING:
    import pandas as pd

ENGINES = ("auto", "python", "numba")
START = "2025-01-01"  # midnight of the first day, unless told
FEW = 200_000  # calls that the plain rules serve before a compiler is loaded


def simulate(
    lines: CallCentre | Sequence[Line],
    teams: Sequence[Team] = (),
    *,
    hours: float = 24.0,
    interval_s: float = 1800.0,
    seed: int | np.random.Generator,
    start: str = START,
    engine: str = "auto",
) -> pd.DataFrame:
    """The log of calls of a centre, as its telephone system would have kept it.

    A caller goes to the first free team that answers the line, those with fewest skills before the others; else the caller
    waits. An agent who becomes free takes the waiting call of the lowest priority number, the oldest of these. Agents whose
    shift ends finish their call. What else a centre does (voice menu, opening hours, messages in the queue, callbacks, redials,
    repeats, work put aside, chats at once) stands in `Line` and `Team`. The draws do not depend on the teams: the same seed
    with other teams meets the same calls, so the difference is that of the teams (common random numbers).

    Parameters
    ----------
    lines : CallCentre, or sequence of Line
        A centre of single figures is one line and one team.
    teams : sequence of Team
        Who answers; with a CallCentre none.
    hours : float
        Length of the simulation; those in line at the end are served to the end.
    interval_s : float
        Length of an interval, for rates and agents given by interval.
    seed : int or Generator
        The same seed gives the same calls.
    start : date
        Midnight of the first day.
    engine : str
        auto, python, or numba (compiled; optional install). They give equal logs. Chats at once, interruptible work and agents
        kept free are served by plain rules of their own, whichever is asked.

    Returns
    -------
    DataFrame
        One row a call (columns of tables.QUEUE_LOG): call_id, customer_id (missing unless a line has callers), arrived, site
        (team), reason (line), contained, queued, wait_s (inf: nobody came on duty any more), abandoned, handle_s (of chats: the
        agent's time, shared between those at once), agent_id (missing: agents of a team are alike), resolved, repeat_of,
        redial_of; turned_away, held_s, left_number and ended where the centre has what they tell. ``.attrs``: hours,
        agent_hours.

    Raises
    ------
    TypeError, ValueError
        If a figure is out of range, names are twice or unknown, or a line has no team.

    References
    ----------
    Kiefer & Wolfowitz (1955) for one line of equal agents.

    >>> log = simulate(CallCentre(calls_per_h=360, handle_s=240, agents=28, patience_s=120), hours=8, seed=1)
    >>> bool(2_500 < len(log) < 3_300), bool(log["abandoned"].mean() < 0.1)
    (True, True)
    """
    lines, teams = parts(lines, teams)
    drawn, rota, served = played(lines, teams, hours=hours, interval_s=interval_s, seed=seed, engine=engine)
    log = logged(lines, teams, drawn, served, start=start)
    log.attrs = {"hours": float(hours), "agent_hours": agent_hours(rota, hours)}
    return log


def played(
    lines: list[Line],
    teams: list[Team],
    *,
    hours: float,
    interval_s: float,
    seed: int | np.random.Generator,
    engine: str,
) -> tuple[Drawn, Rota, Served]:
    """One run: the calls, who was on, and what became of the calls."""
    door.number("hours", hours, low=0, above=True)
    door.number("interval_s", interval_s, low=0, above=True)
    rota = rota_of(lines, teams, hours, interval_s)
    rng, spare = np.random.default_rng(seed), 1.0
    state = rng.bit_generator.seed_seq if isinstance(seed, int | np.integer) else rng.spawn(1)[0].bit_generator.seed_seq
    while True:  # more who call again than was foreseen: the same day once more with more room
        drawn = draw(lines, hours, interval_s, np.random.default_rng(_same(state)), spare=spare)
        served = serve(drawn.load, rota, engine)
        if not served.lacking:
            return drawn, rota, folded(served, drawn, lines)
        spare *= 2


def _same(state: np.random.SeedSequence) -> np.random.SeedSequence:
    """A seed as it was before anything was spawned from it."""
    return np.random.SeedSequence(state.entropy, spawn_key=state.spawn_key)


def agent_hours(rota: Rota, hours: float, begin: float = 0.0) -> float:
    """Hours on duty of all agents from one hour of the run to another."""
    edges = np.clip(np.arange(len(rota.staff) + 1) * rota.step / 3600, begin, hours)
    edges[-1] = max(hours, edges[-1])
    return float(rota.staff.sum(axis=1) @ np.diff(edges))


def serve(load: Load, rota: Rota, engine: str = "auto") -> Served:
    """By the compiled rules where Numba is installed, else by the plain ones; both give the same."""
    if engine not in ENGINES:
        raise ValueError(f"engine={engine!r} is not known; choose one of {', '.join(ENGINES)}")
    there = find_spec("numba") is not None
    if engine == "numba" and not there:
        raise ValueError("engine='numba' needs numba, which is not installed. Mend: pip install 'crmkit[fast]'")
    if rota.blended:
        return blend.serve(load, rota)
    alone = single.fits(load, rota)
    if engine == "python" or not there or (engine == "auto" and len(load.arrived) < FEW):
        return single.serve(load, rota) if alone else desk.serve(load, rota)
    if alone:
        from crmkit.queues import fast_single as compiled
    else:
        from crmkit.queues import fast as compiled
    return compiled.serve(load, rota)
