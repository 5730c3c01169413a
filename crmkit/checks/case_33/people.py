"""Questions of parts 4 to 6 and 8: one view of each customer, the loop, what may leave the house, and the envelope."""

from __future__ import annotations

from typing import Any

from crmkit import segments
from crmkit.checks.case_33.steps import BAND, KNOWN, RENAMED, K, everyone, key_customers, letter, people, true_profit
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
LETTER = 3.0  # money a letter


@BANK.question(
    "top_tenth", "Which share of all revenue does the best tenth of the customers bring?", unit="share", tolerance=0.004
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = everyone(case)
    one = segments.concentration(found["revenue"])
    money = found["revenue"]
    return float(money[key_customers(money)].sum() / money.sum()), [
        Slip(one.gini, "this is the Gini index; the share of the best tenth is asked."),
        Slip(one.half, "so many customers bring half of it."),
        Slip(
            float(money[key_customers(found["net_worth"])].sum() / money.sum()),
            "these are the richest; take those who bring most.",
        ),
        Slip(float(money[key_customers(money)].sum()), "this is the money; divide by all revenue."),
    ]


@BANK.question(
    "rich_or_good",
    "How many of the tenth with the highest net worth are also in the tenth with the most revenue?",
    unit="customers",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = everyone(case)
    best, rich = key_customers(found["revenue"]), key_customers(found["net_worth"])
    both = len(best.intersection(rich))
    return both, [
        Slip(len(best) - both, "these are not; the question asks for those in both."),
        Slip(both / len(best), "this is the share; the question asks for the number."),
        Slip(
            len(best.intersection(key_customers(found["profit"]))),
            "this compares revenue with profit; take net worth.",
        ),
        Slip(len(best.union(rich)), "these are in one or the other."),
    ]


@BANK.question(
    "no_talk",
    "How many of the best tenth by revenue had no talk with their manager in 2025?",
    unit="customers",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    best = key_customers(everyone(case)["revenue"])
    talked = case.talks.loc[case.talks["day"] >= RENAMED, "customer_id"]
    without = int((~best.isin(talked)).sum())
    return without, [
        Slip(len(best) - without, "these had one."),
        Slip(int((~best.isin(case.talks["customer_id"])).sum()), "these had none in two years; look at 2025."),
        Slip(int((~case.customers["customer_id"].isin(talked)).sum()), "these are of all customers."),
        Slip(without / len(best), "this is the share; the question asks for the number."),
    ]


@BANK.question(
    "uplift", "By how much did the letter raise the share who took the loan?", unit="share", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    one = letter(case).iloc[0]
    return float(one["uplift"]), [
        Slip(float(one["treated_mean"]), "some would have taken it without a letter; take the control off."),
        Slip(float(one["control_mean"]), "these took it without a letter."),
        Slip(float(one["treated_mean"] / one["control_mean"]), "this is the ratio; take the difference."),
        Slip(float(case.contacts["responded"].mean()), "this is of all, letter or not."),
    ]


@BANK.question(
    "letter_value",
    "What must one acceptance bring for the letter to pay, by the estimate?",
    unit="dollars",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    one = letter(case).iloc[0]
    return LETTER / float(one["uplift"]), [
        Slip(LETTER / float(one["treated_mean"]), "who would have come anyway is no gain: divide by the difference."),
        Slip(LETTER / float(one["high"]), "this is at the upper end of the interval."),
        Slip(LETTER / float(one["low"]), "this is at the lower end of the interval; take the estimate."),
        Slip(LETTER * float(one["uplift"]), "divide the cost by the uplift."),
    ]


@BANK.question(
    "alone", "How many people stand alone by age, area and members of the household?", unit="people", tolerance=0.1
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = people(case)
    size = rows.groupby(list(KNOWN)).size()
    two = rows.groupby(list(KNOWN[:2])).size()
    return int((size == 1).sum()), [
        Slip(len(size), "these are the groups; some hold more than one."),
        Slip(int((two == 1).sum()), "this is by age and area; take the members, too."),
        Slip(float((size == 1).sum() / len(rows)), "this is the share; the question asks for the number."),
        Slip(len(rows) - int((size == 1).sum()), "these have at least one like them."),
    ]


@BANK.question(
    "left_out",
    "Ages told in bands of ten years: how many people are left out for groups of at least 5?",
    unit="people",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = people(case)
    coarse = rows.assign(age=rows["age"] // BAND)
    each = coarse.groupby(list(KNOWN))["age"].transform("size")
    fine = rows.groupby(list(KNOWN))["age"].transform("size")
    size = coarse.groupby(list(KNOWN)).size()
    return int((each < K).sum()), [
        Slip(int((each <= K).sum()), "a group of 5 may stay."),
        Slip(int((fine < K).sum()), "this is by single years; tell ages in bands of ten."),
        Slip(int((size < K).sum()), "these are the groups; count their people."),
        Slip(int((each >= K).sum()), "these stay."),
    ]


@BANK.question(
    "exposed",
    "Of those who stay: of how many is found out all the same whether they owe the bank money?",
    unit="people",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = people(case)
    rows["age"] //= BAND
    by = rows.groupby(list(KNOWN))["in_debt"]
    size, alike = by.transform("size"), by.transform("nunique") == 1
    in_debt = rows["in_debt"]
    return int(((size >= K) & alike).sum()), [
        Slip(int(alike.sum()), "those in groups below 5 are left out already; count those who stay."),
        Slip(0, "k-anonymity hides the row; a group in which all are alike gives its secret away."),
        Slip(int(((size >= K) & in_debt).sum()), "these owe money; found out is who stands among likes only."),
        Slip(int((size >= K).sum()), "these are all who stay."),
    ]


@BANK.question(
    "still_key",
    "How many of the best tenth by profit of these two years are in the best tenth of next year, in truth?",
    unit="customers",
    tolerance=0.1,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, true = everyone(case), true_profit(case)
    best, next_year = key_customers(found["profit"]), key_customers(true)
    both = len(best.intersection(next_year))
    return both, [
        Slip(len(best) - both, "these are no longer."),
        Slip(both / len(best), "this is the share; the question asks for the number."),
        Slip(
            len(key_customers(found["net_worth"]).intersection(next_year)),
            "these are the richest; take those who brought most profit.",
        ),
        Slip(len(best), "so many are on the list; not all stay there."),
    ]
