"""Pictures of what customers cost and bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crmkit.profit import Move


def whale_curve(table: pd.DataFrame, *, truth: pd.DataFrame | None = None, ax: Axes | None = None) -> Axes:
    """Profit added up from the best customer on, from `profit.whale_curve`.

    `truth` is the same table of the true profit.
    """
    with canvas(ax) as ax:
        share = np.append(0.0, table["share"])
        ax.fill_between(share, np.append(0.0, table["low"]), np.append(0.0, table["high"]), color=BLUE, alpha=0.2, lw=0)
        ax.plot(share, np.append(0.0, table["profit_share"]), color=BLUE, lw=2.5, label="counted (band: 95 % interval)")
        if truth is not None:
            curve = np.append(0.0, truth["profit_share"])
            ax.plot(np.append(0.0, truth["share"]), curve, color=BLACK, ls=":", lw=2, label="truth")
        ax.axhline(1, color=GREY, ls="--", label="all profit")
        top, peak, losing = (table.attrs[name] for name in ("peak_share", "peak", "losing"))
        ax.plot(top, peak, "o", color=BLACK)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        ax.set_xlim(0, 1)
        ax.set_ylim(0)
        ax.grid()
        ax.legend(loc="lower right")
        title = f"The best {percent(top)} of the customers make {100 * peak:.0f} % of the profit"
        if peak > 1:
            title += f"; the last {percent(1 - top)} destroy {100 * (peak - 1):.0f} %"
        fifth = float(np.interp(0.2, share, np.append(0.0, table["profit_share"])))
        text = f"The best fifth makes {100 * fifth:.0f} %; {losing:,} of {len(table):,} customers cost more than they bring"
        if truth is not None:
            text += f". In truth the peak is {100 * truth.attrs['peak']:.0f} %"
        return finish(ax, title, alt=text, x="customers, most profitable first", y="of all profit")


def profit_deciles(table: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Mean profit of each tenth of the customers, from `profit.deciles`."""
    with canvas(ax) as ax:
        gain = table["mean"] >= 0
        bars = ax.bar(table.index, table["mean"], color=np.where(gain, GREEN, RED), width=0.7)
        for bar, good in zip(bars, gain, strict=True):
            bar.set_hatch("" if good else "//")
            bar.set_edgecolor("white")
        ax.vlines(table.index, table["low"], table["high"], color=BLACK, lw=1.5)
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.set_xticks(table.index)
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid(axis="y")
        best, last = table.iloc[0], table.iloc[-1]
        does = "brings" if last["mean"] >= 0 else "costs"
        title = (
            f"A customer of the best group brings {best['mean']:,.0f}, one of the last {does} {abs(last['mean']):,.0f}"
        )
        text = "; ".join(
            f"group {row.Index}: {row.mean:,.1f} ({row.low:,.1f} to {row.high:,.1f})" for row in table.itertuples()
        )
        label = f"groups of equal size, most profitable first (1 to {len(table)})"
        return finish(ax, title, alt=text, x=label, y=f"{unit} a customer (line: 95 % interval)")


