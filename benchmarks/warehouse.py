"""The bank's question, from raw files and from the warehouse: ``python -m benchmarks.warehouse`` (or ``make bench``).

What did each channel cost in each month and segment over 24 months? Asked four ways: pandas on CSV files, DuckDB on
the same CSV files, the warehouse from its facts (each transaction is read), and its view channel_costs (monthly sums).
Each way runs in a process of its own, cold (its files out of the page cache, the first question of the process;
imports are not counted) and warm (the same question again). All answers are compared. Ratios travel between machines
better than seconds do.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHILD = {
    "pandas on CSV": """
import pandas as pd
def ask():
    log = pd.read_csv(csv / "transactions.csv", usecols=["customer_id", "day", "channel"], parse_dates=["day"])
    who = pd.read_csv(csv / "customers.csv", usecols=["customer_id", "segment"])
    costs = pd.read_csv(csv / "channels.csv")
    full = log.merge(who, on="customer_id").merge(costs, on="channel")
    month = full["day"].dt.to_period("M").dt.to_timestamp().rename("month")
    return full.groupby([month, "channel", "segment"])["cost"].agg(["size", "sum"]).reset_index()
""",
    "DuckDB on CSV": """
import duckdb
def ask():
    with duckdb.connect() as con:
        con.execute('SET enable_progress_bar = false')
        return con.execute(f\"\"\"SELECT date_trunc('month', day) AS month, channel, segment, count(*), sum(cost)
            FROM read_csv('{csv}/transactions.csv') AS t JOIN read_csv('{csv}/customers.csv') AS c USING (customer_id)
            JOIN read_csv('{csv}/channels.csv') AS h USING (channel) GROUP BY 1, 2, 3\"\"\").df()
""",
    "facts": '''
from crmkit import warehouse
import duckdb, pandas
house = warehouse.open(dw)
def ask():
    return warehouse.query(house, """SELECT date_trunc('month', t.day)::DATE AS month, t.channel, c.segment,
        count(*) AS transactions, sum(t.cost) AS cost FROM transactions t JOIN customers c USING (customer_key)
        GROUP BY ALL""")
''',
    "channel_costs": """
from crmkit import warehouse
import duckdb, pandas
house = warehouse.open(dw)
def ask():
    return warehouse.query(house, "SELECT month, channel, segment, transactions, cost FROM channel_costs")
""",
}
RUN = """
import json, sys, time
from pathlib import Path
csv, dw = Path(sys.argv[1]), Path(sys.argv[2])
{ask}
took = []
for _ in range(4):
    begin = time.perf_counter()
    found = ask()
    took.append(time.perf_counter() - begin)
found = found.set_axis(["month", "channel", "segment", "n", "cost"], axis=1)
found = found.sort_values(["month", "channel", "segment"])
rows = [[str(r.month)[:10], r.channel, r.segment, int(r.n), round(float(r.cost), 2)] for r in found.itertuples()]
print(json.dumps([took[0], min(took[1:]), rows]))
"""


def main() -> None:
    """Draw a bank, write it, load it, ask; print seconds and ratios."""
    import json

    from crmkit import store, warehouse, worlds

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--customers", type=int, default=20_000, help="of the bank (default 20,000: 1.7 million transactions)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="each way is run so often, in turn (default 3)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        csv, dw = Path(home) / "csv", Path(home) / "bank.dw"
        case = worlds.Bank(customers=args.customers, campaigns=(), mail=None).draw(seed=7)
        age = case.customers["age"]
        customers = case.customers.assign(segment=(age // 20).map("age from {0}0".format).astype("str"))
        store.save(worlds.Case({**case.frames, "customers": customers}, name=case.name), csv)
        house = warehouse.create(dw)
        begin = time.perf_counter()
        done = warehouse.load(house, csv)
        took = time.perf_counter() - begin
        size = sum(path.stat().st_size for path in dw.glob("v*")) / 2**20
        print(
            f"{len(case.transactions):,} transactions; {sum(p.stat().st_size for p in csv.glob('*.csv')) / 2**20:,.0f} MiB CSV"
        )
        print(
            f"loading all of it once: {took:.1f} s, {done.tables['rows'].sum() / took:,.0f} rows/s, into {size:,.0f} MiB\n"
        )
        cold, warm, answers = ({name: [] for name in CHILD} for _ in range(3))
        for _ in range(args.rounds):
            for name, ask in CHILD.items():
                _out_of_cache(csv, dw)
                words = [sys.executable, "-c", RUN.format(ask=ask), str(csv), str(dw)]
                said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
                first, again, rows = json.loads(said)
                cold[name].append(first)
                warm[name].append(again)
                answers[name].append(rows)
        first = answers["facts"][0]
        assert all(rows == first for each in answers.values() for rows in each), "the answers differ"
        print(f"{len(first)} rows, the same from all four; median of {args.rounds}")
        print(f"{'':16}{'cold s':>10}{'faster':>8}{'warm s':>10}{'faster':>8}")
        middle = {name: (statistics.median(cold[name]), statistics.median(warm[name])) for name in CHILD}
        base = middle["pandas on CSV"]
        for name, (one, two) in middle.items():
            print(f"{name:16}{one:10.3f}{base[0] / one:8.1f}{two:10.3f}{base[1] / two:8.1f}")


def _out_of_cache(*folders: Path) -> None:
    """Ask the system to forget the files, where it lets one."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    main()
