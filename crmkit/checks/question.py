"""A question: its right answer and its known slips, as functions of the case."""

from __future__ import annotations

import html
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmkit.worlds import Case

RIGHT, WRONG, OPEN, RECORDED = "right", "wrong", "open", "recorded"
MIME = "application/vnd.crmkit.record+json"
IN_PERCENT = "this is in percent; shares run from 0 to 1 here: divide by 100."
KEPT = "recorded, of the right form; it is marked later, and you may still change it."
MARKS = {RIGHT: "✓", WRONG: "✗", OPEN: "…", RECORDED: "✎"}
COLOURS = {RIGHT: "#00664B", WRONG: "#A04000", OPEN: "#444444", RECORDED: "#1F4E79"}


@dataclass(frozen=True)
class Slip:
    """A wrong answer with a known reason."""

    value: Any
    says: str  # what was done, and the right way


@dataclass(frozen=True)
class Verdict:
    """What became of an answer."""

    name: str
    state: str  # right, wrong, open or recorded
    says: str
    slip: str = ""  # the known slip, where it is one
    record: Mapping[str, Any] | None = field(default=None, compare=False)  # what answers.json holds, if it is kept

    @property
    def right(self) -> bool:
        """Was it right?"""
        return self.state == RIGHT

    def __repr__(self) -> str:
        return f"{MARKS[self.state]} {self.name}: {self.says}"

    def _repr_html_(self) -> str:
        colour = COLOURS[self.state]
        return (
            f"<p role='status' style='border-left:4px solid {colour};padding:.3em .7em;margin:.3em 0'>"
            f"<b style='color:{colour}'>{MARKS[self.state]} {html.escape(self.name)}</b>: {html.escape(self.says)}</p>"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # Who hands in the notebook alone hands in the record with it.
        return {} if self.record is None else {MIME: self.record}


@dataclass(frozen=True)
class Question:
    """One question of a case.

    `solve(case)` returns the right answer and the slips. Numbers are right within
    `tolerance` of the right answer, absolute; `digits` of a share or an amount are
    what a student can be expected to hand in.
    """

    name: str
    ask: str
    solve: Callable[[Case], tuple[Any, Sequence[Slip]]] = field(repr=False)
    unit: str = ""
    tolerance: float = 0.0
    options: tuple[str, ...] = ()  # for a choice
    right_says: str = "right."
    truth: bool = False  # does the answer need the opened envelope?

    def judge(self, case: Case, answer: Any) -> Verdict:
        """Compare an answer with the right one and with the known slips."""
        return self._open() if self._blank(answer) else self.compare(answer, *self.solve(case))

    def form(self, case: Case, answer: Any) -> Verdict:
        """Is an answer of the right form? Whether it is right is not said."""
        if self._blank(answer):
            return self._open()
        if self.truth and case.truth is None:
            return Verdict(self.name, RECORDED, KEPT)  # the form cannot be known before the envelope is open
        right, _ = self.solve(case)
        given = self._read(answer, right)
        if given is None or (self.options and given not in [one.lower() for one in self.options]):
            return self._unreadable(answer, right)
        return Verdict(self.name, RECORDED, KEPT)

    def compare(self, answer: Any, right: Any, slips: Sequence[Slip]) -> Verdict:
        """The same, where what `solve` gives is at hand already."""
        if self._blank(answer):
            return self._open()
        given = self._read(answer, right)
        if given is None:
            return self._unreadable(answer, right)
        if self._same(given, right):
            return Verdict(self.name, RIGHT, self.right_says)
        for slip in slips:
            if self._same(given, slip.value):
                return Verdict(self.name, WRONG, slip.says, slip=slip.says)
        if self.unit == "share" and isinstance(given, float) and self._in_percent(given, right):
            return Verdict(self.name, WRONG, IN_PERCENT, slip=IN_PERCENT)
        return Verdict(
            self.name, WRONG, f"{_show(given)} is not right, and not a slip known here. {self._hint(given, right)}"
        )

    def _open(self) -> Verdict:
        unit = f" ({self.unit})" if self.unit else ""
        return Verdict(self.name, OPEN, f"{self.ask}{unit} Put your answer in the place of the dots.")

    def _unreadable(self, answer: Any, right: Any) -> Verdict:
        expected = "a choice" if self.options else "a list of names" if isinstance(right, frozenset) else "a number"
        choice = f": one of {', '.join(self.options)}" if self.options else ""
        got = f"{type(answer).__name__} {answer!r}"
        return Verdict(self.name, WRONG, f"expected {expected}{choice}; this is {got[:80]}.")

    @staticmethod
    def _blank(answer: Any) -> bool:
        return answer is ... or answer is None or (isinstance(answer, str) and not answer.strip())

    def _read(self, answer: Any, right: Any) -> Any:
        if isinstance(right, frozenset):
            if isinstance(answer, str):
                answer = answer.split(",") if "," in answer else [answer]
            try:
                return frozenset(str(one).strip().lower() for one in answer)
            except TypeError:
                return None
        if isinstance(right, str):
            return answer.strip().lower() if isinstance(answer, str) else None
        if isinstance(answer, str):
            try:
                answer = float(answer.replace(",", "").strip().removesuffix("%"))
            except ValueError:
                return None
        if hasattr(answer, "item") and getattr(answer, "size", 1) == 1:
            answer = answer.item()
        if isinstance(answer, bool) or not isinstance(answer, numbers.Real) or math.isnan(answer):
            return None
        return float(answer)

    def _same(self, given: Any, other: Any) -> bool:
        if isinstance(given, float):
            return isinstance(other, numbers.Real) and abs(given - float(other)) <= self.tolerance + 1e-9
        if isinstance(other, frozenset):
            return given == frozenset(str(one).lower() for one in other)
        return given == str(other).lower()

    def _in_percent(self, given: float, right: float) -> bool:
        # Below 1 % a number in percent could be a share that is simply wrong.
        return abs(right) > 0.01 and abs(given / 100 - right) <= max(self.tolerance, 0.005)

    def _hint(self, given: Any, right: Any) -> str:
        if isinstance(given, float):
            return "It is too small." if given < right else "It is too large."
        if isinstance(given, frozenset):
            both = frozenset(str(one).lower() for one in right)
            return f"{len(given & both)} of yours belong there, {len(given - both)} do not, {len(both - given)} are missing."
        return f"Choose one of {', '.join(self.options)}." if self.options else ""


def _show(given: Any) -> str:
    if isinstance(given, float):
        return f"{given:,.6g}"
    return ", ".join(sorted(given)) if isinstance(given, frozenset) else str(given)


class Bank(dict[str, Question]):
    """The questions of one case, by name."""

    def question(self, name: str, ask: str, **options: Any) -> Callable[[Callable], Callable]:
        """Decorator: the function below answers this question."""

        def keep(solve: Callable[[Case], tuple[Any, Sequence[Slip]]]) -> Callable:
            self[name] = Question(name, ask, solve, **options)
            return solve

        return keep
