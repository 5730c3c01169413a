"""Explorers of the retail case: each a few controls, a core function and a plot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import cleaning, plots, segments, tables, targeting, worlds
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def dirt(transactions: pd.DataFrame, *, known: Iterable[int], most: float, seed: int, unit: str = "money") -> Explorer:
    """How far does dirt move the turnover, with and without cleaning?

    `transactions` sound; `known` customer numbers; `most` the largest believable amount.
    """
    window = transactions["day"].min(), transactions["day"].max()
    true = float(transactions["amount"].sum())
    allowed = list(known)

    def at(false: int, missing: int) -> tuple[Axes, str]:
        spoilt = worlds.soil(
            transactions, worlds.Dirt(false_entry=false / 10_000, missing_customer=missing / 10_000), seed
        ).frame
        raw = float(pd.to_numeric(spoilt["amount"], errors="coerce").sum())
        clean = cleaning.clean(
            spoilt, tables.TRANSACTIONS, known={"customer_id": allowed}, window=window, most={"amount": most}
        )
        sums = pd.Series({"true": true, "as it came": raw, "cleaned": float(clean.kept["amount"].sum())})
        said = (
            f"Of 10,000 rows {false} false and {missing} without a customer: the turnover as it came is "
            f"{percent(raw / true - 1)} off, cleaned {percent(sums['cleaned'] / true - 1)} off; {clean!r}."
        )
        title = f"As it came, the turnover is {raw / true:.1f} times the true one"
        return plots.amounts(sums, title=title, unit=unit), said

    return Explorer(
        at,
        question="How many false entries in 10,000 are enough to double the turnover as it came?",
        false=number("false of 10,000", 30, 0, 60),
        missing=number("without customer", 200, 0, 2_000, step=50),
    )


def scores(transactions: pd.DataFrame) -> Explorer:
    """How do the named segments move with the number of scores and the day of judgement?"""
    last = transactions["day"].max()

    def at(bins: int, months_back: int) -> tuple[Axes, str]:
        day = last - pd.DateOffset(months=months_back)
        found = segments.summary(segments.rfm(transactions, day, bins))
        top = found.loc["champions"]
        said = (
            f"{bins} scores, judged on {day:%Y-%m-%d}: {top['customers']:,.0f} champions are "
            f"{percent(top['share'])} of {found['customers'].sum():,.0f} customers and bring "
            f"{percent(top['money_share'])} of the money."
        )
        return plots.segments(found), said

    return Explorer(
        at,
        question="Do the champions' shares depend more on the number of scores or on the day of judgement?",
        bins=number("scores", 5, 3, 10),
        months_back=number("months back", 0, 0, 12),
    )


def moves(transactions: pd.DataFrame) -> Explorer:
    """Where do the members of a segment go, and how fast?"""
    last = transactions["day"].max()

    def at(months: int, back: int) -> tuple[Axes, str]:
        after = last - pd.DateOffset(months=back)
        before = after - pd.DateOffset(months=months)
        found = segments.migration(transactions, before, after)
        stay = found[(found["before"] == "champions") & (found["after"] == "champions")].iloc[0]
        said = (
            f"From {before:%Y-%m-%d} to {after:%Y-%m-%d}, {months} month(s): {percent(stay['share'])} of the champions "
            f"({percent(stay['low'])} to {percent(stay['high'])}) are champions again."
        )
        return plots.migration(found), said

    return Explorer(
        at,
        question="After how many months has every third champion gone? Was it the same half a year earlier?",
        months=number("months between", 3, 1, 12),
        back=number("months back", 0, 0, 9),
    )


def loyalty(matrix: pd.DataFrame, *, years: float, margin: float) -> Explorer:
    """What does a loyalty programme bring in a quadrant of the value matrix?

    `matrix` from `segments.value_matrix`; `years` the log covers; `margin` share of sales.
    """
    sales = (matrix["frequency"] * matrix["mean_spend"]).groupby(matrix["quadrant"], observed=False).sum() / years
    rises = np.linspace(0, 0.4, 81)

    def at(quadrant: str, reward: float, rise: float) -> tuple[Axes, str]:
        curve = targeting.programme(float(sales[quadrant]), margin=margin, reward=reward, rises=rises)
        one = targeting.programme(float(sales[quadrant]), margin=margin, reward=reward, rises=[rise])
        result = float(one["result"].iloc[0])
        even = curve.attrs["break_even"]
        said = (
            f"{percent(reward)} back to the {quadrant} quadrant ({sales[quadrant]:,.0f} a year): a rise of "
            f"{percent(rise)} brings {result:+,.0f} a year; break-even at a rise of {percent(even)}."
        )
        return plots.programme(curve, at=rise, result=result), said

    return Explorer(
        at,
        question="By how much must purchases rise before 5 % back pays? Does the quadrant matter?",
        quadrant=choices("quadrant", list(segments.QUADRANTS)),
        reward=share("reward", 0.05, 0.0, 0.15),
        rise=share("rise in purchases", 0.10, 0.0, 0.4),
    )


def clustering(features: pd.DataFrame, named: pd.Series, *, seed: int) -> Explorer:
    """What do k groups found by likeness have to do with the named segments?"""

    def at(k: int, method: str) -> tuple[Axes, str]:
        found = segments.clusters(features, k, seed=seed, method=method, resamples=0)
        both = segments.agreement(named, found.labels)
        said = (
            f"{k} groups by {method}: silhouette {found.silhouette:.2f}; agreement with the named segments "
            f"{both.adjusted_rand:.2f} ({both.low:.2f} to {both.high:.2f})."
        )
        return plots.agreement(both), said

    return Explorer(
        at,
        question="Does a number of groups exist at which the groups are the named segments?",
        k=number("groups", 4, 2, 8),
        method=choices("method", ["kmeans", "mixture"]),
    )


def taste(
    lines: pd.DataFrame,
    *,
    region: str,
    choice: str,
    weight: str,
    when: str,
    liked: str | None = None,
    truth: pd.DataFrame | None = None,
) -> Explorer:
    """What can the first months tell of the taste of a small region?

    `liked` is the choice shown first. `truth`, where opened, has the columns region, choice and
    share by the same names.
    """
    first = lines[when].min()
    options = sorted(lines[choice].astype(str).unique())

    def at(months: int, prior: int, liked: str) -> tuple[Axes, str]:
        seen = lines[lines[when] < first + pd.DateOffset(months=months)]
        found = segments.preference(seen, region=region, choice=choice, weight=weight, prior=prior)
        sizes = found.groupby("region")["count"].sum()
        small = sizes.idxmin()
        row = found[(found["region"] == small) & (found["choice"] == liked)].iloc[0]
        said = (
            f"After {months} month(s), {small} has {sizes[small]:,.0f} pieces: {percent(row['share'])} {liked} as "
            f"counted ({percent(row['low'])} to {percent(row['high'])}), {percent(row['shrunk'])} with a prior of "
            f"{prior} pieces "
            f"({percent(row['shrunk_low'])} to {percent(row['shrunk_high'])})."
        )
        mark = None if truth is None else truth[truth[choice] == liked].set_index(region)["share"]
        return plots.shrinkage(found, liked, truth=mark), said

    return Explorer(
        at,
        question="After how many months does the prior move the smallest region's share by less than 0.01?",
        months=number("months seen", 2, 1, 24),
        prior=number("prior, pieces", 25, 0, 500, step=5),
        liked=choices("style", options, liked or options[0]),
    )


def budget(trial: pd.DataFrame, *, worth: pd.Series, sizes: pd.Series) -> Explorer:
    """Whom do cost and budget of a mailing leave?

    `trial` from `targeting.trial`; `worth` margin of a purchase, `sizes` customers, on group.
    """

    def at(cost: int, money: int) -> tuple[Axes, str]:
        gain = targeting.net_gain(trial, worth=worth, cost=cost)
        plan = targeting.spend(gain, sizes=sizes, cost=cost, budget=money)
        chosen = plan[plan["contacts"] > 0].drop(index="in all", errors="ignore")
        whom = ", ".join(
            f"{row.contacts:,} {name}" for name, row in zip(chosen.index, chosen.itertuples(), strict=True)
        )
        total = plan.loc["in all"]
        said = (
            f"At {cost} yuan a mailing and a budget of {money:,}: write to {whom or 'no one'}; expected gain "
            f"{total['gain']:+,.0f} yuan ({total['low']:+,.0f} to {total['high']:+,.0f})."
        )
        return plots.net_gain(gain, unit="yuan"), said

    return Explorer(
        at,
        question="Below which cost of a mailing do the champions join the list?",
        cost=number("cost of a mailing, yuan", 12, 1, 30),
        money=number("budget, yuan", 9_600, 0, 36_000, step=600),
    )
