"""A home-decoration chain with a loyalty club: the retail world.

Its fields are the truth: kinds of customers, tastes of the cities, planted
basket rules, seasons, and a mailing whose effect is known. The scene follows
the Hola case (members' purchases kept, tastes that differ by city).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.case import Case
from crmkit.worlds.catalogue import STYLES, names
from crmkit.worlds.people import LOCALES
from crmkit.worlds.picks import PlantedRule


@dataclass(frozen=True)
class Kind:
    """One hidden kind of customer.

    Rates differ within the kind by gamma laws of the given means and shapes, so a
    kind is the Pareto/NBD model with r = rate_shape, alpha = rate_shape / mean rate,
    s = lapse_shape, beta = lapse_shape / mean lapse rate.
    """

    name: str
    share: float  # of all customers
    purchases_per_year: float  # mean while a customer
    rate_shape: float
    lapses_per_year: float  # mean hazard of leaving for good
    lapse_shape: float
    pieces: float  # mean picks in a basket, 1 or more
    seasonality: float  # 0: buys evenly; 1: follows the season; 2: lives for December
    uplift: float  # rise of the rate of purchase after a mailing, as a share of the own rate

    def __post_init__(self) -> None:
        here = f"kind {self.name!r}: "
        door.share(here + "share", self.share)
        for field in ("purchases_per_year", "rate_shape", "lapses_per_year", "lapse_shape"):
            door.number(here + field, getattr(self, field), low=0, above=True)
        door.number(here + "pieces", self.pieces, low=1)
        door.number(here + "seasonality", self.seasonality, low=0, high=5)
        door.number(here + "uplift", self.uplift, low=-1)


@dataclass(frozen=True)
class Region:
    """One city: how many members live there and which styles they lean to."""

    name: str
    share: float
    styles: tuple[float, ...]  # weight of each of STYLES; 1 is the taste of the chain

    def __post_init__(self) -> None:
        door.share(f"region {self.name!r}: share", self.share)
        if len(self.styles) != len(STYLES):
            raise ValueError(
                f"region {self.name!r}: styles={self.styles!r} must give {len(STYLES)} weights, "
                f"one for each of {STYLES}"
            )
        for style, weight in zip(STYLES, self.styles, strict=True):
            door.number(f"region {self.name!r}: weight of {style!r}", weight, low=0)
        if not any(self.styles):
            raise ValueError(f"region {self.name!r}: all style weights are 0; give at least one above 0")


@dataclass(frozen=True)
class Campaign:
    """A mailing to members chosen by lot, with the others held back as a control."""

    name: str = "autumn catalogue"
    day: int = 623  # days after the start of the window
    treated_share: float = 0.5  # of those who were members on that day
    response_days: int = 28  # how long it works
    cost: float = 12.0  # money per mailing

    def __post_init__(self) -> None:
        door.whole("campaign day", self.day, low=0)
        door.share("campaign treated_share", self.treated_share)
        door.whole("campaign response_days", self.response_days, low=1)
        door.number("campaign cost", self.cost, low=0)


KINDS = (
    #    name              share rate shape lapse shape pieces season uplift
    Kind("home maker", 0.24, 13.0, 4.0, 0.20, 2.0, 2.2, 0.6, 0.00),
    Kind("decorator", 0.12, 3.0, 4.0, 0.35, 2.0, 4.0, 0.6, 0.60),
    Kind("bargain hunter", 0.24, 3.5, 6.0, 0.35, 1.5, 1.8, 0.8, 1.80),
    Kind("gift buyer", 0.14, 1.8, 2.0, 0.40, 2.0, 2.2, 2.0, 0.50),
    Kind("passer-by", 0.26, 1.5, 1.0, 1.80, 1.5, 1.4, 0.6, 0.10),
)
REGIONS = (
    #      name       share  small floral, bright, plain, Nordic
    Region("Shanghai", 0.30, (1.6, 0.7, 1.0, 1.1)),
    Region("Beijing", 0.25, (1.5, 0.8, 1.1, 0.9)),
    Region("Chengdu", 0.18, (0.6, 1.9, 0.9, 0.8)),
    Region("Guangzhou", 0.14, (0.9, 1.1, 1.0, 1.0)),
    Region("Hangzhou", 0.09, (1.1, 0.8, 0.9, 1.5)),
    Region("Kunming", 0.04, (0.9, 1.4, 1.0, 0.8)),
)
RULES = (
    PlantedRule("bright teapot", "bright tray", 0.35),
    PlantedRule("small floral cushion", "small floral throw", 0.30),
    PlantedRule("plain candle", "plain lantern", 0.40),
    PlantedRule("Nordic mug", "Nordic bowl", 0.25),
    PlantedRule("plain frame", "Nordic clock", 0.20),
)
LAST_YEAR = 9_000  # the calendar ends with 9999, and a window has up to a hundred years
# January (New Year), quiet summer, strong autumn and December.
SEASON = (1.15, 0.90, 0.85, 0.90, 0.95, 0.90, 0.80, 0.80, 1.00, 1.10, 1.25, 1.60)


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
    campaign: Campaign | None = Campaign()
    season: tuple[float, ...] = SEASON  # twelve monthly factors
    return_share: float = 0.03  # of purchases, brought back whole within two weeks
    locale: str = "en_US"

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
        for field in ("kinds", "regions"):
            if not getattr(self, field):
                raise ValueError(f"{field}=() must hold at least one")
            door.whole_sum(field, [part.share for part in getattr(self, field)])
            door.distinct(field, [part.name for part in getattr(self, field)])
        if len(self.season) != 12:
            raise ValueError(f"season={self.season!r} must give twelve monthly factors")
        for month, factor in enumerate(self.season, start=1):
            door.number(f"season, month {month}", factor, low=0, above=True)
        known = {item for item, _, _ in names(self.products)}
        for rule in self.rules:
            door.share(f"rule {rule.antecedent!r} -> {rule.consequent!r}: chance", rule.chance)
            for item in (rule.antecedent, rule.consequent):
                if item not in known:
                    raise ValueError(
                        f"rules name {item!r}, which is not among the products={self.products} articles; "
                        "raise products to 64 or give rules=()"
                    )
        if self.campaign and self.campaign.day >= self.days:
            raise ValueError(
                f"campaign day={self.campaign.day} lies outside the window of days={self.days}; "
                "give a day inside, or campaign=None"
            )

    @property
    def end(self) -> dt.date:
        """The last day of the window."""
        return self.start + dt.timedelta(days=self.days - 1)

    def draw(self, seed: int | np.random.Generator) -> Case:
        """Draw one chain and its customers.

        Parameters
        ----------
        seed : int or Generator
            The same seed and fields give the same tables.

        Returns
        -------
        Case
            customers, products, transactions, lines, contacts as in `tables`, and
            the truth: customers, rules, preferences.
        """
        from crmkit.worlds.draw_retail import draw

        if not isinstance(seed, np.random.Generator) and (
            isinstance(seed, bool) or not isinstance(seed, int) or seed < 0
        ):
            raise ValueError(f"seed={seed!r} must be a whole number, 0 or more, or a numpy Generator")
        return draw(self, seed)


def shares(parts: tuple[Kind, ...] | tuple[Region, ...]) -> np.ndarray:
    """The shares of kinds or regions, scaled to add up to 1 to the last bit."""
    values = np.array([part.share for part in parts])
    return values / math.fsum(values)
