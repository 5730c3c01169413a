"""Customers whose chance to respond is known: numbers, words, yes or no, and what says nothing."""

import numpy as np
import pandas as pd
from scipy.special import expit


def drawn(seed, n=2_000):
    """Customers with a known chance: numbers, words, yes or no, and what says nothing."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "age": rng.uniform(18, 80, n),
            "bill": rng.gamma(2.0, 40.0, n),
            "plan": rng.choice(["basic", "family", "prepaid"], n, p=[0.5, 0.3, 0.2]),
            "owner": rng.random(n) < 0.4,
            "shoe": rng.normal(40, 3, n),
        },
        index=np.arange(n) + 5_000,
    )
    odds = -2.5 - 0.04 * (people["age"] - 45) + 0.012 * (people["bill"] - 80) + 1.5 * (people["plan"] == "prepaid")
    chance = expit(odds + 0.8 * people["owner"])
    return people, chance, pd.Series(rng.random(n) < chance, index=people.index)


def applicants(seed, n=3_000):
    """Independent answers given the outcome: then the evidence of each counts in full."""
    rng = np.random.default_rng(seed)
    good = rng.random(n) < 0.8
    income = rng.normal(np.where(good, 52, 45), 10)
    savings = np.where(rng.random(n) < np.where(good, 0.6, 0.3), "yes", "no")
    branch = rng.choice(["north", "south"], n)
    return pd.DataFrame({"income": income, "savings": savings, "branch": branch}), good
