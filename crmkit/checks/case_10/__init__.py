"""Case 10, retail: who are our customers? Its questions, part by part."""

import pandas as pd

from crmkit.checks.case_10 import customers, mailing, quality, taste
from crmkit.checks.case_10.decision import DECISION
from crmkit.checks.case_10.replay import replays
from crmkit.checks.question import Bank
from crmkit.worlds import Case, Dirt, Retail, Truth, soil

BANK = Bank({**quality.BANK, **customers.BANK, **taste.BANK, **mailing.BANK})
# On another draw the plan may be empty, the largest count be the strongest leaning too, …: a slip may then be right.
BY_NATURE = {"mail_whom", "plan_gain", "real_gain", "strongest_taste", "months_enough", "margin_may_fall"}

__all__ = ["BANK", "BY_NATURE", "DECISION", "case", "replays"]


def case(seed: int, members: int = 3_000) -> Case:
    """Members of a home-decoration shop over two years, and a dirty till export of the last quarter."""
    drawn = Retail(customers=members).draw(seed)
    quarter = drawn.transactions[drawn.transactions["day"] >= pd.Timestamp(2025, 10, 1)]
    soiled = soil(quarter, Dirt(), seed + 1)
    truth = Truth({**drawn.truth.frames, "dirt": soiled.truth}, world=drawn.truth.world)
    return Case({**drawn.frames, "till_export": soiled.frame}, name=drawn.name, seed=seed, truth=truth)
