"""Case 30, bank: whom do we approach? Its questions, part by part."""

from crmkit.checks.case_30 import claims, letters, planning, scores
from crmkit.checks.case_30.letters import DECISION
from crmkit.checks.case_30.steps import (
    brings,
    by_response,
    chances,
    features,
    judged,
    loan_incomes,
    naive,
    offers,
    pilot,
    trials,
    uplifts,
    worth,
    worth_by_age,
)
from crmkit.checks.case_30.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**claims.BANK, **scores.BANK, **letters.BANK, **planning.BANK})
# On another draw another group may gain most by a call, a slip may lie near the answer, …
BY_NATURE = {"call_group", "letter_whom", "mail_less", "tenth_lift", "old_letter_gain", "same_list", "planning_adds"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "brings",
    "by_response",
    "case",
    "chances",
    "features",
    "judged",
    "loan_incomes",
    "naive",
    "offers",
    "pilot",
    "trials",
    "uplifts",
    "worth",
    "worth_by_age",
]
