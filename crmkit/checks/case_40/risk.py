"""Questions of parts 4 and 5: what a policy will claim, whom to go on serving, and a change of four points."""

from __future__ import annotations

from typing import Any

from crmkit import monitor
from crmkit.checks.case_40.steps import DISCOUNT, SERVICE, STAY, TERMS, margins, moves, rates
from crmkit.checks.question import Bank, Slip
from crmkit.clv import stop_or_serve
from crmkit.worlds import Case

BANK = Bank()
ASKED = 25


@BANK.question(
    "none_seen",
    "How many claims a year are to be expected of the policies that had none, on average?",
    unit="claims a year",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = rates(case)
    none = found["claims"] == 0
    return float(found.loc[none, "rate"].mean()), [
        Slip(0.0, "none was seen; that is not none to come."),
        Slip(float(found["rate"].mean()), "this is the mean of all policies."),
        Slip(
            float(found["claims"].sum() / found["years"].sum()),
            "these are all claims over all years; take the policies that had none.",
        ),
        Slip(float(found.loc[~none, "rate"].mean()), "these are the policies that had a claim."),
    ]


@BANK.question(
    "losing_share",
    "Of which share of the policies does the margin to expect not cover the service?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = rates(case)
    fair, naive = margins(case, found["rate"]), margins(case, found["naive"])
    return float((fair < SERVICE).mean()), [
        Slip(float((naive < SERVICE).mean()), "this goes by claims as counted; use the rate to expect."),
        Slip(
            float((fair < 0).mean()),
            f"these do not even cover their claims; the service costs {SERVICE:.0f} yuan more.",
        ),
        Slip(float((found["claims"] > 0).mean()), "these had a claim; a good premium may still pay for it."),
        Slip(float((fair >= SERVICE).mean()), "this is the share that does cover it."),
    ]


def served(case: Case, rate: str = "rate") -> Any:
    """`clv.stop_or_serve` on the margins of this rate."""
    now = margins(case, rates(case)[rate])
    return stop_or_serve(now, moves(), terms=TERMS, discount_per_term=DISCOUNT, cost_to_serve=SERVICE, retention=STAY)


@BANK.question(
    "stop_count", "How many policies should not be renewed today, if the firm may also decide next year?",
    unit="policies",
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, naive = served(case), served(case, "naive")
    return int((~found["serve"]).sum()), [
        Slip(
            int((found["margin"] < SERVICE).sum()),
            "these lose money this year; waiting a year may show that they need not.",
        ),
        Slip(int((~naive["serve"]).sum()), "this goes by claims as counted; use the rate to expect."),
        Slip(
            int((found["to_the_end"] < 0).sum()),
            "these are worth less than nothing if served to the end; the right to stop later is worth something.",
        ),
        Slip(int(found["serve"].sum()), "these are the ones to renew."),
    ]


WHY = (
    "the margin may recover, and the firm can still stop next year",
    "stopping costs nothing",
    "the discount makes losses small",
    "customers with a loss leave by themselves",
)


@BANK.question(
    "why_wait",
    "Why is it right to renew a policy that will lose a little this year?",
    options=WHY,
    right_says="right: that is the option's value; it grows with the volatility.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return WHY[0], [
        Slip(WHY[1], "then one would stop at once; the reason lies in what one gives up by stopping."),
        Slip(WHY[2], "it makes later gains small, too."),
        Slip(WHY[3], "the chance to stay is the same for all here."),
    ]


@BANK.question(
    "four_points",
    f"With {ASKED} answers before and {ASKED} after: how far does the 95 % interval of the change reach to either side?",
    unit="points",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sd = float(case.surveys["overall"].std())

    def half(n: int) -> float:
        found = monitor.before_after(0.0, 1.0, sd=sd, n=n)
        return (found.high - found.low) / 2

    alone = monitor.mean_interval(case.surveys["overall"].iloc[:ASKED], scale=(0, 100)).loc["Student"]
    return half(ASKED), [
        Slip(half(ASKED) / 2**0.5, "this is the reach of one mean; a change has the noise of two."),
        Slip(half(4 * ASKED), "this is with four times as many answers."),
        Slip(2 * half(ASKED), "this is the whole width; the question asks for one side."),
        Slip(float(alone["width"]) / 2, "this is the mean of the first answers; the question asks for a change."),
    ]
