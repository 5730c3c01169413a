"""Whom to contact when and how, how large a test must be, and why not to peek at it."""

from crmkit.targeting.contacts.anytime import always_valid
from crmkit.targeting.contacts.dialling import Dialling, dialling
from crmkit.targeting.contacts.peeking import alarms, boundary, crossing, false_alarms, peeks
from crmkit.targeting.contacts.plan import Plan, greedy, plan
from crmkit.targeting.contacts.rows import days_since
from crmkit.targeting.contacts.samples import Sample, detectable, power, sample_size

__all__ = [
    "Dialling",
    "Plan",
    "Sample",
    "alarms",
    "always_valid",
    "boundary",
    "crossing",
    "days_since",
    "detectable",
    "dialling",
    "false_alarms",
    "greedy",
    "peeks",
    "plan",
    "power",
    "sample_size",
]
