"""Questions of parts 4 to 6: which channel, which plan, and what the envelope says."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_30.steps import (
    AGES,
    BUDGET,
    CADENCE,
    COSTS,
    HOURS,
    LIMITS,
    MINUTES,
    brings,
    greedy,
    naive,
    offers,
    plan,
    trials,
    worth_by_age,
)
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import contacts
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "call_group",
    "In which age group does a call bring most loans more than a letter does?",
    options=tuple(AGES),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    by = {name: found.set_index("group")["uplift"] for name, found in trials(case).items()}
    more = by["call"] - by["letter"]
    right = str(more.idxmax())
    return right, [
        Slip(
            name,
            f"{by['call'][name]:.3f} loans by a call, {by['letter'][name]:.3f} by a letter in {name}: another group "
            "gains more by the change of channel.",
        )
        for name in AGES
        if name != right
    ]


@BANK.question(
    "dear_call",
    "Up to which cost does a call to a customer of 65 or more bring more than no contact, by the best estimate?",
    unit="dollars",
    tolerance=0.2,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, value = trials(case)["call"].set_index("group"), worth_by_age(case)
    old = found.loc["65+"]
    return float(old["uplift"] * value["65+"]), [
        Slip(
            float(old["treated_mean"] * value["65+"]), "some would have come without a call; take off those held back."
        ),
        Slip(
            float(old["uplift"] * value["65+"] - COSTS["call"]), "this is the gain at today's cost; add the cost again."
        ),
        Slip(float(old["low"] * value["65+"]), "this is the lower end of the interval."),
        Slip(
            float(old["uplift"] * value.mean()), "this takes the worth of a loan over all groups; the old borrow less."
        ),
    ]


@BANK.question(
    "call_share",
    "Of the customers who agree to calls and had no contact for 60 days, which share can be called in 60 hours?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = offers(case)
    rows = rows[rows["channel"] == "call"]
    calls = HOURS * 60 / MINUTES
    soon = rows["days_since"] < CADENCE
    return calls / int((rows["allowed"] & ~soon).sum()), [
        Slip(
            calls / len(rows), "some do not agree to calls, or had a contact too lately; leave them out below the line."
        ),
        Slip(calls / int(rows["allowed"].sum()), "some of these had a contact too lately."),
        Slip(calls / int((~soon).sum()), "some of these do not agree to calls."),
        Slip(
            calls / int((rows["allowed"] & (rows["days_since"] >= CADENCE)).sum()),
            "who was never contacted has no days_since, and may be called; leave out those below 60 instead.",
        ),
        Slip(calls, "this is the number of calls; divide by those who may be called."),
        Slip(HOURS / int((rows["allowed"] & ~soon).sum()), "these are hours; five calls fit into one."),
    ]


@BANK.question(
    "plan_gain",
    "Which gain do the models promise for the plan under 60 hours, 12,000 dollars and 60 days between contacts?",
    unit="dollars",
    tolerance=60,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = offers(case)
    best = plan(rows)
    without = {name: value for name, value in LIMITS.items() if name != "cadence_days"}
    return best.gain, [
        Slip(greedy(rows).gain, "this takes the highest gain first; let the linear programme choose."),
        Slip(
            float(best.gain + best.contacts["cost"].sum()), "the gain is net: the cost of the contacts is off already."
        ),
        Slip(contacts.plan(rows, **without).gain, "the 60 days between two contacts are left out: cadence_days=60."),
        Slip(
            contacts.plan(rows, budget=BUDGET, cadence_days=CADENCE).gain, "the agents' hours are left out: hours=60."
        ),
    ]


@BANK.question(
    "hour_worth", "What would one more agents' hour bring, by the plan?", unit="dollars, at the margin", tolerance=1.0
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    best = plan(offers(case))
    made = best.contacts[best.contacts["channel"] == "call"]
    return float(best.limits.loc["hours", "price"]), [
        Slip(
            float(made["gain"].mean() * 60 / MINUTES),
            "this is what an hour brings on average; the next one finds worse customers, who would get a letter else.",
        ),
        Slip(float(best.gain / HOURS), "this puts the letters' gain down to the hours."),
        Slip(float(best.limits.loc["budget", "price"]), "this is the price of a dollar."),
    ]


@BANK.question(
    "planning_adds",
    "By which share does the plan promise more than taking the highest gain first?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = offers(case)
    best, plain, old = plan(rows).gain, greedy(rows).gain, float(naive(case, rows)["gain"].sum())
    return best / plain - 1, [
        Slip(best / old - 1, "this is against the agents' way, by response; compare with the highest gain first."),
        Slip(best - plain, "this is in dollars; divide by the gain of the highest gain first."),
        Slip(best / plain, "this is the ratio; take off 1."),
    ]


@BANK.question("real_gain", "Which gain does this plan bring in truth?", unit="dollars", tolerance=60, truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = offers(case)
    best = plan(rows)
    real = brings(case.truth, best.contacts)
    return real, [
        Slip(best.gain, "this is what the models promised."),
        Slip(best.gain - real, "this is by how much the promise was too high."),
        Slip(brings(case.truth, greedy(rows).contacts), "this is what the highest gain first brings."),
        Slip(brings(case.truth, naive(case, rows)), "this is what the agents' way brings."),
        Slip(real + float(best.contacts["cost"].sum()), "the true gain is net already: the costs are off."),
    ]


@BANK.question(
    "overdrawn_cost",
    "What does it cost, in promised gain, to leave out everyone whose credit line was exceeded in 2025, and plan anew?",
    unit="dollars",
    tolerance=60,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = offers(case)
    best = plan(rows)
    rest = plan(rows[~rows["overdrawn"]])
    out = best.contacts.merge(rows[["customer_id", "channel", "overdrawn"]])
    return best.gain - rest.gain, [
        Slip(
            float(out.loc[out["overdrawn"], "gain"].sum()),
            "this only strikes them off; hours and money that come free go to others.",
        ),
        Slip(rest.gain, "this is the gain of the plan without them; take it off the first plan's."),
        Slip(float(out["overdrawn"].sum()), "this is the number of contacts; the question asks for dollars."),
        Slip(best.gain * float(out["overdrawn"].mean()), "they do not bring as much as the others on average."),
    ]
