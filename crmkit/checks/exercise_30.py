"""Questions of exercise 30: the methods of case 30 on a bank of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a charity that writes to its
donors and visits them).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crmkit import targeting
from crmkit.checks.case_30.steps import CALL, LETTER, MARGIN, ages
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import contacts, response
from crmkit.worlds import Bank as BankWorld
from crmkit.worlds import Case

BANK = Bank()
HOUSE = BankWorld.preset(
    "home_equity",
    customers=2_400,
    months=4,
    existing_share=1.0,
    online=None,
    lines=None,
    campaigns=(replace(LETTER, day=20, response_days=40), replace(CALL, day=60, response_days=40)),
)
DONORS, VISIT_MINUTES = 150, 90.0
LIMITS = {"hours": 40.0, "budget": 400.0}  # of the charity: visitors' hours, money
COSTS = {"letter": 2.0, "visit": 6.0}
LETTER_COST = LETTER.cost


def case(seed: int) -> Case:
    """The two pilots of a bank of one's own, with last year's score, and the donors of a charity."""
    bank, scores, charity = np.random.default_rng(seed).spawn(3)
    drawn = HOUSE.draw(bank)
    people = drawn.contacts.merge(drawn.customers[["customer_id", "age", "income"]], on="customer_id")
    people = people.assign(responded=people["responded"].astype(float), group=ages(people["age"]))
    odds = np.log(drawn.truth.contacts["p_with"]) + 0.6 * scores.standard_normal(len(people))
    tables = {
        name: people[people["campaign"] == name].drop(columns="campaign").reset_index(drop=True)
        for name in ("letter", "call")
    }
    tables["letter"]["score"] = np.exp(odds[people["campaign"] == "letter"]).round(4).to_numpy()
    return Case(tables | _charity(charity), name="exercise-30", seed=seed)


def _charity(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """A test letter to donors, and what letters and visits are expected to bring from those asked next."""
    lapsed = rng.random(1_200) < 0.5
    treated = rng.random(1_200) < 0.5
    gives = rng.random(1_200) < np.where(lapsed, 0.04 + 0.07 * treated, 0.30 + 0.02 * treated)
    gift = np.where(gives, rng.gamma(4.0, np.where(lapsed, 10.0, 15.0)), 0.0).round(2)
    donors = pd.DataFrame({"donor": np.where(lapsed, "lapsed", "regular"), "treated": treated, "gift": gift})
    by_letter = rng.gamma(2.0, 4.0, DONORS)
    by_visit = 1.5 * by_letter + rng.gamma(1.0, 15.0, DONORS)
    rows = {
        name: pd.DataFrame({"customer_id": np.arange(DONORS), "channel": name, "gain": (value - COSTS[name]).round(2)})
        for name, value in (("letter", by_letter), ("visit", by_visit))
    }
    asked = pd.concat(rows.values(), ignore_index=True)
    visit = asked["channel"] == "visit"
    return {
        "donors": donors,
        "asked": asked.assign(minutes=np.where(visit, VISIT_MINUTES, 0.0), cost=asked["channel"].map(COSTS)),
    }


@BANK.question(
    "letter_uplift", "How many loans more does one letter bring, over all in the pilot?", unit="loans", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = targeting.trial(case.letter, outcome="responded").iloc[0]
    loans = case.letter.groupby("treated")["responded"].sum()
    return float(found["uplift"]), [
        Slip(float(found["treated_mean"]), "so many with the letter; take off those who came without it."),
        Slip(
            float(found["treated_mean"] / found["control_mean"]),
            "this is a ratio; the question asks for a difference.",
        ),
        Slip(float(loans[True] - loans[False]), "these are sums; the two arms differ in size, so compare means."),
        Slip(float(found["high"]), "this is the upper end of the interval."),
    ]


def _asked(case: Case) -> pd.DataFrame:
    return case.letter[case.letter["treated"]]


@BANK.question(
    "tenth_lift",
    "How many times as often as all who got a letter does the best tenth by last year's score take a loan?",
    unit="times, two decimals",
    tolerance=0.006,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    asked = _asked(case)
    best = targeting.gains(asked["score"], asked["responded"], bins=10).iloc[0]
    everyone = targeting.gains(case.letter["score"], case.letter["responded"], bins=10)["lift"].iloc[0]
    return float(best["lift"]), [
        Slip(float(best["captured"]), "this is the share of all loans in the best tenth; divide by a tenth."),
        Slip(
            float(best["lift"] * asked["responded"].mean()),
            "this is their response rate; divide by that of all who got a letter.",
        ),
        Slip(float(everyone), "this includes those held back; take those who got a letter."),
    ]


@BANK.question(
    "mail_less",
    "Which share of the mail does the score save at 80 % of the response, against customers drawn by lot?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    asked = _asked(case)
    found = response.mail_saved(asked["score"], asked["responded"], at_response=0.8, seed=1, resamples=20)
    return found.saved, [
        Slip(1 - found.new_share, "against mailing everybody; a lot would reach 80 % with 80 % of the mail."),
        Slip(found.new_share, "this is the share that is still mailed."),
        Slip(found.new_share / 0.8, "this is what is left of the mail; the question asks for what is saved."),
    ]


@BANK.question(
    "half_auc",
    "A vendor promises 90 % of the willing with half the mail. Which AUC does that take at your response rate?",
    unit="AUC, four decimals",
    tolerance=0.0002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rate = float(_asked(case)["responded"].mean())
    return response.least_auc(0.9, share=0.5, base_rate=rate), [
        Slip(
            response.least_auc(0.97, share=0.6, base_rate=rate),
            "this is the claim of the case: 97 % with 60 % of the mail.",
        ),
        Slip(
            response.least_auc(0.9, share=0.5, base_rate=float(case.letter["responded"].mean())),
            "this rate includes those held back; take those who got a letter.",
        ),
        Slip(0.9 / 0.5, "this is the lift; the question asks for the AUC behind it."),
    ]


@BANK.question(
    "call_more",
    "How many loans more than a letter does a call bring, among those of 65 and more?",
    unit="loans",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    old = {
        name: targeting.trial(table[table["group"] == "65+"], outcome="responded").iloc[0]
        for name, table in (("letter", case.letter), ("call", case.call))
    }
    everyone = [targeting.trial(table, outcome="responded")["uplift"].iloc[0] for table in (case.letter, case.call)]
    return float(old["call"]["uplift"] - old["letter"]["uplift"]), [
        Slip(float(old["call"]["uplift"]), "this is what a call changes; take off what a letter changes."),
        Slip(
            float(old["call"]["treated_mean"] - old["letter"]["treated_mean"]),
            "these are responses; the two pilots' held-back differ, so compare what each changed.",
        ),
        Slip(float(everyone[1] - everyone[0]), "this is over all ages; take those of 65 and more."),
    ]


@BANK.question(
    "letter_gain",
    "What does one letter bring over all in the pilot, net of its 10 dollars, if a loan earns 0.7 % of its amount?",
    unit="dollars",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    earned = case.letter.assign(earned=case.letter["loan"] * MARGIN)
    found = targeting.trial(earned, outcome="earned").iloc[0]
    return float(found["uplift"] - LETTER_COST), [
        Slip(
            float(found["treated_mean"] - LETTER_COST),
            "all loans with a letter are put down to it; take off those of the held back.",
        ),
        Slip(float(found["uplift"]), "take off what the letter costs."),
        Slip(float(found["uplift"] / MARGIN - LETTER_COST), "this is the amount lent; the bank earns 0.7 % of it."),
    ]


@BANK.question(
    "lapsed_gain",
    "A charity: what does one letter to a lapsed donor bring, net of its 2 euros?",
    unit="euros",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = targeting.trial(case.donors, outcome="gift", group="donor").set_index("group")
    lapsed, cost = found.loc["lapsed"], COSTS["letter"]
    return float(lapsed["uplift"] - cost), [
        Slip(float(lapsed["treated_mean"] - cost), "some would have given without it; take off those held back."),
        Slip(float(lapsed["uplift"]), "take off what the letter costs."),
        Slip(float(found.loc["regular", "uplift"] - cost), "these are the regular donors."),
    ]


@BANK.question(
    "visit_plan",
    "Which gain does the best plan of letters and visits bring in 40 visitors' hours and 400 euros?",
    unit="euros",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    best = contacts.plan(case.asked, **LIMITS)
    return best.gain, [
        Slip(
            contacts.greedy(case.asked, **LIMITS).gain, "this takes the highest gain first; let the programme choose."
        ),
        Slip(best.gain + float(best.contacts["cost"].sum()), "the gain is net already: the costs are off."),
        Slip(contacts.plan(case.asked, budget=LIMITS["budget"]).gain, "the visitors' hours are left out: hours=40."),
    ]


@BANK.question(
    "visit_hour", "What would one more visitors' hour bring there?", unit="euros, at the margin", tolerance=0.05
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    best = contacts.plan(case.asked, **LIMITS)
    visits = best.contacts[best.contacts["channel"] == "visit"]
    price = float(best.limits.loc["hours", "price"])
    return price, [
        Slip(
            float(visits["gain"].mean() * 60 / VISIT_MINUTES),
            "this is what an hour of visits brings on average; the next one finds worse donors, who would get a letter.",
        ),
        Slip(best.gain / LIMITS["hours"], "this puts the letters' gain down to the hours."),
        Slip(price * VISIT_MINUTES / 60, "this is one more visit; it takes an hour and a half."),
    ]
