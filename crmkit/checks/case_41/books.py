"""Questions of parts 1 and 2: the commission, and who trades how often."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_41.steps import FREQUENT, expected, traders
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "online_share", "Which share of the commission comes from online orders?", unit="share", tolerance=0.001
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    log = case.trades
    money = log.groupby("online")[["amount", "commission"]].sum()
    share = float(money.at[True, "commission"] / money["commission"].sum())
    return share, [
        Slip(float(log["online"].mean()), "this is the share of the trades; an online trade pays less."),
        Slip(float(money.at[True, "amount"] / money["amount"].sum()), "this is the share of the money traded."),
        Slip(1 - share, "this is the share of orders given to a broker."),
    ]


@BANK.question(
    "frequent_money",
    f"Which share of the commission of 2025 comes from customers with {FREQUENT} trades or more in that year?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = traders(case)
    often, monthly = people["trades_2025"] >= FREQUENT, people["trades_2025"] >= 12
    money, trades = people["commission_2025"], people["trades_2025"]
    return float(money[often].sum() / money.sum()), [
        Slip(float(often.mean()), "this is the share of the customers."),
        Slip(float(trades[often].sum() / trades.sum()), "this is the share of the trades; they differ in size."),
        Slip(float(money[monthly].sum() / money.sum()), "this is from 12 trades a year on."),
        Slip(float(money[~often].sum() / money.sum()), "this is what all the others pay."),
    ]


@BANK.question(
    "idle_ahead",
    "How many trades did the customers without a trade in 2024 make in 2025, on average?",
    unit="trades",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    people = traders(case)
    idle = people["trades_2024"] == 0
    return float(people.loc[idle, "trades_2025"].mean()), [
        Slip(0.0, "none in a year is not none to come."),
        Slip(float(people["trades_2025"].mean()), "this is the mean of all customers."),
        Slip(float(idle.mean()), "this is their share of all customers."),
        Slip(float(expected(case).loc[idle, "rate"].mean()), "this is what the law expects; count what came."),
    ]
