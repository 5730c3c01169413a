"""Questions of exercise 20: the methods of case 20 on a call centre of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a park where electric cars are
charged: drivers wait, drive on, or find no room to wait).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import queues
from crmkit.checks.question import Bank, Slip
from crmkit.queues import CallCentre
from crmkit.worlds import Case

BANK = Bank()
PROMISE, HOURS, WAGE = 0.8, 24, 30.0
FULL = {"hours": 8.5, "breaks": [[(4, 0.5)]], "wage_per_h": WAGE, "around": True, "interval_s": 1800.0}
LEAVE = 0.05  # of the drivers


def case(seed: int) -> Case:
    """A day's log of a call centre of one's own, its plans, a day's calls, and a charging park."""
    log, plans, cars = np.random.default_rng(seed).spawn(3)
    load = log.uniform(14, 24)
    handle_s, patience_s = log.uniform(200, 340), log.uniform(70, 200)
    centre = CallCentre(load * 3600 / handle_s, handle_s, int(load), patience_s)
    calls = queues.simulate(centre, hours=HOURS, seed=log, engine="python")
    plan = pd.DataFrame({
        "peak_calls_per_h": [float(plans.integers(400, 4_000))],
        "south_wage": [float(plans.integers(18, 28))],
        "south_longer": [plans.integers(4, 26) / 100],
        "loss": [float(plans.integers(4, 40))],
    })  # fmt: skip
    at = np.arange(48)
    shape = 0.15 + np.exp(-(((at - plans.uniform(18, 24)) / 6) ** 2)) + 0.6 * np.exp(-(((at - 36) / 5) ** 2))
    day = pd.DataFrame({"half_hour": at, "calls_per_h": np.round(plans.uniform(200, 900) * shape)})
    park = pd.DataFrame({
        "cars_per_h": [float(cars.integers(20, 120))],
        "charge_min": [float(cars.integers(15, 40))],
        "patience_min": [float(cars.integers(5, 25))],
        "chargers": [0],
    })  # fmt: skip
    park["chargers"] = (park["cars_per_h"] * park["charge_min"] / 60).astype(int) + int(cars.integers(1, 8))
    return Case({"calls": calls, "plan": plan, "day": day, "park": park}, name="exercise-20", seed=seed)


def _least(centre: CallCentre, **promise: float) -> int:
    return int(np.asarray(queues.staff(centre, **promise)))


def _peak(case: Case, *, longer: float = 0.0, patience_s: float | None = None, agents: int = 1) -> CallCentre:
    patient = queues.fit_patience(case.calls).mean_s if patience_s is None else patience_s
    handle_s = float(case.calls["handle_s"].mean()) * (1 + longer)
    return CallCentre(float(case.plan["peak_calls_per_h"].iloc[0]), handle_s, agents, patient)


