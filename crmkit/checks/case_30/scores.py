"""Questions of parts 2 and 3: who responds, what that saves, and what the letter changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import targeting
from crmkit.checks.case_30.claims import HELD
from crmkit.checks.case_30.steps import COSTS, chances, features, pilot, trials, uplifts, worth_by_age
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import response
from crmkit.worlds import Case

BANK = Bank()
TOP = 500


def _asked(case: Case) -> tuple[pd.DataFrame, pd.Series]:
    """Those written to, and their scores by models that did not see their answer."""
    people = pilot(case, "letter")
    asked = people[people["treated"]].set_index("customer_id")
    return asked, chances(case, "letter").loc[asked.index]


@BANK.question(
    "tenth_lift",
    "How many times as often as all who got a letter does the best tenth by score take a loan?",
    unit="times, two decimals",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    asked, score = _asked(case)
    best = targeting.gains(score, asked["responded"], bins=10).iloc[0]
    known = features(case).loc[asked.index]
    own = response.fit(known, asked["responded"], seed=1).score(known)
    return float(best["lift"]), [
        Slip(float(best["captured"]), "this is the share of all loans in the best tenth; divide by a tenth."),
        Slip(
            float(best["lift"] * asked["responded"].mean()),
            "this is their response rate; divide by that of all who got a letter.",
        ),
        Slip(
            float(targeting.gains(own, asked["responded"], bins=10)["lift"].iloc[0]),
            "this score was judged on the customers it was made from; take scores of models that did not see them.",
        ),
    ]


@BANK.question(
    "mail_less",
    "Which share of the mail does the score save at 97 % of the response, against customers drawn by lot?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    asked, score = _asked(case)

    def saved(at: float) -> response.MailSaved:
        return response.mail_saved(score, asked["responded"], at_response=at, seed=1)

    right = saved(HELD)
    return right.saved, [
        Slip(1 - right.new_share, "against mailing everybody; a lot would reach 97 % with 97 % of the mail."),
        Slip(right.new_share, "this is the share that is still mailed."),
        Slip(right.high, "this is the upper end of the interval."),
        Slip(saved(0.8).saved, "this is at 80 % of the response; the question asks for 97 %."),
        Slip(0.4, "this is what the case reports; compute it for this bank."),
    ]


@BANK.question(
    "too_high",
    "All chances of a score are made twice as high as they should be, in log-odds by the same amount. What does that do?",
    options=(
        "the list comes in another order",
        "the order stays, but the cut by money goes too far down the list",
        "nothing: only the order matters",
        "the best tenth shows twice the lift",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "the order stays, but the cut by money goes too far down the list", [
        Slip("the list comes in another order", "a shift of all log-odds moves nobody past another."),
        Slip(
            "nothing: only the order matters",
            "for gains, yes; but who is worth 10 dollars is decided by chance x value, and that is now too high.",
        ),
        Slip("the best tenth shows twice the lift", "lift compares who took a loan, not what was predicted."),
    ]


@BANK.question(
    "letter_uplift", "How many loans more does one letter bring, over all in the pilot?", unit="loans", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = pilot(case, "letter")
    found = targeting.trial(people, outcome="responded").iloc[0]
    loans = people.groupby("treated")["responded"].sum()
    return float(found["uplift"]), [
        Slip(
            float(found["treated_mean"]),
            "so many with the letter; some would have come without it. Take off those held back.",
        ),
        Slip(
            float(found["treated_mean"] / found["control_mean"]), "this is a ratio; the question asks for a difference."
        ),
        Slip(float(loans[True] - loans[False]), "these are sums; the two arms differ in size, so compare means."),
        Slip(float(found["low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "same_list",
    "Of the 500 in the pilot with the highest chance of a loan, which share are also among the 500 with the highest uplift?",
    unit="share",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    who = pilot(case, "letter")["customer_id"]
    table = pd.DataFrame(
        {
            "chance": chances(case, "letter").loc[who],
            "uplift": uplifts(case, "letter").loc[who],
        }
    )
    tops = [set(table[name].nlargest(TOP).index) for name in table]
    both = len(tops[0] & tops[1])
    return both / TOP, [
        Slip(float(both), "this is a number of customers; divide by 500."),
        Slip(1 - both / TOP, "these are on one list only."),
        Slip(both / len(tops[0] | tops[1]), "divided by all who are on either list; divide by 500."),
        Slip(float(table.corr().iloc[0, 1]), "this is the correlation of the scores, not a share of the list."),
        Slip(TOP / len(who), "two lists drawn by lot would share so much."),
    ]


@BANK.question(
    "old_letter_gain",
    "What does one letter to a customer of 65 or more bring, net of its cost, by the pilot?",
    unit="dollars",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, value = trials(case)["letter"].set_index("group"), worth_by_age(case)
    old, cost = found.loc["65+"], COSTS["letter"]
    return float(old["uplift"] * value["65+"] - cost), [
        Slip(
            float(old["treated_mean"] * value["65+"] - cost),
            "this puts all their loans down to the letter; take off those of the held back.",
        ),
        Slip(float(old["uplift"] * value["65+"]), "take off what the letter costs."),
        Slip(
            float(old["uplift"] * np.mean(list(value)) - cost),
            "this takes the worth of a loan over all groups; the old borrow less.",
        ),
        Slip(float(old["high"] * value["65+"] - cost), "this is the upper end of the interval."),
    ]
