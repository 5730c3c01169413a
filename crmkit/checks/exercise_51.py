"""Questions of exercise 51: the methods of case 51 on a firm of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a university: applicants on
their way to enrolment, and its library).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crmkit import monitor, segments, targeting
from crmkit.checks.case_51.steps import FIRM, LAPSED, LATE
from crmkit.checks.once import once
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import pipeline
from crmkit.worlds import Case

BANK = Bank()
WORLD = replace(FIRM, customers=500, days=1_096, portal=None)
DAY = "2025-12-31"
STEPS = ("2024-12-31", "2025-06-30", DAY)
MARGIN, FIT = 0.35, {"late_days": LATE, "lapsed_days": LAPSED}
STAGES = ("enquiry", "application", "interview", "place offered")


def case(seed: int) -> Case:
    """The pipeline, orders and answers of a firm, the applicants of a university, and what readers ask of its library."""
    firm, asked, school = np.random.default_rng(seed).spawn(3)
    drawn = WORLD.draw(firm)
    bought = drawn.transactions[drawn.transactions["amount"] > 0].reset_index(drop=True)
    centre, spread = asked.uniform(66, 78), asked.uniform(9, 16)
    answers = np.clip(np.round(asked.normal(centre, spread, size=5)), 0, 100)
    wave = np.clip(np.round(asked.normal(centre, spread, size=200)), 0, 100)
    return Case(
        {
            "pipeline": drawn.pipeline,
            "pipeline_moves": drawn.pipeline_moves,
            "transactions": bought,
            "answers": pd.DataFrame({"score": answers}),
            "wave": pd.DataFrame({"score": wave}),
            **_school(school),
        },
        name="exercise-51",
        seed=seed,
    )


def _school(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Applicants stage by stage, a reminder by lot to readers, and what readers use of the library."""
    share = rng.uniform([0.45, 0.55, 0.6, 0.5], [0.6, 0.7, 0.8, 0.7])
    at = np.argmin(np.column_stack([rng.random((600, 4)) < share, np.zeros(600, dtype=bool)]), axis=1)
    under_way = (rng.random(600) < 0.2) & (at < 4)
    begun = pd.Timestamp(2025, 1, 1) + pd.to_timedelta(rng.integers(0, 120, 600), unit="D")
    stage = np.where(at == 4, "won", np.where(under_way, np.array([*STAGES, "won"])[at], "lost"))
    who = np.arange(600)
    closed = begun + pd.to_timedelta(30 * (at + 1), unit="D")
    applicants = pd.DataFrame(
        {
            "opportunity_id": who,
            "stage": stage,
            "amount": np.round(rng.gamma(9.0, 1_000.0, 600), -2),
            "closed": closed.where(~under_way),
        }
    )
    steps = np.minimum(at, 3) + 1
    place = np.arange(steps.sum()) - np.repeat(steps.cumsum() - steps, steps)
    moves = pd.DataFrame(
        {
            "opportunity_id": np.repeat(who, steps),
            "stage": pd.Categorical.from_codes(place, categories=list(STAGES)),
            "entered": begun.repeat(steps) + pd.to_timedelta(30 * place, unit="D"),
        }
    )
    treated = rng.random(800) < 0.5
    visits = rng.poisson(rng.gamma(2.0, 0.6, 800) * np.where(treated, rng.uniform(1.1, 1.5), 1.0))
    topics = ["law", "medicine", "history", "physics", "music"]
    lean = rng.dirichlet(np.full(5, 0.5), size=700)
    pages = rng.poisson(8 * lean)
    fan = rng.permutation(5)[:2]
    joined = rng.random(700) < 0.05 + 0.45 * lean[:, fan].sum(axis=1)
    reader, topic = np.nonzero(pages)
    return {
        "applicants": applicants,
        "applicant_moves": moves,
        "readers": pd.DataFrame({"treated": treated, "visits": visits}),
        "shelves": pd.DataFrame(
            {"visitor_id": reader, "topic": np.array(topics)[topic], "pages": pages[reader, topic]}
        ),
        "members": pd.DataFrame({"visitor_id": np.arange(700), "registered": joined}),
    }


@once
def _stages(case: Case) -> pd.DataFrame:
    return pipeline.conversion(case.pipeline, case.pipeline_moves, as_of=DAY)


@once
def _moves(case: Case) -> pd.DataFrame:
    return segments.life_moves(case.transactions, STEPS, **FIT)


@once
def _applied(case: Case) -> pd.DataFrame:
    return pipeline.conversion(case.applicants, case.applicant_moves, as_of=DAY)


