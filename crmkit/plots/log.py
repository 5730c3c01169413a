"""Pictures of a log before any model: how much came in when, and what was dirty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.plots.style import BLACK, BLUE, GREEN, ORANGE, RED, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crmkit.cleaning import Cleaned


def months(monthly: pd.Series, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """A bar a month; `monthly` is a Series on month starts or periods."""
    labels = [f"{month:%Y-%m}" if hasattr(month, "strftime") else str(month) for month in monthly.index]
    with canvas(ax) as ax:
        ax.bar(range(len(labels)), monthly, color=BLUE)
        step = max(1, len(labels) // 12)
        ax.set_xticks(range(0, len(labels), step), labels[::step], rotation=45, ha="right")
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.grid(axis="y")
        top = int(monthly.to_numpy().argmax())
        title = f"The highest month is {labels[top]} with {monthly.iloc[top]:,.0f} {unit}"
        text = (
            f"{len(labels)} months from {labels[0]} ({monthly.iloc[0]:,.0f}) to {labels[-1]} ({monthly.iloc[-1]:,.0f})"
        )
        return finish(ax, title, alt=text, x="month", y=f"{unit} a month")


def amounts(
    values: pd.Series,
    *,
    title: str,
    unit: str = "money",
    low: pd.Series | None = None,
    high: pd.Series | None = None,
    ax: Axes | None = None,
) -> Axes:
    """A few amounts side by side, from a Series on their names; those below 0 in another colour.

    `low` and `high`, on the same names, are the ends of their intervals.
    """
    sure = low is not None and high is not None
    with canvas(ax, (8.0, 1.2 + 0.5 * len(values))) as ax:
        for place, (name, value) in enumerate(values.items()):
            ax.barh(place, value, color=BLUE if value >= 0 else ORANGE, edgecolor="black", linewidth=0.5)
            if sure:
                ax.plot([low[name], high[name]], [place, place], color=BLACK, lw=1.5, marker="|", markersize=9)
            ax.text(max(value, 0, high[name] if sure else 0), place, f"  {value:,.0f}", va="center")
        ax.set_yticks(range(len(values)), values.index)
        ax.invert_yaxis()
        ax.axvline(0, color="black", lw=0.8)
        every = [values, low, high] if sure else [values]
        least, most = min(0, *(one.min() for one in every)), max(0, *(one.max() for one in every))
        ax.set_xlim(1.1 * least, max(1.18 * most, most + 0.15 * (most - least), 1e-9))  # room for the figures
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        text = "; ".join(
            f"{name}: {value:,.0f}" + (f" ({low[name]:,.0f} to {high[name]:,.0f})" if sure else "") + f" {unit}"
            for name, value in values.items()
        )
        return finish(ax, title, alt=text, x=unit, y="")


def reasons(cleaned: Cleaned, *, ax: Axes | None = None) -> Axes:
    """What was rejected or repaired and how often."""
    rows = cleaned.reasons()
    with canvas(ax, (8.0, 1.2 + 0.34 * max(len(rows), 1))) as ax:
        look = {"rejected": (RED, "//", "✗"), "repaired": (GREEN, "", "✓")}
        for place, row in enumerate(rows.itertuples()):
            colour, hatch, _ = look[row.fate]
            ax.barh(place, row.rows, color=colour, hatch=hatch, edgecolor="white")
            ax.text(row.rows, place, f" {row.rows:,} {row.fate}", va="center", fontsize=9)
        ax.set_yticks(range(len(rows)), rows["what"])
        ax.invert_yaxis()
        ax.set_xlim(0, 1.25 * max(rows["rows"].max() if len(rows) else 1, 1))
        lost = len(cleaned.rejected) / max(cleaned.came_in, 1)
        title = f"{percent(lost)} of {cleaned.came_in:,} rows cannot be used; each says why"
        text = "; ".join(f"{row.what}: {row.rows:,} {row.fate}" for row in rows.itertuples())
        return finish(ax, title, alt=text, x="rows", y="")
