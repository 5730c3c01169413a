"""Questions of exercise 50: the methods of case 50 on an estate agency of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a chain of dentists, where one
treatment does lead to the next).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import baskets, segments, targeting, worlds
from crmkit.checks.case_50 import steps
from crmkit.checks.question import Bank, Slip
from crmkit.tables.retail import ENQUIRIES
from crmkit.targeting import contacts
from crmkit.worlds import Case

BANK = Bank()
WORLD = worlds.Retail.preset("real_estate", customers=1_200, start=steps.START)
TESTED, ASKED, PATIENTS, DIALLED = 2_400, 150, 900, 300  # people in each table
TREATMENTS = ("check-up", "cleaning", "filling", "whitening", "crown", "implant")
SHARES = (0.34, 0.12, 0.22, 0.16, 0.10, 0.06)  # what a first visit is for
FOLLOWS = {"check-up": "cleaning", "filling": "crown", "crown": "implant"}
LIMITS = {"hours": 12.0, "budget": 700.0, "cadence_days": 30}
COSTS = {"message": 2.0, "call": 18.0}


def case(seed: int) -> Case:
    """The deals, enquiries, test and offers of an agency of one's own, and the treatments and calls of dentists."""
    agency, rest = np.random.default_rng(seed).spawn(2)
    drawn = WORLD.draw(agency)
    late = drawn.enquiries[drawn.enquiries["day"] >= steps.QUARTER].reset_index(drop=True)
    frames = {name: drawn.frames[name] for name in ("customers", "products", "transactions", "lines")}
    frames["enquiry_export"] = worlds.soil_table(late, ENQUIRIES, rest, faults=steps.FAULTS).frame
    frames["test"] = _test(rest)
    frames["offers"] = _offers(rest)
    frames["treatments"] = _treatments(rest)
    frames["calls"] = _calls(rest)
    return Case(frames, name="exercise-50", seed=seed)


def _test(rng: np.random.Generator) -> pd.DataFrame:
    """A test of calls by lot: treated, appointment, and whether the last contact was less than 30 days ago."""
    treated, soon = rng.random(TESTED) < 0.5, rng.random(TESTED) < 0.3
    chance = 0.07 + treated * np.where(soon, 0.015, 0.085)
    appointment = (rng.random(TESTED) < chance).astype(float)
    lost = (rng.random(TESTED) < 0.01 + treated * np.where(soon, 0.08, 0.01)).astype(float)
    return pd.DataFrame({"treated": treated, "soon": soon, "appointment": appointment, "struck_off": lost})


def _offers(rng: np.random.Generator) -> pd.DataFrame:
    """What messages and calls are expected to bring from those who may be contacted next."""
    by_message = rng.gamma(2.0, 15.0, ASKED)
    by_call = 1.3 * by_message + rng.gamma(1.0, 40.0, ASKED)
    since = np.floor(rng.exponential(70.0, ASKED)) + 1
    rows = [
        pd.DataFrame(
            {
                "customer_id": np.arange(ASKED),
                "channel": name,
                "gain": (value - COSTS[name]).round(2),
                "minutes": 9.0 if name == "call" else 0.0,
                "cost": COSTS[name],
                "days_since": since,
            }
        )
        for name, value in (("message", by_message), ("call", by_call))
    ]
    return pd.concat(rows, ignore_index=True)


def _treatments(rng: np.random.Generator) -> pd.DataFrame:
    """Patients' treatments over two years; some lead to the next one in the year after."""
    first = rng.choice(TREATMENTS, PATIENTS, p=SHARES)
    day = np.floor(rng.random(PATIENTS) * 360)
    follows = pd.Series(first).map(FOLLOWS).to_numpy(dtype=object)
    led = (rng.random(PATIENTS) < 0.45) & pd.notna(follows)
    second = np.where(led, follows, rng.choice(TREATMENTS, PATIENTS, p=SHARES))
    again = led | (rng.random(PATIENTS) < 0.5)
    later = day + 30 + np.floor(rng.random(PATIENTS) * 330)
    who = np.arange(PATIENTS)
    rows = pd.DataFrame(
        {
            "customer_id": np.concatenate([who, who[again]]),
            "day": pd.Timestamp(2024, 1, 1) + pd.to_timedelta(np.concatenate([day, later[again]]), unit="D"),
            "item": np.concatenate([first, second[again]]),
        }
    )
    return rows.sort_values(["day", "customer_id"], ignore_index=True)


def _calls(rng: np.random.Generator) -> pd.DataFrame:
    """Every try of a receptionist to reach a patient, up to two, with its minutes."""
    answered = rng.random((DIALLED, 2)) < 0.35 + 0.3 * rng.random()
    made = np.cumsum(answered, axis=1) - answered == 0
    row, attempt = np.nonzero(made)
    talked = answered[row, attempt]
    minutes = rng.gamma(16.0, 1 / 16, len(row)) + talked * rng.gamma(3.0, 4 / 3, len(row))
    return pd.DataFrame({"patient": row, "attempt": attempt + 1, "answered": talked, "minutes": minutes.round(2)})


@BANK.question("kept_rows", "How many enquiries of your export are sound, or can be repaired?", unit="rows")
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, raw = steps.cleaned(case), case.enquiry_export
    return len(found.kept), [
        Slip(len(raw), "these are the rows that came in."),
        Slip(len(found.rejected), "these are the rejected ones."),
        Slip(len(raw.drop_duplicates()), "this only takes off the doubled rows."),
    ]


