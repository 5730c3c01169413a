"""Explorers of what customers are worth: contracts to come, margin and discount, the right to stop."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmkit.clv import ShiftedBetaGeometric, fit_sbg
from crmkit.clv.contract_tables import project
from crmkit.clv.margins import GeometricMargin
from crmkit.clv.option import option_curve, option_to_stop
from crmkit.clv.value import value
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import amounts, percent
from crmkit.plots import worth as pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BEGAN = 1_000  # contracts of the invented cohort
TERMS = 12  # renewals to look at, as in the paper


def contracts_ahead(survivors: pd.Series) -> Explorer:
    """How many renewals, and of how many contracts, must be seen before the rest can be foretold?

    `survivors` on the renewal 0, 1, 2, …: contracts still there; six renewals or more.
    """
    last = len(survivors) - 1
    if last < 6:
        raise ValueError(f"survivors holds {last} renewals; expected six or more, so that some can be held back")
    began = float(survivors.iloc[0])

    def at(known: int, contracts: int) -> tuple[Axes, str]:
        seen = survivors.iloc[: known + 1] * (contracts / began)
        fit = fit_sbg(seen)
        true = survivors / began
        if not fit.converged:
            shares = pd.Series({"contracts": 100 * float(true.iloc[known])})
            said = f"{known} renewals of {contracts:,} contracts seen: {fit.reason}"
            return amounts(shares, title="The contracts seen do not tell", unit="% still there"), said
        table = project(fit, seen, terms=last)
        end = table.loc[last]
        said = (
            f"{known} renewals of {contracts:,} contracts seen: after {last} renewals {percent(end['survival'])} "
            f"({percent(end['low'])} to {percent(end['high'])}) are foretold and {percent(end['geometric'])} by one "
            f"retention rate for all; {percent(true.iloc[-1])} were there."
        )
        return pictures.survival(table, held_out=true.iloc[known + 1 :]), said

    return Explorer(
        at,
        question="After how many renewals is the last one foretold to within 2 points? Do more contracts make up for fewer?",
        known=number("renewals seen", last // 2 + 1, 2, last - 1),
        contracts=number("contracts", 1_000, 100, 5_000, step=100),
    )


def mixed_customers() -> Explorer:
    """What does it change that customers differ in their chance to leave?"""

    def at(leave: float, differ: float, known: int) -> tuple[Axes, str]:
        size = 1 / differ - 1  # alpha + beta of a beta law with that share of between-customer variance
        model = ShiftedBetaGeometric(leave * size, (1 - leave) * size)
        true = pd.Series(model.survival(range(TERMS + 1)), name="survivors")
        seen = BEGAN * true.iloc[: known + 1]
        table = project(fit_sbg(seen), seen, terms=TERMS)
        new, old = model.renewals_ahead([0, known], discount=0.1)
        said = (
            f"{percent(leave)} leave at the first renewal and customers differ by {percent(differ)}: after {TERMS} "
            f"renewals {percent(true.iloc[-1])} are there, one rate learned from {known} renewals says "
            f"{percent(table['geometric'].iloc[-1])}. A new contract has {new:.1f} renewals ahead (10 % discount), one "
            f"renewed {known} times {old:.1f}."
        )
        return pictures.survival(table, held_out=true.iloc[known + 1 :]), said

    return Explorer(
        at,
        question="When is a contract renewed five times worth twice as much as a new one, and when just as much?",
        leave=share("leave at first", 0.3, 0.05, 0.6, step=0.05),
        differ=share("customers differ", 0.3, 0.02, 0.8, step=0.02),
        known=number("renewals seen", 5, 2, TERMS - 1),
    )


def lifetime(
    history: pd.DataFrame,
    purchases: Any,
    spend: Any,
    *,
    units_a_year: float,
    margin: float = 0.4,
    cost: int = 0,
    years: float = np.inf,
    unit: str = "money",
) -> Explorer:
    """What do margin, discount and the cost of serving make of the same purchases?

    `history`, `purchases`, `spend` as in `clv.value`, about a thousand customers; `units_a_year` of the
    history, 52.18 weeks; `margin` and `cost` a year as shown first; `years` looked ahead, without end unless given;
    `unit` the currency.
    """
    shown = round(margin, 3)
    ahead = f" over {years:g} years" if np.isfinite(years) else ""
    busiest = float((history["x"] / history["T"].clip(lower=1)).mean() * units_a_year)
    amount = float(history.loc[history["x"] > 0, "m_x"].mean())
    most = max(round(0.5 * busiest * amount / 10), 1) * 10  # half of what a customer spends in a year

    step = gcd(max(most // 20, 1), cost)  # so that the cost shown first lies on the slider

    def at(part: float, discount: float, cost: int) -> tuple[Axes, str]:
        # Until the slider is moved the margin is the one given, not the rounded one on the slider.
        exact = margin if round(part, 3) == shown else part
        worth = value(
            *(history, purchases, spend),
            margin=exact,
            horizon=years * units_a_year,
            discount_per_unit=(1 + discount) ** (1 / units_a_year) - 1,
            cost_per_unit=cost / units_a_year,
        )
        losing = float((worth["value"] < 0).mean())
        best = worth.nlargest(max(len(worth) // 10, 1), "value").mean()
        said = (
            f"{100 * exact:.3g} % margin, {percent(discount)} discount a year and {cost:,} {unit} a year to serve: a customer "
            f"is worth {worth['value'].mean():,.0f} {unit} on average{ahead}, one of the best tenth {best['value']:,.0f} "
            f"({best['low']:,.0f} to {best['high']:,.0f}); {percent(losing)} cost more than they bring."
        )
        return pictures.value_by_rank(worth, unit=unit), said

    return Explorer(
        at,
        question="At which cost to serve does every second customer cost more than they bring? Does the discount matter to that?",
        part=share("margin", shown, 0.05, 0.8, step=0.001),
        discount=share("discount a year", 0.1, 0.02, 0.3),
        cost=number(f"to serve, {unit} a year", cost, 0, max(most, cost), step=step),
    )


def stopping(
    *, margin: float = 100.0, terms: int = 10, discount_per_term: float = 0.1, unit: str = "money"
) -> Explorer:
    """When does it pay to go on serving a customer who costs more than they bring?

    `margin` a term before the cost to serve, in `unit`, moving by shares of itself.
    """
    steps = 8  # within 1 % of many more, and quick

    def at(volatility: float, cost: int, drift: float) -> tuple[Axes, str]:
        process = GeometricMargin(drift, volatility)
        same = {"terms": terms, "discount_per_term": discount_per_term, "cost_to_serve": cost, "steps": steps}
        found = option_to_stop(margin, process, **same)
        others = sorted({*np.linspace(0, 0.8, 9).round(3), round(volatility, 3)})
        curve = option_curve(margin, process, volatilities=others, **same)
        below = "never stop today" if np.isnan(found.stop_below) else f"stop below a margin of {found.stop_below:,.1f}"
        said = (
            f"A margin of {margin:,.0f} {unit} that moves by {percent(volatility)} and grows by {percent(drift)} a term, "
            f"{cost:,} to serve: worth {found.to_the_end:,.0f} served to the end, {found.value:,.0f} with the right to stop; "
            f"{below}."
        )
        return pictures.option_to_stop(curve, at=volatility, unit=unit, moves=process.moves), said

    return Explorer(
        at,
        question="How far below its cost may a margin fall before it pays to stop, and why not at the cost itself?",
        volatility=share("volatility", 0.4, 0.0, 0.8, step=0.05),
        cost=number(f"cost to serve, {unit}", round(0.9 * margin), round(0.5 * margin), round(1.5 * margin), step=5),
        drift=share("growth", 0.0, -0.2, 0.08, step=0.02),
    )
