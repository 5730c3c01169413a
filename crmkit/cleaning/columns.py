"""One column of a table, read as what the table says it is; and the types of what is kept in the end."""

from __future__ import annotations

import pandas as pd

from crmkit.cleaning import days, parse
from crmkit.cleaning.notes import Notes
from crmkit.tables import Column, Table


def read(column: Column, values: pd.Series, dayfirst: bool | None) -> tuple[pd.Series, Notes, Notes]:
    """Read a column: values, why rows are refused, how they were mended; of text that repeats, each distinct value once."""
    code = None
    if isinstance(values.dtype, pd.StringDtype):
        code, distinct = pd.factorize(values, use_na_sentinel=False)
        if len(distinct) > len(values) / 2:
            code = None
    found = _read(column, values if code is None else pd.Series(distinct), dayfirst)
    refused, mended = Notes.of(found.refused), Notes.of(found.mended)
    if code is None:
        return found.value, refused, mended
    value = found.value.take(code).set_axis(values.index)
    return value, refused.spread(code, len(distinct)), mended.spread(code, len(distinct))


def _read(column: Column, values: pd.Series, dayfirst: bool | None) -> parse.Parsed:
    if column.kind == "id":
        return parse.read_ids(values)
    if column.kind == "day":
        return days.read_days(values, dayfirst=dayfirst)
    if column.kind == "yes_no":
        return parse.read_yes_no(values)
    if column.kind in ("number", "count", "money", "share"):
        return parse.read_numbers(values)
    return parse.read_text(values)


def tidy(kept: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The types that the table says; judged on kept rows, so a mistyped one spoils no type.

    Identifiers and counts are whole numbers where every one is.
    """
    readers = {"id": parse.as_numbers, "count": _whole, "yes_no": _true_or_false}
    todo = [column for column in table.columns if column.kind in readers and column.name in kept.columns]
    return kept.assign(**{column.name: readers[column.kind](kept[column.name]) for column in todo})


def _whole(counts: pd.Series) -> pd.Series:
    return counts.astype("int64") if counts.notna().all() else counts


def _true_or_false(values: pd.Series) -> pd.Series:
    return values.astype(bool) if values.notna().all() else values