@BANK.question(
    "load",
    "How much work do the calls of this day bring, on average over its 24 hours?",
    unit="erlangs",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rate, times = len(case.calls) / HOURS, case.calls["handle_s"]
    load = rate * float(times.mean()) / 3600
    return load, [
        Slip(float(times.sum()) / 3600 / HOURS, "this is the work done; callers who hung up brought work, too."),
        Slip(rate * float(times.median()) / 3600, "this takes the median; work adds up, so the mean counts."),
        Slip(load * HOURS, "these are the hours of the whole day; divide by 24."),
    ]


@BANK.question("patience", "What is the callers' mean patience, by the exponential law?", unit="seconds", tolerance=0.3)
def _(case: Case) -> tuple[Any, list[Slip]]:
    waits, gone = case.calls["wait_s"], case.calls["abandoned"]
    return float(queues.fit_patience(case.calls).mean_s), [
        Slip(float(waits[gone].mean()), "this is the wait of those who hung up: the impatient ones."),
        Slip(float(waits[waits > 0].mean()), "this is the mean wait of all who queued."),
        Slip(float(waits.mean()), "this is the mean wait of everybody, those answered at once too."),
    ]


@BANK.question(
    "agents",
    "How many agents keep 80 % in 20 seconds at the peak of the plan, with your patience?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    centre = _peak(case)
    return _least(centre, service_level=PROMISE), [
        Slip(_least(_peak(case, patience_s=np.inf), service_level=PROMISE), "this is Erlang C: nobody hangs up."),
        Slip(int(np.ceil(float(centre.offered_load))), "this is the load rounded up; it says nothing of waiting."),
        Slip(int(np.ceil(PROMISE * float(centre.offered_load))), "80 % of the load is no service level."),
    ]


@BANK.question("lost", "With just so many agents: which share of the callers hangs up?", unit="share", tolerance=0.0005)
def _(case: Case) -> tuple[Any, list[Slip]]:
    own = _least(_peak(case), service_level=PROMISE)
    told = queues.erlang_a(_peak(case, agents=own))
    return float(told.p_abandon), [
        Slip(1 - float(told.service_level), "these are not answered in 20 seconds; most are answered later."),
        Slip(float(told.p_wait), "these have to wait."),
        Slip(0.0, "a promise of 80 % says nothing of those who hang up."),
    ]


@BANK.question(
    "south",
    "Which share does the south save an hour at the same promise, with its wage and its longer calls?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    plan = case.plan.iloc[0]
    home = _least(_peak(case), service_level=PROMISE)
    far = _least(_peak(case, longer=float(plan["south_longer"])), service_level=PROMISE)
    wage = float(plan["south_wage"]) / WAGE
    return 1 - far * wage / home, [
        Slip(1 - wage, "the wage alone; longer calls need more agents."),
        Slip(1 - far / home, "this counts agents; multiply by the wages."),
        Slip(far * wage / home, "this is what it costs as a share of home; take it off 1."),
    ]


@BANK.question(
    "agents_money",
    "A caller who hangs up costs the `loss` of the plan, an agent 30 yuan. How many agents cost least at the peak?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    loss = float(case.plan["loss"].iloc[0])

    def least(wage: float, lost: float) -> int:
        return int(np.asarray(queues.staff_by_money(_peak(case), wage_per_h=wage, loss_per_abandoned=lost)[0]))

    return least(WAGE, loss), [
        Slip(_least(_peak(case), service_level=PROMISE), "this is the promise; it asks for no money."),
        Slip(least(WAGE / 2, loss), "this is the wage of half an hour."),
        Slip(int(np.ceil(float(_peak(case).offered_load))), "this is the load rounded up; it asks for no money."),
    ]


@BANK.question(
    "shifts",
    "What does the day of `case.day` cost with shifts of 8.5 hours and a break of half an hour after four?",
    unit="yuan",
    tolerance=100.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    centre = _peak(case)
    calls = np.maximum(case.day["calls_per_h"].to_numpy(), 1.0)
    need = queues.staff(CallCentre(calls, centre.handle_s, 1, centre.patience_s), service_level=PROMISE)
    rows = queues.shift_patterns(48, **FULL)
    plan = queues.cover_shifts(need, rows, around=True, seconds=0, interval_s=1800.0)
    return plan.cost, [
        Slip(float(need.sum()) / 2 * WAGE, "this pays for half hours; people come in shifts."),
        Slip(float(need.sum()) * WAGE, "an interval is half an hour, and people come in shifts."),
        Slip(float(plan.shifts["people"].sum()), "these are people; ask for their wages."),
    ]


def _park(case: Case, chargers: int = 1, *, patient: bool = False) -> CallCentre:
    told = case.park.iloc[0]
    wait = np.inf if patient else 60 * float(told["patience_min"])
    return CallCentre(float(told["cars_per_h"]), 60 * float(told["charge_min"]), chargers, wait)


@BANK.question(
    "chargers",
    "A charging park: how many chargers keep those who drive on, tired of waiting, at 5 % or less?",
    unit="chargers",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    load = float(_park(case).offered_load)
    own = _least(_park(case), p_abandon=LEAVE)
    blocked = np.asarray(queues.erlang_b(load, agents=np.arange(1, int(2 * load) + 20)))
    return own, [
        Slip(int(np.ceil(load)), "this is the load rounded up."),
        Slip(int(np.argmax(blocked <= LEAVE)) + 1, "this is Erlang B, where nobody waits at all."),
        Slip(_least(_park(case), service_level=1 - LEAVE), "95 % in 20 seconds is another promise."),
    ]


@BANK.question(
    "no_room",
    "The park has the `chargers` of case.park and no room to wait. Which share of the drivers is turned away?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    count = int(case.park["chargers"].iloc[0])
    load = float(_park(case).offered_load)
    return float(queues.erlang_b(load, agents=count)), [
        Slip(
            float(queues.erlang_a(_park(case, count)).p_abandon), "these drive on after waiting; here nobody can wait."
        ),
        Slip(
            float(queues.erlang_c(_park(case, count, patient=True)).p_wait),
            "these would have to wait, were there room.",
        ),
        Slip(max(1 - count / load, 0.0), "the load above the chargers; chance turns drivers away even below."),
    ]
