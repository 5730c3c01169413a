"""Case 21, telecom: does self-service pay? Its questions, part by part."""

from crmkit.checks.case_21 import modules, opened
from crmkit.checks.case_21.decision import DECISION
from crmkit.checks.case_21.harm import opened_nothing, waits
from crmkit.checks.case_21.steps import (
    BUSY,
    DAYS,
    FEES,
    SAMPLE,
    SUBSCRIBERS,
    WAGE,
    WEEKS,
    agents,
    business,
    case,
    day,
    hours,
    lengths,
    patience,
    profile,
    together,
    true_net,
    vendor,
    vendor_sure,
    worth_buying,
    yearly,
)
from crmkit.checks.question import Bank

BANK = Bank({**modules.BANK, **opened.BANK})
# On another draw another module may be unclear, or the slips of a rounded number may meet it.
BY_NATURE = {"unclear", "worth_buying", "menu_held", "true_net", "net", "hours_saved", "most_work"}

__all__ = [
    "BANK",
    "BUSY",
    "BY_NATURE",
    "DAYS",
    "DECISION",
    "FEES",
    "SAMPLE",
    "SUBSCRIBERS",
    "WAGE",
    "WEEKS",
    "agents",
    "business",
    "case",
    "day",
    "hours",
    "lengths",
    "opened_nothing",
    "patience",
    "profile",
    "together",
    "true_net",
    "vendor",
    "vendor_sure",
    "waits",
    "worth_buying",
    "yearly",
]
