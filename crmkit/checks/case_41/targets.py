"""Questions of parts 4 and 5: whom to call, and whether to build or buy the system; the decision on the calls."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_41 import steps
from crmkit.checks.case_41.steps import CALL, CALLS, DISCOUNT, EARNS, LOSES, OWN_UPKEEP, PRICE, UPKEEP, WAGE, YEARS
from crmkit.checks.decision import Decision, best_set, chosen
from crmkit.checks.question import Bank, Slip
from crmkit.profit import ownership
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "least_safe", "Up to which chance of default does a loan pay, calls left aside?", unit="share", tolerance=0.0005
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    return EARNS / LOSES, [
        Slip(EARNS / (EARNS + LOSES), "here the margin of the year is earned either way."),
        Slip(LOSES, "this is what is lost of one loan in default; ask how many such loans the margin pays for."),
        Slip(1 - EARNS / LOSES, "this is the chance of being paid back."),
        Slip(0.5, "a loss costs more than a margin brings."),
    ]


@BANK.question(
    "call_groups",
    "To customers of which groups may the desk offer a loan, if it goes by the best estimate of each group's chance? Give a list of never, 1 or 2 months, 3 months or more.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    chance = steps.chances(case)["chance"]
    return frozenset(chance.index[chance < EARNS / LOSES]), [
        Slip(frozenset(steps.MONTHS_OVER), "a loan pays only where the chance of default lies below the border."),
        Slip(
            frozenset(steps.MONTHS_OVER[:2]),
            "1 or 2 months lie above the border by the best estimate, though the interval reaches below it.",
        ),
        Slip(frozenset(steps.MONTHS_OVER[1:]), "these need money most and pay it back least."),
        Slip(frozenset(), "one group lies below the border: there a loan earns more than it risks."),
    ]


@BANK.question(
    "safe_gain", f"What do the {CALLS} calls bring that are best by risk-adjusted gain?", unit="yuan", tolerance=5
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.offers(case)
    best, valued = found.nlargest(CALLS, "gain"), found.nlargest(CALLS, "value")
    return float(best["gain"].sum()), [
        Slip(float((EARNS * best["loan"] - CALL).sum()), "this forgets who does not pay back."),
        Slip(float(best["gain"].sum() + CALL * CALLS), f"this forgets the calls, {CALL:.0f} yuan each."),
        Slip(float((best["gain"] + best["value"]).sum()), "their commission comes without the call, too."),
        Slip(float(valued["gain"].sum()), "these are the most valuable customers."),
    ]


def bought(years: int = YEARS, discount: float = DISCOUNT) -> float:
    """What the product costs, yuan of today."""
    return float(ownership(PRICE, yearly=UPKEEP * PRICE, years=years, discount=discount)["total"].iloc[-1])


@BANK.question(
    "buy_total", f"What does the product cost over {YEARS} years, in yuan of today?", unit="yuan", tolerance=5
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    return bought(), [
        Slip(bought(discount=0.0), "this takes a yuan in five years for one of today."),
        Slip(PRICE, "this forgets what is paid each year."),
        Slip(bought() - PRICE, "this is the upkeep alone."),
        Slip(bought(1), "this is one year."),
    ]


@BANK.question(
    "build_months", "How many months may it take to build one's own before buying is cheaper?", unit="months",
    tolerance=0.02,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    month = ownership(WAGE, yearly=OWN_UPKEEP * WAGE, years=YEARS, discount=DISCOUNT)["total"].iloc[-1]
    return float(bought() / month), [
        Slip(PRICE / WAGE, "this compares the first payments; both must be kept up."),
        Slip(bought() / WAGE, "this forgets the upkeep of one's own."),
        Slip(steps.MONTHS, "this is the plan; the question asks for the border."),
        Slip(float(PRICE / month), "this forgets the upkeep of the product."),
    ]


@BANK.question(
    "trades_needed", f"How many more trades a year pay for the product, over {YEARS} years?", unit="trades", tolerance=3
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mean = case.trades["commission"].mean()
    even = ownership(PRICE, yearly=UPKEEP * PRICE, years=YEARS, discount=DISCOUNT)["a_year"].iloc[-1]
    return float(even / mean), [
        Slip(float(bought() / mean), f"this is for all {YEARS} years together."),
        Slip(float(UPKEEP * PRICE / mean), "this pays for the upkeep alone."),
        Slip(float(PRICE / YEARS / mean), "this pays back the price alone."),
        Slip(float(even), "these are yuan a year; divide by the commission of a trade."),
    ]


def profit(case: Case, answer: Any) -> float:
    """What the calls bring by the true chances if they go to the largest loans of these groups, yuan."""
    wanted = chosen(answer, steps.MONTHS_OVER, what="group")
    found, true = steps.offers(case), case.truth.chances.set_index("customer_id")["default_chance"]
    called = found[found["group"].isin(wanted)].nlargest(CALLS, "loan")
    return float(steps.gain(called["loan"], true.reindex(called.index)).sum())


def best(case: Case) -> frozenset[str]:
    """The groups whose largest loans bring most, if one knew the chances: all sets are tried."""
    return best_set(steps.MONTHS_OVER, lambda names: profit(case, names))


DECISION = Decision(
    "call_groups",
    "yuan",
    profit,
    naive=frozenset(steps.MONTHS_OVER),
    naive_says="call for the largest loans, whoever asks for them",
    best=best,
)
