"""The folder of a warehouse: whole versions of one database, and a note that says which of them holds.

::

    warehouse.json     which version holds
    v000012.duckdb     that version; closed for good, so any number may read it
    archive/           months that were moved out of it, as Parquet
    lock               held by the one who writes

DuckDB lets either one process write a file or many read it. So a writer never touches the version that is read: it
works on a copy, and when that is complete and on the disk, the note is exchanged for one that names it. Whoever reads
meanwhile goes on reading the old version; whoever is killed leaves a copy that nobody knows of.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmkit.atomic import new_folder
from crmkit.warehouse import note, schema

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

# Those who read may neither write files nor read others, nor lift that again.
READING = {"enable_external_access": "false"}
TRIES = 20  # a version may be exchanged between reading the note and opening it


@dataclass(frozen=True)
class Warehouse:
    """Where a warehouse lies, and whether it may be written through this record."""

    path: Path
    read_only: bool = True


def create(path: str | os.PathLike[str]) -> Warehouse:
    """Make an empty warehouse in a new folder, with all its tables and views.

    Parameters
    ----------
    path : path
        New or empty; there is nothing of it until all is complete.

    Returns
    -------
    Warehouse
        Open for loading.

    Raises
    ------
    OSError
        If there is something at that place, or it cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     house = create(home + "/bank.dw")
    ...     int(query(house, "SELECT count(*) AS n FROM transactions").loc[0, "n"])
    0
    """
    with new_folder(path, marker=note.NOTE) as fresh:
        (fresh / note.ARCHIVE).mkdir()
        with session(fresh / note.file_of(1)) as con:
            schema.build(con)
        note.write(fresh, 1)
    return Warehouse(Path(path), read_only=False)


def open(path: str | os.PathLike[str], *, read_only: bool = True) -> Warehouse:
    """Open a warehouse, for reading only unless asked otherwise.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is none, or another crmkit wrote it.
    """
    house = Warehouse(Path(path), read_only=read_only)
    note.read(house.path)
    return house


def connect(house: Warehouse) -> DuckDBPyConnection:
    """A read-only connection to the version that holds now, which stays the same while loads go on.

    It reads no other file and writes none. Close it when done.

    Raises
    ------
    FileNotFoundError, OSError
        If the warehouse or its version is not there, or is damaged.
    """
    import duckdb

    for _ in range(TRIES):
        version, size = note.read(house.path)
        file = house.path / note.file_of(version)
        try:
            if file.stat().st_size != size:
                raise OSError(
                    f"{file} has {file.stat().st_size:,} bytes; expected {size:,}, as {note.NOTE} says. "
                    "Mend: bring the file back from a copy of the folder"
                )
            return session(file, read_only=True, config=READING)
        except FileNotFoundError:  # a writer has exchanged it since
            continue
        except duckdb.Error as error:
            if not file.exists():
                continue
            raise OSError(f"{file} cannot be opened: {str(error).strip().splitlines()[0]}") from None
    raise FileNotFoundError(
        f"{house.path / note.file_of(version)} is missing; expected it, as {note.NOTE} says. Mend: bring it back"
    )


def query(house: Warehouse, sql: str, parameters: object = None) -> pd.DataFrame:
    """Ask the warehouse in SQL; the answer is a frame.

    Parameters
    ----------
    house : Warehouse
    sql : str
        One statement; it can change nothing.
    parameters : list or dict, optional
        Values for ``?`` or ``$name`` in it, never to be pasted into the text.

    Returns
    -------
    DataFrame
        Money as float, days as datetime64.

    Raises
    ------
    ValueError
        If DuckDB does not understand it, with what it says.
    """
    import duckdb

    with connect(house) as con:
        try:
            return con.execute(sql, parameters).df()
        except duckdb.Error as error:
            raise ValueError(f"the query was refused: {str(error).strip()}") from None


def session(file: Path, **options: Any) -> DuckDBPyConnection:
    """A connection to one version, which draws no bar on the screen during long work."""
    import duckdb

    con = duckdb.connect(str(file), **options)
    con.execute("SET enable_progress_bar = false")
    return con
