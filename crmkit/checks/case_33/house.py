"""Questions of parts 1 to 3 and 7: what came in, segments then and now, the window, and the warehouse in money."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit.checks.case_33.steps import (
    KEEP,
    LAST_MONTH,
    ONCE,
    RENAMED,
    RUNNING,
    SPELT,
    TWICE,
    YEARS,
    december,
    diary,
    lost,
    segments_on,
    worth,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
QUERIES, OLD, NEW, DAYS = 3_000, 30.0, 20.0, 250  # a day, money each, as the case reports; working days a year


@BANK.question("rejected", "How many rows of December's export did the warehouse refuse?", unit="rows", tolerance=0.1)
def _(case: Case) -> tuple[Any, list[Slip]]:
    export = december(case)["transactions"]
    wrong = len(lost(case))
    return wrong + TWICE, [
        Slip(wrong, "rows that came twice are refused as well: once is enough."),
        Slip(TWICE, "these came twice; others name unknown customers, or days that are none."),
        Slip(wrong + TWICE + SPELT, "amounts that were only spelt oddly were mended, and loaded."),
        Slip(SPELT, "these were mended; the question asks for those refused."),
        Slip(len(export) - wrong - TWICE, "these were loaded."),
    ]


@BANK.question(
    "as_then",
    "What did the transactions of 2024 cost of customers who were 'starting' then?",
    unit="dollars",
    tolerance=5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    log = case.transactions[case.transactions["day"] < RENAMED]
    cost = log["channel"].astype(str).map(case.channels.set_index("channel")["cost"])
    then = log["customer_id"].map(segments_on(case, pd.Timestamp(2024, 1, 1))) == "starting"
    now = log["customer_id"].map(segments_on(case, RENAMED)) == "starting"
    return float(cost[then].sum()), [
        Slip(float(cost[now].sum()), "these are the customers who are 'starting' today; take those who were so then."),
        Slip(float(cost[then & now].sum()), "some who were 'starting' then have moved on; their cost of 2024 stays."),
        Slip(float(cost.sum()), "this is all of 2024; take one segment."),
        Slip(int(then.sum()), "this is the number of transactions; sum their cost."),
    ]


@BANK.question(
    "on_shelf", "How many transactions does the archive hold when 13 months stay online?", unit="rows", tolerance=0.1
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    day = case.transactions.loc[~case.transactions["transaction_id"].isin(lost(case)), "day"]

    def older(keep: int) -> int:
        return int((day < LAST_MONTH - pd.DateOffset(months=keep - 1)).sum())

    return older(KEEP), [
        Slip(older(KEEP + 1), "13 months stay, December included: the first of them is December 2024."),
        Slip(older(KEEP - 1), "these would be gone with 12 months online."),
        Slip(len(day) - older(KEEP), "these stay online."),
        Slip(len(day), "these are all."),
    ]


@BANK.question(
    "served", "Which share of the diary's questions do 13 months online serve?", unit="share", tolerance=0.004
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    months = diary(case)["months"]
    right = float((months <= KEEP).mean())
    return right, [
        Slip(1 - right, "these need the archive."),
        Slip(float((months < KEEP).mean()), "a question that reaches back 13 months is served, too."),
        Slip(int((months <= KEEP).sum()), "this is the number; divide by the questions."),
        Slip(float((months <= 12).mean()) - float((months == 13).mean()), "count each question up to 13 months once."),
    ]


@BANK.question(
    "reported_saving",
    "By the reported figures, and 250 days a year: what does the warehouse save on the questions put to it?",
    unit="dollars a year",
    tolerance=1000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return QUERIES * (OLD - NEW) * DAYS, [
        Slip(QUERIES * OLD * DAYS, "a question is not free now: it costs 20 dollars."),
        Slip(QUERIES * NEW * DAYS, "this is what they cost now."),
        Slip(QUERIES * (OLD - NEW), "this is a day; there are 250."),
        Slip(QUERIES * (OLD - NEW) * 365, "take 250 days."),
    ]


@BANK.question(
    "more_asked",
    "By which share may the number of questions grow until the bill for them is what it was before?",
    unit="share",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return OLD / NEW - 1, [
        Slip(1 - NEW / OLD, "by this share a question is cheaper; how many more then cost the same?"),
        Slip(OLD / NEW, "this is how many times as many; take 1 off."),
        Slip(NEW / OLD, "turn it round: 30 dollars buy more questions at 20."),
    ]


@BANK.question(
    "net_year",
    "What does the warehouse bring in a year, analysts' time saved less what it costs?",
    unit="dollars a year",
    tolerance=100,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = worth(case)
    return found.net, [
        Slip(found.saved, "this is what it saves; take off what it costs."),
        Slip(found.saved - RUNNING, "building it costs as well: a third of it each year."),
        Slip(found.saved - RUNNING - ONCE, "it serves three years: a third of the building each year."),
        Slip(found.saved * YEARS - ONCE - YEARS * RUNNING, "this is over three years."),
    ]


@BANK.question(
    "break_even",
    "From how many questions a year on does the warehouse pay?",
    unit="questions a year",
    tolerance=3,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, log = worth(case), diary(case)
    return found.break_even, [
        Slip(found.break_even * RUNNING / found.cost, "building it costs as well: a third of it each year."),
        Slip(len(log) / log["week"].max() * 52, "so many are asked; how many are needed?"),
        Slip(found.break_even / 52, "this is a week."),
        Slip(
            found.break_even * (log["minutes"].mean() - 6) / log["minutes"].mean(),
            "asking the warehouse takes 6 minutes as well.",
        ),
    ]


@BANK.question(
    "avoidable",
    "Which share of the time saved must turn into money, for the warehouse to break even?",
    unit="share",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = worth(case)
    return found.cost / found.saved, [
        Slip(found.net / found.saved, "this is the share that may stay unused."),
        Slip(RUNNING / found.saved, "building it costs as well: a third of it each year."),
        Slip(found.saved / found.cost, "turn it round: the cost by the time saved."),
    ]
