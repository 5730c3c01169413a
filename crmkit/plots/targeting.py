"""Pictures of what a contact changes and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def trial(
    found: pd.DataFrame, *, outcome: str = "purchases", verb: str = "buy", share: bool = False, ax: Axes | None = None
) -> Axes:
    """With and without the contact, by group, and the difference with its interval.

    `verb`: what the outcome counts; `share`: a customer does it or not, so that the axis ends at 1.
    """
    with canvas(ax, (8.0, 1.2 + 0.5 * len(found))) as ax:
        at = np.arange(len(found))
        ax.barh(at - 0.2, found["control_mean"], 0.36, color=GREY, label="held back")
        ax.barh(at + 0.2, found["treated_mean"], 0.36, color=SKY, edgecolor=BLACK, lw=0.5, label="contacted")
        for place, row in enumerate(found.itertuples()):
            words = f"  {_effect(row.uplift, row.low, row.high, 2)}"
            ax.text(np.nanmax([row.treated_mean, row.control_mean]), place, words, va="center", fontsize=9)
        ax.set_yticks(at, found["group"])
        ax.invert_yaxis()
        ax.set_xlim(0, 1.35 * max(found["treated_mean"].max(), found["control_mean"].max()))
        if share:  # the room beside the bars is for words alone
            ax.set_xticks([tick for tick in ax.get_xticks() if tick <= 1])
        if len(found) > 2:
            ax.legend(loc="lower right")
        else:  # no room beside the bars
            ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncols=2, frameon=False)
        top, most = found.loc[found["treated_mean"].idxmax()], found.loc[found["uplift"].idxmax()]
        title = (
            f"{top['group']} {verb} most when contacted; the largest estimated difference is that of {most['group']}: "
            f"{_effect(most['uplift'], most['low'], most['high'], 2)}"
        )
        text = "; ".join(
            f"{row.group}: {row.control_mean:.2f} without, {row.treated_mean:.2f} with, "
            f"difference {_effect(row.uplift, row.low, row.high, 2)}".replace("nan", "no one")
            for row in found.itertuples()
        )
        return finish(ax, title, alt=text, x=f"{outcome} a customer (figures: difference, 95 % interval)", y="")


def net_gain(
    gain: pd.DataFrame, *, truth: pd.Series | None = None, unit: str = "money", ax: Axes | None = None
) -> Axes:
    """Money won or lost by one contact in each group, from `targeting.net_gain`."""
    with canvas(ax, (8.0, 1.2 + 0.46 * len(gain))) as ax:
        at = np.arange(len(gain))
        pays = gain["gain"] > 0
        colours = [GREEN if one else RED for one in pays]
        ax.hlines(at, gain["low"], gain["high"], color=GREY)
        for place, (value, colour, one) in enumerate(zip(gain["gain"], colours, pays, strict=True)):
            ax.plot(value, place, "o" if one else "X", color=colour, markersize=8)
            right = np.nan_to_num(np.fmax(value, gain["high"].iloc[place]))
            words = f"  {value:+.1f}" if np.isfinite(value) else "  an arm is empty: nothing to compare"
            ax.text(right, place, words, va="center", fontsize=9)
        if truth is not None:
            ax.plot(truth.reindex(gain.index), at, "|", color=BLACK, markersize=20, mew=2.5, label="truth")
        ax.plot([], [], "o", color=GREEN, label="estimate above 0")
        ax.plot([], [], "X", color=RED, label="estimate below 0")
        ax.axvline(0, color=BLACK, lw=0.8)
        ax.set_yticks(at, gain.index)
        ax.invert_yaxis()
        ax.legend(loc="lower right")
        best = gain[pays].sort_values("gain", ascending=False)
        title = "No estimate is above 0"
        if len(best):
            said = [f"{one.Index} {_effect(one.gain, one.low, one.high, 1)}" for one in best.itertuples()]
            title = f"Estimates above 0: {', '.join(said)}"
        if truth is not None:
            pays = truth.reindex(gain.index)[lambda true: true > 0].sort_values(ascending=False)
            said = [
                f"{name} {value:+.1f}, estimated {_effect(*gain.loc[name, ['gain', 'low', 'high']], 1)}"
                for name, value in pays.items()
            ]
            title = f"In truth a contact pays in {len(pays) or 'none'} of {len(gain)} groups"
            title += f": {'; '.join(said)}" if said else ""
        ax.margins(x=0.12)
        text = "; ".join(
            f"{name}: {_effect(row.gain, row.low, row.high, 1)}"
            for name, row in zip(gain.index, gain.itertuples(), strict=True)
        )
        if truth is not None:
            text += ". Truth: " + "; ".join(f"{name} {value:+.1f}" for name, value in truth.items())
        return finish(ax, title, alt=text, x=f"{unit} gained by one contact (line: 95 % interval)", y="")


def programme(curve: pd.DataFrame, *, at: float, result: float, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Result of a loyalty programme against the rise in purchases it brings.

    `curve` is on the rise (share): result (money a year); at the rise `at` it is `result`.
    """
    with canvas(ax) as ax:
        ax.plot(curve.index, curve["result"], color=ORANGE)
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.plot(at, result, "o" if result > 0 else "X", color=GREEN if result > 0 else RED, markersize=10)
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        even = curve.attrs["break_even"]
        if even <= curve.index.max():
            ax.axvline(even, color=GREY, ls="--")
            ax.annotate(f" break-even at {100 * even:.1f} %", (even, ax.get_ylim()[0]), va="bottom", color="#444444")
        title = f"A rise of {100 * at:.0f} % in purchases brings {result:+,.0f} {unit} a year"
        return finish(
            ax, title, alt=f"Break-even at {100 * even:.1f} %", x="rise in purchases", y=f"result, {unit} a year"
        )


