"""Questions of parts 4, 5, 7 and 8: who goes online, what customers want, the project, and the envelope."""

from __future__ import annotations

from typing import Any

from crmkit import targeting
from crmkit.checks.case_31.steps import (
    MONTHS,
    ONE_OFF,
    SAMPLE,
    YEARS,
    adopters,
    bass,
    each,
    project,
    promised,
    saved_a_month,
    true_project,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
GROWTH, TIMES, AMOUNT = 1.4251, 2.52, 3.16  # as the case reports them
CHEAPER = 300_000.0  # the second offer, money


@BANK.question(
    "per_user",
    "2.52 times the transactions with 142.51 % more users: how many times the transactions of one user?",
    unit="times, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return TIMES / (1 + GROWTH), [
        Slip(TIMES / GROWTH, "142.51 % more is 2.4251 times as many."),
        Slip(TIMES, "this is of all users; there were 2.4251 times as many."),
        Slip(AMOUNT / TIMES, "this is the amount of one transaction."),
        Slip(AMOUNT / (1 + GROWTH), "this is the amount of one user; the question asks for transactions."),
        Slip(TIMES - GROWTH, "growth is a factor: divide, do not take off."),
    ]


@BANK.question(
    "passes",
    "If our users grew in 2026 by the same share as in 2025: how many would there be at its end?",
    unit="customers of the extract",
    tolerance=0.6,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    count = adopters(case)
    old, now = int(count[:12].sum()), int(count.sum())
    return now * now / old, [
        Slip(now + (now - old), "this adds the same number; the same share is now / then once more."),
        Slip(now * (now / old - 1), "these are the new ones; add those who are there."),
        Slip(float(bass(case).model.cumulative(MONTHS + 12)), "this is by the law of Bass; go on at the same share."),
        Slip(now * (1 + GROWTH), "this is at the growth that the case reports; take our own."),
    ]


@BANK.question(
    "market",
    "How many customers will ever go online, by the law of Bass?",
    unit="customers of the extract",
    tolerance=1.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, now = bass(case).interval(), int(adopters(case).sum())
    return bass(case).model.m, [
        Slip(now, "so many have; some are still to come."),
        Slip(len(case.customers), "these are all; some never will."),
        Slip(float(bass(case).model.m - now), "these are still to come; add those who are there."),
        Slip(float(table.loc["m", "high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "next_year",
    "How many of the extract will go online in 2026, by the law of Bass?",
    unit="customers of the extract",
    tolerance=0.6,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    law, count = bass(case).model, adopters(case)
    return float(law.cumulative(MONTHS + 12) - law.cumulative(MONTHS)), [
        Slip(float(law.cumulative(MONTHS + 12)), "these are all users at its end; take off those of the start."),
        Slip(
            float(law.m - law.cumulative(MONTHS)),
            "these are all who are still to come; the year is not enough for all.",
        ),
        Slip(int(count[12:].sum()), "so many went online in 2025; the peak is passed."),
        Slip(float(law.cumulative(12)), "this is the first year after the launch."),
    ]


@BANK.question(
    "security",
    "Customers rate security 95 of 100. What follows for the next dollar?",
    options=(
        "nothing yet: compare it with what matters, and with what is done badly",
        "spend it on security, it matters most to them",
        "spend it on technology, it is nearly as good",
        "spend it on whatever is rated lowest",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    right, *others = (
        "nothing yet: compare it with what matters, and with what is done badly",
        "spend it on security, it matters most to them",
        "spend it on technology, it is nearly as good",
        "spend it on whatever is rated lowest",
    )
    says = (
        "it is important and it is good: there is nothing left to win in five points.",
        "they do not ask for it: that may be too much of a good thing already.",
        "only if it matters: what is bad and unimportant can wait.",
    )
    return right, [Slip(name, said) for name, said in zip(others, says, strict=True)]


@BANK.question(
    "work_on",
    "Which sides of the service are important, not done well enough, and surely so? A set of names.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = targeting.market.importance(case.ratings, case.surveys.set_index("survey_id")["overall"])
    weak = table["quadrant"] == "concentrate here"
    important = table["importance"] >= table.attrs["importance_cut"]
    return frozenset(table.index[weak & table["sure"]]), [
        Slip(
            frozenset([table["performance"].idxmin()]),
            "this is the worst rated alone; others may be important and weak, too.",
        ),
        Slip(frozenset(table.index[important]), "these are the important ones; one of them is done well."),
        Slip(frozenset([table["importance"].idxmax()]), "the most important one; is it done badly?"),
        Slip(frozenset(table.index[~weak]), "these need nothing: they are good, or matter little."),
    ]


@BANK.question(
    "project_net",
    "What do the guides bring in three years, net of their cost, by the best estimate?",
    unit="dollars",
    tolerance=3_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, law = project(case), bass(case).model
    each_month = saved_a_month(case)[0]
    anyway = float(law.m - law.cumulative(MONTHS)) * 12 * YEARS * each_month - ONE_OFF
    return found.net, [
        Slip(promised(case), "this is the vendor's sum: it forgets who comes anyway, and who never will."),
        Slip(found.saved, "take off the cost of the project."),
        Slip(anyway, "most of these would have come within the three years; only the time until then is won."),
        Slip(
            found.saved / SAMPLE - ONE_OFF,
            "this saves for the extract and pays for the whole bank: one stands for 100.",
        ),
        Slip(found.net_high, "this is the upper end of the interval."),
    ]


@BANK.question(
    "avoidable",
    "The vendor comes down to 300,000 dollars. Which share of the cost must fall away with the work, to break even?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    saved = project(case).saved
    return CHEAPER / saved, [
        Slip(1 - CHEAPER / saved, "this is how much may stay."),
        Slip(saved / CHEAPER, "turned round: divide the cost by what is saved in full."),
        Slip(CHEAPER / ONE_OFF, "these are the two offers; compare with what is saved."),
        Slip(CHEAPER / (promised(case) + ONE_OFF), "this is by the vendor's saving; take your own."),
    ]


@BANK.question(
    "still_waiting",
    "How many customers of the extract are still here, not online, and will be one day, in truth?",
    unit="customers of the extract",
    tolerance=0.5,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    known = case.truth.customers.set_index("customer_id")
    online = known.index.isin(case.online["customer_id"])
    law = bass(case).model
    return int((known["online_ever"] & known["alive"] & ~online).sum()), [
        Slip(int((known["online_ever"] & ~online).sum()), "some of these have left the bank."),
        Slip(int((known["alive"] & ~online).sum()), "some of these never will."),
        Slip(int(known["online_ever"].sum()), "some of these are online already, or have left."),
        Slip(float(law.m - law.cumulative(MONTHS)), "this is the estimate; count in the truth."),
    ]


@BANK.question(
    "still_losing",
    "Of the customers who lost money in 2025 and are still here, which share will do so next year, in truth?",
    unit="share",
    tolerance=0.004,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    known = case.truth.customers.set_index("customer_id")
    lost = each(case)["profit"].lt(0).reindex(known.index, fill_value=False)
    loses = known["margin_next_year"] < known["cost_next_year"]
    here = lost & known["alive"]
    again = int((here & loses).sum())
    return again / int(here.sum()), [
        Slip(1 - again / int(here.sum()), "these will not; the question asks for those who will."),
        Slip(again / int(lost.sum()), "some of the others have left; divide by those still here."),
        Slip(again / int((known["alive"] & loses).sum()), "turned round: of those who will lose, so many did."),
        Slip(float(loses[known["alive"]].mean()), "this is of all who are still here."),
    ]


@BANK.question(
    "project_real", "What do the guides bring in truth, net of 900,000?", unit="dollars", tolerance=3_000, truth=True
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    real, found = true_project(case), project(case)
    return real, [
        Slip(found.net, "this is the estimate."),
        Slip(real + ONE_OFF, "take off the cost of the project."),
        Slip(found.net - real, "this is by how much the estimate was too high."),
        Slip(promised(case), "this is what the vendor promised."),
    ]
