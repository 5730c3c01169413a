"""Pictures of what regions prefer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLUE, GREY, ORANGE, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

STRONG = 3.0  # standard errors beyond which a residual is hardly luck


def residuals(found: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Region × choice in standard errors from one common taste, from `segments.preference`."""
    table = found.pivot(index="region", columns="choice", values="residual")
    with canvas(ax, (8.0, 1.4 + 0.45 * len(table))) as ax:
        values = table.to_numpy()
        span = max(STRONG, float(np.nanmax(np.abs(values)))) if np.isfinite(values).any() else STRONG
        ax.imshow(np.clip(values, -span, span), cmap="PuOr_r", vmin=-span, vmax=span, aspect="auto")
        for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
            value = values[row, column]
            ax.text(
                column, row, f"{value:+.1f}", ha="center", va="center",
                color="white" if abs(value) > 0.65 * span else "black",
                fontweight="bold" if abs(value) > STRONG else "normal",
            )  # fmt: skip
        ax.set_xticks(range(len(table.columns)), table.columns)
        ax.set_yticks(range(len(table.index)), table.index)
        ax.spines[:].set_visible(False)
        top = found.loc[found["residual"].idxmax()]
        title = (
            f"{top['region']} leans to {top['choice']}: {top['residual']:+.1f} standard errors from the common taste"
        )
        strong = found[found["residual"].abs() > STRONG].sort_values("residual", ascending=False)
        text = "; ".join(f"{row.region}, {row.choice}: {row.residual:+.1f}" for row in strong.itertuples())
        return finish(ax, title, alt=text, x="bold: beyond 3 standard errors", y="")


def shrinkage(found: pd.DataFrame, choice: str, *, truth: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """Raw and shrunken share of one choice by region; `truth` is a Series on region."""
    rows = found[found["choice"] == choice].set_index("region")
    sizes = found.groupby("region")["count"].sum()
    rows = rows.loc[sizes.loc[rows.index].sort_values().index]
    with canvas(ax, (8.0, 1.4 + 0.5 * len(rows))) as ax:
        at = np.arange(len(rows))
        for shift, value, ends, colour, mark, label in (
            (-0.14, "share", ("low", "high"), ORANGE, "s", "as counted"),
            (0.14, "shrunk", ("shrunk_low", "shrunk_high"), BLUE, "o", "shrunken"),
        ):
            error = np.abs([rows[value] - rows[ends[0]], rows[ends[1]] - rows[value]])
            ax.errorbar(rows[value], at + shift, xerr=error, fmt=mark, color=colour, capsize=3, label=label)
        if truth is not None:
            ax.plot(truth.loc[rows.index], at, "k|", markersize=18, markeredgewidth=2, label="truth")
        common = rows["expected"].sum() / sizes.loc[rows.index].sum()
        ax.axvline(common, color=GREY, ls="--", label="common taste")
        ax.set_yticks(at, [f"{name} (n={sizes[name]:,.0f})" for name in rows.index])
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        ax.legend(loc="best", fontsize=9)
        first = rows.index[0]
        title = (
            f"{first}, {sizes[first]:,.0f} pieces: {percent(rows.at[first, 'share'])} {choice} as counted, "
            f"{percent(rows.at[first, 'shrunk'])} shrunken"
        )
        text = "; ".join(
            f"{name}: {percent(row.share)} → {percent(row.shrunk)}"
            for name, row in zip(rows.index, rows.itertuples(), strict=True)
        )
        if truth is not None:
            text += ". Truth: " + "; ".join(f"{name} {percent(truth[name])}" for name in rows.index)
        return finish(ax, title, alt=text, x=f"share of {choice} (whiskers: 95 % interval)", y="")
