"""How long a class takes: hand-outs, collection, marks. `python -m benchmarks.classroom [students]`

There is no peer to race: no other kit draws data for each student. The bars are the ones we set ourselves for 300
students: hand-outs in two minutes, marks in one. Every student hands in nine wrong answers, the slowest to mark,
since each is held against the slips and against the right answers of all others.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from pathlib import Path

from crmkit.checks import exercise_10
from crmkit.checks.record import ANSWERS, Noted, Record, write
from crmkit.classroom import collect, course, grade, handout
from crmkit.progress import Progress

STUDENTS = 300
BANK = "exercise-10"
BARS = {"hand-outs": 120.0, "collection": 60.0, "marks": 60.0}  # seconds


def deliver(made: course.Course, post: Path) -> None:
    """Each student's zip: the hand-out with answers.json in it."""
    post.mkdir()
    for number, student in enumerate(made.students):
        answers = {name: round(1.0 + number / 977, 5) for name in exercise_10.BANK}
        record = Record(made.name, student.id, made.handout_id(student), {BANK: Noted(answers=answers, count=9)})
        write(record, post / ANSWERS)
        target = post / f"{student.name}_{number}_assignsubmission_file.zip"
        target.write_bytes((made.folder / handout.FOLDER / f"{made.name}_{student.id}.zip").read_bytes())
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.write(post / ANSWERS, f"{made.name}_{student.id}/{ANSWERS}")
    (post / ANSWERS).unlink()


def main(students: int) -> None:
    """Time each step of one class and print it beside its bar."""
    with tempfile.TemporaryDirectory() as home:
        roster = Path(home) / "roster.csv"
        lines = [f"2026{number:04d},学生{number},s{number}@example.cn" for number in range(students)]
        roster.write_text("\n".join(["id,name,email", *lines]) + "\n", encoding="utf-8")
        made = course.new(Path(home) / "CRM101", cases=[BANK], roster=roster)
        took = {}
        with Progress() as progress:
            begin = time.perf_counter()
            handout.write(made, progress=progress)
            took["hand-outs"] = time.perf_counter() - begin
            deliver(made, Path(home) / "post")
            begin = time.perf_counter()
            found = collect.collect(made, Path(home) / "post")
            took["collection"] = time.perf_counter() - begin
            begin = time.perf_counter()
            marked = grade.grade(made, progress=progress)
            took["marks"] = time.perf_counter() - begin
        assert len(found.handed_in) == students == len(marked.results)
        size = sum(path.stat().st_size for path in (made.folder / handout.FOLDER).glob("*.zip")) / students / 1e6
    for step, seconds in took.items():
        print(f"{step:<11} {students} students {seconds:7.1f} s   bar for {STUDENTS}: {BARS[step]:.0f} s")
    print(f"a hand-out of {BANK} has {size:.2f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS)
