"""Deliveries become one record a student; what cannot be used is listed with its reason.

::

    submissions/collect.csv           every file that was read, and what became of it
    submissions/<id>/answers.json     what counts: of each case the record that was written last
    submissions/<id>/<n>_<name>.ipynb the notebooks, for the eye of a person
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from crmkit import __version__
from crmkit.atomic import new_folder
from crmkit.checks.question import MIME
from crmkit.checks.record import ANSWERS, Record, load, parse, write
from crmkit.classroom import cells
from crmkit.classroom.course import Course
from crmkit.classroom.delivery import Piece, Refused, read
from crmkit.classroom.roster import Student
from crmkit.classroom.whose import Labels

FOLDER, LIST = "submissions", "collect.csv"
TAKEN, DOUBLE, REFUSED, NOTED = "taken", "double", "refused", "noted"
HEAD = ("delivered", "student", "state", "reason")
UNSAFE = re.compile(r"[^\w.-]+")
EARLIER = "collected before"


@dataclass(frozen=True)
class Line:
    """What became of one file."""

    delivered: str
    student: str  # id; "" if not known
    state: str
    reason: str


@dataclass
class Basket:
    """What is in hand of one student while collecting."""

    record: Record | None = None
    notebooks: dict[str, bytes] = field(default_factory=dict)  # digest -> bytes, named by `names`
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Collected:
    """Who handed in, and what became of every file."""

    folder: Path
    handed_in: tuple[str, ...]  # ids
    missing: tuple[str, ...]
    lines: tuple[Line, ...]

    def count(self, state: str) -> int:
        """Files in this state."""
        return sum(line.state == state for line in self.lines)


def collect(
    course: Course, place: str | os.PathLike[str], *, progress: Callable[[str, float], None] | None = None
) -> Collected:
    """Take in what a platform delivered; nothing is run, and the delivery stays as it is.

    Parameters
    ----------
    course : Course
        As `course.load` gives it.
    place : path
        A folder of zips, folders, notebooks or answers.json, or the platform's zip of all.
    progress : function of (stage, share done), optional

    Returns
    -------
    Collected
        Collecting again adds to what is there.

    Raises
    ------
    OSError, ValueError
        If the place cannot be read at all, or the course folder not be written.
    """
    owners = {course.handout_id(one): one for one in course.students}
    baskets, labels = {one.id: Basket() for one in course.students}, Labels(course.students)
    lines: list[Line] = []
    target = course.folder / FOLDER
    _bring_back(target, owners, baskets, lines)
    homes: dict[str, set[str]] = {}
    loose: list[Piece] = []
    for number, piece in enumerate(read(place), start=1):
        if progress is not None:
            progress(f"reading file {number}", min(0.95, number / (3 * len(course.students) + 1)))
        if isinstance(piece, Refused):
            lines.append(Line(piece.where, "", REFUSED, piece.reason))
            continue
        line, owner = _take(piece, course, owners, baskets, labels)
        lines.append(line) if line else loose.append(piece)
        if owner is not None:
            homes.setdefault(piece.home, set()).add(owner.id)
            if piece.kind == "notebook":
                _keep(baskets[owner.id], piece)
    lines += [_beside(piece, homes, baskets) for piece in loose]
    with new_folder(target, marker=LIST, replace=True) as fresh:
        for student, basket in baskets.items():
            if basket.record is not None or basket.notebooks:
                _put(fresh / student, basket)
        lines += _left(target, fresh, baskets)
        cells.write(fresh / LIST, HEAD, ((line.delivered, line.student, line.state, line.reason) for line in lines))
    handed = tuple(one.id for one in course.students if baskets[one.id].record is not None)
    missing = tuple(one.id for one in course.students if baskets[one.id].record is None)
    return Collected(target, handed, missing, tuple(lines))


def records(course: Course) -> dict[str, Record]:
    """The records that were collected, by student.

    Raises
    ------
    FileNotFoundError
        If nothing was collected yet.
    """
    folder = course.folder / FOLDER
    if not (folder / LIST).is_file():
        raise FileNotFoundError(f"{folder} is not there yet. Mend: crmkit class collect {course.folder} FOLDER")
    found = {}
    for student in course.students:
        path = folder / student.id / ANSWERS
        if path.is_file():
            found[student.id] = load(path)
    return found


def _bring_back(target: Path, owners: Mapping[str, Student], baskets: Mapping[str, Basket], lines: list[Line]) -> None:
    """What earlier calls took in counts as delivered first."""
    for owner in owners.values():
        folder = target / owner.id
        if (folder / ANSWERS).is_file():
            baskets[owner.id].record = load(folder / ANSWERS)
            lines.append(Line(f"{FOLDER}/{owner.id}/{ANSWERS}", owner.id, TAKEN, EARLIER))
        for path in sorted(folder.glob("*.ipynb")):
            _keep(baskets[owner.id], Piece(path.name.partition("_")[2], "", "notebook", path.read_bytes()))


def _left(target: Path, fresh: Path, known: Iterable[str]) -> Iterator[Line]:
    """What was collected of somebody who left the roster since is kept."""
    for folder in sorted(target.glob("*/")):
        if folder.name not in set(known):
            shutil.copytree(folder, fresh / folder.name)
            yield Line(f"{FOLDER}/{folder.name}", "", NOTED, "kept; no longer in the roster")


def _take(
    piece: Piece, course: Course, owners: Mapping[str, Student], baskets: Mapping[str, Basket], labels: Labels
) -> tuple[Line | None, Student | None]:
    """What becomes of a piece; no line for a notebook that does not say whose it is."""
    try:
        found = parse(piece.data) if piece.kind == "answers" else _in_notebook(piece.data)
    except ValueError as error:
        return Line(piece.where, "", REFUSED, str(error)), None
    if found is None:
        return None, None
    owner = owners.get(found.handout)
    if owner is None:
        reason = f"its hand-out is not of this course: it says {found.course}, {found.student}"
        if found.course == course.name and found.student in {one.id for one in course.students}:
            reason = "its hand-out id is not the one given to this student: changed by hand, or of another year"
        return Line(piece.where, "", REFUSED, reason), None
    other = labels.first(piece.where)
    if other is not None and other != owner:
        reason = f"the hand-out of {owner.id} {owner.name} delivered under the name of {other.id} {other.name}"
        return Line(piece.where, other.id, REFUSED, reason), None
    return _merge(piece, found, owner, baskets[owner.id]), owner


def _merge(piece: Piece, found: Record, owner: Student, basket: Basket) -> Line:
    notes = (
        [] if found.whole else ["its seal does not fit: damaged or changed by hand; answers are taken as they stand"]
    )
    if found.student != owner.id:
        notes.append(f"it says student {found.student!r}")
    if found.crmkit != __version__:
        notes.append(f"written by crmkit {found.crmkit}")
    before = basket.record
    if before is None:
        basket.record = replace(found, student=owner.id)
        return Line(piece.where, owner.id, TAKEN, "; ".join(notes))
    later = {
        bank: noted
        for bank, noted in found.cases.items()
        if bank not in before.cases or noted.count > before.cases[bank].count
    }
    differs = {bank for bank, noted in found.cases.items() if bank not in later and noted != before.cases[bank]}
    if later:
        whole = before.whole and found.whole
        basket.record = replace(before, cases={**before.cases, **later}, whole=whole, crmkit=found.crmkit)
        notes.insert(0, f"later than another: counts for {', '.join(sorted(later))}")
        return Line(piece.where, owner.id, TAKEN, "; ".join(notes))
    same = "an earlier state of what counts" if differs else "the same as what counts"
    return Line(piece.where, owner.id, DOUBLE, "; ".join([same, *notes]))


def _in_notebook(data: bytes) -> Record | None:
    """The last record that the outputs of a notebook hold."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        found = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("it is not readable as a notebook: cut off, or something else by that name") from None
    parsed = [parse(one) for one in found]
    return max(parsed, key=lambda one: sum(noted.count for noted in one.cases.values()), default=None)


def _keep(basket: Basket, piece: Piece) -> None:
    digest = sha256(piece.data).hexdigest()
    basket.notebooks.setdefault(digest, piece.data)
    basket.names.setdefault(digest, piece.where.rsplit("!", 1)[-1].rsplit("/", 1)[-1])


def _beside(piece: Piece, homes: Mapping[str, set[str]], baskets: Mapping[str, Basket]) -> Line:
    """A notebook without a record goes to the one whose record lies in the same folder or zip."""
    owners = homes.get(piece.home, set())
    if len(owners) == 1:
        (owner,) = owners
        _keep(baskets[owner], piece)
        return Line(piece.where, owner, NOTED, "kept beside the answers; it holds no record itself")
    reason = "a notebook that holds no record of answers, without an answers.json beside it; ask for the folder"
    return Line(piece.where, "", REFUSED, reason)


def _put(folder: Path, basket: Basket) -> None:
    folder.mkdir()
    if basket.record is not None:
        write(basket.record, folder / ANSWERS)
    for number, (digest, data) in enumerate(basket.notebooks.items(), start=1):
        stem = UNSAFE.sub("_", basket.names[digest].removesuffix(".ipynb"))[-60:]
        (folder / f"{number}_{stem}.ipynb").write_bytes(data)
