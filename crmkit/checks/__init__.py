"""Checks: an answer in, a verdict out, naming the slip where it knows it.

A question recomputes its right answer and its known slips on the case at hand, so
every student's own data have their own answers.
"""

from crmkit.checks.decision import Decision
from crmkit.checks.question import Bank, Question, Slip, Verdict
from crmkit.checks.sheet import BANKS, Sheet, own_case

__all__ = ["BANKS", "Bank", "Decision", "Question", "Sheet", "Slip", "Verdict", "own_case"]
