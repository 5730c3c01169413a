"""The bank of case 33, its exports, and the steps that its questions share with its notebook."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmkit import targeting
from crmkit.worlds import Bank, Case

WORLD = Bank(customers=420)
SAMPLE = 100  # each customer of the extract stands for so many of the bank
LAST_MONTH = pd.Timestamp(2025, 12, 1)  # comes as an export of its own, as text
RENAMED = pd.Timestamp(2025, 1, 1)  # on this day the segments were found anew
BOUNDS, SEGMENTS = (10_000, 70_000), ("starting", "building", "wealthy")  # assets, money
TWICE, UNKNOWN, NO_DAY, SPELT = 60, 25, 15, 45  # rows of the export that are soiled, each in one way
KEEP = 13  # months online
KNOWN = ("age", "area", "members")  # what a neighbour knows
K, BAND = 5, 10  # least size of a group; years of a band of ages
WEEKS, ASKED = 12, 30  # of the diary; questions a week, in the mean
WAGE, MINUTES = 75.0, 6.0  # money an hour of an analyst; a question asked of the warehouse
ONLINE, RESTORE = 600.0, 25.0  # money: to keep one more month online for a year; to restore for one question
ONCE, RUNNING, YEARS = 120_000.0, 55_000.0, 3  # money: building it, keeping it a year; years it is written off over


def draw(seed: int) -> Case:
    """A bank of 420 customers over two years."""
    return WORLD.draw(seed)


def segments_on(case: Case, day: pd.Timestamp) -> pd.Series:
    """Segment of each customer by assets at the last month end before the day, or at the first there is; on customer_id."""
    lines = case.statements.merge(case.accounts[["account_id", "customer_id"]], on="account_id")
    ends = lines.loc[lines["month"] < day, "month"]
    lines = lines[lines["month"] == (ends.max() if len(ends) else lines["month"].min())]
    assets = lines["closing"].clip(lower=0).groupby(lines["customer_id"]).sum()
    place = np.searchsorted(BOUNDS, assets.reindex(case.customers["customer_id"], fill_value=0.0), side="right")
    return pd.Series(np.array(SEGMENTS)[place], index=case.customers["customer_id"], name="segment")


def systems(case: Case) -> dict[str, pd.DataFrame]:
    """What the bank's systems hold to the end of November 2025, with the segments of the beginning of 2024."""
    names = ("households", "portfolios", "channels", "products", "accounts", "statements", "contacts", "talks", "mails")
    log = case.transactions
    found = segments_on(case, log["day"].min())
    people = case.customers.assign(segment=found.to_numpy())
    return {"customers": people, "transactions": log[log["day"] < LAST_MONTH]} | {
        name: case.frames[name] for name in names
    }


def renamed(case: Case) -> dict[str, pd.DataFrame]:
    """The customers with the segments that were found at the end of 2024."""
    found = segments_on(case, RENAMED)
    return {"customers": case.customers[["customer_id"]].assign(segment=found.to_numpy())}


def december(case: Case) -> dict[str, pd.DataFrame]:
    """The export of December's transactions, all text: rows twice, unknown customers, days that are none, odd spelling."""
    log = case.transactions
    export = log[log["day"] >= LAST_MONTH].astype({"channel": "str", "service": "str"}).reset_index(drop=True)
    export["day"] = export["day"].dt.strftime("%Y-%m-%d")
    export["amount"] = export["amount"].map("{:.2f}".format)
    export["customer_id"] = export["customer_id"].astype("str")
    rng = np.random.default_rng([case.seed, 33])
    odd = rng.permutation(len(export))[: UNKNOWN + NO_DAY + SPELT]
    who, when, how = np.split(odd, [UNKNOWN, UNKNOWN + NO_DAY])
    export.loc[who, "customer_id"] = (900_000 + np.arange(UNKNOWN)).astype(str)
    export.loc[when, "day"] = "2025-12-32"
    export.loc[how, "amount"] = export.loc[how, "amount"].astype(float).map("$ {:.2f}".format)
    twice = rng.choice(np.setdiff1d(np.arange(len(export)), odd), TWICE, replace=False)
    return {"transactions": pd.concat([export, export.loc[np.sort(twice)]], ignore_index=True)}


def lost(case: Case) -> pd.Series:
    """Numbers of the transactions that the export names wrongly, so that no warehouse can take them."""
    export = december(case)["transactions"]
    wrong = (export["day"] == "2025-12-32") | (export["customer_id"].astype(int) >= 900_000)
    return export.loc[wrong, "transaction_id"]


