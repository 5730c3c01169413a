"""Questions of exercise 40: machine or human, on a firm of one's own.

Three grades: repeat (an insurer's scored mails and policies), vary (other costs, another limit), transfer (an energy
utility's letters, a hotel's guests).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import clv, monitor, profit
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import triage
from crmkit.worlds import Case

BANK = Bank()
HUMAN, ERROR = 8.0, 60.0  # yuan
DEARER = 150.0  # yuan of an error, in the second grade
LETTER, PHONE_BACK = 5.0, 20.0  # yuan: an answer by people at the utility, and an error
SHARE, SERVICE, CLAIM = 0.92, 25.0, 2_600.0  # of the premium; yuan a year; yuan a claim
YEARS = {"terms": 8, "discount_per_term": 0.08, "cost_to_serve": SERVICE, "retention": 0.88}
MOVES = 120.0


def case(seed: int) -> Case:
    """Mails that a machine has read, policies with claims, letters of a utility, and scores of a hotel."""
    rng = np.random.default_rng(seed)

    def scored(n: int, sharp: float, heat: float) -> pd.DataFrame:
        """Confidence, and whether it was right: too sure by `heat`."""
        sure = np.clip(rng.beta(sharp, 0.9, n), 0.13, 0.999)
        right = rng.random(n) < 1 - (1 - sure) * heat
        return pd.DataFrame({"mail_id": np.arange(1, n + 1), "confidence": sure.round(3), "right": right})

    n = int(rng.integers(700, 900))
    years = rng.uniform(0.3, 2.0, n).round(2)
    mean, shape = rng.uniform(0.12, 0.2), rng.uniform(0.6, 1.5)
    true = rng.gamma(shape, mean / shape, n)
    policies = pd.DataFrame(
        {
            "policy_id": np.arange(1, n + 1),
            "years": years,
            "claims": rng.poisson(true * years),
            "premium": (mean * CLAIM * 1.18 * rng.uniform(0.8, 1.2, n)).round(2),
        }
    )
    guests = pd.DataFrame({"score": np.clip(rng.normal(rng.uniform(70, 80), rng.uniform(9, 16), 400), 0, 100).round()})
    frames = {
        "mails": scored(int(rng.integers(500, 900)), rng.uniform(3, 6), rng.uniform(0.9, 1.6)),
        "policies": policies,
        "letters": scored(int(rng.integers(400, 700)), rng.uniform(1.5, 3), rng.uniform(0.9, 1.4)),
        "guests": guests,
    }
    return Case(frames, name="exercise-40", seed=seed)


def _cost(mails: pd.DataFrame, least: float, human: float = HUMAN, error: float = ERROR) -> float:
    return float(np.where(mails["confidence"] >= least, error * ~mails["right"], human).mean())


def _share(mails: pd.DataFrame, least: float) -> float:
    return float((mails["confidence"] >= least).mean())


def _rates(case: Case) -> pd.DataFrame:
    book = case.policies.set_index("policy_id")
    return profit.claim_rates(book["claims"], book["years"])


def _margin(case: Case, rate: pd.Series) -> pd.Series:
    return case.policies.set_index("policy_id")["premium"] * SHARE - rate * CLAIM


@BANK.question(
    "answered", "Which share of the mails does the machine answer at the threshold of the costs?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails, least = case.mails, 1 - HUMAN / ERROR
    return _share(mails, least), [
        Slip(1 - _share(mails, least), "this is what is left to people."),
        Slip(_share(mails, HUMAN / ERROR), "this takes the chance of an error for a confidence; subtract it from 1."),
        Slip(float(mails["right"].mean()), "this is the share it sorts rightly."),
        Slip(_share(mails, 0.5), "this is from a confidence of 0.5."),
    ]


@BANK.question(
    "costs", "What does a mail cost then, in yuan, machine and people together?", unit="yuan", tolerance=0.005
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails, least = case.mails, 1 - HUMAN / ERROR
    sure = mails["confidence"] >= least
    return _cost(mails, least), [
        Slip(HUMAN - _cost(mails, least), "this is what is saved; the question asks for the cost."),
        Slip(float(HUMAN * (~sure).mean()), "this forgets the errors of the machine."),
        Slip(
            float(ERROR * (1 - mails["right"])[sure].mean()),
            "this is a mail answered by machine; people's belong to it, too.",
        ),
        Slip(float((ERROR * (1 - mails["right"])).mean()), "this lets the machine answer all."),
    ]


@BANK.question(
    "none_seen", "How many claims a year are to be expected of the policies that had none, on average?",
    unit="claims a year", tolerance=0.0005,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _rates(case)
    none = found["claims"] == 0
    return float(found.loc[none, "rate"].mean()), [
        Slip(0.0, "none seen is not none to come."),
        Slip(float(found["rate"].mean()), "this is the mean of all policies."),
        Slip(float(found.loc[~none, "rate"].mean()), "these are the policies that had a claim."),
        Slip(float(found["claims"].sum() / found["years"].sum()), "these are all claims over all years."),
    ]


@BANK.question(
    "dearer_share", f"An error now costs {DEARER:.0f} yuan. Which share of the mails does the machine still answer?",
    unit="share", tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = case.mails
    return _share(mails, 1 - HUMAN / DEARER), [
        Slip(_share(mails, 1 - HUMAN / ERROR), f"this is at {ERROR:.0f} yuan an error."),
        Slip(_share(mails, HUMAN / DEARER), "this takes the chance of an error for a confidence; subtract it from 1."),
        Slip(1 - _share(mails, 1 - HUMAN / DEARER), "this is what is left to people."),
    ]


@BANK.question(
    "losing", "Of which share of the policies does the margin to expect not cover the service?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _rates(case)
    fair, naive = _margin(case, found["rate"]), _margin(case, found["naive"])
    return float((fair < SERVICE).mean()), [
        Slip(float((naive < SERVICE).mean()), "this goes by claims as counted; use the rate to expect."),
        Slip(float((fair < 0).mean()), "these do not even cover their claims; the service comes on top."),
        Slip(float((fair >= SERVICE).mean()), "this is the share that does cover it."),
    ]


@BANK.question(
    "ended", f"How many policies should not be renewed, if a margin moves by {MOVES:.0f} yuan a year?", unit="policies"
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    fair = _margin(case, _rates(case)["rate"])
    found = clv.stop_or_serve(fair, clv.ArithmeticMargin(0.0, MOVES), **YEARS)
    still = clv.stop_or_serve(fair, clv.ArithmeticMargin(0.0, 0.0), **YEARS)
    return int((~found["serve"]).sum()), [
        Slip(
            int((~still["serve"]).sum()), "this is in a world that never changes: the right to wait is worth something."
        ),
        Slip(int(found["serve"].sum()), "these are the ones to renew."),
        Slip(float((~found["serve"]).mean()), "this is a share; the question asks for a number of policies."),
    ]


@BANK.question(
    "letters_saved", "How many yuan a letter does the machine save the utility against people alone?", unit="yuan",
    tolerance=0.005,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    own, alien = 1 - LETTER / PHONE_BACK, 1 - HUMAN / ERROR
    costs = {"human": LETTER, "error": PHONE_BACK}
    return LETTER - _cost(case.letters, own, **costs), [
        Slip(_cost(case.letters, own, **costs), "this is what a letter costs; take it from what people cost."),
        Slip(
            LETTER - _cost(case.letters, alien, **costs),
            "this is the insurer's threshold; the utility has costs of its own.",
        ),
        Slip(LETTER - _cost(case.letters, 0.0, **costs), "this lets the machine answer all."),
    ]


@BANK.question(
    "letters_cheapest", "From which confidence on is it cheapest on these very letters?", tolerance=0.0015
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = triage.automation(
        case.letters["confidence"],
        case.letters["right"],
        cost_error=PHONE_BACK,
        cost_human=LETTER,
        seed=1,
        resamples=50,
    )
    return float(found.threshold), [
        Slip(0.5, "more often right than wrong is no rule of cost."),
        Slip(1 - HUMAN / ERROR, "this is the insurer's; the utility has costs of its own."),
        Slip(1 - float(found.threshold), "this is the chance of an error there; the question asks for the confidence."),
    ]


@BANK.question(
    "guests_change", "With 40 answers before and 40 after: how far does the interval of the change of the hotel's score reach to either side?",
    unit="points", tolerance=0.02,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    sd = float(case.guests["score"].std())

    def half(n: int) -> float:
        found = monitor.before_after(0.0, 1.0, sd=sd, n=n)
        return (found.high - found.low) / 2

    return half(40), [
        Slip(half(40) / 2**0.5, "this is the reach of one mean; a change has the noise of two."),
        Slip(2 * half(40), "this is the whole width."),
        Slip(half(400), "this is with all 400; only 40 are asked each time."),
    ]
