"""Pictures of what a world drew: what a month looks like, before anyone analyses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, YELLOW, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW, RED, GREY)
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++", "oo")


def month(
    rows: pd.DataFrame, start: str, *, by: str, what: str, weight: str | None = None, ax: Axes | None = None
) -> Axes:
    """A bar a day for one month, stacked by a column.

    Parameters
    ----------
    rows : DataFrame
        With a column `day` and the column `by`; rows of other months are left out.
    start : str
        The month, "2025-03".
    by : str
        Column of the parts of a bar.
    what : str
        What is counted, for the labels.
    weight : str, optional
        Column that is added up; by default rows are counted.
    """
    import pandas as pd

    first = pd.Timestamp(start).to_period("M")
    here = rows[rows["day"].dt.to_period("M") == first]
    counts = here.groupby([here["day"].dt.day, by], observed=True)
    table = (counts.size() if weight is None else counts[weight].sum()).unstack(fill_value=0)
    table = table.reindex(range(1, first.days_in_month + 1), fill_value=0)
    table = table[table.sum().sort_values(ascending=False).index]
    with canvas(ax, (8.6, 4.2)) as ax:
        bottom = np.zeros(len(table))
        for name, colour, hatch in zip(table.columns, COLOURS, HATCHES, strict=False):
            ax.bar(
                table.index, table[name], bottom=bottom, color=colour, hatch=hatch, edgecolor="white", label=str(name)
            )
            bottom = bottom + table[name].to_numpy()
        ax.set_ylim(0, 1.25 * max(bottom.max(), 1))
        ax.legend(ncols=4, loc="upper left", fontsize=8.5)
        ax.set_xticks(range(1, len(table) + 1, 2))
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.grid(axis="y")
        total = table.sum()
        share = total.iloc[0] / max(total.sum(), 1)
        title = f"{total.sum():,.0f} {what} in {first}, {bottom.mean():,.0f} a day; {percent(share)} {total.index[0]}"
        text = "; ".join(f"{name}: {count:,.0f}" for name, count in total.items())
        return finish(ax, title, alt=text, x=f"day of {first}", y=f"{what} a day")


def shelf(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The shelf experiment: pieces a store and week per article, from tables.SHELF, in both groups or in one alone."""
    weeks = (table["week"] - table["week"].min()).dt.days // 7 + 1
    moved = int(weeks[table["moved"]].min()) if table["moved"].any() else 0
    with canvas(ax, (8.6, 4.2)) as ax:
        rises = []
        for (item, rows), colour in zip(table.groupby("item", observed=True), COLOURS, strict=False):
            mean = rows.groupby([weeks, "treated"])["pieces"].mean().unstack()
            for group, dash, mark in ((True, "-", "o"), (False, "--", "s")):
                if group not in mean:
                    continue
                label = f"{item}, {'moved together' if group else 'control'}"
                ax.plot(mean.index, mean[group], dash, marker=mark, ms=4, color=colour, label=label)
            late = mean.index >= moved
            ratio = mean[late].mean() / mean[~late].mean()
            rises.append((item, (ratio[True] / ratio[False] if len(ratio) == 2 else ratio.iloc[0]) - 1))
        ax.set_xticks(range(1, int(weeks.max()) + 1, 2))
        ax.axvline(moved - 0.5, color="black", lw=0.8)
        ax.set_ylim(0, 1.35 * table.groupby([weeks, "treated", "item"], observed=True)["pieces"].mean().max())
        ax.legend(ncols=2, loc="upper left", fontsize=8.5)
        ax.grid(axis="y")
        best = max(rises, key=lambda one: one[1])
        if table["treated"].nunique() == 1:
            against = "after over before"
            title = f"{best[0].capitalize()} sells {percent(best[1])} more after the day of the move than before"
        else:
            against = "against the control"
            title = (
                f"Moved together, {best[0]} sells {percent(best[1])} more than without, measured against the control"
            )
        text = "; ".join(f"{item}: {percent(rise)} {against}" for item, rise in rises)
        return finish(ax, title, alt=text, x="week (line: moved from here on)", y="pieces a store and week")


def pipeline(moves: pd.DataFrame, opportunities: pd.DataFrame, start: str, *, ax: Axes | None = None) -> Axes:
    """One month of the pipeline: how many came to each stage, and how many were won and lost.

    Parameters
    ----------
    moves, opportunities : DataFrame
        tables.PIPELINE_MOVES and tables.PIPELINE.
    start : str
        The month, "2025-03".
    """
    import pandas as pd

    first = pd.Timestamp(start).to_period("M")
    came = moves.loc[moves["entered"].dt.to_period("M") == first, "stage"].value_counts(sort=False)
    ended = opportunities[opportunities["closed"].dt.to_period("M") == first]
    ends = ended["stage"].astype(str).value_counts().reindex(["won", "lost"], fill_value=0)
    bars = [(str(name), int(count), BLUE, "") for name, count in came.items()]
    bars += [("won", int(ends["won"]), GREEN, "//"), ("lost", int(ends["lost"]), ORANGE, "..")]
    with canvas(ax, (8.0, 1.4 + 0.42 * len(bars))) as ax:
        for place, (_, count, colour, hatch) in enumerate(bars):
            ax.barh(place, count, color=colour, hatch=hatch, edgecolor="white")
            ax.text(count, place, f" {count:,}", va="center", fontsize=9)
        ax.set_yticks(range(len(bars)), [name for name, *_ in bars])
        ax.invert_yaxis()
        ax.set_xlim(0, 1.15 * max(count for _, count, *_ in bars) + 1)
        share = ends["won"] / max(ends.sum(), 1)
        title = f"{ends.sum():,} opportunities were closed in {first}; {percent(share)} of them won"
        text = "; ".join(f"{name}: {count:,}" for name, count, *_ in bars)
        return finish(ax, title, alt=text, x=f"opportunities that came here in {first}", y="")


def topics(read: pd.DataFrame, visitors: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """A month of the portal: pages read by topic, of registered and other visitors."""
    rows = read.merge(visitors[["visitor_id", "registered"]], on="visitor_id")
    table = rows.groupby(["topic", "registered"], observed=True)["pages"].sum().unstack(fill_value=0)
    table = table.loc[table.sum(axis=1).sort_values(ascending=False).index]
    with canvas(ax, (8.0, 1.4 + 0.45 * len(table))) as ax:
        at = np.arange(len(table))
        left = np.zeros(len(table))
        for group, colour, hatch, label in ((True, BLUE, "", "registered"), (False, ORANGE, "//", "not registered")):
            values = table[group].to_numpy() if group in table else np.zeros(len(table))
            ax.barh(at, values, left=left, color=colour, hatch=hatch, edgecolor="white", label=label)
            left = left + values
        ax.set_yticks(at, table.index)
        ax.invert_yaxis()
        ax.set_xlim(0, 1.3 * left.max())
        ax.legend(loc="lower right", fontsize=9)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        share = left[0] / left.sum()
        mean = read.groupby("visitor_id").size().mean()
        title = f"{len(visitors):,} visitors read on {mean:.1f} topics each; {percent(share)} on {table.index[0]}"
        text = "; ".join(f"{name}: {count:,.0f} pages" for name, count in table.sum(axis=1).items())
        return finish(ax, title, alt=text, x="pages read in the month", y="")
