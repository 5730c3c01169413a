"""Whom does a contact change? Models of uplift, and what a ranking or a rule by uplift is worth."""

from crmkit.targeting.uplift.curves import Qini, qini, uplift_curve
from crmkit.targeting.uplift.learners import UpliftModel, fit_uplift
from crmkit.targeting.uplift.policy import PolicyValue, policy_value

__all__ = ["PolicyValue", "Qini", "UpliftModel", "fit_uplift", "policy_value", "qini", "uplift_curve"]
