"""Explorers of early warning: control limits, small samples, league tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import monitor
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.monitor import EWMA, Shewhart
from crmkit.plots import monitor as pictures
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHIFTS = np.round(np.arange(0, 3.01, 0.25), 2)


def control_limit(*, quarters: int = 4) -> Explorer:
    """How much sooner is a shift seen for more false alarms?

    `quarters` of a standard deviation are shifted at first.
    """

    def at(tenths: int, quarters: int, chart: str) -> tuple[Axes, str]:
        width, shift = tenths / 10, quarters / 4
        made = {
            "single values": Shewhart(width),
            "weighted mean (0.2)": EWMA(0.2, width),
            "weighted mean (0.05)": EWMA(0.05, width),
        }
        table = pd.DataFrame(
            {name: [one.run_length(s).mean for s in SHIFTS] for name, one in made.items()}, index=SHIFTS
        )
        false, seen = made[chart].run_length(), made[chart].run_length(shift)
        said = (
            f"{chart}, limits at {width:.1f} standard deviations: a false alarm in {false.mean:,.0f} periods; a shift of "
            f"{shift:g} is seen after {seen.mean:,.1f} periods on average, within 10 with a chance of {percent(seen.within)}."
        )
        return pictures.run_lengths(table, at=shift), said

    return Explorer(
        at,
        question="Which chart sees a shift of 0.5 first when each gives about one false alarm in 370 periods?",
        tenths=number("limits, tenths of a deviation", 30, 15, 40),
        quarters=number("shift, quarters of a deviation", quarters, 1, 12),
        chart=choices("chart", ["single values", "weighted mean (0.2)", "weighted mean (0.05)"]),
    )


def five_answers(
    scores: pd.Series, *, scale: tuple[float, float] = (0.0, 100.0), month: int = 1, seed: int
) -> Explorer:
    """What can five answers tell?

    `scores` of all who could be asked, e.g. the satisfaction of every customer who answered; `month` is shown first.
    """
    everyone = scores.to_numpy(dtype=float)
    truth = float(everyone.mean())
    sizes = [2, 3, 5, 10, 25, 60, 160]

    def at(answers: int, month: int) -> tuple[Axes, str]:
        lot = np.random.default_rng([seed, month]).permutation(everyone)
        asked = sorted({*sizes, answers})
        widths = {n: monitor.mean_interval(lot[:n], scale=scale)["width"] / 2 for n in asked}
        table = pd.DataFrame(widths).T.rename_axis("answers")
        one = monitor.mean_interval(lot[:answers], scale=scale)
        low, high = one.loc["Student", ["low", "high"]]
        said = (
            f"{answers} answers in month {month}: mean {one['mean'].iloc[0]:.1f}, 95 % interval {low:.1f} to {high:.1f} "
            f"(for any law {one.at['Anderson', 'low']:.1f} to {one.at['Anderson', 'high']:.1f}); the mean of all "
            f"{len(everyone):,} is {truth:.1f}."
        )
        return pictures.sample_width(table, at=answers), said

    return Explorer(
        at,
        question="How many answers a month show a change of 4 points? And in how many months do five mislead you?",
        answers=number("answers", 5, 2, 160),
        month=number("month", month, 1, 24),
    )


def fair_league(
    hits: pd.Series,
    of: pd.Series,
    *,
    truth: pd.Series | None = None,
    who: str = "who",
    each: str = "chances",
    hit: str = "successes",
) -> Explorer:
    """Who leads when small portfolios are not judged by luck?

    `hits`, `of` on who; `truth` the true shares, where opened. In words: `who` is compared, by which `hit` of `each`.
    """
    most = int(of.median())

    def at(least: int, level: float) -> tuple[Axes, str]:
        some = of[of >= least].index
        table = monitor.league(hits[some], of[some], level=level)
        naive, fair = table["naive"].idxmax(), table.index[0]
        row = table.loc[fair]
        said = (
            f"Of {len(some)} with {least} {each} or more, {naive} leads as counted with {percent(table.at[naive, 'naive'])}, "
            f"{fair} in the fair table with {percent(row['shrunk'])} ({percent(row['low'])} to {percent(row['high'])} at "
            f"{percent(level)}); it is the best with a chance of {percent(row['p_best'])}."
        )
        return pictures.league_table(table, truth=truth, who=who, each=each, hit=hit), said

    return Explorer(
        at,
        question=f"From how many {each} on do both tables have the same leader? What does leaving out the small ones cost?",
        least=number(f"{each}, at least", 1, 1, max(most, 2)),
        level=share("level", 0.95, 0.5, 0.99),
    )
