"""The note that says which version of a warehouse holds; exchanged whole, in one step."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from crmkit import __version__

NOTE, ARCHIVE, LOCK = "warehouse.json", "archive", "lock"
LAYOUT = 1  # of the folder; raised when an older crmkit could not read a newer one


def file_of(version: int) -> str:
    """The file of a version."""
    return f"v{version:06d}.duckdb"


def read(path: Path) -> tuple[int, int]:
    """Number and size (bytes) of the version that holds."""
    try:
        note = json.loads((path / NOTE).read_text(encoding="utf-8"))
        if note["layout"] == LAYOUT:
            return int(note["version"]), int(note["bytes"])
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{path} is no warehouse, it has no {NOTE}. Mend: name one, or make it: warehouse.create({str(path)!r})"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path / NOTE} is not as it was written. Mend: bring the folder back from a copy") from None
    raise ValueError(f"{path} has layout {note['layout']!r}, written by crmkit {note.get('crmkit')}; expected {LAYOUT}")


def write(path: Path, version: int) -> None:
    """Let this version hold."""
    note = {
        "layout": LAYOUT,
        "crmkit": __version__,
        "version": version,
        "bytes": (path / file_of(version)).stat().st_size,
    }
    fresh = path / f".{NOTE}.new"
    fresh.write_text(json.dumps(note) + "\n", encoding="utf-8")
    to_disk(fresh)
    os.replace(fresh, path / NOTE)
    with suppress(OSError):  # Windows, and some file systems, know no such thing; it holds already
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def to_disk(path: Path) -> None:
    """Do not go on before a file is on the disk itself."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
