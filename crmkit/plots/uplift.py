"""Pictures of what a contact changes, ranked and in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

QUADRANTS = {
    "persuadable": (GREEN, "o"),
    "sure thing": (SKY, "s"),
    "lost cause": (GREY, "x"),
    "do not disturb": (RED, "^"),
}


def uplift_curve(table: pd.DataFrame, *, money: str | None = None, ax: Axes | None = None) -> Axes:
    """Outcome added by contacting the best first, from `targeting.uplift.uplift_curve`; money: its unit, for the profit."""
    middle, low, high = ("profit", "profit_low", "profit_high") if money else ("incremental", "low", "high")
    with canvas(ax) as ax:
        share = np.append(0.0, table["share"])
        ax.fill_between(
            share, np.append(0.0, table[low]), np.append(0.0, table[high]), color=SKY, alpha=0.4, label="95 % interval"
        )
        ax.plot(share, np.append(0.0, table[middle]), color=BLUE, lw=2, label="by score")
        end = table[middle].iloc[-1]
        ax.plot([0, 1], [0, end], color=BLACK, ls="--", lw=1, label="by lot")
        ax.axhline(0, color=GREY, lw=0.8)
        best = table.loc[table[middle].idxmax()]
        ax.plot(best["share"], best[middle], "o", color=ORANGE, mec=BLACK, label="highest")
        ax.xaxis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="best")
        unit = f"{money} a customer of all" if money else "outcome added, a customer of all"
        figures = f"{best[middle]:+.3g} ({best[low]:+.3g} to {best[high]:+.3g})"
        title = f"Highest at {percent(best['share'])} contacted: {figures}; all contacted: {end:+.3g}"
        text = f"{len(table):,} cuts; at half contacted {np.interp(0.5, share, np.append(0.0, table[middle])):+.3g}"
        return finish(ax, title, alt=text, x="share contacted, best scores first", y=unit)


def rankings(table: pd.DataFrame, *, unit: str = "money", at: float | None = None, ax: Axes | None = None) -> Axes:
    """What contacting the best by each score truly brings, from `targeting.uplift.rankings`; at: mark one share."""
    with canvas(ax) as ax:
        looks = zip((ORANGE, BLUE, PINK, SKY, GREY), ("-", "-.", "--", ":", "-"), strict=True)
        best = {}
        for name, own in table.groupby("score", sort=False):
            colour, line = (GREEN, "-") if name == "truth" else next(looks)
            ax.plot(
                own["share"],
                own["gain"],
                color=colour,
                ls=line,
                lw=2,
                label=f"by {name}" if name != "truth" else "by true uplift",
            )
            best[name] = own.loc[own["gain"].idxmax()]
        if at is not None:
            ax.axvline(at, color=BLACK, lw=0.9, ls=":")
        ax.axhline(0, color=GREY, lw=0.8)
        ax.xaxis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="best")
        truth = best.pop("truth")
        name, other = min(best.items(), key=lambda one: one[1]["gain"])
        title = f"By {name} at most {other['gain']:+.2f} a customer, by true uplift {truth['gain']:+.2f}"
        text = "; ".join(
            f"by {one}: highest {row['gain']:+.3f} at {percent(row['share'])}"
            for one, row in {**best, "true uplift": truth}.items()
        )
        return finish(
            ax, title, alt=text, x="share contacted, best scores first", y=f"true gain, {unit} a customer of all"
        )


def uplift_quadrants(chances: pd.DataFrame, kind: pd.Series, *, ax: Axes | None = None) -> Axes:
    """True chances (columns with, without the contact), and the four kinds, from `targeting.uplift.quadrants`."""
    with canvas(ax, (8.0, 5.2)) as ax:
        shares = kind.value_counts(normalize=True)
        for name, (colour, marker) in QUADRANTS.items():
            own = chances[(kind == name).to_numpy()].iloc[:400]
            ax.scatter(
                own["without"],
                own["with"],
                s=14,
                c=colour,
                marker=marker,
                alpha=0.7,
                label=f"{name}: {percent(shares.get(name, 0.0))}",
            )
        top = 1.05 * float(chances[["with", "without"]].to_numpy().max())
        ax.plot([0, top], [0, top], color=BLACK, lw=0.9, ls="--")
        ax.set(xlim=(0, top), ylim=(0, top))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: percent(value))
        ax.legend(loc="lower right")
        some, alone = (percent(shares.get(name, 0.0)) for name in ("persuadable", "do not disturb"))
        title = f"{some} can be persuaded, {alone} are better left alone"
        text = "; ".join(f"{name}: {percent(shares.get(name, 0.0))}" for name in QUADRANTS)
        return finish(ax, title, alt=text, x="chance to respond without the contact", y="chance to respond with it")


def uplift_rules(rules: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Uplift of the leaves of a tree with its interval, from `targeting.uplift.uplift_tree(...).rules`."""
    with canvas(ax, (8.0, 1.4 + 0.5 * len(rules))) as ax:
        at = np.arange(len(rules))
        ax.hlines(at, rules["low"], rules["high"], color=GREY, lw=2)
        ax.plot(rules["uplift"], at, "o", color=BLUE)
        ax.axvline(0, color=BLACK, lw=0.8, ls=":")
        words = [
            f"{rule.replace(' and ', chr(10))}\n({percent(share)})"
            for rule, share in zip(rules["rule"], rules["share"], strict=True)
        ]
        ax.set_yticks(at, words, fontsize=8.5)
        ax.set_ylim(len(rules) - 0.5, -0.5)
        sure = int((rules["low"] > 0).sum())
        title = f"{sure} of {len(rules)} groups surely gain by the contact"
        text = (
            "; ".join(
                f"{row.rule}: {row.uplift:+.3f} ({row.low:+.3f} to {row.high:+.3f})"
                for row in rules.dropna().itertuples()
            )
            or "no group could be measured"
        )
        return finish(
            ax, title, alt=text, x="uplift, measured on customers who did not find the rules (95 % interval)", y=""
        )
