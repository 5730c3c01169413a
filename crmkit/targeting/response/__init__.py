"""Who will respond? Models of the response, what their scores are worth, and how to read them."""

from crmkit.targeting.response.calibration import Calibration, calibration, reliability
from crmkit.targeting.response.claims import claimed_gains, least_auc
from crmkit.targeting.response.compare import Comparison, compare
from crmkit.targeting.response.curves import BestCut, best_cut, profit_curve
from crmkit.targeting.response.evidence import information_value, woe
from crmkit.targeting.response.kinds import KINDS
from crmkit.targeting.response.leaks import leaks
from crmkit.targeting.response.mail import MailSaved, mail_saved
from crmkit.targeting.response.models import ResponseModel, fit, sweep
from crmkit.targeting.response.reasons import reasons
from crmkit.targeting.response.recalibrate import Recalibration, recalibrate
from crmkit.targeting.response.rules import Rules, tree_rules
from crmkit.targeting.response.scorecard import Scorecard, scorecard

__all__ = [
    "KINDS",
    "BestCut",
    "Calibration",
    "Comparison",
    "MailSaved",
    "Recalibration",
    "ResponseModel",
    "Rules",
    "Scorecard",
    "best_cut",
    "calibration",
    "claimed_gains",
    "compare",
    "fit",
    "information_value",
    "leaks",
    "least_auc",
    "mail_saved",
    "profit_curve",
    "reasons",
    "recalibrate",
    "reliability",
    "scorecard",
    "sweep",
    "tree_rules",
    "woe",
]
