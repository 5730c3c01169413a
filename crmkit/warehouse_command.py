"""``crmkit warehouse load | status | archive | restore``"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Say = Callable[[str], None]


def add(commands: Any, say: Say) -> None:
    """Add the command `warehouse` and what it can do."""
    top = commands.add_parser("warehouse", help="load, look at, archive and restore a customer warehouse")
    parts = top.add_subparsers(metavar="part", required=True, parser_class=type(top))

    load = parts.add_parser("load", help="load a folder of CSV or Parquet files, all of it or nothing")
    _house(load)
    load.add_argument("source", metavar="FOLDER", help="with files such as transactions.csv")
    load.add_argument("--new", action="store_true", help="make the warehouse first; nothing may be at its place")
    load.add_argument("--name", help="of this batch; default: from its content")
    load.add_argument("--as-of", metavar="DAY", help="from when customers who changed are as this folder says")
    load.add_argument("--since", metavar="DAY", help="first day of the facts to take")
    load.add_argument("--until", metavar="DAY", help="last day of the facts to take")
    _wait(load)
    load.set_defaults(run=lambda args: _load(args, say))

    status = parts.add_parser("status", help="what is in it, and is all of it there, once?")
    _house(status)
    status.set_defaults(run=lambda args: _status(args, say))

    archive = parts.add_parser("archive", help="move old months to Parquet files beside the database")
    _house(archive)
    archive.add_argument("--keep", type=int, metavar="N", help="months that stay (default 13)")
    _wait(archive)
    archive.set_defaults(run=lambda args: _archive(args, say))

    restore = parts.add_parser("restore", help="bring archived months back")
    _house(restore)
    restore.add_argument("months", nargs="+", metavar="MONTH", help="for example 2024-03")
    _wait(restore)
    restore.set_defaults(run=lambda args: _restore(args, say))


def _house(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("house", metavar="WAREHOUSE", help="its folder, for example bank.dw")


def _wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", type=float, default=0.0, metavar="S", help="seconds to wait for another writer (0)")


def _load(args: argparse.Namespace, say: Say) -> None:
    from crmkit import warehouse

    begin = time.monotonic()
    if not args.new and not Path(args.house).exists():
        raise FileNotFoundError(f"there is no {args.house}. Mend: name a warehouse, or make it with --new")
    house = warehouse.create(args.house) if args.new else warehouse.open(args.house, read_only=False)
    try:
        done = warehouse.load(
            house, args.source, name=args.name, as_of=args.as_of, since=args.since, until=args.until, wait_s=args.wait
        )
    except BaseException:
        if args.new:  # it was made a moment ago, and holds nothing
            shutil.rmtree(house.path)
        raise
    if done.left_out:
        say(f"note: no place for {', '.join(done.left_out)}; left out")
    say(f"{done!r} ({time.monotonic() - begin:.1f} s)")
    if done.tables["rejected"].any() and not done.again:
        reasons = warehouse.rejects(house, batch=done.batch).groupby(["feed", "reason"]).size()
        for (feed, reason), rows in reasons.sort_values(ascending=False).head(5).items():
            say(f"rejected from {feed}: {reason} ({rows:,} rows)")


def _status(args: argparse.Namespace, say: Say) -> None:
    from crmkit import warehouse

    house = warehouse.open(args.house)
    found = warehouse.check(house)
    names = warehouse.ledger(house).groupby("batch")["name"].first().tolist()
    say(f"{house.path}: {len(names)} loads" + (f", the last is {names[-1]!r}" if names else ""))
    days = warehouse.query(house, "SELECT min(day) AS low, max(day) AS high FROM dates").iloc[0]
    if names and days.notna().all():
        say(f"facts from {days['low']:%Y-%m-%d} to {days['high']:%Y-%m-%d}")
    shelf = warehouse.query(
        house,
        "SELECT target, sum(rows)::BIGINT AS rows, count(*) AS months FROM archive WHERE NOT online GROUP BY target",
    ).set_index("target")
    for name, loaded in found["rows_loaded"].dropna().items():
        rows, months = shelf.loc[name] if name in shelf.index else (0, 0)
        say(
            f"{name}: {loaded:,} rows loaded; {found.loc[name, 'rows_here'] - rows:,} online, {rows:,} in {months} files"
        )
    wrong = found["says"][found["says"] != "OK"]
    if len(wrong):
        raise ValueError("; ".join(f"{name}: {says}" for name, says in wrong.items()))
    say("all that was loaded is here, once")


def _archive(args: argparse.Namespace, say: Say) -> None:
    from crmkit import warehouse

    house = warehouse.open(args.house, read_only=False)
    keep = warehouse.KEEP_MONTHS if args.keep is None else args.keep
    moved = warehouse.archive(house, keep=keep, wait_s=args.wait)
    _moved(moved, "moved to the archive", f"no month lies beyond the last {keep}; nothing was moved", say)


def _restore(args: argparse.Namespace, say: Say) -> None:
    from crmkit import warehouse

    house = warehouse.open(args.house, read_only=False)
    _moved(warehouse.restore(house, args.months, wait_s=args.wait), "brought back", "nothing was restored", say)


def _moved(rows: pd.DataFrame, done: str, nothing: str, say: Say) -> None:
    if not len(rows):
        say(nothing)
        return
    for month, part in rows.groupby("month"):
        whole = ", ".join(f"{row.target} {row.rows:,}" for row in part.itertuples())
        say(f"{month:%Y-%m} {done}: {whole}")