@BANK.question(
    "qualified_share", "Of those that left the stage `qualified`, which share went on?", unit="share", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _stages(case).loc["qualified"]
    return float(row["share"]), [
        Slip(
            float(row["passed"] / row["entered"]), "those still there are no failures yet; divide by those that left."
        ),
        Slip(float(1 - row["share"]), "this is the share that was lost there."),
        Slip(float(row["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "weighted", "What are the open opportunities worth, each by its chance to be won?", unit="euros", tolerance=500
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _stages(case)
    deals = case.pipeline[case.pipeline["closed"].isna()]
    at, chance = deals["stage"].astype(str), pipeline.chance_from(table).rename(index=str)
    right = float((deals["amount"] * at.map(chance)).sum())
    return right, [
        Slip(float(deals["amount"].sum()), "this is all that is at stake; weigh each by its chance."),
        Slip(float((deals["amount"] * at.map(table["share"].rename(index=str))).sum()), "this is the next step alone."),
        Slip(float(deals["amount"].sum() * table["share"].prod()), "take each one's own stage, not the first."),
    ]


@BANK.question(
    "five_half",
    "How far to either side does Student's 95 % interval of the five answers reach?",
    unit="points",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    five = case.answers["score"].to_numpy()
    table, se = monitor.mean_interval(five, scale=(0, 100)), five.std(ddof=1) / 5**0.5
    half = float(table.loc["Student", "width"] / 2)
    return half, [
        Slip(2 * half, "this is the whole width."),
        Slip(1.96 * float(se), "with five answers take Student's 2.78 in the place of 1.96."),
        Slip(float(se), "this is the standard error."),
        Slip(float(table.loc["Anderson", "width"] / 2), "this is Anderson's."),
    ]


@BANK.question(
    "web_back",
    "What comes back in margin (35 %) for one euro spent on web forms, over leads opened before July 2025?",
    unit="euros",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    old = case.pipeline[case.pipeline["opened"] < "2025-07-01"]
    table = pipeline.source_return(old, margin=MARGIN, seed=1, resamples=100)
    back = float(table.loc["web form", "back"])
    return back, [
        Slip(back / MARGIN, "these are sales; 35 % of them is margin."),
        Slip(back - 1, "asked is what comes back, the euro included."),
        Slip(float(table.loc["trade fair", "back"]), "these are trade fairs."),
        Slip(float(table.loc["web form", "lead_cost"]), "this is the cost of a lead."),
    ]


@BANK.question(
    "needed",
    "At the spread of your wave: from which number of answers, before and after each, does a rise of 3 points show 8 times in 10?",
    unit="answers on each side",
    tolerance=1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sd = float(case.wave["score"].std())
    needed = monitor.before_after(0.0, 3.0, sd=sd, n=5).needed
    return needed, [
        Slip(
            monitor.sample_size_mean(sd=sd, half_width=3.0),
            "this knows one mean to 3 points; two means differ more by chance.",
        ),
        Slip(2 * needed, "this is both sides together."),
        Slip(monitor.before_after(0.0, 6.0, sd=sd, n=5).needed, "this is for 6 points."),
    ]


@BANK.question(
    "late_lapses", "Which share of the late customers lapses within half a year?", unit="share", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _moves(case).set_index(["before", "after"])
    row = table.loc[("late", "lapsed")]
    return float(row["share"]), [
        Slip(float(table.at[("late", "active"), "share"]), "these order again."),
        Slip(
            float(row["customers"] / table.xs("lapsed", level="after")["customers"].sum()),
            "read the row of the late, not the column of the lapsed.",
        ),
        Slip(float(row["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "lapsed_ahead", "How many of today's customers are lapsed in a year, by the chain?", unit="customers", tolerance=0.2
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    start = segments.life_cycle(case.transactions, DAY, **FIT).value_counts()
    found = segments.ahead(_moves(case), start, steps=2)["lapsed"]
    return float(found[2]), [
        Slip(float(found[1]), "this is after one step, half a year."),
        Slip(float(found[0]), "these are lapsed today."),
        Slip(float(found[2] - found[0]), "these are additional."),
    ]


@BANK.question(
    "enrols", "A university: with which chance does an enquiry end in an enrolment?", unit="share", tolerance=0.0005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _applied(case)
    won = float((case.applicants["stage"] == "won").mean())
    return float(table["share"].prod()), [
        Slip(won, "this counts those under way as lost."),
        Slip(float(table["share"].mean()), "multiply the shares; do not average them."),
        Slip(float(table["share"].iloc[1:].prod()), "this is the chance of one who has applied."),
    ]


@BANK.question(
    "updated",
    "Its library reminds readers by lot. Believed before: 0.2 visits more, give or take 0.05. What is to be believed now?",
    unit="visits",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    told = targeting.trial(case.readers, outcome="visits")
    found = targeting.update(told, believed=0.2, sd=0.05).iloc[0]
    return float(found["mean"]), [
        Slip(float(found["measured"]), "this is what was measured; the belief counts, too."),
        Slip(float((found["measured"] + 0.2) / 2), "weigh both by how sure they are, not half and half."),
        Slip(0.2, "this was believed before."),
        Slip(float(told["treated_mean"].iloc[0]), "take off the visits of those held back."),
    ]


@BANK.question(
    "two_shelves",
    "Which share of the library's members is kept with two subjects, chosen by members?",
    unit="share",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = segments.focus(case.shelves, case.members.set_index("visitor_id")["registered"])
    row = table.loc[2]
    return float(row["registered_share"]), [
        Slip(float(row["visitor_share"]), "these are readers; not all are members."),
        Slip(float(1 - row["registered_share"]), "these are lost."),
        Slip(float(table.loc[1, "registered_share"]), "this is one subject."),
    ]
