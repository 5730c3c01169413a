"""The steps of case 21 that the notebook and its questions share: the pilot, its money, the agents of a day."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from crmkit import profit, queues
from crmkit.checks.once import once
from crmkit.worlds import CallDesk, Case, Telecom, Truth

SUBSCRIBERS, SAMPLE = 50_000, 20  # each customer of the log stands for so many
DAYS, WEEKS = 14, 13  # of the log, of the pilot
WAGE, BUSY = 30.0, 0.8  # yuan an agent and hour; share of it on calls
LEVEL = 0.8  # answered within 20 s, as promised
FEES = {
    "bill check": 90_000.0,
    "plan change": 120_000.0,
    "fault status": 200_000.0,
    "advice bot": 60_000.0,
}  # yuan a year
REASONS = {"bill check": "query", "plan change": "order", "fault status": "repair", "advice bot": "consultation"}
# Sessions a customer and month, and calls that one avoids; below 0 it makes calls. Declared, so sealed.
SESSIONS = {"bill check": 2.4, "plan change": 0.5, "fault status": 0.8, "advice bot": 0.6}
AVOIDS = {"bill check": 0.15, "plan change": 0.30, "fault status": 0.12, "advice bot": -0.05}
EASY = 1.3  # a call below the median length is so many times as likely to be avoided as the mean call
USERS, THEIR_NEED = 0.8, 0.9  # share that opens what it is offered, and their calls over the mean
KODAK_VISITS, KODAK_SAVED, KODAK_DAYS = 150_000, 4_000_000, 366  # a day; dollars of 1996; days of 1996
CALL_COST = 4.0  # dollars a call, assumed
NIGHT_AGAIN = 0.6  # of those turned away at night call in the morning, assumed


def case(seed: int, customers: int = 2_500) -> Case:
    """Two weeks of calls of an operator, and a pilot of four modules of self-service over 13 weeks."""
    world = Telecom.preset("call_centre", customers=customers, desk=CallDesk(days=DAYS, margin=0.8))
    drawn = world.draw(seed)
    frames = {**drawn.frames, "pilot": pilot(drawn, np.random.default_rng([seed, 21]))}
    truth = Truth({**drawn.truth.frames, "modules": modules(drawn.truth.reasons)}, world=drawn.truth.world)
    return Case(frames, name="self_service", seed=seed, truth=truth)


def pilot(case: Case, rng: np.random.Generator) -> pd.DataFrame:
    """One row for each customer and module; a lot decided who was offered all four."""
    who = case.customers["customer_id"].to_numpy()
    offered = rng.permutation(len(who)) < len(who) // 2
    uses = rng.random(len(who)) < USERS
    need = np.where(uses, THEIR_NEED, (1 - USERS * THEIR_NEED) / (1 - USERS))
    users = offered & uses
    months, reasons = WEEKS / 13 * 3, case.truth.reasons.set_index("reason")
    tables = []
    for module, reason in REASONS.items():
        row = reasons.loc[reason]
        # Calls that pass the voice menu; needs differ between customers by a gamma law of shape 2.
        calls = row["per_month"] * (1 - row["self_service"])
        needs = rng.poisson(months * calls * need * rng.gamma(2.0, 0.5, len(who)))
        owner = np.repeat(np.arange(len(who)), needs)
        shape = 1 / row["handle_cv"] ** 2
        length = rng.gamma(shape, row["handle_s"] / shape, len(owner))
        easy = length < np.median(length)
        chance = max(SESSIONS[module] * AVOIDS[module] / calls / (USERS * THEIR_NEED), 0.0)
        gone = users[owner] & (rng.random(len(owner)) < chance * np.where(easy, EASY, 2 - EASY))
        extra = users * rng.poisson(months * SESSIONS[module] * max(-AVOIDS[module], 0.0) / USERS, len(who))
        more = np.repeat(np.arange(len(who)), extra)
        longer = rng.gamma(shape, row["handle_s"] / shape, len(more))
        browsed = rng.poisson(months * SESSIONS[module] * (1 - max(AVOIDS[module], 0.0)) / USERS, len(who))
        stayed = owner[~gone]
        tables.append(
            pd.DataFrame(
                {
                    "customer_id": who,
                    "module": module,
                    "offered": offered,
                    "sessions": users * browsed + np.bincount(owner[gone], minlength=len(who)),
                    "calls": np.bincount(stayed, minlength=len(who)) + extra,
                    "talk_s": (
                        np.bincount(stayed, length[~gone], len(who)) + np.bincount(more, longer, len(who))
                    ).round(),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def modules(reasons: pd.DataFrame) -> pd.DataFrame:
    """What the world declared of the modules: calls and seconds avoided a customer over the pilot."""
    from scipy.stats import gamma

    rows, months = [], WEEKS / 13 * 3
    for module, reason in REASONS.items():
        row = reasons.set_index("reason").loc[reason]
        shape, mean = 1 / row["handle_cv"] ** 2, row["handle_s"]
        # Mean length times the share of all time that stands in calls below the median: F(median; shape + 1).
        low = mean * gamma.cdf(gamma.median(shape), shape + 1)
        length = EASY * low + (2 - EASY) * (mean - low) if AVOIDS[module] > 0 else mean
        calls = months * SESSIONS[module] * AVOIDS[module]
        rows.append({"module": module, "avoided": calls, "talk_avoided": calls * length})
    return pd.DataFrame(rows)


@once
def found(case: Case) -> pd.DataFrame:
    """What the pilot tells of each module."""
    return profit.deflection(case.pilot)


def yearly(seconds: pd.Series | float) -> pd.Series | float:
    """Yuan a year that so many seconds of agents a customer and pilot are worth, over all subscribers."""
    return seconds * 52 / WEEKS / 3600 * WAGE / BUSY * SUBSCRIBERS


def vendor(case: Case) -> pd.Series:
    """The vendor's sum: every session is a call of mean length."""
    each = found(case)
    return yearly(each["sessions"] * each["talk_without"] / each["calls_without"])


