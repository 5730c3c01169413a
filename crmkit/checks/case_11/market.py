"""The invented supermarket of case 11: its goods, its site, its shelf experiment."""

from __future__ import annotations

import datetime as dt

from crmkit.worlds import Case, Retail
from crmkit.worlds.retail.knobs import ShelfTest
from crmkit.worlds.retail.picks import PlantedRule
from crmkit.worlds.retail.web import Web, WebPage

MEMBERS = 300
PAIR = ("large nappies", "large beer")

# Seven rules from strong to weak, so that some are found easily and others hardly.
_RULES = (
    PlantedRule(*PAIR, 0.30),
    PlantedRule("small noodles", "small snacks", 0.25),
    PlantedRule("premium tea", "premium fruit", 0.20),
    PlantedRule("thrift rice", "large soap", 0.15),
    PlantedRule("small wipes", "premium juice", 0.12),
    PlantedRule("large candles", "thrift tea", 0.10),
    PlantedRule("premium porridge", "small paper", 0.10),
)
_PAGES = (
    #        name          home recipes tea  groceries
    WebPage("home", (0.00, 0.25, 0.25, 0.25)),
    WebPage("recipes", (0.05, 0.20, 0.40, 0.10)),
    WebPage("tea", (0.05, 0.10, 0.25, 0.15), order=0.09),
    WebPage("groceries", (0.05, 0.08, 0.12, 0.30), order=0.08),
)
# Fans look at recipes more often, and order twice as readily with or without them.
_SITE = Web(pages=_PAGES, lift=0.5, fan_share=0.3, fan_pull=2.0, fan_order=2.0, days=28)
_SHELF = ShelfTest(items=PAIR, lifts=(0.06, 0.15), weekly_pieces=(40.0, 90.0), stores=40, weeks=16, moved_after=8)
# Business is slow in July and August and picks up in September, when half of the stores had been changed.
_SEASON = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.90, 0.90, 1.05, 1.10, 1.10, 1.10)


def world(members: int = MEMBERS) -> Retail:
    """The supermarket over half a year, from Monday 30 June to Sunday 28 December 2025."""
    return Retail.preset(
        "shop",
        customers=members,
        start=dt.date(2025, 6, 30),
        rules=_RULES,
        season=_SEASON,
        pricing=None,
        loyalty=None,
        web=_SITE,
        shelf=_SHELF,
    )


def case(seed: int, members: int = MEMBERS) -> Case:
    """Receipts of some members, the log of the web shop, and a shelf experiment in 40 stores."""
    return world(members).draw(seed)
