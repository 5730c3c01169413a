"""Explorers of self-service: what containment saves, answers on the web, a closed night, a message in the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import queues
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import amounts, percent
from crmkit.queues import CallCentre, Line, Team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

RUNS = 5  # days that are simulated for each position of the sliders
NIGHT = range(14, 44)  # half hours that stay open: 7:00 to 22:00


def contained(*, calls_per_h: float, handle_s: float, patience_s: float) -> Explorer:
    """How many agents does a contained call save?"""

    def at(away: float, length: float, size: int) -> tuple[Axes, str]:
        whole = CallCentre(calls_per_h * size, handle_s, 1, patience_s)
        left = replace(
            whole, calls_per_h=calls_per_h * size * (1 - away), handle_s=handle_s * (1 - away * length) / (1 - away)
        )
        before, after = (int(queues.staff(one, service_level=0.8)) for one in (whole, left))
        told = before * (1 - away)
        bars = {"today": before, "as the share of calls says": told, "with those calls away": after}
        said = (
            f"{percent(away)} of {calls_per_h * size:,.0f} calls an hour contained, each {length:.1f} times as long as the mean: "
            f"{before} agents become {after}; the share of calls alone would say {told:.1f}. "
            f"{percent((before - after) / before)} of the agents are saved."
        )
        title = f"{percent(away)} of the calls are {percent((before - after) / before)} of the agents"
        return amounts(pd.Series(bars, dtype=float), title=title, unit="agents in the busiest half hour"), said

    return Explorer(
        at,
        question="If only short calls go away (0.5 of the mean), how many must go before a tenth of the agents is saved?",
        away=share("calls contained", 0.2, 0.0, 0.6),
        length=share("their length, of the mean", 0.7, 0.4, 1.2, step=0.1),
        size=number("times as large a centre", 1, 1, 40),
    )


def web_answers(*, visits: int = 150_000, reported: float = 4e6, days: int = 366, unit: str = "dollars") -> Explorer:
    """What would have to hold for a reported saving? `visits` a day, `reported` money a year."""

    def at(call: int, replaced: float) -> tuple[Axes, str]:
        saved, needed = visits * days * replaced * call, reported / (visits * days * call)
        bars = {"reported": reported, "by these sliders": saved}
        said = (
            f"A call costs {call} {unit} and {percent(replaced)} of the visits replace one: {saved:,.0f} {unit} a year. "
            f"The reported {reported:,.0f} need one visit in {1 / needed:,.0f} to replace a call."
        )
        return amounts(
            pd.Series(bars), title=f"One visit in {1 / needed:,.0f} would have to replace a call", unit=f"{unit} a year"
        ), said

    return Explorer(
        at,
        question="Which share of the visits must replace a call, if a call costs 4? And if it costs 1?",
        call=number(f"{unit} a call", 4, 1, 10),
        replaced=share("visits that replace a call", 0.02, 0.0, 0.3),
    )


def after_hours(calls_per_h: Sequence[float], agents: Sequence[int], *, handle_s: float, patience_s: float) -> Explorer:
    """What comes of a closed night? `calls_per_h` and `agents` for each of 48 half hours."""
    rates, staff = np.asarray(calls_per_h, dtype=float), np.asarray(agents)
    there = np.isin(np.arange(48), NIGHT)

    def at(again: float, more: int) -> tuple[Axes, str]:
        line = Line("all", rates, handle_s, patience_s, open=there, returns_share=again, returns_s=1_800)
        duty = np.where(there, staff, 0)
        duty[NIGHT[0] : NIGHT[0] + 4] += more
        logs = [queues.simulate([line], [Team("all", duty)], seed=seed) for seed in range(RUNS)]
        hour = [log["arrived"].dt.hour for log in logs]
        lost = [log["abandoned"].to_numpy(dtype=bool) for log in logs]
        away = np.mean([log["turned_away"].sum() for log in logs])
        early = np.mean([(gone & (when < 9)).sum() for gone, when in zip(lost, hour, strict=True)])
        late = np.mean([(gone & (when >= 9)).sum() for gone, when in zip(lost, hour, strict=True)])
        bars = {
            "turned away, not again": away * (1 - again),
            "hang up 7:00 to 9:00": early,
            "hang up later": late,
        }
        said = (
            f"Closed from 22:00 to 7:00, {percent(again)} of {away:.0f} turned away call in the morning, {more} agents more "
            f"until 9:00: {away * (1 - again):.0f} never call again, {early:.0f} hang up before 9:00 and {late:.0f} later "
            f"(mean of {RUNS} simulated days). The night spares {staff[~there].sum() / 2:.0f} agent hours, the morning adds "
            f"{2 * more}."
        )
        title = f"{away * (1 - again) + early:.0f} callers are lost by night or the morning after"
        return amounts(pd.Series(bars), title=title, unit="callers a day"), said

    return Explorer(
        at,
        question="How many agents more in the morning undo the wave of those who call again?",
        again=share("call again in the morning", 0.6, 0.0, 1.0),
        more=number("agents more, 7:00 to 9:00", 0, 0, 12),
    )


def queue_message(*, calls_per_h: float, handle_s: float, patience_s: float) -> Explorer:
    """Music and a message: callers wait longer before they hang up. Is that better service?

    The slider of the agents opens where 80 % are answered in 20 s without the message.
    """
    load = calls_per_h * handle_s / 3600
    enough = int(queues.staff(CallCentre(calls_per_h, handle_s, 1, patience_s), service_level=0.8))

    def at(stretch: int, agents: int) -> tuple[Axes, str]:
        told = queues.erlang_a(CallCentre(calls_per_h, handle_s, agents, patience_s * np.array([1.0, stretch / 100])))
        lost, level, wait = 1_000 * told.p_abandon, 1_000 * told.service_level, told.wait_s
        bars = {
            "hang up": lost[0],
            "hang up, with the message": lost[1],
            "answered in 20 s": level[0],
            "answered in 20 s, with it": level[1],
        }
        said = (
            f"{agents} agents, patience {stretch} % of {patience_s:.0f} s: of 1,000 callers {lost[0]:.0f} hang up without "
            f"the message and {lost[1]:.0f} with it; {level[0]:.0f} and {level[1]:.0f} are answered in 20 s; the mean wait is "
            f"{wait[0]:.1f} and {wait[1]:.1f} s."
        )
        title = f"{lost[0] - lost[1]:.0f} of 1,000 fewer hang up, {level[0] - level[1]:.0f} fewer are answered in time"
        return amounts(pd.Series(bars), title=title, unit="callers of 1,000"), said

    low = min(max(round(0.7 * load), 1), enough)
    return Explorer(
        at,
        question="Which of the two promises, few who hang up or 80 % in 20 s, does a message keep, and which does it break?",
        stretch=number("patience, % of today's", 200, 100, 400, step=25),
        agents=number("agents", enough, low, max(round(1.3 * load), enough) + 2),
    )
