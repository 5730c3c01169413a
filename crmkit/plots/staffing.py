"""Pictures of planning a call centre: agents against promise and money, a day with its shifts, a few minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

DARK = 0.55  # shares above it have white words on the map
LEAST_GAP = 5e-5  # below it a plan is the best one in all digits shown


def promise_and_money(table: pd.DataFrame, *, promise: float = 0.8, ax: Axes | None = None) -> Axes:
    """Service level and abandonment by agents, with the promise kept and the least cost marked.

    `table` has an index of agents and the columns service_level, p_abandon and cost (wages and lost callers, money an hour).
    """
    with canvas(ax) as ax:
        ax.plot(table.index, table["service_level"], color=BLUE, lw=2, label="answered in time")
        ax.plot(table.index, table["p_abandon"], color=RED, lw=2, ls="--", label="hang up")
        best = table["cost"].idxmin()
        kept = table.index[table["service_level"] >= promise]
        ax.axvline(best, color=BLACK, lw=1.2, label="least cost")
        words = f"least cost with {best:,} agents, where {percent(table['p_abandon'][best])} hang up"
        if len(kept):
            ax.axvline(kept[0], color=GREY, lw=1.2, ls=":", label=f"{percent(promise)} in time from here on")
            lost = percent(table["p_abandon"][kept[0]])
            words = f"{percent(promise)} in time with {kept[0]:,} agents, where {lost} hang up; {words}"
        ax.set_ylim(0, 1.03)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.legend(loc="center", bbox_to_anchor=(0.61, 0.45))
        text = f"From {table.index[0]:,} to {table.index[-1]:,} agents; cost {table['cost'][best]:,.0f} an hour at its least"
        return finish(ax, words, alt=text, x="agents", y="share of all callers")


def answered_within(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of all callers answered within so many seconds: the formula, and simulated days with their interval.

    `table` has an index of seconds and the columns formula, mean, low, high.
    """
    with canvas(ax) as ax:
        ax.fill_between(
            table.index, table["low"], table["high"], color=SKY, alpha=0.45, lw=0, label="simulated, 95 % interval"
        )
        ax.plot(table.index, table["mean"], color=BLUE, lw=1.6, label="simulated")
        ax.plot(table.index, table["formula"], color=BLACK, lw=1.4, ls="--", label="formula")
        inside = float(((table["low"] <= table["formula"]) & (table["formula"] <= table["high"])).mean())
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.set_ylim(max(float(table["low"].min()) - 0.05, 0), 1.02)
        ax.legend(loc="lower right")
        first, last = table.iloc[0], table.iloc[-1]
        title = f"The formula lies within the interval of the simulation at {percent(inside)} of the seconds"
        text = (
            f"Answered at once {percent(first['formula'])} by formula, {percent(first['mean'])} simulated; within "
            f"{table.index[-1]:g} seconds {percent(last['formula'])} and {percent(last['mean'])}"
        )
        return finish(ax, title, alt=text, x="seconds after the call", y="share of all callers answered")


def day_staffing(table: pd.DataFrame, *, interval_s: float = 1800.0, ax: Axes | None = None) -> Axes:
    """The load of a day and the agents on duty; from `queues.day`: columns load, agents, p_abandon, calls_per_h."""
    with canvas(ax) as ax:
        hours = np.arange(len(table) + 1) * interval_s / 3600
        load, agents = table["load"].to_numpy(), table["agents"].to_numpy()
        ax.stairs(load, hours, color=SKY, fill=True, label="load: agents kept busy by the calls")
        ax.stairs(agents, hours, color=BLACK, lw=1.6, baseline=None, label="agents on duty")
        under = load > agents
        if under.any():
            ax.stairs(
                np.where(under, load, np.nan), hours, color=RED, lw=2, baseline=None, label="more load than agents"
            )
        ax.set_ylim(0, 1.35 * max(float(load.max()), float(agents.max()), 1))
        ax.set_xlim(hours[0], hours[-1])
        ax.legend(loc="upper left", ncols=2)
        lost = float((table["p_abandon"] * table["calls_per_h"]).sum() / max(table["calls_per_h"].sum(), 1e-9))
        title = f"{agents.min():,} to {agents.max():,} agents follow the day; {percent(lost)} of its callers hang up"
        top = int(table["p_abandon"].to_numpy().argmax())
        text = (
            f"Load {load.min():,.0f} to {load.max():,.0f}; most hang up in the interval from hour {hours[top]:g}: "
            f"{percent(float(table['p_abandon'].iloc[top]))}"
        )
        return finish(ax, title, alt=text, x="hour of the day", y="agents")


