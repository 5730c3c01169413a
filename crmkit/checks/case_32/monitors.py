"""Questions of part 2: credit lines, sales behind plan, expense over plan."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit import monitor
from crmkit.checks.case_32.steps import LOSS, expenses, luck, sales, states
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
CHECKS = 120  # branches times months of a year


@BANK.question(
    "line_precision",
    "Of the cards over their limit at the end of June 2025, which share was in default by the end of the year?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = states(case)
    found = monitor.hindsight(rows["over"] > 0, rows["defaulted"])
    return found.precision, [
        Slip(found.recall, "this is the share of the defaults that were warned of; start from the warned."),
        Slip(float(rows["defaulted"].mean()), "this is the share over all cards."),
        Slip(1 - found.precision, "these warnings came to nothing."),
        Slip(found.false_alarm, "this is the share of the sound cards that were warned of."),
        Slip(float((rows["over"] > 0).mean()), "this is the share that is over its limit."),
    ]


@BANK.question(
    "visit_pays",
    "All cards over their limit in June are visited. Of how many defaults must a visit avert one, as a share, to pay its 150 "
    "dollars?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = states(case)
    warned = rows["over"] > 0
    lost = float((LOSS * rows["owed"])[warned & rows["defaulted"]].sum())
    cost = 150.0 * int(warned.sum())
    return cost / lost, [
        Slip(cost / (lost / LOSS), "of what is owed 60 % is lost, not all."),
        Slip(150.0 * int((warned & rows["defaulted"]).sum()) / lost, "those who do not default are visited, too."),
        Slip(cost / float((LOSS * rows["owed"])[rows["defaulted"]].sum()), "some defaults had no warning: no visit."),
        Slip(lost / cost, "turned round: cost over what is lost."),
    ]


@BANK.question(
    "ten_behind",
    "How many of the 144 checks (12 managers, 12 months) are more than 10 % behind plan?",
    unit="checks",
    tolerance=0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = sales(case)
    year = sales(case, by="year")
    right = int((rows["actual"] < 0.9 * rows["plan"]).sum())
    others = {
        int((rows["actual"] < rows["plan"]).sum()): "these are behind at all; count those below 90 % of plan.",
        int((year["actual"] < 0.9 * year["plan"]).sum()): "these are managers over the whole year; count months.",
        int((rows["actual"] > 1.1 * rows["plan"]).sum()): "these are more than 10 % ahead.",
        len(rows) - right: "these are the others.",
        int(
            (rows["actual"] < 0.1 * rows["plan"]).sum()
        ): "these sold less than a tenth of plan; count those below 90 %.",
    }
    return right, [Slip(value, says) for value, says in others.items()]


@BANK.question(
    "by_luck",
    "If every manager's true sales were as planned: how many of the 144 checks would be more than 10 % behind, by luck?",
    unit="checks",
    tolerance=0.6,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = sales(case)
    chance = [monitor.alarm(noise=sd, threshold=0.1 * plan, shift=0.0).false_alarm for sd, plan in _pairs(rows)]
    equal = monitor.alarm(noise=float(rows["luck"].mean()), threshold=0.1 * float(rows["plan"].mean()), shift=0.0)
    return float(np.sum(chance)), [
        Slip(float(np.mean(chance)), "this is the chance in one check; there are 144."),
        Slip(len(rows) * 0.1, "10 % is how far behind, not how often."),
        Slip(len(rows) / 2, "half of the checks are behind at all; the question asks for 10 % and more."),
        Slip(
            len(rows) * equal.false_alarm, "this gives all managers the mean portfolio; small ones are thrown further."
        ),
        Slip(float(np.sum(chance)) / 12, "this is a month; there are twelve."),
    ]


def _pairs(rows: Any) -> list[tuple[float, float]]:
    return list(zip(rows["luck"], rows["plan"], strict=True))


@BANK.question(
    "really_behind",
    "How many managers are behind plan over the whole year, at a false-alarm rate of 5 % for each?",
    unit="managers",
    tolerance=0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    year = sales(case, by="year")
    gap = year["plan_sd"] - year["actual_sd"]
    right = int((gap >= 1.6449).sum())
    others = {
        int((gap > 0).sum()): "these are behind at all; luck alone puts half there.",
        int(
            (year["actual"] < 0.9 * year["plan"]).sum()
        ): "these are 10 % behind; measure in standard deviations of luck.",
        int((gap >= 1.0).sum()): "that is one standard deviation: luck alone is there one time in six.",
        12 - right: "these are the others.",
        144: "these are all checks of the year.",
    }
    return right, [Slip(value, says) for value, says in others.items()]


@BANK.question(
    "expense_threshold",
    "Ten branches are checked each month. From how many points over plan on must one warn, for one false alarm a year in all?",
    unit="points of the plan",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    noise = luck(case)

    def threshold(chance: float) -> float:
        return monitor.alarm(noise=noise, false_alarm=chance, shift=0.0).threshold

    return threshold(1 / CHECKS), [
        Slip(threshold(1 / 12), "that is one false alarm a year for each branch, ten in all."),
        Slip(threshold(1 / 10), "that is one false alarm a month in all."),
        Slip(threshold(0.05), "this warns falsely in 5 % of the checks: six times a year."),
        Slip(threshold(0.5 / CHECKS), "only one side warns; do not halve the chance."),
        Slip(noise, "this is one standard deviation."),
    ]


@BANK.question(
    "drift_wait",
    "With that threshold: after how many months is a branch seen, on average, that spends 6 points too much each month?",
    unit="months",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    noise = luck(case)
    found = monitor.alarm(noise=noise, false_alarm=1 / CHECKS, shift=6.0)
    return found.periods_to_signal, [
        Slip(found.power, "this is the chance of seeing it in one month; the mean wait is 1 over it."),
        Slip(found.periods_to_false, "this is the wait for a false alarm in one branch."),
        Slip(found.threshold / 6, "luck comes on top: some months are over by more than 6."),
        Slip(1.0, "6 points are less than the threshold; most months stay below it."),
    ]


@BANK.question(
    "drifting_branches",
    "Which branches spend too much for good, and not by one bill? Give the list of their numbers.",
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = case.truth.overruns
    names = found["branch_id"].astype(str)
    seen = monitor.over_plan(
        expenses(case, 2025),
        who="branch_id",
        when="month",
        threshold=monitor.alarm(noise=luck(case), false_alarm=1 / CHECKS, shift=0.0).threshold,
        noise=luck(case),
    )
    drift = frozenset(names[found["kind"] == "drift"])
    return drift, [
        Slip(frozenset(names), "one of these had a single large bill."),
        Slip(frozenset(names[found["kind"] != "drift"]), "this is the single large bill."),
        Slip(
            frozenset(seen["branch_id"].astype(str)), "these warn in single months; luck and one bill are among them."
        ),
    ]
