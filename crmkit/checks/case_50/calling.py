"""Questions of parts 4 to 6: how many calls, how long between, which channel, which plan, and what the envelope says."""

from __future__ import annotations

from typing import Any

from crmkit import targeting
from crmkit.checks.case_50.steps import (
    AGES,
    BUDGET,
    DAY_HOURS,
    HOURS,
    IMPORTANT,
    PAUSE,
    arm_rows,
    best,
    brings,
    greedy,
    important_first,
    minutes_a_target,
    offers,
    promise,
    trials,
    ways,
    without_pause,
)
from crmkit.checks.decision import Decision
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import contacts
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "targets_a_day",
    "How many customers can one agent deal with in 5 hours on the telephone, all tries counted?",
    unit="customers",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    dials, day = case.dials, DAY_HOURS * 60
    right = day / minutes_a_target(case)
    return right, [
        Slip(
            day / float(dials.loc[dials["answered"], "minutes"].mean()),
            "this counts the talks alone; tries that nobody answers take time, and some targets are never reached.",
        ),
        Slip(day / float(dials["minutes"].mean()), "these are tries; a customer takes more than one."),
        Slip(
            right * float(dials.groupby("customer_id")["answered"].any().mean()),
            "these are the talks; those given up after the last try were dealt with, too.",
        ),
        Slip(minutes_a_target(case), "these are the minutes for one customer; how many fit into 300?"),
    ]


def _effect(case: Case, arm: str, outcome: str, rested: bool | None) -> Any:
    return targeting.trial(arm_rows(case, arm, rested=rested), outcome=outcome).iloc[0]


