"""Pictures of a pipeline, of life-cycle states ahead, of beliefs before and after a trial, and of a portal's topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crmkit.targeting.pipeline import Forecast

LINES = (("-", "o", BLUE), ("--", "s", ORANGE), (":", "^", GREY), ("-.", "D", GREEN))


def conversions(table: pd.DataFrame, *, truth: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """Share that goes on from each stage with its interval, from `pipeline.conversion`; `truth` on stage, where opened."""
    with canvas(ax, (8.0, 1.5 + 0.5 * len(table))) as ax:
        at = np.arange(len(table))
        ax.hlines(at, table["low"], table["high"], color=BLUE, lw=2)
        ax.plot(table["share"], at, "o", color=BLUE, ms=7, label="counted, with 95 % interval")
        if truth is not None:
            ax.plot(
                truth.reindex(table.index.astype(str)), at, "D", color=ORANGE, ms=7, mfc="none", mew=2, label="truth"
            )
        for place, row in enumerate(table.itertuples()):
            ax.text(
                1.02,
                place,
                f"{percent(row.share)} of {row.passed + row.lost:,}; {row.open} still here",
                va="center",
                fontsize=9,
            )
        ax.set_yticks(at, table.index)
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.set_xlim(0, 1.5)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        ax.grid(axis="x")
        if truth is not None:
            ax.legend(loc="lower left", fontsize=9)
        chance, worst = float(table["share"].prod()), table["share"].idxmin()
        title = f"Of 100 at the first stage {100 * chance:.0f} are won; most are lost as {worst}"
        text = "; ".join(
            f"{row.Index}: {percent(row.share)} ({percent(row.low)} to {percent(row.high)})"
            for row in table.itertuples()
        )
        return finish(ax, title, alt=text, x="share of those that left the stage that went on", y="")


def quarter(
    found: Forecast,
    *,
    promised: float | None = None,
    came: float | None = None,
    unit: str = "money",
    ax: Axes | None = None,
) -> Axes:
    """Money that open opportunities bring in simulated futures, from `pipeline.forecast`; what was promised, what came."""
    with canvas(ax) as ax:
        ax.hist(found.money / 1e6, bins=40, color=SKY, edgecolor="white")
        ax.axvspan(
            found.low / 1e6, found.high / 1e6, color=BLUE, alpha=0.12, label=f"{percent(found.level)} of the futures"
        )
        ax.axvline(found.mean / 1e6, color=BLUE, lw=2, label="mean")
        for value, colour, dash, label in ((promised, RED, "--", "sellers' promise"), (came, BLACK, "-.", "what came")):
            if value is not None:
                ax.axvline(value / 1e6, color=colour, ls=dash, lw=2, label=label)
        ax.legend(loc="upper center", fontsize=9)
        title = f"{found.mean / 1e6:.2f} million are to be expected, {found.low / 1e6:.2f} to {found.high / 1e6:.2f}"
        if promised is not None:
            title += f"; the sellers say {promised / 1e6:.2f}"
        text = f"Of {len(found.money):,} futures the middle {percent(found.level)} lie between these ends"
        if came is not None:
            text += f"; {came / 1e6:.2f} came"
        return finish(ax, title, alt=text, x=f"won from the open opportunities, million {unit}", y="futures")


def states_ahead(
    table: pd.DataFrame, *, other: pd.DataFrame | None = None, step: str = "step", ax: Axes | None = None
) -> Axes:
    """Customers in each state of the life cycle step by step, from `segments.ahead`; `other` the same with a change."""
    with canvas(ax) as ax:
        for name, (dash, mark, colour) in zip(table.columns, LINES, strict=False):
            ax.plot(table.index, table[name], dash, marker=mark, color=colour, label=name)
            if other is not None:
                ax.plot(
                    other.index,
                    other[name],
                    dash,
                    marker=mark,
                    mfc="none",
                    color=colour,
                    alpha=0.55,
                    lw=1,
                    label=f"{name}, changed",
                )
        ax.set_ylim(0, 1.3 * max(table.to_numpy().max(), 0 if other is None else other.to_numpy().max()))
        ax.set_xticks(table.index)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.legend(loc="upper left", ncols=3, fontsize=9)
        ax.grid(axis="y")
        name = table.columns[-1]
        end = table if other is None else other
        title = (
            f"{table[name].iloc[0]:,.0f} are {name} today, {end[name].iloc[-1]:,.0f} after {table.index[-1]} {step}s"
        )
        text = "; ".join(f"{one}: {table[one].iloc[0]:,.0f}, then {table[one].iloc[-1]:,.0f}" for one in table.columns)
        return finish(ax, title, alt=text, x=f"{step}s from today", y="customers")


def beliefs_after(table: pd.DataFrame, *, believed: float, least: pd.Series, ax: Axes | None = None) -> Axes:
    """Effect of a contact before, in and after a trial by group, from `targeting.update`; `least` that which pays, on group."""
    with canvas(ax, (8.0, 1.8 + 0.75 * len(table))) as ax:
        at = np.arange(len(table))
        ax.plot(table["measured"], at - 0.2, "s", color=ORANGE, ms=7, label="measured")
        ax.hlines(at, table["low"], table["high"], color=BLUE, lw=2)
        ax.plot(table["mean"], at, "o", color=BLUE, ms=7, label="believed after, 95 % interval")
        ax.plot(least.reindex(table.index), at + 0.2, "|", color=BLACK, ms=16, mew=2, label="pays from here on")
        ax.axvline(believed, color=GREY, ls="--", lw=1, label="believed before")
        ax.set_yticks(at, table.index)
        ax.set_ylim(len(table) - 0.5, -0.6)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=2, fontsize=9)
        ax.grid(axis="x")
        pays = [str(name) for name in table.index if table.at[name, "mean"] > least[name]]
        title = (
            f"By the best estimate a contact pays for: {', '.join(pays)}"
            if pays
            else "By the best estimate no contact pays"
        )
        text = "; ".join(
            f"{row.Index}: measured {row.measured:.2f}, after {row.mean:.2f} ({row.low:.2f} to {row.high:.2f})"
            for row in table.itertuples()
        )
        return finish(ax, title, alt=text, x="orders more by one contact", y="")


def focus(table: pd.DataFrame, money: pd.Series, *, at: int, unit: str = "money", ax: Axes | None = None) -> Axes:
    """What a portal brings with so many topics: `table` from `segments.focus`, `money` net of each number of topics."""
    with canvas(ax) as ax:
        best = int(money.idxmax())
        colours = [GREEN if k == best else ORANGE if k == at else SKY for k in table.index]
        ax.bar(table.index, money, color=colours, edgecolor=BLACK, linewidth=0.5)
        room = max(money.max(), 0) - min(money.min(), 0)
        for k, value in money.items():
            share = percent(table.at[k, "registered_share"])
            ax.text(k, max(value, 0) + 0.02 * room, f"{share}\nkept", ha="center", va="bottom", fontsize=9)
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.set_ylim(min(money.min(), 0) - 0.05 * room, max(money.max(), 0) + 0.25 * room)
        ax.set_xticks(table.index, [f"{k}\n+ {name}" for k, name in table["added"].items()])
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        title = f"{best} topics bring most, {money[best]:,.0f} {unit}; all {len(table)} bring {money.iloc[-1]:,.0f}"
        text = "; ".join(
            f"{k} topics {money[k]:,.0f}, {percent(table.at[k, 'registered_share'])} kept" for k in table.index
        )
        return finish(
            ax, title, alt=text, x="topics kept, and the one added (label: registrations kept)", y=f"a month, {unit}"
        )
