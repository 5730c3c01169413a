"""To whom the copies go, and what that brings in truth."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from crmkit.checks.case_10.steps import BUDGET, cost, sizes, true_gain
from crmkit.checks.decision import Decision
from crmkit.worlds import Case


def profit(case: Case, answer: Any) -> float:
    """True gain of writing to these segments, in yuan.

    If they are more members than the budget has copies, lots decide who gets one.
    """
    names = answer.split(",") if isinstance(answer, str) else list(answer)
    wanted = {str(one).strip().lower() for one in names} - {"", "nobody"}
    gain, size = true_gain(case), sizes(case)
    strange = sorted(wanted - set(gain.index))
    if strange:
        raise ValueError(f"there is no segment {strange[0]!r}; there are {', '.join(gain.index)}")
    chosen = sorted(wanted)
    members = float(size.reindex(chosen).fillna(0).sum())
    if not members:
        return 0.0
    served = min(1.0, BUDGET / cost(case) / members)
    return float((gain.reindex(chosen) * size.reindex(chosen)).sum()) * served


def best(case: Case) -> frozenset[str]:
    """The segments that bring most, if one knew the truth: all sets are tried."""
    gain, size = true_gain(case), sizes(case)
    total, copies = (gain * size).to_dict(), BUDGET / cost(case)

    def brings(names: tuple[str, ...]) -> float:
        members = sum(size[name] for name in names)
        return sum(total[name] for name in names) * min(1.0, copies / members) if members else 0.0

    held = [name for name in gain.index if size.get(name, 0) > 0]
    every = (names for many in range(len(held) + 1) for names in combinations(held, many))
    return frozenset(max(every, key=brings))


DECISION = Decision(
    "mail_whom",
    "yuan",
    profit,
    naive=frozenset({"champions"}),
    naive_says="write to the champions, as the predecessor did",
    best=best,
)
