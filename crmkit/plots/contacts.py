"""Pictures of a contact plan's limits, and of tests looked at too often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def false_alarms(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Chance of a false alarm by each look, from `targeting.contacts.false_alarms`."""
    looks = {
        "none": ("plain test at each look", RED, "-o"),
        "pocock": ("Pocock bounds", BLUE, "--s"),
        "obrien_fleming": ("O'Brien-Fleming bounds", GREEN, ":^"),
        "always_valid": ("always valid, more looks may follow", BLACK, "-.d"),
    }
    with canvas(ax) as ax:
        for name, (label, colour, line) in looks.items():
            ax.plot(table["look"], table[name], line, color=colour, label=label, markersize=4)
        ax.set_ylim(0, 1.35 * table["none"].max())
        ax.yaxis.set_major_formatter(lambda share, _: percent(share))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid()
        ax.legend(loc="upper left")
        last = table.iloc[-1]
        count = int(last["look"])
        title = f"After {count} look{'s' if count > 1 else ''} {percent(last['none'])} of useless campaigns look good or bad"
        text = (
            f"With Pocock bounds {percent(last['pocock'])}, with O'Brien-Fleming {percent(last['obrien_fleming'])}, "
            f"with bounds for any number of looks {percent(last['always_valid'])}"
        )
        return finish(ax, title, alt=text, x="looks so far (equally spaced)", y="chance of a false alarm by this look")


def plan_limits(table: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """How far each limit of a plan is used, from `Plan.limits`, with what one more hour, or a larger budget, brings in `unit`."""
    with canvas(ax, (8.0, 1.4 + 0.46 * len(table))) as ax:
        at = np.arange(len(table))
        bound = table["at_most"].fillna(table["at_least"])
        part = (table["used"] / bound.where(bound > 0)).fillna(0.0)
        ax.barh(at, part, 0.5, color=BLUE)
        words = {"hours": "one more hour", "budget": "a budget larger by 1"}
        more = [
            "" if np.isnan(price) else f"{words.get(name, 'one more')}: {price + 0.0:+,.2f} {unit}"
            for name, price in table["price"].items()
        ]
        for place, share in enumerate(part):
            ax.text(max(share, 1.0) + 0.03, place, more[place], va="center", fontsize=9)
        ax.axvline(1, color=BLACK, lw=0.9, ls="--", label="limit")
        ax.set_yticks(at, table.index)
        ax.invert_yaxis()
        ax.set_xlim(0, 1.5 * max(1.0, float(part.max())))
        ax.xaxis.set_major_formatter(lambda share, _: percent(share))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), frameon=False)
        dear = table.index[table["price"].fillna(0.0) > 0]
        title = f"These limits hold the plan back: {', '.join(dear)}" if len(dear) else "No limit holds the plan back"
        text = "; ".join(
            f"{name}: {percent(share)} of the limit" + (f", {says}" if says else "")
            for (name, share), says in zip(part.items(), more, strict=True)
        )
        return finish(ax, title, alt=text, x="used, % of the limit (beside it: what more of it would bring)", y="")


def peek_paths(peeks: pd.DataFrame, *, shown: int = 12, ax: Axes | None = None) -> Axes:
    """P-values of a few tests day by day, from `targeting.contacts.peeks`; those that alarm at some look in red."""
    with canvas(ax) as ax:
        ever = peeks.groupby("test")["alarm"].any()
        for test, path in peeks[peeks["test"].isin(ever.index[:shown])].groupby("test"):
            look = (RED, 1.8, "-") if ever[test] else (GREY, 1.0, "--")
            ax.plot(path["day"], path["p"], color=look[0], lw=look[1], ls=look[2])
        line = peeks.drop_duplicates("look")
        ax.plot(line["day"], line["bound"], color=BLACK, lw=1.5, ls=":", label="alarm at or below")
        ax.plot([], [], color=RED, label="alarm at some look")
        ax.plot([], [], color=GREY, ls="--", label="no alarm")
        ax.set_yscale("log")
        ax.set_ylim(1e-3, 1.3)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend(loc="lower left", ncols=3)
        share, last = float(ever.mean()), float(peeks.groupby("test")["alarm"].last().mean())
        title = f"{percent(share)} of {len(ever):,} tests alarm at some look, {percent(last)} at the last one"
        text = f"{line.shape[0]} looks; the first {min(shown, len(ever))} tests are drawn"
        return finish(ax, title, alt=text, x="day of the test", y="p of the look (log scale)")


def channel_gains(gains: dict[str, pd.DataFrame], *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """What one contact brings in each group through each channel; a `targeting.net_gain` frame a channel."""
    groups = next(iter(gains.values())).index
    with canvas(ax, (8.0, 1.8 + 0.62 * len(groups))) as ax:
        looks = zip((BLUE, ORANGE, GREEN, PINK, SKY), "oD^sv", strict=True)
        at = np.arange(len(groups))
        gap = 0.6 / max(len(gains), 2)
        for step, ((name, table), (colour, mark)) in enumerate(zip(gains.items(), looks, strict=False)):
            place = at + gap * (step - (len(gains) - 1) / 2)
            found = table.reindex(groups)
            ax.hlines(place, found["low"], found["high"], color=colour)
            ax.plot(found["gain"], place, mark, color=colour, markersize=8, label=name)
            for spot, value, high in zip(place, found["gain"], found["high"], strict=True):
                ax.text(high, spot, f"  {value:+.1f}", va="center", fontsize=9)
        ax.axvline(0, color=BLACK, lw=0.8)
        ax.set_yticks(at, groups)
        ax.set_ylim(len(groups) - 0.5, -0.5)
        ax.margins(x=0.1)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=len(gains), frameon=False)
        best: dict[str, list[str]] = {}
        for group in groups:
            name = max(gains, key=lambda one: gains[one].loc[group, "gain"])
            best.setdefault(name if gains[name].loc[group, "gain"] > 0 else "no contact", []).append(str(group))
        title = "Best estimate: " + "; ".join(f"{name} for {', '.join(whom)}" for name, whom in best.items())
        text = "; ".join(
            f"{name}, {group}: {row.gain:+.1f} ({row.low:+.1f} to {row.high:+.1f})"
            for name, table in gains.items()
            for group, row in zip(table.index, table.itertuples(), strict=True)
        )
        return finish(ax, title, alt=text, x=f"{unit} gained by one contact (line: 95 % interval)", y="")
