"""Which price earns most? From an elasticity and the cost of a piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class BestPrice:
    """The price of most profit, as sure as the elasticity is."""

    price: float  # money; missing where there is none
    low: float  # of its interval
    high: float  # of its interval; infinite where the elasticity may be 1 or less
    reason: str  # why there is none; empty if there is


def best_price(elasticity: float, *, low: float, high: float, cost: float) -> BestPrice:
    """The price of most profit at a constant elasticity, cost x e / (e - 1).

    Parameters
    ----------
    elasticity, low, high : float
        Estimate with its interval, from `elasticity`; above 0, less is sold at a higher price.
    cost : float
        Money that one more piece costs; above 0.

    Returns
    -------
    BestPrice
        Where the elasticity is 1 or less each rise of the price pays, beyond all prices ever seen: there is no
        best price in such a law, and `reason` says so. The interval holds the error of the elasticity only.

    Raises
    ------
    TypeError, ValueError
        If a number is missing, the cost is not above 0, or low <= elasticity <= high does not hold.

    References
    ----------
    Lerner (1934), Review of Economic Studies 1: (price - cost) / price = 1 / e.

    >>> best_price(2.0, low=1.5, high=3.0, cost=10.0)
    BestPrice(price=20.0, low=15.0, high=30.0, reason='')
    """
    steep, low, high = _ordered(elasticity, low, high)
    door.number("cost", cost, low=0, above=True)

    def at(one: float) -> float:
        return cost * one / (one - 1) if one > 1 else float("inf")

    if steep <= 1:
        reason = (
            f"an elasticity of {steep:.2f} is not above 1: profit rises with any price, which no shop has seen. "
            "Mend: take the law only within the prices that were tried"
        )
        return BestPrice(float("nan"), at(high), float("inf"), reason)
    return BestPrice(at(steep), at(high), at(low), "")


def price_profit(
    prices: ArrayLike, elasticity: float, *, low: float, high: float, price: float, pieces: float, cost: float
) -> pd.DataFrame:
    """Profit at each price, from what is sold today and how demand answers.

    Parameters
    ----------
    prices : array (prices,)
        Money, above 0.
    elasticity, low, high : float
        Estimate with its interval.
    price, pieces : float
        Today's price (money, above 0) and the pieces a period sold at it (0 or more).
    cost : float
        Money that one more piece costs; 0 or more.

    Returns
    -------
    DataFrame
        One row a price: price, pieces, profit (money a period), low, high (profit at the ends of the
        interval of the elasticity; at today's price they meet).

    Raises
    ------
    TypeError, ValueError
        If a number is missing or out of range.

    >>> price_profit([10, 20], 2.0, low=1.5, high=3.0, price=20, pieces=100, cost=5)["profit"].tolist()
    [2000.0, 1500.0]
    """
    import pandas as pd

    steep = _ordered(elasticity, low, high)
    asked = door.numbers("prices", prices, low=0, above=True)
    door.number("price", price, low=0, above=True)
    door.number("pieces", pieces, low=0)
    door.number("cost", cost, low=0)
    sold = [pieces * (asked / price) ** -one for one in steep]
    profit = np.array([(asked - cost) * one for one in sold])
    return pd.DataFrame(
        {"price": asked, "pieces": sold[0], "profit": profit[0], "low": profit.min(axis=0), "high": profit.max(axis=0)}
    )


def _ordered(elasticity: float, low: float, high: float) -> tuple[float, float, float]:
    for name, value in (("elasticity", elasticity), ("low", low), ("high", high)):
        door.number(name, value)
    if not low <= elasticity <= high:
        raise ValueError(f"elasticity={elasticity!r} must lie in its interval, low={low!r} to high={high!r}")
    return elasticity, low, high
