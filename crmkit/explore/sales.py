"""Explorers of selling to firms: a quarter's pipeline, the life cycle, the closed loop, focus or breadth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmkit import segments, targeting
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import percent
from crmkit.plots import sales as pictures
from crmkit.targeting import pipeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWS = 2_000  # futures behind a picture, as many as `pipeline.forecast` draws: one question has one answer


def pipeline_ahead(
    opportunities: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    promised: float,
    days: int = 90,
    unit: str = "money",
    seed: int,
) -> Explorer:
    """What do the open opportunities bring, by when, and where would better selling help most?

    `stages` from `pipeline.conversion`; `promised` what their sellers say.
    """

    def at(days: int, stage: str, points: int) -> tuple[Axes, str]:
        better = stages.copy()
        exits = better["passed"] + better["lost"]
        moved = min(points / 100 * exits[stage], better.at[stage, "lost"])
        better[["passed", "lost"]] = better[["passed", "lost"]].astype(float)
        better.loc[stage, "passed"] += moved
        better.loc[stage, "lost"] -= moved
        as_is = pipeline.forecast(opportunities, stages, horizon_days=days, seed=seed, draws=DRAWS)
        found = pipeline.forecast(opportunities, better, horizon_days=days, seed=seed, draws=DRAWS)
        said = (
            f"Within {days} days {found.mean:,.0f} {unit} ({found.low:,.0f} to {found.high:,.0f}) with {points} points more at "
            f"{stage}, {as_is.mean:,.0f} as it is: {found.mean - as_is.mean:+,.0f}. The sellers promise {promised:,.0f}."
        )
        return pictures.quarter(found, promised=promised, unit=unit), said

    return Explorer(
        at,
        question="At which stage do ten points more bring most this quarter? Does waiting longer bring the promise?",
        days=number("days ahead", days, 30, 360, step=30),
        stage=choices("better at", [str(name) for name in stages.index]),
        points=number("by points", 10, 0, 20),
    )


def life_ahead(
    moves: pd.DataFrame,
    start: pd.Series,
    *,
    kept: str = "late",
    back: str = "active",
    lost: str = "lapsed",
    step: str = "step",
) -> Explorer:
    """How many customers lapse if nothing is done, and if some of the late ones are won back in time?

    `moves` from `segments.life_moves`; `start` customers in each state today; `step` names the time of a move, e.g. half-year.
    """
    away = float(moves.set_index(["before", "after"]).at[(kept, lost), "share"])

    def at(steps: int, saved: float) -> tuple[Axes, str]:
        changed = moves.set_index(["before", "after"])["share"].copy()
        gain = min(saved, away)
        changed[(kept, lost)] -= gain
        changed[(kept, back)] += gain
        now = segments.ahead(moves, start, steps=steps)
        other = segments.ahead(changed.reset_index(), start, steps=steps)
        said = (
            f"After {steps} {step}s {now[lost].iloc[-1]:,.0f} are {lost} if nothing is done, {other[lost].iloc[-1]:,.0f} if "
            f"{percent(gain)} more of the {kept} come back each {step}: {now[lost].iloc[-1] - other[lost].iloc[-1]:,.0f} fewer."
        )
        return pictures.states_ahead(now, other=other if gain else None, step=step), said

    return Explorer(
        at,
        question="What must a reminder win back so that a hundred customers fewer lapse? And what cannot it stop?",
        steps=number(f"{step}s ahead", 4, 1, 10),
        saved=share(f"{kept} won back more, a {step}", 0.1, 0.0, 0.3),
    )


def closed_loop(
    trial: pd.DataFrame, *, worth: pd.Series, cost: int, believed: float = 0.1, sd: float = 0.1, unit: str = "money"
) -> Explorer:
    """Act, measure, update: whom does the next wave leave, by what was believed before?

    `trial` from `targeting.trial`; `worth` of one outcome on group.
    """

    def at(hundredths: int, sure: int, cost: int) -> tuple[Axes, str]:
        belief = hundredths / 100
        found = targeting.update(trial, believed=belief, sd=sure / 100)
        least = cost / worth
        words = [
            f"{name} {row['mean']:.2f} ({row['low']:.2f} to {row['high']:.2f}), {row['mean'] * worth[name] - cost:+,.0f} {unit}"
            for name, row in found.iterrows()
        ]
        said = (
            f"Believed before {belief:.2f} ± {sure / 100:.2f}; after the wave: {'; '.join(words)} a contact at {cost}."
        )
        return pictures.beliefs_after(found, believed=belief, least=least), said

    return Explorer(
        at,
        question="Which decision hangs on the belief, and which only on what was measured?",
        hundredths=number("believed before, hundredths of an order", round(100 * believed), 0, 50),
        sure=number("give or take, hundredths", round(100 * sd), 1, 50),
        cost=number(f"cost of a contact, {unit}", cost, 0, 4 * cost, step=max(cost // 12, 1)),
    )


def topics_kept(table: pd.DataFrame, *, worth: int, cost: int, unit: str = "money") -> Explorer:
    """Focus or breadth? `table` from `segments.focus`; `worth` of a registration, `cost` of a topic a month."""

    def at(kept: int, worth: int, cost: int) -> tuple[Axes, str]:
        money = table["registered"] * worth - table.index * cost
        row, best = table.loc[kept], int(money.idxmax())
        said = (
            f"{kept} topics keep {percent(row['visitor_share'])} of the visitors and {percent(row['registered_share'])} of the "
            f"registrations ({percent(row['registered_low'])} to {percent(row['registered_high'])}): {money[kept]:,.0f} {unit} a "
            f"month; {best} bring most, {money[best]:,.0f}."
        )
        return pictures.focus(table, money, at=kept, unit=unit), said

    return Explorer(
        at,
        question="At which cost of a topic is breadth right, and at which only two topics?",
        kept=number("topics kept", len(table), 1, len(table)),
        worth=number(f"a registration is worth, {unit}", worth, 0, 5 * worth),
        cost=number(f"a topic costs a month, {unit}", cost, 0, 3 * cost, step=max(cost // 24, 1)),
    )
