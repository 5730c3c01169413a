"""Blank exercises: written from the solutions, so that the two cannot drift apart.

In a solutions notebook, cells tagged ``solution`` hold what a student is to write.
In the blank copy a code cell keeps its opening comments and its names, each with
dots in the place of the work; a text cell so tagged is left out.
"""

from __future__ import annotations

import argparse
import ast
import copy
import sys
from pathlib import Path

import nbformat

from crmkit import atomic

TAG = "solution"
SUFFIX = "_solutions.ipynb"


def blank_cell(source: str) -> str:
    """The opening comments of a solution and its names, to be filled in.

    >>> print(blank_cell("# Days since the last purchase\\ngap = 3\\nmine = gap + 1"))
    # Days since the last purchase
    mine = ...

    Only the last name is kept: the way there is the student's own.
    """
    comments = []
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        comments.append(line)
    names = [
        target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    if not names:
        raise ValueError(f"this solution cell assigns no name, so nothing is left to fill in:\n{source}")
    return "\n".join([*comments, f"{names[-1]} = ..."])


def blank(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy without solutions and without outputs."""
    made = copy.deepcopy(notebook)
    made.cells = [cell for cell in made.cells if not (cell.cell_type == "markdown" and TAG in _tags(cell))]
    for cell in made.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if TAG in _tags(cell):
            cell.source = blank_cell(cell.source)
            cell.metadata.tags = [tag for tag in cell.metadata.tags if tag != TAG] + ["answer"]
    return made


def _tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def write_blanks(folder: Path) -> list[Path]:
    """Write the blank of every solutions notebook in the folder, each whole or not at all."""
    written = []
    for source in sorted(folder.glob(f"*{SUFFIX}")):
        target = folder / (source.name.removesuffix(SUFFIX) + ".ipynb")
        text = nbformat.writes(blank(nbformat.read(source, as_version=4))) + "\n"
        atomic.write_text(target, text)
        written.append(target)
    return written


def main(words: list[str] | None = None) -> int:
    """``python -m crmkit.classroom.blanks exercises``"""
    parser = argparse.ArgumentParser(description="write the blank exercises from their solutions")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(words).folder
    written = write_blanks(folder)
    if not written:
        print(f"{folder} holds no *{SUFFIX}", file=sys.stderr)
        return 2
    for path in written:
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
