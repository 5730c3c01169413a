"""Questions of parts 1 to 3 and of the envelope: what members brought, will bring, and how they move."""

from __future__ import annotations

from typing import Any

from crmkit import clv, profit, segments
from crmkit.checks.case_12.steps import (
    CATALOGUE,
    DECEMBER,
    JUNE,
    WEEKS,
    buyers,
    expected_2025,
    next_year,
    receipts,
    slid,
    so_far,
    worth,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "losing_share",
    "Which share of the members has cost more than they brought so far, welcome and catalogues counted?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = so_far(case)
    loss = float((found["profit"] < 0).mean())
    return loss, [
        Slip(1 - loss, "this is the other side: those who brought more than they cost."),
        Slip(
            float((found["margin"] < CATALOGUE * found["years"]).mean()),
            "the welcome is missing: it was paid for every member.",
        ),
        Slip(
            float((found["margin"] < 0).mean()), "no cost is taken off; nobody loses before the welcome and catalogues."
        ),
        Slip(
            float((found["margin"] < found["margin"].mean()).mean()),
            "these are below the mean; the question asks for those below their own cost.",
        ),
    ]


@BANK.question(
    "best_fifth", "Which share of all profit so far comes from the best fifth of the members?", unit="share",
    tolerance=0.005,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = so_far(case)
    curve = profit.whale_curve(found["profit"])
    money = found["margin"].sort_values(ascending=False)
    gains = found.loc[found["profit"] > 0, "profit"].sort_values(ascending=False)
    fifth = round(0.2 * len(found))
    return float(profit.whale(curve).brings), [
        Slip(float(profit.whale(curve, top=0.1).brings), "this is the best tenth; take top=0.2."),
        Slip(
            float(money.head(fifth).sum() / money.sum()), "this is their share of the margin; take off what they cost."
        ),
        Slip(
            float(gains.head(fifth).sum() / gains.sum()),
            "the losses are left out below the line; divide by the profit of all members.",
        ),
    ]


@BANK.question(
    "forecast_2025",
    "How many purchases of 2025 were to be expected, at the end of 2024, from the members of that day?",
    unit="purchases",
    tolerance=15.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, log = expected_2025(case), case.transactions
    year = log[(log["amount"] > 0) & (log["day"].dt.year == 2025)]
    seen = clv.history(log, as_of="2024-12-31")
    rate = seen["x"] / seen["T"].clip(lower=1.0)
    return float(found["expected"].sum()), [
        Slip(float(found["came"].sum()), "these came; the question asks what was to be expected."),
        Slip(float(found["last year"].sum()), "this is 2024 again: who has left without a word is still counted."),
        Slip(float(len(year)), "these are the purchases of all, those who joined in 2025 included."),
        Slip(
            float(rate.sum() * 365 / 7),
            "every member goes on at the own past rate here; some have left. Take the model.",
        ),
    ]


@BANK.question(
    "champions_slid",
    "Of the champions of 30 June 2025, which share were not champions on 31 December 2025?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    moved = segments.migration(case.transactions, JUNE, DECEMBER)
    stay = moved[(moved["before"] == "champions") & (moved["after"] == "champions")].iloc[0]
    arrived = moved.loc[moved["after"] == "champions", "customers"].sum()
    gone = float(1 - stay["share"])
    return gone, [
        Slip(1 - gone, "these stayed; the question asks for those who did not."),
        Slip(
            float(1 - stay["customers"] / arrived),
            "this divides by the champions of December, and so counts who is new there; divide by those of June.",
        ),
        Slip(
            float(1 - stay["customers"] / moved["customers"].sum()),
            "this divides by all members; take June's champions.",
        ),
    ]


@BANK.question(
    "slide_loss",
    "By how much did the worth of the mean member fall among June's champions who slid? Give the loss as a positive number.",
    unit="yuan",
    tolerance=5.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = slid(case)
    down = found["after"] != "champions"
    change = found["december"] - found["june"]
    now, names = worth(case)["value"], segments.rfm(case.transactions)["segment"]
    means = now.groupby(names, observed=False).mean()
    loss = -float(change[down].mean())
    return loss, [
        Slip(-loss, "give the loss as a positive number."),
        Slip(
            float(means["champions"] - means["loyal"]),
            "this compares two segments of today: other people. Follow the same members from June to December.",
        ),
        Slip(-float(change.mean()), "this is over all of June's champions; take those who slid."),
        Slip(
            float(found.loc[down, "december"].mean()), "this is what they are still worth; take the difference to June."
        ),
    ]


@BANK.question(
    "interval_says",
    "A member's worth is given as 680 yuan, 95 % interval 590 to 770. What does that say?",
    options=(
        "95 of 100 such members bring between 590 and 770",
        "the mean of many such members lies there, if the model holds",
        "the member will bring at least 590",
        "the model is right with a chance of 95 %",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "the mean of many such members lies there, if the model holds", [
        Slip(
            "95 of 100 such members bring between 590 and 770",
            "single members stray much further: many bring nothing, a few thousands. The interval is that of their mean.",
        ),
        Slip("the member will bring at least 590", "nothing is promised: this member may never come again."),
        Slip(
            "the model is right with a chance of 95 %",
            "the interval takes the model for right; part 7 shows what that leaves out.",
        ),
    ]


@BANK.question(
    "serve_half",
    "At which cost to serve does every second member cost more than they bring, over five years?",
    unit="yuan a year",
    tolerance=5.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = worth(case)
    each = (found["value"] + found["cost"]) / found["units_ahead"] * WEEKS  # cost a year at which a member breaks even
    return float(each.median()), [
        Slip(CATALOGUE, "this is what the catalogues cost today; move the cost until the share below 0 is a half."),
        Slip(
            float(((found["value"] + found["cost"]).sum()) / found["units_ahead"].sum() * WEEKS),
            "here all members together bring nothing; a few good ones carry many, so half are below 0 far earlier.",
        ),
    ]


@BANK.question(
    "stop_share",
    "To which share of the members is next year's margin expected to be less than the catalogues cost?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    ahead = next_year(case)
    return float((ahead["value"] < CATALOGUE).mean()), [
        Slip(
            float((so_far(case)["profit"] < 0).mean()),
            "these lost money so far; what they cost is spent. Only what is still to come counts.",
        ),
        Slip(
            float((worth(case)["value"] < 0).mean()),
            "this looks five years ahead; the catalogues are paid year by year.",
        ),
        Slip(float((ahead["p_alive"] < 0.5).mean()), "this goes by the chance to be alive; go by the money expected."),
        Slip(
            1 - len(buyers(case, 2025)) / len(case.customers),
            "these bought nothing in 2025; some of them come seldom, and will come again.",
        ),
    ]


@BANK.question(
    "real_next_year",
    "Which margin will all members bring in 2026 in truth (their purchases_next_year x margin_per_purchase, added up)?",
    unit="yuan",
    tolerance=500.0,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    known = case.truth.customers
    log = receipts(case)
    real = float((known["purchases_next_year"] * known["margin_per_purchase"]).sum())
    sales = float((known["purchases_next_year"] * known["amount_per_purchase"]).sum())
    return real, [
        Slip(float(next_year(case)["value"].sum()), "this is what the model promised."),
        Slip(float(log.loc[log["day"].dt.year == 2025, "margin"].sum()), "this is the margin of 2025."),
        Slip(sales, "these are sales; take margin_per_purchase."),
        Slip(
            float(known["purchases_next_year"].sum() * known["margin_per_purchase"].mean()),
            "a sum times a mean: who buys often may not spend the mean. Multiply member by member.",
        ),
    ]


@BANK.question(
    "wrongly_stopped",
    "Of the members whose catalogues the model would stop, which share brings more than the catalogues cost, in truth?",
    unit="share",
    tolerance=0.005,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    known = case.truth.customers.set_index("customer_id")
    real = known["purchases_next_year"] * known["margin_per_purchase"]
    stop = next_year(case)["value"] < CATALOGUE
    wrong, worthwhile = stop & (real > CATALOGUE), real > CATALOGUE
    return float(wrong.sum() / stop.sum()), [
        Slip(float(wrong.mean()), "this divides by all members; divide by those who are stopped."),
        Slip(
            float(wrong.sum() / worthwhile.sum()),
            "this divides by those who are worth it; divide by those who are stopped.",
        ),
        Slip(float(1 - wrong.sum() / stop.sum()), "these are stopped rightly."),
        Slip(
            float(known.loc[stop[stop].index, "alive"].mean()),
            "these are still customers; not all of them buy enough to pay for the catalogues.",
        ),
    ]
