"""Explorers of small sums: an assortment, a market, a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmkit import plots, targeting
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def assortment() -> Explorer:
    """Does "20 % changed every 6–8 weeks" fit "50 % new goods a year"?"""

    def at(changed: float, weeks: int, back: float) -> tuple[Axes, str]:
        year = targeting.rotation(share=changed, weeks=weeks, back=back)
        sums = pd.Series({"changed": year.changed, "new": year.new, "reported new": 0.5})
        said = (
            f"{percent(changed)} changed every {weeks} weeks is {year.rounds:.1f} rounds a year: "
            f"{percent(year.changed)} of the assortment changed; with {percent(back)} of it seen before, "
            f"{percent(year.new)} new. The case reports 50 % new."
        )
        return plots.amounts(
            100 * sums, title=f"{percent(year.new)} new goods a year", unit="% of the assortment"
        ), said

    return Explorer(
        at,
        question="How much of what is put on the shelf must have been there before, for both figures to be true?",
        changed=share("changed each round", 0.20, 0.05, 0.5),
        weeks=number("weeks between rounds", 7, 4, 13),
        back=share("seen before", 0.0, 0.0, 0.9),
    )


def market() -> Explorer:
    """What would have to hold for 43 % of a market of 15 billion dollars?"""
    claimed = 0.43 * 15

    def at(stores: int, millions: int) -> tuple[Axes, str]:
        sales = stores * millions / 1000
        said = (
            f"{stores} stores at {millions} million dollars a year sell for {sales:.2f} billion, "
            f"{percent(sales / claimed)} of the {claimed:.2f} billion that 43 % of 15 billion would be."
        )
        sums = pd.Series({"sold": 1000 * sales, "claimed": 1000 * claimed})
        return plots.amounts(
            sums, title=f"{percent(sales / claimed)} of what is claimed", unit="million dollars a year"
        ), said

    return Explorer(
        at,
        question="How many stores, and each selling how much, would make the claim true?",
        stores=number("stores", 10, 1, 120),
        millions=number("million dollars a store", 100, 10, 300, step=10),
    )


def form() -> Explorer:
    """People hate forms, firms want every field: how many fields collect most that is sound?"""

    def at(fields: int, stops: float, jests: float) -> tuple[Axes, str]:
        found = targeting.form(range(1, 41), stops=stops, jests=jests)
        here, best = found.loc[fields], found["sound"].idxmax()
        said = (
            f"{fields} fields, {percent(stops)} stop and {percent(jests)} jest at each: {here['handed_in']:.0f} of 100 "
            f"people hand it in, {here['sound']:.0f} of {here['entries']:.0f} entries are sound; most would be with {best}."
        )
        return plots.form(found, at=fields), said

    return Explorer(
        at,
        question="How many fields would you ask for if each field made fewer people jest?",
        fields=number("fields", 25, 1, 40),
        stops=share("stop at each field", 0.04, 0.0, 0.15),
        jests=share("jest at each field", 0.03, 0.0, 0.15),
    )
