"""Questions of parts 1 to 4: what came in, the vendor's sum, what the lot says, which modules to buy."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_21 import steps
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
CHECK = "bill check"


@BANK.question(
    "contained_share", "Which share of the calls does the voice menu settle today?", unit="share", tolerance=0.001
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    calls = case.calls
    done = calls["contained"].astype(bool)
    answered = calls["agent_id"].notna()
    return float(done.mean()), [
        Slip(float(answered.mean()), "these are the calls that people answered."),
        Slip(float(1 - answered.mean()), "who hung up was not answered, but the menu did not settle it either."),
        Slip(
            float(done.groupby(calls["reason"].astype(str)).mean().mean()),
            "this is the mean over reasons, as if each came equally often.",
        ),
        Slip(float(done.sum() / answered.sum()), "divide by all calls, not by the answered ones."),
    ]


@BANK.question(
    "most_work",
    "Which reason takes most time of the agents?",
    options=("consultation", "query", "complaint", "order", "repair", "marketing"),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    calls = case.calls.assign(reason=case.calls["reason"].astype(str))
    by = calls.groupby("reason")["handle_s"]
    work, right = by.sum(), by.sum().idxmax()
    most, longest = calls["reason"].value_counts().idxmax(), by.mean().idxmax()
    says = {one: f"{one} takes {work[one] / work.sum():.0%} of the time; another takes more." for one in work.index}
    says[most] = "it has most calls; add up their time."
    says[longest] = "its calls are longest; but how many are there?"
    return right, [Slip(one, says[one]) for one in work.index if one != right]


@BANK.question(
    "vendor_saving", "What does the vendor promise for all four modules together?", unit="yuan a year", tolerance=1_000
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    promised, each = steps.vendor(case), steps.found(case)
    right = float(promised.sum())
    return right, [
        Slip(right * steps.WEEKS / 52, "this is for the 13 weeks of the pilot; a year has 52."),
        Slip(right * steps.BUSY, "agents are paid also while they wait: divide by their busy share."),
        Slip(float(promised.loc[CHECK]), "this is the bill check alone."),
        Slip(
            float(steps.yearly((each["talk_without"] * each["sessions"]).sum())),
            "this takes all talk of a customer for that of one call; divide by the calls.",
        ),
    ]


@BANK.question("avoided", "How many calls does the bill check avoid for a customer in 13 weeks?", tolerance=0.005)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = steps.found(case).loc[CHECK]
    rows = case.pilot[case.pilot["module"] == CHECK]
    users = rows[rows["offered"] & (rows["sessions"] > 0)]
    return float(row["avoided"]), [
        Slip(float(row["sessions"]), "these are sessions; how many calls fewer are there?"),
        Slip(
            float(row["calls_without"] - users["calls"].mean()),
            "this leaves out those who were offered it and did not use it; the lot was about the offer.",
        ),
        Slip(float(row["calls_with"]), "these calls are left; the question asks for those avoided."),
        Slip(float(row["avoided"] / row["calls_without"]), "this is a share of the calls."),
    ]


@BANK.question("sessions_per_call", "How many sessions of the bill check avoid one call?", tolerance=0.05)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = steps.found(case).loc[CHECK]
    return float(row["sessions_per_call"]), [
        Slip(1.0, "that is the vendor's word. Hold those with and without the offer against each other."),
        Slip(float(row["avoided"] / row["sessions"]), "these are calls a session; turn it over."),
        Slip(float(row["sessions"] / row["calls_without"]), "this divides by all calls, not by those avoided."),
    ]


@BANK.question(
    "short_calls",
    "How long is a call that the bill check avoids, over the mean of those calls without it?",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = steps.found(case).loc[CHECK]
    without = row["talk_without"] / row["calls_without"]
    avoided = row["talk_avoided"] / row["avoided"]
    left = (row["talk_without"] - row["talk_avoided"]) / row["calls_with"]
    return float(avoided / without), [
        Slip(float(left / without), "these calls are left, and longer than before; which ones went?"),
        Slip(1.0, "then long calls would go as often as short ones. Divide the seconds avoided by the calls avoided."),
        Slip(float(avoided), "this is in seconds; divide by the mean length without the offer."),
        Slip(float(row["talk_avoided"] / row["talk_without"]), "this is the share of the time that goes away."),
    ]


@BANK.question(
    "unclear", "Of which modules may the true number of calls avoided be 0, by the 95 % intervals?"
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    each, table = steps.found(case), steps.business(case)
    unclear = frozenset(each.index[(each["low"] <= 0) & (each["high"] >= 0)])
    slips = [
        (
            frozenset(table.index[(table["low"] < table["fee"]) & (table["fee"] < table["high"])]),
            "of these it is open whether they pay; asked is whether they avoid calls at all.",
        ),
        (frozenset(each.index) - unclear, "of these the sign is sure; the question asks for the others."),
        (
            frozenset(each.index[each["sessions_per_call"] > 5]),
            "many sessions a call is not the same as perhaps no call.",
        ),
    ]
    return unclear, [Slip(names, says) for names, says in slips]


@BANK.question(
    "hours_saved",
    "How many hours of agents a day does the bill check spare, if the promise is kept in every half hour?",
    unit="hours",
    tolerance=0.25,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row, whole = steps.found(case).loc[CHECK], steps.hours(case)
    right = whole - steps.hours(case, [CHECK])
    work = float((steps.profile(case) * steps.lengths(case)).sum().sum() / 3600 / 2)
    query = float((steps.profile(case)["query"] * steps.lengths(case)["query"]).sum() / 3600 / 2)
    slips = [
        (2 * right, "these are half hours."),
        (query, "this is all work of the queries; which part goes away?"),
        (whole * row["avoided"] / row["calls_without"], "only the queries get fewer, not all calls."),
        (whole - work, "these are the hours in which agents wait."),
    ]
    return right, [Slip(float(value), says) for value, says in slips]


@BANK.question("worth_buying", "Which modules save more than their fee, by the estimate?")
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = steps.business(case)
    right = frozenset(steps.worth_buying(case))
    slips = [
        (frozenset(table.index), "all four, as the vendor says. Take the fees off."),
        (
            frozenset(table.index[table["low"] > table["fee"]]),
            "these pay even at the lower end; the question takes the estimate.",
        ),
        (
            frozenset(table.index[table["low"] > table["fee"]]),
            "these are sure to pay; the question takes the estimate.",
        ),
        (frozenset(table.index) - right, "these cost more than they save."),
    ]
    return right, [Slip(names, says) for names, says in slips]


@BANK.question("net", "What do these modules bring a year together, after their fees?", unit="yuan", tolerance=500)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, bought = steps.business(case), steps.worth_buying(case)
    right = float(table.loc[bought, "net"].sum())
    slips = [
        (float(table.loc[bought, "saves"].sum()), "the fees are missing."),
        (float(table["net"].sum()), "this buys all four."),
        (
            float(steps.vendor(case).loc[bought].sum() - table.loc[bought, "fee"].sum()),
            "this takes sessions for calls.",
        ),
        (right * steps.BUSY, "agents are paid also while they wait."),
    ]
    return right, [Slip(value, says) for value, says in slips]
