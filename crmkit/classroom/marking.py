"""One student's answers against the right ones, drawn anew from the salt. Nothing of the student's is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmkit.checks.question import OPEN, RIGHT, Bank
from crmkit.checks.record import Noted
from crmkit.classroom.course import module
from crmkit.classroom.key import Key


@dataclass(frozen=True)
class Sheet:
    """A student's work on one case; it goes to another process."""

    student: str
    bank: str
    seed: int
    noted: Noted
    key: Path | None = None  # where what is right is kept; None: worked out each time


@dataclass(frozen=True)
class Mark:
    """One answer, marked."""

    question: str
    given: Any
    state: str  # right, wrong or open
    says: str
    slip: str  # the known slip, where it is one
    right: Any  # the right answer on this student's data
    tries: int
    guess: Any  # predicted before, or None


@dataclass(frozen=True)
class Scored:
    """What a decision brings in truth."""

    given: Any
    profit: float | None  # None: nothing was decided, or it cannot be acted on
    naive: float
    best: float
    best_answer: Any
    says: str = ""  # why it cannot be acted on

    @property
    def regret(self) -> float | None:
        """What the best decision would have brought more."""
        return None if self.profit is None else self.best - self.profit


@dataclass(frozen=True)
class Marked:
    """A student's case, marked."""

    student: str
    bank: str
    marks: tuple[Mark, ...]
    strange: tuple[str, ...]  # answers to questions that were never put
    decision: Scored | None
    memo: str

    @property
    def points(self) -> int:
        """One for each right answer."""
        return sum(mark.state == RIGHT for mark in self.marks)


def mark(sheet: Sheet) -> Marked:
    """Judge every answer against what is right on the student's data."""
    bank: Bank = module(sheet.bank).BANK
    key = Key(sheet.bank, sheet.seed, sheet.key)
    noted = sheet.noted
    marks = tuple(_one(bank, name, key, noted) for name in bank)
    strange = tuple(sorted(set(noted.answers) - set(bank)))
    decision = _decided(key, noted.answers)
    key.keep()
    return Marked(sheet.student, sheet.bank, marks, strange, decision, noted.memo)


def _one(bank: Bank, name: str, key: Key, noted: Noted) -> Mark:
    asked, given, guess = bank[name], noted.answers.get(name), noted.predictions.get(name)
    if given is None and guess is None:  # nobody asks for the right answer, so it is not worked out
        return Mark(name, None, OPEN, "no answer.", "", None, 0, None)
    right, slips = key.solved(name)
    verdict = asked.compare(given, right, slips)
    says = "no answer." if verdict.state == OPEN else verdict.says
    return Mark(name, given, verdict.state, says, verdict.slip, right, noted.tries.get(name, 0), guess)


def _decided(key: Key, answers: Mapping[str, Any]) -> Scored | None:
    brings = key.decided()
    if brings is None:
        return None
    naive, most, best = brings
    decision = module(key.bank).DECISION
    given = answers.get(decision.question)
    if given is None:
        return Scored(None, None, naive, most, best, "nothing was decided")
    try:
        return Scored(given, float(decision.profit(key.case, given)), naive, most, best)
    except (ValueError, TypeError, KeyError) as error:
        return Scored(given, None, naive, most, best, str(error)[:200])
