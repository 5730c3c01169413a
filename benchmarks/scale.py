"""How far do the verbs on logs go? ``python -m benchmarks.scale --rows 10_000_000 --engines duckdb polars pandas``.

A log is drawn into a Parquet file. Each verb then reads it on each engine and writes its result to a file, once by
crmkit and once by the query that one would write by hand, each in a process of its own, so that its peak memory is its
own. Hand-written queries give the same columns and values (sums are compared) but do not check their rows, which
crmkit does in one more pass. Ratios travel between machines better than seconds do. Spark's memory is that of its Java process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

VERBS = ("rfm", "value_matrix", "history")
DAYS = {"duckdb": "date_diff('day', {first}, {last})", "pyspark": "datediff({last}, {first})"}
FIRST = {"duckdb": "arg_min", "pyspark": "min_by"}
TOTALS = """
    t AS (SELECT customer_id, max(CASE WHEN amount > 0 THEN CAST(day AS date) END) AS last,
                 count(CASE WHEN amount > 0 THEN 1 END) AS frequency, sum(amount) AS monetary,
                 sum(CASE WHEN amount > 0 THEN amount END) AS spent
          FROM log GROUP BY customer_id)"""


def query(verb: str, engine: str) -> str:
    """What one would write by hand, in the words of the engine."""

    def days(first: str, last: str) -> str:
        return DAYS[engine].format(first=first, last=last)

    if verb == "history":
        begun = "min(day)"
        return f"""
            WITH d AS (SELECT customer_id, CAST(day AS date) AS day, sum(amount) AS a
                       FROM log WHERE amount > 0 GROUP BY customer_id, CAST(day AS date)),
                 e AS (SELECT max(CAST(day AS date)) AS until FROM log)
            SELECT customer_id, count(*) - 1 AS x, {days(begun, "max(day)")} / 7.0 AS t_x,
                   {days(begun, "max(until)")} / 7.0 AS T,
                   CASE WHEN count(*) > 1 THEN (sum(a) - {FIRST[engine]}(a, day)) / (count(*) - 1) ELSE 0 END AS m_x
            FROM d CROSS JOIN e GROUP BY customer_id"""
    if verb == "value_matrix":
        return f"""
            WITH {TOTALS},
                 m AS (SELECT *, spent / frequency AS mean_spend FROM t),
                 o AS (SELECT *, avg(CASE WHEN frequency > 0 THEN frequency END) OVER () AS often,
                              avg(mean_spend) OVER () AS much FROM m)
            SELECT customer_id, frequency, mean_spend, often AS mean_frequency, much AS base_mean_spend,
                   CASE WHEN frequency >= often AND mean_spend >= much THEN 'best' WHEN frequency >= often THEN 'frequent'
                        WHEN mean_spend >= much THEN 'spender' ELSE 'uncertain' END AS quadrant FROM o"""
    from crmkit.segments.rfm import GRID, NO_PURCHASE

    cells = ", ".join(f"({5 * row + at}, '{name}')" for row, names in enumerate(GRID) for at, name in enumerate(names))
    score = "1 + floor((rank() OVER (ORDER BY {0} NULLS LAST) + (count(*) OVER (PARTITION BY {0}) - 1) / 2.0 - 0.5) * 5 / n)"
    scores = ", ".join(
        f"CASE WHEN n IS NULL OR {key} IS NULL THEN 1 ELSE CAST({score.format(key)} AS int) END AS {name}"
        for key, name in (("last", "r"), ("fk", "f"), ("mk", "m"))
    )
    return f"""
        WITH {TOTALS},
             k AS (SELECT *, CASE WHEN frequency > 0 THEN frequency END AS fk, max(last) OVER () AS until,
                          CASE WHEN frequency > 0 THEN round(monetary, 2) END AS mk, count(last) OVER () AS n FROM t),
             s AS (SELECT *, {scores} FROM k),
             grid AS (SELECT * FROM (VALUES {cells}) AS cells(cell, name))
        SELECT customer_id, {days("last", "until")} AS recency, frequency, monetary, r, f, m,
               CASE WHEN frequency > 0 THEN name ELSE '{NO_PURCHASE}' END AS segment
        FROM s JOIN grid ON cell = CAST((5 - r) * 5 + floor((f + m) / 2.0 + 0.5) - 1 AS int)"""


def by_polars(verb: str, log: Any) -> Any:
    """The same in Polars."""
    import polars as pl

    from crmkit.segments.rfm import GRID, NO_PURCHASE

    bought, amount, day = pl.col("amount") > 0, pl.col("amount"), pl.col("day").cast(pl.Date)
    if verb == "history":
        until = log.select(until=day.max())
        each = log.filter(bought).group_by("customer_id", day).agg(amount.sum())
        each = each.group_by("customer_id").agg(
            x=pl.len() - 1, first=pl.col("day").min(), last=pl.col("day").max(), a=amount.sum(), a0=amount.sort_by("day").first()
        )  # fmt: skip
        back = pl.col("x").cast(pl.Int64)
        return each.join(until, how="cross").select(
            "customer_id",
            x=back,
            t_x=(pl.col("last") - pl.col("first")).dt.total_days() / 7,
            T=(pl.col("until") - pl.col("first")).dt.total_days() / 7,
            m_x=pl.when(back > 0).then((pl.col("a") - pl.col("a0")) / back).otherwise(0.0),
        )
    each = log.group_by("customer_id").agg(
        last=day.filter(bought).max(), frequency=bought.sum(), monetary=amount.sum(), spent=amount.filter(bought).sum()
    )
    often = pl.col("frequency")
    if verb == "value_matrix":
        each = each.with_columns(mean_spend=pl.when(often > 0).then(pl.col("spent") / often))
        each = each.with_columns(
            mean_frequency=pl.when(often > 0).then(often).mean(), base_mean_spend=pl.col("mean_spend").mean()
        )
        many, much = often >= pl.col("mean_frequency"), pl.col("mean_spend") >= pl.col("base_mean_spend")
        names = pl.when(many & much).then(pl.lit("best")).when(many).then(pl.lit("frequent"))
        names = names.when(much).then(pl.lit("spender")).otherwise(pl.lit("uncertain"))
        return each.select(
            "customer_id", "frequency", "mean_spend", "mean_frequency", "base_mean_spend", quadrant=names
        )

    def score(value: pl.Expr) -> pl.Expr:
        value = pl.when(often > 0).then(value)
        return (1 + ((value.rank("average") - 0.5) * 5 / value.count()).floor()).fill_null(1).cast(pl.Int64)

    each = each.with_columns(r=score(pl.col("last")), f=score(often), m=score(pl.col("monetary").round(2)))
    cell = (5 - pl.col("r")) * 5 + ((pl.col("f") + pl.col("m")) / 2 + 0.5).floor().cast(pl.Int64) - 1
    names = cell.replace_strict(dict(enumerate(name for row in GRID for name in row)), return_dtype=pl.String)
    recency = (pl.col("last").max() - pl.col("last")).dt.total_days()
    segment = pl.when(often > 0).then(names).otherwise(pl.lit(NO_PURCHASE))
    return each.select("customer_id", "frequency", "monetary", "r", "f", "m", recency=recency, segment=segment)


def by_pandas(verb: str, log: Any) -> Any:
    """The same in pandas."""
    import pandas as pd

    day = log["day"].dt.normalize()
    bought = log["amount"] > 0
    if verb == "history":
        each = log[bought].assign(day=day[bought]).groupby(["customer_id", "day"])["amount"].sum().reset_index("day")
        groups = each.groupby(level=0)
        first, last = groups["day"].min(), groups["day"].max()
        x = groups.size() - 1
        later = groups["amount"].sum() - groups["amount"].first()
        return pd.DataFrame(
            {"x": x, "t_x": (last - first).dt.days / 7, "T": (day.max() - first).dt.days / 7,
             "m_x": (later / x.where(x > 0)).fillna(0)}
        )  # fmt: skip
    groups = log[bought].assign(day=day[bought]).groupby("customer_id")
    each = log.groupby("customer_id")["amount"].sum().to_frame("monetary")
    each["frequency"] = groups.size().reindex(each.index, fill_value=0)
    if verb == "value_matrix":
        each["mean_spend"] = groups["amount"].mean()
        many = each["frequency"] >= each["frequency"].where(each["frequency"] > 0).mean()
        much = each["mean_spend"] >= each["mean_spend"].mean()
        names = np.select([many & much, many, much], ["best", "frequent", "spender"], "uncertain")
        return each[["frequency", "mean_spend"]].assign(quadrant=names)
    from crmkit.segments.rfm import GRID, NO_PURCHASE

    last = groups["day"].max()
    each["recency"] = (day.max() - last).dt.days.reindex(each.index)
    known = each["frequency"] > 0
    for name, key in (("r", -each["recency"]), ("f", each["frequency"]), ("m", each["monetary"].round(2))):
        rank = key.where(known).rank()
        each[name] = (1 + ((rank - 0.5) * 5 / known.sum()) // 1).fillna(1).astype(int)
    cell = (5 - each["r"]) * 5 + ((each["f"] + each["m"]) / 2 + 0.5) // 1 - 1
    names = np.array([name for row in GRID for name in row], dtype=object)[cell.astype(int)]
    return each.assign(segment=np.where(known, names, NO_PURCHASE))


def session(threads: int) -> Any:
    """Spark on this machine, with 4 GiB."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(f"local[{threads}]").config("spark.driver.memory", "4g")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    return builder.config("spark.sql.shuffle.partitions", str(4 * threads)).getOrCreate()


