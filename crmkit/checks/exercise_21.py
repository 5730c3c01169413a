"""Questions of exercise 21: does self-service pay, on a firm of one's own.

Three grades: repeat (an operator's app), vary (other wages, a fee), transfer (a hospital's portal, a museum's web site).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import profit, queues
from crmkit.checks.once import once
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
WEEKS, SUBSCRIBERS = 13, 80_000
WAGE, BUSY = 30.0, 0.8  # yuan an agent and hour; share of it on calls
DEARER, BUSIER, FEE = 42.0, 0.85, 150_000.0  # in the second grade
USERS = 0.7  # share that uses what it is offered
HALF_YEAR = 26  # weeks of the hospital's pilot


def case(seed: int) -> Case:
    """Pilots of an operator's app and of a hospital's portal, the hospital's desk, and a museum's report."""
    rng = np.random.default_rng(seed)

    def pilot(module: str, need: float, sessions: float, avoids: float, length: float) -> pd.DataFrame:
        n = int(rng.integers(700, 1_000))
        offered = rng.permutation(n) < n // 2
        uses = offered & (rng.random(n) < USERS)
        chance = np.where(uses, sessions * avoids / need / USERS, 0.0)
        calls = rng.poisson(need * (1 - chance))
        talk = rng.gamma(2.0 * np.maximum(calls, 1e-9), length / 2.0)
        visits = uses * rng.poisson(sessions / USERS, n)
        return pd.DataFrame(
            {
                "customer_id": np.arange(1, n + 1),
                "module": module,
                "offered": offered,
                "sessions": visits,
                "calls": calls,
                "talk_s": np.where(calls > 0, talk, 0.0).round(),
            }
        )

    app = pilot("app", rng.uniform(2, 3), rng.uniform(4, 8), rng.uniform(0.08, 0.14), rng.uniform(140, 260))
    portal = pilot("portal", rng.uniform(1.5, 2.5), rng.uniform(2, 4), rng.uniform(0.15, 0.25), rng.uniform(200, 320))
    desk = {"calls_per_h": rng.uniform(150, 900), "handle_s": rng.uniform(180, 320), "patience_s": rng.uniform(60, 200)}
    report = {
        "visits_a_day": rng.uniform(2_000, 9_000),
        "saved_a_year": rng.uniform(80_000, 400_000),
        "cost_of_a_call": rng.uniform(3, 9),
    }
    frames = {
        "pilot": app,
        "portal": portal,
        "desk": pd.DataFrame([desk]).round(0),
        "report": pd.DataFrame([report]).round(1),
    }
    return Case(frames, name="exercise-21", seed=seed)


@once
def _app(case: Case) -> pd.Series:
    return profit.deflection(case.pilot).loc["app"]


@once
def _portal(case: Case) -> pd.Series:
    return profit.deflection(case.portal).loc["portal"]


def _yearly(seconds: float, wage: float = WAGE, busy: float = BUSY) -> float:
    return float(seconds * 52 / WEEKS / 3600 * wage / busy * SUBSCRIBERS)


def _length(row: pd.Series) -> float:
    return float(row["talk_without"] / row["calls_without"])


@BANK.question(
    "promised",
    "What would the app save, if every session were a call of mean length?",
    unit="yuan a year",
    tolerance=1_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _app(case)
    right = _yearly(row["sessions"] * _length(row))
    return right, [
        Slip(right * WEEKS / 52, "this is for the 13 weeks of the pilot; a year has 52."),
        Slip(right * BUSY, "agents are paid also while they wait: divide by their busy share."),
        Slip(_yearly(row["talk_avoided"]), "this is what it really saved."),
        Slip(right / SUBSCRIBERS, "this is for one customer."),
    ]


@BANK.question("avoided", "How many calls did the app avoid for a customer in 13 weeks?", tolerance=0.005)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row, rows = _app(case), case.pilot
    users = rows[rows["sessions"] > 0]
    return float(row["avoided"]), [
        Slip(float(row["sessions"]), "these are sessions."),
        Slip(float(row["calls_without"] - users["calls"].mean()), "the lot was about the offer, not about the use."),
        Slip(float(row["avoided"] / row["calls_without"]), "this is a share of the calls."),
        Slip(float(-row["avoided"]), "those avoided are positive: without less with."),
    ]


@BANK.question("sessions_per_call", "How many sessions avoid one call?", tolerance=0.05)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _app(case)
    return float(row["sessions_per_call"]), [
        Slip(float(row["avoided"] / row["sessions"]), "these are calls a session; turn it over."),
        Slip(1.0, "that is the vendor's word."),
        Slip(float(row["sessions"] / row["calls_without"]), "this divides by all calls, not by those avoided."),
    ]


@BANK.question(
    "saves",
    "An agent now costs 42 yuan an hour and is busy 85 % of it: what does the app save?",
    unit="yuan a year",
    tolerance=1_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _app(case)
    right = _yearly(row["talk_avoided"], DEARER, BUSIER)
    return right, [
        Slip(_yearly(row["talk_avoided"]), "this is at the old wage and share."),
        Slip(_yearly(row["talk_avoided"], DEARER), "this is at the old busy share of 80 %."),
        Slip(right * BUSIER, "agents are paid also while they wait: divide by their busy share."),
        Slip(_yearly(row["sessions"] * _length(row), DEARER, BUSIER), "this takes sessions for calls."),
    ]


@BANK.question("at_least", "And what does it save at least, by the 95 % interval?", unit="yuan a year", tolerance=1_000)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _app(case)
    right = _yearly(row["talk_low"], DEARER, BUSIER)
    return right, [
        Slip(_yearly(row["talk_high"], DEARER, BUSIER), "this is the upper end."),
        Slip(_yearly(row["talk_avoided"], DEARER, BUSIER), "this is the estimate."),
        Slip(
            _yearly(row["low"] * _length(row), DEARER, BUSIER), "this takes the calls' interval; the time has its own."
        ),
    ]


@BANK.question(
    "break_even",
    "At 85 % busy, from which wage on does the app save its fee of 150,000 yuan a year?",
    unit="yuan an hour",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _app(case)
    right = FEE / _yearly(row["talk_avoided"], 1.0, BUSIER)
    return right, [
        Slip(FEE / _yearly(row["talk_avoided"], 1.0, 1.0), "agents are paid also while they wait."),
        Slip(FEE / _yearly(row["sessions"] * _length(row), 1.0, BUSIER), "this takes sessions for calls."),
        Slip(right * 52 / WEEKS, "the fee is that of a year, the pilot had 13 weeks."),
    ]


@BANK.question(
    "portal_minutes",
    "How many minutes of the desk does the hospital's portal avoid for a patient and year?",
    unit="minutes",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = _portal(case)
    right = float(row["talk_avoided"] / 60 * 52 / HALF_YEAR)
    return right, [
        Slip(right / 2, "this is for the half year of the pilot."),
        Slip(right * 60, "these are seconds."),
        Slip(float(row["sessions"] * _length(row) / 60 * 52 / HALF_YEAR), "this takes sessions for calls."),
        Slip(float(row["talk_without"] / 60 * 52 / HALF_YEAR), "this is all time without it."),
    ]


@BANK.question(
    "desk_agents", "How many people does the desk need with the portal, for 80 % within 20 seconds?", unit="people"
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row, desk = _portal(case), case.desk.iloc[0]
    calls = 1 - row["avoided"] / row["calls_without"]
    work = 1 - row["talk_avoided"] / row["talk_without"]

    def need(share: float, length: float) -> int:
        centre = queues.CallCentre(desk["calls_per_h"] * share, desk["handle_s"] * length, 1, desk["patience_s"])
        return int(queues.staff(centre, service_level=0.8))

    right, today = need(calls, work / calls), need(1.0, 1.0)
    load = desk["calls_per_h"] * desk["handle_s"] / 3600
    slips = [
        (today, "these are needed today, without the portal."),
        (today - right, "these are spared; the question asks who is needed."),
        (int(np.ceil(load * work)), "this is the work alone; calls come in clumps, so some people must be free."),
    ]
    return right, [Slip(value, says) for value, says in slips]


@BANK.question(
    "one_visit_in",
    "One visit of the museum's site in how many must have replaced a call?",
    unit="visits",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    report = case.report.iloc[0]
    visits, calls = report["visits_a_day"] * 365, report["saved_a_year"] / report["cost_of_a_call"]
    return float(visits / calls), [
        Slip(float(visits / report["saved_a_year"]), "this takes a call for 1."),
        Slip(float(calls / visits), "this is the share of the visits; turn it over."),
        Slip(float(calls / 365), "these are calls a day."),
    ]
