"""Questions of part 4: tastes of the cities, and two doubtful figures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import targeting
from crmkit.checks.case_10.steps import pieces, tastes
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
SMALL_CITY, LIKED, PRIOR = "Kunming", "bright", 25
ROUND_SHARE, ROUND_WEEKS, REPORTED_NEW = 0.20, 7, 0.50  # as the Hola case reports
MARKET, IKEA_SHARE = 15.0, 0.43  # billion dollars a year; as the case reports, without a source
STORE_SALES = 0.1  # billion dollars a year, the question's own assumption


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


@BANK.question(
    "months_enough",
    "After how many months seen does a prior of 25 pieces first move Kunming's share of bright by less than 0.01?",
    unit="months",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    lines, months = pieces(case), range(1, 25)
    ends = pd.DatetimeIndex([lines["day"].min() + pd.DateOffset(months=month) for month in months])
    after = ends.searchsorted(lines["day"], side="right") + 1  # in how many months it is seen
    sold = lines.groupby([after, "city", "style"])["quantity"].sum().unstack(["city", "style"], fill_value=0)
    seen = sold.reindex(months, fill_value=0).cumsum().clip(lower=0)
    # What `segments.preference` gives 24 times over: a prior of so many pieces takes this share of the way to all's taste.
    here, all_styles = seen[SMALL_CITY].sum(axis=1), seen.T.groupby("style").sum().T
    away = all_styles[LIKED] / all_styles.sum(axis=1) - seen[SMALL_CITY].get(LIKED, 0) / here
    move = (away.abs() * PRIOR / (here + PRIOR)).fillna(1.0)
    return int((move < 0.01).idxmax()), [
        Slip(int((move < 0.02).idxmax()), "there it still moves by more than 0.01; look on."),
        Slip(
            1, "after one month the few pieces weigh less than the prior: it still moves the share by more than 0.01."
        ),
        Slip(24, "that is the whole log; it is enough much earlier."),
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


@BANK.question(
    "ikea_stores",
    "How many stores, each selling for 0.1 billion dollars a year, would make 43 % of a market of 15 billion?",
    unit="stores",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sales = IKEA_SHARE * MARKET
    return sales / STORE_SALES, [
        Slip(MARKET / STORE_SALES, "this is the whole market; take 43 % of it."),
        Slip(sales, "these are billions of dollars; divide by what one store sells."),
        Slip(IKEA_SHARE / STORE_SALES, "43 % is a share; take it of the market first."),
    ]
