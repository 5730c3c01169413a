"""Pictures of an operator: who leaves, when the phone rings, whose bills are large, which contracts last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLUE, GREEN, GREY, ORANGE, RED, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", ":"), (RED, "v", "-."))


def leavers(
    monthly: pd.DataFrame, *, event: pd.Timestamp | None = None, what: str = "price war", ax: Axes | None = None
) -> Axes:
    """Share of customers who leave by month; a line with a band a group.

    Parameters
    ----------
    monthly : DataFrame
        month, group, share, low, high (ends of the interval of the share).
    event : Timestamp, optional
        The month in which something began.
    what : str
        Its name.
    """
    with canvas(ax) as ax:
        before, since = {}, {}
        for (name, rows), (colour, mark, line) in zip(monthly.groupby("group", observed=True), LOOKS, strict=False):
            ax.fill_between(rows["month"], 100 * rows["low"], 100 * rows["high"], color=colour, alpha=0.18, lw=0)
            ax.plot(rows["month"], 100 * rows["share"], color=colour, marker=mark, ls=line, ms=4, label=name)
            late = rows["month"] >= event if event is not None else rows["month"].notna()
            since[name], before[name] = float(rows.loc[late, "share"].mean()), float(rows.loc[~late, "share"].mean())
        if event is not None:
            ax.axvline(event, color=GREY, ls="--")
            ax.annotate(
                what, (event, 0.98), xycoords=("data", "axes fraction"), xytext=(-6, 0), textcoords="offset points",
                ha="right", va="top", color="black",
            )  # fmt: skip
        ax.set_ylim(bottom=0)
        ax.grid(axis="y")
        ax.legend(fontsize=9)
        ax.tick_params(axis="x", rotation=30)
        top = max(since, key=since.__getitem__)
        if event is None:
            title = f"{percent(since[top])} of {top} customers leave in a mean month"
            text = "; ".join(f"{name}: {percent(share)} a month" for name, share in since.items())
        else:
            title = (
                f"With the {what}, {percent(since[top])} of {top} customers leave a month instead of "
                f"{percent(before[top])}"
            )
            text = "; ".join(f"{name}: {percent(before[name])} → {percent(since[name])} a month" for name in since)
        return finish(ax, title, alt=text, x="month (band: 95 % interval)", y="customers who leave, %")


def call_week(intervals: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What the phone line did by half hour.

    Parameters
    ----------
    intervals : DataFrame
        begins, contained, answered, abandoned (calls that arrived in the half hour), agents on duty.
    """
    from matplotlib.patheffects import Normal, Stroke

    with canvas(ax, (9.0, 4.4)) as ax:
        parts = [
            ("in the menu", "contained", GREY, ""),
            ("answered", "answered", BLUE, ""),
            ("hung up", "abandoned", RED, "////"),
        ]
        base = np.zeros(len(intervals))
        for label, column, colour, hatch in parts:
            top = base + intervals[column].to_numpy()
            ax.fill_between(
                intervals["begins"], base, top, step="post", facecolor=colour, alpha=0.75, hatch=hatch, lw=0, label=label
            )  # fmt: skip
            base = top
        ax.plot(
            intervals["begins"],
            intervals["agents"],
            color="black",
            lw=1.6,
            drawstyle="steps-post",
            label="agents on duty",
            path_effects=[Stroke(linewidth=3.6, foreground="white"), Normal()],
        )
        ax.set_ylim(0, 1.25 * max(float(base.max()), 1.0))
        ax.legend(fontsize=9, ncols=4, loc="upper center")
        ax.tick_params(axis="x", rotation=30)
        ax.grid(axis="y")
        at = int(base.argmax())
        lost = intervals["abandoned"].sum() / max(base.sum(), 1)
        begins = intervals["begins"].iloc[at]
        title = f"The phone rings most on {begins:%A at %H:%M}; {percent(lost)} of all calls hang up in the queue"
        text = (
            f"{len(intervals)} half hours with {base.sum():,.0f} calls; the busiest has {base[at]:,.0f} with "
            f"{intervals['agents'].iloc[at]:,.0f} agents on duty"
        )
        return finish(ax, title, alt=text, x="half hour", y="calls in the half hour, and agents")


