"""Questions of exercise 33: the methods of case 33 on a shop of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a hospital that gives out data).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import segments
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
CUSTOMERS, ROWS = 240, 1_500
HALF = pd.Timestamp(2025, 7, 1)  # on this day the segments change
WINDOW = 6  # months
K, BAND = 4, 5  # least size of a group; years of a band
KNOWN = ["age", "area"]
PATIENTS, WARD = 320, ["born", "district", "sex"]
MINUTES, WEEKS, COST = 5.0, 8, 30_000.0  # a question asked of the warehouse; of the diary; money a year


def case(seed: int) -> Case:
    """A shop's members with their segments of January and July, its soiled till export, a diary, and a hospital's patients."""
    people, log, dirt, book, ward = np.random.default_rng(seed).spawn(5)
    ids = np.arange(1, CUSTOMERS + 1)
    names = np.array(["new", "regular", "best"])
    first = people.choice(3, CUSTOMERS, p=(0.5, 0.35, 0.15))
    second = np.clip(first + people.choice([-1, 0, 1], CUSTOMERS, p=(0.1, 0.65, 0.25)), 0, 2)
    members = pd.DataFrame(
        {
            "customer_id": ids,
            "area": people.choice(["North", "South", "Quay", "Hill"], CUSTOMERS, p=(0.4, 0.3, 0.2, 0.1)),
            "age": np.clip(people.normal(46, 17, CUSTOMERS), 18, 90).astype(int),
            "segment": names[first],
        }
    )
    lines = _export(log, dirt)
    asked = int(book.poisson(book.uniform(15, 30) * WEEKS))
    diary = pd.DataFrame(
        {
            "minutes": np.maximum(book.lognormal(book.uniform(3.6, 4.2), 0.6, asked), MINUTES + 1).round(),
            "months": book.geometric(book.uniform(0.12, 0.25), asked),
        }
    )
    patients = pd.DataFrame(
        {
            "born": ward.integers(1935, 2006, PATIENTS),
            "district": ward.choice(["A", "B", "C"], PATIENTS, p=(0.5, 0.3, 0.2)),
            "sex": ward.choice(["f", "m"], PATIENTS),
            "diagnosis": ward.choice(["heart", "hip", "other"], PATIENTS, p=(0.6, 0.25, 0.15)),
        }
    )
    later = members[["customer_id"]].assign(segment=names[second])
    tables = {"members": members, "later": later, "till": lines, "diary": diary, "patients": patients}
    wage = pd.DataFrame({"what": ["an analyst's hour"], "dollars": [float(book.integers(40, 91))]})
    return Case(tables | {"wage": wage}, name="exercise-33", seed=seed)


def _export(log: np.random.Generator, dirt: np.random.Generator) -> pd.DataFrame:
    """The till's rows of a year as text: some twice, some of nobody, some on days that are none."""
    often = log.gamma(0.8, 1.0, CUSTOMERS)
    who = log.choice(np.arange(1, CUSTOMERS + 1), ROWS, p=often / often.sum())
    day = pd.Timestamp(2025, 1, 1) + pd.to_timedelta(np.sort(log.integers(0, 365, ROWS)), unit="D")
    amount = log.gamma(1.5, 30.0, ROWS).round(2)
    lines = pd.DataFrame(
        {
            "transaction_id": np.arange(1, ROWS + 1),
            "customer_id": who,
            "day": pd.Series(day).dt.strftime("%Y-%m-%d"),
            "amount": amount,
        }
    )
    odd = dirt.permutation(ROWS)
    nobody, no_day, twice = dirt.integers(5, 40), dirt.integers(5, 40), dirt.integers(41, 90)
    lines.loc[odd[:nobody], "customer_id"] = 9_000
    lines.loc[odd[nobody : nobody + no_day], "day"] = "2025-02-30"
    again = lines.loc[np.sort(odd[nobody + no_day : nobody + no_day + twice])]
    return pd.concat([lines, again], ignore_index=True)


def _sound(case: Case) -> tuple[pd.DataFrame, int, int]:
    """The rows that can be loaded; how many name nobody or no day; how many came twice."""
    till = case.till
    twice = till["transaction_id"].duplicated()
    wrong = (till["customer_id"] == 9_000) | (till["day"] == "2025-02-30")
    return till[~twice & ~wrong], int((wrong & ~twice).sum()), int(twice.sum())


@BANK.question("rejected", "How many rows of the till's export does the warehouse refuse?", unit="rows", tolerance=0.1)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sound, wrong, twice = _sound(case)
    return wrong + twice, [
        Slip(wrong, "rows that came twice are refused as well."),
        Slip(twice, "these came twice; others name nobody, or a day that is none."),
        Slip(len(sound), "these were loaded."),
        Slip(int((case.till["customer_id"] == 9_000).sum()), "these name nobody; there are more reasons."),
    ]


