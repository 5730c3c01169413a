"""Pictures of rules, pairs, steps and offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, beside, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

KINDS = {"planted": (GREEN, "o", "planted: real"), "taste": (ORANGE, "s", "one taste"), "noise": (GREY, "x", "noise")}
MANY = 1_000  # marks of one look; from here on most lie upon others


def basket_rules(
    found: pd.DataFrame, *, kind: pd.Series | None = None, max_q: float = 0.05, title: str = "", ax: Axes | None = None
) -> Axes:
    """Support and confidence of rules, larger where the lift is; marked by q, or by what stands behind each."""
    from matplotlib.ticker import LogLocator, NullLocator

    with canvas(ax) as ax:
        # Five sizes of marks: thousands of one size are drawn many times as fast as each in its own.
        step = np.round(np.clip(np.log2(np.maximum(found["lift"].to_numpy(), 1)), 0, 4))
        if kind is None:
            real = (found["q"] <= max_q).to_numpy()
            groups = [(~real, (GREY, "x", f"q above {max_q:g}")), (real, (GREEN, "o", f"q up to {max_q:g}"))]
            counts = f"{int(real.sum()):,} of {len(found):,} rules have q up to {max_q:g}"
            title = title or counts
        else:
            groups = [((kind == one).to_numpy(), look) for one, look in reversed(KINDS.items()) if (kind == one).any()]
            counts = ", ".join(f"{int((kind == one).sum()):,} {one}" for one in KINDS) + f" among {len(found):,} rules"
            title = title or f"{int((kind != 'planted').sum()):,} of {len(found):,} rules were not planted"
        across, up = found["support"].to_numpy(), found["confidence"].to_numpy()
        for chosen, (colour, marker, label) in groups:
            ax.scatter([], [], s=42, c=colour, marker=marker, lw=1, label=label, alpha=0.8)
            for level in np.unique(step[chosen]):
                rows = _told_apart(np.flatnonzero(chosen & (step == level)), across, up)
                ax.scatter(across[rows], up[rows], s=12 + 15 * level, c=colour, marker=marker, lw=1, alpha=0.8)
        if len(found):
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        ax.set_ylim(0, 1.03)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        best = found.iloc[np.argsort(-found["lift"].to_numpy(), kind="stable")[:3]]
        text = (
            "largest lifts: " + "; ".join(f"{_words(row)} {row.lift:.1f}" for row in best.itertuples())
            if len(found)
            else "none"
        )
        text = f"{counts}; {text}"
        return finish(ax, title, alt=text, x="support (log scale; larger marks: larger lift)", y="confidence")


def _told_apart(rows: np.ndarray, across: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Of many rows those that the eye can tell apart: one in each cell of two by two points of the picture."""
    if len(rows) < MANY:
        return rows
    cell = np.round(100 * np.log10(across[rows])) * 1_000 + np.round(170 * up[rows])
    return rows[np.unique(cell, return_index=True)[1]]


def basket_network(found: pd.DataFrame, *, most: int = 25, ax: Axes | None = None) -> Axes:
    """The most certain rules as arrows between items, wider where the lift is larger."""
    with canvas(ax, (8.0, 6.0)) as ax:
        part = found.sort_values(["q", "lift"], ascending=[True, False], kind="stable").head(most)
        names = sorted({name for row in part.itertuples() for name in (*row.antecedent, *row.consequent)})
        angle = 2 * np.pi * np.arange(len(names)) / max(len(names), 1) + 0.1
        at = dict(zip(names, zip(np.cos(angle), np.sin(angle), strict=True), strict=True))
        for row in part.itertuples():
            width = 0.8 + min(np.log2(max(row.lift, 1.0)), 4.0)
            for left in row.antecedent:
                for right in row.consequent:
                    look = {
                        "arrowstyle": "-|>",
                        "color": BLUE,
                        "lw": width,
                        "alpha": 0.6,
                        "connectionstyle": "arc3,rad=0.15",
                    }
                    ax.annotate("", xy=at[right], xytext=at[left], arrowprops={**look, "shrinkA": 8, "shrinkB": 8})
        for name, (x, y) in at.items():
            ax.plot(x, y, "o", color=ORANGE, mec=BLACK, ms=9, zorder=3)
            side = "left" if x >= 0 else "right"
            ax.text(1.08 * x, 1.08 * y, name, ha=side, va="center", fontsize=9)
        ax.set(xlim=(-2.1, 2.1), ylim=(-1.25, 1.25), yticks=[], xticks=[])
        ax.spines[["left", "bottom"]].set_visible(False)
        text = "; ".join(f"{_words(row)} (lift {row.lift:.1f})" for row in part.head(8).itertuples()) or "none"
        return finish(
            ax,
            f"The {len(part)} most certain rules tie {len(names)} items",
            alt=text,
            x="wider arrow: larger lift",
            y="",
        )


