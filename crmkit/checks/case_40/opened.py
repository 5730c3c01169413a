"""Questions of part 6: what the envelope says."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_40.mails import LEAST
from crmkit.checks.case_40.risk import served
from crmkit.checks.case_40.steps import HUMAN, SERVICE, cost, held_out, margins, next_year
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "true_accuracy", "Which share of next year's mails did the machine sort rightly?", unit="share", tolerance=0.003,
    truth=True,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = next_year(case)
    sure = mails["confidence"] >= LEAST
    return float(mails["right"].mean()), [
        Slip(
            float(held_out(case)["right"].mean()), "these are the mails held back; the question asks for next year's."
        ),
        Slip(float(mails.loc[sure, "right"].mean()), "these are only those it is sure of."),
        Slip(float(mails["confidence"].mean()), "this is how sure it is."),
        Slip(float((sure & mails["right"]).mean()), "these it is sure of and right; count all it sorts rightly."),
    ]


@BANK.question(
    "kept_promise", "How many yuan a mail did the rule save next year?", unit="yuan", tolerance=0.03, truth=True
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = next_year(case)
    return HUMAN - cost(mails, LEAST), [
        Slip(HUMAN - cost(held_out(case), LEAST), "this is what the held-back mails promised."),
        Slip(cost(mails, LEAST), "this is what a mail cost; take it from what people cost."),
        Slip(HUMAN - cost(mails, 0.0), "this lets the machine answer all."),
        Slip(float(HUMAN * (mails["confidence"] >= LEAST).mean()), "this forgets the machine's errors."),
    ]


@BANK.question(
    "gone_wrong",
    "Of the policies that were not to be renewed, which share would in truth have covered their service?",
    unit="share",
    tolerance=0.01,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    truth = case.truth.policies.set_index("policy_id")
    found = served(case)
    stop = ~found["serve"]
    premium_margin = margins(case, found["margin"] * 0)
    pays = premium_margin - truth["cost_per_year"] >= SERVICE
    careful = truth["risk_class"].astype(str) == "careful"
    return float(pays[stop].mean()), [
        Slip(float((~pays)[stop].mean()), "this is the share that was rightly ended."),
        Slip(float(pays[~stop].mean()), "these are the policies that are renewed."),
        Slip(float((pays & stop).mean()), "this is a share of all policies; divide by those that are ended."),
        Slip(
            float(careful[stop].mean()),
            "this is the share of careful drivers among them; their premium may still be too low.",
        ),
    ]
