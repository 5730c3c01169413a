"""Case 32, bank: risk and early warning. Its questions, part by part."""

from crmkit.checks.case_32 import credit, monitors, people, till
from crmkit.checks.case_32.credit import DECISION, in_truth
from crmkit.checks.case_32.people import real_value
from crmkit.checks.case_32.steps import (
    ASKED,
    LOSS,
    MARGIN,
    asked,
    by_card,
    by_tree,
    call_gain,
    card,
    compared,
    december,
    desk,
    expenses,
    league,
    line_model,
    luck,
    november,
    now,
    paid,
    policies,
    rules,
    sales,
    states,
    values,
)
from crmkit.checks.case_32.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**credit.BANK, **monitors.BANK, **people.BANK, **till.BANK})
# On another draw counts of a few may be equal, a tree may do as the scorecard does, …
BY_NATURE = {"chance_of_over", "drop_out", "line_precision", "really_behind", "tree_adds", "tree_in_truth"}

__all__ = [
    "ASKED",
    "BANK",
    "BY_NATURE",
    "DECISION",
    "LOSS",
    "MARGIN",
    "asked",
    "by_card",
    "by_tree",
    "call_gain",
    "card",
    "case",
    "compared",
    "december",
    "desk",
    "expenses",
    "in_truth",
    "league",
    "line_model",
    "luck",
    "november",
    "now",
    "paid",
    "policies",
    "real_value",
    "rules",
    "sales",
    "states",
    "values",
]
