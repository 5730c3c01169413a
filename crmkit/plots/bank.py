"""Pictures of a month at the bank: channels, an offer, applications, brokers, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, PINK, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# A channel has the same colour, line and mark in every picture.
CHANNEL_LOOKS = {
    "counter": (RED, "-", "o"),
    "machine": (BLUE, "-", "s"),
    "phone": (ORANGE, "--", "^"),
    "online": (GREEN, "-.", "D"),
    "automatic": (GREY, ":", "x"),
}
OUTCOME_LOOKS = {
    "paid back": ("o", SKY),
    "default": ("D", ORANGE),
    "refused": ("x", RED),
}


def channel_days(daily: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Transactions a day by channel; `daily` has days as its index and a column a channel."""
    with canvas(ax) as ax:
        total = daily.sum()
        for name in daily.columns:
            colour, line, mark = CHANNEL_LOOKS.get(name, (BLACK, "-", "."))
            ax.plot(daily.index, daily[name], color=colour, ls=line, marker=mark, ms=4, label=name)
        ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        _days_of_month(ax, daily.index[0])
        ax.grid(axis="y")
        ax.legend(ncols=len(daily.columns), loc="upper center", bbox_to_anchor=(0.5, -0.16), frameon=False)
        top = str(total.idxmax())
        month = f"{daily.index[0]:%B %Y}"
        share = percent(total[top] / total.sum())
        title = f"{top} carries most work of {month}: {share} of {total.sum():,.0f} transactions"
        text = "; ".join(f"{name}: {value:,.0f}, {percent(value / total.sum())}" for name, value in total.items())
        return finish(ax, title, alt=text, x=f"day of {month}", y="transactions a day")


def offer_days(taken: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Share of customers who took the loan by day since the offer; columns offered and held back."""
    with canvas(ax) as ax:
        ax.step(taken.index, taken["offered"], where="post", color=BLUE, lw=2.2, label="with the offer")
        ax.step(taken.index, taken["held back"], where="post", color=GREY, ls="--", lw=2.2, label="held back by lot")
        last = taken.iloc[-1]
        for name, words in (("offered", "with"), ("held back", "without")):
            ax.annotate(
                f" {percent(last[name])} {words}", (taken.index[-1], last[name]), va="center", annotation_clip=False
            )
        ax.set_ylim(bottom=0)
        ax.set_xlim(0, taken.index[-1] * 1.2)
        ax.yaxis.set_major_formatter(lambda share, _: percent(share))
        ax.grid(axis="y")
        ax.legend(loc="upper left")
        title = (
            f"After {taken.index[-1]} days {percent(last['offered'])} have the loan, "
            f"but {percent(last['held back'])} came without an offer"
        )
        half = int((taken["offered"] >= last["offered"] / 2).idxmax())
        text = (
            f"Half of those with the offer came by day {half}; "
            f"the difference at the end is {percent(last['offered'] - last['held back'])}"
        )
        return finish(ax, title, alt=text, x="days since the offer", y="share with a loan")


def applications(month: pd.DataFrame, *, cut: float | None = None, unit: str = "", ax: Axes | None = None) -> Axes:
    """Each application of a month by income and by the two other answers, with its outcome.

    `month` has income, savings_account, home_owner, day and outcome; within a band the day runs upwards.
    """
    bands = [(False, False), (False, True), (True, False), (True, True)]
    names = ["neither", "home owner", "savings account", "both"]
    with canvas(ax, (8.0, 4.6)) as ax:
        for outcome, (mark, colour) in OUTCOME_LOOKS.items():
            mine = month[month["outcome"] == outcome]
            band = 2 * mine["savings_account"].to_numpy() + mine["home_owner"].to_numpy()
            height = band + 0.1 + 0.8 * (mine["day"].dt.day.to_numpy() - 1) / 31
            edge = {} if mark == "x" else {"edgecolor": BLACK, "linewidth": 0.4}
            ax.scatter(mine["income"], height, marker=mark, color=colour, s=26, label=outcome, **edge)
        for line in range(1, len(bands)):
            ax.axhline(line, color=PALE, lw=1)
        if cut is not None:
            ax.axvline(cut, color=BLACK, ls="--", lw=1)
            ax.annotate(f" {cut:,.0f}", (cut, len(bands)), va="bottom", annotation_clip=False)
        ax.set_xscale("log")
        ax.set_xticks([10_000, 20_000, 50_000, 100_000, 200_000])
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.xaxis.set_minor_formatter(lambda value, _: "")
        ax.set_yticks(np.arange(len(bands)) + 0.5, names)
        ax.set_ylim(0, len(bands))
        ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.14), frameon=False)
        count = month["outcome"].value_counts()
        refused = int(count.get("refused", 0))
        title = f"{refused} of {len(month)} applications are refused: those with few of three good answers"
        text = "; ".join(f"{name}: {int(count.get(name, 0))}" for name in OUTCOME_LOOKS)
        return finish(ax, title, alt=text, x=f"income a year, {unit} (logarithmic)".replace(", (", " ("), y="")


def commissions(month: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Commission by broker, largest first; `month` is on the broker's name with by broker and online."""
    with canvas(ax, (8.0, 1.4 + 0.3 * len(month))) as ax:
        at = np.arange(len(month))
        total = month["by broker"] + month["online"]
        ax.barh(at, month["by broker"], color=BLUE, label="ordered from the broker")
        ax.barh(at, month["online"], left=month["by broker"], color=PINK, hatch="//", edgecolor="white", label="online")
        for place, value in enumerate(total):
            ax.text(value, place, f" {value:,.0f}", va="center", fontsize=9)
        ax.set_yticks(at, month.index)
        ax.invert_yaxis()
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        ax.set_xlim(0, 1.1 * total.max())
        ax.legend(loc="lower right")
        share = total.iloc[:3].sum() / total.sum()
        title = f"Three of {len(month)} brokers bring {percent(share)} of the commission of the month"
        text = "; ".join(f"{name}: {value:,.0f}" for name, value in total.items())
        return finish(ax, title, alt=text, x="commission, money", y="")


def claims(month: pd.DataFrame, *, earned: float, ax: Axes | None = None) -> Axes:
    """Each claim of a month by day and size; `earned` is the premium of the month, in the same money."""
    with canvas(ax) as ax:
        ax.vlines(month["day"], 1, month["amount"], color=PALE, lw=1)
        ax.plot(month["day"], month["amount"], "o", color=BLUE, ms=5)
        ax.set_yscale("log")
        ax.set_ylim(0.7 * month["amount"].min(), 1.6 * month["amount"].max())
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        _days_of_month(ax, month["day"].iloc[0])
        ax.grid(axis="y")
        paid = month["amount"].sum()
        title = f"{len(month)} claims cost {paid:,.0f}, {percent(paid / earned)} of the premiums of the month"
        top = month["amount"].max()
        text = f"The largest claim costs {top:,.0f}, the median {month['amount'].median():,.0f}; premiums {earned:,.0f}"
        return finish(ax, title, alt=text, x=f"day of {month['day'].iloc[0]:%B %Y}", y="claim, money (logarithmic)")


def _days_of_month(ax: Axes, day: pd.Timestamp) -> None:
    """An axis from the first to the last day of the month in which `day` lies."""
    first = np.datetime64(day, "M")
    days = np.arange(first, first + 1, dtype="datetime64[D]")
    ax.set_xlim(days[0] - np.timedelta64(12, "h"), days[-1] + np.timedelta64(12, "h"))
    ax.set_xticks(days[::5], [str(number) for number in range(1, len(days) + 1, 5)])
