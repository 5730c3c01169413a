"""The parts of a retail world: kinds of customers, cities, a mailing; and those of the default chain."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.retail.catalogue import STYLES
from crmkit.worlds.retail.picks import PlantedRule


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
    styles: tuple[float, ...]  # weight of each of the four styles; 1 is the taste of the chain

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
AUTUMN_CATALOGUE = Campaign()
# January (New Year), quiet summer, strong autumn and December.
SEASON = (1.15, 0.90, 0.85, 0.90, 0.95, 0.90, 0.80, 0.80, 1.00, 1.10, 1.25, 1.60)


def shares(parts: tuple[Kind, ...] | tuple[Region, ...]) -> np.ndarray:
    """The shares of kinds or regions, scaled to add up to 1 to the last bit."""
    values = np.array([part.share for part in parts])
    return values / math.fsum(values)
