"""Pictures of one customer's money, of first channels, and of adoption brought forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crmkit.targeting.market import Hastened


def net_worth(months: pd.DataFrame, *, who: str = "the customer", unit: str = "money", ax: Axes | None = None) -> Axes:
    """One customer's assets above, debts below and net worth by month end; columns assets, debts (below 0), net."""
    with canvas(ax) as ax:
        at = np.arange(len(months))
        ax.bar(at, months["assets"], color=SKY, label="assets", width=0.8)
        ax.bar(at, months["debts"], color=ORANGE, hatch="//", edgecolor="white", label="debts", width=0.8)
        ax.plot(at, months["net"], color=BLACK, lw=2, marker="o", ms=3, label="net worth")
        ax.axhline(0, color=BLACK, lw=0.8)
        low, high = float(months["debts"].min()), float(months["assets"].max())
        room = max(high - low, 1.0)
        ax.set_ylim(low - 0.05 * room, high + 0.25 * room)
        step = max(len(months) // 6, 1)
        ax.set_xticks(at[::step], [f"{day:%b %y}" for day in months.index[::step]])
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.legend(loc="upper left", ncols=3, fontsize=9)
        last = months.iloc[-1]
        title = f"Net worth of {who}: {last['net']:,.0f} {unit} at the end"
        text = (
            f"At the end assets of {last['assets']:,.0f} and debts of {-last['debts']:,.0f}; {months['net'].iloc[0]:,.0f} net in "
            f"{months.index[0]:%B %Y}, {last['net']:,.0f} in {months.index[-1]:%B %Y}"
        )
        return finish(ax, title, alt=text, x="month end", y=f"balance, {unit}")


def first_channels(part: pd.DataFrame, *, topic: str, unit: str = "money", ax: Axes | None = None) -> Axes:
    """What a request of one topic costs in the end by its first channel: rows of one topic of `profit.route`, on channel."""
    with canvas(ax, (8.0, 1.6 + 0.5 * len(part))) as ax:
        rows = part.sort_values("cost")
        at = np.arange(len(rows))
        ax.hlines(at, rows["cost_low"], rows["cost_high"], color=BLACK, lw=1.5)
        best = rows["best"].to_numpy()
        ax.plot(rows["cost"][best], at[best], "D", color=GREEN, ms=9, label="least")
        ax.plot(rows["cost"][~best], at[~best], "o", color=GREY, ms=7, label="others")
        right = float(rows["cost_high"].max())
        for place, row in enumerate(rows.itertuples()):
            ax.text(right * 1.04, place, f"{row.cost:.2f}, {100 * row.settled:.0f} % settled", va="center", fontsize=9)
        ax.set_yticks(at, rows.index)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xlim(0, 1.5 * right)
        ax.set_xticks([tick for tick in ax.get_xticks() if tick <= right])
        ax.grid(axis="x")
        first = rows.iloc[0]
        ends = f"{first['cost']:.2f} ({first['cost_low']:.2f} to {first['cost_high']:.2f})"
        title = f"{topic}: {rows.index[0]} first costs least, {ends}"
        text = "; ".join(
            f"{row.Index}: {row.cost:.2f} ({row.cost_low:.2f} to {row.cost_high:.2f})" for row in rows.itertuples()
        )
        return finish(ax, title, alt=text, x=f"a request in the end, {unit} (line: 95 % interval)", y="")


def hastened(
    band: pd.DataFrame,
    found: Hastened,
    *,
    seen: int,
    market: float,
    unit: str = "money",
    period: str = "period",
    ax: Axes | None = None,
) -> Axes:
    """Users by the law of Bass and if all who will come came at once; between them the time that is won.

    `band` from `BassFit.band` (or a frame with the column cumulative alone), `found` from `targeting.market.hasten`;
    `seen` periods lie behind, and `market` adopt in the end.
    """
    with canvas(ax) as ax:
        at = band.index.to_numpy()
        mean = band["cumulative"].to_numpy()
        if "cumulative_low" in band:
            low, high = band["cumulative_low"], band["cumulative_high"]
            ax.fill_between(at, low, high, color=GREY, alpha=0.25, lw=0, label="95 % interval")
        ahead = at >= seen
        ax.fill_between(at[ahead], mean[ahead], market, color=GREEN, alpha=0.3, lw=0, label="time won")
        ax.plot(at, mean, color=BLUE, lw=2.5, label="users, by themselves")
        ax.plot(
            [seen, seen, at[-1]],
            [np.interp(seen, at, mean), market, market],
            color=RED,
            ls="--",
            lw=2,
            label="all at once",
        )
        ax.set_ylim(
            0, 1.15 * max(market, float(band["cumulative_high"].max()) if "cumulative_high" in band else market)
        )
        ax.set_xlim(at[0], at[-1])
        ax.grid()
        ax.legend(loc="lower right", fontsize=9)
        ends = f" ({found.net_low:+,.0f} to {found.net_high:+,.0f})" if np.isfinite(found.net_low) else ""
        title = f"All who will come, at once, for {found.one_off:,.0f}: net {found.net:+,.0f} {unit}{ends}"
        anyway = f"{mean[-1]:,.0f} of {market:,.0f} would use it by {period} {at[-1]} anyway"
        text = f"{anyway}; {found.gained:,.0f} customer-{period}s are won"
        return finish(ax, title, alt=text, x=f"{period} since the launch", y="users")


def ownership(totals: pd.DataFrame, *, at: int, unit: str = "money", ax: Axes | None = None) -> Axes:
    """What each way has cost by the end of each year, in today's money.

    `totals` on the year, one column a way (total of `profit.ownership`); `at` the year looked at.
    """
    looks = ((ORANGE, "--", "s"), (BLUE, "-", "o"), (GREEN, "-.", "^"))
    with canvas(ax) as ax:
        for (name, values), (colour, line, mark) in zip(totals.items(), looks, strict=False):
            ax.plot(totals.index, values, line, marker=mark, color=colour, lw=2, label=name)
        ax.axvline(at, color=GREY, ls=":")
        ax.set_ylim(0, 1.1 * float(totals.to_numpy().max()))
        ax.set_xticks(totals.index)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.grid(axis="y")
        ax.legend(loc="lower right")
        here = totals.loc[at]
        title = f"Over {at} year{'s' if at > 1 else ''}, to {here.idxmin()} costs least: {here.min():,.0f} {unit}"
        text = "; ".join(f"{name}: {value:,.0f} {unit} by year {at}" for name, value in here.items())
        return finish(ax, title, alt=text, x="years used", y=f"cost so far, {unit} of today")
