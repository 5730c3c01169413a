"""Made-up students: they unpack a hand-out and answer as they please."""

import os
import zipfile
from contextlib import contextmanager
from hashlib import sha256

import nbformat
from paths import ROOT

from crmkit import checks, store
from crmkit.checks.record import HANDOUT
from crmkit.classroom import course, handout, salt

ROSTER = "id,name,email\n2026001,Ada 王,ada@x.cn\n2026002,李波,bob@x.cn\n2026003,Eve Zhou,eve@x.cn\n2026004,马洛里,mal@x.cn\n"
SOLUTIONS = ROOT / "exercises/10_retail_solutions.ipynb"


def new_course(home, *, cases=("exercise-10",), roster=ROSTER, name="CRM101", year="2026", **options):
    """A course whose salt follows from name and year: with a fresh one, every run would test other data."""
    (home / "roster.csv").write_text(roster, encoding="utf-8")
    made = course.new(home / name, cases=cases, roster=home / "roster.csv", **options)
    drawn = sha256((name + year).encode()).hexdigest()
    (made.folder / salt.FILE).write_text(drawn + "\n", encoding="utf-8", newline="\n")
    return course.load(made.folder)


@contextmanager
def inside(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def unpack(made, student, desk, **options):
    """The hand-out of a student, unpacked on a desk of their own."""
    zips = made.folder / handout.FOLDER
    if not zips.is_dir():
        handout.write(made, root=ROOT, **options)
    with zipfile.ZipFile(zips / f"{made.name}_{student}.zip") as archive:
        archive.extractall(desk)
    return desk / f"{made.name}_{student}"


def solve(folder, bank="exercise-10", change=None):
    """Run our own solutions on the data of a hand-out, `change` some answers, and record them."""
    with inside(folder):
        case = store.load(f"data/{bank}")
        sheet = checks.Sheet(bank, case, record=HANDOUT)
        names = {"case": case, "sheet": sheet, **(change or {})}
        for cell in nbformat.read(SOLUTIONS, as_version=4).cells:
            if cell.cell_type == "code":
                source = cell.source.split("STUDENT")[0]
                if "sheet.check(" in source:
                    names |= change or {}
                exec(source, names)
    return sheet


def pack(folder, target):
    """The folder as a student zips it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{folder.name}/{path.relative_to(folder)}")
    return target


def write_notebook(folder, answers=None, extra=""):
    """Fill the notebook of a hand-out: with our solutions, or with these answers typed in; its path."""
    (path,) = folder.glob("10_*exercises.ipynb")
    solved = {cell.source.split("\n")[0]: cell.source for cell in nbformat.read(SOLUTIONS, as_version=4).cells}
    made = nbformat.read(path, as_version=4)
    for cell in made.cells:
        if "answer" in cell.metadata.get("tags", []):
            name = cell.source.rsplit("\n", 1)[-1].split(" = ")[0]
            cell.source = f"{name} = {answers.get(name)!r}" if answers else solved[cell.source.split("\n")[0]]
    made.cells.insert(2, nbformat.v4.new_code_cell(extra))
    nbformat.write(made, path)
    return path
