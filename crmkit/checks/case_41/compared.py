"""Questions of part 3: brokers compared fairly."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.checks.case_41.steps import books, fair, spread, traders
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "book_error",
    "What is the standard error of the mean of the smallest book, in trades a customer and year?",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    of = books(case)["customers"]
    one = spread(traders(case))
    return float(one / np.sqrt(of.min())), [
        Slip(one, "this is how customers differ; a mean of several differs less."),
        Slip(float(one / of.min()), "divide by the square root of the number of customers."),
        Slip(float(one / np.sqrt(of.max())), "this is the largest book."),
        Slip(float(one / np.sqrt(of.sum())), "this is the mean of all customers."),
    ]


@BANK.question(
    "fair_rate",
    "Which rate does the fair table give to the broker who leads as counted?",
    unit="trades a customer and year",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = fair(case)
    row, mean = table.loc[table["naive"].idxmax()], table.attrs["mean"]
    return float(row["shrunk"]), [
        Slip(float(row["naive"]), "this is the rate as counted."),
        Slip(float(mean), "this is the mean of all: the own book counts for something."),
        Slip(float(table["shrunk"].iloc[0]), "this is the leader of the fair table."),
        Slip(float(row["weight"] * row["naive"]), "the rest of the weight goes to the mean of all, not to 0."),
    ]


@BANK.question(
    "p_best",
    "With which chance is the leader of the fair table the best of all brokers?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = fair(case)
    row = table.iloc[0]
    return float(row["p_best"]), [
        Slip(1.0, "the leader of a table is not surely the best: look at the intervals."),
        Slip(float(table.at[table["naive"].idxmax(), "p_best"]), "this is the broker who leads as counted."),
        Slip(float(row["weight"]), "this is the weight of the own book in its rate."),
        Slip(1 / len(table), "so it would be if nothing were known."),
    ]


WHY = (
    "the customers of a book were the same in both years",
    "the brokers were as good in both years",
    "two years are long enough",
    "the large books weigh most",
)


@BANK.question(
    "why_lasting",
    "The order of the books hardly changed from 2024 to 2025. Why does that not prove what brokers do?",
    options=WHY,
    right_says="right: who trades much goes on, whoever the broker is. Only customers moved by lot would tell.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return WHY[0], [
        Slip(WHY[1], "that is what it was to prove."),
        Slip(WHY[2], "ten years with the same customers would not part them from their broker either."),
        Slip(WHY[3], "each book is one point here, large or small."),
    ]
