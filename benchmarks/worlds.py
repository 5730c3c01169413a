"""How fast are worlds drawn? ``python -m benchmarks.worlds`` (or ``make bench``).

Each size is drawn and written as Parquet in a process of its own, so that its peak memory
is its own. The slope is that of log seconds on log rows: 1 is linear. Faker
is timed beside it in the same run, and mimesis as a second peer where it is
installed (``pip install mimesis``); both invent the people alone, one call a value.
Ratios travel between machines better than seconds do.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise

PEER_PEOPLE = 2_000
CHILD = """
import json, resource, sys, tempfile, time
from pathlib import Path
customers, days = int(sys.argv[1]), int(sys.argv[2])
from crmkit import store, worlds
with tempfile.TemporaryDirectory() as folder:
    # Imports and name pools are not what is measured.
    store.save(worlds.Retail(customers=10).draw(1), Path(folder) / "small", form="parquet")
    begin, spent = time.perf_counter(), time.process_time()
    case = worlds.Retail(customers=customers, days=days).draw(seed=7)
    drawn = time.perf_counter()
    store.save(case, Path(folder) / "case", form="parquet")
    written = time.perf_counter()
    size = sum(path.stat().st_size for path in (Path(folder) / "case").rglob("*.parquet"))
unit = 2**20 if sys.platform == "linux" else 2**30  # KiB there, bytes on macOS
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
spans = [drawn - begin, written - drawn, time.process_time() - spent]
print(json.dumps([*spans, len(case.transactions), len(case.lines), peak, size / 2**20]))
"""
LIMITS = {"seconds": 20.0, "GiB": 4.0, "slope": 1.1}  # of the largest size, drawn and written


@dataclass(frozen=True)
class Drawn:
    """One size in a fresh process."""

    customers: int
    draw_s: float
    write_s: float
    cpu_s: float  # of both; more than the wall where both cores work, less where others do
    receipts: int
    lines: int
    peak_gib: float
    size_mib: float

    @property
    def rows(self) -> int:
        """Customers, receipts and lines."""
        return self.customers + self.receipts + self.lines

    @property
    def seconds(self) -> float:
        """Drawing and writing."""
        return self.draw_s + self.write_s


def draw(customers: int, days: int) -> Drawn:
    """Draw and write one size in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(customers), str(days)], capture_output=True, text=True, check=True
    )
    return Drawn(customers, *json.loads(done.stdout.splitlines()[-1]))


def faker_rate() -> float:
    """People a second by Faker alone: name, address, e-mail, one call each."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(1)
    begin = time.perf_counter()
    for _ in range(PEER_PEOPLE):
        fake.name(), fake.street_address(), fake.email()
    return PEER_PEOPLE / (time.perf_counter() - begin)


def mimesis_rate() -> float | None:
    """The same by mimesis, if it is installed."""
    try:
        from mimesis import Generic
    except ImportError:
        return None
    generic = Generic(seed=1)
    begin = time.perf_counter()
    for _ in range(PEER_PEOPLE):
        generic.person.full_name(), generic.address.address(), generic.person.email()
    return PEER_PEOPLE / (time.perf_counter() - begin)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--days", type=int, default=1_860, help="length of the window (by default 10 receipts a head)")
    options = parser.parse_args()

    peers = {"Faker alone": faker_rate(), "mimesis alone": mimesis_rate()}
    print("customers     receipts       lines  draw s  write s   CPU s    GiB  file MiB   people/s     rows/s")
    sizes = []
    for customers in options.customers:
        one = draw(customers, options.days)
        sizes.append(one)
        print(
            f"{one.customers:>9,} {one.receipts:>12,} {one.lines:>11,} {one.draw_s:>7.2f} {one.write_s:>8.2f} {one.cpu_s:>7.2f} "
            f"{one.peak_gib:>6.2f} {one.size_mib:>9.1f} {customers / one.draw_s:>10,.0f} {one.rows / one.draw_s:>10,.0f}"
        )
    last = sizes[-1]
    found = {"seconds": last.seconds, "GiB": last.peak_gib}
    for small, large in pairwise(sizes):
        slopes = [
            math.log(getattr(large, part) / getattr(small, part)) / math.log(large.rows / small.rows)
            for part in ("draw_s", "seconds", "cpu_s")
        ]
        print(
            f"slope from {small.customers:,} to {large.customers:,}: {slopes[0]:.2f} drawn, {slopes[1]:.2f} with writing"
        )
        found["slope"] = slopes[1]
    print("; ".join(f"{name} {value:.2f} (limit {LIMITS[name]:g})" for name, value in found.items()))
    for name, peer in peers.items():
        if peer is None:
            print(f"{name}: not installed, not measured")
        else:
            print(
                f"{name}: {peer:,.0f} people/s (one row each); the last line above: "
                f"{last.customers / last.draw_s / peer:,.1f} x the people/s with all their receipts, "
                f"{last.rows / last.draw_s / peer:,.1f} x the rows/s"
            )


if __name__ == "__main__":
    main()
