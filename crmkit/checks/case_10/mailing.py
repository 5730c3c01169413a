"""Questions of parts 5 and 6: whom to write to, and what the envelope says."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import segments, targeting
from crmkit.checks.case_10.steps import cost, pilot, plan, true_gain, worth
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


def _named(contacts: pd.Series) -> frozenset[str]:
    return frozenset(contacts.index[contacts > 0]) - {"in all"}


@BANK.question(
    "loyal_uplift",
    "How many purchases more does one mailing bring from a loyal member?",
    unit="purchases",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = pilot(case)
    found = targeting.trial(people, outcome="purchases", group="segment").set_index("group")
    loyal, everyone = found.loc["loyal"], targeting.trial(people, outcome="purchases").iloc[0]
    return float(loyal["uplift"]), [
        Slip(
            float(loyal["treated_mean"]),
            "this is what they bought with the mailing; without it they would have bought, too. Take off the control.",
        ),
        Slip(
            float(loyal["uplift"] / loyal["control_mean"]),
            "this is the rise as a share of the control; the question asks for purchases.",
        ),
        Slip(
            float(loyal["treated_mean"] / loyal["control_mean"]), "this is a ratio; the question asks for a difference."
        ),
        Slip(float(everyone["uplift"]), "this is the mean over all segments; take the loyal."),
    ]


@BANK.question("mail_whom", "To which segments do you write, at 12 yuan a mailing and 9,600 yuan in all? Give a list.")
def _(case: Case) -> tuple[Any, list[Slip]]:
    trial = targeting.trial(pilot(case), outcome="purchases", group="segment").set_index("group")
    response = (trial["treated_mean"] * worth(case) - cost(case)).sort_values(ascending=False)
    values = segments.summary(segments.rfm(case.transactions))["mean"].sort_values(ascending=False)
    return _named(plan(case)["contacts"]), [
        Slip(
            frozenset(response.index[response > 0]),
            "all sales after the mailing are put down to it; most would have come anyway. Use the difference to the control.",
        ),
        Slip(
            frozenset(["champions"]),
            "champions buy most, with the mailing and without; what counts is what the mailing changes.",
        ),
        Slip(
            frozenset(values.index[:2]),
            "these are the most valuable members so far; what counts is what the mailing changes.",
        ),
        Slip(
            frozenset(trial.index[trial["uplift"] > 0]),
            "a rise alone does not pay: its margin must be more than the cost.",
        ),
    ]


@BANK.question("plan_gain", "Which gain does the pilot promise for this plan?", unit="yuan", tolerance=5.0)
def _(case: Case) -> tuple[Any, list[Slip]]:
    total = plan(case).loc["in all"]
    return float(total["gain"]), [
        Slip(float(total["gain"] + total["cost"]), "this is the extra margin; take off what the mailings cost."),
        Slip(float(total["cost"]), "this is what the mailings cost."),
        Slip(float(total["high"]), "this is the upper end of the interval."),
        Slip(float(total["low"]), "this is the lower end of the interval."),
    ]


@BANK.question("real_gain", "Which gain does this plan bring in truth?", unit="yuan", tolerance=5.0, truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    gain, mine = true_gain(case), plan(case)
    contacts, promised = mine["contacts"].drop("in all"), float(mine.loc["in all", "gain"])
    real = float((contacts * gain).sum())
    return real, [
        Slip(promised, "this is what the pilot promised; put the true gain of a mailing in its place."),
        Slip(promised - real, "this is by how much the promise was too high."),
        Slip(real + float(mine.loc["in all", "cost"]), "this is the extra margin; take off what the mailings cost."),
        Slip(float(contacts.sum() * gain.mean()), "this takes the mean over all segments; take those in the plan."),
    ]
