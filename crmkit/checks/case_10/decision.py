"""To whom the copies go, and what that brings in truth."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_10.steps import BUDGET, cost, sizes, true_gain
from crmkit.checks.decision import Decision, best_set, chosen
from crmkit.worlds import Case


def profit(case: Case, answer: Any) -> float:
    """True gain of writing to these segments, in yuan.

    If they are more members than the budget has copies, lots decide who gets one.
    """
    gain, size = true_gain(case), sizes(case)
    names = chosen(answer, gain.index, what="segment")
    members = float(size.reindex(names).fillna(0).sum())
    if not members:
        return 0.0
    served = min(1.0, BUDGET / cost(case) / members)
    return float((gain.reindex(names) * size.reindex(names)).sum()) * served


def best(case: Case) -> frozenset[str]:
    """The segments that bring most, if one knew the truth: all sets are tried."""
    gain, size = true_gain(case), sizes(case)
    total, copies = (gain * size).to_dict(), BUDGET / cost(case)

    def brings(names: tuple[str, ...]) -> float:
        members = sum(size[name] for name in names)
        return sum(total[name] for name in names) * min(1.0, copies / members) if members else 0.0

    return best_set([name for name in gain.index if size.get(name, 0) > 0], brings)


DECISION = Decision(
    "mail_whom",
    "yuan",
    profit,
    naive=frozenset({"champions"}),
    naive_says="write to the champions, as the predecessor did",
    best=best,
)
