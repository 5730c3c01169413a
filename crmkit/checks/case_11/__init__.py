"""Case 11, retail: what goes together? Its questions, part by part."""

from crmkit.checks.case_11 import goods, site, trial
from crmkit.checks.case_11.decision import DECISION
from crmkit.checks.case_11.market import PAIR, case
from crmkit.checks.case_11.replay import replays
from crmkit.checks.case_11.steps import (
    history,
    margin,
    pairs,
    roll_out,
    sizes,
    sold,
    tea_views,
    true_net,
    visits,
    weekly,
)
from crmkit.checks.question import Bank

BANK = Bank({**goods.BANK, **trial.BANK, **site.BANK})
# On another draw no store may pay, or every one; few pairs are counted, so that two counts may be the same.
BY_NATURE = {
    "beer_rise",
    "come_back",
    "tests_wasted",
    "pairs_within",
    "noise_of_ten",
    "stores_pay",
    "plan_net",
    "real_plan",
}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "PAIR",
    "case",
    "history",
    "margin",
    "pairs",
    "replays",
    "roll_out",
    "sizes",
    "sold",
    "tea_views",
    "true_net",
    "visits",
    "weekly",
]
