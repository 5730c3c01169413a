"""What becomes of each row: typed as the star says, mended by cleaning where that helps, or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crmkit import cleaning
from crmkit.tables import Column, Table
from crmkit.warehouse.feeds import Feed
from crmkit.warehouse.schema import TARGETS, TYPES

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

# Text that DuckDB may read by itself; its own reading is wider (0x10 is 16, epoch a day) and keeps no record.
PLAIN = {
    "id": r"[+-]?\d+",
    "count": r"[+-]?\d+",
    "number": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?",
    "money": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?",
    "day": r"\d{4}-\d\d-\d\d([ T]00:00(:00(\.0+)?)?)?",
    "moment": r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?",
    "yes_no": r"(?i)true|false",
}
MUST_BE = {
    "id": "a whole number; number them, and keep the list of names",
    "count": "a whole number",
    "number": "a number",
    "money": "a sum of money without parts of 0.0001",
    "day": "a day",
    "moment": "a moment such as 2025-01-31 10:00:00",
    "yes_no": "True or False",
}


@dataclass(frozen=True)
class Typed:
    """Rows of one feed as the star wants them, in the temporary table `typed`."""

    columns: list[str]  # those that the source has
    mended: int  # rows that cleaning repaired
    repaired: pd.DataFrame | None  # row, column, before, after, repair


def type_rows(con: DuckDBPyConnection, feed: Feed, has: Mapping[str, list[str]], days: tuple[str, str]) -> Typed:
    """Fill the temporary tables `typed` (row, columns, fate) and, for refused rows, their reasons.

    Parameters
    ----------
    con : connection
        With the tables of the source laid before it.
    feed : Feed
    has : mapping
        Table of the source: its columns.
    days : (str, str)
        First and last day to take, as DATE literals; other rows of facts are passed over.
    """
    table, columns = TARGETS[feed.target], feed.columns(has)
    joined = "".join(
        f' LEFT JOIN (SELECT DISTINCT ON ("{key}") * FROM "raw_{other}") AS "{other}"'
        f' ON CAST(s."{key}" AS VARCHAR) = CAST("{other}"."{key}" AS VARCHAR)'
        for other, key, _ in feed.beside
        if key in has[feed.source] and key in has.get(other, ())
    )
    numbered = f'(SELECT row_number() OVER () - 1 AS "number of row", * FROM "raw_{feed.source}") AS s{joined}'
    picked = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    con.execute(f'CREATE OR REPLACE TEMP VIEW picked AS SELECT s."number of row" AS "row", {picked} FROM {numbered}')
    inside = f" WHERE day IS NULL OR day BETWEEN {days[0]} AND {days[1]}" if "day" in columns else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT * FROM ({_typing(con, 'picked', table, columns)}){inside}"
    )
    texts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in columns)
    odd = con.execute(
        f'SELECT "row", {texts} FROM picked WHERE "row" IN (SELECT "row" FROM typed WHERE fate <> \'\') ORDER BY "row"'
    ).df()
    if not len(odd):
        return Typed(list(columns), 0, None)
    repaired = _mend(con, odd, Table(feed.source, table.row, tuple(table[name] for name in columns)))
    con.execute("DELETE FROM typed WHERE fate <> ''")
    con.execute(f"INSERT INTO typed BY NAME SELECT * FROM ({_typing(con, 'mended', table, columns)}){inside}")
    con.execute('INSERT INTO typed ("row", fate) SELECT "row", fate FROM refused')
    con.unregister("mended")
    con.unregister("refused")
    return Typed(list(columns), int(repaired["row"].nunique()), repaired)


def _mend(con: DuckDBPyConnection, odd: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Odd rows through cleaning; what it keeps is registered as `mended`, the rest as `refused`."""
    import pandas as pd

    numbers = odd.pop("row").to_numpy()
    ours, theirs = {"reason": "reason_given"}, {"reason_given": "reason"}  # the first is a word of cleaning's own
    columns = tuple(replace(column, name=ours.get(column.name, column.name)) for column in table.columns)
    cleaned = cleaning.clean(odd.rename(columns=ours), replace(table, columns=columns), duplicates="keep")
    rows = cleaned.kept.index.to_numpy(dtype=int)
    con.register("mended", cleaned.kept.rename(columns=theirs).assign(row=numbers[rows]))
    rows = cleaned.rejected.index.to_numpy(dtype=int)
    con.register("refused", pd.DataFrame({"row": numbers[rows], "fate": cleaned.rejected["reason"].to_numpy()}))
    repaired = cleaned.repaired
    return repaired.assign(row=numbers[repaired["row"].to_numpy(dtype=int)] if len(repaired) else np.zeros(0, int))


def _typing(con: DuckDBPyConnection, relation: str, table: Table, columns: Mapping[str, str]) -> str:
    """SQL that types every column of a relation and says what is wrong with a row."""
    types = {row[0]: row[1] for row in con.execute(f"DESCRIBE {relation}").fetchall()}
    chosen = [(table[name], _text(name, types[name]), _is_text(types[name])) for name in columns]
    cells = ", ".join(
        f'{_cell(one, cell, text)} AS "{one.name}", {cell} AS "as {one.name}"' for one, cell, text in chosen
    )
    wrong = " ".join(_wrong(column, types[column.name]) for column, _, _ in chosen)
    names = ", ".join(f'"{column.name}"' for column, _, _ in chosen)
    return (
        f'SELECT "row", {names}, CASE {wrong} ELSE \'\' END AS fate FROM (SELECT "row", {cells} FROM {relation}) AS t'
    )


def _is_text(kind: str) -> bool:
    return kind == "VARCHAR" or kind.startswith("ENUM")


def _text(name: str, kind: str) -> str:
    """The cell, a blank text being none."""
    return f"nullif(trim(CAST(\"{name}\" AS VARCHAR)), '')" if _is_text(kind) else f'"{name}"'


def _cell(column: Column, cell: str, text: bool) -> str:
    typed = f"TRY_CAST({cell} AS {TYPES[column.kind]})"
    if text and column.kind in PLAIN:
        return f"CASE WHEN regexp_full_match({cell}, '{PLAIN[column.kind]}') THEN {typed} END"
    return typed


def _wrong(column: Column, kind: str) -> str:
    """WHEN-parts: not of its kind, missing, too low."""
    typed, cell, name = f'"{column.name}"', f'"as {column.name}"', column.name
    unread = f"({typed} IS NULL AND {cell} IS NOT NULL)"
    if column.kind in ("id", "count") and kind in ("DOUBLE", "FLOAT"):  # 12.7 would become 13
        unread = f"({unread} OR {typed} <> {cell})"
    if column.kind == "money" and kind != "BIGINT":
        size = f"CAST({typed} AS DOUBLE)"
        unread = f"({unread} OR abs(TRY_CAST({cell} AS DOUBLE) - {size}) > 1e-9 * greatest(1, abs({size})))"
    parts = [f"WHEN {unread} THEN '{name}: must be {MUST_BE.get(column.kind, 'a text')}'"]
    if column.required:
        parts.append(f"WHEN {typed} IS NULL THEN '{name}: missing'")
    if column.low is not None:
        parts.append(f"WHEN {typed} < {column.low} THEN '{name}: below {column.low:g}'")
    return " ".join(parts)