def shift_cover(table: pd.DataFrame, *, gap: float | None = None, ax: Axes | None = None) -> Axes:
    """Agents needed and on duty in each interval, with what is over and under; `table`: intervals of a `queues.ShiftPlan`."""
    with canvas(ax) as ax:
        edges = np.arange(len(table) + 1)
        need, duty = table["needed"].to_numpy(), table["on_duty"].to_numpy()
        ax.stairs(
            np.maximum(need, duty),
            edges,
            baseline=np.minimum(need, duty),
            fill=True,
            color=ORANGE,
            alpha=0.55,
            label="over",
        )
        under = table["under"].to_numpy() > 0
        if under.any():
            top, low = np.where(under, need, 0), np.where(under, duty, 0)
            ax.stairs(top, edges, baseline=low, fill=True, color=RED, hatch="//", ec="white", label="under")
        ax.stairs(need, edges, color=BLUE, lw=1.8, baseline=None, label="needed")
        ax.stairs(duty, edges, color=BLACK, lw=1.2, baseline=None, label="on duty")
        every = max(len(table) // 12, 1)
        ax.set_xticks(edges[:-1:every], table["from"].iloc[::every], rotation=45)
        ax.set_xlim(0, len(table))
        ax.set_ylim(0, 1.2 * max(int(duty.max()), int(need.max()), 1))
        ax.legend(loc="upper left", ncols=4)
        over, lacking = table["over"].sum(), table["under"].sum()
        near = ""
        if gap is not None:
            near = (
                f"; at most {100 * gap:.2g} % dearer than the best plan" if gap > LEAST_GAP else "; no plan is cheaper"
            )
        spare = f"{percent(over / max(duty.sum(), 1))} of the time on duty is over"
        title = f"{spare}, {f'{lacking:,} agent-intervals lack' if lacking else 'nothing lacks'}{near}"
        done = float(table["deferred"].sum())
        text = f"{need.max():,} agents needed at most, {duty.max():,} on duty" + (
            f"; work that can wait takes {done:,.0f} agent-intervals of what is over" if done else ""
        )
        return finish(ax, title, alt=text, x="time of day", y="agents")


def pooling(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Agents of all sites together by the number of sites: index sites, columns agents, load (Erlang)."""
    with canvas(ax) as ax:
        ax.plot(table.index, table["agents"], "o-", color=BLUE, lw=2, label="agents of all sites together")
        ax.axhline(float(table["load"].iloc[0]), color=GREY, lw=1.2, ls="--", label="load of the calls")
        ax.set_xlim(left=float(table.index[0]) - 0.5)
        ax.margins(y=0.12)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.legend(loc="best")
        first, last = table.iloc[0], table.iloc[-1]
        more = float(last["agents"] - first["agents"])
        title = f"{table.index[-1]:,} sites need {more:,.0f} agents more than {table.index[0]:,}"
        text = f"{first['agents']:,.0f} agents, then {last['agents']:,.0f}; load {first['load']:,.0f}"
        return finish(ax, title, alt=text, x="sites, each with a queue of its own", y="agents")


def skills_map(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Who answers what: rows lines, columns teams, values the share of the calls of a line (missing: lacks the skill)."""
    with canvas(ax, (2.5 + 1.1 * len(table.columns), 1.6 + 0.5 * len(table))) as ax:
        values = table.to_numpy(dtype=float)
        ax.imshow(np.nan_to_num(values), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, line in enumerate(values):
            for column, value in enumerate(line):
                words = "–" if np.isnan(value) else percent(value)
                ax.text(column, row, words, ha="center", va="center", color="white" if value > DARK else BLACK)
        ax.set_xticks(range(len(table.columns)), [str(one) for one in table.columns])
        ax.set_yticks(range(len(table)), [str(one) for one in table.index])
        ax.tick_params(length=0)
        one, two = np.unravel_index(np.nanargmin(np.where(values > 0, values, np.nan)), values.shape)
        top = np.unravel_index(np.nanargmax(values), values.shape)
        title = f"{table.columns[top[1]]} answers {percent(values[top])} of the calls of {table.index[top[0]]}"
        text = f"Least, if any: {table.columns[two]} with {percent(values[one, two])} of {table.index[one]}"
        return finish(ax, title, alt=text, x="team", y="line")


def queue_minutes(calls: pd.DataFrame, *, minutes: float = 5.0, ax: Axes | None = None) -> Axes:
    """A few minutes of a log, call by call: waiting, talking, hanging up; the first `minutes` of it are shown."""
    with canvas(ax, (8.0, 4.8)) as ax:
        seconds = (calls["arrived"] - calls["arrived"].min()).dt.total_seconds() if len(calls) else calls["wait_s"]
        own = calls[(seconds <= 60 * minutes).to_numpy()]
        begin = seconds[own.index].to_numpy() / 60
        end = begin + own["wait_s"].to_numpy(dtype=float) / 60
        lost, rows = own["abandoned"].to_numpy(dtype=bool), np.arange(len(own))
        talk = own["handle_s"].fillna(0).to_numpy(dtype=float) / 60
        ax.hlines(rows, begin, end, color=ORANGE, lw=3.5, label="waits")
        ax.hlines(rows[~lost], end[~lost], (end + talk)[~lost], color=GREEN, lw=3.5, label="talks")
        ax.plot(end[lost], rows[lost], "x", color=RED, mew=2, label="hangs up")
        ax.plot(begin, rows, "|", color=BLACK, markersize=7, label="calls")
        ax.set_xlim(-0.1, minutes)
        ax.set_ylim(len(own) - 0.4, -0.6)
        ax.legend(loc="lower left", ncols=4, framealpha=0.95)
        waited = float((own["wait_s"] > 0).mean()) if len(own) else 0.0
        title = f"{len(own)} calls in {minutes:g} minutes: {percent(waited)} wait, {lost.sum()} hang up"
        text = f"The longest of these waits is {own['wait_s'].max() if len(own) else 0:.0f} seconds"
        return finish(ax, title, alt=text, x="minutes", y="call, in order of arrival")


def staying_in_queue(curve: pd.DataFrame, *, law: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """Share who would still be waiting, from `queues.patience_curve`; law: the same by a fitted law, on seconds."""
    with canvas(ax) as ax:
        ax.fill_between(curve.index, curve["low"], curve["high"], step="post", color=PALE, lw=0, label="95 % interval")
        ax.step(curve.index, curve["staying"], where="post", color=BLUE, lw=1.6, label="log (Kaplan–Meier)")
        if law is not None:
            ax.plot(law.index, law, color=ORANGE, lw=1.6, ls="--", label="fitted law")
        ax.set_ylim(0, 1.03)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="upper right")
        half = curve.index[curve["staying"] <= 0.5]
        title = (
            f"Half of the callers would wait {half[0]:.0f} seconds"
            if len(half)
            else "More than half would wait longer than any did"
        )
        told = curve[curve["high"] > curve["low"]]  # after the last who hung up no interval is left
        last = (told if len(told) else curve).iloc[-1]
        band = f"{percent(last['low'])} to {percent(last['high'])}"
        text = f"After {last.name:.0f} seconds {percent(last['staying'])} would be waiting ({band})"
        return finish(ax, title, alt=text, x="seconds in the queue", y="share who would still wait")
