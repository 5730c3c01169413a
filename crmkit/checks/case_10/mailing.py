"""Questions of parts 5 and 6: whom to write to, and what the envelope says."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import segments, targeting
from crmkit.checks.case_10.replay import REPLAYS, replays
from crmkit.checks.case_10.steps import BUDGET, cost, pilot, plan, rfm, sizes, true_gain, worth
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


NOBODY = (
    "the interval holds 0, so nobody can be argued for; say so in the memo. The question goes by the best estimate."
)


def _spent(case: Case, gain: pd.Series) -> pd.Series:
    """Contacts if the budget goes to the highest of these gains."""
    known = pd.DataFrame({name: gain for name in ("gain", "low", "high")})
    return targeting.spend(known, sizes=sizes(case), cost=cost(case), budget=BUDGET)["contacts"]


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


@BANK.question(
    "mail_whom",
    "To which segments do you write, at 12 yuan a mailing and 9,600 yuan in all, if you go by the best estimate and write only where it is above 0? Give a list.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    trial = targeting.trial(pilot(case), outcome="purchases", group="segment").set_index("group")
    response = (trial["treated_mean"] * worth(case) - cost(case)).sort_values(ascending=False)
    values = segments.summary(rfm(case))["mean"].sort_values(ascending=False)
    return _named(plan(case)["contacts"]), [
        Slip(
            frozenset(response.index[response > 0]),
            "all sales after the mailing are put down to it; most would have come anyway. Use the difference to the control.",
        ),
        Slip(
            _named(_spent(case, response)),
            "this spends the whole budget. Either the control was forgotten, or money was spent because it was there.",
        ),
        Slip(frozenset(), NOBODY),
        Slip(frozenset(["nobody"]), NOBODY),
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


@BANK.question("plan_gain", "Which gain does the pilot promise for this plan?", unit="yuan", tolerance=35.0)
def _(case: Case) -> tuple[Any, list[Slip]]:
    total = plan(case).loc["in all"]
    return float(total["gain"]), [
        Slip(float(total["gain"] + total["cost"]), "this is the extra margin; take off what the mailings cost."),
        Slip(float(total["cost"]), "this is what the mailings cost."),
        Slip(float(total["high"]), "this is the upper end of the interval."),
        Slip(float(total["low"]), "this is the lower end of the interval."),
    ]


@BANK.question("real_gain", "Which gain does this plan bring in truth?", unit="yuan", tolerance=35.0, truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    gain, mine = true_gain(case), plan(case)
    contacts, promised = mine["contacts"].drop("in all"), float(mine.loc["in all", "gain"])
    real = float((contacts * gain).sum())
    return real, [
        Slip(promised, "this is what the pilot promised; put the true gain of a mailing in its place."),
        Slip(promised - real, "this is by how much the promise was too high."),
        Slip(real + float(mine.loc["in all", "cost"]), "this is the extra margin; take off what the mailings cost."),
        Slip(
            BUDGET / cost(case) * float(gain["loyal"]),
            "this spends the whole budget on the loyal; there are fewer of them.",
        ),
        Slip(float(contacts.sum() * gain.mean()), "this takes the mean over all segments; take those in the plan."),
    ]


@BANK.question(
    "champions_join",
    "Below which cost of a mailing do the champions join the list?",
    unit="yuan",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    trial = targeting.trial(pilot(case), outcome="purchases", group="segment").set_index("group")
    value = trial[["uplift", "treated_mean"]].mul(worth(case), axis=0)
    return float(value.loc["champions", "uplift"]), [
        Slip(float(value.loc["champions", "treated_mean"]), "this puts all their purchases down to the mailing."),
        Slip(float(value.loc["loyal", "uplift"]), "this is the break-even of the loyal."),
        Slip(cost(case), "at this cost they are not on the list."),
    ]


@BANK.question(
    "margin_may_fall",
    "By which share may the margin fall before a mailing to the loyal stops paying?",
    unit="share",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    trial = targeting.trial(pilot(case), outcome="purchases", group="segment").set_index("group")
    value = float(trial.loc["loyal", "uplift"] * worth(case)["loyal"])
    share = cost(case) / value
    return 1 - share, [
        Slip(share, "to this share of today's margin; the question asks for the fall."),
        Slip(value / cost(case) - 1, "divide by the margin of today, not by the cost."),
        Slip(0.2, "at a fall of one fifth it still pays."),
    ]


@BANK.question(
    "interval_says",
    "The 95 % interval of the plan's gain runs from a loss to a gain. What does that say?",
    options=(
        "the plan has no effect",
        "the pilot cannot rule out that the plan loses money",
        "the plan gains with a chance of 95 %",
        "95 % of the loyal bring a gain between these ends",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "the pilot cannot rule out that the plan loses money", [
        Slip(
            "the plan has no effect",
            "not shown is not absent: gains of twice the estimate lie in the interval as well.",
        ),
        Slip(
            "the plan gains with a chance of 95 %",
            "the interval holds losses too; it says nothing of the chance of a gain.",
        ),
        Slip(
            "95 % of the loyal bring a gain between these ends",
            "it is about the mean of the segment, not about members.",
        ),
    ]


@BANK.question(
    "fell_short",
    "In how many of 24 other firms does the pilot's plan bring less than it promised?",
    unit="firms",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = replays(REPLAYS)
    short = int((found["brought"] < found["promised"]).sum())
    more = int((found["brought"] > found["promised"]).sum())
    tie = len(found) - short - more
    return short, [
        Slip(short + tie, "this counts firms whose plan writes to nobody; they promise 0 and keep it."),
        Slip(len(found) - short, "these do not fall short: they bring more, or write to nobody."),
        Slip(more, "these bring more than promised, which is also how many lose money; count those below the promise."),
        Slip(len(found) // 2, "that is what one expects without choosing; the plan takes what looks best."),
    ]
