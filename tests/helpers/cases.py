"""The cases: their notebooks and the data these load."""

import re
from functools import cache

import nbformat
from paths import ROOT

from crmkit import checks, store

NUMBERS = sorted(name for name in checks.BANKS if not name.startswith("exercise"))


def notebook(number):
    """The notebook of a case."""
    (path,) = ROOT.glob(f"notebooks/{number}_*.ipynb")
    return path


@cache
def committed(number):
    """The data that the notebook of a case loads, with their truth."""
    cells = nbformat.read(notebook(number), as_version=4).cells
    source = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    (folder,) = set(re.findall(r'store\.load\("\.\./(datasets/\w+)"\)', source))
    sheet = checks.Sheet(number, store.load(ROOT / folder))
    sheet.open(store.open_envelope(ROOT / folder))
    return sheet.case
