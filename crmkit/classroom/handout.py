"""One zip a student: blank notebooks and data of their own, without the truth."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from crmkit import __version__, lab, store
from crmkit.atomic import new_folder
from crmkit.checks.record import HANDOUT
from crmkit.classroom import cells
from crmkit.classroom.course import Course, module
from crmkit.classroom.hands import each
from crmkit.classroom.papers import DATA, GLOSSARY, paper
from crmkit.classroom.roster import Student
from crmkit.worlds import Case

FOLDER, LIST = "handouts", "handouts.csv"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever they are written
README = """{course}: hand-out of {student}

1. Unpack this zip whole, into a folder of its own.
2. Open the notebooks from that folder in JupyterLab, with crmkit {version} installed.
3. The data are yours alone: nobody else's answers fit them.
4. What you answer is kept in answers.json, which you can read. Hand in the folder as a zip, or the notebooks
   together with answers.json.

解压整个文件夹后再打开笔记本；数据只属于你一个人。交作业时请上交整个文件夹（zip）。
"""


@dataclass(frozen=True)
class Job:
    """What one zip needs; it goes to another process."""

    path: Path
    top: str  # the folder in it; an envelope unpacks over the hand-out
    seeds: Mapping[str, int]
    files: Mapping[str, str]  # name in the zip -> text
    truth: bool


def write(
    course: Course,
    *,
    cases: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    root: Path | None = None,
    truth: bool = False,
    cores: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write the zips of a class, all or none; again, and no byte differs.

    Parameters
    ----------
    course : Course
        As `course.load` gives it.
    cases : list of text, optional
        Some of the course's cases and exercises; default all.
    out : path, optional
        Default: the folder "handouts" of the course, or "envelopes".
    root : path, optional
        The checkout that holds notebooks and exercises; default: found as `crmkit lab` finds it.
    truth : bool
        Write envelopes in the place of hand-outs: the data with their truth, to be given out after the memo.
    cores : int
        As in `hands.each`.
    progress : function of (stage, share done), optional

    Returns
    -------
    Path
        The folder; its handouts.csv says which zip is whose, for mailing.
    """
    banks = _chosen(course, cases)
    target = Path(out) if out is not None else course.folder / ("envelopes" if truth else FOLDER)
    shared = {} if truth else _shared(banks, root or lab.root())
    with new_folder(target, marker=LIST, replace=True) as fresh:
        jobs = [_job(course, student, banks, shared, fresh, truth) for student in course.students]
        for done, _ in enumerate(each(pack, jobs, cores=cores), start=1):
            if progress is not None:
                progress(f"hand-out {done} of {len(jobs)}", done / len(jobs))
        whose = zip(course.students, jobs, strict=True)
        rows = ((student.id, student.name, student.email, job.path.name) for student, job in whose)
        cells.write(fresh / LIST, ("id", "name", "email", "file"), rows)
    return target


def files_of(course: Course, student: Student, banks: Sequence[str], shared: Mapping[str, str]) -> dict[str, str]:
    """The texts of a hand-out: notebooks, handout.json, how to begin."""
    about = {
        "layout": 1,
        "crmkit": __version__,
        "course": course.name,
        "student": student.id,
        "handout": course.handout_id(student),
        "cases": {bank: {"marked": bank in course.marked} for bank in banks},
    }
    words = README.format(course=course.name, student=student.id, version=__version__)
    return {**shared, HANDOUT: json.dumps(about, indent=1, ensure_ascii=False) + "\n", "README.txt": words}


def pack(job: Job) -> Path:
    """Draw a student's data and write the zip."""
    files = {name: text.encode() for name, text in job.files.items()}
    for bank, seed in job.seeds.items():
        files |= data_of(bank, seed, truth=job.truth)
    with zipfile.ZipFile(job.path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{job.top}/{name}", LONG_AGO)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, files[name])
    return job.path


def data_of(bank: str, seed: int, *, truth: bool = False) -> dict[str, bytes]:
    """The files of a drawn case, by their name in the zip. Its seed is left out: it would draw the truth again."""
    drawn = module(bank).case(seed)
    given = Case(drawn.frames, name=drawn.name, seed=None, truth=drawn.truth if truth else None)
    with tempfile.TemporaryDirectory() as home:
        folder = store.save(given, Path(home) / "case")
        return {
            f"{DATA}/{bank}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _chosen(course: Course, cases: Sequence[str] | None) -> tuple[str, ...]:
    strange = [bank for bank in cases or () if bank not in course.banks]
    if strange:
        raise ValueError(f"the course {course.name} has no case {strange[0]!r}; it has {', '.join(course.banks)}")
    return tuple(cases) if cases else course.banks


def _shared(banks: Sequence[str], root: Path) -> dict[str, str]:
    papers = [paper(bank, root) for bank in banks]
    texts = {one.file: nbformat.writes(one.notebook) + "\n" for one in papers}
    glossary = root / GLOSSARY
    return texts | ({GLOSSARY: glossary.read_text("utf-8")} if glossary.is_file() else {})


def _job(
    course: Course, student: Student, banks: Sequence[str], shared: Mapping[str, str], folder: Path, truth: bool
) -> Job:
    seeds = {bank: course.seed(bank, student) for bank in banks}
    top = f"{course.name}_{student.id}"
    files = {} if truth else files_of(course, student, banks, shared)
    return Job(folder / f"{top}{'_envelope' if truth else ''}.zip", top, seeds, files, truth)
