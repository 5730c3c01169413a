"""Marks as tables: all of them, and as learning platforms import them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from crmkit.checks.question import RIGHT, WRONG
from crmkit.classroom import cells
from crmkit.classroom.grade import Class, questions
from crmkit.classroom.marking import Marked

UNNAMED = "not a known slip"


def grades(found: Class, path: Path) -> None:
    """One line a student: points of each case, their sum over marked cases, decision, notes."""
    banks = found.course.banks
    decided = [bank for bank in banks if any(one.decision for one in found.of(bank))]
    header = ["id", "name", "email", "handed_in", "points", "of"]
    header += [f"{bank}_right" for bank in banks]
    header += [f"{bank}_{what}" for bank in decided for what in ("profit", "regret")]
    rows = []
    for one in found.results:
        row: list[object] = [one.student.id, one.student.name, one.student.email, "yes" if one.record else "no"]
        row += [one.points(found.marked), sum(found.most(bank) for bank in found.marked)]
        row += [one.cases[bank].points if bank in one.cases else "" for bank in banks]
        for bank in decided:
            scored = one.cases[bank].decision if bank in one.cases else None
            row += ["", ""] if scored is None else [_money(scored.profit), _money(scored.regret)]
        rows.append([*row, "; ".join(one.notes)])
    cells.write(path, [*header, "notes"], rows)


def moodle(found: Class, path: Path) -> None:
    """As Moodle's grade import reads it: matched by e-mail address or ID number."""
    header = ("ID number", "Email address", f"{found.course.name} points")
    rows = ((one.student.id, one.student.email, one.points(found.marked)) for one in found.results if one.record)
    cells.write(path, header, rows)


def canvas(found: Class, path: Path) -> None:
    """As Canvas's gradebook import reads it: matched by SIS User ID, points possible in the second line."""
    most = sum(found.most(bank) for bank in found.marked)
    rows: list[tuple[object, ...]] = [("    Points Possible", "", "", "", "", most)]
    rows += [
        (one.student.name, "", one.student.id, one.student.email, "", one.points(found.marked) if one.record else "")
        for one in found.results
    ]
    cells.write(path, ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{found.course.name} points"), rows)


def slips(found: Class, path: Path) -> None:
    """How often each slip was made, question by question."""
    rows = []
    for bank in found.course.banks:
        for name in questions(bank):
            for says, times in counted(found.of(bank), name):
                rows.append((bank, name, times, says))
    cells.write(path, ("case", "question", "students", "slip"), rows)


def reruns(found: Class, path: Path) -> None:
    """What became of each answer on other data, and how the notebooks were shut in."""
    rows = [(one.student, one.bank, one.question, one.state, one.how) for one in found.reruns]
    cells.write(path, ("id", "case", "question", "on other data", "how the run ended"), [*rows, (found.isolation,)])


def counted(marked: list[Marked], question: str) -> list[tuple[str, int]]:
    """The slips of a question, the most frequent first."""
    wrong = [mark for one in marked for mark in one.marks if mark.question == question and mark.state == WRONG]
    times = Counter(mark.slip or UNNAMED for mark in wrong)
    return sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))


def rights(marked: list[Marked], question: str) -> tuple[int, int]:
    """How many were right, and how many answered at all."""
    marks = [mark for one in marked for mark in one.marks if mark.question == question and mark.given is not None]
    return sum(mark.state == RIGHT for mark in marks), len(marks)


def _money(value: float | None) -> object:
    return "" if value is None else round(value, 2)
