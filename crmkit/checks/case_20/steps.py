"""The branch desk of case 20, and the steps that its questions share with its notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import queues
from crmkit.queues import CallCentre
from crmkit.worlds import CallDesk, Case, Telecom

if TYPE_CHECKING:
    from crmkit.queues import Forecast, ShiftPlan
    from crmkit.queues.worth import ValuePlan
    from crmkit.worlds import Truth

DESKS = 200  # branch desks like the one in the log
PROMISE = 0.8  # of all callers answered within 20 seconds
WAGE = {"north": 30.0, "south": 24.0}  # money an agent and hour
MARGIN, MONTHS = 0.4, 24  # of a bill; a customer counts for two years
RISE, RISE_ERROR = (
    0.02,
    0.005,
)  # what hanging up adds to the chance of leaving: a customer panel, and its standard error
WINDOW_H = 72.0
PEAK = ("10:00", "10:30")  # the two half hours of the busiest hour
LEVEL_DAYS = 20  # days that the recent level of the forecast is as good as
HALF = {"interval_s": 1800.0}


def draw(seed: int) -> Case:
    """Two weeks of calls of one branch desk, and a month of its contacts."""
    world = Telecom.preset("call_centre", customers=2_500, desk=CallDesk(days=14, margin=0.8))
    return world.draw(seed)


def reached(case: Case) -> pd.DataFrame:
    """All calls of the month that wanted a person, once each: redials and what the menu settled are left out."""
    calls, first = case.calls, case.calls["arrived"].min().normalize()
    phone = case.contacts[(case.contacts["channel"] == "phone") & ~case.contacts["self_service"]]
    logged = calls[~calls["contained"] & calls["redial_of"].isna()]
    both = [phone.loc[phone["arrived"] < first, ["arrived"]], logged[["arrived"]]]
    return pd.concat(both).sort_values("arrived", ignore_index=True)


def forecast(case: Case) -> Forecast:
    """The week after the log, half hour by half hour, for this desk."""
    return queues.forecast(queues.arrivals(reached(case)))


def monday(case: Case) -> pd.Series:
    """Calls an hour of the whole country in each half hour of the next Monday, by forecast."""
    ahead = forecast(case).intervals
    own = ahead[ahead.index.day_of_week == 0]
    return (2 * DESKS * own["calls"]).set_axis(own.index.strftime("%H:%M"))


def peak(case: Case) -> float:
    """Calls an hour of the country, Monday from 10 to 11."""
    return float(monday(case).loc[list(PEAK)].mean())


def handle(case: Case) -> float:
    """Mean handling time of the answered calls, seconds."""
    return float(case.calls["handle_s"].mean())


def patience(case: Case) -> float:
    """Mean patience, seconds, by the exponential law with censoring."""
    return float(queues.fit_patience(case.calls).mean_s)


def centre(case: Case, calls_per_h: float | None = None, agents: int = 1) -> CallCentre:
    """The national centre at its peak (or at another load)."""
    return CallCentre(peak(case) if calls_per_h is None else calls_per_h, handle(case), agents, patience(case))


def values(case: Case) -> pd.Series:
    """What each customer who reached the queue is worth: margin of two years of bills. Who called twice stands twice."""
    bills = case.months.groupby("customer_id")["bill"].mean()
    calls = case.calls[~case.calls["contained"]]
    return MARGIN * MONTHS * calls["customer_id"].map(bills).fillna(0.0)


def need(case: Case) -> pd.Series:
    """Agents of the country in each half hour of Monday, for the promise."""
    calls = monday(case)
    found = queues.staff(
        CallCentre(np.maximum(calls.to_numpy(), 1.0), handle(case), 1, patience(case)), service_level=PROMISE
    )
    return pd.Series(np.asarray(found), index=calls.index)


def patterns(*, part_time: bool = True) -> pd.DataFrame:
    """Shifts that run around the clock: 8.5 hours with a break, and four hours at a tenth more an hour."""
    full = queues.shift_patterns(
        48, hours=8.5, breaks=[[(3.5, 0.5)], [(4, 0.5)], [(4.5, 0.5)]], wage_per_h=WAGE["north"], around=True, **HALF
    )
    if not part_time:
        return full
    short = queues.shift_patterns(48, hours=4, wage_per_h=33, kind="part-time", around=True, **HALF)
    return pd.concat([full, short], ignore_index=True)


def shifts(case: Case, *, part_time: bool = True, mail_h: float = 0.0) -> ShiftPlan:
    """The cheapest shifts of Monday; e-mail may fill hours that the calls do not need."""
    return queues.cover_shifts(
        need(case), patterns(part_time=part_time), around=True, deferrable_h=mail_h, seconds=0, **HALF
    )


def mail_hours(case: Case) -> float:
    """Hours of e-mail that the country brings on a mean day."""
    mails = case.contacts[case.contacts["channel"] == "e-mail"]
    days = (case.contacts["arrived"].max().normalize() - case.contacts["arrived"].min().normalize()).days + 1
    return float(mails["handle_s"].sum() / 3600 / days * DESKS)


def repeats(case: Case) -> float:
    """Share of answered calls that are followed by a repeat within the window, by the log."""
    table = queues.first_contact_resolution(case.calls, window_h=WINDOW_H)
    return float(table["repeated"].sum() / table["calls"].sum())


def eaten_at(case: Case, *, more_repeats: float = 0.0) -> float:
    """How much longer calls must take in the south, as a share, for its lower wage to save nothing at the same promise.

    `more_repeats` is the share of answered calls, beyond today's, that are followed by a repeat there.
    """
    now, longer = repeats(case), np.arange(0, 0.6, 0.001)
    rate = peak(case) * (1 - now) / (1 - now - more_repeats)
    there = queues.staff(CallCentre(rate, handle(case) * (1 + longer), 1, patience(case)), service_level=PROMISE)
    home = int(np.asarray(queues.staff(centre(case), service_level=PROMISE)))
    return float(longer[np.asarray(there) * WAGE["south"] >= home * WAGE["north"]].min())


def hour_costs(case: Case, ways: Mapping[str, int], plan: ValuePlan) -> pd.DataFrame:
    """What so many agents cost in the busiest hour, wages and lost callers together, with the interval of what one costs.

    Parameters
    ----------
    case : Case
    ways : mapping
        Agents by the name of the way that asks for them.
    plan : ValuePlan
        What a caller costs who hangs up, with its interval.

    Returns
    -------
    DataFrame
        Index way: agents, lost (callers an hour), cost, low, high (yuan an hour), and saves, saves_low, saves_high: against the
        first way, at the same cost of a lost caller (yuan an hour).
    """
    agents = np.array(list(ways.values()))
    peaks = centre(case)
    told = queues.erlang_a(CallCentre(peaks.calls_per_h, peaks.handle_s, agents, peaks.patience_s))
    lost = peaks.calls_per_h * np.asarray(told.p_abandon)
    losses = np.array([plan.loss, plan.loss_low, plan.loss_high])
    costs = WAGE["north"] * agents[:, None] + lost[:, None] * losses
    saves = costs[0] - costs
    names = ["cost", "low", "high"]
    return pd.DataFrame({
        "agents": agents, "lost": lost, **dict(zip(names, costs.T, strict=True)), "saves": saves[:, 0],
        "saves_low": saves[:, 1:].min(axis=1), "saves_high": saves[:, 1:].max(axis=1),
    }, index=pd.Index(ways, name="way"))  # fmt: skip


def true_peak(truth: Truth) -> CallCentre:
    """The peak by the laws of the world, all factors at 1: first calls that the menu leaves, and repeats when they come."""
    told, kinds, world = truth.arrivals, truth.reasons, truth.world
    times = len(told)
    fading = np.exp(-np.arange(times) / (2 * world.repeat_after_h))
    spread = np.fft.rfft(fading / fading.sum())  # in which half hour after a call its repeat comes; week follows week
    first = np.fft.rfft(told["first_calls"].to_numpy())
    where = [np.exp(-kinds["network"] * one.quality) * one.share for one in world.regions]
    wanted = kinds["per_month"] * np.sum(where, axis=0)
    share = (wanted / wanted.sum() * (1 - kinds["self_service"])).to_numpy()
    calls = np.array([
        np.fft.irfft(first * own / (1 - again * spread), times) for own, again in zip(share, kinds["repeat"], strict=True)
    ])  # fmt: skip
    at = (told["begins"].dt.day_of_week == 0) & told["begins"].dt.strftime("%H:%M").isin(PEAK)
    mean = calls[:, at.to_numpy()].mean(axis=1)
    rate = 2 * DESKS * float(mean.sum())
    return CallCentre(rate, float(mean @ kinds["handle_s"] / mean.sum()), 1, world.desk.patience_s)


def load_range(case: Case) -> tuple[float, float]:
    """95 % interval of the national load at the peak, erlangs: what one desk and five Mondays leave open.

    Relative variances add up: calls counted in the peak hour and on Mondays, restless days over the Mondays and over the
    level of some three weeks, handling times. Rare bursts of calls and who calls again at which hour are not in it; it held
    the truth in 188 of the 200 months of seeds 1 to 200 (94 %).
    """
    table = queues.arrivals(reached(case))
    own = table[table.index.strftime("%H:%M").isin(PEAK)]
    mondays = own[own["weekday"] == 0].index.normalize().nunique()
    times = case.calls["handle_s"].dropna()
    spread = 1 / own["calls"].sum() + 1 / table.loc[table["weekday"] == 0, "calls"].sum()
    spread += queues.dispersion(table).variance * (1 / mondays + 1 / LEVEL_DAYS)
    spread += (times.std() / times.mean()) ** 2 / len(times)
    load, half = peak(case) * handle(case) / 3600, 1.96 * float(np.sqrt(spread))
    return load * (1 - half), load * (1 + half)
