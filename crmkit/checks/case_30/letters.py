"""To which age groups letters go, if they go to whole groups, and what that brings in truth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import targeting
from crmkit.checks.case_30.steps import AGES, BUDGET, CADENCE, COSTS, people, trials, worth_by_age
from crmkit.checks.decision import Decision, best_set, chosen
from crmkit.checks.once import once
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "letter_whom",
    "Suppose letters went to whole age groups only, and only where the interval of their gain lies above 0. To which? Give a list.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, value = trials(case)["letter"], worth_by_age(case)
    gain = targeting.net_gain(found, worth=value, cost=COSTS["letter"])
    response = found.set_index("group")["treated_mean"] * value - COSTS["letter"]

    def where(kept: pd.Series) -> frozenset[str]:
        return frozenset(kept.index[kept])

    return where(gain["low"] > 0), [
        Slip(where(response > 0), "this puts all loans down to the letter; take off those who came without one."),
        Slip(where(gain["gain"] > 0), "this goes by the best estimate; of some of these the interval holds 0."),
        Slip(frozenset([gain["gain"].idxmax()]), "this group gains most by a letter; is it the only one?"),
        Slip(where(gain["low"] <= 0), "these are the groups where the pilot is not sure."),
    ]


@once
def _open(case: Case) -> pd.DataFrame:
    """By age group: members who may get a letter, and what one brings on average in truth, dollars."""
    here = people(case)
    agreed = case.consents.set_index("customer_id")["letter"].reindex(here.index)
    here = here[agreed & ~(here["days_since"] < CADENCE)]
    true = case.truth.contacts
    gain = true[true["campaign"] == "letter"].set_index("customer_id")["gain"].reindex(here.index)
    # Of who was in the other pilot only, the gain of a letter is not known.
    return gain.groupby(here["group"]).agg(["count", "mean"]).reindex(list(AGES))


def profit(case: Case, answer: Any) -> float:
    """True gain of letters to these age groups, dollars; if they are more than the budget pays for, lots decide."""
    rows = _open(case).loc[chosen(answer, AGES, what="age group")]
    members = float(rows["count"].sum())
    if not members:
        return 0.0
    return float((rows["count"] * rows["mean"]).sum()) * min(1.0, BUDGET / COSTS["letter"] / members)


def best(case: Case) -> frozenset[str]:
    """The groups that bring most, if one knew the truth: all sets are tried."""
    return best_set(tuple(AGES), lambda names: profit(case, names))


DECISION = Decision(
    "letter_whom",
    "dollars",
    profit,
    naive=frozenset(AGES),
    naive_says="write to all, since by response a letter pays in every group",
    best=best,
)
