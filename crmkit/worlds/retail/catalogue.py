"""The articles of the shop: names, prices, costs, and how popular each is where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds import door

if TYPE_CHECKING:
    import pandas as pd

STYLES = ("small floral", "bright", "plain", "Nordic")
# category: (its articles, median shelf price in yuan)
CATEGORIES = {
    "textiles": (("cushion", "curtain", "throw", "tablecloth"), 90.0),
    "lighting": (("lamp", "lantern", "candle", "fairy lights"), 70.0),
    "kitchen": (("mug", "teapot", "tray", "bowl"), 45.0),
    "decoration": (("vase", "frame", "mirror", "clock"), 60.0),
}
PRICE_SPREAD = 0.5  # standard deviation of log price
COST_SHARE = (0.45, 0.65)  # cost of a piece as a share of its price
POPULARITY_SLOPE = 0.7  # popularity ~ rank ** -slope, flatter than Zipf's law


@dataclass(frozen=True)
class Category:
    """One kind of goods: its articles, what they cost, and how demand answers the price."""

    name: str
    articles: tuple[str, ...]  # each comes in every style
    price: float  # median shelf price
    elasticity: float = 0.0  # pieces sold ~ (price / shelf price) ** -elasticity

    def __post_init__(self) -> None:
        if not self.articles:
            raise ValueError(f"category {self.name!r}: articles=() must name at least one")
        door.distinct(f"category {self.name!r}: articles", self.articles)
        door.number(f"category {self.name!r}: price", self.price, low=0, above=True)
        door.number(f"category {self.name!r}: elasticity", self.elasticity, low=0, high=10)


_ELASTICITY = {"textiles": 1.2, "lighting": 1.6, "kitchen": 2.2, "decoration": 0.8}
HOME = tuple(Category(name, nouns, price, _ELASTICITY[name]) for name, (nouns, price) in CATEGORIES.items())


@dataclass(frozen=True)
class Catalogue:
    """Articles with prices and popularity; all arrays of length `products`."""

    item: np.ndarray
    category: np.ndarray
    style: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    popularity: np.ndarray  # sums to 1

    def frame(self) -> pd.DataFrame:
        """The catalogue as tables.PRODUCTS."""
        import pandas as pd

        columns = {"item": self.item, "category": self.category, "style": self.style}
        return pd.DataFrame(
            {name: pd.array(values, dtype="str") for name, values in columns.items()}
            | {"price": self.price, "cost": self.cost}
        )

    def taste(self, weights: dict[str, float]) -> np.ndarray:
        """Chance that one pick is each article, where styles have these weights."""
        chance = self.popularity * np.array([weights[style] for style in self.style])
        return chance / chance.sum()


def names(
    products: int, categories: Sequence[Category] = HOME, styles: Sequence[str] = STYLES
) -> list[tuple[str, str, str]]:
    """(item, category, style) of the first `products` articles, in a fixed order."""
    base = [
        (f"{style} {noun}", category.name, style)
        for category in categories
        for noun in category.articles
        for style in styles
    ]
    rounds = -(-products // len(base))
    return [
        (item if again == 0 else f"{item} {again + 1}", category, style)
        for again in range(rounds)
        for item, category, style in base
    ][:products]


def draw_catalogue(
    products: int,
    rng: np.random.Generator,
    categories: Sequence[Category] = HOME,
    styles: Sequence[str] = STYLES,
) -> Catalogue:
    """Prices, costs and popularity for the first `products` articles."""
    listed = names(products, categories, styles)
    item, category, style = (np.array(part, dtype=object) for part in zip(*listed, strict=True))
    median = {one.name: one.price for one in categories}
    middle = np.array([median[name] for name in category])
    price = np.maximum(np.round(middle * np.exp(PRICE_SPREAD * rng.standard_normal(products))), 5.0)
    cost = np.round(price * rng.uniform(*COST_SHARE, size=products), 2)
    rank = 1 + rng.permutation(products)
    popularity = rank**-POPULARITY_SLOPE
    return Catalogue(item, category, style, price, cost, popularity / popularity.sum())
