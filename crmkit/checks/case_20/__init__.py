"""Case 20, telecom: staffing a national call centre. Its questions, part by part."""

from crmkit.checks.case_20 import centres, log, plan
from crmkit.checks.case_20.decision import DECISION
from crmkit.checks.case_20.replay import priority, replays
from crmkit.checks.case_20.steps import (
    centre,
    eaten_at,
    forecast,
    handle,
    hour_costs,
    load_range,
    mail_hours,
    monday,
    need,
    patience,
    patterns,
    peak,
    reached,
    repeats,
    shifts,
    true_peak,
    values,
)
from crmkit.checks.case_20.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**log.BANK, **centres.BANK, **plan.BANK})
# On another draw a slip may lie near the answer.
BY_NATURE = {"true_lost"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "case",
    "centre",
    "eaten_at",
    "forecast",
    "handle",
    "hour_costs",
    "load_range",
    "mail_hours",
    "monday",
    "need",
    "patience",
    "patterns",
    "peak",
    "priority",
    "reached",
    "repeats",
    "replays",
    "shifts",
    "true_peak",
    "values",
]
