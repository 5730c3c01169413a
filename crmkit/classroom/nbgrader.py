"""An exercise as a source notebook for nbgrader, for schools that run it.

nbgrader gives all students the same notebook, so all work on the firm of one number;
own data for each student need ``crmkit class``. What it adds is its own routine of
release, collection, marks by hand and feedback.
"""

from __future__ import annotations

import copy
import os
import re
from pathlib import Path

import nbformat

from crmkit.atomic import new_folder
from crmkit.classroom.blanks import SUFFIX, TAG
from crmkit.classroom.course import module
from crmkit.classroom.papers import EXERCISE, source

SCHEMA = 3  # of nbgrader's metadata
CHECK = re.compile(r"""^sheet\.check\(\s*["'](\w+)["']\s*,\s*(.+)\)\s*$""")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def write(exercise: str, out: str | os.PathLike[str], *, root: Path | None = None, replace: bool = False) -> Path:
    """Write the source notebook of an assignment, whole or not at all.

    Parameters
    ----------
    exercise : str
        For example "exercise-10".
    out : path
        Folder to make: ``source/exercise-10`` of an nbgrader course.
    root : path, optional
        The checkout; default: found as `crmkit lab` finds it.
    replace : bool
        Replace an earlier one.

    Raises
    ------
    OSError, ValueError
        If there is no such exercise, or the folder is not free.
    """
    if not exercise.startswith(EXERCISE):
        raise ValueError(f"{exercise!r} is a case; nbgrader marks exercises, for example {EXERCISE}10")
    path = source(exercise, root)
    made = convert(nbformat.read(path, as_version=4), exercise)
    name = path.name.removesuffix(SUFFIX) + ".ipynb"
    with new_folder(out, marker=name, replace=replace) as fresh:
        (fresh / name).write_text(nbformat.writes(made) + "\n", encoding="utf-8", newline="\n")
    return Path(out) / name


def convert(notebook: nbformat.NotebookNode, exercise: str) -> nbformat.NotebookNode:
    """A solutions notebook with nbgrader's marks: what to write, and what is tested for a point.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    exercise : str
        Of the questions.

    Raises
    ------
    ValueError
        If a question of the exercise is never tested.
    """
    made, asked = copy.deepcopy(notebook), set()
    made.cells = [cell for cell in made.cells if cell.cell_type == "code" or TAG not in cell.metadata.get("tags", [])]
    for cell in made.cells:
        if cell.cell_type != "code":
            cell.metadata = {}
            continue
        cell.outputs, cell.execution_count = [], None
        solution = TAG in cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({})
        found = CHECK.match(cell.source)
        if solution:
            cell.source = _framed(cell.source)
            cell.metadata = _marks(cell.id, solution=True)
        elif found:
            name, answer = found.groups()
            asked.add(name)
            # The verdict's words, which name the slip, are the feedback of a failed test.
            cell.source = f'verdict = sheet.check("{name}", {answer})\nassert verdict.right, verdict.says'
            cell.metadata = _marks(f"check-{name}", grade=True)
        elif "own_case" in cell.source or "store.load" in cell.source:
            cell.metadata = _marks("set-up", locked=True)
    missing = sorted(set(module(exercise).BANK) - asked)
    if missing:
        raise ValueError(f"{exercise} never tests {', '.join(missing)}; expected a cell sheet.check(...) for each")
    return made


def _framed(code: str) -> str:
    lines = code.splitlines()
    opening = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "\n".join([*lines[:opening], BEGIN, *lines[opening:], END])


def _marks(name: str, *, solution: bool = False, grade: bool = False, locked: bool = False) -> nbformat.NotebookNode:
    about = {
        "schema_version": SCHEMA,
        "grade_id": name,
        "solution": solution,
        "grade": grade,
        "locked": locked or grade,
        "task": False,
    }
    return nbformat.from_dict({"nbgrader": about | ({"points": 1} if grade else {})})
