"""Case 12, retail: what is a customer worth? Its questions, part by part."""

import datetime as dt

from crmkit.checks.case_12 import market, members, money
from crmkit.checks.case_12.market import DECISION
from crmkit.checks.case_12.steps import (
    buyers,
    expected_2025,
    fits,
    lamps,
    margin_share,
    monthly,
    new_member,
    next_one_costs,
    next_year,
    panel,
    receipts,
    slid,
    so_far,
    splits,
    splits_sure,
    today,
    worth,
)
from crmkit.checks.question import Bank
from crmkit.worlds import Case, Retail
from crmkit.worlds.retail.knobs import Pricing

BANK = Bank({**members.BANK, **money.BANK, **market.BANK})
BY_NATURE: set[str] = set()

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "buyers",
    "case",
    "expected_2025",
    "fits",
    "lamps",
    "margin_share",
    "monthly",
    "new_member",
    "next_one_costs",
    "next_year",
    "panel",
    "receipts",
    "slid",
    "so_far",
    "splits",
    "splits_sure",
    "today",
    "worth",
]


def case(seed: int, members: int = 1_500) -> Case:
    """Members of a shop for lamps and textiles over three years, and its prices week by week."""
    world = Retail(
        customers=members,
        products=32,
        rules=(),
        start=dt.date(2023, 1, 1),
        days=1_096,
        campaign=None,
        pricing=Pricing(),
    )
    return world.draw(seed)