def pair_map(found: pd.DataFrame, *, most: int = 12, ax: Axes | None = None) -> Axes:
    """Lift of pairs as a matrix of the items in the most certain ones, from `baskets.pairs`; stars: q up to 5 %."""
    with canvas(ax, (8.0, 6.0)) as ax:
        order = list(
            dict.fromkeys(name for row in found.head(4 * most).itertuples() for name in (row.first, row.second))
        )[:most]
        place = {name: at for at, name in enumerate(order)}
        table, sure = np.full((len(order), len(order)), np.nan), np.zeros((len(order), len(order)), dtype=bool)
        for row in found.itertuples():
            if row.first in place and row.second in place:
                one, two = place[row.first], place[row.second]
                table[one, two] = table[two, one] = np.log2(max(row.lift, 2**-4))
                sure[one, two] = sure[two, one] = row.q <= 0.05
        reach = float(np.nanmax(np.abs(table))) if np.isfinite(table).any() else 1.0
        mesh = ax.imshow(table if len(order) else np.zeros((1, 1)), cmap="PuOr", vmin=-reach, vmax=reach)
        for one, two in zip(*np.nonzero(sure), strict=True):
            dark = abs(table[one, two]) > 0.6 * reach
            ax.text(two, one, "*", ha="center", va="center", fontsize=12, color="white" if dark else BLACK)
        ax.set_xticks(range(len(order)), order, rotation=45, ha="right")
        ax.set_yticks(range(len(order)), order)
        ax.figure.colorbar(mesh, ax=ax, label="lift, doublings (0: as by chance)")
        top = found.iloc[0] if len(found) else None
        title = (
            "No pair" if top is None else f"Most certain: {top['first']} and {top['second']}, lift {top['lift']:.1f}"
        )
        pairs = [f"{row.first} and {row.second} {row.lift:.2f} (q {row.q:.2g})" for row in found.head(8).itertuples()]
        text = "; ".join(pairs) or "no two items lie together more often than by chance"
        return finish(ax, title, alt=f"Lift by pair. {text}", x="star: q up to 5 %", y="")


def next_steps(found: pd.DataFrame, *, most: int = 10, ax: Axes | None = None) -> Axes:
    """What comes next more often than after anything else, from `baskets.transitions`, with the interval of the lift."""
    part = found[found["q"] <= 0.05].sort_values("lift", ascending=False).head(most)
    title = None if len(part) else "No step is more frequent than by chance"
    part = found.head(most) if part.empty else part
    words = [f"{one} → {two}" for one, two in zip(part["from"], part["to"], strict=True)]
    if title is None:
        top = part.iloc[0]
        ends = f"({top['lift_low']:.2f} to {top['lift_high']:.2f})"
        title = f"After {top['from']}, {top['to']} comes {top['lift']:.2f} times as often {ends} as after anything"
    labelled, x = part.assign(label=words), "lift of the next step (1: as after anything)"
    return _forest(labelled, "lift", "lift_low", "lift_high", 1.0, x, ax, title=title)


def rule_by_group(table: pd.DataFrame, rule: object, *, ax: Axes | None = None) -> Axes:
    """Lift of one rule in each group with its interval, from `baskets.by_group`; rule: its row."""
    part = table[(table["rule"] == rule) & table["lift"].notna()]
    words = [f"{name} ({both:,} baskets)" for name, both in zip(part["group"], part["count"], strict=True)]
    labelled = part.assign(label=words)
    first = part.iloc[0]
    words = f"{', '.join(first['antecedent'])} → {', '.join(first['consequent'])}"
    return _forest(labelled, "lift", "lift_low", "lift_high", 1.0, f"lift of {words} (1: as by chance)", ax)


