"""Explorers of planning a call centre: promise against money, formula against simulation, shifts, sites, a forecast."""

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

RUNS = 6  # simulated days behind a band


def promise_or_money(
    *,
    calls_per_h: float = 16_800,
    handle_s: float = 300,
    patience_s: float = 180,
    value: int = 250,
    rise: int = 40,
    wage: int = 25,
    unit: str = "yuan",
) -> Explorer:
    """The promise and the money side by side: where does each of them put the number of agents?

    The sliders open at `patience_s` in whole seconds, at customers worth `value`, of whom `rise` of 1,000 more leave after
    hanging up.
    """
    load = calls_per_h * handle_s / 3600

    def at(value: int, rise: int, patience: int) -> tuple[Axes, str]:
        loss = value * rise / 1000
        centre = CallCentre(calls_per_h, handle_s, 1, patience)
        best, _ = queues.staff_by_money(centre, wage_per_h=wage, loss_per_abandoned=loss)
        kept = queues.staff(centre, service_level=0.8)
        span = np.unique(np.concatenate([np.linspace(0.88 * load, 1.08 * load + 5, 90).astype(int), [best, kept]]))
        span = span[span > 0]
        told = queues.erlang_a(CallCentre(calls_per_h, handle_s, span, patience))
        table = told.frame().set_index(span)
        table["cost"] = wage * span + loss * calls_per_h * told.p_abandon
        said = (
            f"A customer worth {value:,} {unit} who leaves {rise / 10:g} % more often after hanging up: a lost call costs "
            f"{loss:,.1f}, and {best:,} agents cost least ({percent(table['p_abandon'][best])} hang up); 80 % in 20 s takes "
            f"{kept:,} ({percent(table['p_abandon'][kept])})."
        )
        return plots.promise_and_money(table), said

    return Explorer(
        at,
        question="How much must a customer be worth before money asks for more agents than the promise?",
        value=number(f"customer value, {unit}", value, 10, 3_000),
        rise=number("rise of leaving after hanging up, per mille", rise, 1, 150),
        patience=number("mean patience, seconds", round(patience_s), 20, 600),
    )


def formula_or_simulation(
    *, calls_per_h: float = 360, handle_s: float = 240, patience_s: float = 120, agents: int = 24, seed: int = 1
) -> Explorer:
    """Waits by formula, and of simulated days with their interval: do they agree, and how much does chance leave open?

    The sliders open at `agents` and at `patience_s` in whole seconds.
    """
    seconds = np.arange(0, 121, 4)  # 20, the usual promise, is one of them

    def at(agents: int, patience: int, hours: int) -> tuple[Axes, str]:
        centre = CallCentre(calls_per_h, handle_s, agents, patience)
        told = queues.erlang_a(CallCentre(calls_per_h, handle_s, agents, patience, seconds)).service_level
        runs = []
        for run in np.random.default_rng(seed).integers(2**63, size=RUNS).tolist():
            log = queues.simulate(centre, hours=hours + 1, seed=run)
            own = log[log["arrived"] >= log["arrived"].iloc[0].normalize() + pd.Timedelta(hours=1)]
            waits = np.sort(own.loc[~own["abandoned"], "wait_s"].to_numpy())
            runs.append(np.searchsorted(waits, seconds, side="right") / len(own))
        from scipy.special import stdtrit

        mean = np.mean(runs, axis=0)
        half = float(stdtrit(RUNS - 1, 0.975)) * np.std(runs, axis=0, ddof=1) / np.sqrt(RUNS)
        table = pd.DataFrame(
            {"formula": told, "mean": mean, "low": np.maximum(mean - half, 0), "high": np.minimum(mean + half, 1)},
            index=seconds,
        )
        row = table.loc[20]
        said = (
            f"{agents} agents, patience {patience} s, {RUNS} days of {hours} h: answered in 20 s {percent(row['formula'])} by "
            f"formula, {100 * row['mean']:.1f} % simulated ({100 * row['low']:.1f} to {100 * row['high']:.1f})."
        )
        return plots.answered_within(table), said

    return Explorer(
        at,
        question="How long must one simulate until the interval is as narrow as what one agent more brings?",
        agents=number("agents", agents, agents - 6, agents + 8),
        patience=number("mean patience, seconds", round(patience_s), 20, 600),
        hours=number("hours of each simulated day", 8, 2, 24),
    )


