"""Case 40, insurance: machine or human? Its questions, part by part."""

from crmkit.checks.case_40 import mails, opened, risk
from crmkit.checks.case_40.decision import DECISION
from crmkit.checks.case_40.steps import (
    ANNOYED,
    DISCOUNT,
    ERROR,
    HUMAN,
    LOADED,
    SERVICE,
    STAY,
    TERMS,
    case,
    costs,
    held_out,
    learned,
    margins,
    moves,
    rates,
    worth_of_writers,
)
from crmkit.checks.question import Bank

BANK = Bank({**mails.BANK, **risk.BANK, **opened.BANK})
# On another draw a slip may give the same number by chance.
BY_NATURE = {"new_wordings", "machine_share", "true_accuracy", "kept_promise", "stop_count", "gone_wrong"}

__all__ = [
    "ANNOYED",
    "BANK",
    "BY_NATURE",
    "DECISION",
    "DISCOUNT",
    "ERROR",
    "HUMAN",
    "LOADED",
    "SERVICE",
    "STAY",
    "TERMS",
    "case",
    "costs",
    "held_out",
    "learned",
    "margins",
    "moves",
    "rates",
    "worth_of_writers",
]
