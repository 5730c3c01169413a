"""Questions of parts 5 and 6: how much will be sold, and at what price."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_12.steps import OFF, lamps, monthly, panel
from crmkit.checks.decision import Decision
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import market
from crmkit.worlds import Case

BANK = Bank()
SEASON, AHEAD = 12, 3  # months


@BANK.question(
    "spring_pieces",
    "How many pieces will be sold in January, February and March 2026 together, by the method with least error?",
    unit="pieces",
    tolerance=5.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sales = monthly(case)
    best = market.backtest(sales, horizon=AHEAD, season=SEASON, origins=9, least=0.0).index[0]

    def spring(method: str) -> float:
        return float(market.forecast(sales, horizon=AHEAD, season=SEASON, method=method, least=0.0)["forecast"].sum())

    plain = market.forecast(sales, horizon=AHEAD, method=best, least=0.0)["forecast"].sum()
    return spring(best), [
        Slip(spring("seasonal"), "this is the same quarter of last year; the shop has grown since."),
        Slip(spring("last"), "this is December three times over; January is not December."),
        Slip(float(plain), "the season is left out; say season=12."),
        Slip(spring(best) / AHEAD, "this is the mean month; the question asks for the three together."),
    ]


@BANK.question(
    "january_order",
    "How many pieces must be there in January for the stock to last with a chance of 90 %?",
    unit="pieces",
    tolerance=3.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sales = monthly(case)

    def first(level: float) -> Any:
        return market.forecast(sales, horizon=AHEAD, season=SEASON, least=0.0, level=level).loc[1]

    right = first(0.8)
    return float(right["high"]), [
        Slip(float(right["forecast"]), "this is the forecast: in about every second January it would not last."),
        Slip(
            float(first(0.9)["high"]),
            "an interval of 90 % leaves 5 % above it; the stock would last with 95 %. Say level=0.8.",
        ),
        Slip(
            float(first(0.95)["high"]),
            "this lasts with 97.5 %: 95 % lie inside, half of the rest below. Say level=0.8.",
        ),
        Slip(float(right["low"]), "this is the lower end."),
    ]


@BANK.question(
    "mase_says",
    "The best method has an error of about a quarter of the naive one (MASE). What does that say?",
    options=(
        "three of four forecasts are right",
        "its mean error was a quarter of what last year's month would have been off, in the first years",
        "it is off by a quarter of the sales",
        "it will be right to a quarter in the next three months",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "its mean error was a quarter of what last year's month would have been off, in the first years", [
        Slip(
            "three of four forecasts are right",
            "no forecast of a number is right to the piece; the error is a distance.",
        ),
        Slip("it is off by a quarter of the sales", "the yardstick is the error of a naive forecast, not the sales."),
        Slip(
            "it will be right to a quarter in the next three months",
            "it looks back; the interval of the forecast looks ahead.",
        ),
    ]


def _steep(case: Case) -> Any:
    return market.elasticity(panel(case), group="category").loc["lighting"]


def _change(case: Case, elasticity: float, off: float = OFF) -> float:
    """Change of the profit of lamps with a promotion, as a share."""
    lamp = lamps(case)
    after = lamp["price"] * (1 - off) - lamp["cost"]
    return float((1 - off) ** -elasticity * after / (lamp["price"] - lamp["cost"]) - 1)


@BANK.question(
    "promo_break_even",
    "How many times as many lamps must be sold at 20 % off for the profit to stay the same?",
    unit="times",
    tolerance=0.03,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    lamp = lamps(case)
    left = lamp["price"] - lamp["cost"]
    return float(left / (lamp["price"] * (1 - OFF) - lamp["cost"])), [
        Slip(1 / (1 - OFF), "this keeps the sales in money; the goods must be paid, too. Divide margins."),
        Slip(1 + OFF, "20 % more does not make up for 20 % off: only the margin of the extra pieces counts."),
        Slip(
            float(left / (left * (1 - OFF))),
            "20 % is taken off the price, not off the margin; the cost stays what it is.",
        ),
        Slip(float(lamp["price"] / left), "this is the price over the margin; compare the margin before and after."),
    ]


@BANK.question(
    "promo_profit",
    "By which share does the profit of lamps change at 20 % off, by the best estimate of the elasticity?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    one = _steep(case)
    steep = float(one["elasticity"])
    change = _change(case, steep)
    return change, [
        Slip((1 - OFF) ** (1 - steep) - 1, "these are sales in money; take off what the goods cost."),
        Slip((1 - OFF) ** -steep - 1, "this is the rise in pieces; each of them leaves less."),
        Slip(-change, "the sign: the profit falls where fewer pieces than the break-even are added."),
        Slip(_change(case, 0.0), "nobody buys more here; demand answers the price."),
    ]


REDUCED = {"nothing": 0.0, "10 %": 0.1, "20 %": 0.2, "30 %": 0.3}  # all within the prices tried


@BANK.question(
    "lamps_off", "How much do you take off the lamps, by the best estimate of the elasticity?", options=tuple(REDUCED)
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    steep = float(_steep(case)["elasticity"])
    changed = {name: _change(case, steep, off) for name, off in REDUCED.items()}
    right = max(changed, key=changed.__getitem__)
    return right, [
        Slip(
            name, f"by the estimate that changes the profit by {change:+.0%}; {right} off brings {changed[right]:+.0%}."
        )
        for name, change in changed.items()
        if name != right
    ]


def profit(case: Case, answer: Any) -> float:
    """Yuan a week that the lamps bring more with so much off than at today's price, by their true elasticity."""
    if answer not in REDUCED:
        raise ValueError(f"{answer!r} is none of the reductions; there are {', '.join(REDUCED)}")
    true = case.truth.elasticities.set_index("category").at["lighting", "elasticity"]
    lamp = lamps(case)
    now = (lamp["price"] - lamp["cost"]) * lamp["pieces"]
    return float(now * _change(case, float(true), REDUCED[answer]))


def best(case: Case) -> str:
    """The reduction that brings most, if one knew the elasticity: all are tried."""
    return max(REDUCED, key=lambda name: profit(case, name))


DECISION = Decision(
    "lamps_off", "yuan a week", profit, naive="20 %", naive_says="20 % off again, since it sells more pieces", best=best
)


@BANK.question(
    "price_says",
    "The law puts the price of most profit a third above today's. What do you do?",
    options=(
        "raise to it at once: the law says so",
        "nothing: no estimate can be trusted",
        "raise by a few per cent in some articles, by lot, and look again",
        "raise to it in the strongest month",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "raise by a few per cent in some articles, by lot, and look again", [
        Slip(
            "raise to it at once: the law says so",
            "no such price was ever tried: beyond the prices seen the law is only a drawing.",
        ),
        Slip("nothing: no estimate can be trusted", "within the prices seen it can, as far as its interval says."),
        Slip(
            "raise to it in the strongest month",
            "then price and season cannot be told apart afterwards; and the price was never tried.",
        ),
    ]
