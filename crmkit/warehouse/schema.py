"""The star in DuckDB's words: types, tables, and the views that people ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.tables import WAREHOUSE_TABLES, Table, dictionary
from crmkit.tables.warehouse import DIMENSIONS, FACTS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Money to a hundredth of a cent, exact: sums do not depend on the order of the rows, so they can be compared.
MONEY = "DECIMAL(18,4)"
TYPES = {
    "id": "BIGINT",
    "text": "VARCHAR",
    "category": "VARCHAR",
    "number": "DOUBLE",
    "count": "BIGINT",
    "money": MONEY,
    "share": "DOUBLE",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "yes_no": "BOOLEAN",
}
# What is summed to see that nothing was lost or doubled.
MEASURES = {"transactions": "amount", "contacts": "cost", "calls": "wait_s", "balances": "closing"}
EVER, ALWAYS = "DATE '1900-01-01'", "DATE '9999-12-31'"


def plain(table: Table) -> str:
    """The name that a documented table has in the warehouse.

    >>> plain(FACTS[0])
    'transactions'
    """
    return table.name.removeprefix("warehouse.")


TARGETS = {plain(table): table for table in (*DIMENSIONS, *FACTS)}
FACT_NAMES = tuple(plain(table) for table in FACTS)


def total(target: str) -> str:
    """The exact sum of a fact's measure, in SQL."""
    return f"coalesce(sum(CAST({MEASURES[target]} AS {MONEY})), 0)"


def build(con: DuckDBPyConnection) -> None:
    """Make all tables and views in an empty database, with the data dictionary inside."""
    for table in WAREHOUSE_TABLES:
        columns = ", ".join(f'"{column.name}" {TYPES[column.kind]}' for column in table.columns)
        con.execute(f"CREATE TABLE {plain(table)} ({columns})")
    for view, (_, sql) in VIEWS.items():
        con.execute(f"CREATE VIEW {view} AS {sql}")
    words = dictionary(WAREHOUSE_TABLES)
    words["table"] = words["table"].str.removeprefix("warehouse.")
    words["refers"] = words["refers"].str.removeprefix("warehouse.")
    con.register("words", words)
    con.execute("CREATE TABLE dictionary AS SELECT * FROM words")
    con.unregister("words")
    for view, (meaning, _) in VIEWS.items():
        con.execute("INSERT INTO dictionary VALUES (?, '*', 'view', '', ?, FALSE, '')", [view, meaning])


def add_days(con: DuckDBPyConnection) -> None:
    """The days from the first fact to the last, as far as `dates` lacks them."""
    ends = " UNION ALL ".join(f"SELECT min(day) AS low, max(day) AS high FROM {name}" for name in FACT_NAMES)
    con.execute(
        f"""INSERT INTO dates
        SELECT day, year(day), quarter(day), date_trunc('month', day), isodow(day), isodow(day) > 5
        FROM (SELECT CAST(unnest(range(min(low), max(high) + 1, INTERVAL 1 DAY)) AS DATE) AS day FROM ({ends})
              HAVING min(low) IS NOT NULL)
        WHERE day NOT IN (SELECT day FROM dates)"""
    )


_TODAY = f"(SELECT * FROM customers WHERE valid_to = {ALWAYS})"
_MONTH = "date_trunc('month', day)::DATE"
_LAST = "(SELECT max(day) FROM balances)"
# name: what a row is, and the query. Facts in an archive are in none but channel_costs: restore first.
VIEWS = {
    "statements": (
        "one customer, product and month: opening + paid_in - paid_out = closing",
        f"""SELECT customer_id, {_MONTH} AS month, product, count(*) AS accounts, sum(opening) AS opening,
        sum(paid_in) AS paid_in, sum(paid_out) AS paid_out, sum(closing) AS closing, sum(interest) AS interest
        FROM balances GROUP BY ALL""",
    ),
    "net_worth": (
        "one customer in one month: assets, debts (below 0) and their sum",
        f"""SELECT customer_id, {_MONTH} AS month, sum(greatest(closing, 0)) AS assets,
        sum(least(closing, 0)) AS debts, sum(closing) AS net_worth FROM balances GROUP BY ALL""",
    ),
    # From the sums made at loading: twenty times as quick as the facts, and it tells of months in the archive too.
    "channel_costs": (
        "one month, channel and segment (as it was then): transactions and what they cost; archived months too",
        "SELECT month, channel, segment, transactions, cost FROM monthly",
    ),
    "customer_360": (
        "one customer as of today: who they are, what they hold, what they did, earned and cost in the window online",
        f"""SELECT c.customer_id, c.name, c.area, c.segment, c.plan, c.manager_id, c.joined, c.valid_from AS since,
        coalesce(b.products, 0) AS products, coalesce(b.assets, 0) AS assets, coalesce(b.debts, 0) AS debts,
        coalesce(b.net_worth, 0) AS net_worth, coalesce(t.transactions, 0) AS transactions,
        coalesce(n.contacts, 0) AS contacts, coalesce(k.calls, 0) AS calls, n.channels,
        greatest(t.last, n.last, k.last) AS last_seen,
        coalesce(t.revenue, 0) + coalesce(r.revenue, 0) AS revenue, coalesce(t.cost, 0) + coalesce(n.cost, 0) AS cost
        FROM {_TODAY} c
        LEFT JOIN (SELECT customer_id, count(DISTINCT product) AS products, sum(greatest(closing, 0)) AS assets,
            sum(least(closing, 0)) AS debts, sum(closing) AS net_worth FROM balances WHERE day = {_LAST} GROUP BY ALL) b
            USING (customer_id)
        LEFT JOIN (SELECT customer_id, sum(revenue) AS revenue FROM balances GROUP BY ALL) r USING (customer_id)
        LEFT JOIN (SELECT customer_id, count(*) AS transactions, max(day) AS last, sum(revenue) AS revenue,
            sum(cost) AS cost FROM transactions GROUP BY ALL) t USING (customer_id)
        LEFT JOIN (SELECT customer_id, count(*) AS contacts, max(day) AS last, sum(cost) AS cost,
            string_agg(DISTINCT channel, ', ' ORDER BY channel) AS channels FROM contacts GROUP BY ALL) n
            USING (customer_id)
        LEFT JOIN (SELECT customer_id, count(*) AS calls, max(day) AS last FROM calls GROUP BY ALL) k
            USING (customer_id)""",
    ),
    "key_accounts": (
        "one customer by revenue: rank, share of all, share of all up to here, and the tenth (1: the best)",
        """SELECT customer_id, name, area, segment, manager_id, revenue, cost, revenue - cost AS profit,
        row_number() OVER best AS rank, revenue / nullif(sum(revenue) OVER (), 0) AS share,
        sum(revenue) OVER best / nullif(sum(revenue) OVER (), 0) AS share_up_to, ntile(10) OVER best AS tenth
        FROM customer_360 WINDOW best AS (ORDER BY revenue DESC, customer_id ROWS UNBOUNDED PRECEDING)""",
    ),
}
