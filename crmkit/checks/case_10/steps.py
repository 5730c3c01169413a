"""The steps of case 10 that its questions share, as its notebook takes them."""

from __future__ import annotations

import pandas as pd

from crmkit import cleaning, segments, tables, targeting
from crmkit.checks.once import once
from crmkit.worlds import Case

BUDGET = 9_600.0  # yuan, as the case tells
MOST = 20_000.0  # yuan, the largest amount a till can have taken
RESPONSE_DAYS = 28
QUARTER = "2025-10-01"  # the till export begins here


@once
def cleaned(case: Case) -> cleaning.Cleaned:
    """The till export, cleaned as the notebook cleans it."""
    window = case.transactions["day"].min(), case.transactions["day"].max()
    return cleaning.clean(
        case.till_export,
        tables.TRANSACTIONS,
        known={"customer_id": case.customers["customer_id"]},
        window=window,
        most={"amount": MOST},
    )


@once
def margins(case: Case) -> pd.DataFrame:
    """Transactions with their margin."""
    lines = case.lines.merge(case.products[["item", "cost"]], on="item")
    margin = (lines["quantity"] * (lines["price"] - lines["cost"])).groupby(lines["basket_id"]).sum()
    return case.transactions.assign(margin=case.transactions["transaction_id"].map(margin))


@once
def rfm(case: Case) -> pd.DataFrame:
    """Each customer's recency, frequency, money and segment of today."""
    return segments.rfm(case.transactions)


@once
def pilot(case: Case) -> pd.DataFrame:
    """Each member of the pilot with the segment before it and the purchases after it."""
    day = case.contacts["day"].iloc[0]
    before = segments.rfm(case.transactions, day - pd.Timedelta(days=1))["segment"]
    log = case.transactions
    after = log[(log["amount"] > 0) & (log["day"] >= day) & (log["day"] < day + pd.Timedelta(days=RESPONSE_DAYS))]
    bought = case.contacts["customer_id"].map(after["customer_id"].value_counts()).fillna(0)
    return case.contacts.assign(purchases=bought).join(before, on="customer_id")


@once
def worth(case: Case) -> pd.Series:
    """Margin of a purchase in each segment of today, returns taken off."""
    now = rfm(case)["segment"]
    sales = margins(case).join(now, on="customer_id")
    purchases = (sales["amount"] > 0).groupby(sales["segment"], observed=False).sum()
    return sales.groupby("segment", observed=False)["margin"].sum() / purchases


@once
def sizes(case: Case) -> pd.Series:
    """Members in each segment of today."""
    return rfm(case)["segment"].value_counts()


def cost(case: Case) -> float:
    """Of one mailing."""
    return float(case.contacts["cost"].max())


@once
def plan(case: Case) -> pd.DataFrame:
    """The plan that the pilot's estimates lead to."""
    trial = targeting.trial(pilot(case), outcome="purchases", group="segment")
    gain = targeting.net_gain(trial, worth=worth(case), cost=cost(case))
    return targeting.spend(gain, sizes=sizes(case), cost=cost(case), budget=BUDGET)


@once
def true_gain(case: Case) -> pd.Series:
    """True mean gain of one mailing in each segment of today."""
    now = rfm(case)["segment"]
    margin = case.truth.customers.set_index("customer_id")["mailing_margin"]
    return margin.groupby(now, observed=False).mean() - cost(case)


@once
def pieces(case: Case) -> pd.DataFrame:
    """Receipt lines with day, city and style."""
    lines = case.lines.merge(case.products[["item", "style"]], on="item")
    city = case.transactions.merge(case.customers[["customer_id", "city"]], on="customer_id")
    return lines.merge(city[["transaction_id", "day", "city"]], left_on="basket_id", right_on="transaction_id")


@once
def tastes(case: Case) -> pd.DataFrame:
    """City × style over all pieces."""
    return segments.preference(pieces(case), region="city", choice="style", weight="quantity")
