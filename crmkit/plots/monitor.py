"""Pictures of what is out of the ordinary: control charts, run lengths, samples, league tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, PINK, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LINES = (("-", "o", BLUE), ("--", "s", ORANGE), (":", "^", GREEN), ("-.", "D", PINK))


def control_chart(
    table: pd.DataFrame,
    *,
    exact: bool = False,
    what: str = "value",
    unit: str = "period",
    shifted: object = None,
    ax: Axes | None = None,
) -> Axes:
    """Periods with their limits and signals, from `monitor.p_chart`, `c_chart` or the chart of EWMA and Shewhart.

    `exact` judges shares and counts by their exact limits; `shifted` is the true first period of a change; `unit` names one.
    """
    with canvas(ax) as ax:
        shown = next(name for name in ("statistic", "share", "rate") if name in table)
        low, high, signal = ("exact_low", "exact_high", "exact_signal") if exact else ("low", "high", "signal")
        if shown == "statistic" and not np.array_equal(table["value"], table["statistic"]):
            ax.plot(table.index, table["value"], ".", color=PALE, markersize=7, label="single values")
        ax.plot(table.index, table[shown], "-o", color=BLUE, markersize=4, lw=1.2, label=what)
        for edge, label in ((low, "limits"), (high, None)):
            ax.step(table.index, table[edge], where="mid", color=RED, ls="--", lw=1.2, label=label)
        ax.plot(table.index, table["centre"], color=GREY, lw=1, label="centre")
        alarms = table[table[signal]]
        if len(alarms):
            ax.plot(alarms.index, alarms[shown], "X", color=BLACK, markersize=10, label="signal")
        if shifted is not None:
            ax.axvline(shifted, color=BLACK, ls=":", lw=1.5, label="truth: changed here")
        if shown == "share":
            ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid(axis="y")
        ax.margins(y=0.12)
        ax.legend(fontsize=8.5, ncols=3, loc="upper left")
        bottom, top = ax.get_ylim()
        ax.set_ylim(bottom, top + 0.22 * (top - bottom))  # room for the legend
        first = f", first in {unit} {_period(alarms.index[0])}" if len(alarms) else ""
        title = f"{len(alarms)} of {len(table)} {unit}s signal{first}"
        ends = table[[low, high]].iloc[-1]
        text = (
            f"Centre {table['centre'].iloc[0]:.3g}, limits of the last {unit} {ends.iloc[0]:.3g} to {ends.iloc[1]:.3g}"
        )
        if "false_alarm" in table.attrs:
            chance = table.attrs["exact_false_alarm" if exact else "false_alarm"]
            text += f"; chance of a false alarm in a {unit} {100 * chance:.2g} %"
        if len(alarms):
            text += "; signals: " + ", ".join(
                f"{_period(at)} ({value:.3g})" for at, value in alarms[shown].head(8).items()
            )
        if shifted is not None:
            text += f"; in truth it changed in {unit} {_period(shifted)}"
        return finish(ax, title, alt=text, x=unit, y=what)


def run_lengths(table: pd.DataFrame, *, at: float | None = None, ax: Axes | None = None) -> Axes:
    """Mean periods until a signal by the size of the shift.

    `table` has an index of shifts (standard deviations, from 0) and one column a chart; `at` is the shift
    looked at, one of the index.
    """
    with canvas(ax) as ax:
        for (name, values), (style, marker, colour) in zip(table.items(), LINES * 3, strict=False):
            every = max(len(table) // 8, 1)
            ax.plot(
                table.index, values, style, marker=marker, color=colour, markevery=every, markersize=5, label=str(name)
            )
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(lambda periods, _: f"{periods:,.0f}")
        ax.grid(which="both", axis="y")
        here = table.index[len(table) // 2] if at is None else at
        if at is not None:
            ax.axvline(at, color=BLACK, ls=":", lw=1.2)
        ax.legend()
        row = table.loc[here]
        quick = row.idxmin()
        title = f"A shift of {here:g} standard deviation(s) shows after {row[quick]:.1f} periods ({quick})"
        text = "; ".join(
            f"{name}: a false alarm in {table[name].iloc[0]:,.0f} periods, a shift of {here:g} after {row[name]:,.1f}"
            for name in table
        )
        return finish(ax, title, alt=text, x="shift of the mean, standard deviations", y="mean periods until a signal")


def sample_width(
    table: pd.DataFrame,
    *,
    at: int | None = None,
    unit: str = "points",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Half-width of an interval by the number of answers.

    `table` has an index of numbers of answers and one column a method (half of ``width`` of
    `monitor.mean_interval`); `at` is the number looked at, one of the index.
    """
    with canvas(ax) as ax:
        for (name, values), (style, marker, colour) in zip(table.items(), LINES * 3, strict=False):
            ax.plot(table.index, values, style, marker=marker, color=colour, markersize=5, label=str(name))
        here = table.index[0] if at is None else at
        ax.axvline(here, color=BLACK, ls=":", lw=1.2)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda n, _: f"{n:,.0f}")
        ax.xaxis.set_minor_formatter(lambda n, _: "")
        ax.set_ylim(0)
        ax.grid()
        ax.legend()
        row = table.loc[here]
        title = title or f"{here:,} answers tell the mean to ±{row.iloc[0]:.1f} {unit}"
        text = "; ".join(
            f"{name}: ±{value:.1f} with {here:,}, ±{table[name].iloc[-1]:.1f} with {table.index[-1]:,}"
            for name, value in row.items()
        )
        return finish(ax, title, alt=text, x="answers (logarithmic)", y=f"half of the 95 % interval, {unit}")