def vendor_sure(case: Case) -> pd.DataFrame:
    """The vendor's sum with its 95 % interval (of 1.96 standard errors) and the fee, for each module and for all, yuan a year.

    Sessions come from those offered the modules, the mean length of a call from the others. The same customers stand
    in all modules, so the error of the sum is taken customer by customer.
    """
    names = list(FEES)
    wide = case.pilot.pivot(index="customer_id", columns="module", values=["sessions", "calls", "talk_s"])
    offered = case.pilot.groupby("customer_id")["offered"].first()
    there, left_out = wide[offered], wide[~offered]
    sessions, calls = there["sessions"].mean()[names], left_out["calls"].mean()[names]
    length = left_out["talk_s"].mean()[names] / calls
    of_sessions = there["sessions"][names] * length  # what each customer adds to the sum, to first order
    of_lengths = sessions / calls * (left_out["talk_s"][names] - length * left_out["calls"][names])
    of_sessions, of_lengths = (one.assign(**{"all four": one.sum(axis=1)}) for one in (of_sessions, of_lengths))
    error = yearly(np.sqrt(of_sessions.var() / len(there) + of_lengths.var() / len(left_out)))
    sums = vendor(case)
    sums, fee = (one[names].to_dict() | {"all four": one.sum()} for one in (sums, pd.Series(FEES)))
    found = pd.DataFrame({"promised": sums, "fee": fee})
    found.insert(1, "low", found["promised"] - 1.96 * error)
    found.insert(2, "high", found["promised"] + 1.96 * error)
    return found.rename_axis("module")


def business(case: Case) -> pd.DataFrame:
    """Saving a year with its interval, fee and what is left with its interval, for each module, yuan."""
    return _in_money(found(case), pd.Series(FEES))


