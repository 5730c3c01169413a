"""Case 31, bank: what does a customer cost? Its questions, part by part."""

from crmkit.checks.case_31 import activity, front, growth, papers
from crmkit.checks.case_31.front import saving, true_way, way
from crmkit.checks.case_31.papers import DECISION
from crmkit.checks.case_31.steps import (
    adopters,
    bass,
    by_head,
    costs,
    each,
    front_costs,
    incomes,
    mix_of,
    project,
    promised,
    requests,
    routed,
    saved_a_month,
    switch,
    true_front,
    true_project,
    true_saving,
    work,
    worth,
)
from crmkit.checks.case_31.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**activity.BANK, **growth.BANK, **front.BANK, **papers.BANK})
# On another draw nobody may have left, a share may lie on its bound, …
BY_NATURE = {"losing", "still_losing", "least_settled", "best_first"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "adopters",
    "bass",
    "by_head",
    "case",
    "costs",
    "each",
    "front_costs",
    "incomes",
    "mix_of",
    "project",
    "promised",
    "requests",
    "routed",
    "saved_a_month",
    "saving",
    "switch",
    "true_front",
    "true_project",
    "true_saving",
    "true_way",
    "way",
    "work",
    "worth",
]
