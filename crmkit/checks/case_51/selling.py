"""Questions of part 1: the pipeline, its forecast, its sources, its leads."""

from __future__ import annotations

from typing import Any

from crmkit import targeting
from crmkit.checks.case_51.steps import MARGIN, lead_scores, open_deals, promised, quarter, returns, stages
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import pipeline
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "offer_share",
    "Of the opportunities that left the stage `offer`, which share went on?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = stages(case).loc["offer"]
    return float(row["share"]), [
        Slip(
            float(row["passed"] / row["entered"]),
            "those still at offer are no failures yet; divide by those that left.",
        ),
        Slip(float(1 - row["share"]), "this is the share that was lost there."),
        Slip(
            float(row["passed"] / stages(case)["entered"].iloc[0]), "this is out of all leads; take those at the offer."
        ),
        Slip(float(row["low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "lead_to_win",
    "With which chance is a new lead won in the end, by the shares of all stages?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, deals = stages(case), case.pipeline
    won = (deals["stage"].astype(str) == "won").sum()
    return float(table["share"].prod()), [
        Slip(float(won / len(deals)), "this counts the open ones as lost."),
        Slip(float(table["share"].mean()), "stages come one after the other: multiply their shares."),
        Slip(
            float((table["passed"] / table["entered"]).prod()), "at each stage this counts those still in it as lost."
        ),
        Slip(float(table["share"].iloc[1:].prod()), "this is the chance of one that has left the first stage."),
    ]


@BANK.question(
    "weighted",
    "What are the open opportunities worth, each by its chance to be won in the end?",
    unit="euros",
    tolerance=5_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    deals, table = open_deals(case), stages(case)
    at = deals["stage"].astype(str)
    own = table["share"].rename(index=str)
    right = float((deals["amount"] * at.map(pipeline.chance_from(table).rename(index=str))).sum())
    return right, [
        Slip(float(deals["amount"].sum()), "this is all that is at stake; weigh each by its chance."),
        Slip(
            float((deals["amount"] * at.map(own)).sum()), "this weighs by the next step alone; further stages follow."
        ),
        Slip(
            float(deals["amount"].sum() * table["share"].prod()),
            "most are beyond the first stage; take each one's own stage.",
        ),
        Slip(right * MARGIN, "this is the margin; the question asks for the amounts."),
        Slip(promised(case), "this is what the sellers expect to close in the quarter."),
    ]


@BANK.question(
    "quarter",
    "What is to be expected from them within 90 days (seed=1)?",
    unit="euros, mean of the futures",
    tolerance=15_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = quarter(case)
    whole = pipeline.forecast(case.pipeline, stages(case), seed=1)
    return found.mean, [
        Slip(whole.mean, "this is whenever they close; give horizon_days=90."),
        Slip(promised(case), "this is the sellers' promise."),
        Slip(found.low, "this is the lower end."),
        Slip(found.high, "this is the upper end."),
    ]


@BANK.question(
    "fair_back",
    "What comes back, in margin, for one euro spent on the trade fair?",
    unit="euros, two decimals",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = returns(case)
    row = table.loc["trade fair"]
    return float(row["back"]), [
        Slip(float(row["back"] / MARGIN), "these are sales; 35 % of them is margin."),
        Slip(float(row["back"] - 1), "this is the gain; asked is what comes back, the euro included."),
        Slip(float(row["lead_cost"]), "this is the cost of a lead."),
        Slip(float(row["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "lead_lift",
    "How many times as often as all are the best fifth of the new leads by score won?",
    unit="times, two decimals",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    leads = lead_scores(case)
    table = targeting.gains(leads["chance"], leads["won"], bins=5)
    best = table.iloc[0]
    return float(best["lift"]), [
        Slip(float(best["captured"]), "this is the share of all won ones in the best fifth; divide by a fifth."),
        Slip(float(best["lift"] * leads["won"].mean()), "this is their chance to be won; divide by that of all."),
        Slip(float(table["lift"].iloc[2]), "this is the best three fifths."),
    ]
