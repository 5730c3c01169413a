"""The notebooks of a hand-out: blank, on the student's own data, recording answers.

The source stays as it is but for the lines that load data and open the sheet.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from crmkit import lab
from crmkit.checks.record import HANDOUT
from crmkit.classroom.blanks import SUFFIX, blank
from crmkit.classroom.course import EXERCISE

DATA = "data"
GLOSSARY = "GLOSSARY.md"
SHEET = re.compile(r"""checks\.Sheet\(\s*(["'])([\w-]+)\1\s*,\s*(\w+)\s*\)""")
LOAD = re.compile(r"store\.load\([^()]*\)")
ENVELOPE = re.compile(r"store\.open_envelope\([^()]*\)")
OWN = re.compile(r"checks\.own_case\([^()]*\)")
STUDENT = re.compile(r"^STUDENT\s*=.*\n", re.MULTILINE)
MEMO = re.compile(r"^memo\s*=", re.MULTILINE)
CHECKS = re.compile(r"^from crmkit import (.*\bchecks\b.*)$", re.MULTILINE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(((?!https?:|#|mailto:|data:|attachment:)[^)\s]+)\)")
SEALED = """**Your envelope comes after the memo.** You will get it as a second zip: unpack it over this folder, then go on
from here. Until then the cells of this part have nothing to open; write the memo (below) first."""
LAST = """## What was recorded

Answers, predictions and the memo are kept in `answers.json` beside this notebook, and nothing else: no time, no name of
your machine. You may change an answer until you hand in; the last one counts. Save, then hand in the whole folder as a
zip, or this notebook and `answers.json`. This is all that is recorded:"""


@dataclass(frozen=True)
class Paper:
    """One notebook of a hand-out."""

    bank: str
    file: str  # its name
    notebook: nbformat.NotebookNode


def source(bank: str, root: Path | None = None) -> Path:
    """The notebook that a case or exercise is written in.

    Raises
    ------
    FileNotFoundError
        If there is none, or more than one.
    """
    home = root or lab.root()
    number = bank.removeprefix(EXERCISE)
    pattern = f"exercises/{number}_*{SUFFIX}" if bank.startswith(EXERCISE) else f"notebooks/{number}_*.ipynb"
    found = sorted(home.glob(pattern))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise FileNotFoundError(f"{home / pattern}: expected one notebook of {bank}, found {names}")
    return found[0]


def paper(bank: str, root: Path | None = None) -> Paper:
    """The blank notebook of a case or exercise, made ready for a class."""
    path = source(bank, root)
    made = prepare(nbformat.read(path, as_version=4), bank, path.name)
    stem = path.name.removesuffix(SUFFIX).removesuffix(".ipynb")
    return Paper(bank, f"{stem}_exercises.ipynb" if bank.startswith(EXERCISE) else f"{stem}.ipynb", made)


def prepare(notebook: nbformat.NotebookNode, bank: str, name: str) -> nbformat.NotebookNode:
    """A blank copy that loads the data beside it and records what is answered.

    Parameters
    ----------
    notebook : NotebookNode
        Case or solutions; it is not changed.
    bank, name : str
        Of the questions, and of the file (for the messages).

    Raises
    ------
    ValueError
        If it opens no sheet, or loads more than one data set.
    """
    made = blank(copy.deepcopy(notebook))
    loads = {match for cell in made.cells if cell.cell_type == "code" for match in LOAD.findall(cell.source)}
    if len(loads) > 1:
        raise ValueError(f"{name} loads more than one data set ({', '.join(sorted(loads))}); a hand-out has one")
    opened = 0
    sealed = [at for at, cell in enumerate(made.cells) if cell.cell_type == "code" and ENVELOPE.search(cell.source)]
    for at in sealed[:1]:
        made.cells.insert(at, _cell("markdown", SEALED, "sealed1"))
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(_here, cell.source)
            continue
        cell.source, times = _rewrite(cell.source, bank)
        opened += times
    if opened != 1:
        raise ValueError(f"{name} opens {opened} sheets; expected one line sheet = checks.Sheet({bank!r}, case)")
    made.cells += [_cell("markdown", LAST, "record1"), _cell("code", "sheet.recorded()", "record2")]
    made.metadata.pop("widgets", None)
    return made


def _rewrite(code: str, bank: str) -> tuple[str, int]:
    where = f'"{DATA}/{bank}"'
    if OWN.search(code):
        code = STUDENT.sub("", OWN.sub("store.load()", code))
        code = CHECKS.sub(_with_store, code)
    code = LOAD.sub(f"store.load({where})", code)
    code = ENVELOPE.sub(f"store.open_envelope({where})", code)
    code, times = SHEET.subn(rf'checks.Sheet("{bank}", \3, record="{HANDOUT}")', code)
    if MEMO.search(code) and "sheet.memo" not in code:
        code += "\nsheet.memo(memo)"
    return code, times


def _with_store(match: re.Match[str]) -> str:
    names = sorted({*(one.strip() for one in match[1].split(",")), "store"})
    return f"from crmkit import {', '.join(names)}"


def _here(match: re.Match[str]) -> str:
    """A link out of the hand-out would lead nowhere: the glossary goes along, of others the words stay."""
    picture, words, target = match.groups()
    if target.startswith(f"../{GLOSSARY}"):
        return f"[{words}]({target.removeprefix('../')})"
    return f"({words})" if picture else words


def _cell(kind: str, text: str, name: str) -> nbformat.NotebookNode:
    make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
    return make(text, id=name)
