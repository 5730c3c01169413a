"""Case 33, bank: the customer warehouse. Its questions, part by part."""

from crmkit.checks.case_33 import house, people
from crmkit.checks.case_33.steps import (
    by_hand,
    december,
    diary,
    everyone,
    key_customers,
    letter,
    renamed,
    segments_on,
    systems,
    true_profit,
    worth,
)
from crmkit.checks.case_33.steps import draw as case
from crmkit.checks.case_33.steps import people as asked_for
from crmkit.checks.question import Bank

BANK = Bank({**house.BANK, **people.BANK})
# On another draw counts of a few customers may fall together, …
BY_NATURE = {"rich_or_good", "no_talk", "still_key", "alone", "left_out", "exposed"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "asked_for",
    "by_hand",
    "case",
    "december",
    "diary",
    "everyone",
    "key_customers",
    "letter",
    "renamed",
    "segments_on",
    "systems",
    "true_profit",
    "worth",
]
