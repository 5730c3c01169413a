"""Explorers of who leaves and what keeps them: key accounts, an offer to stay, reminders of contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import clv, plots, segments
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.targeting import churn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmkit.clv import Fit, ShiftedBetaGeometric


def account_care(
    bills: pd.Series, *, margin: float, accounts: int, cost: int, leaving: float, unit: str = "money"
) -> Explorer:
    """How many accounts can a manager of their own have, and what must that keep?

    `bills` a year, one a customer; `margin` of the bills; `accounts` looked after and `cost` of that a year, as shown first;
    `leaving`: share of such accounts that leaves in a year.
    """
    ranked, found = bills.sort_values(ascending=False), segments.concentration(bills)
    most = min(len(bills), 10 * accounts)

    def at(looked_after: int, costs: int, kept: float) -> tuple[Axes, str]:
        earned = margin * float(ranked.iloc[:looked_after].sum())
        part = float(ranked.iloc[:looked_after].sum() / ranked.sum())
        last = margin * float(ranked.iloc[looked_after - 1])
        gain = kept * leaving * earned - costs
        need = costs / earned / leaving
        said = (
            f"{looked_after} accounts bring {percent(part)} of the bills, {earned:,.0f} {unit} of margin a year, the smallest "
            f"of them {last:,.0f}. At {costs:,} {unit} a year they must keep {percent(need)} of those who would leave"
            f"{' (impossible)' if need > 1 else ''}; keeping {percent(kept)} brings {gain:+,.0f} a year."
        )
        return plots.concentration(found, at=looked_after / len(ranked)), said

    return Explorer(
        at,
        question="Twice as many accounts at twice the cost: why must more of the leavers be kept?",
        looked_after=number("accounts looked after", accounts, 5, most),
        costs=number(f"cost, {unit} a year", cost, cost // 4, 4 * cost, step=max(cost // 20, 1)),
        kept=share("of the leavers kept", 0.5, 0.0, 1.0, step=0.05),
    )


def stay_offer(
    leaves: pd.Series,
    *,
    effect: pd.Series,
    error: pd.Series,
    bills: pd.Series,
    margin: float,
    cost: int,
    offers: int,
    unit: str = "money",
) -> Explorer:
    """Offers to those likeliest to leave, or to those whom it pays to keep?

    `leaves` chances, `effect` and `error` of the offer in log-odds, `bills` a month, all on customer; `margin` of the bills;
    `cost` of an offer and number of `offers`, as shown first.
    """
    likely = leaves.sort_values(ascending=False, kind="stable").index

    def at(costs: int, months: int, most: int) -> tuple[Axes, str]:
        found = churn.retention_offer(leaves, effect=effect, error=error, value=margin * months * bills, cost=costs)
        by_gain = found.customers[found.customers["offered"]].nlargest(most, "gain").index
        lists = {"likeliest to leave": likely[:most], "highest gain": by_gain, "everyone": leaves.index}
        table = _lists(found.customers, lists)
        one, other = table.loc["likeliest to leave"], table.loc["highest gain"]
        said = (
            f"An offer costs {costs} {unit} and {months} months of a kept customer count: it pays for {found.offered:,} of "
            f"{len(leaves):,}. The {most:,} likeliest to leave bring {one['gain']:+,.0f} ({one['low']:+,.0f} to "
            f"{one['high']:+,.0f}), the {len(by_gain):,} with the highest gain above 0 {other['gain']:+,.0f} "
            f"({other['low']:+,.0f} to {other['high']:+,.0f}), everyone {table['gain'].iloc[-1]:+,.0f}."
        )
        return plots.list_gains(table, unit=unit), said

    return Explorer(
        at,
        question="At which cost does the list of those likeliest to leave begin to pay? And at which is nobody worth an offer?",
        costs=number(f"cost of an offer, {unit}", cost, 0, 8 * cost),
        months=number("months that count", 12, 1, 36),
        most=number("offers at most", offers, 50, len(leaves), step=10),
    )


def reminders(
    terms: pd.Series,
    line: pd.Series,
    *,
    fits: Mapping[str, Fit[ShiftedBetaGeometric]],
    margins: Mapping[str, float],
    saves: float,
    cost: int,
    calls: int,
    discount: float = 0.1,
    unit: str = "money",
) -> Explorer:
    """Which contracts are worth a call before they fall due?

    `terms` renewed so far and `line` on contract; `fits` from `clv.fit_sbg` and `margins` of a term by line; `saves`, `cost` of
    a call and number of `calls` as shown first.
    """

    def at(moved: float, costs: int, most: int) -> tuple[Axes, str]:
        found = pd.concat(
            clv.reminders(terms[line == name], fit, margin=margins[name], saves=moved, cost=costs, discount=discount)
            for name, fit in fits.items()
        )
        pays = found[found["gain"] > 0].nlargest(most, "gain").index
        lists = {
            "likeliest to leave": found["leaves"].nlargest(most).index,
            "worth most if renewed": found["worth_of_renewed"].nlargest(most).index,
            "highest gain": pays,
        }
        table = _lists(found, lists)
        told = "; ".join(f"{name} {one.gain:+,.0f}" for name, one in zip(table.index, table.itertuples(), strict=True))
        said = (
            f"If a call moves {percent(moved)} of those who would not renew and costs {costs} {unit}, it pays for "
            f"{(found['gain'] > 0).sum():,} of {len(found):,} contracts. With {most:,} calls: {told}."
        )
        return plots.list_gains(table, unit=unit), said

    return Explorer(
        at,
        question="Below which share moved is no contract worth a call? And does the order of the three lists ever change?",
        moved=share("moved by a call", saves, 0.01, 0.5),
        costs=number(f"cost of a call, {unit}", cost, 0, 5 * cost),
        most=number("calls at most", calls, 10, len(terms), step=10),
    )


def _lists(rows: pd.DataFrame, lists: Mapping[str, pd.Index]) -> pd.DataFrame:
    """Sums of gain, low, high over each list; all errors together, the worst case."""
    table = pd.DataFrame({name: rows.loc[whom, ["gain", "low", "high"]].sum() for name, whom in lists.items()}).T
    return table.assign(customers=[len(whom) for whom in lists.values()]).astype(np.float64)
