"""How fast is a contact plan? ``python -m benchmarks.plan``: customers on four channels, beside the greedy plan."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from crmkit.targeting.contacts import greedy, plan


def draw(customers: int, seed: int) -> pd.DataFrame:
    """Contacts of so many customers on four channels."""
    rng, n = np.random.default_rng(seed), 4 * customers
    names, cost, minutes = ["phone", "mail", "email", "branch"], [4.0, 1.0, 0.05, 6.0], [12.0, 0.0, 0.0, 30.0]
    rows = pd.DataFrame({"customer_id": np.repeat(np.arange(customers), 4), "channel": np.tile(names, customers)})
    taste = rng.gamma(2, 10, customers)[:, None] * rng.uniform(0, 1, (customers, 4)) * [1.5, 0.6, 0.4, 1.6]
    rows["cost"] = np.tile(cost, customers)
    rows["gain"] = taste.ravel() - rows["cost"]
    rows["minutes"] = np.tile(minutes, customers) * rng.uniform(0.5, 1.5, n)
    return rows.assign(allowed=rng.random(n) < 0.8)


def main() -> None:
    """Print seconds, gap and the lead over the greedy plan."""
    for n in (1_000, 10_000, 100_000):
        rows = draw(n, 1)
        limit = {"hours": {"phone": n / 50, "branch": n / 80}, "budget": 0.8 * n, "capacity": {"email": n // 3}}
        begin = time.perf_counter()
        best = plan(rows, **limit)
        spent = time.perf_counter() - begin
        plain = greedy(rows, **limit).gain
        print(f"{n:>7,} customers: {spent:.2f} s, gap {best.gap:.1e}, {best.gain / plain - 1:+.1%} over greedy")


if __name__ == "__main__":
    main()
