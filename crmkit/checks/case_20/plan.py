"""Questions of parts 5 and 6: shifts, work that can wait, the attendant, and what the envelope says."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit import queues
from crmkit.checks.case_20.centres import promised
from crmkit.checks.case_20.steps import (
    PROMISE,
    WAGE,
    centre,
    load_range,
    mail_hours,
    peak,
    shifts,
    true_peak,
)
from crmkit.checks.question import Bank, Slip
from crmkit.queues import CallCentre
from crmkit.worlds import Case

BANK = Bank()
MENU = 0.30  # share of the callers whom a better menu would settle
LONGER = "fewer hang up, and those answered wait longer"


@BANK.question(
    "rigid",
    "Without part-timers: which share of the agents' time on duty is more than the calls need?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    full, both = (shifts(case, part_time=one).intervals for one in (False, True))
    right = float(full["over"].sum() / full["on_duty"].sum())
    return right, [
        Slip(
            float(full["over"].sum() / full["needed"].sum()), "divided by what is needed; divide by the time on duty."
        ),
        Slip(float(both["over"].sum() / both["on_duty"].sum()), "this plan has part-timers."),
        Slip(float(full["over"].sum() / 2), "these are hours; divide by the hours on duty."),
    ]


@BANK.question(
    "mail_saved",
    "With part-timers: how much does a day cost less if the agents of the calls read the e-mails too, not a team of its own?",
    unit="yuan",
    tolerance=20,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    hours = mail_hours(case)
    apart = hours * WAGE["north"]
    alone, both = shifts(case).cost, shifts(case, mail_h=hours).cost
    rigid, filled = (shifts(case, part_time=False, mail_h=one).cost for one in (0.0, hours))
    return alone + apart - both, [
        Slip(
            both - alone,
            "this is what the e-mails cost beside the calls; take it off the wages of a team of their own.",
        ),
        Slip(rigid + apart - filled, "this is for full-timers only, whose shifts leave more idle hours."),
        Slip(apart, "these are the wages of a team of its own; the e-mails cost something beside the calls, too."),
        Slip(hours, "these are hours; an hour costs 30 yuan."),
    ]


@BANK.question(
    "menu",
    "The menu settles more callers, 30 of 100. How many agents fewer keep the promise, Monday from 10 to 11?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    now = float(case.calls["contained"].mean())

    def needed(factor: float) -> int:
        return int(np.asarray(queues.staff(centre(case, peak(case) * factor), service_level=PROMISE)))

    own = promised(case)
    return own - needed((1 - MENU) / (1 - now)), [
        Slip(
            own - needed(1 - MENU),
            "the menu settles some already; those are not among today's calls. Compare 70 % with what is left now.",
        ),
        Slip(needed((1 - MENU) / (1 - now)), "so many are needed then; the question asks how many fewer."),
        Slip(
            own - needed(1 - (MENU - now)), "the rise is of all callers; today's queue is what the menu left of them."
        ),
        Slip(round(own * MENU), "30 % of the agents: what the menu settles today is off already."),
    ]


@BANK.question(
    "messages",
    "Messages in the queue make callers half as patient again. With the same agents, what does it do?",
    options=(LONGER, "nobody waits longer", "service level and hang-ups both get better", "nothing: the load stays"),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return LONGER, [
        Slip("nobody waits longer", "who stays instead of hanging up keeps an agent from those behind."),
        Slip(
            "service level and hang-ups both get better",
            "who stays needs an agent: the queue is longer, fewer are answered in time.",
        ),
        Slip("nothing: the load stays", "the load offered stays, but less of it is lost."),
    ]


@BANK.question(
    "agents_safe",
    "How many agents keep the promise even at the upper end of the load's 95 % interval?",
    unit="agents",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    low, high = load_range(case)
    load = (low + high) / 2

    def needed(one: float) -> int:
        return int(np.asarray(queues.staff(centre(case, peak(case) * one / load), service_level=PROMISE)))

    return needed(high), [
        Slip(needed(low), "this is the lower end."),
        Slip(needed(load), "this is the estimate itself; half of such estimates are too low."),
        Slip(int(np.ceil(high)), "this is the load rounded up."),
    ]


@BANK.question(
    "true_lost",
    "You staffed for the estimate. Which share hangs up in truth, by the declared load and patience?",
    unit="share",
    tolerance=0.003,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    real, own = true_peak(case.truth), promised(case)
    told = queues.erlang_a(CallCentre(real.calls_per_h, real.handle_s, own, real.patience_s))
    best = int(np.asarray(queues.staff(real, service_level=PROMISE)))
    right = queues.erlang_a(CallCentre(real.calls_per_h, real.handle_s, best, real.patience_s))
    return float(told.p_abandon), [
        Slip(
            float(queues.erlang_a(centre(case, agents=own)).p_abandon),
            "this is by your estimates; take the world's load and patience.",
        ),
        Slip(1 - float(told.service_level), "these are not answered in 20 seconds."),
        Slip(float(right.p_abandon), "so it would be with the agents that truth asks for."),
        Slip(float(told.p_wait), "these have to wait."),
    ]
