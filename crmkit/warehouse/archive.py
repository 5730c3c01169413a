"""Old months out of the database into files and back; what is in neither would be lost, in both doubled: `check` looks."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from crmkit import door
from crmkit.frames import judged_on
from crmkit.warehouse import note
from crmkit.warehouse.house import Warehouse, query
from crmkit.warehouse.put import summarise
from crmkit.warehouse.schema import FACT_NAMES, TARGETS, total
from crmkit.warehouse.versions import next_version, writing

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

KEEP_MONTHS = 13  # a year, and the month to compare with


def archive(house: Warehouse, *, keep: int = KEEP_MONTHS, wait_s: float = 0.0) -> pd.DataFrame:
    """Move the facts of months beyond the window to Parquet files, one a table and month.

    Parameters
    ----------
    house : Warehouse
        Opened with read_only=False.
    keep : int
        Months that stay, the last one with a fact included; 1 or more.
    wait_s : float
        How long to wait for another writer, seconds.

    Returns
    -------
    DataFrame
        What was moved: target, month, file, rows, amount (as in the ledger).

    Raises
    ------
    BlockingIOError, OSError
        If another writer is at work, or the disk is full; the warehouse is as it was.
    """
    import pandas as pd

    months = door.whole("keep", keep)
    with writing(house, wait_s=wait_s):
        moved = _beyond(house, months)
        moved["file"] = pd.Series(dtype="str")
        if len(moved):
            version = note.read(house.path)[0] + 1
            with next_version(house) as con:
                files = [_out(con, house, t, m, version) for t, m in zip(moved["target"], moved["month"], strict=True)]
            moved["file"] = files
    return moved[["target", "month", "file", "rows", "amount"]]


def restore(house: Warehouse, months: object, *, wait_s: float = 0.0) -> pd.DataFrame:
    """Bring archived months back, each file held against its checksum, its rows and its sum.

    Parameters
    ----------
    house : Warehouse
        Opened with read_only=False.
    months : date or text, or a list of them
        Any day of each month, e.g. ``"2024-03"``.
    wait_s : float
        How long to wait for another writer, seconds.

    Returns
    -------
    DataFrame
        What came back: target, month, file, rows, amount (as in the ledger).

    Raises
    ------
    ValueError, FileNotFoundError
        If a month is not in the archive, or its file is missing or was changed; nothing is restored then.
    BlockingIOError, OSError
        As for `archive`.
    """
    wanted = [months] if isinstance(months, str) or not hasattr(months, "__iter__") else list(months)
    first = sorted({judged_on(month, "months").date().replace(day=1) for month in wanted})
    with writing(house, wait_s=wait_s):
        kept = query(house, "SELECT * FROM archive WHERE NOT online ORDER BY target, month")
        there = set(kept["month"].dt.date)
        lacking = [f"{month:%Y-%m}" for month in first if month not in there]
        if lacking:
            raise ValueError(
                f"months={lacking} are not in the archive; it holds {sorted(f'{month:%Y-%m}' for month in there)}"
            )
        back = kept[kept["month"].dt.date.isin(first)].reset_index(drop=True)
        for file, checksum in zip(back["file"], back["checksum"], strict=True):
            says = _sound(house, file, checksum)
            if says != "OK":
                kind = FileNotFoundError if "missing" in says else ValueError
                raise kind(f"{says}; nothing was restored. Mend: bring the file back from a copy of the folder")
        with next_version(house) as con:
            for row in back.itertuples():
                _back(con, house, row)
            dates = ", ".join(f"DATE '{month}'" for month in first)
            summarise(con, f"date_trunc('month', day) IN ({dates})")
    return back[["target", "month", "file", "rows", "amount"]]


def check(house: Warehouse) -> pd.DataFrame:
    """Was a row lost or doubled? Holds what was loaded against what is here, and each archive file against its checksum.

    Returns
    -------
    DataFrame
        Index: what (a fact, monthly, or an archive file). rows_loaded and amount_loaded by the ledger; rows_here and
        amount_here, online and archived together; says: "OK", or what is wrong.
    """
    import pandas as pd

    rows = []
    for target in FACT_NAMES:
        key = ", ".join(TARGETS[target].key)
        rows.append(
            query(
                house,
                f"""SELECT '{target}' AS what, l.rows AS rows_loaded, h.rows + a.rows AS rows_here,
                l.amount AS amount_loaded, h.amount + a.amount AS amount_here,
                CASE WHEN twice > 0 THEN twice || ' keys stand twice'
                WHEN h.rows + a.rows <> l.rows THEN (h.rows + a.rows - l.rows) || ' rows too many (below 0: lost)'
                WHEN h.amount + a.amount <> l.amount THEN 'the sums differ' ELSE 'OK' END AS says
                FROM (SELECT coalesce(sum(loaded), 0)::BIGINT AS rows, coalesce(sum(amount), 0) AS amount FROM ledger
                    WHERE target = '{target}') l,
                (SELECT count(*) AS rows, {total(target)} AS amount FROM {target}) h,
                (SELECT coalesce(sum(rows), 0)::BIGINT AS rows, coalesce(sum(amount), 0) AS amount FROM archive
                    WHERE target = '{target}' AND NOT online) a,
                (SELECT count(*) AS twice FROM (SELECT {key} FROM {target} GROUP BY ALL HAVING count(*) > 1)) t""",
            )
        )
    sums = query(
        house, "SELECT sum(transactions)::BIGINT AS rows_here, sum(amount) AS amount_here FROM monthly"
    ).fillna(0)
    same = (sums.iloc[0] == rows[0].loc[0, sums.columns]).all()
    rows.append(sums.assign(what="monthly", says="OK" if same else "the sums are not those of the transactions"))
    files = query(house, "SELECT file AS what, checksum FROM archive ORDER BY file")
    files["says"] = [_sound(house, file, sha) for file, sha in zip(files["what"], files.pop("checksum"), strict=True)]
    found = pd.concat([*rows, files] if len(files) else rows).set_index("what")
    return found.astype({"rows_loaded": "Int64", "rows_here": "Int64"})


def _beyond(house: Warehouse, keep: int) -> pd.DataFrame:
    each = " UNION ALL ".join(
        f"SELECT '{name}' AS target, date_trunc('month', day)::DATE AS month, count(*) AS rows, {total(name)} AS amount "
        f"FROM {name} GROUP BY ALL"
        for name in FACT_NAMES
    )
    return query(
        house,
        f"""WITH each AS ({each}) SELECT * FROM each
        WHERE month < (SELECT max(month) FROM each) - to_months($1) ORDER BY target, month""",
        [keep - 1],
    )


def _out(con: DuckDBPyConnection, house: Warehouse, target: str, month: dt.datetime, version: int) -> str:
    """One month of one fact into a file that is complete, on the disk and read back before its rows go."""
    name = f"{target}-{month:%Y-%m}-v{version:06d}.parquet"
    path = house.path / note.ARCHIVE / name
    fresh = path.with_name(f".{name}.new")
    inside = f"date_trunc('month', day) = DATE '{month:%Y-%m-%d}'"
    sums = f"SELECT count(*), {total(target)} FROM"
    # Without the version of the customer: it is found anew when the month comes back.
    con.execute(
        f"COPY (SELECT * EXCLUDE (customer_key) FROM {target} WHERE {inside}) "
        f"TO {_text(fresh)} (FORMAT parquet, COMPRESSION zstd)"
    )
    note.to_disk(fresh)
    was = con.execute(f"{sums} {target} WHERE {inside}").fetchone()
    written = con.execute(f"{sums} read_parquet({_text(fresh)})").fetchone()
    if was != written:
        raise OSError(f"{fresh} holds {written} (rows, sum); expected {was}; the warehouse is as it was")
    os.replace(fresh, path)
    con.execute(f"DELETE FROM {target} WHERE {inside}")
    con.execute("DELETE FROM archive WHERE target = $1 AND month = $2", [target, month])
    con.execute("INSERT INTO archive VALUES (?, ?, ?, ?, ?, ?, FALSE)", [target, month, name, *was, _checksum(path)])
    return name


def _back(con: DuckDBPyConnection, house: Warehouse, row: tuple) -> None:
    path = house.path / note.ARCHIVE / row.file
    was = con.execute(f"SELECT count(*), {total(row.target)} FROM {row.target}").fetchone()
    con.execute(
        f"""INSERT INTO {row.target} BY NAME SELECT p.*, c.customer_key FROM read_parquet({_text(path)}) AS p
        LEFT JOIN customers AS c ON c.customer_id = p.customer_id AND p.day >= c.valid_from AND p.day < c.valid_to"""
    )
    now = con.execute(f"SELECT count(*), {total(row.target)} FROM {row.target}").fetchone()
    told = con.execute("SELECT rows, amount FROM archive WHERE file = ?", [row.file]).fetchone()
    if (now[0] - was[0], now[1] - was[1]) != told:
        raise ValueError(
            f"{path} gave {now[0] - was[0]:,} rows, {now[1] - was[1]}; expected {told}; nothing was restored"
        )
    con.execute("UPDATE archive SET online = TRUE WHERE file = ?", [row.file])


def _sound(house: Warehouse, file: str, checksum: str) -> str:
    path = house.path / note.ARCHIVE / file
    if not path.is_file():
        return f"{path} is missing"
    return "OK" if _checksum(path) == checksum else f"{path} was changed since it was written: its checksum differs"


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
