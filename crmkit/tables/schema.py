"""What a documented table is, and how a frame is held against it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

KINDS = (
    "id",
    "text",
    "category",
    "number",
    "count",
    "money",
    "share",
    "day",
    "moment",
    "yes_no",
)  # a moment is a day with its time


@dataclass(frozen=True)
class Column:
    """One documented column."""

    name: str
    kind: str  # one of KINDS
    unit: str  # "" where the kind says it
    meaning: str
    required: bool = True  # must the column be there?
    refers: str = ""  # "customers.customer_id" where it is a key of another table
    low: float | None = None  # least sound value
    nonzero: bool = False  # a zero says nothing here

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"column {self.name!r} has kind={self.kind!r}; choose one of {KINDS}")


@dataclass(frozen=True)
class Table:
    """A frame with documented columns."""

    name: str
    row: str  # what one row is
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # the columns that name a row, where they are there

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} documents no column {name!r}; it has {self.names}")

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        """The names of the columns without which the table is of no use."""
        return [column.name for column in self.columns if column.required]


def require(frame: pd.DataFrame, columns: Table | Iterable[str], *, name: str = "") -> None:
    """Stop with one clear message where a frame lacks columns.

    Parameters
    ----------
    frame : DataFrame
        What was given.
    columns : Table or names
        What is needed; of a table, its required columns.
    name : str
        How the message calls the frame; of a table, its own name unless given.

    Raises
    ------
    TypeError
        If it is no frame at all.
    ValueError
        If columns are missing; near names are suggested.

    >>> import pandas as pd
    >>> require(pd.DataFrame({"a": [1]}), ["b"], name="orders")
    Traceback (most recent call last):
    ...
    ValueError: orders lacks ['b']; it has ['a']. Mend: rename the column that holds it to 'b'
    """
    wanted = columns.required if isinstance(columns, Table) else list(columns)
    name = name or (columns.name if isinstance(columns, Table) else "the frame")
    if not hasattr(frame, "columns"):
        raise TypeError(f"{name} is a {type(frame).__name__}; expected a data frame with columns {wanted}")
    has = [str(column) for column in frame.columns]
    lacking = [column for column in wanted if column not in has]
    if lacking:
        near = {column: difflib.get_close_matches(column, has, n=1) for column in lacking}
        pairs = {found[0]: column for column, found in near.items() if found}
        mend = f"frame.rename(columns={pairs})" if pairs else f"rename the column that holds it to {lacking[0]!r}"
        raise ValueError(f"{name} lacks {lacking}; it has {has}. Mend: {mend}")
