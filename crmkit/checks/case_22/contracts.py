"""Questions of part 6: contracts that are renewed or not, and whom to call before that."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import clv
from crmkit.checks.case_22.steps import (
    CALL_COST,
    CALL_SAVES,
    CALLS,
    DISCOUNT,
    calls,
    due,
    renewal_fits,
    terms,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
YEARS = 5
HOPED = 0.30  # share moved by a call: more than the notebook's own guess


def _first(case: Case, line: str) -> pd.Series:
    """A contract of a line before its first renewal."""
    margin = float(terms(case).loc[terms(case)["line"] == line, "margin"].iloc[0])
    return clv.reminders(
        pd.Series([0]), renewal_fits(case)[line], margin=margin, saves=1.0, cost=CALL_COST, discount=DISCOUNT
    ).iloc[0]


@BANK.question(
    "after_five",
    f"Of 100 new domain contracts, how many are still there after {YEARS} renewals, by the fitted law?",
    unit="contracts, one decimal",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows, fits = terms(case), renewal_fits(case)
    own = rows[rows["line"] == "domain"]
    alone = float(clv.project(fits["domain"], own, terms=YEARS).loc[YEARS, "geometric"])
    law = fits["domain"].model
    return 100 * float(law.survival([YEARS])[0]), [
        Slip(
            100 * alone, "this takes one rate of renewal for all; the weak go first, and those who are left renew more."
        ),
        Slip(100 * float(law.retention([1])[0]) ** YEARS, "the first renewal is the worst one; later ones are better."),
        Slip(100 * float(law.survival([YEARS - 1])[0]), "this is after four renewals."),
        Slip(100 * float(law.retention([YEARS])[0]), "this is the share renewed of those who come to the fifth."),
        Slip(100 * float(fits["hosting"].model.survival([YEARS])[0]), "this is the line hosting."),
    ]


@BANK.question(
    "worth_saved",
    "What is a hosting contract worth that only a call saves at its first renewal, at 10 % discount a year?",
    unit="yuan of margin",
    tolerance=5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _first(case, "hosting")
    margin = float(terms(case).loc[terms(case)["line"] == "hosting", "margin"].iloc[0])
    law = renewal_fits(case)["hosting"].model
    return float(found["worth"]), [
        Slip(
            float(found["worth_of_renewed"]),
            "this is one that renews by itself; who was about to go is likelier to go next time.",
        ),
        Slip(
            float(found["worth"] * found["leaves"]),
            "this is times the chance that it would go; the question asks for one saved.",
        ),
        Slip(float(margin), "this is the first year alone; it may be renewed again."),
        Slip(margin * law.lifetime(discount=DISCOUNT), "this is a new contract; one about to go is no average one."),
    ]


@BANK.question(
    "least_moved",
    f"Which share of those about to go must a call of {CALL_COST} yuan move, at the first renewal of a hosting contract, to pay?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, other = _first(case, "hosting"), _first(case, "domain")
    return float(found["break_even"]), [
        Slip(float(CALL_COST / found["worth"]), "most would renew anyway: divide by the chance to go as well."),
        Slip(
            float(CALL_COST / (found["leaves"] * found["worth_of_renewed"])),
            "who was about to go is worth less than one that renews by itself.",
        ),
        Slip(float(found["leaves"]), "this is the chance to go."),
        Slip(float(other["break_even"]), "this is a domain contract."),
    ]


@BANK.question(
    "calls_gain",
    f"If a call moves {HOPED:.0%} of those about to go: which gain do the {CALLS} best calls promise?",
    unit="yuan",
    tolerance=10,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, guessed = calls(case, saves=HOPED), calls(case)
    pays = found[found["gain"] > 0].nlargest(CALLS, "gain")

    def by(column: str) -> float:
        return float(found.loc[found[column].nlargest(CALLS).index, "gain"].sum())

    right = float(pays["gain"].sum())
    return right, [
        Slip(by("leaves"), "these are the likeliest to go; most of them are domains, worth little."),
        Slip(by("worth_of_renewed"), "these are worth most; they are old and would renew anyway."),
        Slip(float(found["gain"].sum()), f"this calls all {len(due(case)):,} contracts."),
        Slip(right + CALL_COST * len(pays), "take off what the calls cost."),
        Slip(float(guessed["gain"].nlargest(CALLS).sum()), f"this is at {CALL_SAVES:.0%}; move the slider."),
    ]
