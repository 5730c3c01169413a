"""How far do the verbs on logs go? ``python -m benchmarks.scale --rows 10_000_000 --engines duckdb polars pandas``.

Tables are drawn into Parquet files. Each verb then reads its own on each engine and writes its result to a file, once by
crmkit and once by the query that one would write by hand, each in a process of its own, so that its peak memory is its
own. Hand-written queries give the same columns and values (sums and sums of squares of all numbers, and the counts of
all words, are compared) but do not check their rows, which crmkit does in one more pass. On a busy machine the ratio of
processor seconds says more than that of seconds; both are printed. Spark's memory and processor time are those of its
Java process. Rows are those of the log (and of lines and dirty rows; half as many contacts, and a tenth as many customers).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

# Each verb on logs with the tables it reads.
VERBS = {
    "rfm": ("log",),
    "value_matrix": ("log",),
    "migration": ("log",),
    "history": ("log",),
    "pairs": ("lines",),
    "by_customer": ("log", "contacts"),
    "gains": ("scored",),
    "clean": ("dirty",),
}


def session(threads: int) -> Any:
    """Spark on this machine, with 4 GiB."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(f"local[{threads}]").config("spark.driver.memory", "4g")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    return builder.config("spark.sql.shuffle.partitions", str(4 * threads)).getOrCreate()


def measured(verb: str, engine: str, how: str, tables: dict[str, Path], target: Path, threads: int) -> dict[str, float]:
    """Seconds, processor seconds and peak MiB of one verb, from file to file; libraries are imported before the clock starts."""
    from benchmarks._by_hand import by_pandas, by_polars, query
    from crmkit import frames

    for library in {"narwhals.stable.v2", "pyarrow.parquet", engine}:
        import_module(library)

    java = session(threads) if engine == "pyspark" else None
    ours = verbs()[verb]
    process = "self" if java is None else str(java._jvm.java.lang.ProcessHandle.current().pid())
    begin, worked = time.perf_counter(), processor(process)
    given: dict[str, Any] = {}
    for name, path in tables.items():
        beside = next(iter(given.values()), None) if engine == "duckdb" else None
        given[name] = frames.scan(path, engine=engine, beside=beside)
    first = next(iter(given.values()))
    if how == "crmkit":
        found = ours(*given.values())
    elif engine == "duckdb":
        sql = query(verb, engine)
        if "contacts" in given:  # a relation names one table; the other is read by its path
            sql = sql.replace("FROM contacts", f"FROM read_parquet('{tables['contacts']}')")
        found = first.query(next(iter(given)), sql)
    elif engine == "pyspark":
        for name, frame in given.items():
            frame.createOrReplaceTempView(name)
        found = java.sql(query(verb, engine))
    else:
        found = (by_polars if engine == "polars" else by_pandas)(verb, *given.values())
    if engine == "duckdb":
        found.write_parquet(str(target))
    elif engine == "polars":
        found.lazy().sink_parquet(target)
    elif engine == "pyspark":
        found.write.mode("overwrite").parquet(str(target))
    else:
        found.to_parquet(target)
    spent = {"seconds": time.perf_counter() - begin, "worked": processor(process) - worked}
    return spent | {"peak_mib": peak(process)}


def verbs() -> dict[str, Any]:
    """The verbs, with the options of `_by_hand`."""
    import pandas as pd

    from benchmarks._by_hand import AFTER, BEFORE, COST, COSTS, MARGIN, SUPPORT, VALUE
    from crmkit import baskets, cleaning, clv, profit, segments, tables, targeting

    def clean(dirty: Any) -> Any:
        # In memory by its nature; a lazy frame of Polars is collected first, as its message says.
        dirty = dirty.collect() if hasattr(dirty, "collect") else dirty
        return cleaning.clean(dirty, tables.TRANSACTIONS, duplicates="keep").kept

    return {
        "rfm": segments.rfm,
        "value_matrix": segments.value_matrix,
        "migration": lambda log: segments.migration(log, BEFORE, AFTER),
        "history": clv.history,
        "pairs": lambda lines: baskets.pairs(lines, min_support=SUPPORT),
        "by_customer": lambda log, contacts: profit.by_customer(log, contacts, pd.Series(COSTS), margin=MARGIN),
        "gains": lambda scored: (
            targeting.gains(scored["score"], scored["bought"], value=VALUE, cost=COST)
            if isinstance(scored, pd.DataFrame)
            else targeting.gains(scored, "bought", value=VALUE, cost=COST)
        ),
        "clean": clean,
    }


def processor(process: str) -> float:
    """Processor seconds of a process so far, all its threads."""
    spent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def peak(process: str) -> float:
    """Peak memory of a process, MiB."""
    return int(Path(f"/proc/{process}/status").read_text().split("VmHWM:")[1].split()[0]) / 2**10


