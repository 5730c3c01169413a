"""Rows that are sound by themselves, held against what is there already: new, the same again, or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.warehouse.schema import ALWAYS, FACT_NAMES, TARGETS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SAME = "="  # in the place of a reason: is there already, the same in every column that came


def judge(con: DuckDBPyConnection, target: str, columns: list[str]) -> None:
    """Fill the temporary table `judged`: `typed`, with what is wrong with each row or `SAME`.

    Parameters
    ----------
    con : connection
        With the temporary table `typed` of `judge.type_rows`.
    target : str
        Table of the warehouse.
    columns : list of str
        Its columns that came.
    """
    key = [name for name in TARGETS[target].key if name != "customer_key"] or ["customer_id"]
    by = ", ".join(f'"{name}"' for name in key)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE twice AS SELECT {by}, min("row") AS first FROM typed WHERE fate = ''
        GROUP BY {by} HAVING count(*) > 1"""
    )
    there = f"(SELECT * FROM customers WHERE valid_to = {ALWAYS})" if target == "customers" else target
    same = " AND ".join(f't."{name}" IS NOT DISTINCT FROM o."{name}"' for name in columns if name not in key) or "TRUE"
    shown = " || ' and ' || ".join(f"'{name} ' || t.\"{name}\"" for name in key)
    joins, refused = _on_file(target, columns)
    fact = target in FACT_NAMES
    # A dimension takes other values as a change; of a fact they would be a second truth.
    again = [f"WHEN o.{key[0]} IS NOT NULL AND {same} THEN '{SAME}'"]
    if fact:
        again.append(
            f"WHEN o.{key[0]} IS NOT NULL THEN {shown} || ': was loaded before with other values, in batch ' || o.batch"
        )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE judged AS SELECT t.* EXCLUDE (fate), CASE WHEN t.fate <> '' THEN t.fate
        WHEN d.first < t."row" THEN {shown} || ': was on row ' || d.first || ' already'
        {" ".join(refused)} {" ".join(again)} ELSE '' END AS fate
        FROM typed AS t LEFT JOIN twice AS d USING ({by}) LEFT JOIN {there} AS o USING ({by}) {" ".join(joins)}"""
    )


def _on_file(target: str, columns: list[str]) -> tuple[list[str], list[str]]:
    """What a row refers to must be there; its month must be online."""
    joins, refused = [], []
    for column, table in (("customer_id", "customers"), ("channel", "channels"), ("product", "products"),
                          ("account_id", "accounts")):  # fmt: skip
        if column in columns and table != target:
            what = f"(SELECT DISTINCT {column} FROM {table})"
            joins.append(f"LEFT JOIN {what} AS of_{table} ON of_{table}.{column} = t.{column}")
            refused.append(
                f"WHEN t.{column} IS NOT NULL AND of_{table}.{column} IS NULL "
                f"THEN '{column}: ' || t.{column} || ' is not among the {table} of the warehouse'"
            )
    if target in FACT_NAMES:
        joins.append(
            f"LEFT JOIN archive AS a ON a.target = '{target}' AND NOT a.online AND a.month = date_trunc('month', t.day)"
        )
        refused.append(
            "WHEN a.month IS NOT NULL THEN 'day: ' || strftime(a.month, '%Y-%m') || ' is in the archive; restore it first'"
        )
    return joins, refused
