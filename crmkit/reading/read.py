"""One verb, `read`: whatever the file is, a frame comes out or one clear error."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmkit.reading.kinds import look

if TYPE_CHECKING:
    import pandas as pd


def read(
    path: str | os.PathLike[str],
    *,
    columns: Sequence[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> pd.DataFrame:
    """Read a file of orders: CSV (also .gz), Excel (.xlsx) or Parquet.

    What a file is, is judged by its first bytes. Cells of a CSV stay text, so that
    `cleaning.clean` can say what it mended and what it rejected; Excel and Parquet
    keep their types.

    Parameters
    ----------
    path : path
        The file. Text may be parted by comma, semicolon, tab or bar, and be in UTF-8,
        UTF-16, GB 18030 or Windows-1252.
    columns : names, optional
        The columns that are wanted; by default all that have a name. Only these are kept
        in memory, and of a workbook the first sheet that has them is read.
    progress : function of (stage, share done), optional
        Called now and then.

    Returns
    -------
    DataFrame
        Index ``row``: the number of the row in the file, as a spreadsheet shows it (the
        names are row 1; blank lines of a text do not count); in Parquet from 1.
        ``.attrs``: source (name of the file), notes (what was noticed about it).

    Raises
    ------
    FileError
        If there is no such file, it is empty, broken, protected, not what its ending
        says, has rows with too many cells, or lacks a wanted column or has it twice.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "orders.csv").write_text("who;money\\n007;1,50\\n")
    ...     read(folder + "/orders.csv")
         who money
    row
    2    007  1,50
    """
    if isinstance(columns, str):
        raise TypeError(f"columns={columns!r} is one text; expected a list of names. Mend: columns=[{columns!r}]")
    wanted = None if columns is None else list(dict.fromkeys(columns))
    found = look(Path(path))
    stage = f"reading {found.name}"

    def tell(share: float) -> None:
        if progress is not None:
            progress(stage, share)

    tell(0.0)
    if found.kind == "excel":
        from crmkit.reading.sheets import read_excel

        frame, notes = read_excel(found, wanted, tell)
    elif found.kind == "parquet":
        from crmkit.reading.sheets import read_parquet

        frame, notes = read_parquet(found, wanted, tell)
    else:
        from crmkit.reading.delimited import read_delimited
        from crmkit.reading.text import study

        frame, notes = read_delimited(study(found), wanted, tell)
    tell(1.0)
    frame.attrs = {"source": found.name, "notes": notes}
    return frame
