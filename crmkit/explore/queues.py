"""Explorers of call queues: what a promise hides, sites against one centre, what a lost caller is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import plots, queues
from crmkit.explore.explorer import Explorer, number
from crmkit.plots import percent
from crmkit.queues import CallCentre

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def promise(
    *, calls_per_h: int = 16_800, handle_s: int = 300, patience_s: int = 180, agents: int | None = None
) -> Explorer:
    """Eighty in a hundred within 20 seconds: and how many hang up meanwhile? Opens at 93 % of the load, or at `agents`."""
    load = calls_per_h * handle_s / 3600
    start = round(load * 0.93) if agents is None else agents
    low, high = min(max(round(load * 0.85), 1), start), max(round(load * 1.08) + 5, start)

    def at(agents: int, patience: int, seconds: int) -> tuple[Axes, str]:
        span = np.unique(np.append(np.linspace(low, high, 120).astype(int), agents))
        told = queues.erlang_a(CallCentre(calls_per_h, handle_s, span, patience, seconds))
        table = told.frame().set_index(span)
        here = table.loc[agents]
        said = (
            f"{agents:,} agents, patience {patience} s: {percent(here['service_level'])} of all callers answered within "
            f"{seconds} s, {percent(here['p_abandon'])} hang up; the answered ones wait {here['asa_s']:.1f} s, occupancy "
            f"{percent(here['occupancy'])}."
        )
        return plots.service_by_agents(table, at=agents, target=0.8), said

    return Explorer(
        at,
        question="With how many agents is the promise of 80 % in 20 s kept, and how many callers are lost then?",
        agents=number("agents", start, low, high),
        patience=number("mean patience, seconds", patience_s, 20, 600, step=10),
        seconds=number("in time within, seconds", 20, 5, 60, step=5),
    )


def sites(*, calls_per_h: int = 16_800, handle_s: int = 300) -> Explorer:
    """One national centre or many sites: what does pooling save?"""

    def at(count: int, patience: int, level: int) -> tuple[Axes, str]:
        spread = np.array([1, 2, 5, 10, 20, 30])
        spread = np.unique(np.append(spread, count))
        each = queues.staff(CallCentre(calls_per_h / spread, handle_s, 1, patience), service_level=level / 100)
        whole = pd.Series(spread * each, index=[f"{n} site{'s' if n > 1 else ''}" for n in spread])
        one, here = int(whole.iloc[0]), int(whole[f"{count} site{'s' if count > 1 else ''}"])
        said = (
            f"{level} % in 20 s with a patience of {patience} s: one centre needs {one:,} agents, {count} sites together "
            f"{here:,} ({here - one:+,})."
        )
        return plots.amounts(
            whole.astype(float), title=f"{count} sites need {here - one:,} agents more", unit="agents"
        ), said

    return Explorer(
        at,
        question="How many agents does each doubling of the number of sites cost?",
        count=number("sites", 10, 2, 40),
        patience=number("mean patience, seconds", 180, 20, 600, step=10),
        level=number("answered in time, %", 80, 50, 98),
    )


def worth_of_answering(*, calls_per_h: int = 16_800, handle_s: int = 300, unit: str = "yuan") -> Explorer:
    """How many agents is a lost caller worth?"""
    load = calls_per_h * handle_s / 3600

    def at(wage: int, loss: int, patience: int) -> tuple[Axes, str]:
        centre = CallCentre(calls_per_h, handle_s, 1, patience)
        best, cost = queues.staff_by_money(centre, wage_per_h=wage, loss_per_abandoned=loss)
        span = np.unique(np.append(np.linspace(0.9 * load, 1.1 * load + 5, 80).astype(int), best))
        told = queues.erlang_a(CallCentre(calls_per_h, handle_s, span, patience))
        table = pd.DataFrame({"wages": wage * span, "lost": loss * calls_per_h * told.p_abandon}, index=span)
        here = queues.erlang_a(CallCentre(calls_per_h, handle_s, best, patience))
        said = (
            f"{wage} {unit} an agent and hour, {loss} a lost caller: {best:,} agents cost least, {cost:,.0f} an hour; "
            f"{percent(here.p_abandon)} hang up, {percent(here.service_level)} are answered in 20 s."
        )
        return plots.staffing_cost(table, unit=unit), said

    return Explorer(
        at,
        question="From which worth of a caller on does money ask for more agents than 80 % in 20 seconds does?",
        wage=number(f"{unit} an agent and hour", 25, 10, 80),
        loss=number(f"{unit} a lost caller", 10, 1, 100),
        patience=number("mean patience, seconds", 180, 20, 600, step=10),
    )
