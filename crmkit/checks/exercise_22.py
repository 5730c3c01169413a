"""Questions of exercise 22: the methods of case 22 on an operator of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a chain of fitness clubs whose
members renew by the year, with a trial of a free month).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crmkit import clv, segments, targeting
from crmkit.checks.case_22.steps import COST, HOSTING, LOT, MARGIN, MONTHS, WORLD, effects
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import churn
from crmkit.worlds import Case

BANK = Bank()
CUSTOMERS, CONTRACTS, MEMBERS, TRIED = 900, 500, 800, 1_200
FEE, CLUB_MARGIN, CALL, MOVED, FREE_MONTH = (
    480.0,
    240.0,
    6.0,
    0.15,
    25.0,
)  # of the club: money a year; of a call; share; money
DISCOUNT = 0.10


def case(seed: int) -> Case:
    """An operator with its bills of the last year and its trial, hosting contracts, and the members of a fitness club."""
    mobile, host, club = np.random.default_rng(seed).spawn(3)
    # Each student's market has a war and an offer of its own strength.
    war, works = mobile.uniform(0.4, 1.0), mobile.uniform(-1.3, -0.5)
    world = replace(
        WORLD,
        customers=CUSTOMERS,
        opening_share=1.0,
        months=16,
        price_war=replace(WORLD.price_war, log_odds=war),
        offer=replace(WORLD.offer, postpaid=works, prepaid=works / 4),
        reasons=WORLD.reasons[2:3],
    )
    drawn = world.draw(mobile)
    people = drawn.customers.set_index("customer_id")[["firm", "brand", "prepaid", "left"]]
    months = drawn.months[["customer_id", "month", "bill"]]
    trial = drawn.offers[["customer_id", "treated"]].join(people[["brand", "prepaid", "left"]], on="customer_id")
    gone = trial["left"] < LOT + pd.DateOffset(months=MONTHS)
    before = months[months["month"].between(LOT - pd.DateOffset(months=MONTHS), LOT, inclusive="left")]
    trial["bill"] = trial["customer_id"].map(before.groupby("customer_id")["bill"].mean()).fillna(0.0)
    trial["group"] = np.where(trial["prepaid"], "prepaid", "postpaid")
    trial = trial.assign(leaves=gone.astype(float), stays=(~gone).astype(float))
    return Case(
        {
            "bills": months.groupby("customer_id", as_index=False)["bill"].sum().join(people["firm"], on="customer_id"),
            "trial": trial.drop(columns=["prepaid", "left"]),
            "contracts": _contracts(host),
            **_club(club),
        },
        name="exercise-22",
        seed=seed,
    )


def _contracts(rng: np.random.Generator) -> pd.DataFrame:
    """Renewals of hosting contracts so far: terms, left."""
    line = HOSTING.lines[1]
    law = clv.ShiftedBetaGeometric(line.alpha * rng.uniform(0.8, 1.2), line.beta * rng.uniform(0.6, 1.2))
    return law.draw(rng.integers(1, 8, CONTRACTS), seed=rng).reset_index(names="contract_id")


def _club(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Members of a club who renewed or not, those due next, and a trial of a free month."""
    law = clv.ShiftedBetaGeometric(rng.uniform(0.9, 1.3), rng.uniform(1.5, 2.5))
    seen = law.draw(rng.integers(1, 7, MEMBERS), seed=rng).reset_index(names="member_id")
    treated = rng.random(TRIED) < 0.5
    visits = rng.choice(["rare", "often"], TRIED, p=[0.4, 0.6])
    chance = (
        np.where(visits == "rare", 0.45, 0.25) - np.where(visits == "rare", 0.03, rng.uniform(0.05, 0.12)) * treated
    )
    left = rng.random(TRIED) < chance
    tried = pd.DataFrame({"visits": visits, "treated": treated, "stays": (~left).astype(float)})
    return {"members": seen, "free_month": tried}


def _uplift(case: Case, group: str) -> pd.Series:
    return targeting.trial(case.trial, outcome="stays", group="group").set_index("group").loc[group]