def covering(
    needed: pd.Series | None = None,
    full: pd.DataFrame | None = None,
    *,
    calls_per_h: int = 900,
    handle_s: int = 300,
    patience_s: float = 180,
    wage: float = 25,
    part: int = 30,
    unit: str = "yuan",
) -> Explorer:
    """Shifts over a day: what do rigid shifts cost, and what do part-timers save?

    `needed` holds the agents of 48 half hours, and `full` the shifts of the full-timers (of `queues.shift_patterns`); then shifts
    run around the clock. Without them the day has two peaks, and shifts end at midnight. The slider opens at `part` part-timers.
    """
    around, half = needed is not None, {"interval_s": 1800.0}
    if needed is None:
        at_half = np.arange(48)
        shape = 0.1 + np.exp(-(((at_half - 20) / 5) ** 2)) + 0.7 * np.exp(-(((at_half - 34) / 5) ** 2))
        calls = CallCentre(calls_per_h * shape / shape.max(), handle_s, 1, patience_s)
        need = np.asarray(queues.staff(calls, service_level=0.8))
    else:
        need = needed.to_numpy()
    if full is None:
        pauses = [[(3.5, 0.5)], [(4.5, 0.5)]]
        full = queues.shift_patterns(48, hours=8.5, breaks=pauses, wage_per_h=wage, around=around, **half)

    def at(part: int, length: int, price: int) -> tuple[Axes, str]:
        short = queues.shift_patterns(
            48, hours=length, wage_per_h=wage * price / 100, kind="part-time", around=around, **half
        )
        both = pd.concat([full, short], ignore_index=True)
        plan = queues.cover_shifts(need, both, kinds={"part-time": (0, part)}, around=around, seconds=0, **half)
        people = plan.shifts.groupby("kind")["people"].sum()
        said = (
            f"At most {part} part-timers of {length} h at {price} % of the wage: {people['full-time']} full-time and "
            f"{people['part-time']} part-time, {plan.cost:,.0f} {unit} a day; no plan costs less than {plan.bound:,.0f}; "
            f"{percent(plan.intervals['over'].sum() / plan.intervals['on_duty'].sum())} of the time is over."
        )
        return plots.shift_cover(plan.intervals, gap=plan.gap), said

    return Explorer(
        at,
        question="Which wage of part-timers is worth paying, and how many of them?",
        part=number("part-timers at most", part, 0, max(120, part), step=5),
        length=number("hours of a part-timer", 4, 2, 6),
        price=number("their wage, % of the usual one", 110, 80, 200, step=5),
    )


def pooled_sites(*, calls_per_h: int = 16_800, handle_s: int = 300, patience_s: int = 180) -> Explorer:
    """The same calls in one queue or in many: what does each split cost?"""
    load = calls_per_h * handle_s / 3600

    def at(count: int, patience: int, level: int) -> tuple[Axes, str]:
        spread = np.unique(np.append(np.linspace(1, count, 12).astype(int), count))
        each = queues.staff(CallCentre(calls_per_h / spread, handle_s, 1, patience), service_level=level / 100)
        table = pd.DataFrame({"agents": spread * each, "load": load}, index=spread)
        one, all_ = int(table["agents"].iloc[0]), int(table["agents"].iloc[-1])
        said = (
            f"{level} % in 20 s, patience {patience} s: one queue takes {one:,} agents, {count} take {all_:,} together, "
            f"{percent((all_ - one) / one)} more; the load is {load:,.0f}."
        )
        return plots.pooling(table), said

    return Explorer(
        at,
        question="Does a split hurt more when callers are patient, or when they are not?",
        count=number("sites", 10, 2, 40),
        patience=number("mean patience, seconds", patience_s, 20, 600, step=10),
        level=number("answered in time, %", 80, 50, 98),
    )


def call_forecast(*, calls_a_day: int = 2_000, seed: int = 1) -> Explorer:
    """A forecast of next week: how much do restless days and a drifting level leave open?"""
    slots, week = np.arange(48), np.array([1.2, 1.1, 1.05, 1.05, 1.05, 0.85, 0.7])
    shape = np.maximum(1 + 0.8 * np.sin((slots - 16) / 48 * 2 * np.pi), 0.05)

    def at(weeks: int, restless: int, half_life: int) -> tuple[Axes, str]:
        rng, days = np.random.default_rng(seed), 7 * weeks
        drift = np.exp(0.015 * np.cumsum(rng.normal(size=7 * 20))[-days - 7 :])
        factor = np.ones(days + 7) if not restless else rng.gamma(1e4 / restless**2, restless**2 / 1e4, days + 7)
        mean = (calls_a_day * drift * factor * week[np.arange(days + 7) % 7])[:, None] * shape / shape.sum()
        begins = pd.date_range("2026-01-05", periods=mean.size, freq="30min", name="begins")
        table = pd.DataFrame(
            {"day": begins.date, "slot": np.tile(slots, days + 7), "weekday": begins.day_of_week, "open": True},
            index=begins,
        ).assign(calls=rng.poisson(mean).ravel())
        ahead = queues.forecast(table.iloc[: days * 48], days=7, half_life_days=half_life)
        came = table["calls"].iloc[days * 48 :]
        error = float((ahead.intervals["calls"] - came).abs().sum() / came.sum())
        naive = table["calls"].iloc[(days - 7) * 48 : days * 48].to_numpy()
        said = (
            f"{weeks} weeks of history, days that vary by {restless} % beyond chance, half-life {half_life} days: errors add up "
            f"to {100 * error:.1f} % of the calls, by last week's calls {100 * np.abs(naive - came).sum() / came.sum():.1f} %."
        )
        return plots.calls_ahead(ahead.intervals, came=came), said

    return Explorer(
        at,
        question="When does a long memory help the forecast, and when does it hurt?",
        weeks=number("weeks of history", 8, 3, 16),
        restless=number("restlessness of days, %", 10, 0, 40, step=2),
        half_life=number("half-life of the level, days", 14, 2, 60),
    )
