"""What does each customer cost and bring? Activity-based cost, the whale curve, moved work, first channels, customer equity."""

from crmkit.profit.activity import by_channel, by_customer
from crmkit.profit.claims import claim_rates
from crmkit.profit.deflection import deflection
from crmkit.profit.equity import Equity, Reach, best_equity, keep_value, split
from crmkit.profit.moves import Move, migrate
from crmkit.profit.ownership import ownership
from crmkit.profit.routing import least_settled, route
from crmkit.profit.whale import Whale, deciles, whale, whale_curve

__all__ = [
    "Equity",
    "Move",
    "Reach",
    "Whale",
    "best_equity",
    "by_channel",
    "by_customer",
    "claim_rates",
    "deciles",
    "deflection",
    "keep_value",
    "least_settled",
    "migrate",
    "ownership",
    "route",
    "split",
    "whale",
    "whale_curve",
]