def measured(verb: str, engine: str, how: str, source: Path, target: Path, threads: int) -> dict[str, float]:
    """Seconds and peak MiB of one verb, from file to file; the engine is imported before the clock starts."""
    from crmkit import clv, frames, segments

    ours = {"rfm": segments.rfm, "value_matrix": segments.value_matrix, "history": clv.history}[verb]
    java = session(threads) if engine == "pyspark" else None
    begin = time.perf_counter()
    log = frames.scan(source, engine=engine)
    if how == "crmkit":
        found = ours(log)
    elif engine == "duckdb":
        found = log.query("log", query(verb, engine))
    elif engine == "pyspark":
        log.createOrReplaceTempView("log")
        found = java.sql(query(verb, engine))
    else:
        found = (by_polars if engine == "polars" else by_pandas)(verb, log)
    if engine == "duckdb":
        found.write_parquet(str(target))
    elif engine == "polars":
        found.sink_parquet(target)
    elif engine == "pyspark":
        found.write.mode("overwrite").parquet(str(target))
    else:
        found.to_parquet(target)
    spent = time.perf_counter() - begin
    process = "self" if java is None else str(java._jvm.java.lang.ProcessHandle.current().pid())
    return {"seconds": spent, "peak_mib": peak(process)}


def peak(process: str) -> float:
    """Peak memory of a process, MiB."""
    return int(Path(f"/proc/{process}/status").read_text().split("VmHWM:")[1].split()[0]) / 2**10


