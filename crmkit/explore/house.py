"""Explorers of the customer warehouse: months online, key accounts, a letter's value, and who hides in an extract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import segments, warehouse
from crmkit.explore.explorer import Explorer, choices, number
from crmkit.plots import house as pictures
from crmkit.plots import percent
from crmkit.plots.segments import concentration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

MOST_MONTHS = 36


def months_online(months: pd.Series, *, year: float, online: int, restore: int, unit: str = "money") -> Explorer:
    """How many months to keep online? `months` each question reached back, `year` questions; money as shown first."""
    reach = np.arange(1, MOST_MONTHS + 1)
    beyond = (months.to_numpy() > reach[:, None]).mean(axis=1)

    def at(kept: int, price: int, back: int) -> tuple[Axes, str]:
        found = pd.DataFrame({"online": price * reach, "restores": year * beyond * back}, index=reach)
        total = found.sum(axis=1)
        said = (
            f"{kept} months online serve {percent(1 - beyond[kept - 1])} of the questions; {year * beyond[kept - 1]:,.0f} a "
            f"year need the archive; together {total[kept]:,.0f} {unit} a year. The least, {total.min():,.0f}, is at "
            f"{total.idxmin()} months."
        )
        return pictures.months_online(found, at=kept, unit=unit), said

    return Explorer(
        at,
        question="At which cost of a restore are 13 months the cheapest window?",
        kept=number("months online", 13, 1, MOST_MONTHS),
        price=number(f"a month online, {unit} a year", online, online // 4, 4 * online, step=online // 4),
        back=number(f"a restore, {unit}", restore, 0, 8 * restore, step=max(restore // 5, 1)),
    )


def key_accounts(found: pd.DataFrame, *, by: str | None = None) -> Explorer:
    """Who is a key account?

    Columns of money in `found`, one row a customer; the first is what the others are held against, and `by` is shown first.
    """
    names = list(found.columns)

    def at(by: str, percent_best: int) -> tuple[Axes, str]:
        n = max(round(len(found) * percent_best / 100), 1)
        best = found[by].sort_values(ascending=False, kind="stable").index[:n]
        own = found[names[0]].sort_values(ascending=False, kind="stable").index[:n]
        one = segments.concentration(found[by])
        brings = found.loc[best, names[0]].sum() / found[names[0]].sum()
        said = (
            f"The best {percent_best} % by {by} are {n} customers and bring {percent(brings)} of the {names[0]}; "
            f"{len(best.intersection(own))} of them are among the best by {names[0]}. Gini of {by}: {one.gini:.2f} "
            f"({one.low:.2f} to {one.high:.2f})."
        )
        return concentration(one), said

    return Explorer(
        at,
        question="Which list of key accounts brings most, and which only looks rich?",
        by=choices("best by", names, by),
        percent_best=number("best, % of the customers", 10, 1, 50),
    )


def letter_pays(trial: pd.DataFrame, *, cost: int, value: int, unit: str = "money") -> Explorer:
    """From what an acceptance brings on does a letter pay? `trial` of everyone, from `targeting.trial`."""
    one = trial.iloc[0]
    grid = np.arange(0, 6 * value + 1, max(value // 20, 1))

    def at(brings: int, costs: int) -> tuple[Axes, str]:
        found = pd.DataFrame(
            {
                name: grid * one[column] - costs
                for name, column in (("gain", "uplift"), ("low", "low"), ("high", "high"))
            },
            index=grid,
        )
        here = [brings * one[name] - costs for name in ("uplift", "low", "high")]
        said = (
            f"An acceptance at {brings:,} {unit} and a letter at {costs}: {here[0]:+.2f} {unit} a letter "
            f"({here[1]:+.2f} to {here[2]:+.2f}); by the estimate it pays from {costs / one['uplift']:,.0f} {unit} on."
        )
        return pictures.gain_by_value(found, at=brings, unit=unit), said

    return Explorer(
        at,
        question="From which value of an acceptance on does the letter surely pay, and not only by the estimate?",
        brings=number(f"an acceptance brings, {unit}", value, 0, 6 * value, step=max(value // 20, 1)),
        costs=number(f"a letter, {unit}", cost, 0, 4 * cost),
    )


def hiding(people: pd.DataFrame, known: Sequence[str], *, age: str = "age", sensitive: str | None = None) -> Explorer:
    """Who stands out in an extract? Columns that others know; ages are told in bands."""

    def at(k: int, band: int) -> tuple[Axes, str]:
        coarse = people.assign(**{age: people[age] // band})
        sizes = coarse.groupby(list(known))[age].transform("size")
        kept = coarse[sizes >= k]
        after = warehouse.anonymity(kept, known, sensitive=sensitive)
        said = (
            f"Ages in bands of {band} years, groups of at least {k}: {len(coarse) - len(kept)} of {len(coarse)} people are left "
            f"out ({percent(1 - len(kept) / len(coarse))}); {after.rows} remain in {after.groups} groups"
        )
        if sensitive:
            said += f", {after.exposed} of them found out all the same: their whole group is alike in {sensitive}"
        said += "."
        return pictures.hidden(sizes, k=k), said

    return Explorer(
        at,
        question="Which loses fewer people: a smaller k, or wider bands of age?",
        k=number("least size of a group", 5, 2, 20),
        band=number("band of ages, years", 1, 1, 40),
    )
