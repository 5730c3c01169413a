"""Do 95 % intervals of the simulation hold the truth 95 times in a hundred? ``python -m benchmarks.queue_intervals``.

Batches of replications after a warm-up against Erlang A, measure by measure; asked: 93.5 to 96.5 % over 1,000 batches.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from crmkit import queues
from crmkit.queues import CallCentre

# calls an hour, handling time, agents, patience; hours of a run; hours that do not count
CASES = (
    (CallCentre(120, 240, 9, 120), 7.0, 1.0),
    (CallCentre(600, 300, 52, 120), 14.0, 2.0),
    (CallCentre(600, 300, 45, 120), 14.0, 2.0),
)


def coverage(
    centre: CallCentre, *, hours: float, warm_up_h: float, batches: int, runs: int, engine: str
) -> dict[str, float]:
    """Share of batches whose interval holds what Erlang A tells, of each measure."""
    known, hits = queues.erlang_a(centre), []
    for seed in range(batches):
        table = queues.replicate(centre, runs=runs, hours=hours, warm_up_h=warm_up_h, seed=seed, engine=engine)
        truth = np.array([getattr(known, name) for name in table.index])
        hits.append((table["low"] <= truth) & (truth <= table["high"]))
    return dict(zip(table.index, np.mean(hits, axis=0), strict=True))


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--batches", type=int, default=1_000)
    words.add_argument("--runs", type=int, default=20, help="replications in a batch")
    words.add_argument("--engine", default="numba", choices=("numba", "python"))
    asked = words.parse_args()
    chance = 1.96 * (0.95 * 0.05 / asked.batches) ** 0.5
    print(f"{asked.batches:,} batches of {asked.runs} runs; chance alone moves a coverage of 95 % by {chance:.1%}")
    for centre, hours, warm_up in CASES:
        told = coverage(
            centre, hours=hours, warm_up_h=warm_up, batches=asked.batches, runs=asked.runs, engine=asked.engine
        )
        figures = "  ".join(f"{name} {share:.1%}" for name, share in told.items())
        print(f"{centre.calls_per_h} calls/h, {centre.agents} agents: {figures}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
