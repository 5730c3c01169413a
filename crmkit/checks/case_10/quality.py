"""Questions of part 1: what came in, and what cleaning does to it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import targeting
from crmkit.checks.case_10.steps import QUARTER, cleaned
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
TOP = 20  # members
QUIT, JEST, SHOWN = 0.04, 0.06, 0.03  # assumed of each field of a form; SHOWN: where the slider stands


@BANK.question("rows_without_customer", "How many rows of the till export carry no customer number?", unit="rows")
def _(case: Case) -> tuple[Any, list[Slip]]:
    rejected = cleaned(case).rejected["reason"]
    right = int((rejected == "customer_id: missing").sum())
    raw = case.till_export["customer_id"]
    return right, [
        Slip(int((raw.isna() | (raw == "")).sum()), "empty cells are counted, but NULL and N/A say the same: nobody."),
        Slip(
            int(rejected.str.startswith("customer_id").sum()),
            "this counts numbers that are not on file as well; they carry a number, if a wrong one.",
        ),
        Slip(len(rejected), "these are all rejected rows; look at the one reason."),
    ]


@BANK.question(
    "raw_times",
    "How many times the cleaned turnover is the turnover of the till export as it came?",
    unit="times",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    raw = pd.to_numeric(case.till_export["amount"], errors="coerce").sum()
    kept = cleaned(case).kept["amount"].sum()
    return float(raw / kept), [
        Slip(float(kept / raw), "this is cleaned over raw; turn it round."),
        Slip(float(raw / kept - 1), "this is the excess over the cleaned turnover; the question asks how many times."),
        Slip(float(raw / case.transactions["amount"].sum()), "this divides by the whole log; take the same months."),
        Slip(
            float(raw / case.transactions.loc[case.transactions["day"] >= QUARTER, "amount"].sum()),
            "this divides by the sound log of the quarter, which a shop does not have; divide by what cleaning kept.",
        ),
    ]


@BANK.question(
    "real_top",
    "Of the 20 members with the most money in the export as it came, how many are among the 20 of the cleaned one?",
    unit="members",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    raw = case.till_export.assign(amount=pd.to_numeric(case.till_export["amount"], errors="coerce"))
    as_it_came = raw.groupby("customer_id")["amount"].sum().nlargest(TOP)
    sound = cleaned(case).kept.groupby("customer_id")["amount"].sum().nlargest(TOP)
    both = len({str(one) for one in as_it_came.index} & {str(one) for one in sound.index})
    ever = {str(one) for one in case.transactions["customer_id"].unique()}
    return both, [
        Slip(TOP - both, "these are the members who are there by mistake; the question asks for the others."),
        Slip(both / TOP, "this is a share; the question asks for a number of members."),
        Slip(
            sum(str(one) in ever for one in as_it_came.index),
            "these are members on file; the question asks who is among the best of the cleaned export.",
        ),
        Slip(0, "compare both as text or both as numbers: the export's numbers are text."),
    ]


@BANK.question(
    "best_fields",
    "If 4 % stop and 6 % jest at each field, with which number of fields does the form collect most sound entries?",
    unit="fields",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sound = targeting.form(range(1, 41), stops=QUIT, jests=JEST)
    return int(sound["sound"].idxmax()), [
        Slip(
            int(targeting.form(range(1, 41), stops=QUIT, jests=SHOWN)["sound"].idxmax()),
            "this is at 3 % jests, where the slider stands; move it to 6 %.",
        ),
        Slip(int(sound["entries"].idxmax()), "this is where most entries come in; some of them are jests."),
        Slip(40, "each field more drives people away and tempts others to jest."),
        Slip(1, "one field is filled most surely; the question asks for all entries together."),
    ]
