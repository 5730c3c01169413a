"""Marks of a class: the same answers give the same files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmkit.atomic import new_folder
from crmkit.checks.question import RIGHT, Bank
from crmkit.checks.record import Record
from crmkit.classroom import collect
from crmkit.classroom.course import Course, module
from crmkit.classroom.hands import each
from crmkit.classroom.key import path_of
from crmkit.classroom.marking import Marked, Sheet, mark
from crmkit.classroom.roster import Student

FOLDER, GRADES = "grades", "grades.csv"
TWINS = 2  # answers that fit another's data: one may be chance


@dataclass(frozen=True)
class Result:
    """One student, all cases."""

    student: Student
    record: Record | None  # None: nothing handed in
    cases: Mapping[str, Marked]
    notes: tuple[str, ...]  # for the eye of a person; they change no mark

    def points(self, banks: Sequence[str]) -> int:
        """Right answers in these cases."""
        return sum(self.cases[bank].points for bank in banks if bank in self.cases)


@dataclass(frozen=True)
class Rerun:
    """What became of an answer when the notebook ran on other data."""

    student: str
    bank: str
    question: str
    state: str  # follows the data, typed in, goes wrong, no answer
    how: str  # how the run ended, where that was not well


@dataclass(frozen=True)
class Class:
    """All results of a course."""

    course: Course
    results: tuple[Result, ...]
    reruns: tuple[Rerun, ...] = ()
    isolation: str = ""  # what shut the reruns in

    @property
    def marked(self) -> tuple[str, ...]:
        """Cases that count, in the order of the course."""
        return tuple(bank for bank in self.course.banks if bank in self.course.marked)

    def most(self, bank: str) -> int:
        """Points that can be had in a case."""
        return len(questions(bank))

    def of(self, bank: str) -> list[Marked]:
        """What was handed in of one case."""
        return [one.cases[bank] for one in self.results if bank in one.cases]


def questions(bank: str) -> Bank:
    """The questions of a case."""
    return module(bank).BANK


def results(
    course: Course,
    records: Mapping[str, Record],
    *,
    cores: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> Class:
    """Mark a class; every right answer and slip is worked out from the salt, and kept in the course's key.

    Parameters
    ----------
    course : Course
        As `course.load` gives it.
    records : mapping of student id to Record
        As `collect.records` gives it.
    cores : int
        As in `hands.each`.
    progress : function of (stage, share done), optional
    """
    sheets = [
        Sheet(one.id, bank, course.seed(bank, one), records[one.id].cases[bank], path_of(course, bank, one.id))
        for one in course.students
        if one.id in records
        for bank in course.banks
        if bank in records[one.id].cases
    ]
    found: dict[str, dict[str, Marked]] = {}
    for done, marked in enumerate(each(mark, sheets, cores=cores), start=1):
        found.setdefault(marked.student, {})[marked.bank] = marked
        if progress is not None:
            progress(f"marking {done} of {len(sheets)}", done / len(sheets))
    notes = {one.id: _notes(records.get(one.id), found.get(one.id, {})) for one in course.students}
    for bank in course.banks:
        for student, words in twins(bank, [cases[bank] for cases in found.values() if bank in cases]).items():
            notes[student].append(words)
    return Class(
        course,
        tuple(Result(one, records.get(one.id), found.get(one.id, {}), tuple(notes[one.id])) for one in course.students),
    )


def twins(bank: str, marked: Sequence[Marked]) -> dict[str, str]:
    """Who gave wrong answers that are right on another student's data.

    Parameters
    ----------
    bank : str
        The case.
    marked : sequence of Marked
        Its work.

    Returns
    -------
    dict of student to sentence
        Where at least two answers fit the same other student. A person decides what it means.
    """
    asked = questions(bank)
    fits: dict[str, Counter[str]] = {}
    for name in asked:
        keys = [(one.student, right) for one in marked for right in [_mark(one, name).right] if right is not None]
        # An answer that serves many firms tells nothing of where it came from.
        shared = Counter(_key(right) for _, right in keys)
        for one in marked:
            mine = _mark(one, name)
            if mine.given is None or mine.state == RIGHT:
                continue
            for other, right in keys:
                if (
                    other != one.student
                    and shared[_key(right)] <= 2
                    and asked[name].compare(mine.given, right, []).right
                ):
                    fits.setdefault(one.student, Counter())[other] += 1
    out = {}
    for student, others in fits.items():
        other, times = max(others.items(), key=lambda pair: (pair[1], pair[0]))
        if times >= TWINS:
            out[student] = f"{bank}: {times} wrong answers are the right ones on the data of {other}"
    return out


def write(found: Class, *, progress: Callable[[str, float], None] | None = None) -> Path:
    """Write grades.csv, a page for each student, the class report and the tables for platforms, all or none."""
    from crmkit.classroom import export, pages, report

    target = found.course.folder / FOLDER
    with new_folder(target, marker=GRADES, replace=True) as fresh:
        export.grades(found, fresh / GRADES)
        export.moodle(found, fresh / "moodle.csv")
        export.canvas(found, fresh / "canvas.csv")
        export.slips(found, fresh / "slips.csv")
        if found.reruns:
            export.reruns(found, fresh / "rerun.csv")
        (fresh / "feedback").mkdir()
        for number, one in enumerate(found.results):
            if progress is not None:
                progress("writing pages", number / len(found.results))
            page = pages.feedback(found, one)
            (fresh / "feedback" / f"{one.student.id}.html").write_text(page, encoding="utf-8", newline="\n")
        (fresh / "report.html").write_text(report.page(found), encoding="utf-8", newline="\n")
    return target


def grade(course: Course, *, cores: int = 1, progress: Callable[[str, float], None] | None = None) -> Class:
    """Mark what was collected and write all of it.

    Raises
    ------
    FileNotFoundError
        If nothing was collected yet.
    """
    found = results(course, collect.records(course), cores=cores, progress=progress)
    write(found, progress=progress)
    return found


def _mark(one: Marked, name: str) -> Any:
    return next(mark for mark in one.marks if mark.question == name)


def _key(right: Any) -> Any:
    return round(right, 6) if isinstance(right, float) else right


def _notes(record: Record | None, cases: Mapping[str, Marked]) -> list[str]:
    if record is None:
        return ["nothing handed in"]
    notes = [] if record.whole else ["the seal of answers.json does not fit: damaged, or changed by hand"]
    strange = [
        f"{bank}: answers to unknown questions {', '.join(one.strange[:3])}"
        for bank, one in cases.items()
        if one.strange
    ]
    return notes + strange