@BANK.question(
    "pair_lift",
    "How many times as often as by chance does a customer have both a family new home and a family loan?",
    unit="times, two decimals",
    tolerance=0.006,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    pairs = steps.together(case)
    row = pairs[pairs[["first", "second"]].isin(steps.PAIR).all(axis=1)].iloc[0]
    return float(row["lift"]), [
        Slip(float(row["confidence"]), "this is a share of those with the one: confidence."),
        Slip(float(row["confidence_back"]), "this is a share of those with the other: confidence."),
        Slip(float(row["odds_ratio"]), "this is the odds ratio; lift is count / expected."),
        Slip(float(row["support"]), "this is the share of all customers: support."),
    ]


def _trial(case: Case, outcome: str, soon: bool | None) -> Any:
    rows = case.test if soon is None else case.test[case.test["soon"] == soon]
    return targeting.trial(rows, outcome=outcome).iloc[0]


@BANK.question(
    "call_uplift",
    "How many appointments more does one call bring after a pause of 30 days or more?",
    unit="appointments",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rested = _trial(case, "appointment", False)
    return float(rested["uplift"]), [
        Slip(float(rested["treated_mean"]), "some come without a call; take off those held back."),
        Slip(float(_trial(case, "appointment", True)["uplift"]), "these were contacted within 30 days before."),
        Slip(float(_trial(case, "appointment", None)["uplift"]), "these are all; take those with a pause."),
        Slip(float(rested["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "lost_a_win",
    "Calling too soon: how many customers does a call lose for good, for each appointment that a call after a pause brings?",
    unit="customers an appointment",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    lost, won = _trial(case, "struck_off", True), _trial(case, "appointment", False)
    return float(lost["uplift"] / won["uplift"]), [
        Slip(float(won["uplift"] / lost["uplift"]), "turned round: lost customers for each appointment."),
        Slip(float(lost["uplift"]), "these are lost customers a call; divide by the appointments a call."),
        Slip(
            float(_trial(case, "struck_off", False)["uplift"] / won["uplift"]),
            "these lost customers were called after a pause; take those called too soon.",
        ),
        Slip(float(lost["treated_mean"] / won["treated_mean"]), "take off those held back, above and below the line."),
    ]


@BANK.question(
    "cosine_lift",
    "Offers by cosine, made at the end of 2024: how many times as many hits in 2025 as the most popular product?",
    unit="times, two decimals",
    tolerance=0.006,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = baskets.judge(steps.deals(case), steps.UNTIL, ways=["cosine", "lift", "popularity"])
    right = float(table.loc["cosine", "lift"])
    return right, [
        Slip(float(table.loc["cosine", "hit_rate"]), "this is the share of customers hit; divide by popularity's."),
        Slip(float(table.loc["lift", "lift"]), "these are the offers by lift."),
        Slip(float(table.loc["cosine", "lift_high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "pause_cost",
    "What does the pause of 30 days cost your plan, at 12 hours and 700 yuan?",
    unit="yuan",
    tolerance=2.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.offers
    held = contacts.plan(rows, **LIMITS)
    free = contacts.plan(rows, hours=LIMITS["hours"], budget=LIMITS["budget"])
    return free.gain - held.gain, [
        Slip(free.gain, "this is the promise without the pause; take off the one with it."),
        Slip(held.gain, "this is the promise with the pause; take it off the one without."),
        Slip(held.gain - free.gain, "the sign is turned round: a limit can only cost."),
        Slip(
            float(rows.loc[rows["days_since"] < LIMITS["cadence_days"], "gain"].sum()),
            "these would not all have been contacted, and others take their place.",
        ),
    ]


@BANK.question(
    "half_money",
    "Which share of your customers brings half of the margin?",
    unit="share",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.concentration(steps.contribution(case))
    return found.half, [
        Slip(found.top_tenth, "this is the share of the margin that the best tenth brings."),
        Slip(found.gini, "this is the Gini index."),
        Slip(0.5, "so it would be if all were alike."),
    ]


@BANK.question(
    "dentist_lift",
    "Dentists: offers by cosine, made at the end of 2024: how many times as many hits in 2025 as the most popular treatment?",
    unit="times, two decimals",
    tolerance=0.006,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = baskets.judge(case.treatments, steps.UNTIL, ways=["cosine", "popularity"])
    return float(table.loc["cosine", "lift"]), [
        Slip(float(table.loc["cosine", "hit_rate"]), "this is the share of patients hit; divide by popularity's."),
        Slip(1 / float(table.loc["cosine", "lift"]), "turned round: divide the hits by cosine by those by popularity."),
        Slip(float(table.loc["cosine", "lift_low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "patients_a_day",
    "How many patients can the receptionist deal with in 3 hours on the telephone, all tries counted?",
    unit="patients",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    calls = case.calls
    right = 180 / float(calls["minutes"].sum() / calls["patient"].nunique())
    return right, [
        Slip(180 / float(calls.loc[calls["answered"], "minutes"].mean()), "this counts the talks alone."),
        Slip(180 / float(calls["minutes"].mean()), "these are tries; a patient may take two."),
        Slip(
            right * float(calls.groupby("patient")["answered"].any().mean()),
            "these are the talks; those given up were dealt with, too.",
        ),
    ]
