"""answers.json: what a student's notebook records, readable, and sealed against damage.

It holds the last answer to each question with the number of tries, the predictions and
the memo; no time, no machine, nothing else. The seal is made with the id of the
hand-out: it tells a damaged or half-edited file, and keeps nobody from forging one.
Marks therefore rest on the answers alone, which are judged anew.
"""

from __future__ import annotations

import hmac
import json
import math
import numbers
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from crmkit import __version__, atomic

LAYOUT = 1
HANDOUT, ANSWERS = "handout.json", "answers.json"
LONGEST, MEMO, MANY = 400, 20_000, 200  # characters of a text, of a memo; names in a list, questions of a case
LARGEST = 1_000_000  # bytes of the file
BROKEN = "does not fit"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Noted:
    """What was recorded for one case or exercise."""

    answers: Mapping[str, Any] = field(default_factory=dict)  # number, text, or list of texts
    tries: Mapping[str, int] = field(default_factory=dict)
    predictions: Mapping[str, Any] = field(default_factory=dict)
    memo: str = ""
    count: int = 0  # how often something was recorded: of two versions the one with more is the later


@dataclass(frozen=True)
class Record:
    """All that was recorded for one hand-out."""

    course: str
    student: str
    handout: str  # its id
    cases: Mapping[str, Noted] = field(default_factory=dict)
    crmkit: str = __version__
    whole: bool = True  # does the seal fit?


def plain(answer: Any) -> Any:
    """An answer as the file has it: a number, a text or a list of texts.

    >>> plain({"loyal", "champions"}), plain(3), plain(float("nan"))
    (['champions', 'loyal'], 3, 'nan')
    """
    if hasattr(answer, "item") and getattr(answer, "size", 1) == 1:
        answer = answer.item()
    if isinstance(answer, numbers.Integral) and not isinstance(answer, bool):
        return int(answer) if abs(int(answer)) < 2**53 else "a number too large"
    if isinstance(answer, numbers.Real) and not isinstance(answer, bool) and math.isfinite(answer):
        return float(answer)
    if isinstance(answer, set | frozenset):
        return [_text(one) for one in sorted(map(str, answer))[:MANY]]
    if isinstance(answer, list | tuple) or type(answer).__name__ in ("Index", "Series", "ndarray"):
        return [_text(one) for one in list(answer)[:MANY]]
    return _text(answer)


def _text(value: Any, longest: int = LONGEST) -> str:
    return UNSEEN.sub(" ", str(value))[:longest]


def body(record: Record) -> dict[str, Any]:
    """A record as JSON has it, with its seal."""
    inner = {
        "layout": LAYOUT,
        "crmkit": record.crmkit,
        "course": record.course,
        "student": record.student,
        "handout": record.handout,
        "cases": {name: asdict(noted) for name, noted in sorted(record.cases.items())},
    }
    return inner | {"seal": _seal(inner) if record.whole else BROKEN}


