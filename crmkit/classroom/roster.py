"""Who is in the class: id, name, e-mail."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("id", "name", "email")
ALSO = {"e-mail": "email", "mail": "email", "学号": "id", "姓名": "name", "邮箱": "email", "电子邮箱": "email"}
LONGEST = 40  # characters of an id, which names files
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{one}" for port in ("com", "lpt") for one in range(1, 10))}
TOLD = 8  # faults named in one message


@dataclass(frozen=True)
class Student:
    """One line of the roster."""

    id: str
    name: str
    email: str


def read(path: str | os.PathLike[str]) -> tuple[Student, ...]:
    """Read a roster: CSV with the columns id, name, email, in UTF-8 or as Chinese Excel writes it.

    Parameters
    ----------
    path : path
        Commas, semicolons or tabs between the columns; 学号, 姓名, 邮箱 are understood as well.

    Raises
    ------
    FileNotFoundError, ValueError
        If it cannot be read, or a line has a blank, a double, an id that cannot name a file, or no e-mail address;
        every fault is told with its line.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"there is no roster {path}; expected a CSV with the columns {', '.join(COLUMNS)}")
    lines = list(_lines(_decoded(file.read_bytes(), path), path))
    faults, students, seen = [], [], {}
    for number, student in lines:
        faults += [f"line {number}: {fault}" for fault in _faults(student)]
        for what in ("id", "email"):
            key = (what, getattr(student, what).casefold())
            if key[1] and key in seen:
                faults.append(f"line {number}: {what} {getattr(student, what)!r} stands in line {seen[key]} already")
            seen.setdefault(key, number)
        students.append(student)
    if faults:
        more = f"; and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
        raise ValueError(f"roster {path}: {'; '.join(faults[:TOLD])}{more}. Mend these lines and run again")
    if not students:
        raise ValueError(f"roster {path} names nobody; expected a line for each student under {','.join(COLUMNS)}")
    return tuple(students)


def text(students: tuple[Student, ...]) -> str:
    """The roster as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.id, one.name, one.email) for one in students)
    return out.getvalue()


def _decoded(data: bytes, path: str | os.PathLike[str]) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"roster {path} is neither UTF-8 nor GB 18030. Mend: save it as 'CSV UTF-8'")


def _lines(content: str, path: str | os.PathLike[str]) -> Iterator[tuple[int, Student]]:
    first = content.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content), delimiter=mark)
    head = [_tidy(name).lower() for name in next(reader, [])]
    head = [ALSO.get(name, name) for name in head]
    lacking = [name for name in COLUMNS if head.count(name) != 1]
    if lacking:
        raise ValueError(f"roster {path} needs one column {lacking[0]!r}; its first line is {first.strip()[:80]!r}")
    for row in reader:
        if any(_tidy(cell) for cell in row):
            cells = [_tidy(cell) for cell in row] + [""] * len(head)
            yield reader.line_num, Student(*(cells[head.index(name)] for name in COLUMNS))


def _tidy(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).split())


def _faults(student: Student) -> Iterator[str]:
    for what in COLUMNS:
        if not getattr(student, what):
            yield f"{what} is blank"
    if student.id and (
        not all(one.isalnum() or one in "-_" for one in student.id)
        or len(student.id) > LONGEST
        or student.id.casefold() in RESERVED
    ):
        yield f"id {student.id!r} cannot name a file; use letters, figures, - and _ (at most {LONGEST})"
    if student.email and ("@" not in student.email.strip("@") or " " in student.email):
        yield f"email {student.email!r} is no address"
