"""Case 50, real estate: the next offer and the next call. Its questions, part by part."""

from crmkit.checks.case_50 import calling, offering
from crmkit.checks.case_50.calling import DECISION
from crmkit.checks.case_50.steps import (
    arm_rows,
    best,
    brings,
    cleaned,
    contribution,
    deals,
    greedy,
    important_first,
    judged,
    margins,
    minutes_a_target,
    money_first,
    offers,
    others,
    promise,
    together,
    trials,
    ways,
    without_pause,
)
from crmkit.checks.case_50.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**offering.BANK, **calling.BANK})
# On another draw another group may gain most by a call, or a plan keep its promise to the yuan.
BY_NATURE = {"call_more", "real_gain", "planning_adds", "hour_worth", "soon_call", "best_brings", "plan_gain"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "arm_rows",
    "best",
    "brings",
    "case",
    "cleaned",
    "contribution",
    "deals",
    "greedy",
    "important_first",
    "judged",
    "margins",
    "minutes_a_target",
    "money_first",
    "offers",
    "others",
    "promise",
    "together",
    "trials",
    "ways",
    "without_pause",
]
