"""Case 10, retail: who are our customers? Its questions, part by part."""

from crmkit.checks.case_10 import customers, mailing, quality, taste
from crmkit.checks.case_10.replay import replays
from crmkit.checks.question import Bank

BANK = Bank({**quality.BANK, **customers.BANK, **taste.BANK, **mailing.BANK})

__all__ = ["BANK", "replays"]
