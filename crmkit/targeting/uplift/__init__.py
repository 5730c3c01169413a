"""Whom does a contact change? Models of uplift, and what a ranking or a rule by uplift is worth."""

from crmkit.targeting.uplift.curves import Qini, qini, uplift_curve
from crmkit.targeting.uplift.learners import UpliftModel, fit_uplift
from crmkit.targeting.uplift.policy import PolicyValue, policy_value
from crmkit.targeting.uplift.quadrants import quadrants, rankings
from crmkit.targeting.uplift.tree import UpliftTree, uplift_tree

__all__ = [
    "PolicyValue",
    "Qini",
    "UpliftModel",
    "UpliftTree",
    "fit_uplift",
    "policy_value",
    "qini",
    "quadrants",
    "rankings",
    "uplift_curve",
    "uplift_tree",
]