def draw(path: Path, rows: int) -> None:
    """A log of two years, ten rows a customer on average, some of them returns; drawn and written in parts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    start, writer = np.datetime64("2023-01-01", "us"), None
    for begin in range(0, rows, 2_000_000):
        size = min(2_000_000, rows - begin)
        days = start + rng.integers(0, 730, size) * np.timedelta64(86_400_000_000, "us")
        amount = np.round(rng.gamma(2, 20, size) - 5, 2)
        part = pa.table({"customer_id": rng.integers(1, rows // 10 + 1, size), "day": days, "amount": amount})
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer:
        writer.close()


def sums(target: Path) -> np.ndarray:
    """The sums of the columns that are numbers, and how often each word stands."""
    import duckdb

    where = f"{target}/*.parquet" if target.is_dir() else target
    rows = duckdb.connect().read_parquet(str(where))
    kinds = dict(zip(rows.columns, map(str, rows.types), strict=True))
    numbers = [
        one
        for one in ("recency", "frequency", "mean_spend", "monetary", "r", "f", "m", "x", "t_x", "T", "m_x")
        if one in kinds
    ]
    words = [one for one in ("segment", "quadrant") if one in kinds]
    found = [float(rows.aggregate(f'sum("{one}")').fetchall()[0][0]) for one in numbers]
    for one in words:
        found += [count for _, count in sorted(rows.aggregate(f"{one}, count(*) AS n", one).fetchall())]
    return np.array(found)


def main() -> None:
    """Draw, measure, compare, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, nargs="+", default=[10_000_000])
    words.add_argument(
        "--engines",
        nargs="+",
        default=["duckdb", "polars", "pandas"],
        choices=["duckdb", "polars", "pandas", "pyspark"],
    )
    words.add_argument("--verbs", nargs="+", default=VERBS, choices=VERBS)
    words.add_argument("--threads", type=int, default=2)
    words.add_argument("--times", type=int, default=1, help="runs of each; the quickest counts")
    words.add_argument("--folder", type=Path, help="where logs are kept between runs")
    words.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one:
        verb, engine, how, source, target = given.one
        print(json.dumps(measured(verb, engine, how, Path(source), Path(target), given.threads)))
        return
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or Path(spare)
        print(
            f"{'rows':>12} {'verb':13} {'engine':8} {'crmkit s':>9} {'MiB':>6} {'by hand s':>9} {'MiB':>6} {'ratio':>6}  same"
        )
        for rows in given.rows:
            source = folder / f"log{rows}.parquet"
            if not source.exists():
                draw(source, rows)
            for verb in given.verbs:
                for engine in given.engines:
                    row(rows, verb, engine, source, Path(spare), given)


def row(rows: int, verb: str, engine: str, source: Path, spare: Path, given: argparse.Namespace) -> None:
    """One line of the table."""
    best: dict[str, dict[str, float]] = {}
    for _ in range(given.times):
        for how in ("crmkit", "hand"):
            target = spare / f"{how}-{engine}.parquet"
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", "--threads", str(given.threads)]
            command += ["--one", verb, engine, how, str(source), str(target)]
            threads = {"POLARS_MAX_THREADS": str(given.threads), "OMP_NUM_THREADS": str(given.threads)}
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
            if done.returncode:
                print(f"{rows:12,} {verb:13} {engine:8} {how}: {done.stderr.strip().splitlines()[-1]}", flush=True)
                return
            seen = json.loads(done.stdout.strip().splitlines()[-1])
            if how not in best or seen["seconds"] < best[how]["seconds"]:
                best[how] = seen
    ours, hand = best["crmkit"], best["hand"]
    same = np.allclose(*(sums(spare / f"{how}-{engine}.parquet") for how in ("crmkit", "hand")), rtol=1e-9)
    print(
        f"{rows:12,} {verb:13} {engine:8} {ours['seconds']:9.2f} {ours['peak_mib']:6.0f} {hand['seconds']:9.2f} "
        f"{hand['peak_mib']:6.0f} {ours['seconds'] / hand['seconds']:6.2f}  {'yes' if same else 'NO'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
