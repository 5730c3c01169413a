"""Purchase days of each customer, added up: each engine has its own short way to the amount of the first of them."""

from __future__ import annotations

from typing import Any


def visits(days: Any) -> Any:
    """How many purchase days, the first and the last, and what was spent after the first.

    narwhals has no "amount on the earliest day" that serves all engines, and a join for it takes half as long again
    as the engine's own.

    Parameters
    ----------
    days : narwhals frame
        One row a customer and day: customer_id, day, amount.

    Returns
    -------
    narwhals frame
        customer_id, visits, first, last, after (money spent after the first day).
    """
    import narwhals.stable.v2 as nw

    native, engine = days.to_native(), days.implementation
    if engine.is_duckdb():
        found = native.aggregate(
            'customer_id, count(*) AS visits, min("day") AS "first", max("day") AS "last", '
            'sum(amount) AS spent, arg_min(amount, "day") AS opening',
            "customer_id",
        )
    elif engine.is_pyspark() or engine.is_pyspark_connect():
        from pyspark.sql import functions as F

        found = native.groupBy("customer_id").agg(
            F.count("*").alias("visits"),
            F.min("day").alias("first"),
            F.max("day").alias("last"),
            F.sum("amount").alias("spent"),
            F.min_by("amount", "day").alias("opening"),
        )
    elif engine.is_polars():
        import polars as pl

        found = native.group_by("customer_id").agg(
            visits=pl.len(),
            first=pl.col("day").min(),
            last=pl.col("day").max(),
            spent=pl.col("amount").sum(),
            opening=pl.col("amount").sort_by("day").first(),
        )
    else:
        first = days.group_by("customer_id").agg(first=nw.col("day").min())
        joined = days.join(first, on="customer_id", how="inner")
        back = nw.when(nw.col("day") == nw.col("first")).then(nw.col("amount")).otherwise(0.0)
        sums = {
            "visits": nw.len(),
            "first": nw.col("first").min(),
            "last": nw.col("day").max(),
            "spent": nw.col("amount").sum(),
            "opening": nw.col("opening").sum(),
        }
        found = joined.with_columns(opening=back).group_by("customer_id").agg(**sums).to_native()
    return (
        nw.from_native(found)
        .with_columns(after=nw.col("spent") - nw.col("opening"))
        .select("customer_id", "visits", "first", "last", "after")
    )
