"""Questions of exercise 10: the methods of case 10 on a firm of one's own.

Three grades: repeat (same question, own data), vary (another question, own data),
transfer (a bicycle workshop in the place of the shop).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from crmkit import segments, targeting
from crmkit.checks.case_10 import BANK as CASE_10
from crmkit.checks.case_10.steps import pilot, tastes
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case, Kind, Retail

BANK = Bank()
MEMBERS, RIDERS = 900, 600
JUDGED = "2025-06-30"
# A workshop lives from spring to autumn, and no one lives on bicycle repairs alone.
WORKSHOP = Retail(
    customers=RIDERS,
    kinds=(
        Kind("commuter", 0.45, 4.0, 3.0, 0.30, 2.0, 1.5, 0.6, 0.0),
        Kind("sports rider", 0.20, 7.0, 3.0, 0.30, 2.0, 3.0, 1.0, 0.0),
        Kind("fair-weather rider", 0.35, 1.2, 1.5, 0.80, 1.5, 1.3, 1.5, 0.0),
    ),
    rules=(),
    campaign=None,
    season=(0.4, 0.5, 0.9, 1.4, 1.6, 1.5, 1.3, 1.2, 1.1, 0.9, 0.7, 0.5),
)


def case(seed: int) -> Case:
    """A home-decoration shop of one's own, and the log of a bicycle workshop."""
    shop, riders = np.random.default_rng(seed).spawn(2)
    own = Retail(customers=MEMBERS).draw(shop)
    return Case({**own.frames, "workshop": WORKSHOP.draw(riders).transactions}, name="exercise-10", seed=seed)


for _name in ("mean_recency", "champions_money_share", "half_of_money"):
    # Three digits are asked for here: the slips of a small firm lie close to the answer.
    BANK[_name] = replace(CASE_10[_name], tolerance=min(CASE_10[_name].tolerance, 0.001))


@BANK.question(
    "early_champions", f"How many champions were there on {JUDGED}, with 3 scores in the place of 5?", unit="members"
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    log = case.transactions

    def champions(*args: Any) -> int:
        return int((segments.rfm(log, *args)["segment"] == "champions").sum())

    return champions(JUDGED, 3), [
        Slip(champions(JUDGED, 5), "this is with 5 scores; say bins=3."),
        Slip(champions(None, 3), f"this is on the last day of the log; say as_of={JUDGED!r}."),
        Slip(champions(None, 5), f"this is on the last day with 5 scores; say as_of={JUDGED!r} and bins=3."),
    ]


@BANK.question(
    "mailing_effect", "How many purchases did one mailing bring, over all members in the trial?", unit="purchases",
    tolerance=0.0005,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = pilot(case)
    found = targeting.trial(people, outcome="purchases").iloc[0]
    return float(found["uplift"]), [
        Slip(float(found["treated_mean"]), "these are all purchases after the mailing; take off those of the control."),
        Slip(
            float(found["uplift"] / found["control_mean"]),
            "this is the rise as a share of the control; the question asks for purchases.",
        ),
        Slip(float(found["high"]), "this is the upper end of the interval."),
        Slip(
            float(people.loc[people["treated"], "purchases"].sum() - people.loc[~people["treated"], "purchases"].sum()),
            "these are sums; the two arms differ in size, so compare means.",
        ),
    ]


@BANK.question(
    "small_city_bright", "What is the adjusted residual of bright pieces in Hangzhou?", unit="standard errors",
    tolerance=0.05,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = tastes(case)
    cell = found[(found["region"] == "Hangzhou") & (found["choice"] == "bright")].iloc[0]
    gap = float(cell["count"] - cell["expected"])
    return float(cell["residual"]), [
        Slip(gap, "this is the gap in pieces; divide by its standard error."),
        Slip(
            gap / float(np.sqrt(cell["expected"])),
            "this is the plain Pearson residual; the adjusted one allows for the totals being estimated.",
        ),
        Slip(-float(cell["residual"]), "turned round: below expectation is negative."),
    ]


@BANK.question(
    "workshop_best", "Which share of the workshop's money comes from the quadrant 'best' of the value matrix?",
    unit="share", tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.value_matrix(case.workshop)
    money, best = found["frequency"] * found["mean_spend"], found["quadrant"] == "best"
    return float(money[best].sum() / money.sum()), [
        Slip(float(best.mean()), "this is the share of riders; the question asks for money."),
        Slip(
            float(found.loc[best, "frequency"].sum() / found["frequency"].sum()),
            "this is the share of visits; the question asks for money.",
        ),
        Slip(
            float(money[found["quadrant"] == "frequent"].sum() / money.sum()),
            "these are the frequent; the best buy often and much at a time.",
        ),
    ]


@BANK.question(
    "workshop_stay", "Of the workshop's champions on 31 December 2024, which share were champions a year later?",
    unit="share", tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.migration(case.workshop, "2024-12-31", "2025-12-31")
    both = found[(found["before"] == "champions") & (found["after"] == "champions")].iloc[0]
    arrived = found.loc[found["after"] == "champions", "customers"].sum()
    return float(both["share"]), [
        Slip(float(both["customers"] / arrived), "this divides by the later champions; divide by the earlier."),
        Slip(float(both["customers"]), "this is a number of riders; divide by the earlier champions."),
        Slip(
            float(both["customers"] / len(case.workshop["customer_id"].unique())),
            "this divides by all riders; divide by the earlier champions.",
        ),
    ]


@BANK.question(
    "workshop_peak", "Which share of the workshop's money of 2025 came in the strongest month?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    log = case.workshop[case.workshop["day"].dt.year == 2025]
    month = log["day"].dt.month
    money = log["amount"].groupby(month).sum()
    top = money.idxmax()
    both = case.workshop["amount"].sum()
    return float(money.max() / money.sum()), [
        Slip(float(money.max()), "this is the money of that month; divide by the year's."),
        Slip(float(money.max() / both), "this divides by both years; take 2025."),
        Slip(float((month == top).mean()), "this is the share of receipts; the question asks for money."),
        Slip(float(top), "this is the number of the month; the question asks for its share of the money."),
    ]
