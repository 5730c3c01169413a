"""What matters, who adopts, at what price, how much, and what looks wrong: methods for a market and its log."""

from crmkit.targeting.market.adoption import Bass
from crmkit.targeting.market.adoption_fit import BassFit, fit_bass
from crmkit.targeting.market.backtest import backtest
from crmkit.targeting.market.best_price import BestPrice, best_price, price_profit
from crmkit.targeting.market.demand import forecast
from crmkit.targeting.market.fraud import flags, robust_deviation
from crmkit.targeting.market.hasten import Hastened, hasten, waiting
from crmkit.targeting.market.importance import importance
from crmkit.targeting.market.price import elasticity, weekly
from crmkit.targeting.market.quadrants import quadrant_chances
from crmkit.targeting.market.review import flagged_rightly, precision_at

__all__ = [
    "Bass",
    "BassFit",
    "BestPrice",
    "Hastened",
    "backtest",
    "best_price",
    "elasticity",
    "fit_bass",
    "flagged_rightly",
    "flags",
    "forecast",
    "hasten",
    "importance",
    "precision_at",
    "price_profit",
    "quadrant_chances",
    "robust_deviation",
    "waiting",
    "weekly",
]
