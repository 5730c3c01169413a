"""Which modules are bought, and what that brings in truth."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_21.steps import FEES, true_net
from crmkit.checks.decision import Decision, best_set, chosen
from crmkit.worlds import Case


def profit(case: Case, answer: Any) -> float:
    """What these modules save a year in truth after their fees, yuan."""
    return true_net(case.truth, chosen(answer, FEES, what="module", none="none"))


def best(case: Case) -> frozenset[str]:
    """The modules that bring most, if one knew: all sets are tried."""
    return best_set(tuple(FEES), lambda names: true_net(case.truth, names))


DECISION = Decision(
    "worth_buying",
    "yuan a year",
    profit,
    naive=frozenset(FEES),
    naive_says="buy all four: every session is a call no longer paid for, as the vendor says",
    best=best,
)
