"""What a learning platform delivered, read without trusting it.

Nothing is unpacked to the disk and nothing is run: of a zip only the members that are
wanted are read, into memory, up to a limit. A name in a zip therefore never becomes a
path of ours.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crmkit.checks.record import LARGEST

ZIP = 30_000_000  # bytes of a student's zip; a hand-out with its data has about one million
MEMBERS = 3_000  # of a student's zip
UNPACKED = 300_000_000  # bytes in a student's zip: claimed by its members, or read with all zips within
NOTEBOOK = 12_000_000
DEEP = 3  # zips in zips
JUNK = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git"}
UTF8 = 0x800  # flag of a zip: the name is UTF-8
WRITERS = ("utf-8", "gb18030")  # what else zips are written with


@dataclass(frozen=True)
class Piece:
    """A file that may matter."""

    where: str  # as delivered, for people; "a.zip!b/answers.json" lies in a zip
    home: str  # the folder or zip it lies in
    kind: str  # "answers" or "notebook"
    data: bytes


@dataclass(frozen=True)
class Refused:
    """A file that is not read, and why."""

    where: str
    reason: str


def read(place: str | os.PathLike[str]) -> Iterator[Piece | Refused]:
    """Everything of use in a folder, or in the zip of all that a platform gives.

    Parameters
    ----------
    place : path
        Zips, folders, notebooks and answers.json files, in any depth.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such place, or it is neither a folder nor a zip.
    """
    root = Path(place)
    if root.is_dir():
        yield from _folder(root, root)
    elif not root.is_file():
        raise FileNotFoundError(f"{place} is not there; expected the folder or zip that the platform delivered")
    elif zipfile.is_zipfile(root):
        with root.open("rb") as file:
            yield from _zip(file, "", 0, [])
    else:
        raise ValueError(f"{place} is neither a folder nor a zip")


def _folder(folder: Path, root: Path) -> Iterator[Piece | Refused]:
    try:
        inside = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError as error:
        yield Refused(_shown(folder, root), f"it cannot be read: {error.strerror}")
        return
    for entry in inside:
        path = Path(entry.path)
        where = _shown(path, root)
        if entry.name in JUNK:
            continue
        if entry.is_symlink():
            yield Refused(where, "it is a link, which could lead anywhere; ask for the file itself")
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(path, root)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            yield Refused(where, "it is no file")
        else:
            # What lies in the outermost folder is everybody's, so nothing there belongs together.
            yield from _file(path, where, where if folder == root else _shown(folder, root))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix().encode("utf-8", "replace").decode()


def _file(path: Path, where: str, home: str) -> Iterator[Piece | Refused]:
    kind, size = _kind(path.name), path.stat().st_size
    try:
        if kind is None:
            # A name says little: a zip may be called .rar, and .docx is a zip.
            if size > ZIP:
                yield Refused(
                    where, f"{size / 1e6:,.0f} MB; a hand-out has about 1 MB. Ask for the notebook and answers.json"
                )
            elif zipfile.is_zipfile(path):
                with path.open("rb") as file:
                    yield from _zip(file, where, 1, [UNPACKED])
            else:
                yield from _other(where)
        elif size > _limit(kind):
            yield Refused(where, _too_large(size, kind))
        else:
            yield Piece(where, home, kind, path.read_bytes())
    except OSError as error:
        yield Refused(where, f"it cannot be read: {error.strerror}")


def _zip(file: io.BufferedIOBase, where: str, depth: int, left: list[int]) -> Iterator[Piece | Refused]:
    """Read a zip; depth 0 is the platform's own, where every file is somebody's.

    `left` counts down the bytes that may yet be read of one student's zip and of those within it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            fault = _fault(archive) if depth else None
            if fault:
                yield Refused(where, fault)
                return
            for entry in archive.infolist():
                yield from _member(archive, entry, where, depth, left if depth else [UNPACKED])
                if depth and left[0] < 0:
                    yield Refused(where, f"it unpacks to more than {UNPACKED / 1e6:,.0f} MB; the rest is not read")
                    return
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, EOFError) as error:
        yield Refused(where, f"the zip cannot be read ({str(error)[:80]}); ask for it again")


