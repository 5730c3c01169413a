"""Explorers of the brokerage: bands of traders, brokers compared fairly, safe offers, and make or buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import monitor, plots, profit, segments
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def trading_bands(trades: pd.Series, commission: pd.Series) -> Explorer:
    """Who trades how often, and who pays the commission? Both Series on customer, of one year."""

    def at(regular: int, more: int) -> tuple[Axes, str]:
        often = regular + more
        names = ["no trade", f"1 to {regular - 1}", f"{regular} to {often - 1}", f"{often} or more"]
        band = pd.cut(trades, [-1, 0, regular - 1, often - 1, np.inf], labels=names)
        found = segments.summary(pd.DataFrame({"band": band, "commission": commission}), by="band", money="commission")
        top, idle = found.iloc[-1], found.iloc[0]
        said = (
            f"{often} trades a year or more: {top['customers']:,.0f} customers ({percent(top['share'])}; "
            f"{percent(top['low'])} to {percent(top['high'])}) pay {percent(top['money_share'])} of the commission. From "
            f"{regular} on: {percent(found['money_share'].iloc[2:].sum())}. No trade: {percent(idle['share'])}."
        )
        return plots.segments(found), said

    return Explorer(
        at,
        question="From how many trades a year on do the customers pay half of the commission? How many are they?",
        regular=number("regular from, trades a year", 6, 2, 20),
        more=number("frequent: so many more", 18, 1, 40),
    )


def broker_books(
    trades: pd.Series, error: pd.Series, customers: pd.Series, *, truth: pd.Series | None = None
) -> Explorer:
    """Who makes customers trade, when small books are not judged by luck?

    On the broker: `trades` a customer and year (mean of the book), its standard `error`, `customers` of the book;
    `truth` where opened.
    """

    def at(least: int, level: float) -> tuple[Axes, str]:
        some = customers.index[customers >= least]
        table = monitor.league_means(trades[some], error[some], level=level)
        naive, fair = table["naive"].idxmax(), table.index[0]
        row = table.iloc[0]
        said = (
            f"Of {len(some)} brokers with {least} customers or more, {naive} leads as counted with "
            f"{table.at[naive, 'naive']:.1f} trades, {fair} in the fair table with {row['shrunk']:.1f} ({row['low']:.1f} to "
            f"{row['high']:.1f} at {percent(level)}); it is the best with a chance of {percent(row['p_best'])}."
        )
        if truth is not None:
            place = int((truth[some] > truth[fair]).sum()) + 1
            best = truth[some].idxmax()
            said += f" In truth it makes {truth[fair]:.1f}, place {place}; the best is {best} with {truth[best]:.1f}."
        named = {broker: f"{broker} ({customers[broker]:,})" for broker in table.index}
        ax = plots.league_table(table.rename(named), truth=None if truth is None else truth.rename(named))
        ax.set_xlabel("trades a customer and year (dashed: the mean of all)")
        ax.set_ylabel("broker (customers)")
        return ax, said

    return Explorer(
        at,
        question="From how many customers on do both tables have the same leader? Whose bonus does that rule out unheard?",
        least=number("customers, at least", 1, 1, int(customers.median())),
        level=share("level", 0.95, 0.5, 0.99),
    )


def safe_list(offers: pd.DataFrame, *, call: float, unit: str = "money") -> Explorer:
    """Whom to offer a loan, when some do not pay back?

    `offers` a row a customer: value (what they bring anyway), loan, chance (of default within the year); `call` the cost of
    one call.
    """

    def at(earns: int, loses: int, calls: int) -> tuple[Axes, str]:
        gain = offers["loan"] * (earns - loses * offers["chance"]) / 100 - call
        ways = {"most valuable customers": offers["value"], "largest loans": offers["loan"], "risk-adjusted gain": gain}
        sums = pd.Series({name: gain[score.nlargest(calls).index].sum() for name, score in ways.items()})
        pays = int((gain > 0).sum())
        said = (
            f"At {earns} % earned and {loses} % lost a loan pays below a chance of default of {percent(earns / loses)}; "
            f"{pays:,} of {len(gain):,} offers do. {calls} calls bring "
            + ", ".join(f"{value:+,.0f} {unit} ({name})" for name, value in sums.items())
            + "."
        )
        best, worst = sums.iloc[-1], sums.iloc[0]
        title = f"{calls} calls: {best - worst:,.0f} {unit} more by risk-adjusted gain than by value"
        return plots.amounts(sums, title=title, unit=f"{unit} to expect in a year"), said

    return Explorer(
        at,
        question="At which margin may one call by value alone and still earn? And how many calls are worth making?",
        earns=number("earned, % of a loan", 4, 1, 12),
        loses=number("lost in default, %", 60, 10, 100, step=5),
        calls=number("calls", min(100, len(offers) // 20 * 10), 10, len(offers) // 10 * 10, step=10),
    )


def make_or_buy(*, wage: float, upkeep: float, own_upkeep: float, discount: float, unit: str = "money") -> Explorer:
    """Build the system or buy it? `wage` of a month of building; `upkeep`, `own_upkeep` shares of the first cost a year."""

    def at(price: int, months: int, years: int) -> tuple[Axes, str]:
        ways = {"buy": (1_000.0 * price, upkeep), f"build in {months} months": (wage * months, own_upkeep)}
        totals = pd.DataFrame(
            {
                name: profit.ownership(once, yearly=part * once, years=years, discount=discount)["total"]
                for name, (once, part) in ways.items()
            }
        )
        one = profit.ownership(wage, yearly=own_upkeep * wage, years=years, discount=discount)["total"].iloc[-1]
        bought, built = totals.iloc[-1]
        said = (
            f"Over {years} years a price of {price},000 {unit} comes to {bought:,.0f}, building in {months} months to "
            f"{built:,.0f}; break-even at {bought / one:.1f} months of building."
        )
        return plots.ownership(totals, at=years, unit=unit), said

    return Explorer(
        at,
        question="Software takes longer than planned: how much longer may it take? And does the number of years matter?",
        price=number("price, thousands", 45, 40, 50),
        months=number("months to build", 4, 1, 12),
        years=number("years used", 5, 1, 10),
    )