def league_table(
    table: pd.DataFrame,
    *,
    truth: pd.Series | None = None,
    most: int = 24,
    who: str = "who",
    each: str = "chances",
    hit: str = "successes",
    ax: Axes | None = None,
) -> Axes:
    """The naive league table beside the fair one, from `monitor.league` or `league_means`.

    `truth` is the true share or mean of each; of many the first `most` are shown. For the axes: `who` is compared, what
    `each` of them had many of, and which of these are a `hit`.
    """
    shown = table.head(most)
    with canvas(ax, (8.0, 1.6 + 0.27 * len(shown))) as ax:
        place = np.arange(len(shown))
        ax.hlines(place, shown["low"], shown["high"], color=BLUE, lw=2)
        ax.plot(shown["naive"], place, "D", mfc="white", color=ORANGE, label="as counted")
        ax.plot(shown["shrunk"], place, "o", color=BLUE, label="fair (line: 95 % interval)")
        if truth is not None:
            ax.plot(truth.reindex(shown.index), place, "|", color=BLACK, markersize=13, mew=2.5, label="truth")
        ax.axvline(table.attrs["mean"], color=GREY, ls="--", lw=1)
        share = "of" in table
        names = (
            [f"{name} ({of:,})" for name, of in shown["of"].items()] if share else [str(name) for name in shown.index]
        )
        ax.set_yticks(place, names)
        ax.invert_yaxis()
        if share:
            ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g} %")
        ax.grid(axis="x")
        ax.legend(loc="lower right", fontsize=9)
        say = percent if share else (lambda value: f"{value:.3g}")
        first, naive = table.iloc[0], table["naive"].idxmax()
        title = f"{table.index[0]} leads, best of all with a chance of {percent(first['p_best'])}"
        if naive != table.index[0]:
            title += f"; as counted it was {naive}"
        if truth is not None:
            off = table[["naive", "shrunk"]].sub(truth.reindex(table.index), axis=0).abs().mean()
            far = (lambda value: f"{100 * value:.1f} points") if share else say
            title = f"Off the truth on average: {far(off['shrunk'])} in the fair table, {far(off['naive'])} as counted"
        text = "; ".join(
            f"{name}: counted {say(row['naive'])}, fair {say(row['shrunk'])} ({say(row['low'])} to {say(row['high'])})"
            + (f", truth {say(truth[name])}" if truth is not None else "")
            for name, row in shown.head(8).iterrows()
        )
        label = f"share of {hit}" if share else "mean"
        return finish(
            ax, title, alt=text, x=f"{label} (dashed: the mean of all)", y=f"{who} ({each})" if share else who
        )


def early_warnings(
    found: pd.DataFrame, *, who: str, when: str, unit: str = "money", most: int = 15, ax: Axes | None = None
) -> Axes:
    """The largest early warnings, from `monitor.limit_exceeded`, `behind_plan` or `over_plan`."""
    shown = found.head(most)
    with canvas(ax, (8.0, 1.4 + 0.3 * max(len(shown), 2))) as ax:
        place = np.arange(len(shown))
        ax.barh(place, shown["by"], color=RED, height=0.6)
        ax.set_yticks(place, [f"{a}, {_period(b)}" for a, b in zip(shown[who], shown[when], strict=True)])
        ax.invert_yaxis()
        ax.xaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        checks, false = found.attrs["checks"], found.attrs["expected_false"]
        title = f"{len(found):,} of {checks:,} checks warn"
        if false is not None:
            title += f"; by luck alone {false:,.1f} would"
        elif len(found):
            top = shown.loc[shown["by"].idxmax()]
            title = f"{top[who]} is furthest beyond, by {top['by']:,.0f} {unit}; {title}"
        text = "; ".join(
            f"{a} in {_period(b)} by {c:,.0f}" for a, b, c in zip(shown[who], shown[when], shown["by"], strict=True)
        )
        return finish(
            ax, title, alt=text or "No check has warned in this time", x=f"beyond the limit or plan, {unit}", y=""
        )


def warning_worth(table: pd.DataFrame, *, at: float, x: str, ax: Axes | None = None) -> Axes:
    """How many warnings come true and how much is warned of, by threshold.

    `table` on the threshold: warned, precision, precision_low, precision_high, recall, as of `monitor.hindsight`; `at` a
    threshold of the table; `x` what the threshold is of.
    """
    with canvas(ax) as ax:
        ax.fill_between(table.index, table["precision_low"], table["precision_high"], color=SKY, alpha=0.35, lw=0)
        ax.plot(
            table.index, table["precision"], color=BLUE, lw=2.2, label="warnings that come true (band: 95 % interval)"
        )
        ax.plot(table.index, table["recall"], "--", color=ORANGE, lw=2.2, label="of all that happen, warned of")
        here = table.loc[at]
        told = {name: "none" if np.isnan(here[name]) else percent(here[name]) for name in ("precision", "recall")}
        ax.axvline(at, color=GREY, ls=":")
        ax.plot(at, here["precision"], "o", color=BLUE, markersize=8)
        ax.plot(at, here["recall"], "s", color=ORANGE, markersize=7)
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, frameon=False, fontsize=9)
        title = f"{here['warned']:.0f} warnings, {told['precision']} come true; {told['recall']} of all that happen are warned of"
        first, last = table.iloc[0], table.iloc[-1]
        text = (
            f"From {first['warned']:.0f} warnings at a threshold of {table.index[0]:g} to {last['warned']:.0f} at "
            f"{table.index[-1]:g}; of all that happen {percent(first['recall'])} and {percent(last['recall'])} are warned of"
        )
        return finish(ax, title, alt=text, x=x, y="share")


def _period(at: object) -> str:
    return f"{at:%Y-%m-%d}" if hasattr(at, "strftime") else str(at)
