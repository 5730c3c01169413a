"""Case 41, brokerage: the broker's book. Its questions, part by part."""

from crmkit.checks.case_41 import books, compared, opened, targets
from crmkit.checks.case_41.steps import (
    CALL,
    CALLS,
    DISCOUNT,
    EARNS,
    FREQUENT,
    LOSES,
    MEAN_RATE,
    MONTHS,
    OWN_UPKEEP,
    PRICE,
    UPKEEP,
    WAGE,
    YEARS,
    case,
    chances,
    expected,
    gain,
    list_gains,
    offers,
    spread,
    traders,
)
from crmkit.checks.case_41.targets import DECISION
from crmkit.checks.question import Bank

BANK = Bank({**books.BANK, **compared.BANK, **targets.BANK, **opened.BANK})
# On another draw a slip may give the same number by chance.
BY_NATURE = {"call_groups", "idle_ahead", "fair_rate", "p_best", "true_place", "error_saved"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "CALL",
    "CALLS",
    "DECISION",
    "DISCOUNT",
    "EARNS",
    "FREQUENT",
    "LOSES",
    "MEAN_RATE",
    "MONTHS",
    "OWN_UPKEEP",
    "PRICE",
    "UPKEEP",
    "WAGE",
    "YEARS",
    "case",
    "chances",
    "expected",
    "gain",
    "list_gains",
    "offers",
    "spread",
    "traders",
]
