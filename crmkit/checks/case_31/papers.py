"""The two papers that cost money: which are signed, and what that brings in truth."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_31.front import saving, true_way
from crmkit.checks.case_31.steps import EXPERT, YEARLY, YEARS, project, true_project
from crmkit.checks.decision import Decision, chosen
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
GUIDES, FRONT = "guides", "front"
PAPERS = (GUIDES, FRONT)
FRONT_COSTS = 60_000.0  # dollars a year
SETS = tuple(frozenset(one) for one in ((), (GUIDES,), (FRONT,), PAPERS))


@BANK.question(
    "papers",
    "Guides at 900,000 dollars once, the front at 60,000 a year: which of the two pay over three years, by the best "
    'estimates? Give a list of "guides", "front", or "neither".',
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    brings = {GUIDES: project(case).net, FRONT: YEARS * (saving(case)[0] - FRONT_COSTS)}
    right = frozenset(name for name in PAPERS if brings[name] > 0)
    says = {
        SETS[0]: "one of them saves more than it costs.",
        SETS[1]: "take only what would not come anyway for the guides, and off the front's saving what it costs.",
        SETS[2]: "look at `case_31.project(case).net` again.",
        SETS[3]: "this believes both sellers; one of them counts what would come anyway.",
    }
    return right or frozenset({"neither"}), [
        Slip(one or frozenset({"neither"}), says[one]) for one in SETS if one != right
    ]


def profit(case: Case, answer: Any) -> float:
    """What the signed papers bring the bank over three years in truth, net of what they cost, dollars."""
    signed = chosen(answer, PAPERS, what="paper", none="neither")
    front = YEARS * ((true_way(case, EXPERT) - true_way(case)) * YEARLY - FRONT_COSTS)
    return sum({GUIDES: true_project(case), FRONT: front}[name] for name in signed) if signed else 0.0


def best(case: Case) -> frozenset[str]:
    """The papers that pay in truth, if one knew."""
    return frozenset(name for name in PAPERS if profit(case, [name]) > 0)


DECISION = Decision(
    "papers",
    "dollars",
    profit,
    naive=frozenset(PAPERS),
    naive_says="sign both, as the vendor of the guides and the call centre ask",
    best=best,
)
