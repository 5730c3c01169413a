"""Questions of part 1: what the log of one desk says of load, settled calls and patience."""

from __future__ import annotations

from typing import Any

from crmkit import queues
from crmkit.checks.case_20.steps import DESKS, WINDOW_H, handle, patience, peak
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "peak_load",
    "How much work do the calls of the whole country bring, Monday from 10 to 11, by the forecast?",
    unit="erlangs",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    load = peak(case) * handle(case) / 3600
    return load, [
        Slip(load / DESKS, f"this is one desk; the country has {DESKS}."),
        Slip(load / 2, "this counts half an hour's calls as an hour's; the forecast is by half hours."),
        Slip(peak(case), "these are calls an hour; times the hours of a call they are erlangs."),
        Slip(
            peak(case) * float(case.calls["handle_s"].median()) / 3600,
            "this takes the median; work adds up, so the mean handling time counts.",
        ),
        Slip(load * 60, "handle_s is in seconds: 3600 of them are an hour."),
    ]


@BANK.question(
    "settled",
    "Which share of complaints is settled at the first call: no other call for it within 72 hours, of those watched so long?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = queues.first_contact_resolution(case.calls, window_h=WINDOW_H)
    own = table.loc["complaint"]
    answered = case.calls[case.calls["handle_s"].notna() & (case.calls["reason"] == "complaint")]
    return float(own["settled"]), [
        Slip(1 - float(own["settled"]), "these call again."),
        Slip(
            float(answered["resolved"].mean()),
            "this is what agents ticked as resolved, repeats in; the customer's next call decides here.",
        ),
        Slip(1 - float(table["repeated"].sum() / table["calls"].sum()), "this is over all reasons."),
        Slip(
            1 - float(own["repeated"] / (own["calls"] + own["unwatched"])),
            "calls of the last 72 hours count as settled here; their repeats could not be seen yet.",
        ),
    ]


@BANK.question("patience", "What is the callers' mean patience, by the exponential law?", unit="seconds", tolerance=0.5)
def _(case: Case) -> tuple[Any, list[Slip]]:
    calls = case.calls[~case.calls["contained"]]
    return patience(case), [
        Slip(
            float(calls.loc[calls["abandoned"], "wait_s"].mean()),
            "this is the wait of those who hung up: the impatient ones. Those answered would have waited longer.",
        ),
        Slip(float(calls.loc[calls["queued"], "wait_s"].mean()), "this is the mean wait of all who queued."),
        Slip(
            float(calls.loc[calls["abandoned"], "wait_s"].median()), "this is a median, and of those who hung up only."
        ),
        Slip(
            float(queues.fit_patience(case.calls, law="lognormal").mean_s),
            "this is the mean of the log-normal law, which fits worse and whose tail nobody has seen.",
        ),
    ]
