"""A course: its folder, its cases, its roster and its secret.

::

    course.json   name, cases, which of them are marked
    roster.csv    id, name, e-mail
    salt.txt      the secret: readable by its owner alone, never handed out
"""

from __future__ import annotations

import difflib
import importlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from crmkit import __version__
from crmkit.atomic import new_folder
from crmkit.checks import BANKS
from crmkit.classroom import roster as rosters
from crmkit.classroom import salt as salts
from crmkit.classroom.roster import Student

FILE, ROSTER = "course.json", "roster.csv"
LAYOUT = 1
EXERCISE = "exercise-"
WRONG_NAMES = set('<>:"/\\|?*') | {chr(one) for one in range(32)}  # Windows refuses them in file names


@dataclass(frozen=True)
class Course:
    """A class, what it works on, and the secret that its data are drawn from."""

    folder: Path
    name: str
    banks: tuple[str, ...]  # cases and exercises, e.g. ("10", "exercise-10")
    marked: frozenset[str]  # those that count; in the others checks tell at once
    students: tuple[Student, ...] = field(repr=False)
    salt: str = field(repr=False)

    def seed(self, bank: str, student: Student) -> int:
        """The seed of a student's data."""
        return salts.seed(self.salt, bank, student.id)

    def handout_id(self, student: Student) -> str:
        """The id of a student's hand-out."""
        return salts.handout_id(self.salt, self.name, student.id)


def new(
    folder: str | os.PathLike[str],
    *,
    cases: Sequence[str],
    roster: str | os.PathLike[str],
    marked: Sequence[str] | None = None,
) -> Course:
    """Make the folder of a course with a secret salt, whole or not at all.

    Parameters
    ----------
    folder : path
        New or empty, outside of any git repository; its name is the name of the course.
    cases : list of text
        "10" takes the case and its exercise; "exercise-10" the exercise alone.
    roster : path
        CSV with id, name, email.
    marked : list of text, optional
        Cases and exercises that count; default: the exercises, or where there is none the cases.

    Raises
    ------
    OSError, ValueError
        If the folder is not free, lies in a repository, a case is not known, or the roster has faults.
    """
    salts.refuse_tracked(Path(folder))
    students = rosters.read(roster)
    banks = tuple(dict.fromkeys(bank for word in cases for bank in _banks(str(word))))
    if not banks:
        raise ValueError(f"cases={list(cases)!r} names none; expected for example 10")
    chosen = frozenset(bank for bank in banks if bank.startswith(EXERCISE)) or frozenset(banks)
    if marked is not None:
        chosen = frozenset(str(one) for one in marked)
        strange = sorted(chosen - set(banks))
        if strange:
            raise ValueError(f"marked={strange[0]!r} is not among the cases of this course: {', '.join(banks)}")
    name = Path(os.path.abspath(folder)).name
    if set(name) & WRONG_NAMES or name != name.strip(" ."):
        raise ValueError(f"{name!r} cannot name a course: it stands in file names. Mend: letters, figures, - and _")
    about = {"layout": LAYOUT, "crmkit": __version__, "name": name, "cases": list(banks), "marked": sorted(chosen)}
    with new_folder(folder, marker=FILE) as fresh:
        fresh.chmod(0o700)
        salts.new(fresh)
        (fresh / ROSTER).write_text(rosters.text(students), encoding="utf-8", newline="\n")
        (fresh / FILE).write_text(
            json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
    return load(folder)


def load(folder: str | os.PathLike[str]) -> Course:
    """Read the folder of a course.

    Raises
    ------
    OSError, ValueError
        If it is no course, its salt is missing or open to others, or its roster has faults.
    """
    home = Path(folder)
    if not (home / FILE).is_file():
        raise FileNotFoundError(f"{folder} is no course: it has no {FILE}. Mend: crmkit class new {folder} --roster …")
    try:
        about = json.loads((home / FILE).read_text("utf-8"))
        name, banks, marked = about["name"], tuple(about["cases"]), frozenset(about["marked"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{home / FILE} is not as it was written. Mend: bring back your copy") from None
    if about.get("layout") != LAYOUT:
        raise ValueError(f"{home / FILE} has layout {about.get('layout')!r}; expected {LAYOUT}. Mend: update crmkit")
    for bank in banks:
        module(bank)
    return Course(home, name, banks, marked, rosters.read(home / ROSTER), salts.read(home))


def module(bank: str) -> ModuleType:
    """The module of a case or an exercise: BANK, case(seed), and DECISION where it has one.

    Raises
    ------
    ValueError
        If there is none, or it cannot draw a student's own data.
    """
    if bank not in BANKS:
        near = difflib.get_close_matches(bank, list(BANKS), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(BANKS)}"
        raise ValueError(f"there is no case {bank!r}; {hint}")
    found = importlib.import_module(BANKS[bank])
    if not hasattr(found, "case"):
        raise ValueError(f"case {bank!r} cannot draw data of a student's own. Mend: leave it out, or take its exercise")
    return found


def _banks(word: str) -> list[str]:
    both = [bank for bank in (word, f"{EXERCISE}{word}") if bank in BANKS]
    both = [bank for bank in both if hasattr(importlib.import_module(BANKS[bank]), "case")] or both[:1] or [word]
    for bank in both:
        module(bank)
    return both
