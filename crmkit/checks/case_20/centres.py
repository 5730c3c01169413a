"""Questions of parts 2 to 4: how many agents, pooled or apart, by promise or by money."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit import queues
from crmkit.checks.case_20.steps import (
    DESKS,
    MARGIN,
    MONTHS,
    PROMISE,
    RISE,
    WAGE,
    centre,
    handle,
    patience,
    peak,
    repeats,
    values,
)
from crmkit.checks.question import Bank, Slip
from crmkit.queues import CallCentre
from crmkit.worlds import Case

BANK = Bank()
WORSE = 0.05  # more of the calls answered in the south are followed by a repeat
SEATS = 13


def promised(case: Case) -> int:
    """Agents that keep the promise at the peak."""
    return int(np.asarray(queues.staff(centre(case), service_level=PROMISE)))


@BANK.question(
    "agents",
    "How many agents keep 80 % in 20 seconds, Monday from 10 to 11, with this patience?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    load = peak(case) * handle(case) / 3600
    patient = queues.staff(CallCentre(peak(case), handle(case), 1), service_level=PROMISE)
    return promised(case), [
        Slip(int(np.asarray(patient)), "this is Erlang C: nobody ever hangs up. Give the patience."),
        Slip(
            int(np.ceil(load)), "this is the load rounded up: it leaves nothing to chance, and says nothing of waiting."
        ),
        Slip(int(np.ceil(load * PROMISE)), "80 % of the load is no service level."),
        Slip(
            queues.staff(centre(case, peak(case) / 2), service_level=PROMISE),
            "these are half an hour's calls; calls_per_h asks for an hour's.",
        ),
    ]


@BANK.question("lost", "With just so many agents: which share of the callers hangs up?", unit="share", tolerance=0.002)
def _(case: Case) -> tuple[Any, list[Slip]]:
    told = queues.erlang_a(centre(case, agents=promised(case)))
    return float(told.p_abandon), [
        Slip(1 - float(told.service_level), "these are not answered in 20 seconds; most of them are answered later."),
        Slip(float(told.p_wait), "these have to wait."),
        Slip(
            1 - float(told.level_answered), "of the answered callers these wait longer; it counts nobody who hung up."
        ),
        Slip(0.0, "a promise of 80 % says nothing of those who hang up; Erlang A does."),
    ]


@BANK.question(
    "desks",
    "How many agents do 200 desks need together if each keeps the promise for its own callers?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    each = int(np.asarray(queues.staff(centre(case, peak(case) / DESKS), service_level=PROMISE)))
    own = promised(case)
    load = peak(case) * handle(case) / 3600
    return each * DESKS, [
        Slip(each, "this is one desk."),
        Slip(own, "this is one centre; each desk needs whole people and a reserve of its own."),
        Slip(own * DESKS, "each desk gets a part of the calls only."),
        Slip(int(np.ceil(load / DESKS)) * DESKS, "the load of a desk rounded up keeps no promise."),
    ]


@BANK.question(
    "south_calls",
    "In the south 5 of 100 answered calls more are followed by a repeat. By which share do its calls rise, repeats of repeats in?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    now = repeats(case)
    more = (1 - now) / (1 - now - WORSE) - 1
    return more, [
        Slip(
            WORSE, "a repeat may be followed by a repeat, and today's calls hold repeats: divide 1 - today by 1 - then."
        ),
        Slip(1 / (1 - WORSE) - 1, "so it would be if nobody called again today."),
        Slip(1 + more, "this is the factor; take off 1."),
        Slip(1 / (1 - now - WORSE) - 1, "this is against no repeats at all; compare with today."),
    ]


@BANK.question(
    "thirteen",
    "A team of 13 serves callers like these alone. Up to how many calls an hour does it keep 80 % in 20 seconds?",
    unit="calls an hour",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    def most(patient: float) -> int:
        full = SEATS * 3600 / handle(case)
        calls = np.arange(1, full if np.isinf(patient) else 2 * full)
        told = queues.erlang_a(CallCentre(calls, handle(case), SEATS, patient))
        return int(calls[np.asarray(told.service_level) >= PROMISE].max())

    return most(patience(case)), [
        Slip(SEATS * 3600 / handle(case), "this keeps all 13 busy all the time; who then answers in 20 seconds?"),
        Slip(most(np.inf), "this is Erlang C: nobody hangs up."),
        Slip(PROMISE * SEATS * 3600 / handle(case), "an occupancy of 80 % is no service level of 80 %."),
        Slip(
            SEATS / promised(case) * peak(case),
            "this scales the national centre down; a small team needs a larger reserve for each caller.",
        ),
    ]


@BANK.question(
    "loss",
    "What does a caller cost who hangs up: the value of those who call, times the rise of leaving?",
    unit="yuan",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    worth = values(case)
    return RISE * float(worth.mean()), [
        Slip(float(worth.mean()), "this is the whole value; only 2 of 100 more leave."),
        Slip(RISE * float(worth.mean()) / MARGIN, "these are bills; the firm keeps 40 % of them."),
        Slip(RISE * float(worth.mean()) / MONTHS, "this is one month; two years count."),
    ]


@BANK.question(
    "agents_money",
    "How many agents cost least, Monday from 10 to 11, wages and lost callers together?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    cost = RISE * float(values(case).mean())

    def least(wage: float, loss: float) -> int:
        return int(np.asarray(queues.staff_by_money(centre(case), wage_per_h=wage, loss_per_abandoned=loss)[0]))

    return least(WAGE["north"], cost), [
        Slip(promised(case), "this is the promise; wages and losses are not asked there."),
        Slip(least(WAGE["south"], cost), "this is the wage of the south; take 30 yuan."),
        Slip(least(WAGE["north"], cost / RISE), "not everyone who hangs up leaves: 2 of 100 more do."),
        Slip(least(WAGE["north"] / 2, cost), "this is the wage of half an hour; calls are by the hour."),
    ]
