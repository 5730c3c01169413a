"""One verb, `clean`: hold each row against a table and say what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmkit import frames
from crmkit.cleaning import rules
from crmkit.cleaning.columns import read, tidy
from crmkit.cleaning.notes import Notes
from crmkit.tables import Table, require


@dataclass(frozen=True)
class Cleaned:
    """What became of every row; kept + rejected = what came in. Frames of the kind that came in."""

    kept: pd.DataFrame  # typed as the table says; index: the row it came from, from 0 (Polars, PyArrow: column `row`)
    rejected: pd.DataFrame  # as it came, with the column `reason`; rows told likewise
    repaired: pd.DataFrame  # row, column, before, after, repair; of kept rows only

    @property
    def came_in(self) -> int:
        """Number of rows that came in."""
        return len(self.kept) + len(self.rejected)

    def reasons(self) -> pd.DataFrame:
        """What happened how often, the most frequent first.

        Returns
        -------
        DataFrame
            fate (rejected or repaired), what, rows, share (of all that came in).
        """
        rejected_rows, repaired_rows = _pandas(self.rejected), _pandas(self.repaired)
        rejected = rejected_rows["reason"].str.replace(r" row \d+", " an earlier row", regex=True)
        repaired = repaired_rows["column"].astype(str) + ": " + repaired_rows["repair"].astype(str)
        counts = [
            (fate, what, int(rows), rows / max(self.came_in, 1))
            for fate, column in (("rejected", rejected), ("repaired", repaired))
            for what, rows in column.value_counts(sort=False).items()
        ]
        frame = pd.DataFrame(counts, columns=["fate", "what", "rows", "share"])
        return frame.sort_values(["fate", "rows", "what"], ascending=[True, False, True], ignore_index=True)

    def __repr__(self) -> str:
        mended = _pandas(self.repaired)["row"].nunique()
        return (
            f"{self.came_in:,} rows came in: {len(self.kept):,} kept ({mended:,} of them repaired), "
            f"{len(self.rejected):,} rejected"
        )


def clean(
    frame: pd.DataFrame,
    table: Table,
    *,
    columns: Mapping[str, str] | None = None,
    known: Mapping[str, Iterable[object]] | None = None,
    window: tuple[dt.date, dt.date] | None = None,
    most: Mapping[str, float] | None = None,
    dayfirst: bool | None = None,
    duplicates: str = "reject",
) -> Cleaned:
    """Keep, repair or reject each row of a dirty frame.

    Parameters
    ----------
    frame : DataFrame
        Rows as they came, text or typed; pandas, or in memory in Polars or PyArrow, for which pandas reads them.
        Each value is read as text, with rules learned from the whole column, so a frame that may be larger than
        memory (DuckDB, lazy Polars, Spark) is refused: clean it in parts, before it is loaded.
    table : Table
        What they should be, e.g. ``tables.TRANSACTIONS``.
    columns : mapping, optional
        Their name of a column → ours, e.g. ``{"CustomerID": "customer_id"}``.
    known : mapping, optional
        Column → the only values that are sound, e.g. the customer numbers on file.
    window : (date, date), optional
        First and last day that a date may have.
    most : mapping, optional
        Column → the largest size (either sign) that can be true.
    dayfirst : bool, optional
        How to read 03/04/2025; by default learned from the other rows.
    duplicates : "reject" or "keep"
        A row is a duplicate if it repeats the table's key, or every column where the
        frame has no key.

    Returns
    -------
    Cleaned

    Raises
    ------
    TypeError, ValueError
        If it is a frame that may be larger than memory, has two columns of one name, or lacks a required column.

    >>> import pandas as pd
    >>> from crmkit import tables
    >>> dirty = pd.DataFrame({"customer_id": ["7", "8"], "day": ["2025-01-02", "2025-02-30"], "amount": ["¥12", "3"]})
    >>> clean(dirty, tables.TRANSACTIONS)
    2 rows came in: 1 kept (1 of them repaired), 1 rejected
    """
    if frames.on_engine(frame):
        return _in_memory(frame, table, columns, known, window, most, dayfirst, duplicates)
    frame = frames.native(frame, name=table.name)
    if duplicates not in ("reject", "keep"):
        raise ValueError(f"duplicates={duplicates!r} must be 'reject' or 'keep'")
    renamed = frame.rename(columns=dict(columns or {}))
    twice = sorted({str(name) for name in renamed.columns[renamed.columns.duplicated()]})
    if twice:
        raise ValueError(f"{table.name} has two columns named {twice}; expected one of each. Mend: rename or drop one")
    if columns:
        require(frame, columns.keys(), name=table.name)
    require(renamed, table)
    if "reason" in renamed.columns:
        raise ValueError(
            f"{table.name} has a column 'reason', which is the name of the reject log's own. "
            "Mend: frame.rename(columns={'reason': 'reason_given'})"
        )
    for option, names in (("known", known or {}), ("most", most or {})):
        strange = [name for name in names if name not in table.names or name not in renamed.columns]
        if strange:
            has = [name for name in table.names if name in renamed.columns]
            raise ValueError(f"{option} names {strange}; expected columns of {table.name} among {has}")
    window = window and _window(window)
    raw = renamed.reset_index(drop=True)

    reason, free = np.full(len(raw), "", dtype=object), np.ones(len(raw), dtype=bool)

    def refuse(notes: Notes) -> None:
        new = free[notes.rows]  # the first reason is told
        reason[notes.rows[new]] = notes.words[new]
        free[notes.rows[new]] = False

    sound: dict[str, pd.Series] = {}
    repairs: list[pd.DataFrame] = []
    for column in (c for c in table.columns if c.name in raw.columns):
        sound[column.name], refused, mended = read(column, raw[column.name], dayfirst)
        # A gap in a column that is not needed does no harm.
        refuse((refused if column.required else refused.without("missing")).begun(f"{column.name}: "))
        for broken in rules.limits(column, sound[column.name], known or {}, window, most or {}):
            refuse(broken.begun(f"{column.name}: "))
        repairs.append(_repairs(column.name, raw[column.name], sound[column.name], mended))

    typed = pd.DataFrame(sound, index=raw.index)
    extra = [name for name in raw.columns if name not in table.names]
    typed[extra] = raw[extra]
    if duplicates == "reject":
        refuse(rules.duplicates(typed[free], table))

    repaired = pd.concat(repairs, ignore_index=True)
    return Cleaned(
        kept=tidy(typed[free], table),
        rejected=raw[~free].assign(reason=pd.Series(reason[~free], index=raw.index[~free], dtype="str")),
        repaired=repaired[free[repaired["row"].to_numpy(dtype=int)]].reset_index(drop=True),
    )


def _in_memory(frame: Any, table: Table, *options: Any) -> Cleaned:
    """The same for a frame of Polars or PyArrow, whose rows are in memory already."""
    if not frames.in_memory(frame):
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        raise TypeError(
            f"{table.name} is a {kind}, which may be larger than memory; clean reads each value as text, in memory. "
            f"Mend: pass {frames.way(frame)}; or a part of it at a time, with dayfirst= said and duplicates told later"
        )
    names = ("columns", "known", "window", "most", "dayfirst", "duplicates")
    given = frames.fetched(frames.opened(frame, name=table.name))
    told = clean(given, table, **dict(zip(names, options, strict=True)))
    kept, rejected = (part.rename_axis("row").reset_index() for part in (told.kept, told.rejected))
    return Cleaned(*(frames.like(frame, part) for part in (kept, rejected, told.repaired)))


def _pandas(frame: Any) -> pd.DataFrame:
    return frames.fetched(frames.opened(frame, name="the frame")) if frames.on_engine(frame) else frame


def _window(window: tuple[dt.date, dt.date]) -> tuple[pd.Timestamp, pd.Timestamp]:
    try:
        first, last = (pd.Timestamp(day) for day in window)
        good = first <= last
    except (ValueError, TypeError):
        good = False
    if not good:
        raise ValueError(f"window={window!r} must be two dates, the first not after the last")
    return first, last


def _repairs(name: str, raw: pd.Series, value: pd.Series, mended: Notes) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": mended.rows,
            "column": name,
            "before": raw.iloc[mended.rows].map(str).to_numpy(dtype=object),
            "after": value.iloc[mended.rows].map(_show).to_numpy(dtype=object),
            "repair": mended.words,
        }
    )


def _show(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
