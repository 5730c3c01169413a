"""Pictures that explain a score: reasons of one customer, rules of a tree, points of a scorecard."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

RULE_WIDTH = 100  # characters in a line


def score_reasons(found: pd.DataFrame, *, customer: Any, ax: Axes | None = None) -> Axes:
    """What each feature adds to the score of one customer, from `response.reasons`."""
    rows = found[found["customer"] == customer].sort_values("rank", ascending=False)
    if not len(rows):
        raise ValueError(
            f"found has no reasons of customer {customer!r}; it has {list(found['customer'].unique()[:5])}, ..."
        )
    scale = found.attrs.get("scale", "log_odds")
    unit, digits = {"log_odds": ("log-odds", 2), "chance": ("chance, 0 to 1", 3)}[scale]
    with canvas(ax, (8.0, 1.4 + 0.46 * len(rows))) as ax:
        place = np.arange(len(rows))
        up = rows["contribution"].to_numpy() >= 0
        ax.barh(place, rows["contribution"], 0.6, color=np.where(up, ORANGE, SKY), edgecolor=BLACK, lw=0.5)
        ax.errorbar(
            rows["contribution"],
            place,
            xerr=[rows["contribution"] - rows["low"], rows["high"] - rows["contribution"]],
            fmt="none",
            ecolor=BLACK,
            lw=1,
        )
        for at, row in zip(place, rows.itertuples(), strict=True):
            right = row.contribution >= 0
            end = max(row.high, 0) if right else min(row.low, 0)
            ax.text(
                end, at, f"  {row.contribution:+.{digits}f}  ", va="center", ha="left" if right else "right", fontsize=9
            )
        ax.set_yticks(place, [f"{row.feature} = {told(row.value)}" for row in rows.itertuples()])
        ax.axvline(0, color=BLACK, lw=0.8)
        ax.margins(x=0.2)
        first = rows.iloc[-1]
        way = "raises" if first["contribution"] >= 0 else "lowers"
        title = f"Customer {customer}: {first['feature']} = {told(first['value'])} {way} the score most"
        text = f"Base {found.attrs['base']:.3f}; " if "base" in found.attrs else ""
        text += "; ".join(
            f"{row.feature} {told(row.value)}: {row.contribution:+.3f}" for row in rows[::-1].itertuples()
        )
        return finish(ax, title, alt=text, x=f"contribution ({unit}; above 0: raises the score)", y="")


def tree_rules(
    table: pd.DataFrame, *, cutoff: float = float("nan"), outcome: str = "outcome", ax: Axes | None = None
) -> Axes:
    """Rate of the outcome under each rule, and the cut-off, from `response.tree_rules(...)`: its table and cutoff."""
    rows = table[table["customers"] > 0].iloc[::-1]
    with canvas(ax, (8.0, 1.5 + 0.62 * len(rows))) as ax:
        place = np.arange(len(rows))
        end = min(1.0, 1.1 * max(float(rows["high"].max()), 0 if np.isnan(cutoff) else cutoff))
        pays = rows["rate"] > cutoff
        spread = [rows["rate"] - rows["low"], rows["high"] - rows["rate"]]
        ax.errorbar(rows["rate"], place, xerr=spread, fmt="none", ecolor=GREY, capsize=3)
        for at, one, row in zip(place, pays, rows.itertuples(), strict=True):
            known = np.isfinite(cutoff)
            ax.plot(
                row.rate,
                at,
                "o" if one or not known else "X",
                color=BLUE if not known else GREEN if one else RED,
                markersize=8,
            )
            said = f": {row.decision}" if known else ""
            words = "\n".join(textwrap.wrap(f"{row.rule} ({row.customers:,}){said}", RULE_WIDTH))
            ax.text(0.006 * end, at + 0.2, words, fontsize=9, va="bottom")
        if np.isfinite(cutoff):
            ax.axvline(cutoff, color=BLACK, ls="--", lw=1, label=f"cut-off {percent(cutoff)}")
            ax.legend(loc="lower right", fontsize=9)
        ax.set_yticks([])
        ax.set_ylim(-0.8 if np.isfinite(cutoff) else -0.5, len(rows) - 0.1)
        ax.set_xlim(0, end)
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid(axis="x")
        top, last = rows.iloc[-1], rows.iloc[0]
        title = f"{len(rows)} rules part the customers: {percent(last['rate'])} to {percent(top['rate'])} {outcome}"
        if len(rows) == 1:
            title = f"One rule holds everyone: {percent(top['rate'])} {outcome}"
        text = "; ".join(
            f"{row.rule}: {percent(row.rate)} ({percent(row.low)} to {percent(row.high)}) of {row.customers:,}"
            for row in rows[::-1].itertuples()
        )
        return finish(ax, title, alt=text, x=f"{outcome}, share of the customers (line: 95 % interval)", y="")


def scorecard(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Points by answer, features one below the other, from `response.scorecard(...).table`."""
    with canvas(ax, (8.0, 1.2 + 0.3 * (len(table) + table["feature"].nunique()))) as ax:
        names, ticks, at = [], [], 0.0
        neutral = float(np.average(table["points"], weights=table["customers"]))
        spread = {}
        for feature, rows in table.groupby("feature", sort=False):
            spread[feature] = float(np.ptp(rows["points"]))
            for row in rows.itertuples():
                colour = ORANGE if row.points < neutral else SKY
                ax.plot([neutral, row.points], [at, at], color=GREY, lw=1.5)
                ax.plot(row.points, at, "o", color=colour, markeredgecolor=BLACK, markersize=8)
                left = row.points < neutral
                side = "right" if left else "left"
                ax.text(row.points, at, f"   {row.points:.0f}   ", va="center", ha=side, fontsize=9)
                names.append(f"{feature}: {row.bin}")
                ticks.append(at)
                at += 1
            at += 0.8
        ax.set_yticks(ticks, names)
        ax.set_ylim(at - 0.6, -0.9)
        ax.axvline(neutral, color=BLACK, lw=0.8)
        ax.margins(x=0.12)
        ax.grid(axis="x")
        most = max(spread, key=lambda name: spread[name])
        title = f"{most} moves the total most: {spread[most]:.0f} points between its answers"
        text = "; ".join(f"{row.feature} {row.bin} {row.points:.0f}" for row in table.itertuples())
        return finish(ax, title, alt=text, x="points (line: mean over customers and features)", y="")


def told(value: Any) -> str:
    """A value of a feature as people write it."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, float, np.number)):
        return "missing" if np.isnan(value) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "missing" if value is None else str(value)
