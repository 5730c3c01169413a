"""A home-decoration chain with a loyalty club, and its kin: the retail world.

Its fields are the truth: kinds of customers, tastes of the cities, planted
basket rules, seasons, and a mailing whose effect is known. The scene follows
the Hola case (members' purchases kept, tastes that differ by city); presets turn
it into a shop, a web shop, an estate agency or a firm that sells to firms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.case import Case
from crmkit.worlds.people import LOCALES
from crmkit.worlds.retail.catalogue import HOME, STYLES, Category, names
from crmkit.worlds.retail.knobs import (
    DAYS_A_WEEK,
    Enquiries,
    Loyalty,
    Pricing,
    RivalSale,
    Rotation,
    ShelfTest,
    Shops,
)
from crmkit.worlds.retail.parts import AUTUMN_CATALOGUE, KINDS, REGIONS, RULES, SEASON, Campaign, Kind, Region, shares
from crmkit.worlds.retail.picks import PlantedRule
from crmkit.worlds.retail.pipeline import Pipeline
from crmkit.worlds.retail.purchases import EVEN_WEEK
from crmkit.worlds.retail.web import Portal, Web

__all__ = ["KINDS", "REGIONS", "RULES", "SEASON", "Campaign", "Kind", "Region", "Retail", "shares"]

LAST_YEAR = 9_000  # the calendar ends with 9999, and a window has up to a hundred years


@dataclass(frozen=True)
class Retail:
    """The retail world. Every field is part of the truth.

    >>> case = Retail(customers=100).draw(seed=7)
    >>> case.customers.shape
    (100, 6)
    >>> Retail(customers=100, return_share=1.2)
    Traceback (most recent call last):
    ...
    ValueError: return_share=1.2 must be a share from 0 to 1; write 12 % as 0.12
    """

    customers: int = 2_000
    products: int = 64
    start: dt.date = dt.date(2024, 1, 1)
    days: int = 731  # length of the window
    joining_share: float = 1.0  # members join evenly over this first part of the window
    kinds: tuple[Kind, ...] = KINDS
    regions: tuple[Region, ...] = REGIONS
    rules: tuple[PlantedRule, ...] = RULES
    campaign: Campaign | None = AUTUMN_CATALOGUE
    season: tuple[float, ...] = SEASON  # twelve monthly factors
    return_share: float = 0.03  # of purchases, brought back whole within two weeks
    locale: str = "en_US"
    # What follows is off, or as it always was, unless it is said.
    categories: tuple[Category, ...] = HOME
    styles: tuple[str, ...] = STYLES  # four, which the regions weigh
    week: tuple[float, ...] = EVEN_WEEK  # seven factors, Monday to Sunday
    growth: float = 0.0  # of joining: e ** growth times as many join a year later
    pricing: Pricing | None = None
    rotation: Rotation | None = None
    loyalty: Loyalty | None = None
    rival: RivalSale | None = None
    shops: Shops | None = None
    enquiries: Enquiries | None = None
    shelf: ShelfTest | None = None
    web: Web | None = None
    portal: Portal | None = None
    pipeline: Pipeline | None = None

    name = "retail"

    def __post_init__(self) -> None:
        door.whole("customers", self.customers, low=1, high=50_000_000)
        door.whole("products", self.products, low=1, high=10_000)
        if type(self.start) is not dt.date or self.start.year > LAST_YEAR:
            raise ValueError(f"start={self.start!r} must be a date up to {LAST_YEAR}; write datetime.date(2024, 1, 1)")
        door.whole("days", self.days, low=1, high=36_500)
        door.share("joining_share", self.joining_share)
        door.share("return_share", self.return_share)
        door.one_of("locale", self.locale, LOCALES)
        door.number("growth", self.growth, low=-5, high=5)
        for field in ("kinds", "regions", "categories"):
            if not getattr(self, field):
                raise ValueError(f"{field}=() must hold at least one")
            door.distinct(field, [part.name for part in getattr(self, field)])
        for field in ("kinds", "regions"):
            door.whole_sum(field, [part.share for part in getattr(self, field)])
        if len(self.styles) != len(STYLES):
            raise ValueError(f"styles={self.styles!r} must name {len(STYLES)}, as {STYLES} do")
        door.distinct("styles", self.styles)
        if len(self.season) != 12:
            raise ValueError(f"season={self.season!r} must give twelve monthly factors")
        if len(self.week) != len(EVEN_WEEK):
            raise ValueError(f"week={self.week!r} must give seven factors, Monday to Sunday")
        for field, factors in (("season, month", self.season), ("week, day", self.week)):
            for number, factor in enumerate(factors, start=1):
                door.number(f"{field} {number}", factor, low=0, above=True)
        self._check_articles()
        self._check_days()

    def _check_articles(self) -> None:
        door.distinct("articles of categories", [name for one in self.categories for name in one.articles])
        known = {item for item, _, _ in names(self.products, self.categories, self.styles)}
        mend = "raise products to 64 or give rules=()"
        named = [(item, "rules", mend) for rule in self.rules for item in (rule.antecedent, rule.consequent)]
        if self.shelf:
            named += [(item, "shelf items", "name two of them, or shelf=None") for item in self.shelf.items]
        for rule in self.rules:
            door.share(f"rule {rule.antecedent!r} -> {rule.consequent!r}: chance", rule.chance)
        for item, field, how in named:
            if item not in known:
                raise ValueError(
                    f"{field} name {item!r}, which is not among the products={self.products} articles; {how}"
                )

    def _check_days(self) -> None:
        last = {
            "campaign day": self.campaign and self.campaign.day,
            "rival day": self.rival and self.rival.day + self.rival.days - 1,
            "shops closing_day": self.shops and self.shops.closed_share and self.shops.closing_day,
            "shelf weeks": self.shelf and self.shelf.weeks * DAYS_A_WEEK - 1,
        }
        for field, day in last.items():
            if day and day >= self.days:
                part = field.split()[0]
                shown = f"{field}={getattr(getattr(self, part), field.split()[1])!r}"
                raise ValueError(
                    f"{shown} lies outside the window of days={self.days}; give a day inside, or {part}=None"
                )
        if self.shops and self.shops.branches < len(self.regions):
            raise ValueError(
                f"shops branches={self.shops.branches} must be at least {len(self.regions)}, one for each region"
            )
        if self.enquiries and not self.shops:
            raise ValueError("enquiries go to branches; give shops=Shops(...) too, or enquiries=None")

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Retail:
        """A world by name, with some fields changed.

        Parameters
        ----------
        name : str
            One of shop, home_decoration, e_commerce, real_estate, industrial, health_portal.
        **changes
            Fields of the world.

        >>> Retail.preset("home_decoration") == Retail()
        True
        >>> Retail.preset("shops")
        Traceback (most recent call last):
        ...
        ValueError: preset='shops' is not known; did you mean 'shop'?
        """
        from crmkit.worlds.retail.presets import PRESETS

        door.one_of("preset", name, PRESETS)
        known = [field.name for field in fields(cls)]
        for field in changes:
            door.one_of("field of Retail", field, known)
        return cls(**{**PRESETS[name], **changes})

    @property
    def end(self) -> dt.date:
        """The last day of the window."""
        return self.start + dt.timedelta(days=self.days - 1)

    def about(self) -> list[str]:
        """How it is drawn, in plain sentences."""
        from crmkit.worlds.retail.about import about

        return about(self)

    def holds(self, case: Case) -> str:
        """What a case of this world holds, in one sentence."""
        from crmkit.worlds.retail.about import holds

        return holds(case)

    def traps(self, case: Case) -> list[str]:
        """What an analyst is likely to take for something else."""
        from crmkit.worlds.retail.about import traps

        return traps(case)

    def draw(self, seed: int | np.random.Generator) -> Case:
        """Draw one chain and its customers.

        Parameters
        ----------
        seed : int or Generator
            The same seed and fields give the same tables.

        Returns
        -------
        Case
            customers, products, transactions, lines, contacts as in `tables`, those that
            the knobs add, and the truth: customers, rules, preferences and theirs.
        """
        from crmkit.worlds.retail.draw import draw

        door.seed(seed)
        return draw(self, seed)
