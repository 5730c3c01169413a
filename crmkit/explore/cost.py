"""Explorers of what a customer costs: the whale by its costs, one statement, the first channel, adoption hastened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import profit
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import cost as pictures
from crmkit.plots import percent
from crmkit.plots.profit import whale_curve
from crmkit.targeting import market

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmkit.targeting.market import BassFit


def customer_costs(
    found: pd.DataFrame, *, channel: str = "counter", cost: float, keeping: int = 0, unit: str = "money"
) -> Explorer:
    """How deep is the whale, as costs rise that a contact does not show?

    `found` from `profit.by_customer`; `cost` of one activity at `channel` in it; `keeping` a customer a year, as shown first.
    """
    spent = found[f"cost {channel}"]
    most = max(int(found["profit"].mean() // 2), 2)

    def at(account: int, dear: float) -> tuple[Axes, str]:
        money = found["profit"] - account - spent * (dear - 1)
        curve = profit.whale_curve(money)
        one = profit.whale(curve)
        said = (
            f"{account:,} {unit} a year to keep a customer, {dear * cost:.2f} at the {channel}: {percent(one.losing)} of the "
            f"customers cost more than they bring ({percent(one.losing_low)} to {percent(one.losing_high)}); they take away "
            f"{percent(one.destroys)} of the profit; the best fifth brings {percent(one.brings)}."
        )
        return whale_curve(curve), said

    times = share(f"cost of the {channel}, of today's", 1.0, 0.0, 3.0, step=0.1)
    times.readout_format = ".0%"
    return Explorer(
        at,
        question="Which moves the whale more: a dearer counter, or a cost for each account that no contact shows?",
        account=number(f"keeping a customer, {unit} a year", min(keeping, most), 0, most, step=max(most // 30, 1)),
        dear=times,
    )


def one_customer(worth: pd.DataFrame, found: pd.DataFrame, *, unit: str = "money") -> Explorer:
    """One customer's statement: net worth, what the bank earns, what it costs.

    `worth` assets, debts, net on customer_id and month; `found` from `profit.by_customer`.
    """
    order = found["profit"].sort_values(ascending=False, kind="stable").index
    order = order[order.isin(worth.index.get_level_values(0))]

    def at(place: int) -> tuple[Axes, str]:
        who = order[place - 1]
        row, months = found.loc[who], worth.loc[who]
        costs = row.filter(like="cost ")
        dear = str(costs.idxmax()).removeprefix("cost ")
        said = (
            f"Place {place} of {len(order)}, customer {who}: net worth {months['net'].iloc[-1]:,.0f} {unit}; in the year "
            f"{row['contribution']:,.0f} earned, {row['cost_to_serve']:,.0f} spent on {row['activities']:,.0f} activities (most "
            f"on: {dear}), profit {row['profit']:+,.0f}."
        )
        return pictures.net_worth(months, who=f"customer {who}", unit=unit), said

    return Explorer(
        at,
        question="Does a high net worth mean a good customer, and a debt a bad one?",
        place=number("place by profit", len(order), 1, len(order)),
    )


def first_channel(
    requests: pd.DataFrame,
    costs: pd.Series,
    *,
    fallback: str,
    again: int,
    topic: str = "topic",
    unit: str = "money",
) -> Explorer:
    """Which channel first, as a second contact costs more goodwill? Arguments as of `profit.route`."""

    def at(group: str, goodwill: int) -> tuple[Axes, str]:
        part = profit.route(requests, costs, fallback=fallback, again=goodwill, topic=topic).loc[group]
        best = part["best"].idxmax()
        row = part.loc[best]
        sure = "surely" if row["lead_low"] > 0 else "not surely"
        said = (
            f"{group}, a second contact at {goodwill} {unit}: {best} first costs least, {row['cost']:.2f} {unit} a request; "
            f"{sure} less than the next best, by {row['lead']:.2f} ({row['lead_low']:.2f} to {row['lead_high']:.2f})."
        )
        return pictures.first_channels(part, topic=group, unit=unit), said

    return Explorer(
        at,
        question="For which requests does the best first channel change when a second contact costs more?",
        group=choices("requests", sorted(requests[topic].unique())),
        goodwill=number(f"a second contact, {unit}", again, 0, 20),
    )


def hastening(
    fit: BassFit, *, each: float, error: float, one_off: int, years: int, most: int, seed: int, unit: str = "money"
) -> Explorer:
    """What a project brings that hastens adoption. Arguments as of `targeting.market.hasten`; periods are months."""

    def at(avoidable: float, once: int, ahead: int) -> tuple[Axes, str]:
        found = market.hasten(
            fit,
            periods=12 * ahead,
            each=avoidable * each,
            error=avoidable * error,
            one_off=once,
            most=most,
            seed=seed,
        )
        periods = fit.periods + 12 * ahead
        if fit.identified:
            band, ends = fit.band(periods), f" ({found.net_low:+,.0f} to {found.net_high:+,.0f})"
        else:
            upto = fit.model.cumulative(np.arange(1, periods + 1))
            band, ends = pd.DataFrame({"cumulative": upto}, index=range(1, periods + 1)), ""
        said = (
            f"{percent(avoidable)} of the cost falls away with the work, {once:,} {unit} once, {ahead} years: "
            f"{found.gained:,.0f} customer-months of the extract come earlier; net {found.net:+,.0f} {unit}{ends}. Break-even at "
            f"{found.saved:,.0f} once."
        )
        return pictures.hastened(band, found, seen=fit.periods, market=fit.model.m, unit=unit, period="month"), said

    return Explorer(
        at,
        question="At which one-off cost does it pay? And if only half of the cost falls away with the work?",
        avoidable=share("cost that falls away with the work", 1.0, 0.0, 1.0, step=0.05),
        once=number(f"once, {unit}", one_off, 0, 2 * one_off, step=max(one_off // 18, 1)),
        ahead=number("years looked at", years, 1, 10),
    )
