"""Pictures of churn: who is still there by time, and what moves the chance to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_POINTS = 600  # of a picture: more are not seen
LOOKS = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"), (RED, (0, (6, 2, 1, 2, 1, 2))), (GREY, (0, (1, 1))))


def staying(
    table: pd.DataFrame,
    *,
    event: float | None = None,
    named: str = "event",
    unit: str = "months",
    ax: Axes | None = None,
) -> Axes:
    """Customers still there by time since joining; one curve a group.

    `table` from `churn.kaplan_meier` or of a fit's `survival`: time, survival, low, high, and group if there is one;
    `event` a time to mark, called `named`.
    """
    with canvas(ax) as ax:
        groups = (
            [(None, table)] if "group" not in table.columns else list(table.groupby("group", sort=False, observed=True))
        )
        if len(groups) > len(LOOKS):
            raise ValueError(
                f"table holds {len(groups)} groups; a picture shows at most {len(LOOKS)}. Mend: leave some out"
            )
        ends = []
        for (name, rows), (colour, line) in zip(groups, LOOKS, strict=False):
            label = "still there" if name is None else str(name)
            ax.fill_between(rows["time"], rows["low"], rows["high"], step="post", color=colour, alpha=0.18, lw=0)
            ax.plot(rows["time"], rows["survival"], drawstyle="steps-post", color=colour, ls=line, lw=2, label=label)
            last = rows.iloc[-1]
            ends.append(
                f"{label} {percent(last['survival'])} ({percent(last['low'])} to {percent(last['high'])}) after "
                f"{last['time']:g} {unit}"
            )
        if event is not None:
            ax.axvline(event, color=BLACK, lw=1, ls=":", label=named)
        ax.set_ylim(0, 1.03)
        ax.set_xlim(0, float(table["time"].max()))
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(
            loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, title="band: 95 % interval", title_fontsize=9
        )
        # Groups are compared where all of them were watched.
        until = min(float(rows["time"].max()) for _, rows in groups)
        there = [("" if name is None else f"{name} ", rows[rows["time"] <= until].iloc[-1]) for name, rows in groups]
        title = f"still there after {until:g} {unit}: " + ", ".join(
            f"{name}{percent(row['survival'])}" for name, row in there
        )
        return finish(ax, title, alt="; ".join(ends), x=f"time since joining ({unit})", y="customers still there")


def hazard_drivers(table: pd.DataFrame, *, ratio: str = "odds of leaving", ax: Axes | None = None) -> Axes:
    """What multiplies the pace of leaving: `coefficients` of a `churn.fit_hazard`, the intercept left out."""
    rows = table.drop(index="intercept", errors="ignore").iloc[::-1]
    if not len(rows) or not np.isfinite(rows[["ratio", "ratio_low", "ratio_high"]].to_numpy()).all():
        raise ValueError("table holds no driver with a finite interval; expected the coefficients of a converged fit")
    with canvas(ax) as ax:
        at = np.arange(len(rows))
        known = ((rows["ratio_low"] > 1) | (rows["ratio_high"] < 1)).to_numpy()
        for mask, colour, mark, label in (
            (known, BLUE, "o", "interval clear of 1"),
            (~known, GREY, "D", "interval holds 1"),
        ):
            if mask.any():
                some = rows[mask]
                spread = [some["ratio"] - some["ratio_low"], some["ratio_high"] - some["ratio"]]
                ax.errorbar(some["ratio"], at[mask], xerr=spread, fmt=mark, color=colour, capsize=3, label=label)
        ax.axvline(1, color=BLACK, lw=0.8)
        ax.set_xscale("log")
        ends = float(rows["ratio_low"].min()), float(rows["ratio_high"].max())
        marks = [
            one
            for one in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20)
            if ends[0] / 1.5 < one < 1.5 * ends[1]
        ]
        ax.set_xticks(marks, [f"{one:g}" for one in marks])
        ax.minorticks_off()
        ax.set_yticks(at, [str(one).replace("_", " ") for one in rows.index])
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.grid(axis="x")
        ax.legend(
            loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, title="line: 95 % interval", title_fontsize=9
        )
        far = rows.loc[np.log(rows["ratio"]).abs().idxmax()]
        title = f"{str(far.name).replace('_', ' ')}: a unit multiplies the {ratio} by {far['ratio']:.2f}"
        said = "; ".join(
            f"{str(one.Index).replace('_', ' ')} {one.ratio:.2f} ({one.ratio_low:.2f} to {one.ratio_high:.2f})"
            for one in rows.iloc[::-1].itertuples()
        )
        return finish(ax, title, alt=said, x=f"factor on the {ratio}, a unit more (log scale)", y="driver")


def retention_offer(offer: Any, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Gain of an offer to stay by chance to leave, one point a customer, from `churn.retention_offer`."""
    rows = offer.customers
    shown = rows if len(rows) <= MOST_POINTS else rows.iloc[np.linspace(0, len(rows) - 1, MOST_POINTS).astype(int)]
    with canvas(ax) as ax:
        for chosen, colour, mark, label in ((True, BLUE, "o", "made the offer"), (False, GREY, "x", "not made it")):
            part = shown[shown["offered"] == chosen]
            if len(part):
                ax.vlines(part["leaves"], part["low"], part["high"], color=colour, lw=0.8, alpha=0.35)
                ax.plot(part["leaves"], part["gain"], mark, color=colour, markersize=4, label=label)
        ax.axhline(0, color=BLACK, lw=1, ls="--", label="pays from here")
        ax.xaxis.set_major_formatter(lambda share, _: percent(share))
        ax.grid()
        ax.legend(loc="best", fontsize=9)
        title = (
            f"Offer to {offer.offered:,} of {len(rows):,}: gain {offer.gain:,.0f} ({offer.low:,.0f} to {offer.high:,.0f}); "
            f"to all {offer.gain_of_all:,.0f}"
        )
        text = f"Gains from {rows['gain'].min():,.1f} to {rows['gain'].max():,.1f} {unit} a customer"
        return finish(
            ax, title, alt=text, x="chance to leave without the offer", y=f"gain of the offer ({unit}; line: interval)"
        )


