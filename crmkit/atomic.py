"""A folder, or a file of text, that is there whole or not at all.

All files are written into a hidden folder beside the target, which takes the
target's name when the last of them is complete. An error, an interrupt or a full
disk leaves the target as it was.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NEW, OLD = "new", "old"  # hidden folders beside the target: being written, being replaced


@contextmanager
def new_folder(path: str | os.PathLike[str], *, marker: str, replace: bool = False) -> Iterator[Path]:
    """A folder to write into, which becomes `path` when the block ends without an error.

    Parameters
    ----------
    path : path
        The folder to make; folders above it are made too.
    marker : str
        A file that every such folder holds, e.g. ``"report.html"``. Only a folder with
        this file is ever replaced, so that a slip of the pen costs nobody a home folder.
    replace : bool
        May a folder with files in it be replaced? The old one stays until the new one is complete.

    Raises
    ------
    OSError
        As in `check`, or as the disk says.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as home:
    ...     with new_folder(home + "/out", marker="a.txt") as folder:
    ...         _ = (folder / "a.txt").write_text("whole")
    ...     print((Path(home) / "out" / "a.txt").read_text())
    whole
    """
    target = check(path, marker=marker, replace=replace)
    fresh = _beside(target, NEW)
    made = [folder for folder in target.parents if not folder.exists()]  # the innermost first
    try:
        fresh.mkdir(parents=True)
        yield fresh
        check(target, marker=marker, replace=replace)  # the block may have taken minutes
        with _uninterrupted():
            _swap(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def check(path: str | os.PathLike[str], *, marker: str, replace: bool = False) -> Path:
    """The full path of a folder that may be written; call it before long work.

    What a killed run has left beside it is put in order first.

    Raises
    ------
    FileExistsError, NotADirectoryError
        If it is a file, the current folder, or holds files and may not be replaced.
    """
    target = Path(os.path.abspath(path))  # as named, also where a name stands for another place
    _tidy(target)
    if not target.exists():
        if target.is_symlink():
            raise FileExistsError(f"{path} is a link that leads nowhere; expected a folder. Mend: name another")
        return target
    target = target.resolve()
    if not target.is_dir():
        raise NotADirectoryError(f"{path} is a file; expected the name of a folder. Mend: name another")
    here = Path.cwd()
    if target == here or target in here.parents:
        raise FileExistsError(
            f"{path} is the folder you are in, or above it; expected a new folder. Mend: name another"
        )
    held = sorted(entry.name for entry in target.iterdir())
    if held and not replace:
        some = ", ".join(held[:3]) + (", …" if len(held) > 3 else "")
        raise FileExistsError(
            f"{path} is not empty (it holds {some}); expected a new or empty folder. "
            "Mend: name another, or ask to replace it"
        )
    if held and marker not in held:
        raise FileExistsError(
            f"{path} holds no {marker}, so it is not ours to replace; expected a folder written by the same command. "
            "Mend: name another"
        )
    return target


def _swap(fresh: Path, target: Path) -> None:
    old = _beside(target, OLD)
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _beside(target: Path, state: str) -> Path:
    """A hidden name that tells who writes: machine, process, and a number against repeats."""
    stem = f"{_prefix(target, state)}{socket.gethostname()}-{os.getpid()}-"
    used = (target.with_name(f"{stem}{number}") for number in range(1, 10_000))
    return next(path for path in used if not path.exists())


def _prefix(target: Path, state: str) -> str:
    return f".{target.name}.{state}-"


def _tidy(target: Path) -> None:
    """Remove what killed runs left; bring back a folder that one was about to replace."""
    if not target.parent.is_dir():
        return
    mine = f"{socket.gethostname()}-"
    with suppress(OSError):
        for path in sorted(target.parent.iterdir()):
            for state in (OLD, NEW):
                prefix = _prefix(target, state) + mine
                pid = path.name.removeprefix(prefix).partition("-")[0]
                if not path.name.startswith(prefix) or not pid.isdigit() or _runs(int(pid)):
                    continue
                if state == OLD and not target.exists():
                    path.rename(target)
                else:
                    shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    """Is there such a process on this machine? Where one cannot ask without harm: yes."""
    if os.name == "nt":  # os.kill would end it there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C comes too late here: the work is done, and half of a swap would be worse."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_text(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a file of text beside its place, then put it there; what was there stays until the new one is complete.

    Parameters
    ----------
    path : path
        In a folder that exists; UTF-8, lines end as in `text`.
    text : str
        All of it.
    mode : int
        Who may read it, before the umask; 0o600: its owner alone.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
