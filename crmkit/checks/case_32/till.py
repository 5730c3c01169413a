"""Questions of part 4: payments that look wrong."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_32.steps import REVIEWED, december, november
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import market
from crmkit.worlds import Case

BANK = Bank()
SEEN, RINGS = 0.9, 0.02  # of a vendor's alarm: frauds seen, honest payments that ring


@BANK.question(
    "vendor_precision",
    "A vendor's alarm rings at 90 % of the frauds and at 2 % of the honest payments. Of those it rings at in November, which "
    "share is fraud?",
    unit="share",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    base = float(november(case)["fraud"].mean())
    return market.flagged_rightly(base, recall=SEEN, false_alarms=RINGS), [
        Slip(SEEN, "this is the share of the frauds that ring; start from what rings."),
        Slip(1 - RINGS, "so many honest payments do not ring."),
        Slip(base, "this is the share of fraud in all payments, before the alarm."),
        Slip(SEEN * base, "this is the share of all payments that are fraud and ring; divide by all that ring."),
        Slip(SEEN * base / RINGS, "divide by all that ring: frauds and honest ones together."),
    ]


@BANK.question(
    "odd_precision",
    "Of the 50 oddest payments of November, which share is fraud?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = november(case)
    found = market.precision_at(rows["score"], rows["fraud"], capacity=REVIEWED).iloc[0]
    big = market.precision_at(-rows["amount"], rows["fraud"], capacity=REVIEWED).iloc[0]
    return float(found["precision"]), [
        Slip(float(found["recall"]), "this is the share of all frauds that the 50 hold."),
        Slip(1 - float(found["precision"]), "these are looked into for nothing."),
        Slip(float(big["precision"]), "these are the 50 largest; take the oddest."),
        Slip(float(rows["fraud"].mean()), "this is the share in all payments."),
    ]


@BANK.question(
    "december_found",
    "The 50 oddest payments of December are stopped. How many of them are fraud in truth?",
    unit="frauds",
    tolerance=0,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows, before = december(case), november(case)
    fraud = rows["payment_id"].isin(case.truth.frauds["payment_id"])
    right = int(fraud[rows["score"].rank(ascending=False, method="first") <= REVIEWED].sum())
    others = {
        int(before.nlargest(REVIEWED, "score")["fraud"].sum()): "these are of November.",
        int(fraud.sum()): "these are all of December; some were not stopped.",
        REVIEWED - right: "these are honest payments that were stopped.",
        int(fraud.sum()) - right: "these were missed.",
    }
    return right, [Slip(value, says) for value, says in others.items()]
