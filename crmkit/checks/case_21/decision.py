"""Which modules are bought, and what that brings in truth."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from crmkit.checks.case_21.steps import FEES, true_net
from crmkit.checks.decision import Decision
from crmkit.worlds import Case


def profit(case: Case, answer: Any) -> float:
    """What these modules save a year in truth after their fees, yuan."""
    names = answer.split(",") if isinstance(answer, str) else list(answer)
    wanted = {str(one).strip().lower() for one in names} - {"", "none"}
    strange = sorted(wanted - set(FEES))
    if strange:
        raise ValueError(f"there is no module {strange[0]!r}; there are {', '.join(FEES)}")
    return true_net(case.truth, sorted(wanted))


def best(case: Case) -> frozenset[str]:
    """The modules that bring most, if one knew: all sets are tried."""
    sets = (names for many in range(len(FEES) + 1) for names in combinations(FEES, many))
    return frozenset(max(sets, key=lambda names: true_net(case.truth, names)))


DECISION = Decision(
    "worth_buying",
    "yuan a year",
    profit,
    naive=frozenset(FEES),
    naive_says="buy all four: every session is a call no longer paid for, as the vendor says",
    best=best,
)
