"""The steps of case 41 that the notebook and its questions share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmkit import monitor, profit
from crmkit.checks.once import once
from crmkit.intervals import wilson
from crmkit.worlds import Bank, Brokerage, Case, CreditLines, Truth

FREQUENT = 24  # trades a year from which on a customer counts as frequent
LOAN = 0.10  # of the yearly income: the loan on securities that is offered
EARNS, LOSES = 0.04, 0.60  # of a loan: margin of the year; lost when it is not paid back
CALL, CALLS = 15.0, 100  # yuan of a call; calls the desk can make
PRICE, UPKEEP, YEARS, DISCOUNT = 45_000.0, 0.10, 5, 0.08  # of the product: yuan, share of it a year, years, a year's
WAGE, OWN_UPKEEP, MONTHS = 9_000.0, 0.20, 4.0  # building: yuan a month, share of the cost a year, months planned
MEAN_RATE = 9.0  # trades a year of a customer whose broker has factor 1
YEAR, END = pd.Timestamp(2025, 1, 1), pd.Timestamp(2026, 1, 1)
MONTHS_OVER = ("never", "1 or 2 months", "3 months or more")
LINES = CreditLines(distress_per_year=0.11, distress_spending=5.0, default_per_month=0.0003, default_in_distress=0.06)


def case(seed: int, customers: int = 2_600) -> Case:
    """Books of 24 brokers over two years, and what the bank beside them knows of credit cards."""
    book = Brokerage(brokers=24, size_slope=0.9)
    drawn = Bank.preset("brokerage", customers=customers, brokerage=book, lines=LINES).draw(seed)
    accounts = drawn.accounts[drawn.accounts["opened"].isna() & drawn.accounts["closed"].isna()]
    broke = drawn.defaults.loc[drawn.defaults["month"] < YEAR, "customer_id"]
    steady = accounts.loc[accounts["product"] == "securities", "customer_id"]
    steady = steady[~steady.isin(broke)]
    keep = {
        name: drawn.frames[name].loc[lambda rows: rows["customer_id"].isin(steady)].reset_index(drop=True)
        for name in ("customers", "books", "trades")
    }
    frames = {
        "customers": keep["customers"][["customer_id", "name", "age", "income"]],
        "brokers": drawn.brokers,
        "books": keep["books"],
        "trades": keep["trades"].drop(columns=["title", "side"]),
        "cards": _cards(drawn),
    }
    known = drawn.truth.traders
    lost = drawn.truth.customers.set_index("customer_id")["distressed"] < END
    sealed = {
        "brokers": drawn.truth.brokers[["broker_id", "factor"]],
        "traders": known[known["customer_id"].isin(steady)].reset_index(drop=True),
        "chances": pd.DataFrame({"customer_id": frames["customers"]["customer_id"]}).assign(
            default_chance=lambda rows: np.where(rows["customer_id"].map(lost), *_next_year())
        ),
    }
    return Case(frames, name="brokerage", seed=seed, truth=Truth(sealed, world=drawn.truth.world))


def _cards(drawn: Case) -> pd.DataFrame:
    """Holders of a card without default before 2025: months over the limit in each year, and default in 2025."""
    month = drawn.exceeded["month"]
    over = {
        year: drawn.exceeded[month.dt.year == year].groupby("customer_id")["month"].nunique() for year in (2024, 2025)
    }
    card = drawn.accounts[drawn.accounts["product"] == "card"]
    here = card.loc[~(card["opened"] >= YEAR) & ~(card["closed"] < YEAR), "customer_id"].drop_duplicates()
    early = drawn.defaults.loc[drawn.defaults["month"] < YEAR, "customer_id"]
    late = drawn.defaults.loc[drawn.defaults["month"] >= YEAR, "customer_id"]
    who = here[~here.isin(early)].sort_values().reset_index(drop=True)
    counts = {f"over_{year}": who.map(found).fillna(0).astype(int) for year, found in over.items()}
    return pd.DataFrame({"customer_id": who, **counts, "defaulted_2025": who.isin(late)})


def _next_year() -> tuple[float, float]:
    """True chance of default within twelve months of a customer in distress, and of one who is not."""
    falls = 1 - np.exp(-LINES.distress_per_year / 12)
    # Chance of no default so far, by where one started; of the well: still well, and in distress by now.
    kept_sick, kept_well = 1.0, np.array([1.0, 0.0])
    for _ in range(12):
        kept_sick *= 1 - LINES.default_in_distress
        kept_well = np.array([kept_well[0] * (1 - falls), kept_well[1] + kept_well[0] * falls])
        kept_well *= [1 - LINES.default_per_month, 1 - LINES.default_in_distress]
    return float(1 - kept_sick), float(1 - kept_well.sum())


@once
def traders(case: Case) -> pd.DataFrame:
    """One row a customer of the books: broker_id, trades and commission of 2024 and of 2025, rate (trades a year)."""
    year = case.trades["day"].dt.year
    found = case.books.set_index("customer_id")
    for one in (2024, 2025):
        log = case.trades[year == one].groupby("customer_id")["commission"].agg(["size", "sum"])
        found[[f"trades_{one}", f"commission_{one}"]] = log.reindex(found.index).fillna(0.0)
    found["rate"] = (found["trades_2024"] + found["trades_2025"]) / 2
    return found


@once
def expected(case: Case) -> pd.DataFrame:
    """Trades to expect in the year after 2024 of each customer, by the law that all of them tell together."""
    people = traders(case)
    return profit.claim_rates(people["trades_2024"], people["rate"] * 0 + 1.0)


@once
def books(case: Case) -> pd.DataFrame:
    """One row a broker: customers, commission, trades (a customer and year), error (standard error of that mean)."""
    people = traders(case)
    by = people.groupby("broker_id")
    found = pd.DataFrame({"customers": by.size(), "trades": by["rate"].mean()})
    found["commission"] = by["commission_2024"].sum() + by["commission_2025"].sum()
    return found.assign(error=spread(people) / np.sqrt(found["customers"]))


def spread(people: pd.DataFrame) -> float:
    """Standard deviation of the customers' rates within the books, pooled."""
    by = people.groupby("broker_id")["rate"]
    within = people["rate"] - by.transform("mean")
    return float(np.sqrt((within**2).sum() / (len(people) - by.ngroups)))


