"""The steps of case 40 that the notebook and its questions share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit import profit
from crmkit.checks.once import once
from crmkit.clv import ArithmeticMargin
from crmkit.targeting import triage
from crmkit.worlds import Bank, Case, Truth

HUMAN, ERROR = 8.0, 60.0  # yuan: an answer by people; a wrong answer by machine
ANNOYED = 20.0  # yuan of the error that do not depend on the customer
LOADED = 0.08  # share of the premium for commission and overhead
SERVICE = 25.0  # yuan a year to serve a policy
TERMS, DISCOUNT, STAY = 8, 0.08, 0.88  # years looked ahead, a year's discount, chance to stay another year
MOVES = 120.0  # yuan: standard deviation of a policy's margin from year to year
LEARNED_UNTIL = pd.Timestamp(2025, 1, 1)
TABLES, SEALED = ("customers", "mails", "surveys", "policies", "claims"), ("mails", "policies")


def case(seed: int, customers: int = 1_600) -> Case:
    """The mail box, policies and claims of a motor insurer over two years; the mails of the first are sorted by hand."""
    whole = Bank()
    drawn = Bank.preset("insurance", customers=customers, mail=whole.mail, survey=whole.survey).draw(seed)
    frames = {name: drawn.frames[name] for name in TABLES}
    old = drawn.mails.loc[drawn.mails["day"] < LEARNED_UNTIL, "mail_id"]
    known = drawn.truth.mails
    frames["sorted_mails"] = known.loc[known["mail_id"].isin(old), ["mail_id", "intent"]].reset_index(drop=True)
    truth = Truth({name: drawn.truth.frames[name] for name in SEALED}, world=drawn.truth.world)
    return Case(frames, name="insurance", seed=seed, truth=truth)


def by_hand(case: Case) -> pd.DataFrame:
    """Mails that people have sorted: mail_id, customer_id, day, language, text, intent."""
    mails = case.mails.merge(case.sorted_mails, on="mail_id")
    return mails.assign(intent=mails["intent"].astype(str), language=mails["language"].astype(str))


@once
def wordings(case: Case) -> np.ndarray:
    """Number of the wording of each sorted mail."""
    return triage.near_copies(by_hand(case)["text"])


@once
def learned(case: Case) -> tuple[triage.Triage, np.ndarray]:
    """A machine that has learned from 70 % of the wordings, and which sorted mails were held back from it."""
    mails = by_hand(case)
    held = triage.hold_out(wordings(case), share=0.3, seed=1)
    return triage.fit_triage(mails["text"][~held], mails["intent"][~held], seed=1), held


def _told(machine: triage.Triage, mails: pd.DataFrame) -> pd.DataFrame:
    found = machine.predict(mails["text"])
    return mails.assign(
        found=found["intent"].to_numpy(),
        confidence=found["confidence"].to_numpy(),
        right=found["intent"].to_numpy() == mails["intent"].to_numpy(),
    )


@once
def held_out(case: Case) -> pd.DataFrame:
    """Sorted mails in wordings the machine has not seen, with wording, found, confidence and right."""
    machine, held = learned(case)
    mails = by_hand(case).assign(wording=wordings(case))
    return _told(machine, mails[held].reset_index(drop=True))


@once
def seen(case: Case) -> pd.DataFrame:
    """The mails it has learned from, in the same shape."""
    machine, held = learned(case)
    return _told(machine, by_hand(case)[~held].reset_index(drop=True))


@once
def next_year(case: Case) -> pd.DataFrame:
    """The mails of the second year; needs the opened envelope."""
    new = case.mails[~case.mails["mail_id"].isin(case.sorted_mails["mail_id"])]
    new = new.merge(case.truth.mails[["mail_id", "intent", "vague"]], on="mail_id")
    return _told(learned(case)[0], new.assign(intent=new["intent"].astype(str), language=new["language"].astype(str)))


def costs(mails: pd.DataFrame, least: float) -> np.ndarray:
    """Yuan of each mail if the machine answers from this confidence on."""
    return np.where(mails["confidence"] >= least, ERROR * ~mails["right"], HUMAN)


def cost(mails: pd.DataFrame, least: float) -> float:
    """Yuan a mail if the machine answers from this confidence on."""
    return float(costs(mails, least).mean())


@once
def rates(case: Case) -> pd.DataFrame:
    """Claims to expect of each policy, by the age group of the tariff; index policy_id."""
    book = case.policies.set_index("policy_id")
    claims = case.claims.groupby("policy_id").size().reindex(book.index).fillna(0)
    return profit.claim_rates(claims, book["years"], by=book["age_group"].astype(str))


def margins(case: Case, rate: pd.Series) -> pd.Series:
    """Margin to expect of each policy in the coming year before its service, yuan: premium less overhead and claims."""
    premium = case.policies.set_index("policy_id")["premium"]
    return premium * (1 - LOADED) - rate * case.claims["amount"].mean()


def worth_of_writers(case: Case, mails: pd.DataFrame) -> pd.Series:
    """Yearly margin of each mail's writer, yuan: of all their policies, 0 without one."""
    of = case.policies.set_index("policy_id")["customer_id"]
    margin = margins(case, rates(case)["rate"]).groupby(of).sum()
    return mails["customer_id"].map(margin).fillna(0.0)


def moves() -> ArithmeticMargin:
    """How a margin may move from year to year."""
    return ArithmeticMargin(drift=0.0, volatility=MOVES)