def everyone(case: Case) -> pd.DataFrame:
    """The view of each customer without a database: revenue, cost, profit, net worth; on customer_id.

    As in the warehouse, over two years: what the accounts earned (margin and fees), and the full cost of the transactions.
    """
    lines = case.statements.merge(case.accounts, on="account_id").merge(case.products, on="product")
    earned = (lines["opening"].abs() * lines["margin"] / 12 + lines["fee"]).groupby(lines["customer_id"]).sum()
    each = case.channels.set_index("channel")["cost"]
    log = case.transactions[~case.transactions["transaction_id"].isin(lost(case))]
    cost = log["channel"].astype(str).map(each).groupby(log["customer_id"]).sum()
    cost = cost.add(case.contacts.groupby("customer_id")["cost"].sum(), fill_value=0.0)
    last = lines[lines["month"] == lines["month"].max()]
    found = pd.DataFrame(index=pd.Index(case.customers["customer_id"]))
    found["revenue"] = earned.reindex(found.index, fill_value=0.0)
    found["cost"] = cost.reindex(found.index, fill_value=0.0)
    found["profit"] = found["revenue"] - found["cost"]
    found["net_worth"] = last.groupby("customer_id")["closing"].sum().reindex(found.index, fill_value=0.0)
    return found


def key_customers(found: pd.Series) -> pd.Index:
    """The best tenth by a column of money."""
    return found.sort_values(ascending=False, kind="stable").index[: len(found) // 10]


def people(case: Case) -> pd.DataFrame:
    """What the marketing agency asks for: age, area, members of the household, and whether the bank is owed money."""
    found = case.customers.merge(case.households[["household_id", "area", "members"]], on="household_id")
    lines = case.statements.merge(case.accounts[["account_id", "customer_id"]], on="account_id")
    last = lines[lines["month"] == lines["month"].max()]
    debts = last["closing"].clip(upper=0).groupby(last["customer_id"]).sum()
    in_debt = debts.reindex(found["customer_id"], fill_value=0.0).to_numpy() < 0
    return found[["customer_id", "age", "area", "members"]].assign(in_debt=in_debt)


def letter(case: Case) -> pd.DataFrame:
    """What the letter of the autumn loan changed, by its control."""
    return targeting.trial(
        case.contacts.assign(responded=case.contacts["responded"].astype(float)), outcome="responded"
    )


def diary(case: Case) -> pd.DataFrame:
    """Twelve weeks of questions put to the bank's analysts: week, minutes by hand, months that each reached back.

    Drawn from the seed of the case.
    """
    rng = np.random.default_rng([case.seed, 330])
    asked = rng.poisson(ASKED, WEEKS)
    n = int(asked.sum())
    minutes = np.maximum(rng.lognormal(4.0, 0.7, n), 5).round()
    return pd.DataFrame(
        {"week": np.repeat(np.arange(1, WEEKS + 1), asked), "minutes": minutes, "months": rng.geometric(0.16, n)}
    )


@dataclass(frozen=True)
class Worth:
    """What the warehouse brings in a year, money."""

    saved: float  # analysts' time
    cost: float  # building it, by the year, and keeping it
    net: float
    low: float
    high: float  # 95 %: weeks drawn again
    break_even: float  # questions a year at which net is 0


@dataclass(frozen=True)
class ByHand:
    """What analysts' minutes by hand cost in a year, money."""

    saved: float
    low: float
    high: float  # 95 %: weeks drawn again


def by_hand(case: Case) -> ByHand:
    """All minutes of the diary in money: the naive saving, for the warehouse takes time and money as well."""
    log = diary(case)
    return ByHand(*_a_year((log["minutes"] / 60 * WAGE).groupby(log["week"]).sum()))


def _a_year(week: pd.Series) -> tuple[float, float, float]:
    """Money a year of so many weeks, and its 95 % interval: weeks drawn again."""
    again = np.random.default_rng(33).choice(week.to_numpy(), (4_000, len(week))).mean(axis=1) * 52
    low, high = np.quantile(again, [0.025, 0.975])
    return float(week.mean() * 52), float(low), float(high)


def worth(case: Case, *, avoidable: float = 1.0) -> Worth:
    """Analysts' time that the warehouse saves, less what it costs; `avoidable` share of the time that turns into money."""
    log = diary(case)
    week = ((log["minutes"] - MINUTES) / 60 * WAGE * avoidable).groupby(log["week"]).sum()
    cost = ONCE / YEARS + RUNNING
    saved, low, high = _a_year(week)
    each = float((log["minutes"] - MINUTES).mean() / 60 * WAGE * avoidable)
    return Worth(saved, cost, saved - cost, low - cost, high - cost, cost / each)


def true_profit(case: Case) -> pd.Series:
    """What each customer will leave next year in truth; on customer_id."""
    known = case.truth.customers.set_index("customer_id")
    return known["margin_next_year"] - known["cost_next_year"]
