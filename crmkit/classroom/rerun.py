"""Notebooks run again on data that their authors never saw: an answer that does not move was typed in."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from crmkit.checks.question import RIGHT, WRONG
from crmkit.checks.record import ANSWERS, HANDOUT, LARGEST, Noted, parse
from crmkit.classroom import collect, driver, grade, isolation, salt
from crmkit.classroom.course import Course
from crmkit.classroom.grade import Class, Rerun
from crmkit.classroom.handout import data_of
from crmkit.classroom.isolation import Isolation
from crmkit.classroom.marking import Mark, Marked, Sheet, mark

SHEET = re.compile(r"""checks\.Sheet\(\s*\\?["']([\w-]+)\\?["']""")
FOLLOWS, TYPED, LOST, NONE = "follows the data", "typed in", "goes wrong", "no answer"


@dataclass(frozen=True)
class Job:
    """One notebook, and the data it has not seen."""

    student: str
    bank: str
    seed: int
    notebook: Path
    seen: Marked  # what it answered on its own data


def grade_again(course: Course, shut: Isolation, *, progress: Callable[[str, float], None] | None = None) -> Class:
    """Grade, then run every notebook on other data; what does not move is told to a person and changes no mark.

    Parameters
    ----------
    course : Course
        As `course.load` gives it.
    shut : Isolation
        As `isolation.probe` found it, and `isolation.allow` allowed it.
    progress : function of (stage, share done), optional
    """
    found = grade.results(course, collect.records(course), progress=progress)
    jobs = list(_jobs(course, found))
    lines: list[Rerun] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as hands:  # each waits for a process of its own
        for done, made in enumerate(hands.map(lambda job: again(job, shut), jobs), start=1):
            lines += made
            if progress is not None:
                progress(f"running notebook {done} of {len(jobs)}", done / len(jobs))
    noted = [replace(one, notes=(*one.notes, *_told(one.student.id, lines))) for one in found.results]
    whole = replace(found, results=tuple(noted), reruns=tuple(lines), isolation=shut.words)
    grade.write(whole, progress=progress)
    return whole


def again(job: Job, shut: Isolation) -> list[Rerun]:
    """Run one notebook on other data, and hold its answers against the right ones there."""
    with tempfile.TemporaryDirectory(prefix="rerun-", ignore_cleanup_errors=True) as home:
        desk = Path(home) / "desk"
        for name, data in data_of(job.bank, job.seed, truth=True).items():
            (desk / name).parent.mkdir(parents=True, exist_ok=True)
            (desk / name).write_bytes(data)
        about = {"course": "rerun", "student": "rerun", "handout": "rerun", "cases": {job.bank: {"marked": True}}}
        (desk / HANDOUT).write_text(json.dumps(about), encoding="utf-8")
        shutil.copy(job.notebook, desk / "notebook.ipynb")
        shutil.copy(driver.__file__, desk / "driver.py")
        done = isolation.run("driver.py", desk, full=shut.full)
        how = "the time was up" if done.late else f"{done.status} cells failed" if done.status > 0 else ""
        if done.status < 0 and not done.late:
            how = "it was stopped by a limit"
        noted = _noted(desk / ANSWERS, job.bank)
    asked = grade.questions(job.bank)
    there = {one.question: one for one in mark(Sheet(job.student, job.bank, job.seed, noted)).marks}
    return [
        Rerun(job.student, job.bank, here.question, _state(here, there[here.question]), how)
        for here in job.seen.marks
        if here.given is not None and not asked[here.question].options  # a choice is clicked, not written
    ]


def _jobs(course: Course, found: Class) -> Iterator[Job]:
    other = salt.other(course.salt)
    for one in found.results:
        seen: set[str] = set()
        for path in sorted((course.folder / collect.FOLDER / one.student.id).glob("*.ipynb"), reverse=True):
            for bank in SHEET.findall(path.read_text("utf-8", "replace")):
                if bank in one.cases and bank not in seen:  # the last that was collected
                    seen.add(bank)
                    yield Job(one.student.id, bank, salt.seed(other, bank, one.student.id), path, one.cases[bank])


def _noted(path: Path, bank: str) -> Noted:
    """What the run recorded; it may have written anything, or a link."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return Noted()
    try:
        return parse(path.read_bytes()).cases.get(bank, Noted())
    except ValueError:
        return Noted()


def _state(here: Mark, there: Mark) -> str:
    if there.state == RIGHT:
        return FOLLOWS
    if there.given is None:
        return NONE
    return TYPED if there.given == here.given else LOST if there.state == WRONG and here.state == RIGHT else FOLLOWS


def _told(student: str, lines: list[Rerun]) -> Iterator[str]:
    for bank in dict.fromkeys(line.bank for line in lines if line.student == student):
        mine = [line for line in lines if (line.student, line.bank) == (student, bank)]
        typed = [line.question for line in mine if line.state == TYPED]
        lost = [line.question for line in mine if line.state in (LOST, NONE)]
        how = f" ({mine[0].how})" if mine[0].how else ""
        if typed:
            yield f"{bank}: on other data the notebook gives the same answers, so they were typed in: {', '.join(typed)}"
        if lost:
            yield f"{bank}: on other data the notebook gives no right answer to {', '.join(lost)}{how}"
