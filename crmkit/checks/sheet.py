"""The answer sheet of a case: predictions remembered, answers judged."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import json
import os
import pkgutil
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crmkit.checks.question import MIME, OPEN, Bank, Question, Verdict
from crmkit.checks.record import Recorder, body
from crmkit.worlds import Case

if TYPE_CHECKING:
    import pandas as pd


def _banks() -> dict[str, str]:
    """Where the questions of each case ("10") and exercise ("exercise-10") stand: found by the names of the modules."""
    found = {}
    for module in pkgutil.iter_modules(importlib.import_module("crmkit.checks").__path__):
        if match := re.fullmatch(r"(case|exercise)_(\d\d)", module.name):
            kind, number = match.groups()
            found[number if kind == "case" else f"exercise-{number}"] = f"crmkit.checks.{module.name}"
    return found


BANKS = _banks()


class Prediction(str):
    """What was noted; prints without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Recorded(dict[str, Any]):
    """What answers.json holds; prints as the file reads."""

    def __repr__(self) -> str:
        return json.dumps(self, indent=1, ensure_ascii=False)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MIME: dict(self)}


class Sheet:
    """One student's sheet for one case.

    Parameters
    ----------
    bank : str
        Name of the question bank, e.g. "10".
    case : Case
        The data at hand; answers are recomputed on them.
    record : path, optional
        The handout.json of a class: predictions, answers and memo are kept in the answers.json beside it, and
        where the case is marked, `check` says only whether an answer is of the right form.

    Raises
    ------
    ValueError
        If there is no such bank; the nearest name is suggested.
    """

    def __init__(self, bank: str, case: Case, *, record: str | os.PathLike[str] | None = None) -> None:
        self.bank, self.case = _bank(bank), case
        self.guesses: dict[str, Any] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.tries: dict[str, int] = {}
        self.recorder = None if record is None else Recorder(record, bank)

    def question(self, name: str) -> Question:
        """The question of this name; a wrong name suggests the nearest."""
        if name not in self.bank:
            near = difflib.get_close_matches(name, self.bank, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"this case asks {', '.join(self.bank)}"
            raise ValueError(f"there is no question {name!r}; {hint}")
        return self.bank[name]

    def predict(self, name: str, guess: Any) -> Prediction:
        """Note a guess before the answer is computed; it is shown again at the end."""
        question = self.question(name)
        if guess is ...:
            self.guesses.setdefault(name, None)
            return Prediction(
                f"… {name}: no guess yet. {question.ask}{_unit(question)} Put yours in the place of the dots."
            )
        self.guesses[name] = guess
        if self.recorder is not None:
            self.recorder.note("predictions", name, guess)
        return Prediction(f"✎ {name}: noted, you expect {guess}. Go on and see.")

    def check(self, name: str, answer: Any) -> Verdict:
        """Judge an answer at once.

        Raises
        ------
        ValueError
            If the question needs the envelope, and this case came without.
        """
        question = self.question(name)
        marked = self.recorder is not None and self.recorder.marked
        if question.truth and self.case.truth is None and not marked:
            raise ValueError(
                f"question {name!r} needs the truth; open it first: sheet.open(store.open_envelope(folder))"
            )
        verdict = question.form(self.case, answer) if marked else question.judge(self.case, answer)
        if verdict.state != OPEN:
            self.tries[name] = self.tries.get(name, 0) + 1
            if self.recorder is not None:
                verdict = replace(verdict, record=body(self.recorder.note("answers", name, answer)))
        self.verdicts[name] = verdict
        return verdict

    def memo(self, text: str) -> Prediction:
        """Hand in the memo; the dots of the blank do not count."""
        words = len(str(text).replace("...", "").split())
        if words and self.recorder is not None:
            self.recorder.note("memo", "memo", str(text).strip())
        return Prediction(f"✎ memo: noted, {words} words." if words else "… memo: nothing written yet.")

    def recorded(self) -> Recorded:
        """All that answers.json holds of you, as it will be handed in."""
        if self.recorder is None:
            raise ValueError("nothing is recorded here: this notebook is no hand-out of a class")
        return Recorded(body(self.recorder.read()))

    def open(self, truth: Any) -> None:
        """Put the opened truth with the case, for the questions that need it."""
        self.case = Case(self.case.frames, name=self.case.name, seed=self.case.seed, truth=truth)

    def look_back(self) -> pd.DataFrame:
        """Every prediction beside what came out.

        Returns
        -------
        DataFrame
            Index question: guess ("none" where the dots still stand), found, off (guess - found).
        """
        import pandas as pd

        rows = {}
        hidden = self.recorder is not None and self.recorder.marked
        for name, guess in self.guesses.items():
            if hidden:  # the feedback shows both
                rows[name] = {"guess": "none" if guess is None else guess, "found": "after marking", "off": "–"}
                continue
            found, _ = self.question(name).solve(self.case)
            numeric = isinstance(guess, (int, float)) and isinstance(found, (int, float))
            # A search ends at the same six digits on every machine, not at more.
            places = 0 if isinstance(found, (int, float)) and abs(found) >= 1_000 else 3
            off = round(guess - found, places) if numeric else "–"
            shown = round(found, places) if isinstance(found, float) else found
            rows[name] = {"guess": "none" if guess is None else guess, "found": shown, "off": off}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["guess", "found", "off"]).rename_axis("question")

    def standing(self) -> pd.DataFrame:
        """Every question that was put: its state and how many tries it took."""
        import pandas as pd

        rows = {name: {"state": one.state, "tries": self.tries.get(name, 0)} for name, one in self.verdicts.items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["state", "tries"]).rename_axis("question")


def own_case(bank: str, student: int | str) -> Case:
    """The data of a case or an exercise, drawn for one student alone; its truth stays sealed.

    The same student always gets the same data, and no two students the same.

    Parameters
    ----------
    bank : str
        Name of the exercise, e.g. "exercise-10", or of the case, e.g. "10".
    student : int or str
        The student's number or name.

    Raises
    ------
    ValueError
        If there is no such bank, or student is blank.
    """
    if student is ... or not str(student).strip():
        raise ValueError(f"student={student!r} must be your number or name, for example student=2026001")
    _bank(bank)
    draw = importlib.import_module(BANKS[bank]).case
    word = hashlib.sha256(f"{bank}|{str(student).strip()}".encode()).digest()
    drawn = draw(int.from_bytes(word[:8], "big"))
    return Case(drawn.frames, name=drawn.name, seed=drawn.seed)  # the envelope stays closed


def _unit(question: Question) -> str:
    return f" ({question.unit})" if question.unit else ""


def _bank(name: str) -> Bank:
    if name not in BANKS:
        near = difflib.get_close_matches(str(name), BANKS, n=1)
        raise ValueError(
            f"there is no case {name!r}; {f'did you mean {near[0]!r}?' if near else f'choose one of {list(BANKS)}'}"
        )
    return importlib.import_module(BANKS[name]).BANK
