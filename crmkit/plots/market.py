"""Pictures of what matters, who adopts, what a price brings, what will be sold, and what a review finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

MARKS = {"concentrate here": "X", "keep up the good work": "o", "low priority": "s", "possible overkill": "^"}
COLOURS = {"concentrate here": RED, "keep up the good work": BLUE, "low priority": GREY, "possible overkill": ORANGE}


def importance_map(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Importance against performance of each attribute, from `targeting.market.importance`."""
    with canvas(ax, (8.0, 5.2)) as ax:
        for name, row in table.iterrows():
            kind = row["quadrant"]
            ax.hlines(row["importance"], row["performance_low"], row["performance_high"], color=COLOURS[kind])
            ax.vlines(row["performance"], row["importance_low"], row["importance_high"], color=COLOURS[kind])
            ax.plot(row["performance"], row["importance"], MARKS[kind], color=COLOURS[kind], markersize=8)
            ax.annotate(str(name), (row["performance"], row["importance"]), xytext=(7, 6), textcoords="offset points")
        across, up = table.attrs["performance_cut"], table.attrs["importance_cut"]
        ax.axvline(across, color=BLACK, lw=0.8, ls="--")
        ax.axhline(up, color=BLACK, lw=0.8, ls="--")
        ax.margins(0.2)
        ax.grid()
        for (kind, colour), (x, y) in zip(
            COLOURS.items(), ((0.01, 0.98), (0.99, 0.98), (0.01, 0.02), (0.99, 0.02)), strict=True
        ):
            sides = {"ha": "left" if x < 0.5 else "right", "va": "top" if y > 0.5 else "bottom"}
            ax.text(x, y, kind, transform=ax.transAxes, color=colour, fontsize=10, style="italic", **sides)
        weak = table.index[table["quadrant"] == "concentrate here"]
        title = (
            f"Important and not done well enough: {', '.join(map(str, weak))}"
            if len(weak)
            else "Nothing important lies below the cut of performance"
        )
        text = "; ".join(
            f"{row.Index}: importance {row.importance:.0f} ({row.importance_low:.0f} to {row.importance_high:.0f}), performance "
            f"{row.performance:.0f} ({row.performance_low:.0f} to {row.performance_high:.0f}), {row.quadrant}"
            for row in table.itertuples()
        )
        y = "stated importance, points"
        return finish(ax, title, alt=text, x="performance, points (lines: 95 % intervals; dashed: cuts)", y=y)


