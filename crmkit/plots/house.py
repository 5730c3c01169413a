"""Pictures of the customer warehouse: months kept online, a letter by what a loan brings, groups that hide nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def months_online(found: pd.DataFrame, *, at: int, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Cost a year by months kept online: columns online, restores (money), index months; `at` is marked."""
    with canvas(ax) as ax:
        total = found["online"] + found["restores"]
        ax.stackplot(
            found.index, found["online"], found["restores"], colors=[SKY, ORANGE], labels=["kept online", "restored"]
        )
        ax.plot(found.index, total, color=BLACK, lw=2)
        best = int(total.idxmin())
        ax.plot([best], [total[best]], "D", color=GREEN, ms=9, label=f"least: {best} months")
        ax.axvline(at, color=BLACK, ls="--", lw=1.2, label=f"here: {at} months")
        ax.set_xlim(found.index.min(), found.index.max())
        ax.set_ylim(0, 1.3 * float(total.max()))
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.legend(loc="upper center", ncols=2, fontsize=9)
        title = f"{at} months online cost {total[at]:,.0f} {unit} a year, {best} months the least, {total[best]:,.0f}"
        text = f"Of {total[at]:,.0f} {unit}, {found.at[at, 'online']:,.0f} keep {at} months online, the rest restores"
        return finish(ax, title, alt=text, x="months kept online", y=f"{unit} a year")


def gain_by_value(found: pd.DataFrame, *, at: float, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Gain of a contact by what one acceptance brings: columns gain, low, high, index value; `at` is marked."""
    with canvas(ax) as ax:
        ax.fill_between(found.index, found["low"], found["high"], color=SKY, alpha=0.5, label="95 % interval")
        ax.plot(found.index, found["gain"], color=BLUE, lw=2, label="estimate")
        ax.axhline(0, color=BLACK, lw=1)
        here = [float(np.interp(at, found.index, found[name])) for name in ("gain", "low", "high")]
        ax.plot([at, at], here[1:], color=BLACK, lw=1.5)
        ax.plot([at], here[:1], "o", color=BLACK, ms=6)
        ax.legend(loc="upper left")
        ax.set_xlim(found.index.min(), found.index.max())
        ax.xaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        word = "pays" if here[1] > 0 else "loses" if here[2] < 0 else "may pay or lose"
        title = f"At {at:,.0f} {unit} an acceptance a contact {word}: {here[0]:+.2f} {unit}"
        text = f"The interval there is {here[1]:+.2f} to {here[2]:+.2f} {unit} a contact"
        return finish(ax, title, alt=text, x=f"an acceptance brings, {unit}", y=f"gain a contact, {unit}")


def hidden(sizes: pd.Series, *, k: int, ax: Axes | None = None) -> Axes:
    """How many people stand in groups of each size: `sizes` of the group of each person; groups below `k` go."""
    with canvas(ax) as ax:
        most = 20
        count = sizes.clip(upper=most).value_counts().reindex(range(1, most + 1), fill_value=0)
        small = count.index < k
        ax.bar(
            count.index[small], count[small], color=ORANGE, hatch="//", edgecolor="white", label=f"below {k}: left out"
        )
        ax.bar(count.index[~small], count[~small], color=BLUE, label="kept")
        if small.any():
            ax.axvline(k - 0.5, color=GREY, ls="--")
        ax.set_xticks([1, 5, 10, 15, 20], ["1", "5", "10", "15", "20 and more"])
        ax.legend(loc="upper right")
        out = int((sizes < k).sum())
        title = f"{out:,} of {len(sizes):,} people ({percent(out / len(sizes))}) stand in groups below {k}"
        text = f"{int((sizes == 1).sum()):,} stand alone; the largest group has {int(sizes.max()):,}"
        return finish(ax, title, alt=text, x="people alike in what is known", y="people")
