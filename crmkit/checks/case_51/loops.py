"""Questions of parts 3 to 5: the life cycle, the closed loop, focus or breadth, and the envelope."""

from __future__ import annotations

from typing import Any

from crmkit import segments
from crmkit.checks.case_51.steps import (
    EDITOR,
    MEMBER,
    ORDER,
    REMINDER,
    brings,
    learned,
    life_moves,
    promised,
    quarter,
    states,
    topics,
    wave_one,
    worth,
)
from crmkit.checks.decision import Decision, best_set, chosen
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
STEPS = 4


def _share(case: Case, before: str, after: str) -> float:
    return float(life_moves(case).set_index(["before", "after"]).at[(before, after), "share"])


@BANK.question(
    "late_lapses", "Which share of the late customers lapses within half a year?", unit="share", tolerance=0.002
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    moves = life_moves(case).set_index(["before", "after"])
    gone = moves.loc[("late", "lapsed"), "customers"]
    into = moves.xs("lapsed", level="after")["customers"].sum()
    return _share(case, "late", "lapsed"), [
        Slip(_share(case, "late", "active"), "these order again."),
        Slip(float(gone / into), "this is the share of the lapsed that came from late; read the row, not the column."),
        Slip(_share(case, "active", "late"), "these go from active to late."),
        Slip(float(moves.loc[("late", "lapsed"), "high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "lapsed_ahead",
    "How many of today's customers will be lapsed in two years, if the chances stay and only the last state counts?",
    unit="customers",
    tolerance=2,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    start = states(case).value_counts()
    found = segments.ahead(life_moves(case), start, steps=STEPS)["lapsed"]
    return float(found.iloc[-1]), [
        Slip(float(found.iloc[2]), "this is after two steps, one year; a step is half a year."),
        Slip(float(found.iloc[0]), "these are lapsed today."),
        Slip(float(found.iloc[-1] - found.iloc[0]), "these are additional; add those who are lapsed today."),
    ]


@BANK.question(
    "active_uplift",
    "How many orders more does one reminder bring from an active customer, as measured?",
    unit="orders",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row = wave_one(case).set_index("group").loc["active"]
    return float(row["uplift"]), [
        Slip(float(row["treated_mean"]), "so many orders came with it; take off those of customers held back."),
        Slip(float(row["treated_mean"] / row["control_mean"]), "this is a ratio; the question asks for a difference."),
        Slip(
            float(learned(case).loc["active", "mean"]),
            "this is what to believe after; the question asks for what was measured.",
        ),
    ]


@BANK.question(
    "late_cost",
    "Up to which cost does a reminder to a late customer pay, by what is believed after the wave?",
    unit="euros",
    tolerance=1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    row, value = learned(case).loc["late"], worth(case)["late"]
    told = wave_one(case).set_index("group").loc["late"]
    return float(row["mean"] * value), [
        Slip(float(told["treated_mean"] * value), "some would have ordered anyway; take what it changes."),
        Slip(float(row["mean"] * value - REMINDER), "this is the gain at today's cost; the cost is to be found."),
        Slip(float(row["measured"] * value), "this is by the measurement alone; belief and measurement count both."),
        Slip(float(row["mean"] * value / ORDER), "these are sales; 40 % of them is margin."),
    ]


@BANK.question(
    "remind_whom",
    "To customers of which states does the next wave go, if you go by the mean gain after the update and write only where it is above 0? Give a list.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, value = learned(case), worth(case)
    told = wave_one(case).set_index("group")
    naive = told["treated_mean"] * value - REMINDER
    return frozenset(found.index[found["gain"] > 0]), [
        Slip(frozenset(segments.STATES), "a reminder costs more than it brings where it changes little."),
        Slip(
            frozenset(naive.index[naive > 0]), "this puts all orders down to the reminder; most would have come anyway."
        ),
        Slip(
            frozenset(found.index[found["mean"] > 0]),
            "more orders alone do not pay: their margin must be above the cost.",
        ),
        Slip(frozenset(["late", "lapsed"]), "that they stay away does not say that a reminder brings them back."),
        Slip(frozenset(), "where the mean gain is above 0 a reminder pays by the best estimate."),
    ]


@BANK.question(
    "next_wave",
    "Which gain does the next wave promise, if it goes to all customers of the states where a reminder pays?",
    unit="euros",
    tolerance=200,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, count, value = learned(case), states(case).value_counts(), worth(case)
    total = found["gain"] * count
    told = wave_one(case).set_index("group")
    naive = (told["treated_mean"] * value - REMINDER) * count
    measured = (found["measured"] * value - REMINDER) * count
    return float(total.clip(lower=0).sum()), [
        Slip(float(total.sum()), "this writes to everybody; leave out the states where it loses."),
        Slip(float(naive.clip(lower=0).sum()), "this puts all orders down to the reminder."),
        Slip(float(measured.clip(lower=0).sum()), "this trusts the measurement alone; take what is believed after it."),
        Slip(float(found["gain"].clip(lower=0).sum()), "this is one customer a state; multiply by how many there are."),
    ]


@BANK.question(
    "four_topics",
    "Which share of the registrations is kept with four topics, chosen by registrations?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, registered = topics(case), case.visitors.set_index("visitor_id")["registered"]
    pages = case.visitor_topics.groupby("topic", observed=True)["pages"].sum().sort_values(ascending=False)
    big = segments.focus(case.visitor_topics, registered, order=[str(name) for name in pages.index[:4]])
    return float(table.loc[4, "registered_share"]), [
        Slip(float(table.loc[4, "visitor_share"]), "these are visitors; few of them register."),
        Slip(float(big.loc[4, "registered_share"]), "these are the four most read; others keep more registrations."),
        Slip(float(1 - table.loc[4, "registered_share"]), "these are lost."),
        Slip(4 / 6, "four of six topics, but not four of six registrations: topics differ."),
    ]


@BANK.question("dear_topic", "Up to which cost a month does the fifth topic pay?", unit="euros", tolerance=5)
def _(case: Case) -> tuple[Any, list[Slip]]:
    kept = topics(case)
    more = kept["registered"].diff()
    return float(more[5] * MEMBER), [
        Slip(
            float(kept.loc[5, "registered"] * MEMBER / 5),
            "this is the mean of five topics; asked is what the fifth adds.",
        ),
        Slip(float(kept.loc[5, "registered"] * MEMBER), "this is what five topics bring together."),
        Slip(float(kept["visitors"].diff()[5] * MEMBER), "visitors who do not register bring nothing here."),
        Slip(float(more[5] * MEMBER - EDITOR), "this is its gain at today's cost."),
    ]


@BANK.question(
    "real_quarter",
    "How much did the opportunities bring that were open on 31 December, in 90 days?",
    unit="euros",
    tolerance=1_000,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    came = case.truth.came
    return float(came.loc[came["stage"].astype(str) == "won", "amount"].sum()), [
        Slip(float(came["amount"].sum()), "some of these were lost."),
        Slip(promised(case), "this is what the sellers promised."),
        Slip(quarter(case).mean, "this was to be expected."),
        Slip(float((came["stage"].astype(str) == "won").sum()), "this is how many; the question asks for euros."),
    ]


@BANK.question("real_wave", "What does that next wave bring in truth?", unit="euros", tolerance=200, truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, count = learned(case), states(case).value_counts()
    pays = found.index[found["gain"] > 0]
    everyone = brings(case, list(found.index))
    return brings(case, list(pays)), [
        Slip(everyone, "this writes to everybody."),
        Slip(float((found["gain"] * count).clip(lower=0).sum()), "this was promised."),
        Slip(
            brings(case, list(pays)) + REMINDER * float(count[pays].sum()), "the gain is net: the cost is off already."
        ),
    ]


def profit(case: Case, answer: Any) -> float:
    """What reminders to all customers of these states bring in truth, euros."""
    return brings(case, chosen(answer, segments.STATES, what="state"))


def best(case: Case) -> frozenset[str]:
    """The states that bring most, if one knew: all sets are tried."""
    return best_set(segments.STATES, lambda names: brings(case, list(names)))


DECISION = Decision(
    "remind_whom",
    "euros",
    profit,
    naive=frozenset(segments.STATES),
    naive_says="remind everybody",
    best=best,
)