def promises(
    found: pd.DataFrame,
    *,
    unit: str = "money",
    by: str = "the pilot",
    what: str = "the plan",
    who: str = "firms",
    ax: Axes | None = None,
) -> Axes:
    """What was promised of `what` and what it brought; a frame with both columns, a row a firm; `by` is who promised."""
    rows = found.sort_values("promised", ignore_index=True)
    with canvas(ax) as ax:
        ax.vlines(rows.index, rows["brought"], rows["promised"], color=GREY, lw=1)
        ax.plot(rows.index, rows["promised"], "o", color=ORANGE, label=f"promised by {by}")
        ax.plot(rows.index, rows["brought"], "_", color=BLACK, markersize=11, mew=2.5, label="brought in truth")
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.set_xticks([])
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.legend(loc="upper left")
        means = found[["promised", "brought"]].mean()
        title = f"On average {means['promised']:,.0f} promised, {means['brought']:,.0f} brought"
        pairs = "; ".join(f"{row.promised:,.0f} promised, {row.brought:,.0f} brought" for row in rows.itertuples())
        return finish(ax, title, alt=pairs, x=f"{len(found)} {who}, by what {by} promised", y=f"gain of {what}, {unit}")


def form(found: pd.DataFrame, *, at: int, ax: Axes | None = None) -> Axes:
    """Entries that a form of so many fields collects, from `targeting.form`; `at` is the number looked at."""
    with canvas(ax) as ax:
        ax.plot(found.index, found["entries"], "--", color=ORANGE, label="all entries")
        ax.plot(found.index, found["sound"], color=SKY, lw=2.5, label="sound entries")
        ax.plot(at, found.at[at, "sound"], "o", color=BLACK)
        ax.set_ylim(0)
        ax.grid()
        ax.legend()
        here = found.loc[at]
        title = f"{at} fields: {here['sound']:.0f} of {here['entries']:.0f} entries from 100 people are sound"
        text = f"{here['handed_in']:.0f} of 100 hand the form in, {here['honest']:.0f} of them honestly"
        return finish(ax, title, alt=text, x="fields in the form", y="entries from 100 people")


def gains(table: pd.DataFrame, *, best: pd.DataFrame | None = None, ax: Axes | None = None) -> Axes:
    """Share of the outcome captured by the best scored customers, from `targeting.gains`.

    `best` is the same table of the true chances: what no score can beat but by luck.
    """
    with canvas(ax) as ax:
        zero = [0.0]
        share = [*zero, *table["share"]]
        ax.fill_between(share, [*zero, *table["low"]], [*zero, *table["high"]], color=SKY, alpha=0.35, lw=0)
        ax.plot(share, [*zero, *table["captured"]], color=SKY, lw=2.5, label="by this score (band: 95 % interval)")
        if best is not None:
            ax.plot([*zero, *best["share"]], [*zero, *best["captured"]], color=BLACK, ls=":", label="truth")
        ax.plot([0, 1], [0, 1], "--", color=GREY, label="by lot")
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1.02)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(loc="lower right")

        def at(frame: pd.DataFrame, column: str, share: float) -> float:
            return 100 * float(np.interp(share, [*zero, *frame["share"]], [*zero, *frame[column]]))

        title = f"The best fifth by score holds {at(table, 'captured', 0.2):.0f} % of all responses"
        text = "; ".join(
            f"{percent(share)} of the customers: {at(table, 'captured', share):.0f} % "
            f"({at(table, 'low', share):.0f} to {at(table, 'high', share):.0f})"
            + (f", truth {at(best, 'captured', share):.0f} %" if best is not None else "")
            for share in (0.1, 0.2, 0.5)
        )
        return finish(ax, title, alt=text, x="customers addressed, best scored first", y="responses captured")


def _effect(value: float, low: float, high: float, digits: int) -> str:
    """A difference with its interval in words; too small arms have less to say."""
    if not np.isfinite(value):
        return "unknown (an arm is empty)"
    if not np.isfinite([low, high]).all():
        return f"{value:+.{digits}f} (too few for an interval)"
    return f"{value:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f})"
