"""Questions of parts 3 and 5: the shelf experiment and its money."""

from __future__ import annotations

from typing import Any

from crmkit import baskets
from crmkit.checks.case_11 import steps
from crmkit.checks.case_11.market import PAIR
from crmkit.checks.case_11.replay import replays
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
BEER = PAIR[1]


@BANK.question(
    "beer_rise", "By which share did the move raise the sales of large beer, against the control?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = baskets.shelf_test(case.shelf)
    part = case.shelf[case.shelf["item"] == BEER]
    late = part["week"] >= case.shelf.loc[case.shelf["moved"], "week"].min()
    after = part[late].groupby("treated")["pieces"].mean()
    control = part[~part["treated"]].groupby(late)["pieces"].mean()
    return float(found.loc[BEER, "lift"]), [
        Slip(
            float(found.loc[BEER, "naive"]),
            "this is after over before in the moved stores: it holds the autumn too. Take lift.",
        ),
        Slip(
            float(after[True] / after[False] - 1),
            "this compares the groups after the move alone; they may have differed before.",
        ),
        Slip(float(control[True] / control[False] - 1), "this is the rise of the control: what autumn does alone."),
        Slip(float(found.loc[PAIR[0], "lift"]), "these are the nappies."),
    ]


@BANK.question(
    "move_gain", "How much margin did the move bring a store and week, against the control?", unit="yuan", tolerance=1.0
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.shelf(case)
    return found.gain, [
        Slip(found.naive_gain, "this is after over before; take what the control leaves of it."),
        Slip(found.gain - steps.COST, "this is net of the cost; the question asks for the margin before it."),
        Slip(found.lift, "this is the rise as a share; times the base it is money."),
        Slip(found.gain_high, "this is the upper end of the interval."),
    ]


@BANK.question(
    "even_rise", "At which rise of the margin does a cost of 340 yuan a store and week pay, at the base of the moved stores?",
    unit="share", tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.shelf(case)
    return found.break_even(steps.COST), [
        Slip(found.lift, "this is the rise that was found; the question asks for the one that pays the cost."),
        Slip(steps.COST / found.gain, "this is the cost over the gain: above 1 it does not pay. Divide by the base."),
        Slip(steps.COST / found.naive_gain, "divide by the base, the margin without the move."),
        Slip(found.naive, "this is the rise by the calendar."),
    ]


@BANK.question(
    "stores_pay", "In how many of the 20 unmoved stores does the move pay, by the best estimate?", unit="stores"
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.roll_out(case)
    return len(steps.large_enough(case)), [
        Slip(int((found["naive"] > 0).sum()), "this is by the calendar; take net, against the control."),
        Slip(int((found["net_high"] > 0).sum()), "this is by the upper end of the interval."),
        Slip(
            int((found["weekly"] > found["weekly"].mean()).sum()),
            "these sell more than the mean store; what counts is whether the rise pays the cost.",
        ),
    ]


@BANK.question(
    "plan_net", "What does moving just these stores bring over the 26 weeks, net, by the best estimate?", unit="yuan",
    tolerance=20.0,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.roll_out(case)
    some = found.loc[steps.large_enough(case)]
    return float(some["net"].sum()), [
        Slip(float(found["net"].sum()), "these are all 20 stores; take those that pay."),
        Slip(float(some["naive"].sum()), "this is by the calendar; take net."),
        Slip(float(some["net"].sum() / steps.WEEKS), "this is one week; the decision is for 26."),
        Slip(
            float(some["net"].sum() + steps.WEEKS * steps.COST * len(some)),
            "this is before the cost of 340 yuan a store and week.",
        ),
        Slip(float(some["net_high"].sum()), "this is the upper end of the interval."),
    ]


@BANK.question("interval_plan", "The interval of this plan runs from a loss to a gain. What follows?", options=(
    "the move does nothing", "the plan is the best guess, and may lose; a longer test would tell",
    "it is as likely to lose as to gain", "all stores should be moved, to be surer",
))  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "the plan is the best guess, and may lose; a longer test would tell", [
        Slip("the move does nothing", "the rise is there: its interval leaves 0. What may be missing is the cost."),
        Slip("it is as likely to lose as to gain", "the middle is likelier than the ends, and it lies above 0."),
        Slip("all stores should be moved, to be surer", "small stores pay the same cost and gain less."),
    ]


@BANK.question(
    "real_plan", "What does the plan bring in truth over the 26 weeks, net?", unit="yuan", tolerance=20.0, truth=True
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.roll_out(case)
    return steps.true_net(case, steps.large_enough(case)), [
        Slip(steps.true_net(case, found.index), "these are all 20 stores; the plan moves some."),
        Slip(float(found.loc[found["net"] > 0, "net"].sum()), "this is what the plan promised; take the true rises."),
        Slip(float(found["naive"].sum()), "this is what the calendar promised for all stores."),
    ]


@BANK.question(
    "lose_elsewhere", "In how many of 24 other chains does moving all 20 stores lose money in truth?", unit="chains"
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = replays()
    loses = int((found["brought"] < 0).sum())
    return loses, [
        Slip(len(found) - loses, "in these it gains; the question asks where it loses."),
        Slip(int((found["promised"] < 0).sum()), "this is where the calendar promised a loss."),
        Slip(
            int((found["brought"] < found["promised"]).sum()), "in these it brings less than promised; some still gain."
        ),
    ]
