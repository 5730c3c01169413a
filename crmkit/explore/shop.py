"""Explorers of a shop's members and sales: what serving costs, and how far a forecast carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import plots, profit
from crmkit.explore.explorer import Explorer, choices, number
from crmkit.intervals import normal_quantile
from crmkit.plots import percent
from crmkit.targeting.market import forecast

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_AHEAD = 6  # periods


def serving_cost(members: pd.DataFrame, *, welcome: int, yearly: int, unit: str = "money") -> Explorer:
    """Who has cost more than they brought, and what a dearer welcome or service would make of it.

    `members` a row each: margin (money so far), years (as a member); `welcome` money once and `yearly`
    money a year are today's costs of each.
    """
    margin, years = members["margin"], members["years"]

    def at(once: int, each: int) -> tuple[Axes, str]:
        left = margin - once - each * years
        found, half = profit.whale(profit.whale_curve(left)), normal_quantile(0.95) * left.sem()
        said = (
            f"{once} {unit} to welcome a member and {each} a year: {percent(found.losing)} "
            f"({percent(found.losing_low)} to {percent(found.losing_high)}) have cost more than they brought; profit so far "
            f"{left.sum():,.0f} {unit}, {left.mean():,.0f} a member ({left.mean() - half:,.0f} to {left.mean() + half:,.0f})."
        )
        return plots.whale_curve(profit.whale_curve(left)), said

    return Explorer(
        at,
        question="Which makes more members lose money: twice the welcome, or three times the yearly cost?",
        once=number(f"welcome, {unit}", welcome, 0, 4 * welcome, step=max(welcome // 6, 1)),
        each=number(f"{unit} a year", yearly, 0, 4 * yearly, step=max(yearly // 4, 1)),
    )


def sales_ahead(sales: pd.Series, *, season: int, what: str = "pieces", unit: str = "month") -> Explorer:
    """What would each way to forecast have said some time ago, and what came?

    `sales` one number a period, three seasons or more.
    """
    most = len(sales) - 2 * season
    if most < 1:
        raise ValueError(
            f"sales has {len(sales)} periods, too few to hold any back from two seasons of {season}; give a longer series"
        )

    def at(back: int, ahead: int, method: str) -> tuple[Axes, str]:
        seen, came = sales.iloc[: len(sales) - back], sales.iloc[len(sales) - back :].iloc[:ahead]
        told = forecast(seen, horizon=ahead, season=season, method=method, least=0.0)
        said = f"{method}, {back} {unit}(s) ago: {told['forecast'].sum():,.0f} {what} in the next {ahead}"
        if len(came) == ahead:
            said += f"; {came.sum():,.0f} came ({percent(told['forecast'].sum() / came.sum() - 1)} off)."
        elif len(came):
            known = told["forecast"].iloc[: len(came)].sum()
            said += f"; of the first {len(came)}, foretold {known:,.0f}, {came.sum():,.0f} came."
        else:
            said += "; nobody knows yet."
        return plots.demand_forecast(seen, told, what=what, period=unit, came=came if len(came) else None), said

    return Explorer(
        at,
        question="Which way is off least from three months, six months and a year ago? Is it always the same?",
        back=number(f"{unit}s ago", 3, 0, most),
        ahead=number(f"{unit}s ahead", 3, 1, MOST_AHEAD),
        method=choices("method", ["seasonal", "smoothing", "last", "mean"]),
    )
