"""Writing a warehouse: one writer, on a copy, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from crmkit import door
from crmkit.warehouse import note
from crmkit.warehouse.house import Warehouse, connect, session
from crmkit.warehouse.lock import held

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def writing(house: Warehouse, *, wait_s: float) -> Iterator[None]:
    """Be the one writer while the block runs; what a killed one left is removed first."""
    if house.read_only:
        raise PermissionError(
            f"{house.path} was opened for reading only. Mend: warehouse.open({str(house.path)!r}, read_only=False)"
        )
    seconds = door.number("wait_s", wait_s, low=0)
    note.read(house.path)  # is there one?
    with held(house.path / note.LOCK, wait_s=seconds):
        _tidy(house)
        yield


@contextmanager
def next_version(house: Warehouse) -> Iterator[DuckDBPyConnection]:
    """One transaction on a copy; when the block ends without an error, the copy is the version that holds."""
    import duckdb

    version, _ = note.read(house.path)
    new = house.path / note.file_of(version + 1)
    try:
        shutil.copyfile(house.path / note.file_of(version), new)
        with session(new) as con:
            con.execute("BEGIN")
            yield con
            con.execute("COMMIT")
            con.execute("CHECKPOINT")
        note.to_disk(new)
        new.chmod(0o444)  # a stray writer would lock out all readers
        note.write(house.path, version + 1)
    except duckdb.Error as error:
        _tidy(house)
        if isinstance(error, duckdb.OperationalError | duckdb.FatalException):
            raise OSError(
                f"{house.path} could not be written: {first_line(error)}; it is as it was before. "
                "Mend: make room on the disk, or load less at a time"
            ) from None
        raise
    except OSError as error:
        _tidy(house)
        if error.errno is None:
            raise
        raise OSError(
            f"{house.path} could not be written: {error.strerror}; it is as it was before. Mend: make room on the disk"
        ) from None
    except BaseException:
        _tidy(house)
        raise
    _tidy(house)


def _tidy(house: Warehouse) -> None:
    """Remove versions and archive files that nothing that holds speaks of; only with the lock in hand."""
    version, _ = note.read(house.path)
    known, archived = {note.file_of(version)}, [*(house.path / note.ARCHIVE).glob("*")]
    if archived:  # opening the database takes longer than all else here
        with connect(house) as con:
            known |= {file for (file,) in con.execute("SELECT file FROM archive").fetchall()}
    for path in (*house.path.glob("v*.duckdb*"), *house.path.glob(f".{note.NOTE}*"), *archived):
        if path.name not in known:
            with suppress(OSError):  # on Windows one that is still read stays until the next time
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.chmod(0o644)
                    path.unlink()


def first_line(error: Exception) -> str:
    """What DuckDB says, without its hints."""
    return str(error).strip().splitlines()[0].removesuffix(".")