def _fault(archive: zipfile.ZipFile) -> str | None:
    entries = archive.infolist()
    if len(entries) > MEMBERS:
        return f"the zip has {len(entries):,} members; a hand-out has about 20"
    if sum(entry.file_size for entry in entries) > UNPACKED:
        return f"the zip would unpack to {sum(entry.file_size for entry in entries) / 1e6:,.0f} MB: a zip bomb, or junk"
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in PurePosixPath(name).parts or name[1:3] == ":/":
            return f"the zip holds the name {_name(entry)[:60]!r}, which leads out of its folder"
        if stat.S_ISLNK(entry.external_attr >> 16):
            return f"the zip holds the link {_name(entry)[:60]!r}, which could lead anywhere"
    return None


def _member(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str, depth: int, left: list[int]
) -> Iterator[Piece | Refused]:
    path = PurePosixPath(_name(entry).replace("\\", "/"))
    if entry.is_dir() or JUNK & set(path.parts) or path.name.startswith("._"):
        return
    inner, kind = f"{where}!{path}" if depth else str(path), _kind(path.name)
    nested = kind is None and path.suffix.lower() == ".zip"
    if kind is None and not nested:
        if depth == 0:
            yield from _other(inner)
        return
    if entry.flag_bits & 1:
        yield Refused(inner, "it is locked with a password; ask for it without")
        return
    limit = ZIP if nested else _limit(kind)
    if entry.file_size > limit:  # an honest bomb is not even opened
        yield Refused(inner, _too_large(entry.file_size, kind or "zip"))
        return
    with archive.open(entry) as member:  # whatever size the zip claims, no more than the limit is read
        data = member.read(limit + 1)
    left[0] -= len(data)
    if len(data) > limit:
        yield Refused(inner, _too_large(max(entry.file_size, limit + 1), kind or "zip"))
    elif nested:
        if depth >= DEEP:
            yield Refused(inner, "zips within zips within zips; ask for one zip")
        elif zipfile.is_zipfile(io.BytesIO(data)):
            yield from _zip(io.BytesIO(data), inner, depth + 1, left)
        else:
            yield Refused(inner, "it is called .zip and is none; ask for it again")
    else:
        alone = not depth and path.parent == PurePosixPath(".")
        yield Piece(inner, inner if alone else f"{where}!{path.parent}", kind, data)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of a member, also where the writer did not say how it is encoded."""
    if entry.flag_bits & UTF8:
        return entry.filename.encode("utf-8", "replace").decode()
    raw = entry.filename.encode("cp437", "replace")
    for encoding in WRITERS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _kind(name: str) -> str | None:
    low = name.lower()
    if low.startswith("."):
        return None
    if low.endswith(".ipynb"):
        return "notebook"
    # Platforms put names in front, browsers numbers behind: li_88_answers.json, answers (1).json
    return "answers" if low.endswith(".json") and "answers" in low else None


def _limit(kind: str) -> int:
    return NOTEBOOK if kind == "notebook" else LARGEST


def _too_large(size: int, kind: str) -> str:
    return (
        f"{size / 1e6:,.1f} MB; expected at most {(ZIP if kind == 'zip' else _limit(kind)) / 1e6:,.0f} MB of a {kind}"
    )


def _other(where: str) -> Iterator[Refused]:
    name = where.rsplit("/", 1)[-1].rsplit("!", 1)[-1].lower()
    if name.endswith((".csv", ".txt", ".md", ".png", "handout.json", "case.json", "world.json", "datasheet.md")):
        return  # parts of the hand-out, or harmless; nothing is asked of them
    yield Refused(where, "it is no zip, notebook or answers.json; ask for one of these")
