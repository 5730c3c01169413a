"""Explorers of a call centre's arrangement: where it stands, what the attendant does, e-mails in idle time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import plots, queues
from crmkit.explore.explorer import Explorer, number
from crmkit.plots import percent
from crmkit.queues import CallCentre, Line, Team

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF_HOURS = 48
OPENS, CLOSES = 14, 44  # half hours: 7:00 and 22:00


def location(
    *,
    calls_per_h: float = 3_800,
    handle_s: float = 280,
    patience_s: float = 150,
    repeats: float = 0.14,
    unit: str = "yuan",
) -> Explorer:
    """Agents at home or far away: what is left of a cheaper wage when calls take longer and more of them come back?"""
    home = int(np.asarray(queues.staff(CallCentre(calls_per_h, handle_s, 1, patience_s), service_level=0.8)))

    def at(wage: int, longer: int, again: int) -> tuple[Axes, str]:
        rate = calls_per_h * (1 - repeats) / (1 - repeats - again / 100)
        far = CallCentre(rate, handle_s * (1 + longer / 100), 1, patience_s)
        agents = int(np.asarray(queues.staff(far, service_level=0.8)))
        cost = pd.Series({"at home": home * 30.0, "far away": agents * 30.0 * wage / 100})
        saved = 1 - cost["far away"] / cost["at home"]
        said = (
            f"Wage {wage} % of home, calls {longer} % longer, {again} of 100 more come back: {agents:,} agents far away for "
            f"{home:,} at home, and {percent(abs(saved))} {'less' if saved >= 0 else 'more'} cost an hour."
        )
        title = f"Far away costs {percent(abs(saved))} {'less' if saved >= 0 else 'more'} for the same promise"
        return plots.amounts(cost, title=title, unit=f"{unit} an hour"), said

    return Explorer(
        at,
        question="At a wage of 80 %: which mix of longer calls and repeats eats the saving?",
        wage=number("wage, % of home", 80, 40, 110, step=5),
        longer=number("calls take longer by, %", 10, 0, 40),
        again=number("more calls that come back, of 100", 5, 0, 30),
    )


def attendant(
    calls_per_h: pd.Series, agents: pd.Series, *, handle_s: float = 280, patience_s: float = 150, settled: float = 0.2
) -> Explorer:
    """An automatic attendant by day and night: what it settles, messages that keep callers, calls turned away at night.

    `calls_per_h` and `agents` are Series of 48 half hours: the calls that reach agents today, when the menu settles the share
    `settled`, and who is on duty.
    """
    rate, on_duty = calls_per_h.to_numpy(float), agents.to_numpy(float)
    if len(rate) != HALF_HOURS or len(on_duty) != HALF_HOURS:
        raise ValueError(
            f"calls_per_h and agents have {len(rate)} and {len(on_duty)} rows; expected {HALF_HOURS} half hours"
        )
    is_open = (np.arange(HALF_HOURS) >= OPENS) & (np.arange(HALF_HOURS) < CLOSES)

    def at(menu: int, stay: int, back: int) -> tuple[Axes, str]:
        left = rate * (1 - menu / 100) / (1 - settled)
        away = left[~is_open].sum() / 2
        asked = np.where(is_open, left, 0.0)
        asked[OPENS : OPENS + 2] += away * back / 100  # in the first hour after opening
        table = queues.day(
            asked[is_open], handle_s=handle_s, agents=on_duty[is_open], patience_s=patience_s * (1 + stay / 100)
        )
        lost = float((table["p_abandon"] * asked[is_open]).sum() / asked[is_open].sum())
        morning = float(table["p_abandon"].iloc[:2].mean())
        level = float((table["service_level"] * asked[is_open]).sum() / asked[is_open].sum())
        said = (
            f"The menu settles {menu} %, messages make callers {stay} % more patient, {back} % of those turned away at night "
            f"call again: {away:,.0f} turned away, {percent(lost)} of the day's callers hang up "
            f"({percent(morning)} from 7 to 8), {percent(level)} are answered in 20 s."
        )
        whole = table.set_axis(np.flatnonzero(is_open)).reindex(range(HALF_HOURS), fill_value=0)
        return plots.day_staffing(whole), said

    return Explorer(
        at,
        question="The line is closed from 22 to 7. Which control helps the morning most?",
        menu=number("settled by the menu, %", 20, 0, 50),
        stay=number("patience gained by messages, %", 0, 0, 150, step=10),
        back=number("turned away who call again, %", 60, 0, 100, step=5),
    )


def mail_in_idle(
    *, calls_per_h: float = 60, handle_s: float = 280, patience_s: float = 150, mail_s: float = 400, seed: int = 1
) -> Explorer:
    """E-mails between calls: how many fit into one day of a small team before callers notice?"""

    def at(agents: int, mails: int, free: int) -> tuple[Axes, str]:
        lines = [
            Line("call", calls_per_h, handle_s, patience_s),
            Line("e-mail", mails, mail_s, priority=1, keeps_free=free),
        ]
        log = queues.simulate(lines, [Team("all", agents)], hours=12, seed=seed)
        calls, letters = log[log["reason"] == "call"], log[log["reason"] == "e-mail"]
        told, left = queues.measure(calls), int(letters["handle_s"].isna().sum())
        spent = [float(one["handle_s"].sum()) / 3600 for one in (calls, letters)]
        hours = pd.Series({"calls": spent[0], "e-mails": spent[1], "idle": max(12 * agents - sum(spent), 0.0)})
        done = float(queues.done_within(log, hours=4).loc["e-mail", "share"])
        said = (
            f"{agents} agents, {mails} e-mails an hour, taken up while more than {free} are free: "
            f"{percent(float(told.service_level))} of the callers answered in 20 s, {percent(float(told.p_abandon))} hang up; "
            f"{percent(done)} of the e-mails done in 4 hours, {left} left."
        )
        return plots.amounts(
            hours, title=f"{spent[1]:.0f} hours of e-mail fit between the calls", unit="agents' hours"
        ), said

    return Explorer(
        at,
        question="How many e-mails an hour can the team do before fewer than 80 % of its callers are answered in time?",
        agents=number("agents", 8, 5, 16),
        mails=number("e-mails an hour", 8, 1, 40),
        free=number("agents kept free for callers", 1, 0, 4),
    )
