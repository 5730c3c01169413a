"""The row of names: are the wanted columns there, each once?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crmkit.reading.kinds import FileError, near


def check_names(name: str, has: Sequence[str], columns: Sequence[str] | None) -> None:
    """Refuse a file that lacks a wanted column or has it twice.

    Raises
    ------
    FileError
        With the names the file has and, where there are such, the nearest.
    """
    lacking = [column for column in columns or () if column not in has]
    if lacking:
        like = {column: near(column, has) for column in lacking}
        hints = [f"{found[0]!r} for {column!r}" for column, found in like.items() if found]
        mend = f"did you mean {', '.join(hints)}?" if hints else "Mend: name columns as the first row of the file does"
        raise FileError(f"{name} lacks {lacking}; it has {_some(has)}; {mend}")
    count = Counter(has)
    twice = sorted(column for column in set(columns or has) if count[column] > 1 and column)
    if twice:
        raise FileError(
            f"{name} has more than one column named {twice}; expected each name once. Mend: rename or drop the others"
        )


def chosen(has: Sequence[str], columns: Sequence[str] | None) -> list[int]:
    """Positions of the wanted columns in the order of the file; all that have a name where none are wanted."""
    return [at for at, name in enumerate(has) if (name in columns if columns is not None else name)]


def _some(has: Sequence[str], most: int = 30) -> str:
    shown = [name if len(name) <= 60 else name[:57] + "…" for name in has[:most]]
    return f"{shown}" + (f" and {len(has) - most} more" if len(has) > most else "")