def offer_gain(judged: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Hits of offers in the hold-out by way of choosing them, and the money beside them, from `baskets.judge`."""
    gains = judged[["profit", "profit_low", "profit_high"]].itertuples()
    labelled = judged.assign(
        label=[
            f"{way}\n{middle:+,.2f} {unit} a customer\n({low:+,.2f} to {high:+,.2f})"
            for way, middle, low, high in gains
        ]
    )
    words = "customers who bought what was chosen (95 % interval)"
    return _forest(labelled, "hit_rate", "low", "high", None, words, ax, share=True, row=0.65, title=_hits_most(judged))


def _hits_most(judged: pd.DataFrame) -> str:
    """The way with most hits, and whether it can be told from popularity (popularity itself: from the next way)."""
    best = judged["hit_rate"].idxmax()
    said = f"{best} hit{'' if best == 'rules' else 's'} most, {percent(judged.at[best, 'hit_rate'])}"
    others = judged["hit_rate"].drop(best)
    rival = "popularity" if "popularity" in others.index else others.idxmax() if len(others) else None
    if rival is None or (best != "popularity" and rival != "popularity"):
        return f"{said} of the customers"  # lifts are over popularity: nothing tells these apart
    clear = judged.at[rival, "lift_high"] < 1 if best == "popularity" else judged.at[best, "lift_low"] > 1
    return f"{said}: {'clearly more than' if clear else 'not told apart from'} {rival}, {percent(others[rival])}"


def rules_found(table: pd.DataFrame, *, by: str = "max_q", ax: Axes | None = None) -> Axes:
    """Rules of each kind as one threshold moves, from `baskets.against_truth`."""
    with canvas(ax) as ax:
        at, bottom = np.arange(len(table)), np.zeros(len(table))
        for kind, (colour, _, label) in KINDS.items():
            ax.bar(
                at,
                table[kind],
                0.7,
                bottom=bottom,
                color=PALE if kind == "noise" else colour,
                edgecolor=BLACK,
                lw=0.5,
                label=label,
            )
            bottom += table[kind].to_numpy()
        for place, row in enumerate(table.itertuples()):
            ax.text(place, bottom[place], f"{percent(row.recall)}\nfound", ha="center", va="bottom", fontsize=9)
        ax.set_xticks(at, [f"{value:g}" for value in table[by]])
        ax.set_ylim(0, 1.25 * max(bottom.max(), 1))
        ax.legend(loc="upper right")
        first, last = table.iloc[0], table.iloc[-1]
        moved = f"noise {first['noise']:.0f} → {last['noise']:.0f}"
        title = f"From {first[by]:g} to {last[by]:g}: {moved}, found {percent(last['recall'])}"
        text = "; ".join(
            f"{getattr(row, by):g}: {row.planted} planted, {row.taste} taste, {row.noise} noise"
            for row in table.itertuples()
        )
        return finish(ax, title, alt=text, x=by.replace("_", " "), y="rules")


def _forest(
    part: pd.DataFrame,
    middle: str,
    low: str,
    high: str,
    zero: float | None,
    x: str,
    ax: Axes | None,
    *,
    share: bool = False,
    row: float = 0.45,
    title: str | None = None,
) -> Axes:
    with canvas(ax, (8.0, 1.4 + row * len(part))) as ax:
        at = np.arange(len(part))
        ax.hlines(at, part[low], part[high], color=GREY, lw=2)
        ax.plot(part[middle], at, "o", color=BLUE)
        if zero is not None:
            ax.axvline(zero, color=BLACK, lw=0.8, ls=":")
        ax.set_yticks(at, part["label"])
        ax.set_ylim(len(part) - 0.5, -0.5)
        if share:
            ax.xaxis.set_major_formatter(lambda value, _: percent(value))
            ax.set_xlim(left=0)
        best = part.loc[part[middle].idxmax()]
        name = str(best["label"]).split("\n")[0]
        number = percent if share else (lambda value: f"{value:.2f}")
        title = title or f"{name}: {number(best[middle])} ({number(best[low])} to {number(best[high])})"
        text = "; ".join(
            f"{str(row['label']).replace(chr(10), ', ')} {number(row[middle])} ({number(row[low])} to {number(row[high])})"
            for _, row in part.iterrows()
        )
        return finish(ax, title, alt=text, x=x, y="", width=beside(part["label"]))


def _words(row: object) -> str:
    return f"{', '.join(row.antecedent)} → {', '.join(row.consequent)}"  # type: ignore[attr-defined]