def call_day(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Calls by half hour of a mean day.

    Parameters
    ----------
    rates : DataFrame
        48 rows from midnight: calls (an hour), low and high (its interval).
    """
    with canvas(ax) as ax:
        hours = np.arange(len(rates) + 1) / 2
        calls = rates["calls"].to_numpy()
        ax.stairs(
            rates["high"],
            hours,
            baseline=rates["low"].to_numpy(),
            fill=True,
            color=BLUE,
            alpha=0.25,
            label="95 % interval",
        )
        ax.stairs(calls, hours, color=BLUE, lw=2, baseline=None, label="calls")
        ax.set_xlim(0, hours[-1])
        ax.set_xticks(range(0, int(hours[-1]) + 1, 2))
        ax.set_ylim(0)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.grid(axis="y")
        ax.legend(loc="upper left")
        most, least = int(calls.argmax()), int(calls.argmin())
        at = [f"{half // 2}:{30 * (half % 2):02d}" for half in (most, least)]
        title = f"Most calls from {at[0]}: {calls[most]:,.0f} an hour; fewest from {at[1]}: {calls[least]:,.0f}"
        top = rates.iloc[most]
        text = f"Its 95 % interval: {top['low']:,.0f} to {top['high']:,.0f}"
        return finish(ax, title, alt=text, x="hour of the day", y="calls an hour")


def bill_tail(tail: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """How many customers pay more than an amount, on two logarithmic scales.

    Parameters
    ----------
    tail : DataFrame
        group, bill (mean monthly bill), rank (1 for the largest of the group), share (of
        all bills that this customer and the larger ones of the group pay).
    """
    with canvas(ax) as ax:
        best = ("", 0.0, 0)
        words = []
        for (name, rows), (colour, mark, _) in zip(tail.groupby("group", observed=True), LOOKS, strict=False):
            ax.plot(rows["bill"], rows["rank"], mark, color=colour, ms=3.5, ls="", label=f"{name} ({len(rows):,})")
            paid = float(rows["share"].max())
            words.append(
                f"{len(rows):,} {name} pay {percent(paid)} of all bills, the largest {rows['bill'].max():,.0f}"
            )
            if paid / len(rows) > best[1]:
                best = (str(name), paid / len(rows), len(rows))
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.grid(which="major")
        ax.legend(fontsize=9)
        paid = float(tail.loc[tail["group"] == best[0], "share"].max())
        title = f"{best[2]:,} {best[0]} of {len(tail):,} customers pay {percent(paid)} of all bills"
        return finish(
            ax,
            title,
            alt="; ".join(words),
            x=f"mean monthly bill, {unit}",
            y="customers who pay as much or more",
        )


def renewals(seen: pd.DataFrame, law: pd.DataFrame | None = None, *, ax: Axes | None = None) -> Axes:
    """Share of contracts renewed, of those that come to each renewal.

    Parameters
    ----------
    seen : DataFrame
        line, term, share, low, high (ends of the interval of the share).
    law : DataFrame, optional
        line, term, retention: as the world declared, or as a model fitted.
    """
    with canvas(ax) as ax:
        words, first, held = [], {}, []
        for at, ((name, rows), (colour, mark, _)) in enumerate(
            zip(seen.groupby("line", observed=True), LOOKS, strict=False)
        ):
            share = 100 * rows["share"]
            ends = np.abs([share - 100 * rows["low"], 100 * rows["high"] - share])
            ax.errorbar(
                rows["term"] + 0.08 * at, share, yerr=ends, fmt=mark, color=colour, capsize=3, label=f"{name}: seen"
            )
            if law is not None:
                declared = law[(law["line"] == name) & law["term"].isin(rows["term"])]
                ax.plot(declared["term"], 100 * declared["retention"], color=colour, lw=1, label=f"{name}: law")
                told = rows["term"].map(declared.set_index("term")["retention"])
                held += (told.between(rows["low"], rows["high"])[told.notna()]).tolist()
            first[name] = (float(rows["share"].iloc[0]), float(rows["share"].iloc[-1]), int(rows["term"].iloc[-1]))
            words.append(
                f"{name}: {percent(first[name][0])} at the first, {percent(first[name][1])} at renewal {first[name][2]}"
            )
        ax.set_ylim(top=101)
        ax.grid(axis="y")
        ax.legend(fontsize=9, loc="lower right")
        name = min(first, key=lambda one: first[one][0])
        if held:
            title = f"The law lies within {sum(held)} of {len(held)} intervals of what was seen"
        else:
            title = (
                f"Weak contracts go first: {percent(first[name][0])} of {name} contracts are renewed the first "
                f"time, {percent(first[name][1])} at renewal {first[name][2]}"
            )
        return finish(
            ax, title, alt="; ".join(words), x="renewal (whiskers: 95 % interval)", y="renewed, % of those due"
        )
