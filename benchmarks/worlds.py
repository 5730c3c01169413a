"""How fast are worlds drawn? ``python -m benchmarks.worlds`` (or ``make bench``).

Each size is drawn in a process of its own, so that its peak memory is its own. Faker
is timed beside it in the same run, and mimesis as a second peer where it is
installed (``pip install mimesis``); both invent the people alone, one call a value.
Ratios travel between machines better than seconds do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

PEER_PEOPLE = 2_000
CHILD = """
import json, resource, sys, time
customers, days = int(sys.argv[1]), int(sys.argv[2])
from crmkit import worlds
worlds.Retail(customers=10).draw(1)  # imports and name pools are not what is measured
begin = time.perf_counter()
case = worlds.Retail(customers=customers, days=days).draw(seed=7)
seconds = time.perf_counter() - begin
unit = 2**20 if sys.platform == "linux" else 2**30  # KiB there, bytes on macOS
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(json.dumps([seconds, len(case.transactions), len(case.lines), peak]))
"""


def draw(customers: int, days: int) -> tuple[float, int, int, float]:
    """Seconds, transactions, lines and peak GiB of one draw in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(customers), str(days)], capture_output=True, text=True, check=True
    )
    return tuple(json.loads(done.stdout.splitlines()[-1]))


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
    parser.add_argument("--days", type=int, default=1_710, help="length of the window (by default 10 receipts a head)")
    options = parser.parse_args()

    peers = {"Faker alone": faker_rate(), "mimesis alone": mimesis_rate()}
    print(f"{'customers':>10} {'receipts':>11} {'lines':>11} {'seconds':>8} {'GiB':>6} {'people/s':>10} {'rows/s':>11}")
    for customers in options.customers:
        seconds, receipts, lines, peak = draw(customers, options.days)
        rate = customers / seconds
        rows = (customers + receipts + lines) / seconds
        print(
            f"{customers:>10,} {receipts:>11,} {lines:>11,} {seconds:>8.2f} {peak:>6.2f} {rate:>10,.0f} {rows:>11,.0f}"
        )
    for name, peer in peers.items():
        if peer is None:
            print(f"{name}: not installed, not measured")
        else:
            print(
                f"{name}: {peer:,.0f} people/s (one row each); the last line above: "
                f"{rate / peer:,.1f} x the people/s with all their receipts, {rows / peer:,.1f} x the rows/s"
            )


if __name__ == "__main__":
    main()
