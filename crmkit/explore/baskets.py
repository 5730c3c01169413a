"""Explorers of baskets: thresholds against the truth, the lottery of the largest lift, offers in money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import baskets, plots
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def thresholds(lines: pd.DataFrame, planted: pd.DataFrame, *, style: pd.Series | None = None) -> Explorer:
    """Which thresholds keep the real rules and lose the others?"""
    sets = baskets.itemsets(lines, min_support=0.001)
    found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
    kind = baskets.kinds(found, planted, style).astype("category")
    believed = {"any q": 1.0, "q up to 5 %": 0.05, "q up to 0.1 %": 0.001}

    def at(support: float, confidence: float, trust: str) -> tuple[Axes, str]:
        q = believed[trust]
        passes = (found["support"] >= support) & (found["confidence"] >= confidence) & (found["q"] <= q)
        count = kind[passes].value_counts()
        real, false = int(count.get("planted", 0)), int(count.get("noise", 0))
        said = (
            f"Support from {100 * support:.1f} %, confidence from {percent(confidence)}, {trust}: {int(passes.sum()):,} rules, "
            f"{real} from planted ones, {int(count.get('taste', 0))} from one taste, {false} noise."
        )
        return plots.basket_rules(found[passes], kind=kind[passes]), said

    return Explorer(
        at,
        question="Which one slider loses the noise without losing what was planted?",
        support=share("least support", 0.002, 0.001, 0.05, step=0.001),
        confidence=share("least confidence", 0.0, 0.0, 0.8, step=0.05),
        trust=choices("belief", list(believed)),
    )


def lottery(lines: pd.DataFrame, planted: pd.DataFrame, *, seed: int = 1) -> Explorer:
    """How many of the best pairs by lift are noise, and does it get better with more baskets?"""
    at_, ids = pd.factorize(lines["basket_id"])
    rank = np.random.default_rng(seed).permutation(len(ids))[at_]
    sizes = [size for size in (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000) if size < len(ids)] + [
        len(ids)
    ]

    def at(size: str, best: int, by: str) -> tuple[Axes, str]:
        n = int(size.replace(",", ""))
        found = baskets.pairs(lines[rank < n], min_support=min(5 / n, 1.0))
        top = found.sort_values(by, ascending=by == "q", kind="stable").head(best)
        kind = baskets.kinds(top, planted)
        noise = int((kind == "noise").sum())
        said = (
            f"Of the best {len(top)} pairs of {n:,} baskets by {by}, {noise} are none of the planted rules; "
            f"{int((found['q'] <= 0.05).sum())} pairs have q up to 5 %."
        )
        as_rules = top.assign(antecedent=[(one,) for one in top["first"]], consequent=[(two,) for two in top["second"]])
        title = f"{noise} of the {len(top)} best pairs by {by} were not planted, with {n:,} baskets"
        return plots.basket_rules(as_rules, kind=kind, title=title), said

    return Explorer(
        at,
        question="With 1,000 baskets, are the largest lifts those to act on?",
        size=choices("baskets", [f"{size:,}" for size in sizes]),
        best=number("best pairs", 10, 3, 30),
        by=choices("ranked by", ["lift", "q"]),
    )


def next_offer(
    history: pd.DataFrame,
    until: str,
    *,
    item: str = "item",
    offers: int = 1,
    margin: int = 10,
    cost: float = 0.5,
    unit: str = "money",
) -> Explorer:
    """What are offers worth, chosen by affinity or by popularity?

    The sliders open at so many `offers` a customer, a `margin` a hit and a `cost` a customer, in `unit`.
    """
    judged = {top: baskets.judge(history, until, top=top, item=item) for top in range(1, 6)}

    def at(top: int, margin: int, cents: int) -> tuple[Axes, str]:
        cost = cents / 100
        table = judged[top].copy()
        for column in ("profit", "profit_low", "profit_high"):
            table[column] = margin * table[column] - cost
        best = table["profit"].idxmax()
        said = (
            f"{top} offers a customer, {margin} {unit} a hit, {cost:.2f} a customer to make them: best by {best}, "
            f"{table.loc[best, 'profit']:+.2f} a customer ({table.loc[best, 'profit_low']:+.2f} to "
            f"{table.loc[best, 'profit_high']:+.2f}); lift of cosine over popularity {table.loc['cosine', 'lift']:.2f}."
        )
        return plots.offer_gain(table, unit=unit), said

    return Explorer(
        at,
        question="Up to which cost a customer do offers pay, and does a cleverer choice raise it?",
        top=number("offers a customer", offers, 1, 5),
        margin=number(f"{unit} a hit", margin, 1, max(100, 10 * margin)),
        cents=number(
            f"cost a customer, hundredths of {unit}", round(100 * cost), 0, max(round(2_000 * cost), 1_000), step=10
        ),
    )
