"""Pictures of claims: what the own years say of a policy, and what to expect of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREY, ORANGE, canvas, finish

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def claims_seen(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Rate of claims by claims seen: as counted, to expect, and true where opened.

    `table` on claims seen: policies, naive, rate, low, high (claims a year), and true if known.
    """
    with canvas(ax) as ax:
        at = np.arange(len(table))
        arm = [(table["rate"] - table["low"]).clip(lower=0), (table["high"] - table["rate"]).clip(lower=0)]
        ax.plot(at - 0.12, table["naive"], "x", color=ORANGE, ms=9, mew=2.5, label="as counted")
        ax.errorbar(
            at, table["rate"], arm, fmt="o", color=BLUE, capsize=4, label="to expect, with 95 % of the policies' own"
        )
        if "true" in table:
            ax.plot(at + 0.12, table["true"], "_", color=BLACK, ms=20, mew=3, label="true")
        ax.set_xticks(at, [f"{claims}\n({policies:,})" for claims, policies in table["policies"].items()])
        ax.set_ylim(0)
        ax.grid(axis="y")
        ax.legend(loc="upper left")
        first = table.iloc[0]
        title = f"None seen is not none to come: {first['rate']:.2f} claims a year to expect"
        text = "; ".join(
            f"{claims} claims seen ({row['policies']:,.0f} policies): {row['naive']:.2f} a year as counted, {row['rate']:.2f} "
            f"({row['low']:.2f} to {row['high']:.2f}) to expect"
            + (f", true {row['true']:.2f}" if "true" in table else "")
            for claims, row in table.iterrows()
        )
        return finish(ax, title, alt=text, x="claims seen (policies)", y="claims a year")


def claim_history(table: pd.DataFrame, *, at: float, claims: int, ax: Axes | None = None) -> Axes:
    """Rate to expect by years watched, for one number of claims.

    `table` on years: naive, rate, low, high, mean (claims a year); `at` the years looked at.
    """
    with canvas(ax) as ax:
        ax.fill_between(
            table.index, table["low"], table["high"], color=BLUE, alpha=0.18, lw=0, label="95 % of such policies"
        )
        ax.plot(table.index, table["naive"], "--", color=ORANGE, lw=2, label="as counted: claims / years")
        ax.plot(table.index, table["rate"], color=BLUE, lw=2.5, label="to expect")
        ax.axhline(table["mean"].iloc[0], color=GREY, ls=":", lw=1.5, label="all policies")
        ax.axvline(at, color=BLACK, lw=0.8)
        row = table.iloc[int(np.abs(table.index.to_numpy(dtype=float) - at).argmin())]
        ax.set_ylim(0, max(1.2 * float(table["high"].max()), 0.1))
        ax.grid()
        ax.legend(loc="upper right")
        title = f"{claims} claims in {at:g} years: expect {row['rate']:.2f} a year, not {row['naive']:.2f}"
        text = (
            f"To expect {row['rate']:.2f} a year ({row['low']:.2f} to {row['high']:.2f}); as counted {row['naive']:.2f}"
        )
        return finish(ax, title, alt=text, x="years watched", y="claims a year")
