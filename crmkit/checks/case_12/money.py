"""Questions of part 4: what winning may cost, and how to split the budget."""

from __future__ import annotations

from typing import Any

from crmkit import clv
from crmkit.checks.case_12.steps import (
    CATALOGUE,
    WEEKLY,
    WEEKS,
    WELCOME,
    YEARS,
    buyers,
    fits,
    margin_share,
    new_member,
    next_one_costs,
    so_far,
    splits,
    today,
    worth,
)
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "new_member_worth",
    "What is a new member worth on the day of joining, over five years, catalogues paid, before the welcome?",
    unit="yuan",
    tolerance=5.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = new_member(case)
    _, purchases, spend = fits(case)
    free = clv.equity_to_win(
        *(purchases, spend),
        new_per_unit=1,
        until=1,
        margin=margin_share(case),
        discount_per_unit=WEEKLY,
        horizon=YEARS * WEEKS,
    )
    new = float(found.at["a new customer", "value"])
    first = margin_share(case) * spend.model.mean
    return new, [
        Slip(
            float(worth(case)["value"].mean()),
            "this is the mean of the present members: many of them have left already. Take one who joins today.",
        ),
        Slip(
            float(so_far(case)["profit"].mean()),
            "this is what members brought so far; some have been here for weeks only.",
        ),
        Slip(float(free.at["a new customer", "value"]), f"the catalogues are missing: {CATALOGUE:.0f} yuan a year."),
        Slip(new - first, "the first purchase is missing: a new member brings it on the day of joining."),
        Slip(new - WELCOME, "this is after the welcome; the question asks before it."),
    ]


@BANK.question(
    "next_one_costs",
    "What does the next new member cost, at today's spending on the fairs?",
    unit="yuan",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    it = today(case)
    return next_one_costs(case), [
        Slip(WELCOME, "this is the mean cost of those won so far; the next one is dearer, as the curve bends."),
        Slip(it.spent, "this is spent on each prospect, won or not."),
        Slip(it.spent / it.won.ceiling, "this divides by the ceiling, which no spending reaches."),
    ]


@BANK.question(
    "kept_share",
    "Of the members who bought in 2024, which share bought in 2025 too?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    before, now = buyers(case, 2024), buyers(case, 2025)
    both = len(before.intersection(now))
    return both / len(before), [
        Slip(both / len(now), "this divides by the buyers of 2025; who is new there was never to be kept."),
        Slip(len(now) / len(before), "new members are counted as kept; take those who bought in both years."),
        Slip(both / len(case.customers), "this divides by all members; divide by the buyers of 2024."),
        Slip(1 - both / len(before), "these did not come again."),
    ]


@BANK.question(
    "best_split",
    "Which part of the 60,000 yuan should go into winning, by the two curves?",
    unit="share",
    tolerance=0.011,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = splits(case)
    best = table.attrs["best"]
    return best, [
        Slip(1 - best, "this is the part for keeping."),
        Slip(float(table["new"].idxmax()), "this is best for the new members alone; the present ones pay for it."),
        Slip(float(table["won"].idxmax()), "this wins most members, and lets the present ones go."),
        Slip(0.5, "this is today's split; look where the sum of both is highest."),
    ]


@BANK.question(
    "half_costs",
    "How much customer equity does half and half give up, against the best split?",
    unit="yuan",
    tolerance=500.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = splits(case)
    best, half = table.loc[table.attrs["best"]], table.loc[0.5]
    return float(best["equity"] - half["equity"]), [
        Slip(float(best["equity"]), "this is the equity of the best split; take off that of half and half."),
        Slip(
            float(best["old"] - half["old"]),
            "this is the gain on present members; the new ones are fewer, take that off.",
        ),
        Slip(float(half["new"] - best["new"]), "this is what is lost on new members; what of the present ones?"),
        Slip(
            float(best["equity"] - table.loc[1.0, "equity"]),
            "this is against everything for winning; the question asks about half and half.",
        ),
    ]


@BANK.question(
    "short_term",
    "A yuan spent on keeping shows in the profit of the years after. Which split does a manager choose who is paid by this year's profit?",
    options=(
        "the split with most equity",
        "all for keeping, since old members buy more",
        "nothing for keeping; win as long as the first year pays the next member",
        "half and half, to be safe",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "nothing for keeping; win as long as the first year pays the next member", [
        Slip("the split with most equity", "equity counts later years; this manager is paid for one."),
        Slip("all for keeping, since old members buy more", "they do, but what keeping brings comes after this year."),
        Slip("half and half, to be safe", "half of it would bring nothing this year: by this yardstick it is wasted."),
    ]
