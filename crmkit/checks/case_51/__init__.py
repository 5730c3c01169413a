"""Case 51, industry: pipeline, quality, life cycle. Its questions, part by part."""

from crmkit.checks.case_51 import loops, quality, selling
from crmkit.checks.case_51.loops import DECISION
from crmkit.checks.case_51.steps import (
    brings,
    case,
    known_of,
    lead_scores,
    learned,
    life_moves,
    monthly_means,
    old_leads,
    open_deals,
    promised,
    quarter,
    returns,
    share_of_topics,
    stages,
    states,
    topics,
    wave_one,
    worth,
)
from crmkit.checks.question import Bank

BANK = Bank({**selling.BANK, **quality.BANK, **loops.BANK})
# On another draw a slip may lie near the answer: no state may lose, the most read topics may be the right ones, …
BY_NATURE = {
    "lead_to_win",
    "next_wave",
    "real_wave",
    "remind_whom",
    "four_topics",
    "bonus_luck",
    "quarter",
    "active_uplift",
    "late_cost",
}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "brings",
    "case",
    "known_of",
    "lead_scores",
    "learned",
    "life_moves",
    "monthly_means",
    "old_leads",
    "open_deals",
    "promised",
    "quarter",
    "returns",
    "share_of_topics",
    "stages",
    "states",
    "topics",
    "wave_one",
    "worth",
]
