"""What does a mail want, and which mails may a machine answer?"""

from crmkit.targeting.triage.automation import Automation, automation
from crmkit.targeting.triage.copies import near_copies
from crmkit.targeting.triage.judge import accuracy, calibration, confusion
from crmkit.targeting.triage.split import hold_out
from crmkit.targeting.triage.texts import Triage, fit_triage

__all__ = [
    "Automation",
    "Triage",
    "accuracy",
    "automation",
    "calibration",
    "confusion",
    "fit_triage",
    "hold_out",
    "near_copies",
]