@once
def fair(case: Case) -> pd.DataFrame:
    """The fair league table of the brokers."""
    found = books(case)
    return monitor.league_means(found["trades"], found["error"])


def over(months: pd.Series) -> pd.Series:
    """Months over the limit in three groups."""
    return pd.cut(months, [-1, 0, 2, 12], labels=list(MONTHS_OVER)).astype(str)


@once
def chances(case: Case) -> pd.DataFrame:
    """Share in default within a year by months over the limit in the year before, with its interval."""
    told = case.cards.groupby(over(case.cards["over_2024"]))["defaulted_2025"].agg(["size", "sum"])
    told = told.reindex(list(MONTHS_OVER))
    low, high = wilson(told["sum"], told["size"])
    return pd.DataFrame(
        {
            "customers": told["size"],
            "defaults": told["sum"],
            "chance": told["sum"] / told["size"],
            "low": low,
            "high": high,
        }
    ).rename_axis("months over the limit")


@once
def offers(case: Case) -> pd.DataFrame:
    """One row a customer with a card and no default, who may be offered a loan: value (commission of 2025), loan, group, chance, gain (yuan a year)."""
    cards = case.cards[~case.cards["defaulted_2025"]].set_index("customer_id")
    found = case.customers.set_index("customer_id")[["income"]].loc[lambda rows: rows.index.isin(cards.index)]
    group = over(cards["over_2025"].reindex(found.index))
    found = found.assign(value=traders(case)["commission_2025"], loan=LOAN * found["income"], group=group)
    found["chance"] = group.map(chances(case)["chance"])
    return found.assign(gain=gain(found["loan"], found["chance"]))


def list_gains(case: Case, lists: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What the calls of each list bring, by the chances of the groups and by both ends of their intervals.

    Index name; columns gain, low, high (yuan a year). All three ends move at once, so the interval is wider than 95 %.
    """
    risk = chances(case)
    rows = {
        name: {
            told: float(gain(one["loan"], one["group"].map(risk[of])).sum())
            for told, of in (("gain", "chance"), ("low", "high"), ("high", "low"))
        }
        for name, one in lists.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def gain(loan: pd.Series, chance: pd.Series, *, earns: float = EARNS, loses: float = LOSES) -> pd.Series:
    """What a call for a loan brings in the first year, yuan: its margin less the loss to expect and the call."""
    return loan * (earns - loses * chance) - CALL
