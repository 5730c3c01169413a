"""Questions of part 2: what five answers tell, and what 80 people can answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from crmkit import monitor, queues
from crmkit.checks.case_51.steps import AWAY, BONUS, CALLS, HANDLE, OPEN, PATIENCE, SCALE, STAFF, WEEK, monthly_means
from crmkit.checks.question import Bank, Slip
from crmkit.monitor import Shewhart
from crmkit.queues import CallCentre
from crmkit.worlds import Case

BANK = Bank()
CLIENTS, RISE = 12_000, 4.0  # who could be asked; points that the training is to bring


def _december(case: Case) -> np.ndarray:
    return case.monthly_answers.loc[case.monthly_answers["month"] == "2025-12-01", "score"].to_numpy()


@BANK.question(
    "five_half",
    "By how many points to either side does Student's 95 % interval of the five answers of December reach?",
    unit="points",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    five = _december(case)
    table, se = monitor.mean_interval(five, scale=SCALE), five.std(ddof=1) / math.sqrt(5)
    right = float(table.loc["Student", "width"] / 2)
    return right, [
        Slip(2 * right, "this is the whole width; half of it lies on either side."),
        Slip(1.96 * se, "with five answers take Student's 2.78 in the place of 1.96: the spread is not known either."),
        Slip(float(table.loc["Anderson", "width"] / 2), "this is Anderson's, which holds for any law."),
        Slip(float(se), "this is the standard error."),
        Slip(float(five.std(ddof=1)), "this is the spread of one answer."),
    ]


@BANK.question(
    "needed",
    "How many of the 12,000 clients must be asked to know the mean to 2 points, at the spread of the wave?",
    unit="answers",
    tolerance=1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sd = float(case.wave["score"].std())
    return monitor.sample_size_mean(sd=sd, half_width=2.0, population=CLIENTS), [
        Slip(
            monitor.sample_size_mean(sd=sd, half_width=4.0, population=CLIENTS),
            "this knows it to 4 points only: half the width takes four times as many.",
        ),
        Slip(
            monitor.sample_size_mean(sd=sd, half_width=1.0, population=CLIENTS),
            "2 points to either side, not 2 in all.",
        ),
        Slip(
            CLIENTS // 10,
            "a tenth of all is no rule: how many are needed hangs on the spread, hardly on how many there are.",
        ),
    ]


@BANK.question(
    "bonus_luck",
    "If the true mean is that of the wave in every month: with which chance do five answers reach 80 points?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    from scipy.special import ndtr

    mean, sd = float(case.wave["score"].mean()), float(case.wave["score"].std())
    z = (BONUS - mean) / sd
    return float(ndtr(-z * math.sqrt(5))), [
        Slip(float(ndtr(-z)), "this is the chance of one answer; the mean of five spreads less, by the root of 5."),
        Slip(float(ndtr(z * math.sqrt(5))), "this is the chance to stay below."),
        Slip(float((monthly_means(case) >= BONUS).mean()), "so often it happened; asked is the chance by the law."),
        Slip(0.0, "the mean is below 80, and yet five answers may lie above it."),
    ]


@BANK.question(
    "signal_months",
    "How many months, on average, until a chart of five answers with limits at 3 deviations signals a rise of 4 points?",
    unit="months",
    tolerance=3,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sd = float(case.wave["score"].std())
    return Shewhart().run_length(RISE / sd * math.sqrt(5)).mean, [
        Slip(
            Shewhart().run_length(RISE / sd).mean, "this is a chart of single answers; the mean of five spreads less."
        ),
        Slip(Shewhart().run_length().mean, "this is the time to a false alarm."),
        Slip(1.0, "the rise is smaller than the limits are wide: most months hide it."),
    ]


@BANK.question("on_duty", "How many of the 80 are on the telephone at once, on average?", unit="people", tolerance=0.1)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return STAFF * WEEK * (1 - AWAY) / OPEN, [
        Slip(float(STAFF), "80 are employed; the desk is open longer than one of them works."),
        Slip(STAFF * WEEK / OPEN, "28 % of their hours go to leave, illness, training and talks."),
        Slip(STAFF * (1 - AWAY), "each works 38 of the 60 hours."),
        Slip(STAFF * WEEK * AWAY / OPEN, "these are away."),
    ]


@BANK.question(
    "agents",
    "How many must be on the telephone for 460 calls an hour of 240 s, patience 180 s, 80 % answered in 20 s?",
    unit="people",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    whole = CallCentre(CALLS, HANDLE, 1, PATIENCE)
    return int(queues.staff(whole, service_level=0.8)), [
        Slip(math.ceil(CALLS * HANDLE / 3600), "this is the load: with so many on duty there is no room for chance."),
        Slip(
            int(queues.staff(CallCentre(CALLS, HANDLE, 1), service_level=0.8)),
            "this has everybody wait forever; some hang up.",
        ),
        Slip(int(queues.staff(whole, service_level=0.9)), "this is for 90 %."),
        Slip(STAFF, "these are the employed."),
    ]
