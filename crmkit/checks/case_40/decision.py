"""From which confidence on the machine answers, and what that saves in truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.checks.case_40.steps import cost, next_year
from crmkit.checks.decision import Decision
from crmkit.worlds import Case


def profit(case: Case, answer: Any) -> float:
    """Yuan that the machine saves on all mails of the second year, if it answers from this confidence on."""
    try:
        least = float(answer)
    except (TypeError, ValueError):
        raise ValueError(f"{answer!r} is no confidence; expected a number from 0 to 1, such as 0.8") from None
    if not 0 <= least <= 1:
        raise ValueError(f"a confidence of {least:g} cannot be asked for; expected a number from 0 to 1, such as 0.8")
    mails = next_year(case)
    return len(mails) * (cost(mails, np.inf) - cost(mails, least))


def best(case: Case) -> float:
    """The confidence that saves most, if one knew which answers are right: all are tried."""
    mails = next_year(case)
    every = sorted({*mails["confidence"], 1.0}, reverse=True)
    return float(min(every, key=lambda least: cost(mails, least)))


DECISION = Decision(
    "least_confidence",
    "yuan",
    profit,
    naive=0.0,
    naive_says="let the machine answer every mail, as the vendor says",
    best=best,
)
