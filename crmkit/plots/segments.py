"""Pictures of who the customers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLUE, GREY, ORANGE, PALE, SEGMENT_COLOURS, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crmkit.segments import Agreement, Concentration


def segments(summary: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of customers and of money by segment, from `segments.summary`."""
    rows = summary[summary["customers"] > 0]
    with canvas(ax, (8.0, 0.9 + 0.48 * len(rows))) as ax:
        at = np.arange(len(rows))
        colours = [SEGMENT_COLOURS.get(name, GREY) for name in rows.index]
        error = [rows["share"] - rows["low"], rows["high"] - rows["share"]]
        ax.barh(at - 0.2, rows["share"], 0.38, color=PALE, edgecolor=GREY, xerr=error, ecolor=GREY)
        ax.barh(at + 0.2, rows["money_share"], 0.38, color=colours, edgecolor="black", linewidth=0.5)
        for place, (share, high, money) in enumerate(
            zip(rows["share"], rows["high"], rows["money_share"], strict=True)
        ):
            ax.text(high, place - 0.2, f"  {percent(share)} of customers", va="center", fontsize=9)
            ax.text(max(money, 0), place + 0.2, f"  {percent(money)} of money", va="center", fontsize=9)
        ax.set_yticks(at, rows.index)
        ax.invert_yaxis()
        ax.set_xlim(min(0, 1.1 * rows["money_share"].min()), 1.28 * max(rows["money_share"].max(), rows["high"].max()))
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        top = rows["money_share"].idxmax()
        title = (
            f"{percent(rows.at[top, 'share'])} of the customers ({top}) bring "
            f"{percent(rows.at[top, 'money_share'])} of the money"
        )
        parts = [
            f"{name}: {percent(row.share)} of customers, {percent(row.money_share)} of money"
            for name, row in zip(rows.index, rows.itertuples(), strict=True)
        ]
        return finish(ax, title, alt="; ".join(parts), x="share (bars with whiskers: 95 % interval)", y="")


