"""How many stores are moved, and what that brings in truth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit.checks.case_11.steps import true_net, weekly
from crmkit.checks.decision import Decision, whole_number
from crmkit.worlds import Case


def largest(case: Case, stores: int) -> pd.Index:
    """So many of the unmoved stores, those with the largest weekly margin of the two articles first."""
    return weekly(case).sort_values(ascending=False, kind="stable").index[:stores]


def profit(case: Case, answer: Any) -> float:
    """What moving so many stores, the largest first, brings in truth over the weeks of the decision, yuan."""
    return true_net(case, largest(case, whole_number("stores", answer, low=0, high=len(weekly(case)))))


def best(case: Case) -> int:
    """The number of stores that brings most, if one knew."""
    return max(range(len(weekly(case)) + 1), key=lambda stores: profit(case, stores))


def board(case: Case) -> int:
    """All stores that are left."""
    return len(weekly(case))


DECISION = Decision(
    "stores_pay",
    "yuan over 26 weeks",
    profit,
    naive=board,
    naive_says="move all stores that are left, since sales rose, as the board wants",
    best=best,
)
