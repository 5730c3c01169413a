"""The right answers and slips of each student, worked out once and kept beside the salt.

Some cases take seconds a student to solve. What was worked out lies in the course's
folder `key`, one file a student and case, so that marks can be given again, after late
deliveries for example, in seconds. A file is used only while its seal fits: the seal is
made with the student's seed over the answers and over the code that made them.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import importlib.metadata
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crmkit
from crmkit import atomic
from crmkit.checks.question import Bank, Slip
from crmkit.classroom.course import Course, module
from crmkit.classroom.hands import each
from crmkit.worlds import Case

FOLDER = "key"
LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn")  # what answers are computed with


@functools.cache
def code() -> str:
    """A fingerprint of the code that works answers out: after a change, none that were kept are used."""
    found = hashlib.sha256()
    home = Path(crmkit.__file__).parent
    for path in sorted(home.rglob("*.py")):
        found.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in LIBRARIES:
        found.update(f"{name} {importlib.metadata.version(name)}\0".encode())
    return found.hexdigest()


class Key:
    """What is right for one student in one case; worked out when asked for, and kept.

    >>> key = Key("exercise-10", seed=1)
    >>> right, slips = key.solved("half_of_money")
    >>> 0 < right < 1, len(slips) > 1
    (True, True)
    """

    def __init__(self, bank: str, seed: int, path: Path | None = None) -> None:
        self.bank, self.seed, self.path = bank, seed, path
        self._answers, self._decision = _read(path, seed)
        self._fresh = False

    @functools.cached_property
    def case(self) -> Case:
        """The student's data with their truth, drawn anew."""
        return module(self.bank).case(self.seed)

    def solved(self, name: str) -> tuple[Any, list[Slip]]:
        """The right answer to a question, and its slips."""
        if name not in self._answers:
            bank: Bank = module(self.bank).BANK
            right, slips = bank[name].solve(self.case)
            self._answers[name] = [_plain(right), [[_plain(one.value), one.says] for one in slips]]
            self._fresh = True
        right, pairs = self._answers[name]
        return _back(right), [Slip(_back(value), says) for value, says in pairs]

    def decided(self) -> tuple[float, float, Any] | None:
        """What the rule of thumb and the best answer bring in truth, and that answer; None where no decision is scored."""
        decision = getattr(module(self.bank), "DECISION", None)
        if decision is None:
            return None
        if self._decision is None:
            best = decision.best(self.case)
            brings = [float(decision.profit(self.case, one)) for one in (decision.rule(self.case), best)]
            self._decision = [*brings, _plain(best)]
            self._fresh = True
        naive, most, best = self._decision
        return naive, most, _back(best)

    def keep(self) -> None:
        """Write what was worked out since, whole or not at all, for its owner's eyes alone."""
        if self.path is None or not self._fresh:
            return
        inner = {"answers": self._answers, "decision": self._decision}
        text = json.dumps({"seal": _seal(self.seed, inner), **inner}, ensure_ascii=False) + "\n"
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic.write_text(self.path, text, mode=0o600)
        self._fresh = False


def path_of(course: Course, bank: str, student: str) -> Path:
    """Where a student's key of a case lies."""
    return course.folder / FOLDER / bank / f"{student}.json"


@dataclass(frozen=True)
class Job:
    """One student's case to work out; it goes to another process."""

    bank: str
    seed: int
    path: Path


def work_out(job: Job) -> None:
    """Solve every question of one student's case, and keep it."""
    key = Key(job.bank, job.seed, job.path)
    for name in module(job.bank).BANK:
        key.solved(name)
    key.decided()
    key.keep()


def write(
    course: Course,
    *,
    cases: Sequence[str] | None = None,
    cores: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> int:
    """Work out ahead what is right for each student; what is there already is passed over.

    Parameters
    ----------
    course : Course
        As `course.load` gives it.
    cases : list of text, optional
        Some of the course's cases, e.g. ["exercise-10"]; default all.
    cores : int
        As in `hands.each`.
    progress : function of (stage, share done), optional

    Returns
    -------
    int
        Number of files that the course now has for these cases. Interrupted, those written stay.

    Raises
    ------
    ValueError
        If a case is not of this course.
    """
    chosen = course.banks if cases is None else tuple(cases)
    strange = sorted(set(chosen) - set(course.banks))
    if strange:
        raise ValueError(f"cases={strange[0]!r} is not among the cases of this course: {', '.join(course.banks)}")
    jobs = [
        Job(bank, course.seed(bank, one), path_of(course, bank, one.id)) for bank in chosen for one in course.students
    ]
    for done, _ in enumerate(each(work_out, jobs, cores=cores), start=1):
        if progress is not None:
            progress(f"working out {done} of {len(jobs)}", done / len(jobs))
    return len(jobs)


def _read(path: Path | None, seed: int) -> tuple[dict[str, Any], list[Any] | None]:
    """What was kept, or nothing where it is missing, damaged, of another salt or of other code."""
    if path is None or not path.is_file():
        return {}, None
    try:
        found = json.loads(path.read_text("utf-8"))
        inner = {"answers": found["answers"], "decision": found["decision"]}
        sound = hmac.compare_digest(found["seal"], _seal(seed, inner))
    except (ValueError, KeyError, TypeError):
        sound = False
    return (inner["answers"], inner["decision"]) if sound else ({}, None)


def _seal(seed: int, inner: dict[str, Any]) -> str:
    words = json.dumps(inner, sort_keys=True)
    return hmac.new(str(seed).encode(), f"{code()}\n{words}".encode(), "sha256").hexdigest()


def _plain(value: Any) -> Any:
    """An answer as JSON has it."""
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    return value.item() if hasattr(value, "item") else value


def _back(value: Any) -> Any:
    return frozenset(value["set"]) if isinstance(value, dict) else value