@BANK.question(
    "soon_call",
    "How many appointments more does one call bring within 30 days after another contact?",
    unit="appointments",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    soon = _effect(case, "call", "appointment", False)
    return float(soon["uplift"]), [
        Slip(float(soon["treated_mean"]), "some come without a call; take off those held back."),
        Slip(float(_effect(case, "call", "appointment", True)["uplift"]), "this is after a pause of 30 days or more."),
        Slip(
            float(_effect(case, "call", "appointment", None)["uplift"]), "this is over all; take those within 30 days."
        ),
        Slip(float(_effect(case, "message", "appointment", False)["uplift"]), "this is a message."),
    ]


@BANK.question(
    "struck_soon",
    "Which share of the customers who are called within 30 days after another contact is lost by that call: wants no more contacts?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    soon = _effect(case, "call", "struck_off", False)
    return float(soon["uplift"]), [
        Slip(float(soon["treated_mean"]), "some are struck off without a call; take off those held back."),
        Slip(float(_effect(case, "call", "struck_off", True)["uplift"]), "this is after a pause of 30 days or more."),
        Slip(
            float(_effect(case, "call", "struck_off", None)["uplift"]), "this is over all; take those within 30 days."
        ),
        Slip(float(_effect(case, "message", "struck_off", False)["uplift"]), "this is a message."),
    ]


@BANK.question(
    "call_more", "In which age group does a call add most appointments to what a message brings?", options=tuple(AGES)
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    by = {name: found.set_index("group")["uplift"] for name, found in trials(case).items()}
    more = by["call"] - by["message"]
    right = str(more.idxmax())
    others = [
        Slip(
            name,
            f"{by['call'][name]:.3f} by a call, {by['message'][name]:.3f} by a message in {name}: another group gains more "
            "by the change of channel.",
        )
        for name in AGES
        if name != right
    ]
    return right, [*others, Slip("all alike", "the differences between the groups are many times their rounding.")]


@BANK.question(
    "plan_gain",
    "Which gain does the plan promise under 60 hours, 15,000 yuan and 30 days between contacts?",
    unit="yuan",
    tolerance=300,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    plan, rows = best(case), offers(case)
    return plan.gain, [
        Slip(greedy(case).gain, "this takes the highest gain first; let the linear programme choose."),
        Slip(
            plan.gain + float(plan.contacts["cost"].sum()), "the gain is net: the cost of the contacts is off already."
        ),
        Slip(without_pause(case).gain, "the 30 days between two contacts are left out: cadence_days=30."),
        Slip(contacts.plan(rows, budget=BUDGET, cadence_days=PAUSE).gain, "the agents' hours are left out: hours=60."),
    ]


@BANK.question(
    "planning_adds",
    "By which share does the plan promise more than taking the highest gain first?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    made, plain, old = best(case).gain, greedy(case).gain, float(important_first(case)["gain"].sum())
    return made / plain - 1, [
        Slip(made / old - 1, "this is against the important first; compare with the highest gain first."),
        Slip(made - plain, "this is in yuan; divide by the gain of the highest gain first."),
        Slip(made / plain, "this is the ratio; take off 1."),
    ]


@BANK.question(
    "hour_worth", "What would one more agents' hour bring, by the plan?", unit="yuan, at the margin", tolerance=5.0
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    plan = best(case)
    calls = plan.contacts[plan.contacts["channel"] == "call"]
    return float(plan.limits.loc["hours", "price"]), [
        Slip(
            float(calls["gain"].mean() * 60 / minutes_a_target(case)),
            "this is what an hour brings on average; the next one finds customers whom a message would move as well.",
        ),
        Slip(plan.gain / HOURS, "this puts the messages' gain down to the hours."),
        Slip(float(plan.limits.loc["budget", "price"]), "this is the price of a yuan."),
    ]


@BANK.question(
    "pause_cost", "What does the pause of 30 days cost, by the promises of both plans?", unit="yuan", tolerance=300
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    free, plan = without_pause(case), best(case)
    real = brings(case, free.contacts, case.truth) - brings(case, plan.contacts, case.truth) if case.truth else 0.0
    return free.gain - plan.gain, [
        Slip(free.gain, "this is the promise without the pause; take off the one with it."),
        Slip(plan.gain - free.gain, "the sign is turned round: a limit can only cost."),
        Slip(real, "this is the difference in truth; the question asks for the promises."),
        Slip(float(plan.left_out["too soon"]), "this is the number of contacts that were too soon."),
    ]


WAYS = (IMPORTANT, "highest gain first", "the plan", "the plan without a pause")


@BANK.question(
    "which_way",
    "Which way promises most, if contacts within the pause count with what the test saw there?",
    options=WAYS,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    told = {name: float(promise(case, chosen, tired=True)["gain"]) for name, chosen in ways(case).items()}
    right = max(told, key=lambda name: told[name])
    says = {
        IMPORTANT: "who brought most need not be moved most; compare what each way promises.",
        "highest gain first": "it calls those for whom a message does nearly as much; compare what each way promises.",
        "the plan": "on these data another way promises more; compare all four.",
        "the plan without a pause": "it counts on effects after a pause where there is none: tired=True.",
    }
    return right, [Slip(name, says[name]) for name in WAYS if name != right]


def profit(case: Case, answer: Any) -> float:
    """What this way brings in truth, yuan; that some ask never to be called again is not counted."""
    chosen, name = ways(case), str(answer).strip().lower()
    if name not in chosen:
        raise ValueError(f"there is no way {name!r}; there are {', '.join(chosen)}")
    return brings(case, chosen[name], case.truth)


def most(case: Case) -> str:
    """The way that brings most, if one knew."""
    return max(WAYS, key=lambda name: profit(case, name))


DECISION = Decision(
    "which_way",
    "yuan",
    profit,
    naive=IMPORTANT,
    naive_says="call those who brought most, as the team leader says",
    best=most,
)


@BANK.question("real_gain", "Which gain does this plan bring in truth?", unit="yuan", tolerance=300, truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    plan = best(case)
    real = brings(case, plan.contacts, case.truth)
    return real, [
        Slip(plan.gain, "this is what was promised."),
        Slip(plan.gain - real, "this is by how much the promise was too high."),
        Slip(brings(case, greedy(case).contacts, case.truth), "this is what the highest gain first brings."),
        Slip(brings(case, important_first(case), case.truth), "this is what the important first brings."),
        Slip(float(promise(case, plan.contacts)["low"]), "this is the lower end of the promise."),
    ]
