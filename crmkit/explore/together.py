"""Explorers of what goes together: a reported share, pairs met again, a shelf and its control, recipes and tea."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import baskets, plots
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCALE = 20  # baskets in all for each one with nappies, where a report does not tell


def reported_share() -> Explorer:
    """What would have to hold for "30–40 % of those who buy this also bought that" to mean something?"""
    shares = np.linspace(0.02, 0.60, 59)

    def at(confidence: float, base: float, holders: int) -> tuple[Axes, str]:
        table = baskets.reported(confidence, shares, holders=holders, baskets=SCALE * holders)
        here = baskets.reported(confidence, [base], holders=holders, baskets=SCALE * holders).iloc[0]
        said = (
            f"{percent(confidence)} of {holders:,} nappy baskets hold beer; if {percent(base)} of all do, the lift is "
            f"{here['lift']:.2f} ({here['lift_low']:.2f} to {here['lift_high']:.2f}): {here['beyond']:+.0f} baskets in a "
            f"thousand beyond chance."
        )
        return plots.lift_of_share(table, at=base), said

    return Explorer(
        at,
        question="How many must buy beer anyhow for the report to mean nothing, or even the opposite?",
        confidence=share("of nappy baskets hold beer", 0.35, 0.30, 0.40),
        base=share("of all baskets hold beer", 0.35, 0.03, 0.60),
        holders=number("nappy baskets counted", 100, 20, 2_000, step=20),
    )


def second_half(lines: pd.DataFrame, *, seed: int) -> Explorer:
    """Of the best pairs, how many are met again in baskets that had no part in choosing them?"""

    def at(by: str, best: int, least: int) -> tuple[Axes, str]:
        found = baskets.again(lines, seed=seed, by=by, best=best, least=least)
        held = int((found["q_again"] <= 0.05).sum())
        said = (
            f"Of the best {len(found)} pairs by {by} that at least {least} baskets of the first half hold, {held} are "
            f"confirmed in the second (q up to 5 %); mean lift {found['lift'].mean():.2f}, again "
            f"{found['lift_again'].mean():.2f}."
        )
        return plots.lift_again(found), said

    return Explorer(
        at,
        question="Which control brings back more of the pairs: another ranking, or more baskets behind each pair?",
        by=choices("ranked by", ["lift", "q"]),
        best=number("best pairs", 10, 3, 15),
        least=number("baskets that hold the pair", 5, 3, 30),
    )


def beliefs(found: pd.DataFrame, within: pd.DataFrame, planted: pd.DataFrame) -> Explorer:
    """Which pairs does each way of believing keep, and how many of these were planted?

    `found` pairs written as rules, with p and q; `within` from `baskets.differences` on the same rows; `planted` the truth.
    """
    kind = baskets.kinds(found, planted)
    above = within["odds_ratio"] > 1
    ways = {
        "p, each pair for itself": found["p"],
        "q, all pairs looked at": found["q"],
        "q within baskets of one size": within["q"].where(above, 1.0),
    }

    def at(by: str, limit: float, lift: int) -> tuple[Axes, str]:
        passes = (ways[by] <= limit) & (found["lift"] >= lift / 10)
        real = int((kind[passes] == "planted").sum())
        believed, others = int(passes.sum()), int(passes.sum()) - real
        said = (
            f"By {by}, up to {percent(limit)}, and a lift from {lift / 10:.1f}: {believed:,} pairs, {real} of the "
            f"{len(planted)} planted among them, {others:,} others."
        )
        title = f"{others:,} of {believed:,} pairs believed were not planted"
        if not others:
            title = f"{real} of the {len(planted)} planted pairs are believed, and no other"
        return plots.basket_rules(found[passes], kind=kind[passes], title=title), said

    return Explorer(
        at,
        question="Which way of believing loses the others without losing the planted pairs? Does a higher lift do it?",
        by=choices("believed by", list(ways)),
        limit=share("up to", 0.05, 0.005, 0.20, step=0.005),
        lift=number("least lift, tenths", 10, 10, 60),
    )


def shelf_trial(shelf: pd.DataFrame) -> Explorer:
    """What does a shelf experiment tell with fewer stores or fewer weeks, and without its control?"""
    start = shelf.loc[shelf["moved"], "week"].min()
    weeks = int((shelf["week"].max() - start).days // 7 + 1)
    order = shelf.groupby("treated")["store_id"].unique()
    most = int(min(map(len, order)))

    def at(stores: int, after: int) -> tuple[Axes, str]:
        some = np.concatenate([names[:stores] for names in order])
        part = shelf[shelf["store_id"].isin(some) & (shelf["week"] < start + pd.Timedelta(weeks=after))]
        found = baskets.shelf_test(part)
        rows = {}
        for item, row in found.iterrows():
            rows[f"{item}, after over before"] = tuple(100 * row[["naive", "naive_low", "naive_high"]])
            rows[f"{item}, against control"] = (100 * row["lift"], 100 * row["low"], 100 * row["high"])
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
        ends = [
            f"{item} {percent(row['lift'])} ({percent(row['low'])} to {percent(row['high'])})"
            for item, row in found.iterrows()
        ]
        plain = ", ".join(f"{item} {percent(value)}" for item, value in found["naive"].items())
        said = (
            f"{stores} stores each, {after} week(s) after: against the control {'; '.join(ends)}. "
            f"After over before: {plain}."
        )
        last = found.iloc[-1]
        title = f"{last.name}: {percent(last['naive'])} by the calendar, {percent(last['lift'])} by the move"
        return plots.compared(table, title=title, x="rise of pieces sold, % (line: 95 % interval)"), said

    return Explorer(
        at,
        question="How many stores does it take before the beer's interval leaves 0? And the nappies'?",
        stores=number("stores of each group", most, 3, most),
        after=number("weeks after the move", weeks, 1, weeks),
    )


def shelf_pays(found: baskets.Moved, weekly: pd.Series, *, cost: int, weeks: int) -> Explorer:
    """At which cost does the move still pay, in how many stores?

    `found` from `baskets.moved`; `weekly` margin of the articles in each store that may be moved; `cost` money a
    store and week; `weeks` that the decision is for.
    """
    at_most = int(100 * np.ceil(found.high * weekly.max() / 100))

    def at(cost: int, lasting: float) -> tuple[Axes, str]:
        stores = found.stores(lasting * weekly, cost=cost, weeks=weeks)
        some = stores[stores["net"] > 0]
        sums = {name: part[["net", "net_low", "net_high"]].sum() for name, part in (("all", stores), ("some", some))}
        naive, value = stores[["naive", "naive_low", "naive_high"]].sum(), sums["some"]["net"]
        table = pd.DataFrame.from_dict(
            {
                f"all {len(stores)} stores, after over before": tuple(naive),
                f"all {len(stores)} stores, against control": tuple(sums["all"]),
                f"the {len(some)} largest, against control": tuple(sums["some"]),
            },
            orient="index",
            columns=["value", "low", "high"],
        )
        said = (
            f"At {cost} yuan a store and week, with {percent(lasting)} of the rise lasting: {len(some)} of {len(stores)} stores "
            f"pay, together {value:+,.0f} yuan ({sums['some']['net_low']:+,.0f} to {sums['some']['net_high']:+,.0f}); all of "
            f"them {sums['all']['net']:+,.0f} ({sums['all']['net_low']:+,.0f} to {sums['all']['net_high']:+,.0f}), by the "
            f"calendar {naive['naive']:+,.0f} ({naive['naive_low']:+,.0f} to {naive['naive_high']:+,.0f})."
        )
        title = f"All stores: {naive['naive']:+,.0f} yuan by the calendar, {sums['all']['net']:+,.0f} by the control"
        return plots.compared(table, title=title, x=f"net gain of {weeks} weeks, yuan (line: 95 % interval)"), said

    return Explorer(
        at,
        question="Up to which cost does moving all of them pay by the best estimate? And even at the low end?",
        cost=number("cost, yuan a store and week", cost, 50, max(at_most, cost), step=10),
        lasting=share("share of the rise that lasts", 1.0, 0.2, 1.0, step=0.05),
    )


def recipe_lift(cases: dict[str, pd.DataFrame]) -> Explorer:
    """How much likelier is an order after a recipe, by what is compared with what?

    `cases` by name: frames with customer_id, day, seen (a recipe before), ordered.
    """
    first = min(frame["day"].min() for frame in cases.values())
    days = int(max((frame["day"].max() - first).days for frame in cases.values())) + 1
    ways = {"all together": None, "within each member": "customer_id"}

    @lru_cache(maxsize=days)  # the other controls change what is told, not what is counted
    def counted(log: int) -> dict[tuple[str, str], baskets.Within]:
        parts = {name: frame[frame["day"] < first + pd.Timedelta(days=log)] for name, frame in cases.items()}
        return {
            (name, way): baskets.within(seen, group=group)
            for name, seen in parts.items()
            for way, group in ways.items()
        }

    def at(unit: str, how: str, log: int) -> tuple[Axes, str]:
        rows = counted(log)
        table = pd.DataFrame.from_dict(
            {f"{name},\n{way}": (one.odds_ratio, one.low, one.high) for (name, way), one in rows.items()},
            orient="index",
            columns=["value", "low", "high"],
        )
        one = rows[unit, how]
        groups = f", {one.groups:,} members that tell something" if ways[how] else ""
        said = (
            f"{log} days, {one.rows:,} cases, each {unit}, {how}{groups}: odds of an order {one.odds_ratio:.2f} times "
            f"as high after a recipe ({one.low:.2f} to {one.high:.2f})."
        )
        every = [row.odds_ratio for row in rows.values()]
        rank = (
            "most" if one.odds_ratio == max(every) else "least" if one.odds_ratio == min(every) else "something between"
        )
        title = f"{unit}, {how}, claims {rank}: odds of an order {one.odds_ratio:.2f} times as high after a recipe"
        return plots.compared(
            table, title=title, x="odds ratio of an order after a recipe (1: no effect)", zero=1.0
        ), said

    return Explorer(
        at,
        question="Which comparison claims most, and what does it compare that is not alike?",
        unit=choices("one case is", list(cases)),
        how=choices("compared", list(ways)),
        log=number("days of the log", days, 7, days),
    )


def tea_claim() -> Explorer:
    """What would have to hold for 80 % of the bagged-tea market of the world?"""
    claimed = 0.80

    def at(weight: float, own: float) -> tuple[Axes, str]:
        needed = (claimed - weight * own) / (1 - weight)
        can = "possible" if needed <= 1 else "impossible"
        said = (
            f"Where {percent(weight)} of all bagged tea is drunk the brand holds {percent(own)}: for {percent(claimed)} "
            f"in all it needs {percent(needed)} everywhere else, which is {can}."
        )
        sums = pd.Series({"rivals' homes": own, "needed elsewhere": needed, "claimed in all": claimed})
        title = f"{percent(needed)} needed everywhere else: {can}"
        return plots.amounts(100 * sums, title=title, unit="% of the bagged tea drunk there"), said

    return Explorer(
        at,
        question="If rivals keep the most of their home markets, how large may these be before 80 % cannot be true?",
        weight=share("of the world's tea, drunk where rivals are at home", 0.20, 0.0, 0.6),
        own=share("the brand's share there", 0.30, 0.0, 0.8),
    )