def value_matrix(found: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Customers by number of purchases and mean spend, from `segments.value_matrix`."""
    seen = found[(found["frequency"] > 0) & (found["mean_spend"] > 0)]
    with canvas(ax) as ax:
        marks = {"best": "o", "frequent": "^", "spender": "s", "uncertain": "x"}
        shares = found["quadrant"].value_counts(normalize=True)
        for name, mark in marks.items():
            here = seen[seen["quadrant"] == name]
            # Whole numbers would hide one another: spread them evenly (golden ratio), not by chance.
            spread = here["frequency"] + 0.7 * (np.arange(len(here)) * 0.618034 % 1 - 0.5)
            ax.scatter(
                spread, here["mean_spend"], s=14, marker=mark, alpha=0.55, linewidths=0.8,
                color=SEGMENT_COLOURS[name], label=f"{name}: {percent(shares.get(name, 0.0))} of customers",
            )  # fmt: skip
        if len(seen):
            ax.set(xscale="log", yscale="log")
            ax.axvline(found.attrs.get("mean_frequency", seen["frequency"].mean()), color="black", lw=0.8)
            ax.axhline(found.attrs.get("mean_spend", seen["mean_spend"].mean()), color="black", lw=0.8)
            ax.legend(loc="upper right", fontsize=8.5)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
        title = f"{percent(shares.get('best', 0.0))} of the customers buy both often and much at a time"
        text = "; ".join(f"{name}: {percent(shares.get(name, 0.0))} of customers" for name in marks)
        return finish(ax, title, alt=text, x="purchases (log scale; line: mean)", y=f"mean spend, {unit} (log scale)")


def migration(found: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Where the customers of each segment went, from `segments.migration`."""
    order = list(dict.fromkeys(found["before"])), list(dict.fromkeys(found["after"]))
    table = found.pivot(index="before", columns="after", values="share").loc[order[0], order[1]]
    stayed = {name: table.at[name, name] for name in table.index if name in table.columns}
    with canvas(ax, (8.6, 1.5 + 0.45 * len(table))) as ax:
        _heat(ax, table, percent)
        first = next(iter(stayed), "")
        title = f"Of those who were {first}, {percent(stayed[first])} are so again" if stayed else "No one stayed"
        text = "; ".join(f"{name}: {percent(share)} stayed" for name, share in stayed.items())
        return finish(ax, title, alt=text, x="segment on the second day", y="segment on the first day")


def agreement(found: Agreement, *, ax: Axes | None = None) -> Axes:
    """Two segmentations side by side, from `segments.agreement`; rows sum to 1."""
    table = found.table.div(found.table.sum(axis=1), axis=0)
    with canvas(ax, (8.0, 1.5 + 0.42 * len(table))) as ax:
        _heat(ax, table, percent)
        main = table.max(axis=1).dropna()
        ends = [f"{name}, {percent(main[name])} {table.loc[name].idxmax()}" for name in (main.idxmax(), main.idxmin())]
        title = f"Purest: {ends[0]}; most mixed: {ends[1]}" if main.min() < 1 else "Each row lies in one column"
        index = f"adjusted Rand index {found.adjusted_rand:.2f} (95 %: {found.low:.2f} to {found.high:.2f})"
        mains = "; ".join(f"{name}: mostly {row.idxmax()} ({percent(row.max())})" for name, row in table.iterrows())
        text = f"{index}; {percent(found.purity)} in the main column of their row; {mains}"
        x = f"{table.columns.name or 'groups'}; {index}"
        return finish(ax, title, alt=text, x=x, y=str(table.index.name or ""))


def choose_k(found: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Silhouette and stability against the number of groups, from `segments.choose_k`."""
    with canvas(ax) as ax:
        ax.errorbar(
            found.index, found["stability"], yerr=found["stability_sd"], fmt="o-", color=BLUE, capsize=3,
            label="stability (± 1 standard deviation over resamples)",
        )  # fmt: skip
        ax.plot(found.index, found["silhouette"], "s--", color=ORANGE, label="silhouette")
        ax.set_ylim(0, 1.05)
        ax.set_xticks(found.index)
        ax.legend(loc="lower left")
        best = found["stability"].idxmax()
        title = f"{best} groups are found again most surely (stability {found.at[best, 'stability']:.2f})"
        rows = zip(found.index, found["stability"], found["silhouette"], strict=True)
        text = "; ".join(f"{k} groups: stability {a:.2f}, silhouette {b:.2f}" for k, a, b in rows)
        return finish(ax, title, alt=text, x="number of groups", y="index, 0 to 1")


def concentration(found: Concentration, *, at: float | None = None, ax: Axes | None = None) -> Axes:
    """Money against customers, the best first, from `segments.concentration`; `at`: a share of customers to mark, not a tenth."""
    share = 0.1 if at is None else at
    money = float(np.interp(share, found.curve["share"], found.curve["captured"]))
    best = "best tenth" if at is None else f"best {percent(share)}"
    with canvas(ax) as ax:
        ax.plot(found.curve["share"], found.curve["captured"], color=BLUE, label="customers, best first")
        ax.plot([0, 1], [0, 1], color=GREY, ls="--", label="if all were alike")
        ax.plot([share, share, 0], [0, money, money], color=ORANGE, lw=1)
        ax.annotate(f"{best}: {percent(money)}", (share, money), (14, -4), textcoords="offset points")
        ax.legend(loc="lower right")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        title = f"The {best} of the customers bring{'s' if at is None else ''} {percent(money)} of the money"
        text = (
            f"Half of the money comes from {percent(found.half)} of the customers; Gini index {found.gini:.2f} "
            f"(95 %: {found.low:.2f} to {found.high:.2f})"
        )
        return finish(ax, title, alt=text, x="share of customers", y="share of money")


def cohorts(found: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of each cohort still buying, from `segments.cohorts`."""
    table = found[found["period"] > 0].pivot(index="cohort", columns="period", values="share")
    table.index = [f"{day:%Y-%m}" for day in table.index]
    with canvas(ax, (8.6, 1.4 + 0.3 * max(len(table), 2))) as ax:
        if table.empty:
            ax.text(0.5, 0.5, "one period only: nothing to follow yet", ha="center", transform=ax.transAxes)
            return finish(ax, "One cohort, one period: nothing to follow yet")
        _heat(ax, table, lambda share: f"{100 * share:.0f}", rotate=False)
        later = found[found["period"] > 0].groupby("period")[["active", "customers"]].sum()
        share = later["active"] / later["customers"]
        title = f"Of 100 new customers, {100 * share.iloc[0]:.0f} buy in the next period"
        if len(share) > 1:
            title += f", {100 * share.iloc[-1]:.0f} after {share.index[-1]} periods"
        text = "; ".join(f"after {period}: {percent(one)}" for period, one in share.items())
        return finish(
            ax, title, alt=text, x="periods since the first purchase", y="first purchase; cells: % of the cohort"
        )


def _heat(ax: Axes, table: pd.DataFrame, words: object, *, rotate: bool = True) -> None:
    """A table of shares in shades of blue, each cell with its figure."""
    values = table.to_numpy(dtype=float)
    top = np.nanmax(values) if np.isfinite(values).any() else 1.0
    ax.imshow(values, cmap="Blues", vmin=0, vmax=max(top, 1e-9), aspect="auto")
    size = 9 if values.shape[1] <= 12 else 7
    for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
        dark = values[row, column] > 0.6 * top
        ax.text(
            column, row, words(values[row, column]), ha="center", va="center", fontsize=size,
            color="white" if dark else "black",
        )  # fmt: skip
    ax.set_xticks(
        range(len(table.columns)), table.columns, rotation=30 if rotate else 0, ha="right" if rotate else "center"
    )
    ax.set_yticks(range(len(table.index)), table.index)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
