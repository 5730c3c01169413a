"""Where in a notebook a question is put, and by what a memo is judged: read from the notebook itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from crmkit.classroom.papers import source

HEADING = re.compile(r"^#{1,3} +(.+)$", re.MULTILINE)
PUT = re.compile(r"""sheet\.(?:check|predict)\(\s*["'](\w+)["']|explore\.ask\(\s*sheet\s*,\s*["'](\w+)["']""")
RUBRIC = re.compile(r"^\|([^|]+)\|\s*(\d+)\s*\|\s*$", re.MULTILINE)
MARKUP = re.compile(r"[*_`]|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Outline:
    """What a grader needs to know of a notebook."""

    file: str
    sections: dict[str, str]  # question -> heading above it
    rubric: tuple[tuple[str, int], ...]  # lines of the memo's rubric with their points


def outline(bank: str, root: Path | None = None) -> Outline:
    """Read the notebook of a case; where there is none, an outline without sections and rubric."""
    try:
        path = source(bank, root)
    except FileNotFoundError:
        return Outline("", {}, ())
    heading, sections, rubric = "", {}, ()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            found = HEADING.findall(cell.source)
            heading = _words(found[-1]) if found else heading
            if "memo" in cell.source.lower():
                lines = tuple((_words(line), int(points)) for line, points in RUBRIC.findall(cell.source))
                rubric = lines or rubric
            continue
        for names in PUT.findall(cell.source):
            sections.setdefault(next(filter(None, names)), heading)
    return Outline(path.name.replace("_solutions", "_exercises"), sections, rubric)


def _words(text: str) -> str:
    return MARKUP.sub(r"\1", text).strip()