def draw(path: Path, rows: int, table: str = "log") -> None:
    """One table, drawn and written in parts.

    log: two years, ten rows a customer on average, some of them returns. lines: five to a basket, of 300 items of which a
    few are bought often. dirty: a log as text, of which one row in fifty cannot be true.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    rows = {"contacts": rows // 2, "scored": rows // 10}.get(table, rows)
    customers = max(rows // {"contacts": 5, "scored": 1}.get(table, 10), 1)
    start, writer = np.datetime64("2023-01-01", "us"), None
    chances = 1 / np.arange(1, 301)
    for begin in range(0, rows, 2_000_000):
        size = min(2_000_000, rows - begin)
        if table in ("log", "dirty"):
            days = start + rng.integers(0, 730, size) * np.timedelta64(86_400_000_000, "us")
            amount = np.round(rng.gamma(2, 20, size) - 5, 2)
            part = pa.table({"customer_id": rng.integers(1, customers + 1, size), "day": days, "amount": amount})
        if table == "dirty":
            text = part.set_column(1, "day", part["day"].cast(pa.date32())).to_pandas().astype("str")
            text.loc[rng.random(size) < 0.02, "day"] = "2023-02-30"
            text.loc[(rng.random(size) < 0.02) | (amount == 0), "amount"] = "¥12.5"
            part = pa.Table.from_pandas(text, preserve_index=False)
        if table == "lines":
            item = pa.array(
                np.array([f"item {at}" for at in range(300)])[rng.choice(300, size, p=chances / chances.sum())]
            )
            part = pa.table({"basket_id": rng.integers(0, rows // 5, size), "item": item})
        if table == "contacts":
            who = rng.integers(1, customers + 1, size)
            part = pa.table({"customer_id": who, "channel": rng.choice(["phone", "web", "branch", "post"], size)})
        if table == "scored":
            score = np.round(rng.random(size), 5)
            part = pa.table({"score": score, "bought": (rng.random(size) < score / 10).astype(np.int64)})
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer:
        writer.close()


def sums(*targets: Path) -> list[np.ndarray]:
    """Of each result: sums and sums of squares of the numbers that all have, and how often each word stands."""
    import duckdb

    con = duckdb.connect()
    rows = [con.read_parquet(f"{one}/*.parquet" if one.is_dir() else str(one)) for one in targets]
    # Text of `clean` and ids apart; what is a number in one is one in all.
    shared = [one for one in rows[0].columns if all(one in other.columns for other in rows)]
    kinds = dict(zip(rows[0].columns, map(str, rows[0].types), strict=True))
    found: list[list[float]] = [[] for _ in rows]
    for told, one in zip(found, rows, strict=True):
        if "customers" in one.columns:  # ways that nobody went are named by crmkit
            one = one.filter("customers > 0")
        told.append(float(one.aggregate("count(*)").fetchall()[0][0]))
        for column in shared:
            if kinds[column] == "VARCHAR":
                told += [
                    float(n) for _, n in sorted(one.aggregate(f'"{column}", count(*) AS n', f'"{column}"').fetchall())
                ]
            elif not kinds[column].startswith(("DATE", "TIMESTAMP")):
                value = f'CAST("{column}" AS DOUBLE)'
                told += [float(n) for n in one.aggregate(f"sum({value}), sum({value} * {value})").fetchall()[0]]
    return [np.array(one) for one in found]


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
    words.add_argument("--verbs", nargs="+", default=list(VERBS), choices=list(VERBS))
    words.add_argument("--threads", type=int, default=2)
    words.add_argument("--times", type=int, default=1, help="runs of each; the quickest counts")
    words.add_argument("--folder", type=Path, help="where logs are kept between runs")
    words.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.one:
        verb, engine, how, target, *paths = given.one
        tables = dict(zip(VERBS[verb], map(Path, paths), strict=True))
        print(json.dumps(measured(verb, engine, how, tables, Path(target), given.threads)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as spare:
        folder = given.folder or Path(spare)
        heads = ("crmkit s", "cpu s", "MiB", "by hand s", "cpu s", "MiB", "ratio", "of cpu")
        print(f"{'rows':>12} {'verb':13}{'engine':8}" + "".join(f"{head:>10}" for head in heads) + "  same")
        for rows in given.rows:
            for verb in given.verbs:
                paths = [folder / f"{table}{rows}.parquet" for table in VERBS[verb]]
                for table, path in zip(VERBS[verb], paths, strict=True):
                    if not path.exists():
                        draw(path, rows, table)
                for engine in given.engines:
                    if verb != "clean" or engine in ("polars", "pandas"):  # it refuses what may be larger than memory
                        row(rows, verb, engine, paths, Path(spare), given)


def row(rows: int, verb: str, engine: str, paths: list[Path], spare: Path, given: argparse.Namespace) -> None:
    """One line of the table."""
    best: dict[str, dict[str, float]] = {"crmkit": {}, "hand": {}}
    targets = {how: spare / f"{how}-{engine}.parquet" for how in ("crmkit", "hand")}
    for _ in range(given.times):
        for how, target in targets.items():
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale", "--threads", str(given.threads)]
            command += ["--one", verb, engine, how, str(target), *map(str, paths)]
            threads = {"POLARS_MAX_THREADS": str(given.threads), "OMP_NUM_THREADS": str(given.threads)}
            done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
            if done.returncode:
                print(f"{rows:12,} {verb:13}{engine:8} {how}: {done.stderr.strip().splitlines()[-1]}", flush=True)
                return
            seen = json.loads(done.stdout.strip().splitlines()[-1])
            for name, value in seen.items():
                best[how][name] = min(value, best[how].get(name, value))
    ours, hand = best["crmkit"], best["hand"]
    same = np.allclose(*sums(*targets.values()), rtol=1e-9, equal_nan=True)
    figures = "".join(f"{one['seconds']:10.2f}{one['worked']:10.2f}{one['peak_mib']:10.0f}" for one in (ours, hand))
    ratios = "".join(f"{ours[one] / hand[one]:10.2f}" for one in ("seconds", "worked"))
    print(f"{rows:12,} {verb:13}{engine:8}{figures}{ratios}  {'yes' if same else 'NO'}", flush=True)


if __name__ == "__main__":
    main()