@BANK.question(
    "top_tenth_money",
    "Which share of the bills does the best tenth of the customers pay?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    bills = case.bills.set_index("customer_id")["bill"]
    firm = case.bills["firm"].to_numpy()
    found = segments.concentration(bills)
    return found.top_tenth, [
        Slip(found.gini, "this is the Gini index; read the curve at a tenth of the customers."),
        Slip(float(bills[firm].sum() / bills.sum()), "this is what the firms pay; the best tenth holds people, too."),
        Slip(segments.concentration(bills[~firm]).top_tenth, "this is the best tenth of the people; take firms in."),
        Slip(found.half, "this is the share of customers that pays half."),
    ]


@BANK.question(
    "kept_postpaid",
    "Of 100 postpaid customers, how many more stayed with the offer than without?",
    unit="customers, two decimals",
    tolerance=0.006,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    post, pre = _uplift(case, "postpaid"), _uplift(case, "prepaid")
    return float(100 * post["uplift"]), [
        Slip(float(100 * post["treated_mean"]), "so many stayed with it; most of them would have stayed anyway."),
        Slip(float(100 * pre["uplift"]), "these are the prepaid."),
        Slip(float(100 * post["high"]), "this is the upper end of the interval."),
        Slip(
            float(100 * post["uplift"] / (1 - post["control_mean"])), "this is the share of the leavers that was kept."
        ),
    ]


@BANK.question(
    "after_five",
    "Of 100 new hosting contracts, how many are still there after 5 renewals, by the fitted law?",
    unit="contracts, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    fit = clv.fit_sbg(case.contracts)
    alone = clv.project(fit, case.contracts, terms=5).loc[5, "geometric"]
    law = fit.model
    return 100 * float(law.survival([5])[0]), [
        Slip(100 * float(alone), "this takes one rate of renewal for all; the weak go first."),
        Slip(100 * float(law.retention([1])[0]) ** 5, "the first renewal is the worst one; later ones are better."),
        Slip(100 * float(law.survival([4])[0]), "this is after four renewals."),
    ]


@BANK.question(
    "claimed_month",
    "Suppose the lot's share of prepaid customers who left within three months, held back, were the same each month: which "
    "share would leave in a year?",
    unit="share",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    stays = float(_uplift(case, "prepaid")["control_mean"])
    return 1 - stays**4, [
        Slip(4 * (1 - stays), "who has left cannot leave again: shares that stay multiply."),
        Slip(stays**4, "this is the share that stays for a year."),
        Slip(1 - stays ** (1 / 3), "this is one month."),
        Slip(1 - float(_uplift(case, "postpaid")["control_mean"]) ** 4, "these are the postpaid."),
    ]


@BANK.question(
    "offer_gain",
    f"What does one offer bring among the postpaid of the trial, at {COST} yuan, if a kept customer is worth {MARGIN:.0%} of "
    "twelve of their mean bills?",
    unit="yuan",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    own = case.trial[case.trial["group"] == "postpaid"]
    value, kept = 12 * MARGIN * float(own["bill"].mean()), float(_uplift(case, "postpaid")["uplift"])
    return kept * value - COST, [
        Slip(kept * value, "take off what the offer costs."),
        Slip(kept * value / MARGIN - COST, "these are bills; 40 % of them is margin."),
        Slip(
            (1 - float(_uplift(case, "postpaid")["control_mean"])) * value - COST, "this takes every leaver for kept."
        ),
        Slip(
            kept * 12 * MARGIN * float(case.trial["bill"].mean()) - COST,
            "this is the mean bill of all; take the postpaid.",
        ),
    ]


@BANK.question(
    "offers_that_pay",
    "If each customer of the trial left with the chance of those held back in their group: what do offers to all for whom they "
    "pay bring (effects by group, worth as before)?",
    unit="yuan",
    tolerance=5.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.trial.set_index("customer_id")
    control = rows[~rows["treated"]].groupby("group")["leaves"].mean()
    found = effects(case.trial)
    chance = rows["group"].map(control)
    same = {"error": rows["group"].map(found["error"]), "value": 12 * MARGIN * rows["bill"]}
    offer = churn.retention_offer(chance, effect=rows["group"].map(found["effect"]), cost=float(COST), **same)
    return offer.gain, [
        Slip(offer.gain_of_all, "this is an offer to everyone; leave out those for whom it costs more than it keeps."),
        Slip(offer.gain + COST * offer.offered, "take off what the offers cost."),
        Slip(offer.high, "this is the upper end of the interval."),
    ]


@BANK.question(
    "club_free_month",
    f"A fitness club: what does a free month ({FREE_MONTH:.0f} euros) bring from a member who comes often, if one kept earns "
    f"{CLUB_MARGIN:.0f} euros?",
    unit="euros, two decimals",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = targeting.trial(case.free_month, outcome="stays", group="visits").set_index("group")
    often, rare = found.loc["often"], found.loc["rare"]
    return float(often["uplift"] * CLUB_MARGIN - FREE_MONTH), [
        Slip(float(often["uplift"] * CLUB_MARGIN), "take off what the free month costs."),
        Slip(
            float(rare["uplift"] * CLUB_MARGIN - FREE_MONTH),
            "these are the likeliest to leave; the question asks of the others.",
        ),
        Slip(float((1 - often["control_mean"]) * CLUB_MARGIN - FREE_MONTH), "this takes every leaver for kept."),
        Slip(float(often["uplift"] * FEE - FREE_MONTH), "this is the fee; half of it is earned."),
    ]


def _reminded(case: Case) -> pd.DataFrame:
    here = case.members[~case.members["left"]].set_index("member_id")["terms"]
    fit = clv.fit_sbg(case.members)
    return clv.reminders(here, fit, margin=CLUB_MARGIN, saves=MOVED, cost=CALL, discount=DISCOUNT)


@BANK.question(
    "club_calls",
    f"A call costs {CALL:.0f} euros and moves {MOVED:.0%} of those about to leave: what do calls to the 100 members bring for "
    "whom they bring most?",
    unit="euros",
    tolerance=2.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _reminded(case)
    best = float(found["gain"].nlargest(100).sum())
    worth = found["leaves"] * found["worth_of_renewed"] * MOVED - CALL
    return best, [
        Slip(best + 100 * CALL, "take off what the calls cost."),
        Slip(float(found["gain"].sum()), "this calls everyone."),
        Slip(float(worth.nlargest(100).sum()), "who was about to go is worth less than one that renews by itself."),
    ]


@BANK.question(
    "club_least",
    "Which share of those about to leave must such a call move, in a member of one renewal, to pay?",
    unit="share",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    fit = clv.fit_sbg(case.members)
    found = clv.reminders(pd.Series([1, 0]), fit, margin=CLUB_MARGIN, saves=1.0, cost=CALL, discount=DISCOUNT)
    one, new = found.iloc[0], found.iloc[1]
    return float(one["break_even"]), [
        Slip(float(CALL / one["worth"]), "most would renew anyway: divide by the chance to leave as well."),
        Slip(
            float(CALL / (one["leaves"] * one["worth_of_renewed"])),
            "one saved is worth less than one that renews by itself.",
        ),
        Slip(float(new["break_even"]), "this is a member before the first renewal."),
    ]