def together(case: Case, bought: Collection[str]) -> pd.Series:
    """As `business`, for these modules together: the same customers stand in all, so each is one observation."""
    rows = case.pilot[case.pilot["module"].isin(list(bought))]
    rows = rows.groupby(["customer_id", "offered"], as_index=False)[["sessions", "calls", "talk_s"]].sum()
    each = profit.deflection(rows.assign(module="together"))
    return _in_money(each, sum(FEES[module] for module in bought)).loc["together"]


def _in_money(each: pd.DataFrame, fee: pd.Series | float) -> pd.DataFrame:
    """Savings a year from `profit.deflection`, less the fee, which is certain."""
    ends = {"saves": "talk_avoided", "low": "talk_low", "high": "talk_high"}
    table = pd.DataFrame({name: yearly(each[seconds]) for name, seconds in ends.items()}).assign(fee=fee)
    left = {"net": "saves", "net_low": "low", "net_high": "high"}
    return table.assign(**{name: table[end] - table["fee"] for name, end in left.items()})


@once
def profile(case: Case) -> pd.DataFrame:
    """Calls an hour that reach the agents, in each half hour of a mean day of all subscribers, and by reason."""
    calls = case.calls[~case.calls["contained"].astype(bool)]
    slot = calls["arrived"].dt.hour * 2 + calls["arrived"].dt.minute // 30
    counted = pd.crosstab(slot, calls["reason"].astype(str)).reindex(range(48), fill_value=0)
    return (counted * SAMPLE * 2 / DAYS).rename_axis("half_hour")


def day(case: Case) -> pd.DataFrame:
    """Calls an hour of all subscribers in each half hour of a mean day, with the exact 95 % interval of a Poisson count."""
    from scipy.special import chdtri

    each = SAMPLE * 2 / DAYS
    seen = profile(case).sum(axis=1) / each
    low = np.where(seen > 0, chdtri(np.maximum(2 * seen, 1), 0.975) / 2, 0)  # chdtri: by the upper tail
    return pd.DataFrame({"calls": seen * each, "low": low * each, "high": chdtri(2 * seen + 2, 0.025) / 2 * each})


@once
def lengths(case: Case) -> pd.Series:
    """Mean handling time by reason, seconds."""
    return queues.handle_times(case.calls)["mean_s"].rename(index=str)


@once
def patience(case: Case) -> float:
    """Mean patience of a caller, seconds."""
    return queues.fit_patience(case.calls).mean_s


def agents(case: Case, bought: Collection[str] = ()) -> np.ndarray:
    """Agents in each half hour that keep the promise, with the modules that are bought."""
    rates, each, mean = profile(case), found(case), lengths(case)
    work = rates * mean.reindex(rates.columns)
    for module in bought:
        reason, row = REASONS[module], each.loc[module]
        work[reason] *= 1 - row["talk_avoided"] / row["talk_without"]
        rates[reason] *= 1 - row["avoided"] / row["calls_without"]
    calls, seconds = rates.sum(axis=1), work.sum(axis=1)
    quiet = calls == 0
    centre = queues.CallCentre(
        np.where(quiet, 1e-6, calls), np.where(quiet, 60, seconds / calls.where(~quiet, 1)), 1, patience(case)
    )
    return np.asarray(queues.staff(centre, service_level=LEVEL))


def hours(case: Case, bought: Collection[str] = ()) -> float:
    """Hours of agents a day that keep the promise."""
    return float(agents(case, bought).sum() / 2)


def worth_buying(case: Case) -> list[str]:
    """Modules whose estimate is above their fee."""
    table = business(case)
    return list(table.index[table["net"] > 0])


def true_net(truth: Truth, bought: Collection[str]) -> float:
    """What the bought modules bring a year in truth, yuan."""
    each = truth.modules.set_index("module")["talk_avoided"]
    return float(sum(yearly(each[module]) - FEES[module] for module in bought))