def cost_to_serve(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of the work and of the cost by channel, from `profit.by_channel`."""
    with canvas(ax, (8.0, 1.6 + 0.55 * len(table))) as ax:
        at = np.arange(len(table))
        ax.barh(at - 0.2, table["activity_share"], 0.36, color=GREY, label="of the activities")
        ax.barh(at + 0.2, table["cost_share"], 0.36, color=ORANGE, edgecolor=BLACK, lw=0.5, label="of the cost")
        ax.hlines(at + 0.2, table["low"], table["high"], color=BLACK, lw=1.5)
        most = float(np.nanmax(table[["activity_share", "cost_share", "high"]].to_numpy()))
        for place, row in enumerate(table.itertuples()):
            right = np.nanmax([row.activity_share, row.cost_share, row.high])
            words = f"{percent(row.activity_share)} of the work, {percent(row.cost_share)} of the cost"
            ax.text(right + 0.02 * most, place, words, va="center", fontsize=9)
        ax.set_yticks(at, table.index)
        ax.invert_yaxis()
        ax.set_xlim(0, 1.75 * most)
        ax.set_xticks([tick for tick in ax.get_xticks() if tick <= most])
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.legend(loc="lower right")
        dear = table["cost_share"].idxmax()
        row = table.loc[dear]
        title = f"The {dear} carries {percent(row['activity_share'])} of the work and {percent(row['cost_share'])} of the cost"
        text = "; ".join(
            f"{one.Index}: {one.activities:,} activities, cost {one.cost:,.0f}, {percent(one.cost_share)} of the cost"
            + (f" ({percent(one.low)} to {percent(one.high)})" if np.isfinite(one.low) else "")
            for one in table.itertuples()
        )
        return finish(ax, title, alt=text, x="share (line: 95 % interval of that of the cost)", y="")


def channel_move(move: Move, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Cost of each channel before and after work has moved, from `profit.migrate`."""
    with canvas(ax, (8.0, 1.6 + 0.55 * len(move.table))) as ax:
        table = move.table
        at = np.arange(len(table))
        ax.barh(at - 0.2, table["cost_before"], 0.36, color=GREY, label="before")
        ax.barh(at + 0.2, table["cost_after"], 0.36, color=SKY, edgecolor=BLACK, lw=0.5, label="after")
        most = float(table[["cost_before", "cost_after"]].to_numpy().max())
        for place, row in enumerate(table.itertuples()):
            words = f"{row.cost_after - row.cost_before:+,.0f}"
            ax.text(max(row.cost_before, row.cost_after) + 0.02 * most, place, words, va="center", fontsize=9)
        ax.set_yticks(at, table.index)
        ax.invert_yaxis()
        ax.set_xlim(0, 1.25 * most)
        ax.xaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.legend(loc="lower right")
        between = f" ({move.low:+,.0f} to {move.high:+,.0f})" if move.high > move.low else ""
        title = f"Moving {move.moved:,.0f} activities a year saves {move.saved:,.0f} a year{between}"
        back = (
            f"comes back in {move.payback_years:.1f} years" if np.isfinite(move.payback_years) else "never comes back"
        )
        text = f"The one-off cost of {move.one_off:,.0f} {back}; work brought about costs {move.induced_cost:,.0f} a year. "
        text += "; ".join(f"{one.Index}: {one.cost_before:,.0f} to {one.cost_after:,.0f}" for one in table.itertuples())
        return finish(ax, title, alt=text, x=f"cost a year, {unit} (figures: change)", y="")


def equity_split(table: pd.DataFrame, *, at: float | None = None, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Customer equity by the part of the budget that wins customers, from `profit.split`.

    `at` is the part looked at, one of the index.
    """
    with canvas(ax) as ax:
        ax.plot(table.index, table["equity"], color=BLUE, lw=2.5, label="both")
        ax.plot(table.index, table["new"], "--", color=ORANGE, label="customers won, less what winning cost")
        ax.plot(table.index, table["old"], ":", color=GREEN, lw=2, label="present customers")
        best = table.attrs["best"]
        ax.plot(best, table.at[best, "equity"], "o", color=BLACK, markersize=8, label="best")
        title = f"Most equity with {percent(best)} of the budget for winning: {table.at[best, 'equity']:,.0f}"
        if at is not None:
            ax.plot(at, table.at[at, "equity"], "D", color=RED, markersize=8, label="looked at")
            title += f"; with {percent(at)} it is {table.at[at, 'equity']:,.0f}"
        ax.axhline(0, color=GREY, lw=0.8)
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        ax.legend(fontsize=9)
        here = table.loc[best]
        text = (
            f"At the best part {here['acquisition']:,.2f} go on each prospect ({percent(here['won'])} won) and "
            f"{here['retention']:,.2f} on each customer ({percent(here['kept'])} kept a year). Nothing for winning: "
            f"{table['equity'].iloc[0]:,.0f}; everything: {table['equity'].iloc[-1]:,.0f}"
        )
        return finish(ax, title, alt=text, x="part of the budget for winning customers", y=f"customer equity, {unit}")
