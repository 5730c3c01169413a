"""Questions of parts 1 to 3: what came in, which product next, and who brings the money."""

from __future__ import annotations

from typing import Any

from crmkit import segments
from crmkit.checks.case_50.steps import (
    CONVERSION,
    COSTS,
    PAIR,
    cleaned,
    contribution,
    deals,
    judged,
    money_first,
    together,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question("kept_rows", "How many enquiries of the export are sound, or can be repaired?", unit="rows")
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, raw = cleaned(case), case.enquiry_export
    return len(found.kept), [
        Slip(len(raw), "these are the rows that came in."),
        Slip(len(found.rejected), "these are the rejected ones."),
        Slip(
            len(found.kept) - found.repaired["row"].nunique(),
            "this throws the repaired rows away, too; a date in another form is still a date.",
        ),
        Slip(len(raw.drop_duplicates()), "this only takes off the doubled rows; others are unsound in themselves."),
        Slip(len(raw.dropna()), "this only takes off gaps that pandas sees; text can hold nonsense."),
    ]


@BANK.question(
    "pair_lift",
    "How many times as often as by chance does a customer have both a family new home and a family loan?",
    unit="times, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    pairs = together(case)
    row = pairs[pairs[["first", "second"]].isin(PAIR).all(axis=1)].iloc[0]
    return float(row["lift"]), [
        Slip(float(row["confidence"]), "this is the share of those with the one who have the other: confidence."),
        Slip(float(row["confidence_back"]), "this is the share of those with the other who have the one: confidence."),
        Slip(float(row["odds_ratio"]), "this is the odds ratio; lift is count / expected."),
        Slip(float(row["count"] - row["expected"]), "this is a difference; lift is count / expected."),
        Slip(float(row["support"]), "this is the share of all customers who have both: support."),
    ]


def _both(case: Case) -> tuple[int, int, int, int]:
    """Customers with the home, with the loan, with both, with both in one contract."""
    rows = deals(case)
    home, loan = (rows.loc[rows["item"] == one, ["customer_id", "basket_id"]].drop_duplicates() for one in PAIR)
    once = home.merge(loan)["customer_id"].nunique()
    both = home[["customer_id"]].merge(loan[["customer_id"]])["customer_id"].nunique()
    return home["customer_id"].nunique(), loan["customer_id"].nunique(), both, once


@BANK.question(
    "same_contract",
    "Of the customers who have both, which share signed both in one contract?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    home, loan, both, once = _both(case)
    return once / both, [
        Slip(1 - once / both, "these signed both at different times."),
        Slip(once / home, "this divides by all who have the home; take those who have both."),
        Slip(once / loan, "this divides by all who have the loan; take those who have both."),
        Slip(both / home, "this is the share of those with the home who have the loan, too."),
    ]


@BANK.question(
    "ptp_lift",
    "Offers by the strongest relation (lift), made at the end of 2024: how many times as many hits in 2025 as the most popular product?",
    unit="times, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = judged(case)
    right = float(table.loc["lift", "lift"])
    return right, [
        Slip(float(table.loc["lift", "hit_rate"]), "this is the share of customers hit; divide by that of popularity."),
        Slip(1 / right, "turned round: divide the hits by lift by those by popularity."),
        Slip(float(table.loc["cosine", "lift"]), "these are the offers by cosine."),
        Slip(float(table.loc["lift", "lift_high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "best_brings",
    "The best product by money, offered to all who lacked it at the end of 2024: what would it have brought a customer in 2025?",
    unit="yuan a customer",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = money_first(case)
    best = table.iloc[0]
    return float(best["brings"]), [
        Slip(float(best["brings"] + COSTS["message"]), "take off the 2 yuan that the message costs."),
        Slip(
            float(best["share"] * best["margin"] - COSTS["message"]),
            "this puts every deal down to the offer; one in five is owed to it.",
        ),
        Slip(
            float(table.loc[table["share"].idxmax(), "brings"]),
            "this is the product that is bought most often; a lease earns little.",
        ),
        Slip(float(best["margin"] * CONVERSION), "this is what a hit brings; most customers are none."),
    ]


@BANK.question(
    "top_tenth", "Which share of all margin does the best tenth of the customers bring?", unit="share", tolerance=0.003
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    money = contribution(case)
    found = segments.concentration(money)
    return found.top_tenth, [
        Slip(found.gini, "this is the Gini index."),
        Slip(found.half, "this is the share of customers that brings half of the money."),
        Slip(0.1, "so it would be if all were alike."),
        Slip(float(money.nlargest(10).sum() / money.sum()), "these are ten customers; take a tenth of all."),
    ]
