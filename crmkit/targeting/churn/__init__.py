"""When do customers leave, and what moves it? Survival in discrete time, with Kaplan and Meier beside."""

from crmkit.targeting.churn.hazard import HazardFit, fit_hazard
from crmkit.targeting.churn.kaplan_meier import kaplan_meier
from crmkit.targeting.churn.log_rank import LogRank, log_rank
from crmkit.targeting.churn.offer import Offer, retention_offer
from crmkit.targeting.churn.periods import durations, person_periods

__all__ = [
    "HazardFit",
    "LogRank",
    "Offer",
    "durations",
    "fit_hazard",
    "kaplan_meier",
    "log_rank",
    "person_periods",
    "retention_offer",
]
