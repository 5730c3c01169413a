"""Questions of parts 1 to 4: the log, the segments, the groups, the tastes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import segments, targeting
from crmkit.checks.case_10.steps import cleaned, margins, tastes
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
REWARD = 0.05
ROUND_SHARE, ROUND_WEEKS, REPORTED_NEW = 0.20, 7, 0.50  # as the Hola case reports
SMALL_CITY = "Kunming"


@BANK.question("rows_without_customer", "How many rows of the till export carry no customer number?", unit="rows")
def _(case: Case) -> tuple[Any, list[Slip]]:
    rejected = cleaned(case).rejected["reason"]
    right = int((rejected == "customer_id: missing").sum())
    raw = case.till_export["customer_id"]
    return right, [
        Slip(int((raw.isna() | (raw == "")).sum()), "empty cells are counted, but NULL and N/A say the same: nobody."),
        Slip(
            int(rejected.str.startswith("customer_id").sum()),
            "this counts numbers that are not on file as well; they carry a number, if a wrong one.",
        ),
        Slip(len(rejected), "these are all rejected rows; look at the one reason."),
    ]


@BANK.question(
    "raw_times",
    "How many times the cleaned turnover is the turnover of the till export as it came?",
    unit="times",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    raw = pd.to_numeric(case.till_export["amount"], errors="coerce").sum()
    kept = cleaned(case).kept["amount"].sum()
    return float(raw / kept), [
        Slip(float(kept / raw), "this is cleaned over raw; turn it round."),
        Slip(float(raw / kept - 1), "this is the excess over the cleaned turnover; the question asks how many times."),
        Slip(float(raw / case.transactions["amount"].sum()), "this divides by the whole log; take the same months."),
    ]


@BANK.question(
    "mean_recency", "What is the mean recency of all members on the last day of the log?", unit="days", tolerance=0.05
)
def mean_recency(case: Case) -> tuple[Any, list[Slip]]:
    """Mean days since the last purchase, and the days that are easily taken for it."""
    log, last = case.transactions, case.transactions["day"].max()
    bought = log[log["amount"] > 0]

    def mean(days: pd.Series, until: pd.Timestamp = last) -> float:
        return float((until - days).dt.days.mean())

    latest = bought.groupby("customer_id")["day"].max()
    return mean(latest), [
        Slip(
            mean(bought.groupby("customer_id")["day"].min()),
            "these days run from the first purchase; recency runs from the last.",
        ),
        Slip(
            mean(log.groupby("customer_id")["day"].max()),
            "a return was taken for a purchase; only amounts above 0 are purchases.",
        ),
        Slip(float((last - latest).dt.days.median()), "this is the median; the question asks for the mean."),
        Slip(mean(bought["day"]), "this is the mean over receipts; take each member's last purchase first."),
        Slip(
            mean(latest, pd.Timestamp.today().normalize()),
            "counted from today; recency is counted from the last day of the log.",
        ),
    ]


@BANK.question(
    "champions_money_share", "Which share of the money do the champions bring?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.rfm(case.transactions)
    champions = found["segment"] == "champions"
    return float(found.loc[champions, "monetary"].sum() / found["monetary"].sum()), [
        Slip(float(champions.mean()), "this is their share of the members; the question asks for money."),
        Slip(
            float(found.loc[champions, "frequency"].sum() / found["frequency"].sum()),
            "this is their share of the purchases; the question asks for money.",
        ),
        Slip(
            segments.concentration(found["monetary"]).top_tenth,
            "this is the best tenth; champions are a segment by three scores.",
        ),
    ]


@BANK.question(
    "half_of_money", "Which share of the members, best first, brings half of the money?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.concentration(segments.rfm(case.transactions)["monetary"])
    return found.half, [
        Slip(found.top_tenth, "this is the money of the best tenth; the question goes the other way."),
        Slip(found.gini, "this is the Gini index, not a share of members."),
        Slip(1 - found.half, "this is the other side: the members that bring the second half."),
    ]


@BANK.question(
    "programme_break_even",
    "By which share must purchases rise before 5 % back on every purchase pays?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sales = margins(case)
    margin = float(sales["margin"].sum() / sales["amount"].sum())
    even = targeting.programme(1.0, margin=margin, reward=REWARD, rises=[0.0]).attrs["break_even"]
    return float(even), [
        Slip(REWARD / margin, "the extra purchases earn the reward too: divide by the margin less the reward."),
        Slip(REWARD, "5 % more sales do not pay for 5 % of sales: only the margin of the extra sales counts."),
        Slip(REWARD / (1 - margin - REWARD), "divided by the cost share; the margin is what an extra purchase leaves."),
    ]


@BANK.question(
    "champions_stay",
    "Of the champions on 30 June 2025, which share were champions again on 31 December 2025?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.migration(case.transactions, "2025-06-30", "2025-12-31")
    stay = found[(found["before"] == "champions") & (found["after"] == "champions")].iloc[0]
    arrived = found.loc[found["after"] == "champions", "customers"].sum()
    old = found.loc[(found["after"] == "champions") & (found["before"] != "not yet a customer"), "customers"].sum()
    return float(stay["share"]), [
        Slip(float(stay["customers"] / arrived), "this divides by the champions of December; divide by those of June."),
        Slip(
            float(stay["customers"] / old),
            "this divides by December's champions among the older members; divide by June's champions.",
        ),
        Slip(
            float(stay["customers"] / found["customers"].sum()),
            "this divides by all members; divide by June's champions.",
        ),
        Slip(1 - float(stay["share"]), "these are the champions who did not stay."),
    ]


@BANK.question(
    "rand_says",
    "The adjusted Rand index of groups and named segments lies between 0.3 and 0.5. What does that say?",
    options=(
        "30 to 50 % of the members are in the right group",
        "clearly more alike than chance, far from the same",
        "30 to 50 % of the groups are also segments",
        "the segments explain 30 to 50 % of the money",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "clearly more alike than chance, far from the same", [
        Slip(
            "30 to 50 % of the members are in the right group",
            "the index counts pairs of members, less what chance gives; and neither side is the right one.",
        ),
        Slip("30 to 50 % of the groups are also segments", "it counts pairs of members, not groups."),
        Slip(
            "the segments explain 30 to 50 % of the money", "money does not enter it: it compares two ways of grouping."
        ),
    ]


@BANK.question(
    "expected_floral",
    f"How many pieces in small floral would {SMALL_CITY} have bought with the taste of the whole chain?",
    unit="pieces",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = tastes(case)
    cell = found[(found["region"] == SMALL_CITY) & (found["choice"] == "small floral")].iloc[0]
    here = found.loc[found["region"] == SMALL_CITY, "count"].sum()
    style = found.loc[found["choice"] == "small floral", "count"].sum()
    return float(cell["expected"]), [
        Slip(float(cell["count"]), "this is what the city did buy."),
        Slip(
            float(here / found["choice"].nunique()),
            "the styles are not equally liked; use the chain's share of small floral.",
        ),
        Slip(
            float(style / found["region"].nunique()),
            "the cities are not equally large; use the pieces sold in this one.",
        ),
    ]


@BANK.question("strongest_taste", "Which city leans most to which style? Give [city, style].")
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = tastes(case)

    def pair(column: str) -> frozenset[str]:
        top = found.loc[found[column].idxmax()]
        return frozenset([str(top["region"]), str(top["choice"])])

    largest, away = pair("count"), found.loc[found["residual"].idxmin()]
    city = str(found.loc[found["residual"].idxmax(), "region"])
    return pair("residual"), [
        Slip(frozenset([city]), "the city is right; name the style it leans to as well."),
        Slip(largest, "this is the largest count; a large city has large counts. Look at the residuals."),
        Slip(
            frozenset([str(away["region"]), str(away["choice"])]), "this pair leans away most: its residual is below 0."
        ),
    ]


@BANK.question(
    "seen_before",
    "Which share of the goods brought in must have been seen before, if 20 % change every 7 weeks and 50 % are new in a year?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    changed = targeting.rotation(share=ROUND_SHARE, weeks=ROUND_WEEKS, back=0.0).changed
    return 1 - REPORTED_NEW / changed, [
        Slip(REPORTED_NEW / changed, "this is the share that is new; the question asks for the rest."),
        Slip(1 - ROUND_SHARE / REPORTED_NEW, "this compares one round with a whole year; count the rounds first."),
        Slip(
            changed - REPORTED_NEW,
            "this is in assortments, not in shares of the goods brought in: divide by what was changed.",
        ),
    ]
