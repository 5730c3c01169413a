"""Pictures of waiting: what agents buy, what a log shows, what staffing costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def service_by_agents(
    table: pd.DataFrame, *, at: int | None = None, target: float | None = None, ax: Axes | None = None
) -> Axes:
    """Service level and abandonment by the number of agents.

    `table` has an index of agents and the columns service_level and p_abandon (e.g. of ``Service.frame()``); `at` is the number
    looked at, `target` a promised level.
    """
    with canvas(ax) as ax:
        ax.plot(table.index, table["service_level"], color=BLUE, lw=2, label="answered in time")
        ax.plot(table.index, table["p_abandon"], color=RED, lw=2, ls="--", label="hang up")
        if target is not None:
            ax.axhline(target, color=GREY, lw=0.9, ls=":", label="promise")
        here = table.index[len(table) // 2] if at is None else at
        ax.axvline(here, color=BLACK, lw=0.9, ls=":")
        row = table.loc[here]
        ax.set_ylim(0, 1.03)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend(loc="center right")
        title = f"{here:,} agents: {percent(row['service_level'])} in time while {percent(row['p_abandon'])} hang up"
        first, last = table.iloc[0], table.iloc[-1]
        text = (
            f"{table.index[0]:,} agents: {percent(first['service_level'])} in time, {percent(first['p_abandon'])} hang up; "
            f"{table.index[-1]:,}: {percent(last['service_level'])} and {percent(last['p_abandon'])}"
        )
        return finish(ax, title, alt=text, x="agents", y="share of all callers")


def staffing_cost(table: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Wages and lost callers by the number of agents: index agents, columns wages, lost (money an hour)."""
    with canvas(ax) as ax:
        whole = table["wages"] + table["lost"]
        ax.stackplot(
            table.index, table["wages"], table["lost"], colors=(SKY, ORANGE), labels=("wages", "value of lost callers")
        )
        best = whole.idxmin()
        ax.plot(best, whole[best], "o", color=BLACK, label="least cost")
        ax.set_ylim(0, 1.25 * float(whole.max()))
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend(loc="upper center", ncols=3)
        title = f"Least cost with {best:,} agents: {whole[best]:,.0f} an hour"
        text = (
            f"Wages {table['wages'][best]:,.0f} and {table['lost'][best]:,.0f} for lost callers; with {table.index[0]:,} agents "
            f"{whole.iloc[0]:,.0f}, with {table.index[-1]:,} {whole.iloc[-1]:,.0f}"
        )
        return finish(ax, title, alt=text, x="agents", y=f"{unit} an hour")


def waits(calls: pd.DataFrame, *, threshold_s: float = 20.0, ax: Axes | None = None) -> Axes:
    """Waits of the callers of a log who had to wait, answered or not, and the threshold."""
    with canvas(ax) as ax:
        own = calls[~calls["contained"].to_numpy(dtype=bool)] if "contained" in calls else calls
        waited = own[own["wait_s"] > 0]
        longest = max(float(np.quantile(waited["wait_s"], 0.99)) if len(waited) else threshold_s, threshold_s)
        edges = np.linspace(0, longest, 31)
        lost = waited["abandoned"].to_numpy(dtype=bool)
        kinds = [waited.loc[~lost, "wait_s"], waited.loc[lost, "wait_s"]]
        ax.hist(
            kinds, edges, stacked=True, color=(GREEN, RED), label=("answered", "hung up"), edgecolor="white", lw=0.4
        )
        ax.axvline(threshold_s, color=BLACK, ls=":", lw=1.2, label="in time up to here")
        ax.legend(loc="upper right")
        gone = float(own["abandoned"].mean())
        in_time = float(((own["wait_s"] <= threshold_s) & ~own["abandoned"].astype(bool)).mean())
        title = f"{percent(in_time)} of {len(own):,} callers were answered in time, {percent(gone)} hung up"
        text = f"{percent(len(waited) / max(len(own), 1))} had to wait; the last hundredth of these waits is not shown"
        return finish(ax, title, alt=text, x="wait of those who had to (seconds)", y="callers")


def replications(table: pd.DataFrame, *, known: object = None, ax: Axes | None = None) -> Axes:
    """Means of simulated days with their intervals, from `queues.replicate`; known: the Service of a formula beside."""
    shown = [
        name for name in ("service_level", "level_answered", "p_wait", "p_abandon", "occupancy") if name in table.index
    ]
    with canvas(ax, (8.0, 1.4 + 0.5 * len(shown))) as ax:
        part, at = table.loc[shown], np.arange(len(shown))
        ax.hlines(at, part["low"], part["high"], color=BLUE, lw=3)
        ax.plot(part["mean"], at, "o", color=BLUE, label="simulated (95 % interval)")
        if known is not None:
            ax.plot(
                [float(getattr(known, name)) for name in shown],
                at,
                "|",
                color=BLACK,
                markersize=18,
                mew=2,
                label="formula",
            )
        ax.set_yticks(at, [name.replace("_", " ") for name in shown])
        ax.set_ylim(len(shown) - 0.5, -0.5)
        ax.xaxis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="best")
        inside = ""
        if known is not None:
            hits = sum(part["low"][name] <= float(getattr(known, name)) <= part["high"][name] for name in shown)
            inside = f"; the formula lies within {hits} of {len(shown)} intervals"
        first = part.iloc[0]
        span = f"{percent(first['mean'])} ({percent(first['low'])} to {percent(first['high'])})"
        title = f"{shown[0].replace('_', ' ')} {span}{inside}"
        text = "; ".join(f"{name.replace('_', ' ')} {percent(row['mean'])}" for name, row in part.iterrows())
        return finish(ax, title, alt=text, x="share", y="")


def day_service(tables: dict[str, pd.DataFrame], *, what: str = "p_abandon", ax: Axes | None = None) -> Axes:
    """One measure through the day by the way of telling it: name -> table from `queues.day`."""
    words = {"p_abandon": "share who hang up", "service_level": "answered in time", "p_wait": "share who wait"}
    with canvas(ax) as ax:
        looks = ((GREY, ":"), (ORANGE, "--"), (BLUE, "-"), (GREEN, "-."))
        for (name, table), (colour, line) in zip(tables.items(), looks, strict=False):
            ax.plot(table.index, table[what], color=colour, ls=line, lw=2, label=name)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.set_ylim(bottom=0)
        ax.legend(loc="best")
        means = {
            name: float((table[what] * table["calls_per_h"]).sum() / table["calls_per_h"].sum())
            for name, table in tables.items()
        }
        title = f"{words.get(what, what)} over the day: " + ", ".join(
            f"{name} {percent(mean)}" for name, mean in means.items()
        )
        text = "; ".join(
            f"{name}: {percent(table[what].min())} to {percent(table[what].max())} by interval"
            for name, table in tables.items()
        )
        return finish(ax, title, alt=text, x="interval of the day", y=words.get(what, what.replace("_", " ")))