def list_gains(table: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """What ways to choose customers bring: `table` on the way, with gain, low, high (money in all) and customers."""
    with canvas(ax, (8.0, 1.4 + 0.5 * len(table))) as ax:
        at, pays = np.arange(len(table)), table["gain"] > 0
        ax.hlines(at, table["low"], table["high"], color=GREY)
        for place, one in zip(at, table.itertuples(), strict=True):
            ax.plot(one.gain, place, "o" if one.gain > 0 else "X", color=GREEN if one.gain > 0 else RED, markersize=8)
            ax.text(max(one.high, one.gain), place, f"  {one.gain:+,.0f}", va="center", fontsize=9)
        for mask, mark, colour, label in (
            (pays, "o", GREEN, "estimate above 0"),
            (~pays, "X", RED, "estimate not above 0"),
        ):
            if mask.any():
                ax.plot([], [], mark, color=colour, label=label)
        ax.axvline(0, color=BLACK, lw=0.8)
        ax.set_yticks(at, [f"{name} ({count:,.0f})" for name, count in table["customers"].items()])
        ax.invert_yaxis()
        ax.margins(x=0.16, y=0.2)
        ax.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.2 - 0.25 / len(table)), ncols=2, fontsize=9, frameon=False
        )
        ax.xaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        best, worst = table["gain"].idxmax(), table["gain"].idxmin()
        title = f"{best} brings {table.loc[best, 'gain']:,.0f} {unit}, {worst} {table.loc[worst, 'gain']:,.0f}"
        text = "; ".join(
            f"{one.Index}: {one.gain:,.0f} ({one.low:,.0f} to {one.high:,.0f})" for one in table.itertuples()
        )
        return finish(ax, title, alt=text, x=f"{unit} in all (line: 95 % interval)", y="")
