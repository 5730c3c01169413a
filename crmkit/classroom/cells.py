"""Tables as CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

# What a spreadsheet takes for a formula; the wide forms of Chinese keyboards too. -5 and +1.2 are harmless.
FORMULA = re.compile(r"^(?![+-]?\d+([.,]\d+)*$)[=+\-@\t\r\n＝＋－＠]")


def safe(cell: object) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("-5"), safe("王芳"), safe(None)
    ("'=1+1", '-5', '王芳', '')
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as Excel reads it: UTF-8 with a mark, lines end in CR LF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
