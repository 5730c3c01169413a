"""What does each customer cost and bring? Activity-based cost, contribution, the whale curve."""

from crmkit.profit.activity import by_customer
from crmkit.profit.whale import whale_curve

__all__ = ["by_customer", "whale_curve"]