def _seal(inner: Mapping[str, Any]) -> str:
    words = json.dumps(inner, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(str(inner["handout"]).encode(), words.encode(), "sha256").hexdigest()


def write(record: Record, path: Path) -> None:
    """Write a record whole or not at all."""
    text = json.dumps(body(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    atomic.write_text(path, text)


def load(path: Path) -> Record:
    """A record that `write` wrote, and that nobody should have touched since.

    Raises
    ------
    ValueError
        If it is not readable any more.
    """
    try:
        return parse(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: {error}. Mend: delete it, and collect that student's delivery again") from None


def parse(found: bytes | str | Mapping[str, Any]) -> Record:
    """Read a record that may come from anybody.

    Raises
    ------
    ValueError
        If it is none; the reason is one that can be told to a student.
    """
    if not isinstance(found, Mapping):
        found = _json(found)
    if not isinstance(found, Mapping) or "handout" not in found or not isinstance(found.get("cases"), Mapping):
        raise ValueError("it is no record of answers: it names no hand-out")
    if found.get("layout") != LAYOUT:
        raise ValueError(
            f"its layout is {_text(found.get('layout'), 20)}, written by another crmkit; expected {LAYOUT}"
        )
    if any(not isinstance(found.get(name), str) for name in ("course", "student", "handout", "crmkit")):
        raise ValueError("its course, student, hand-out or version is missing")
    cases = {_text(name): _noted(noted) for name, noted in list(found["cases"].items())[:MANY]}
    inner = {name: value for name, value in found.items() if name != "seal"}
    whole = hmac.compare_digest(_seal(inner).encode(), str(found.get("seal")).encode("utf-8", "replace"))
    names = {name: _text(found[name]) for name in ("course", "student", "handout", "crmkit")}
    return Record(**names, cases=cases, whole=whole)


def _json(text: bytes | str) -> Any:
    if len(text) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST:,} bytes; a record has a few thousand")
    try:
        return json.loads(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (ValueError, RecursionError):
        raise ValueError("it is not readable as JSON: cut off, or changed by hand") from None


def _noted(found: Any) -> Noted:
    if not isinstance(found, Mapping):
        raise ValueError("one of its cases is not as it was written")

    def part(name: str) -> list[tuple[str, Any]]:
        inner = found.get(name)
        return [(_text(key), value) for key, value in list(inner.items())[:MANY]] if isinstance(inner, Mapping) else []

    def count(value: Any) -> int:
        return min(max(value, 0), 10**6) if isinstance(value, int) and not isinstance(value, bool) else 0

    return Noted(
        answers={name: plain(answer) for name, answer in part("answers") if answer is not None},
        tries={name: count(tries) for name, tries in part("tries")},
        predictions={name: plain(guess) for name, guess in part("predictions") if guess is not None},
        memo=_text(found.get("memo") or "", MEMO),
        count=count(found.get("count")),
    )


class Recorder:
    """Keeps what one sheet records in the answers.json beside the hand-out.

    Parameters
    ----------
    handout : path
        The handout.json of the folder that was handed out.
    bank : str
        The case or exercise.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no hand-out, it holds another case, or answers.json belongs to another.
    """

    def __init__(self, handout: str | os.PathLike[str], bank: str) -> None:
        path = Path(handout).absolute()  # a cell may change the folder later
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing. Mend: unpack the whole zip, and open the notebook from there")
        about = _json(path.read_bytes())
        if not isinstance(about, dict) or bank not in about.get("cases", {}):
            raise ValueError(f"{path} does not hold {bank!r}. Mend: unpack the zip that belongs to this notebook anew")
        self.path, self.bank = path.with_name(ANSWERS), bank
        self.marked = bool(about["cases"][bank]["marked"])
        self.blank = Record(about["course"], about["student"], about["handout"])
        self.read()

    def read(self) -> Record:
        """What is recorded so far."""
        if not self.path.exists():
            return self.blank
        try:
            found = parse(self.path.read_bytes())
        except ValueError as error:
            raise ValueError(
                f"{self.path} cannot be read: {error}. Mend: rename it, and run the notebook again"
            ) from None
        if found.handout != self.blank.handout:
            raise ValueError(f"{self.path} belongs to the hand-out of {found.student}. Mend: move it away")
        return replace(found, crmkit=__version__)

    def note(self, kind: str, name: str, value: Any) -> Record:
        """Record an answer, a prediction or the memo; all that is now recorded."""
        record = self.read()
        mine = record.cases.get(self.bank, Noted())
        if kind == "memo":
            mine = replace(mine, memo=_text(value, MEMO))
        else:
            mine = replace(mine, **{kind: {**getattr(mine, kind), name: plain(value)}})
        if kind == "answers":
            mine = replace(mine, tries={**mine.tries, name: mine.tries.get(name, 0) + 1})
        record = replace(record, cases={**record.cases, self.bank: replace(mine, count=mine.count + 1)})
        write(record, self.path)
        return record
