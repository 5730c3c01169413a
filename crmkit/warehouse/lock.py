"""One writer at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PAUSE_S = 0.05


@contextmanager
def held(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the lock of a file while the block runs.

    Parameters
    ----------
    path : path
        The file; it is made where it is not there, and stays.
    wait_s : float
        How long to wait for another writer, seconds; 0: not at all.

    Raises
    ------
    BlockingIOError
        If another writer holds it after that time.
    """
    until = time.monotonic() + wait_s
    with path.open("a+", encoding="utf-8") as file:
        while not _take(file):
            if time.monotonic() >= until:
                raise BlockingIOError(
                    f"another load, archive or restore is at work on {path.parent} ({_who(path)}); expected one at a time. "
                    "Mend: try again when it has ended, or wait for it with wait_s=600"
                )
            time.sleep(PAUSE_S)
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
            _give_back(file)


def _who(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "a process that has just begun"
    except OSError:  # Windows keeps a locked file from being read
        return "another process"


def _take(file: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _give_back(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)