@BANK.question(
    "as_then",
    "What did members who were 'new' then buy for, to the end of June?",
    unit="dollars",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sound, _, _ = _sound(case)
    sound = sound[pd.to_datetime(sound["day"]) < HALF]
    then = sound["customer_id"].map(case.members.set_index("customer_id")["segment"]) == "new"
    now = sound["customer_id"].map(case.later.set_index("customer_id")["segment"]) == "new"
    money = sound["amount"]
    return float(money[then].sum()), [
        Slip(float(money[now].sum()), "these are 'new' since July; take those who were so then."),
        Slip(float(money[then & now].sum()), "some who were 'new' then have moved on; their purchases stay."),
        Slip(float(money.sum()), "this is all; take one segment."),
        Slip(int(then.sum()), "this is the number of purchases; sum the amounts."),
    ]


@BANK.question(
    "top_tenth", "Which share of the money does the best tenth of all members bring?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sound, _, _ = _sound(case)
    money = sound.groupby("customer_id")["amount"].sum()
    all_members = money.reindex(case.members["customer_id"], fill_value=0.0)
    one, buyers = segments.concentration(all_members), segments.concentration(money)
    return one.top_tenth, [
        Slip(buyers.top_tenth, "this is of those who bought; members who bought nothing count as well."),
        Slip(one.gini, "this is the Gini index."),
        Slip(one.half, "so many members bring half of it."),
        Slip(1 - one.top_tenth, "this is what the others bring."),
    ]


@BANK.question(
    "window", "Which share of the diary's questions do 6 months online not serve?", unit="share", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    months = case.diary["months"]
    return float((months > WINDOW).mean()), [
        Slip(float((months <= WINDOW).mean()), "these are served."),
        Slip(float((months >= WINDOW).mean()), "a question that reaches back 6 months is served."),
        Slip(int((months > WINDOW).sum()), "this is the number; divide by the questions."),
    ]


@BANK.question(
    "break_even",
    "From how many questions a year on does a warehouse pay that costs 30,000 dollars a year?",
    unit="questions a year",
    tolerance=0.6,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    wage, minutes = float(case.wage["dollars"].iloc[0]), case.diary["minutes"]

    def least(saved: float) -> float:
        return COST / (saved / 60 * wage)

    return least(minutes.mean() - MINUTES), [
        Slip(least(minutes.mean()), "asking the warehouse takes 5 minutes as well."),
        Slip(least(minutes.median() - MINUTES), "a sum needs the mean, not the median."),
        Slip(least(minutes.mean() - MINUTES) / 52, "this is a week."),
        Slip(len(minutes) / WEEKS * 52, "so many are asked; how many are needed?"),
    ]


@BANK.question(
    "left_out",
    "Ages in bands of 5 years: how many members are left out for groups of at least 4, by age and area?",
    unit="members",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.members
    coarse = rows.assign(age=rows["age"] // BAND)
    each, fine = (one.groupby(KNOWN)["age"].transform("size") for one in (coarse, rows))
    size = coarse.groupby(KNOWN).size()
    return int((each < K).sum()), [
        Slip(int((each <= K).sum()), "a group of 4 may stay."),
        Slip(int((fine < K).sum()), "this is by single years."),
        Slip(int((size < K).sum()), "these are the groups; count their people."),
        Slip(int((each >= K).sum()), "these stay."),
    ]


@BANK.question(
    "alone", "How many patients stand alone by year of birth, district and sex?", unit="patients", tolerance=0.1
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    size = case.patients.groupby(WARD).size()
    two = case.patients.groupby(WARD[:2]).size()
    return int((size == 1).sum()), [
        Slip(len(size), "these are the groups."),
        Slip(int((two == 1).sum()), "this is without sex."),
        Slip(PATIENTS - int((size == 1).sum()), "these have at least one like them."),
        Slip(float((size == 1).mean()), "this is a share of the groups; count the patients."),
    ]


@BANK.question(
    "exposed",
    "Born told in decades: of how many patients is the diagnosis found out, whatever k is?",
    unit="patients",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    def found_out(rows: pd.DataFrame) -> int:
        by = rows.groupby(WARD)["diagnosis"]
        return int((by.transform("nunique") == 1).sum())

    coarse = case.patients.assign(born=case.patients["born"] // 10)
    size = coarse.groupby(WARD)["diagnosis"].transform("size")
    return found_out(coarse), [
        Slip(found_out(case.patients), "this is by single years; tell the decade."),
        Slip(int((size == 1).sum()), "these stand alone; a larger group may be alike as well."),
        Slip(PATIENTS - found_out(coarse), "these are not found out."),
    ]
