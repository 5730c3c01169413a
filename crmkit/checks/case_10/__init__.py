"""Case 10, retail: who are our customers? Its questions, part by part."""

from crmkit.checks.case_10 import customers, mailing
from crmkit.checks.question import Bank

BANK = Bank({**customers.BANK, **mailing.BANK})

__all__ = ["BANK"]
