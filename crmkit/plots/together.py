"""Pictures of what goes together: lifts met again, a reported share, effects beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREY, ORANGE, SKY, beside, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LEAST = 0.2  # the smallest lift that is drawn


def lift_again(found: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Lifts of the best pairs where they were chosen and where they were not, from `baskets.again`."""
    part = found[found["lift_again"].notna()]
    with canvas(ax, (8.4, 1.9 + 0.28 * max(len(part), 1))) as ax:
        at = np.arange(len(part))
        met = (part["lift_again"] > 0).to_numpy()
        ax.hlines(at[met], part["again_low"][met].clip(lower=LEAST), part["again_high"][met], color=SKY, lw=2.5)
        ax.plot(part["lift_again"][met], at[met], "o", color=BLUE, label="in the other half (line: 95 % interval)")
        for place in at[~met]:  # a logarithmic axis has no 0
            ax.text(1.05 * LEAST, place, "in no basket", va="center", fontsize=9, color=BLUE)
        ax.plot(part["lift"], at, "D", color=ORANGE, mec=BLACK, mew=0.5, label="in the half that chose them")
        ax.axvline(1, color=BLACK, lw=0.9, ls=":")
        ax.set_yticks([])
        side = ax.get_yaxis_transform()  # labels of ticks take twice the time
        for place, one, two in zip(at, part["first"], part["second"], strict=True):
            ax.text(-0.01, place, f"{one} + {two}", ha="right", va="center", transform=side)
        ax.set_ylim(max(len(part), 1) - 0.5, -0.5)
        ax.set_xscale("log", base=2)
        ax.set_xlim(left=LEAST)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.figure.legend(loc="outside lower right", ncols=2, fontsize=9) if part.size else None
        if not len(part):
            return finish(ax, "No pair is left to follow", alt="nothing to show", x="lift", y="")
        means = part["lift"].mean(), part["lift_again"].mean()
        title = f"Chosen at a mean lift of {means[0]:.1f}, met again at {means[1]:.1f}"
        text = "; ".join(
            f"{row.first} + {row.second} {row.lift:.1f}, again "
            + (f"{row.lift_again:.1f} ({row.again_low:.1f} to {row.again_high:.1f})" if some else "in no basket")
            for row, some in zip(part.itertuples(), met, strict=True)
        )
        return finish(ax, title, alt=text, x="lift (log scale; 1: as by chance)", y="")


def lift_of_share(table: pd.DataFrame, *, at: float, ax: Axes | None = None) -> Axes:
    """What lift a reported confidence stands for, by the share that holds the consequent anyhow, from `baskets.reported`."""
    with canvas(ax) as ax:
        ax.fill_between(table["base"], table["lift_low"], table["lift_high"], color=SKY, alpha=0.4, lw=0, label="95 %")
        ax.plot(table["base"], table["lift"], color=BLUE, lw=2.5, label="lift")
        ax.axhline(1, color=BLACK, lw=0.9, ls=":")
        here = table.iloc[(table["base"] - at).abs().argmin()]
        ax.plot(here["base"], here["lift"], "o", color=ORANGE, mec=BLACK, ms=9, zorder=3)
        ax.set_yscale("log", base=2)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.xaxis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="upper right")
        ends = f"({here['lift_low']:.2f} to {here['lift_high']:.2f})"
        title = f"With {percent(here['base'])} anyhow, the report means a lift of {here['lift']:.2f} {ends}"
        text = f"The lift falls from {table['lift'].max():.1f} to {table['lift'].min():.2f} as the share anyhow grows"
        return finish(
            ax, title, alt=text, x="share of all baskets that hold it anyhow", y="lift (log scale; 1: by chance)"
        )


def compared(table: pd.DataFrame, *, title: str, x: str, zero: float = 0.0, ax: Axes | None = None) -> Axes:
    """Answers to one question beside each other: value, low and high, an answer a row; missing ends: no interval."""
    with canvas(ax, (8.0, 1.5 + 0.5 * len(table))) as ax:
        at = np.arange(len(table))
        known = table["low"].notna().to_numpy()
        ax.hlines(at[known], table["low"][known], table["high"][known], color=GREY, lw=2.5)
        ax.plot(table["value"][known], at[known], "o", color=BLUE, ms=8)
        ax.plot(table["value"][~known], at[~known], "D", color=ORANGE, mec=BLACK, mew=0.5, ms=8)
        ax.axvline(zero, color=BLACK, lw=0.9, ls=":")
        ax.set_yticks(at, table.index)
        ax.set_ylim(len(table) - 0.5, -0.5)
        ax.margins(x=0.08)
        size = float(table["value"].abs().max())

        def told(value: float) -> str:
            return f"{value:,.0f}" if size >= 50 else f"{value:.2f}"

        ax.locator_params(axis="x", nbins=6)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if size >= 50 else f"{value:g}")
        text = "; ".join(
            f"{name} {told(row['value'])}"
            + (f" ({told(row['low'])} to {told(row['high'])})" if np.isfinite(row["low"]) else " (no interval)")
            for name, row in table.iterrows()
        )
        return finish(ax, title, alt=text, x=x, y="", width=beside(table.index))
