"""Explorers of risk: whom to approve, when to warn of a credit line, and when of a plan."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import monitor, plots
from crmkit.explore.explorer import Explorer, choices, number
from crmkit.plots import percent
from crmkit.targeting import response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OVERS = np.arange(0, 101, 5)  # per cent beyond the limit
MONTH, SUM = "each month", "added up since January"


def approval(
    chance: pd.Series,
    defaulted: pd.Series,
    amount: pd.Series,
    *,
    margin: int,
    loss: int,
    cut: int = 50,
    unit: str = "money",
) -> Explorer:
    """Up to which chance of default does it pay to lend?

    `chance` of default by a model that has not seen these applicants, all of whom got the `amount`; `margin` and `loss` in
    per cent of it and the `cut`, per cent of default, as they are shown first.
    """
    safe, size = (1 - chance).to_numpy(dtype=float), amount.to_numpy(dtype=float)
    paid = ~defaulted.to_numpy(dtype=bool)

    def at(earns: int, loses: int, cut: int) -> tuple[Axes, str]:
        table = response.profit_curve(safe, paid, value=size * (earns + loses) / 100, cost=size * loses / 100)
        some = safe >= 1 - cut / 100
        here = table.iloc[int(np.searchsorted(table["customers"], some.sum()))]
        turned = ~some & paid
        refused = int((~some).sum())
        ends = f"({here['low']:+,.0f} to {here['high']:+,.0f})"
        said = (
            f"{earns} earned on 100 lent, {loses} lost: break-even at a chance of default of "
            f"{100 * earns / (earns + loses):.1f} %. Approved up to {cut} %: {percent(here['share'])} of the applicants, "
            f"{here['profit']:+,.0f} {unit} {ends}."
        )
        if refused:
            said += f" Of {refused:,} refused {turned.sum():,} would have paid back."
        ax = plots.profit_curve(table, at=float(here["share"]), unit=unit)
        ax.set_xlabel("applicants approved, safest first")
        return ax, said

    return Explorer(
        at,
        question="Leave the margin: at which cut is most earned? Then double margin and loss: does the best cut move?",
        earns=number("earned on 100 lent", margin, 1, 40),
        loses=number("lost on 100 lent", loss, 10, 100, step=5),
        cut=number("approve up to, % default", cut, 2, 50),
    )


def line_warnings(states: pd.DataFrame, *, loss: float, cost: int, helped: float, unit: str = "money") -> Explorer:
    """When to warn that a credit line is exceeded?

    `states` a row a card: over (per cent beyond its limit), in_a_row (months), owed, defaulted (in the time after). A visit
    costs `cost` and averts the share `helped` of the defaults; of what is owed the share `loss` is lost.
    """
    happened = states["defaulted"].to_numpy(dtype=bool)
    lost = loss * states["owed"].to_numpy(dtype=float) * happened

    def warned(over: int, row: int) -> np.ndarray:
        return ((states["over"] > over) & (states["in_a_row"] >= row)).to_numpy()

    def at(over: int, row: int, visit: int) -> tuple[Axes, str]:
        seen = {step: monitor.hindsight(warned(step, row), happened) for step in OVERS.tolist()}
        table = pd.DataFrame([asdict(one) for one in seen.values()], index=list(seen))
        here, some = seen[over], warned(over, row)
        ends = f"{percent(here.precision_low)} to {percent(here.precision_high)}"
        gain = helped * lost[some].sum() - visit * some.sum()
        said = f"More than {over} % over, {row} month{'s' if row > 1 else ''} in a row: {here.warned} warnings"
        if here.warned:
            said += f", {here.came_true} come true ({percent(here.precision)}; {ends})"
        said += (
            f", {here.missed} defaults without a warning. False alarms: {percent(here.false_alarm)} of the sound. "
            f"At {visit} {unit} a visit: {gain:+,.0f}."
        )
        return plots.warning_worth(table, at=over, x="warn from so many per cent beyond the limit"), said

    return Explorer(
        at,
        question="Which threshold brings most money? By how much do neighbouring ones fall behind, and is that luck?",
        over=number("beyond the limit, %", 0, 0, 100, step=5),
        row=number("months in a row", 1, 1, 4),
        visit=number(f"a visit costs, {unit}", cost, 0, 4 * cost, step=10),
    )


def plan_warnings(frame: pd.DataFrame, *, noise: float, who: str, when: str, most: int = 60) -> Explorer:
    """From which deviation on to warn that expense is over plan?

    `frame` with actual and plan in one unit (points of the plan), `noise` the luck of one period in it.
    """

    def at(threshold: int, way: str) -> tuple[Axes, str]:
        found = monitor.over_plan(
            frame, who=who, when=when, threshold=float(threshold), noise=noise, cumulate=way == SUM
        )
        names = ", ".join(str(one) for one in sorted(found[who].unique())) or "nobody"
        said = (
            f"{threshold} points over plan, {way}: {len(found)} of {found.attrs['checks']} checks warn, of {names}; "
            f"{found.attrs['expected_false']:.1f} would if nothing were wrong."
        )
        return plots.early_warnings(found, who=who, when=when, unit="points of the plan", most=10), said

    return Explorer(
        at,
        question="For each way: at which threshold is one false warning expected? Whom does each way see?",
        threshold=number("threshold, points", 5, 0, most),
        way=choices("compare", [MONTH, SUM]),
    )
