"""How many agents, and what that brings in truth in the busiest hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit import queues
from crmkit.checks.case_20.steps import RISE, WAGE, handle, peak, true_peak, values
from crmkit.checks.decision import Decision, whole_number
from crmkit.queues import CallCentre
from crmkit.worlds import Case

MOST_AGENTS = 10_000


def lost_caller(case: Case) -> float:
    """What a caller costs who hangs up, yuan: the rise of leaving is told to all, so it is no part of the truth."""
    return RISE * float(values(case).mean())


def profit(case: Case, answer: Any) -> float:
    """What so many agents bring in the busiest hour in truth, yuan: callers kept at what one costs who hangs up, less wages.

    The load, the handling time and the patience are those that the world declares.
    """
    agents = whole_number("agents", answer, low=1, high=MOST_AGENTS)
    real = true_peak(case.truth)
    lost = float(queues.erlang_a(CallCentre(real.calls_per_h, real.handle_s, agents, real.patience_s)).p_abandon)
    return float(real.calls_per_h) * (1 - lost) * lost_caller(case) - WAGE["north"] * agents


def deputy(case: Case) -> int:
    """Calls times minutes, rounded up."""
    return int(np.ceil(peak(case) * handle(case) / 3600))


def best(case: Case) -> int:
    """The agents that bring most, if one knew."""
    found, _ = queues.staff_by_money(
        true_peak(case.truth), wage_per_h=WAGE["north"], loss_per_abandoned=lost_caller(case)
    )
    return int(np.asarray(found))


DECISION = Decision(
    "agents_money",
    "yuan an hour",
    profit,
    naive=deputy,
    naive_says="calls times minutes, rounded up, as the deputy says",
    best=best,
)
