"""Explorers of what customers cost and bring: moved work, and a budget to split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import profit
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.plots import profit as pictures
from crmkit.profit import Reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def move_work(
    volume: pd.Series,
    costs: pd.Series,
    *,
    source: str = "counter",
    to: str = "online",
    one_off: float,
    moved: float = 0.3,
    unit: str = "money",
) -> Explorer:
    """What does it save to move the counter's work?

    `volume` activities a year and `costs` money an activity, on channel; `one_off` money of the project;
    `moved` the share of the work that moves, as shown first.
    """

    def at(moved: float, induced: float, pilot: int) -> tuple[Axes, str]:
        found = profit.migrate(
            volume, costs, source=source, to=pd.Series({to: moved}), induced=induced, one_off=one_off, pilot=pilot
        )
        back = f"after {found.payback_years:.1f} years" if np.isfinite(found.payback_years) else "never"
        said = (
            f"{percent(moved)} of the work of the {source} to {to}, {percent(induced)} more work by it: {found.saved:+,.0f} a "
            f"year, by a pilot of {pilot} activities {found.low:+,.0f} to {found.high:+,.0f}; the {one_off:,.0f} come "
            f"back {back}."
        )
        return pictures.channel_move(found, unit=unit), said

    return Explorer(
        at,
        question="How much new work may the easy channel bring about before moving the old work saves nothing?",
        moved=share(f"of the {source}'s work", moved, 0.0, 1.0, step=0.05),
        induced=share("new work for each moved", 0.2, 0.0, 50.0, step=0.2),
        pilot=number("pilot, activities", 200, 20, 5_000, step=20),
    )


def budget_split(
    won: Reach,
    kept: Reach,
    *,
    prospects: float,
    customers: float,
    margin: float,
    discount: float,
    most: int,
    unit: str = "money",
) -> Explorer:
    """Win customers or keep them?

    `won`, `kept` the curves (see `profit.Reach`); `margin` a customer and year, and `most` a year, in `unit`.
    """
    step, shown = max(most // 50, 1), round(margin)

    def at(part: float, budget: int, brings: int) -> tuple[Axes, str]:
        # Until the slider is moved the margin is the one given, not the whole number on the slider.
        exact = margin if brings == shown else brings
        table = profit.split(
            won, kept, prospects=prospects, customers=customers, budget=budget, margin=exact, discount=discount
        )
        part = round(part, 2)
        best, here = table.attrs["best"], table.loc[part]
        said = (
            f"{budget:,} {unit} a year at a margin of {brings} a customer, {percent(part)} of it for winning: "
            f"{percent(here['won'])} of the prospects won, {percent(here['kept'])} of the customers kept a year, equity "
            f"{here['equity']:,.0f}; best "
            f"would be {percent(best)} with {table.at[best, 'equity']:,.0f}."
        )
        return pictures.equity_split(table, at=part, unit=unit), said

    return Explorer(
        at,
        question="Does a larger budget move the best split towards winning or towards keeping? And a larger margin?",
        part=share("for winning customers", 0.5, 0.0, 1.0),
        budget=number(f"budget a year, {unit}", most // 2 // step * step, step, most, step=step),
        brings=number(f"margin a customer and year, {unit}", shown, max(round(margin / 4), 1), round(3 * margin)),
    )
