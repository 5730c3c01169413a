"""Whom to contact when and how, how large a test must be, and why not to peek at it."""

from crmkit.targeting.contacts.peeking import alarms, boundary, crossing, false_alarms, peeks
from crmkit.targeting.contacts.plan import Plan, greedy, plan
from crmkit.targeting.contacts.samples import Sample, detectable, power, sample_size

__all__ = [
    "Plan",
    "Sample",
    "alarms",
    "boundary",
    "crossing",
    "detectable",
    "false_alarms",
    "greedy",
    "peeks",
    "plan",
    "power",
    "sample_size",
]
