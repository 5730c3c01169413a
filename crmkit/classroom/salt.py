"""The secret of a course: who knows it knows every student's seed."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path

FILE = "salt.txt"
FORM = re.compile(r"[0-9a-f]{64}")


def new(folder: Path) -> str:
    """Write a fresh salt that only its owner may read."""
    salt = secrets.token_hex(32)
    with os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="\n") as file:
        file.write(salt + "\n")
    return salt


def read(folder: Path) -> str:
    """The salt of a course folder.

    Raises
    ------
    FileNotFoundError, PermissionError, ValueError
        If it is missing, others may read it, it lies in a repository, or it is no salt.
    """
    refuse_tracked(folder)
    path = folder / FILE
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; without it no data can be drawn again. Mend: bring back your copy")
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} may be read by others; whoever has it knows all answers. Mend: chmod 600 {path}")
    salt = path.read_text("utf-8", "replace").strip()
    if not FORM.fullmatch(salt):
        raise ValueError(f"{path} is not as it was written (64 figures and letters a-f). Mend: bring back your copy")
    return salt


def refuse_tracked(folder: Path) -> None:
    """Refuse a place inside a git repository: a salt that is pushed is no secret.

    Raises
    ------
    ValueError
        If the folder or one above it is under git.
    """
    here = Path(os.path.abspath(folder)).resolve()
    for above in (here, *here.parents):
        if (above / ".git").exists():
            raise ValueError(
                f"{folder} lies in the git repository {above}, and the secret salt of a course must not get into one. "
                "Mend: name a folder outside, for example ~/courses/crm101"
            )


def seed(salt: str, bank: str, student: str) -> int:
    """The seed of one student's data."""
    return int.from_bytes(_word(salt, "data", bank, student)[:8], "big")


def handout_id(salt: str, course: str, student: str) -> str:
    """The id of one student's hand-out, which nobody can guess or count up to."""
    return _word(salt, "handout", course, student).hex()[:20]


def other(salt: str) -> str:
    """Another salt made from this one: to run a notebook on data that its author never saw."""
    return _word(salt, "rerun").hex()


def _word(salt: str, *parts: str) -> bytes:
    return hmac.new(bytes.fromhex(salt), "\x1f".join(parts).encode(), "sha256").digest()
