"""What a file is, told by its first bytes and held against its ending."""

from __future__ import annotations

import difflib
import gzip
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

HEAD = 1 << 16  # bytes that are looked at first
ENDINGS = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".parquet": "parquet",
    ".pq": "parquet",
}
USUAL = {"text": ".csv", "excel": ".xlsx", "parquet": ".parquet"}
CALLED = {"text": "text, such as CSV", "excel": "an Excel workbook", "parquet": "a Parquet file"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and the wrapping of workbooks with a password
PLAIN_ONLY = (b"PAR1", b"PK", OLE, b"\x1f\x8b")  # kinds that are not read through gzip
FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"ARROW1", "an Arrow (Feather) file"),
    (b"PARE", "an encrypted Parquet file"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
MARKED_UP = re.compile(rb"\s*<(!doctype|html|head|body|table|\?xml|script|div)", re.IGNORECASE)
JSON = re.compile(rb'\s*(\[\s*)?\{\s*"|\s*\[\s*\[')
UTF16 = (b"\xff\xfe", b"\xfe\xff")


class FileError(ValueError):
    """A file that cannot be read: which, what it holds, what was expected, how to mend it."""


@dataclass(frozen=True)
class Found:
    """A file that can be read."""

    path: Path
    kind: str  # text, excel or parquet
    zipped: bool = False  # gzip around it

    @property
    def name(self) -> str:
        """The name without its folders."""
        return self.path.name

    def open(self) -> BinaryIO:
        """The bytes, unpacked."""
        return gzip.open(self.path) if self.zipped else self.path.open("rb")


def look(path: Path) -> Found:
    """Tell what the file holds.

    Raises
    ------
    FileError
        If there is no such file, it is empty, of no kind we read, or not what its ending says.
    """
    if path.is_dir():
        raise FileError(f"{path} is a folder; expected a CSV, Excel or Parquet file. Mend: name a file in it")
    if not path.exists():
        raise FileError(f"there is no file {path}; {_neighbours(path)}")
    with path.open("rb") as file:
        head = file.read(HEAD)
    zipped = head.startswith(b"\x1f\x8b")
    if zipped:
        head = _unpacked_head(path)
    if not head.strip():
        size = "empty" if not head else "blank"
        raise FileError(
            f"{path.name} is {size}; expected a row of column names and rows of orders. Mend: export it anew"
        )
    if zipped and head.startswith(PLAIN_ONLY):
        raise FileError(f"{path.name} holds a file within gzip that is no text; expected CSV. Mend: unpack it first")
    kind = _kind(path, head)
    _hold_against_ending(path, kind, zipped)
    return Found(path, kind, zipped)


def near(wanted: str, known: Sequence[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """The known names that are nearest to the wanted one, also where only case or blanks differ."""
    plain = {re.sub(r"[\W_]", "", name).lower(): name for name in reversed(known)}
    same = plain.get(re.sub(r"[\W_]", "", wanted).lower())
    return [same] if same else difflib.get_close_matches(wanted, known, n=most, cutoff=likeness)


def unpacking_error(name: str) -> FileError:
    """For a gzip file that ends too early or is damaged."""
    return FileError(
        f"{name} is a broken gzip file, cut short or damaged; expected a whole one. Mend: copy or export it anew"
    )


def _neighbours(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder} either. Mend: check the path"
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    like = near(path.name, names, most=3, likeness=0.75)  # .csv alone is no likeness
    if like:
        return f"did you mean {' or '.join(str(folder / name) for name in like)}?"
    return f"the folder {folder} has nothing of a like name. Mend: check the path"


def _unpacked_head(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise unpacking_error(path.name) from None


def _kind(path: Path, head: bytes) -> str:
    name = path.name
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(path)
    if head.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise FileError(
                f"{name} is protected by a password; expected an open workbook. "
                "Mend: take the password off in Excel (File, Info, Protect Workbook) or export the sheet as CSV"
            )
        raise FileError(f"{name} holds an old Excel workbook (.xls); expected .xlsx. Mend: in Excel, save it as .xlsx")
    foreign = [what for begin, what in FOREIGN if head.startswith(begin)]
    if not foreign and MARKED_UP.match(head.removeprefix(b"\xef\xbb\xbf")):
        foreign = ["a web page or XML"]
    if not foreign and JSON.match(head.removeprefix(b"\xef\xbb\xbf")):
        foreign = ["JSON"]
    if not foreign and not head.startswith(UTF16) and _is_binary(head):
        foreign = ["bytes that are no text"]
    if foreign:
        raise FileError(
            f"{name} holds {foreign[0]}; expected CSV, Excel (.xlsx) or Parquet. Mend: export the orders as CSV"
        )
    return "text"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            held = archive.namelist()
    except zipfile.BadZipFile:
        raise broken_workbook(path.name) from None
    if "xl/workbook.xml" in held:
        return "excel"
    if "xl/workbook.bin" in held:
        what, mend = "a binary Excel workbook (.xlsb)", "in Excel, save it as .xlsx"
    elif "mimetype" in held:
        what, mend = "an OpenDocument file", "save it as .xlsx or CSV"
    else:
        some = ", ".join(held[:3]) + (", …" if len(held) > 3 else "")
        what, mend = f"a ZIP archive of {some or 'nothing'}", "unpack it and name the file within"
    raise FileError(f"{path.name} holds {what}; expected CSV, Excel (.xlsx) or Parquet. Mend: {mend}")


def broken_workbook(name: str, why: str = "") -> FileError:
    """For a workbook that cannot be opened."""
    return FileError(
        f"{name} is a broken Excel workbook, cut short or damaged{f' ({why})' if why else ''}; "
        "expected a whole one. Mend: open and save it in Excel, or export the sheet as CSV"
    )


def _is_binary(head: bytes) -> bool:
    """NUL or many control characters: text has none but tabs, ends of lines and the like."""
    control = sum(head.count(byte) for byte in (*range(9), *range(14, 32)))
    return b"\0" in head or control > len(head) / 100


def _hold_against_ending(path: Path, kind: str, zipped: bool) -> None:
    name = path.name
    bare, gz = (name[:-3], True) if name.lower().endswith(".gz") else (name, False)
    ending = Path(bare).suffix.lower()
    said = ENDINGS.get(ending) or ("excel" if ending == ".xls" else None)
    if gz and not zipped:
        raise FileError(f"{name} ends in .gz and is not packed; it holds {CALLED[kind]}. Mend: rename it to {bare}")
    if zipped and not gz and said:
        raise FileError(f"{name} ends in {ending} and is packed by gzip. Mend: rename it to {name}.gz")
    if said and said != kind:
        stem = bare[: -len(ending)]
        raise FileError(
            f"{name} ends in {ending} and holds {CALLED[kind]}; expected {CALLED[said]}. "
            f"Mend: rename it to {stem}{USUAL[kind]}{'.gz' if zipped else ''}"
        )
    if ending == ".xls":
        raise FileError(f"{name} ends in .xls and holds a new workbook. Mend: rename it to {bare}x")
