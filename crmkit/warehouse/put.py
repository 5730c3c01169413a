"""Judged rows into the star: dimensions are brought up to date, customers with their history, facts are added."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmkit.warehouse.feeds import OWN_CHANNELS, Feed
from crmkit.warehouse.schema import ALWAYS, EVER, FACT_NAMES, TARGETS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What a fact knows beyond what came: SQL over j (the row that came), c (its customer then), h (channel), a and p (account).
DERIVED = {
    "transactions": {"cost": "h.cost", "revenue": "{earns}"},
    "contacts": {"cost": "h.cost"},
    "balances": {
        "customer_id": "a.customer_id",
        "product": "a.product",
        "revenue": "CAST(abs(j.opening) * p.margin / 12 + p.fee AS DECIMAL(18,4))",
    },
}


def own_channels(con: DuckDBPyConnection, batch: int) -> None:
    """The channels that feeds know of themselves, without a cost."""
    for channel in OWN_CHANNELS:
        con.execute(
            "INSERT INTO channels (channel, batch) SELECT $1, $2 WHERE $1 NOT IN (SELECT channel FROM channels)",
            [channel, batch],
        )


def fact(con: DuckDBPyConnection, feed: Feed, columns: list[str], batch: int) -> None:
    """Add the new rows of `judged`, each with the version of the customer that held on its day."""
    target = feed.target
    cells = {name: f'j."{name}"' for name in columns} | {"customer_key": "c.customer_key", "batch": str(batch)}
    cells = {name: sql.format(earns=feed.earns) for name, sql in DERIVED.get(target, {}).items()} | cells
    who = "a.customer_id" if target == "balances" else cells.get("customer_id", "NULL")
    sides = ""
    if target == "balances":
        sides = "LEFT JOIN accounts AS a USING (account_id) LEFT JOIN products AS p ON p.product = a.product"
    elif target in ("transactions", "contacts"):
        sides = f"LEFT JOIN channels AS h ON h.channel = {cells.get('channel', 'NULL')}"
    con.execute(
        f"""INSERT INTO {target} BY NAME SELECT {", ".join(f'{sql} AS "{name}"' for name, sql in cells.items())}
        FROM judged AS j {sides} LEFT JOIN customers AS c
        ON c.customer_id = {who} AND j.day >= c.valid_from AND j.day < c.valid_to WHERE j.fate = ''"""
    )


def dimension(con: DuckDBPyConnection, target: str, columns: list[str], batch: int) -> None:
    """New rows, and the new values of known ones; columns that did not come keep theirs."""
    key = TARGETS[target].key[0]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE fresh AS {_over_old(target, columns, target, key, {"batch": str(batch)})}"""
    )
    con.execute(f"DELETE FROM {target} WHERE {key} IN (SELECT {key} FROM fresh)")
    con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM fresh")


def customers(con: DuckDBPyConnection, columns: list[str], batch: int, as_of: dt.date | None) -> None:
    """New customers hold since ever; a change closes the version that held and begins another on `as_of`.

    Raises
    ------
    ValueError
        If customers changed and no day is given.
    """
    today = f"(SELECT * FROM customers WHERE valid_to = {ALWAYS})"
    changed = con.execute(
        f"SELECT count(*) FROM judged JOIN {today} AS o USING (customer_id) WHERE fate = ''"
    ).fetchone()[0]
    if changed and as_of is None:
        raise ValueError(
            f"{changed:,} customers are not as they were loaded before; expected the day from which they are so. "
            "Mend: load(..., as_of='2025-07-01')"
        )
    day = EVER if as_of is None else f"DATE '{as_of}'"
    con.execute(
        f"""UPDATE judged SET fate = 'as_of: {as_of} is before ' || o.valid_from || ', from when the last change holds'
        FROM {today} AS o WHERE o.customer_id = judged.customer_id AND fate = '' AND {day} < o.valid_from"""
    )
    last = '(SELECT coalesce(max(customer_key), 0) FROM customers) + row_number() OVER (ORDER BY j."row")'
    bounds = {
        "customer_key": last,
        "valid_from": f"CASE WHEN o.customer_id IS NULL THEN {EVER} ELSE {day} END",
        "valid_to": ALWAYS,
        "batch": str(batch),
    }
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS {_over_old('customers', columns, today, 'customer_id', bounds)}"
    )
    # Twice on one day is a correction: the version it replaces held on no day.
    con.execute(
        f"""DELETE FROM customers WHERE valid_to = {ALWAYS} AND valid_from = {day}
        AND customer_id IN (SELECT customer_id FROM fresh WHERE valid_from > {EVER})"""
    )
    con.execute(
        f"""UPDATE customers SET valid_to = {day} WHERE valid_to = {ALWAYS}
        AND customer_id IN (SELECT customer_id FROM fresh WHERE valid_from > {EVER})"""
    )
    con.execute("INSERT INTO customers BY NAME SELECT * FROM fresh")
    for name in FACT_NAMES:  # those of days on which the new version holds, loaded before it was known
        con.execute(
            f"""UPDATE {name} SET customer_key = f.customer_key FROM fresh AS f
            WHERE f.customer_id = {name}.customer_id AND {name}.day >= f.valid_from AND f.valid_from > {EVER}"""
        )


def summarise(con: DuckDBPyConnection, where: str) -> None:
    """Sum anew the months that have transactions of that kind (SQL over transactions)."""
    month = "CAST(date_trunc('month', day) AS DATE)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT {month} AS month FROM transactions WHERE {where}"
    )
    con.execute("DELETE FROM monthly WHERE month IN (SELECT month FROM touched)")
    con.execute(
        f"""INSERT INTO monthly SELECT {month}, channel, segment, count(*), sum(amount), sum(revenue), sum(cost)
        FROM transactions LEFT JOIN customers USING (customer_key)
        WHERE {month} IN (SELECT month FROM touched) GROUP BY ALL"""
    )


def _over_old(target: str, columns: list[str], old: str, key: str, more: dict[str, str]) -> str:
    """SQL of new and changed rows of `judged`, with the old values of the columns that did not come."""
    cells = {
        column.name: f'j."{column.name}"' if column.name in columns else f'o."{column.name}"'
        for column in TARGETS[target].columns
    } | more
    picked = ", ".join(f'{sql} AS "{name}"' for name, sql in cells.items())
    return f"SELECT {picked} FROM judged AS j LEFT JOIN {old} AS o USING ({key}) WHERE j.fate = ''"