def adoption_curve(
    counts: ArrayLike,
    band: pd.DataFrame,
    *,
    unit: str = "month",
    truth: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """New adopters of each period and the law of Bass through them.

    `counts` (periods,) from the first period on; `band` from `BassFit.band`, or a frame on the period with the column
    expected alone; `truth` the true means of the same periods.
    """
    with canvas(ax) as ax:
        seen = np.asarray(counts)
        ax.plot(np.arange(1, len(seen) + 1), seen, "o", color=BLACK, markersize=5, label="counted")
        label = "law of Bass"
        if "low" in band:
            ax.fill_between(band.index, band["low"], band["high"], color=SKY, alpha=0.35, lw=0)
            label += " (band: 95 % interval of the mean)"
        ax.plot(band.index, band["expected"], color=BLUE, lw=2.2, label=label)
        if truth is not None:
            ax.plot(np.arange(1, len(np.asarray(truth)) + 1), truth, ":", color=ORANGE, lw=2.2, label="truth")
        ax.set_ylim(0, 1.3 * max(float(band["expected"].max()), float(seen.max())))
        ax.grid()
        ax.legend(loc="upper right", fontsize=9)
        ax.xaxis.get_major_locator().set_params(integer=True)
        top = int(band["expected"].idxmax())
        title = f"Most adopt in {unit} {top}, {band['expected'].max():,.0f} expected; {seen.sum():,.0f} adopted so far"
        text = f"{len(seen)} {unit}s counted, {len(band)} shown; in the last {band['expected'].iloc[-1]:,.0f} expected"
        return finish(ax, title, alt=text, x=f"{unit} since the launch", y=f"new adopters a {unit}")


def elasticities(table: pd.DataFrame, *, truth: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """Price elasticity of each group with its interval, from `targeting.market.elasticity`."""
    with canvas(ax, (8.0, 1.8 + 0.5 * len(table))) as ax:
        at = np.arange(len(table))
        ax.hlines(at, table["low"], table["high"], color=BLUE, lw=2)
        ax.plot(table["elasticity"], at, "o", color=BLUE, markersize=8)
        if truth is not None:
            ax.plot(truth.reindex(table.index), at, "|", color=BLACK, markersize=20, mew=2.5)
        ax.axvline(1, color=GREY, ls="--", lw=1)
        ax.set_yticks(at, table.index)
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.grid(axis="x")
        top = table["elasticity"].idxmax()
        one = table.loc[top]
        title = (
            f"1 % off the price sells {one['elasticity']:.1f} % more of {top} ({one['low']:.1f} to {one['high']:.1f})"
        )
        text = "; ".join(
            f"{row.Index}: {row.elasticity:.2f} ({row.low:.2f} to {row.high:.2f})" for row in table.itertuples()
        )
        if truth is not None:
            text += ". Truth: " + "; ".join(f"{name} {value:.2f}" for name, value in truth.items())
        told = (
            "line: 95 % interval"
            + ("; bar: truth" if truth is not None else "")
            + "; dashed: 1, sales in money stay the same"
        )
        return finish(ax, title, alt=text, x=f"% fewer pieces for 1 % more in price\n({told})", y="")


def price_profit(
    table: pd.DataFrame, *, at: float, unit: str = "money", period: str = "period", ax: Axes | None = None
) -> Axes:
    """Profit of a period at each price, from `targeting.market.price_profit`; `at` is the price looked at, one of the table."""
    with canvas(ax) as ax:
        ax.fill_between(table["price"], table["low"], table["high"], color=SKY, alpha=0.35, lw=0)
        ax.plot(table["price"], table["profit"], color=BLUE, lw=2.2, label="profit (band: interval of the elasticity)")
        ax.axhline(0, color=BLACK, lw=0.8)
        here = table.iloc[(table["price"] - at).abs().argmin()]
        best = table.loc[table["profit"].idxmax()]
        ax.plot(best["price"], best["profit"], "*", color=GREEN, markersize=14, label="most profit in the picture")
        ax.plot(here["price"], here["profit"], "o", color=RED, markersize=8, label="price looked at")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        ax.legend(loc="lower right", fontsize=9)
        ends = f"({here['low']:,.0f} to {here['high']:,.0f})"
        title = f"At a price of {here['price']:,.2f} the profit is {here['profit']:,.0f} {ends}"
        text = f"Most profit, {best['profit']:,.0f}, at a price of {best['price']:,.2f}"
        return finish(ax, title, alt=text, x=f"price, {unit}", y=f"profit a {period}, {unit}")


def demand_forecast(
    sales: pd.Series,
    ahead: pd.DataFrame,
    *,
    what: str = "sales",
    period: str = "period",
    came: pd.Series | None = None,
    ax: Axes | None = None,
) -> Axes:
    """The last periods and those to come, from `targeting.market.forecast`.

    `what` is sold in each `period`, for example "month"; `came` is what was sold in the first of the periods ahead,
    where that is known by now.
    """
    with canvas(ax) as ax:
        past = np.arange(1 - len(sales), 1)
        ax.plot(past, sales, color=BLACK, lw=1.2, label="so far")
        ax.fill_between(ahead.index, ahead["low"], ahead["high"], color=SKY, alpha=0.4, lw=0)
        ax.plot(
            ahead.index, ahead["forecast"], "--", color=BLUE, lw=2.2, label="forecast (band: 95 % prediction interval)"
        )
        ends = [float(sales.min()), float(ahead["low"].min()), float(sales.max()), float(ahead["high"].max())]
        if came is not None:
            ax.plot(np.arange(1, len(came) + 1), came, "D", color=ORANGE, markersize=6, label="came")
            ends += [float(came.min()), float(came.max())]
        ax.axvline(0.5, color=GREY, lw=0.8, ls=":")
        ax.set_ylim(min(ends) - 0.03 * (max(ends) - min(ends)), max(ends) + 0.25 * (max(ends) - min(ends)))
        ax.grid()
        ax.legend(loc="upper left", ncols=2, fontsize=9)
        one = ahead.iloc[0]
        title = f"Next {period}: {one['forecast']:,.0f} {what}, between {one['low']:,.0f} and {one['high']:,.0f}"
        last = ahead.iloc[-1]
        text = f"In {period} {ahead.index[-1]}: {last['forecast']:,.0f} ({last['low']:,.0f} to {last['high']:,.0f})"
        if came is not None:
            text += f". Came: {', '.join(f'{one:,.0f}' for one in came)}"
        return finish(ax, title, alt=text, x=f"{period}s from now", y=f"{what} a {period}")


def forecast_errors(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Error of each way to forecast against the naive one, from `targeting.market.backtest`."""
    with canvas(ax, (8.0, 1.6 + 0.45 * len(table))) as ax:
        at = np.arange(len(table))
        ax.hlines(at, table["low"], table["high"], color=BLUE, lw=2)
        ax.plot(table["mase"], at, "o", color=BLUE, markersize=8)
        ax.axvline(1, color=GREY, ls="--", lw=1)
        ax.set_yticks(at, [f"{row.Index}, {percent(row.coverage)} inside" for row in table.itertuples()])
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.set_xlim(0, 1.1 * max(1.0, float(table["high"].max())))
        ax.grid(axis="x")
        first = table.iloc[0]
        title = f"Least error: {table.index[0]}, {first['mase']:.2f} of the naive one ({first['low']:.2f} to {first['high']:.2f})"
        text = "; ".join(
            f"{row.Index}: {row.mase:.2f} ({row.low:.2f} to {row.high:.2f}), {percent(row.coverage)} inside the interval"
            for row in table.itertuples()
        )
        return finish(
            ax, title, alt=text, x="mean error / that of 'one season ago' (line: 95 % interval; dashed: 1)", y=""
        )


def review_capacity(table: pd.DataFrame, *, base_rate: float, at: int, ax: Axes | None = None) -> Axes:
    """Share of the reviewed that is fraud, and of all frauds found, from `targeting.market.precision_at`.

    `base_rate` is the share of frauds in all, `at` the capacity looked at, one of the table.
    """
    with canvas(ax) as ax:
        ax.fill_between(table.index, table["low"], table["high"], color=SKY, alpha=0.35, lw=0)
        ax.plot(
            table.index, table["precision"], color=BLUE, lw=2.2, label="fraud among the reviewed (band: 95 % interval)"
        )
        ax.plot(table.index, table["recall"], "--", color=ORANGE, lw=2.2, label="of all frauds found")
        ax.axhline(base_rate, color=GREY, ls=":", label="fraud among the reviewed, by lot")
        here = table.loc[at]
        ax.plot(at, here["precision"], "o", color=BLUE, markersize=8)
        ax.plot(at, here["recall"], "s", color=ORANGE, markersize=7)
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False, fontsize=9)
        ends = f"({percent(here['low'])} to {percent(here['high'])})"
        title = (
            f"Of {at:,} reviewed {percent(here['precision'])} {ends} are fraud, {percent(here['recall'])} of all frauds"
        )
        text = f"By lot {percent(base_rate)} would be fraud; the flags bring {here['lift']:.0f} times as many"
        return finish(ax, title, alt=text, x="transactions reviewed, oddest first", y="share")
