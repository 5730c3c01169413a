"""Explorers of market methods: where to cut the map, the law of Bass by hand, a price, a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import market as pictures
from crmkit.plots.style import percent
from crmkit.targeting.market import Bass, best_price, flagged_rightly, importance, precision_at
from crmkit.targeting.market import price_profit as profit_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CUTS = 60  # capacities in the picture of a review


def attributes(ratings: pd.DataFrame, overall: pd.Series) -> Explorer:
    """Which attributes need work, by where the cuts lie; tables as of `targeting.market.importance`."""
    start = importance(ratings, overall)

    def at(important: int, good: int) -> tuple[Axes, str]:
        table = importance(ratings, overall, cuts=(important, good))
        named = table.index[table["quadrant"] == "concentrate here"]
        sure = int(table["sure"].sum())
        said = (
            f"Important from {important} points, good from {good}: concentrate on {', '.join(map(str, named)) or 'nothing'}; "
            f"{sure} of {len(table)} attributes lie in their quadrant with both intervals."
        )
        return pictures.importance_map(table), said

    return Explorer(
        at,
        question="Which attribute changes its quadrant first when the bar for good rises, and is its place sure?",
        important=number("important from, points", round(start.attrs["importance_cut"]), 0, 100),
        good=number("good from, points", round(start.attrs["performance_cut"]), 0, 100),
    )


def bass_by_hand(counts: Sequence[int], *, unit: str = "month") -> Explorer:
    """A law of Bass drawn through counts of adopters by hand."""
    seen = np.asarray(counts)
    total = int(seen.sum())

    def at(innovation: float, imitation: float, market: int) -> tuple[Axes, str]:
        law = Bass(innovation, imitation, float(market))
        mean = law.expected(2 * len(seen))
        off = float(np.abs(mean[: len(seen)] - seen).mean())
        said = (
            f"p = {percent(innovation)}, q = {percent(imitation)}, m = {market:,}: off by {off:,.1f} adopters a {unit}; "
            f"peak after {law.peak:.1f} {unit}s."
        )
        band = pd.DataFrame({"expected": mean}, index=pd.RangeIndex(1, len(mean) + 1, name="period"))
        return pictures.adoption_curve(seen, band, unit=unit), said

    return Explorer(
        at,
        question="Can two very different markets m fit the counts before the peak equally well?",
        innovation=share("innovation p", 0.02, 0.001, 0.1, step=0.001),
        imitation=share("imitation q", 0.3, 0.0, 0.9),
        market=number("market m", 2 * total, total, 8 * total, step=max(total // 20, 1)),
    )


def pricing(
    elasticity: float,
    *,
    low: float,
    high: float,
    price: int,
    pieces: float,
    cost: int,
    asked: int | None = None,
    unit: str = "money",
    period: str = "period",
) -> Explorer:
    """What a price earns: elasticity with its interval, today's price and pieces a period, cost of a piece.

    `asked` is the price shown first; without it today's, where the law has no interval.
    """

    def at(asked: int, costs: int) -> tuple[Axes, str]:
        span = np.unique(np.append(np.linspace(0.5 * price, 2.0 * price, 61), [asked, price]))
        table = profit_at(span, elasticity, low=low, high=high, price=price, pieces=pieces, cost=costs)
        here = table.loc[table["price"] == asked].iloc[0]
        best = best_price(elasticity, low=low, high=high, cost=costs)
        top = (
            "no best price: the elasticity is not above 1"
            if best.reason
            else f"most at {best.price:,.1f} ({best.low:,.1f} to "
            + (f"{best.high:,.1f})" if np.isfinite(best.high) else "any price)")
        )
        said = (
            f"Price {asked:,}, cost {costs:,}: {here['pieces']:,.0f} pieces a {period}, profit {here['profit']:,.0f} {unit} "
            f"({here['low']:,.0f} to {here['high']:,.0f}); {top}."
        )
        return pictures.price_profit(table, at=asked, unit=unit, period=period), said

    return Explorer(
        at,
        question="If a piece costs a tenth more, should the price rise by a tenth, by more or by less?",
        asked=number(f"price, {unit}", price if asked is None else asked, max(price // 2, 1), 2 * price),
        costs=number(f"cost of a piece, {unit}", cost, 1, price),
    )


def capacity(score: pd.Series, truth: pd.Series, *, many: int | None = None) -> Explorer:
    """How many of the oddest transactions to review, `many` at first; `truth` as of `targeting.market.precision_at`."""
    most = min(len(score), max(100, 10 * int(truth.sum())))
    grid = np.unique(np.linspace(1, most, CUTS).astype(int))
    base = float(truth.mean())

    def at(many: int) -> tuple[Axes, str]:
        table = precision_at(score, truth, capacity=np.unique(np.append(grid, many)).tolist())
        here = table.loc[many]
        honest = (many - here["found"]) / (len(score) * (1 - base))
        again = flagged_rightly(base, recall=float(here["recall"]), false_alarms=float(honest))
        said = (
            f"{many:,} reviewed: {here['found']:,.0f} frauds, precision {percent(again)} "
            f"({percent(here['low'])} to {percent(here['high'])}), {percent(here['recall'])} of all frauds; "
            f"{many - here['found']:,.0f} honest payments are looked into for nothing."
        )
        return pictures.review_capacity(table, base_rate=base, at=many), said

    return Explorer(
        at,
        question="From how many reviews on does one more find less than one fraud in ten?",
        many=number("transactions reviewed", many or max(most // 10, 1), 1, most),
    )
