"""Loading: one batch, one transaction, every row accounted for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crmkit.frames import judged_on
from crmkit.warehouse import fates, judge, put, staging
from crmkit.warehouse.feeds import Feed, chosen
from crmkit.warehouse.house import Warehouse, connect, query
from crmkit.warehouse.schema import ALWAYS, EVER, FACT_NAMES, add_days, total
from crmkit.warehouse.versions import next_version, writing

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Loaded:
    """What became of a batch; in each table rows = loaded + repeated + rejected."""

    batch: int  # its number
    name: str
    again: bool  # was it loaded before? Then nothing was done, and this tells of that time
    tables: pd.DataFrame = field(repr=False)  # feed, target, rows, loaded, repeated, rejected, mended, amount
    left_out: tuple[str, ...] = ()  # tables of the source that no feed takes

    def __repr__(self) -> str:
        sums = self.tables[["rows", "loaded", "repeated", "rejected"]].sum()
        done = "was loaded before; nothing was done" if self.again else "loaded"
        return (
            f"batch {self.batch} ({self.name}) {done}: {sums['rows']:,} rows came in: {sums['loaded']:,} loaded, "
            f"{sums['repeated']:,} there already, {sums['rejected']:,} rejected"
        )


def load(
    house: Warehouse,
    source: object,
    *,
    name: str | None = None,
    as_of: object = None,
    since: object = None,
    until: object = None,
    wait_s: float = 0.0,
) -> Loaded:
    """Load what a source holds, all of it or nothing; loading it again changes nothing.

    Rows that are there already are passed over, so that a source that has grown can be loaded again.
    Rows that cannot be right are kept in the table `rejects`, each with its reason.

    Parameters
    ----------
    house : Warehouse
        Opened with read_only=False.
    source : Case, mapping of frames, or path
        Tables under the names that the worlds use; in a folder as CSV or Parquet.
    name : str, optional
        Of the batch; default: from its checksum.
    as_of : date, optional
        Day from which customers are as this source says; needed where known ones changed.
    since, until : date, optional
        First and last day of the facts to take; dimensions come whole.
    wait_s : float
        How long to wait for another writer, seconds.

    Returns
    -------
    Loaded

    Raises
    ------
    BlockingIOError
        If another writer is at work.
    ValueError
        If the source lacks columns, or the name was used for something else.
    OSError
        If the disk is full or closed to us; the warehouse is as it was.

    >>> import pandas as pd, tempfile
    >>> from crmkit import warehouse
    >>> log = pd.DataFrame({"transaction_id": [1, 2], "customer_id": [7, 8], "day": ["2025-01-02"] * 2, "amount": ["5", "6"]})
    >>> with tempfile.TemporaryDirectory() as home:
    ...     house = warehouse.create(home + "/shop.dw")
    ...     warehouse.load(house, {"customers": pd.DataFrame({"customer_id": [7]}), "transactions": log}, name="January")
    ...     warehouse.rejects(house)["reason"].tolist()
    batch 1 (January) loaded: 3 rows came in: 2 loaded, 0 there already, 1 rejected
    ['customer_id: 8 is not among the customers of the warehouse']
    """
    days = [None if day is None else judged_on(day, what).date() for day, what in ((since, "since"), (until, "until"))]
    if all(days) and days[0] > days[1]:
        raise ValueError(f"since={since!r} lies after until={until!r}; expected the first day not after the last")
    changed_on = None if as_of is None else judged_on(as_of, "as_of").date()
    if changed_on is not None and changed_on <= dt.date(1900, 1, 1):
        raise ValueError(f"as_of={as_of!r} must be after 1900-01-01, which stands for: since ever")
    with writing(house, wait_s=wait_s):
        given = staging.read(source)
        checksum = hashlib.sha256(repr((given.checksum, *days, changed_on)).encode()).hexdigest()
        known = _known(house, name, checksum)
        if known is not None:
            return known
        with next_version(house) as con:
            has = staging.lay(con, given)
            feeds, left_out = chosen(has)
            batch = con.execute("SELECT coalesce(max(batch), 0) + 1 FROM ledger").fetchone()[0]
            row = {"batch": batch, "name": name or checksum[:12], "source": given.words, "checksum": checksum}
            row |= {"as_of": changed_on, "loaded_at": dt.datetime.now(dt.UTC).replace(tzinfo=None)}
            put.own_channels(con, batch)
            bounds = (f"DATE '{days[0]}'" if days[0] else EVER, f"DATE '{days[1]}'" if days[1] else ALWAYS)
            for feed in feeds:
                _write(con, "ledger", row | _take(con, feed, has, bounds, batch, changed_on))
            add_days(con)
            put.summarise(con, f"batch = {batch}" + (f" OR day >= DATE '{changed_on}'" if changed_on else ""))
            told = _told(con, batch, again=False, left_out=tuple(left_out))
    return told


def ledger(house: Warehouse) -> pd.DataFrame:
    """All loads so far: `tables` records of LEDGER, one row a table and batch."""
    return query(house, "SELECT * FROM ledger ORDER BY batch, feed")


def rejects(house: Warehouse, *, batch: int | None = None) -> pd.DataFrame:
    """The rows that were not loaded, of all batches or of one: batch, feed, row, reason, content (JSON)."""
    return query(house, "SELECT * FROM rejects WHERE $1 IS NULL OR batch = $1 ORDER BY batch, feed, row", [batch])


def _take(
    con: DuckDBPyConnection,
    feed: Feed,
    has: Mapping[str, list[str]],
    bounds: tuple[str, str],
    batch: int,
    as_of: dt.date | None,
) -> dict[str, Any]:
    """One feed, from the source into the star; what the ledger says of it."""
    target, is_fact = feed.target, feed.target in FACT_NAMES
    typed = judge.type_rows(con, feed, has, bounds)
    fates.judge(con, target, typed.columns)
    before = _size(con, target)
    if is_fact:
        put.fact(con, feed, typed.columns, batch)
    elif target == "customers":
        put.customers(con, typed.columns, batch, as_of)
    else:
        put.dimension(con, target, typed.columns, batch)
    rows, loaded, repeated = con.execute(
        f"SELECT count(*), count(*) FILTER (fate = ''), count(*) FILTER (fate = '{fates.SAME}') FROM judged"
    ).fetchone()
    after = _size(con, target)
    if is_fact and after[0] - before[0] != loaded:
        raise RuntimeError(f"{target} grew by {after[0] - before[0]:,} rows; expected {loaded:,}. Nothing was kept")
    con.execute(
        f"""INSERT INTO rejects SELECT {batch}, '{feed.source}', "row", j.fate, to_json(s.content)
        FROM (SELECT row_number() OVER () - 1 AS "row", r AS content FROM "raw_{feed.source}" AS r) AS s
        JOIN judged AS j USING ("row") WHERE j.fate NOT IN ('', '{fates.SAME}')"""
    )
    if typed.repaired is not None and len(typed.repaired):
        con.register("repaired", typed.repaired)
        con.execute(f"INSERT INTO repairs BY NAME SELECT {batch} AS batch, '{feed.source}' AS feed, * FROM repaired")
        con.unregister("repaired")
    counts = {"rows": rows, "loaded": loaded, "repeated": repeated, "rejected": rows - loaded - repeated}
    more = {"mended": typed.mended, "amount": after[1] - before[1] if is_fact else None}
    return {"feed": feed.source, "target": target} | counts | more


def _size(con: DuckDBPyConnection, target: str) -> tuple[int, Any]:
    amount = total(target) if target in FACT_NAMES else "0"
    return con.execute(f"SELECT count(*), {amount} FROM {target}").fetchone()


def _write(con: DuckDBPyConnection, table: str, row: Mapping[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    con.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' for _ in row)})", list(row.values()))


def _known(house: Warehouse, name: str | None, checksum: str) -> Loaded | None:
    """The batch, if it was loaded before."""
    with connect(house) as con:
        found = con.execute(
            "SELECT batch, name, checksum FROM ledger WHERE checksum = $1 OR name = $2 ORDER BY checksum <> $1",
            [checksum, name],
        ).fetchone()
        if found is None:
            return None
        if found[2] != checksum:
            raise ValueError(
                f"name={name!r} was given to batch {found[0]}, which had other content; expected a name of its own. "
                "Mend: another name, or none"
            )
        return _told(con, found[0], again=True)


def _told(con: DuckDBPyConnection, batch: int, *, again: bool, left_out: tuple[str, ...] = ()) -> Loaded:
    tables = con.execute(
        """SELECT feed, target, rows, loaded, repeated, rejected, mended, amount, name FROM ledger
        WHERE batch = $1 ORDER BY rowid""",
        [batch],
    ).df()
    name = tables.pop("name").iloc[0]
    return Loaded(int(batch), str(name), again, tables, left_out)


__all__ = ["Loaded", "ledger", "load", "rejects"]
