"""Pictures of calls by the time they come: a log as it is, and a forecast with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, ORANGE, PALE, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SATURDAY = 5
INTERVALS = {900.0: "quarter of an hour", 1800.0: "half hour", 3600.0: "hour"}  # how one says it, by seconds


def calls_logged(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What a log holds by the time of day: the mean of working days and of weekends, and the range of the working days.

    `table` is of `queues.arrivals`: day, slot, weekday (0: Monday) and calls, two intervals a day at least.
    """
    with canvas(ax) as ax:
        each, step_s = _interval(table.index)
        hours = np.sort(table["slot"].unique()) * step_s / 3600
        weekend = table["weekday"] >= SATURDAY
        week = table[~weekend] if not weekend.all() else table
        by = week.groupby("slot")["calls"]
        mean, low, high = by.mean(), by.min(), by.max()
        days = "working day" if not weekend.all() else "day"
        ax.fill_between(hours, low, high, color=PALE, lw=0, label=f"fewest and most on a {days}")
        ax.plot(hours, mean, color=BLUE, lw=2, label=f"mean of {week['day'].nunique()} {days}s")
        text = f"Fewest from {_clock(hours[mean.argmin()])}: {mean.min():.1f}"
        if weekend.any() and not weekend.all():
            rest = table[weekend].groupby("slot")["calls"].mean()
            ax.plot(
                hours,
                rest,
                color=ORANGE,
                lw=2,
                ls="--",
                label=f"mean of {table[weekend]['day'].nunique()} weekend days",
            )
            less = 1 - rest.sum() / mean.sum()
            text += f". A weekend day brings {percent(abs(less))} {'fewer' if less >= 0 else 'more'} calls"
        ax.set_ylim(0, 1.4 * max(float(high.max()), 1))
        ax.set_xlim(0, 24)
        ax.set_xticks(range(0, 25, 3))
        ax.legend(loc="upper left", ncols=2)
        top = int(mean.argmax())
        title = (
            f"Most calls come from {_clock(hours[top])}: {mean.iloc[top]:.1f} a {each} in the mean of {days}s, "
            f"{low.iloc[top]:.0f} to {high.iloc[top]:.0f} on single ones"
        )
        return finish(ax, title, alt=text, x="hour of the day", y=f"calls a {each}")


def _interval(index: pd.DatetimeIndex) -> tuple[str, float]:
    """How long the intervals are that begin at these moments: in words, and in seconds."""
    step_s = float((index[1] - index[0]).total_seconds()) if len(index) > 1 else 1800.0
    return INTERVALS.get(step_s, f"{step_s / 60:g} minutes"), step_s


def _clock(hour: float) -> str:
    return f"{int(hour)}:{round(60 * (hour % 1)):02d}"


def calls_ahead(
    table: pd.DataFrame, *, came: pd.Series | None = None, level: float = 0.9, ax: Axes | None = None
) -> Axes:
    """Calls to come by interval with their band: index of moments, columns calls, low, high; came: what then came."""
    from matplotlib.dates import DateFormatter

    with canvas(ax, (9.0, 4.2)) as ax:
        ax.fill_between(
            table.index, table["low"], table["high"], color=SKY, alpha=0.5, lw=0, label=f"{percent(level)} interval"
        )
        ax.plot(table.index, table["calls"], color=BLUE, lw=1.6, label="forecast")
        ax.set_ylim(0, 1.25 * max(float(table["high"].max()), 1))
        each, _ = _interval(table.index)
        title = f"{table['calls'].sum():,.0f} calls are expected, {table['calls'].max():,.0f} in the busiest {each}"
        if came is not None:
            ax.plot(came.index, came, ".", color=BLACK, ms=3, label="came")
            held = float(((table["low"] <= came) & (came <= table["high"])).mean())
            title = f"{percent(held)} of what came lies within the intervals of {percent(level)}"
        ax.legend(loc="upper left", ncols=3)
        ax.xaxis.set_major_formatter(DateFormatter("%a %d %b", tz=table.index.tz))
        top = table.loc[table["calls"].idxmax()]
        text = f"Busiest {each} {top['calls']:,.0f} calls, {top['low']:,.0f} to {top['high']:,.0f} by its band"
        return finish(ax, title, alt=text, x="day", y=f"calls a {each}")
