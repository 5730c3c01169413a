"""Questions of parts 5 to 7: a reported saving, the night and the queue, the envelope."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit.checks.case_21 import steps
from crmkit.checks.question import Bank, Slip
from crmkit.intervals import wilson
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "one_visit_in",
    "At 4 dollars a call, one visit in how many must have replaced a call?",
    unit="visits",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    visits, calls = steps.KODAK_VISITS * steps.KODAK_DAYS, steps.KODAK_SAVED / steps.CALL_COST
    return visits / calls, [
        Slip(visits / steps.KODAK_SAVED, "this takes a call for 1 dollar."),
        Slip(calls / visits, "this is the share of the visits; turn it over."),
        Slip(steps.KODAK_VISITS / calls * 1_000, "the visits are those of a day, the dollars those of a year."),
        Slip(calls / steps.KODAK_DAYS, "these are calls a day."),
    ]


@BANK.question(
    "why_doubt",
    "What would you need before you believe that the web saved this sum?",
    options=("calls without the web", "more visits", "the price of the web site", "a survey of visitors"),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "calls without the web", [
        Slip("more visits", "visits are not calls; a hundred times as many would say no more."),
        Slip("the price of the web site", "that belongs into the profit; whether calls were saved it does not say."),
        Slip(
            "a survey of visitors", "people say they would have called; whether they would, only those without it show."
        ),
    ]


@BANK.question(
    "lost_for_good",
    "Closed from 22:00 to 7:00, and 60 % of those turned away call in the morning: how many callers a day are lost for good?",
    unit="callers",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rates = steps.profile(case).sum(axis=1) / 2
    night = float(rates[(rates.index < 14) | (rates.index >= 44)].sum())
    right = night * (1 - steps.NIGHT_AGAIN)
    return right, [
        Slip(night, "these are turned away; some call again."),
        Slip(night * steps.NIGHT_AGAIN, "these call again."),
        Slip(2 * right, "the profile is in calls an hour; a slot lasts half an hour."),
        Slip(right / steps.SAMPLE, "this is the sample; each of it stands for 20."),
    ]


@BANK.question(
    "message_effect",
    "A message makes callers wait longer before they hang up; agents stay as they are. What happens?",
    options=(
        "fewer hang up, fewer are answered in time",
        "fewer hang up, more are answered in time",
        "more hang up, fewer are answered in time",
        "nothing: the agents are the same",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "fewer hang up, fewer are answered in time", [
        Slip(
            "fewer hang up, more are answered in time",
            "who stays stands in the line before others. Move the slider of patience.",
        ),
        Slip("more hang up, fewer are answered in time", "patience is longer; why should more hang up?"),
        Slip("nothing: the agents are the same", "the same agents serve a longer line. Move the slider of patience."),
    ]


@BANK.question(
    "menu_held",
    "For how many of the reasons does the 95 % interval of the menu's share of first calls hold what the world declared?",
    unit="reasons",
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    true = case.truth.reasons.set_index("reason")["self_service"]

    def holds(calls: pd.DataFrame) -> int:
        done = calls["contained"].astype(bool).groupby(calls["reason"].astype(str)).agg(["sum", "size"])
        low, high = wilson(done["sum"], done["size"])
        declared = true.reindex(done.index)
        return int(((low <= declared) & (declared <= high)).sum())

    first = case.calls[case.calls["repeat_of"].isna() & case.calls["redial_of"].isna()]
    held = holds(first)
    again = "these are the intervals over all calls; who calls again passes the menu by, and is no first call."
    slips = [
        (holds(case.calls), again),
        (len(true) - held, "these are missed."),
        (-1, "look at low, high and the declared share, reason by reason."),
    ]
    return held, [Slip(value, says) for value, says in slips]


@BANK.question(
    "true_net",
    "What do the modules that you would have bought by the estimate bring a year in truth?",
    unit="yuan",
    tolerance=500,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    bought = steps.worth_buying(case)
    right = steps.true_net(case.truth, bought)
    promised = float(steps.business(case).loc[bought, "net"].sum())
    slips = [
        (promised, "this is what the pilot promised."),
        (steps.true_net(case.truth, list(steps.FEES)), "this buys all four."),
        (right + sum(steps.FEES[one] for one in bought), "the fees are missing."),
    ]
    return right, [Slip(value, says) for value, says in slips]
