"""Questions of exercise 41: the broker's book, on a firm of one's own.

Three grades: repeat (a broker's books), vary (another offer, another quotation), transfer (agents of an estate agency,
contracts of a leasing firm).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import monitor
from crmkit.checks.once import once
from crmkit.checks.question import Bank, Slip
from crmkit.profit import ownership
from crmkit.worlds import Case

BANK = Bank()
FREQUENT = 20  # trades a year
EARNS, LOSES, CALL, CALLS = 0.05, 0.50, 20.0, 80
YEARS, DISCOUNT, OWN_UPKEEP = 7, 0.06, 0.25
LEASE_EARNS, LEASE_LOSES = 0.09, 0.40


def case(seed: int) -> Case:
    """Customers of brokers, offers of a loan, a quotation for a system, agents of an agency, contracts of a lessor."""
    rng = np.random.default_rng(seed)
    n, brokers = int(rng.integers(420, 620)), int(rng.integers(15, 22))
    # At least five customers each; the rest by unequal shares.
    size = 5 + rng.multinomial(n - 5 * brokers, rng.dirichlet(np.full(brokers, 0.7)))
    factor = np.exp(0.3 * rng.standard_normal(brokers))
    broker = np.repeat(np.arange(brokers), size)
    trades = rng.poisson(rng.gamma(0.8, 10, n) * factor[broker])
    mean = 12 * np.exp(0.5 * rng.standard_normal(n))
    people = pd.DataFrame(
        {
            "customer_id": 1_001 + np.arange(n),
            "broker_id": 51 + broker,
            "trades": trades,
            "commission": (trades * mean).round(2),
        }
    )
    chance = rng.choice([0.03, 0.08, 0.2], size=n, p=[0.6, 0.25, 0.15]) * rng.uniform(0.8, 1.2, n)
    offers = pd.DataFrame(
        {
            "customer_id": people["customer_id"],
            "value": people["commission"],
            "loan": rng.gamma(4, 1_500, n).round(0),
            "chance": chance.round(4),
        }
    )
    price = float(rng.integers(400, 501)) * 100
    wage = float(rng.integers(80, 121)) * 100
    agents = int(rng.integers(14, 20))
    viewings = 6 + rng.negative_binomial(1, 1 / 70, agents)
    share = rng.beta(12, 60, agents)
    frames = {
        "people": people,
        "offers": offers,
        "quotation": pd.DataFrame({"price": [price], "upkeep": [0.1], "wage": [wage]}),
        "agents": pd.DataFrame(
            {
                "agent": 1 + np.arange(agents),
                "viewings": viewings,
                "sales": np.maximum(rng.binomial(viewings, share), 1),
            }
        ),
        "leases": pd.DataFrame(
            {
                "worth": rng.gamma(3, 9_000, 500).round(0),
                "chance": np.clip(rng.gamma(1.5, 0.12, 500), 0.01, 0.9).round(3),
            }
        ),
    }
    return Case(frames, name="exercise-41", seed=seed)


@once
def _books(case: Case) -> pd.DataFrame:
    by = case.people.groupby("broker_id")["trades"]
    within = case.people["trades"] - by.transform("mean")
    one = float(np.sqrt((within**2).sum() / (len(within) - by.ngroups)))
    return pd.DataFrame({"customers": by.size(), "mean": by.mean(), "s": one, "error": one / np.sqrt(by.size())})


@once
def _fair(case: Case) -> pd.DataFrame:
    found = _books(case)
    return monitor.league_means(found["mean"], found["error"])


@once
def _agents(case: Case) -> pd.DataFrame:
    rows = case.agents.set_index("agent")
    return monitor.league(rows["sales"], rows["viewings"])


@BANK.question(
    "frequent_money", f"Which share of the commission comes from customers with {FREQUENT} trades or more?",
    unit="share", tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = case.people
    often = people["trades"] >= FREQUENT
    money = people["commission"]
    return float(money[often].sum() / money.sum()), [
        Slip(float(often.mean()), "this is the share of the customers."),
        Slip(float(money[~often].sum() / money.sum()), "this is what all the others pay."),
        Slip(float(money[often].sum()), "this is an amount; divide by the commission of all."),
    ]


@BANK.question(
    "book_error", "What is the standard error of the mean of the largest book?", tolerance=0.005
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _books(case)
    of, one = found["customers"], float(found["s"].iloc[0])
    return float(one / np.sqrt(of.max())), [
        Slip(one, "this is how customers differ; a mean of several differs less."),
        Slip(float(one / of.max()), "divide by the square root of the number of customers."),
        Slip(float(one / np.sqrt(of.min())), "this is the smallest book."),
    ]


@BANK.question(
    "fair_rate", "Which rate does the fair table give to the broker who leads as counted?", tolerance=0.01
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _fair(case)
    row = table.loc[table["naive"].idxmax()]
    return float(row["shrunk"]), [
        Slip(float(row["naive"]), "this is the rate as counted."),
        Slip(float(table.attrs["mean"]), "this is the mean of all: the own book counts for something."),
        Slip(float(row["weight"] * row["naive"]), "the rest of the weight goes to the mean of all, not to 0."),
    ]


@BANK.question(
    "safe_gain", f"What do the {CALLS} calls bring that are best by risk-adjusted gain?", unit="yuan", tolerance=2
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.offers
    gain = rows["loan"] * (EARNS - LOSES * rows["chance"]) - CALL
    best = gain.nlargest(CALLS)
    return float(best.sum()), [
        Slip(float((EARNS * rows.loc[best.index, "loan"] - CALL).sum()), "this forgets who does not pay back."),
        Slip(float(best.sum() + CALL * CALLS), "this forgets the calls."),
        Slip(float(gain[rows["value"].nlargest(CALLS).index].sum()), "these are the most valuable customers."),
        Slip(float(gain.clip(lower=0).sum()), "these are all that pay; the desk can make fewer calls."),
    ]


def _bought(case: Case, years: int = YEARS, discount: float = DISCOUNT) -> pd.DataFrame:
    one = case.quotation.iloc[0]
    return ownership(one["price"], yearly=one["upkeep"] * one["price"], years=years, discount=discount)


@BANK.question(
    "buy_total", f"What does the quoted product cost over {YEARS} years, in yuan of today?", unit="yuan", tolerance=5
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    price = float(case.quotation["price"].iloc[0])
    right = float(_bought(case)["total"].iloc[-1])
    return right, [
        Slip(float(_bought(case, discount=0.0)["total"].iloc[-1]), "this does not discount."),
        Slip(price, "this forgets what is paid each year."),
        Slip(right - price, "this is the upkeep alone."),
    ]


@BANK.question(
    "build_months", "How many months may it take to build one's own before buying is cheaper?", unit="months",
    tolerance=0.01,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    one = case.quotation.iloc[0]
    bought = float(_bought(case)["total"].iloc[-1])
    month = ownership(one["wage"], yearly=OWN_UPKEEP * one["wage"], years=YEARS, discount=DISCOUNT)["total"].iloc[-1]
    return float(bought / month), [
        Slip(float(one["price"] / one["wage"]), "this compares the first payments; both must be kept up."),
        Slip(float(bought / one["wage"]), "this forgets the upkeep of one's own."),
        Slip(float(one["price"] / month), "this forgets the upkeep of the product."),
    ]


@BANK.question(
    "agent_share", "Which share of sales does the fair table give to the agent who leads as counted?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _agents(case)
    row = table.loc[table["naive"].idxmax()]
    return float(row["shrunk"]), [
        Slip(float(row["naive"]), "this is the share as counted."),
        Slip(float(table.attrs["mean"]), "this is the mean of all agents."),
        Slip(float(row["low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "agent_best", "With which chance is the leader of the fair table the best agent of all?", unit="share",
    tolerance=0.003,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _agents(case)
    row = table.iloc[0]
    return float(row["p_best"]), [
        Slip(1.0, "the leader of a table is not surely the best."),
        Slip(float(row["shrunk"]), "this is the share of sales."),
        Slip(1 / len(table), "so it would be if nothing were known."),
    ]


@BANK.question(
    "leases_money", "What do the contracts bring that are worth signing, in all?", unit="yuan", tolerance=5
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.leases
    gain = rows["worth"] * (LEASE_EARNS - LEASE_LOSES * rows["chance"])
    return float(gain.clip(lower=0).sum()), [
        Slip(float(gain.sum()), "these are all contracts, those that lose money too."),
        Slip(float((rows["worth"] * LEASE_EARNS).sum()), "this forgets who does not pay."),
        Slip(
            float((rows["worth"] * (LEASE_EARNS - LOSES * rows["chance"])).clip(lower=0).sum()),
            "this is the broker's loss; a leased machine can be sold again.",
        ),
    ]
