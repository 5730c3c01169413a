"""Questions of part 1: what would have to hold for the figures that are reported."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_30.steps import pilot
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import response
from crmkit.worlds import Case

BANK = Bank()
HELD, MAILED, ENDS, LOANS = 0.97, 0.60, 0.21, 45e6  # as the case reports them; LOANS in dollars


def base_rate(case: Case) -> float:
    """Share of those written to who took a loan."""
    people = pilot(case, "letter")
    return float(people.loc[people["treated"], "responded"].mean())


@BANK.question(
    "needed_rate",
    "Suppose 97 % of those mailed respond, at 40 % less mail than to all. Which share of all customers must be willing?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return HELD * MAILED, [
        Slip(HELD, "this is the share of those mailed; only 60 of 100 customers are mailed."),
        Slip(HELD * (1 - MAILED), "40 % is what is saved; 60 % are mailed."),
        Slip(MAILED, "these are the mailed; 97 % of them respond."),
        Slip(base_rate(case), "so many do respond in the pilot; the question asks what the claim needs."),
    ]


@BANK.question(
    "needed_auc",
    "Which AUC must a score have to hold 97 % of the willing among the best 60 %, at the response rate of the pilot's letters?",
    unit="AUC, three decimals",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rate = base_rate(case)
    return response.least_auc(HELD, share=MAILED, base_rate=rate), [
        Slip(
            response.least_auc(HELD, share=1 - MAILED, base_rate=rate),
            "this mails 40 %; 40 % is saved, 60 % are mailed.",
        ),
        Slip(HELD, "this is the share of the willing to be held, not an AUC."),
        Slip(HELD / MAILED, "this is the lift; the question asks for the AUC of the score behind it."),
        Slip(
            response.least_auc(MAILED, share=1 - HELD, base_rate=min(rate, 0.04)),
            "the two shares are turned round: 97 % of the willing, 60 % of the customers.",
        ),
    ]


@BANK.question(
    "approaches",
    "If a mean loan were that of the pilots: how many approaches make 45 million dollars of loans, 21 % of them ending in one?",
    unit="approaches",
    tolerance=25,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    loan = float(case.contacts.loc[case.contacts["responded"], "loan"].mean())
    return LOANS / loan / ENDS, [
        Slip(LOANS / loan, "these are the loans; only 21 % of the approaches end in one."),
        Slip(LOANS / loan * ENDS, "multiplied by 21 %: there are more approaches than loans, not fewer."),
        Slip(LOANS / loan / HELD, "divided by 97 %; it is 21 % that end in a loan."),
        Slip(
            LOANS / float(case.contacts["loan"].mean()) / ENDS,
            "this mean is over all customers, with 0 for those without a loan; take the loans.",
        ),
    ]
