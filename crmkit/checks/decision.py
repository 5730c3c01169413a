"""A decision scored by what it brings in truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crmkit.worlds import Case


@dataclass(frozen=True)
class Decision:
    """The question of a case whose answer is acted on.

    A bank's module offers it as DECISION; its case needs the truth.
    """

    question: str  # whose answer it is
    unit: str  # of the profit
    profit: Callable[[Case, Any], float]  # what an answer brings in truth; ValueError if it cannot be acted on
    naive: Any  # the answer of the rule of thumb, or a function from the case to it
    naive_says: str  # that rule in words
    best: Callable[[Case], Any]  # the answer that brings most, if one knew

    def rule(self, case: Case) -> Any:
        """The answer of the rule of thumb on this case."""
        return self.naive(case) if callable(self.naive) else self.naive
