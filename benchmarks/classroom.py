"""How long a class takes: hand-outs, collection, marks. `python -m benchmarks.classroom [students] [cases]`

There is no peer to race: no other kit draws data for each student. The bars are the ones we set ourselves for 300
students: hand-outs in two minutes, marks in one. "Marks" works out every right answer first; "marks again" is what it
takes with the key at hand, after late deliveries or after `crmkit class key`. Every answer handed in is wrong, the
slowest to mark, since each is held against the slips and against the right answers of all others. Cases are for
example 10 or exercise-10,11; 10 takes its exercise along.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmkit.checks.record import ANSWERS, Noted, Record, write
from crmkit.classroom import collect, course, grade, handout, hands
from crmkit.progress import Progress

STUDENTS = 300
CASES = "exercise-10"
BARS = {"hand-outs": 120.0, "collection": 60.0, "marks": 60.0, "marks again": 60.0}  # seconds


def deliver(made: course.Course, post: Path) -> None:
    """Each student's zip: the hand-out with answers.json in it."""
    post.mkdir()
    for number, student in enumerate(made.students):
        cases = {
            bank: Noted(answers={name: round(1.0 + number / 977, 5) for name in grade.questions(bank)}, count=1)
            for bank in made.banks
        }
        write(Record(made.name, student.id, made.handout_id(student), cases), post / ANSWERS)
        target = post / f"{student.name}_{number}_assignsubmission_file.zip"
        target.write_bytes((made.folder / handout.FOLDER / f"{made.name}_{student.id}.zip").read_bytes())
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.write(post / ANSWERS, f"{made.name}_{student.id}/{ANSWERS}")
    (post / ANSWERS).unlink()


@contextmanager
def clock(step: str, took: dict[str, tuple[float, float]]) -> Iterator[None]:
    """Seconds by the wall, and of computing in this process and its children: a busy machine stretches the first."""
    begin, before = time.perf_counter(), os.times()
    yield
    after = os.times()
    took[step] = time.perf_counter() - begin, sum(after[:4]) - sum(before[:4])


def main(students: int, cases: str) -> None:
    """Time each step of one class and print it beside its bar."""
    with tempfile.TemporaryDirectory() as home:
        roster = Path(home) / "roster.csv"
        lines = [f"2026{number:04d},学生{number},s{number}@example.cn" for number in range(students)]
        roster.write_text("\n".join(["id,name,email", *lines]) + "\n", encoding="utf-8")
        made = course.new(Path(home) / "CRM101", cases=cases.split(","), roster=roster)
        took, cores = {}, hands.cores()
        with Progress() as progress:
            with clock("hand-outs", took):
                handout.write(made, cores=cores, progress=progress)
            deliver(made, Path(home) / "post")
            with clock("collection", took):
                found = collect.collect(made, Path(home) / "post")
            with clock("marks", took):
                grade.grade(made, cores=cores, progress=progress)
            with clock("marks again", took):
                marked = grade.grade(made, cores=cores, progress=progress)
        assert len(found.handed_in) == students == len(marked.results)
        size = sum(path.stat().st_size for path in (made.folder / handout.FOLDER).glob("*.zip")) / students / 1e6
    for step, (seconds, computing) in took.items():
        print(
            f"{step:<11} {students} students {seconds:7.1f} s on {cores} cores, of which it computed {computing:6.1f} s "
            f"(bar for {STUDENTS}: {BARS[step]:.0f} s)"
        )
    print(f"a hand-out of {cases} has {size:.2f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS, sys.argv[2] if len(sys.argv) > 2 else CASES)
