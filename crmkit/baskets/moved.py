"""What is a move on the shelf worth, in money a store and week?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmkit import door
from crmkit.baskets.shelf import shelf_test
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Moved:
    """What moving articles together brings a store and week, measured against the control."""

    base: float  # margin of these articles a moved store and week as it would have been, money
    lift: float  # relative rise of that margin by the move
    low: float
    high: float
    naive: float  # rise in the moved stores alone, after over before
    naive_low: float
    naive_high: float
    gain: float  # money a store and week: base * lift
    gain_low: float
    gain_high: float
    naive_gain: float  # base * naive: what one would report without a control
    naive_gain_low: float
    naive_gain_high: float

    def stores(self, weekly: pd.Series, *, cost: float, weeks: int) -> pd.DataFrame:
        """What the move would bring in other stores, if it raises sales there by the same share.

        Parameters
        ----------
        weekly : Series
            Margin of these articles a week without the move, on the store, money.
        cost : float
            Money a store and week.
        weeks : int
            Over which the decision is counted.

        Returns
        -------
        DataFrame
            On the store, largest first: weekly, net, net_low, net_high (money over these weeks; the ends of all stores go
            together, so sums of them are the ends of a sum), naive (net without a control), naive_low, naive_high.
        """
        door.number("cost", cost, low=0)
        door.whole("weeks", weeks)
        found = weekly.astype(float).sort_values(ascending=False, kind="stable").rename("weekly").to_frame()
        ends = {"net": self.lift, "net_low": self.low, "net_high": self.high}
        ends |= {"naive": self.naive, "naive_low": self.naive_low, "naive_high": self.naive_high}
        return found.assign(**{name: weeks * (found["weekly"] * rise - cost) for name, rise in ends.items()})

    def break_even(self, cost: float) -> float:
        """The rise at which a cost a store and week is earned back."""
        return cost / self.base


def moved(shelf: pd.DataFrame, margin: pd.Series, *, level: float = 0.95) -> Moved:
    """The gain of a move over all its articles together, by difference in differences of their margin.

    The margins of the articles are added store by store and week by week first, so that what the one gains and the
    other loses in the same store is netted before the interval is drawn.

    Parameters
    ----------
    shelf : DataFrame
        A row each store, week and article (tables.SHELF).
    margin : Series
        Money that a piece of each article leaves, on the article.
    level : float
        Of the interval, 0..1.

    Raises
    ------
    ValueError
        As `shelf_test`; or if an article has no margin.

    >>> import pandas as pd
    >>> shelf = pd.DataFrame({"store_id": [1, 1, 2, 2, 3, 3, 4, 4], "week": [1, 2] * 4, "item": "beer",
    ...     "treated": [True] * 4 + [False] * 4, "moved": [False, True] * 2 + [False] * 4,
    ...     "pieces": [100, 130, 200, 240, 100, 110, 150, 150]})
    >>> found = moved(shelf, pd.Series({"beer": 10.0}))
    >>> round(found.base), round(found.gain), round(found.naive_gain)
    (1553, 297, 387)
    """
    require(shelf, ["store_id", "week", "item", "treated", "moved", "pieces"], name="shelf")
    items = shelf["item"].astype(str)
    each = items.map(margin.rename(index=str))
    if each.isna().any():
        raise ValueError(f"margin has no number for {items[each.isna()].iloc[0]!r}; expected one for each article")
    money = shelf.assign(item="together", pieces=shelf["pieces"] * each)
    keys = ["store_id", "week", "item", "treated", "moved"]
    money = money.groupby(keys, observed=True, as_index=False)["pieces"].sum()
    found = shelf_test(money, level=level).iloc[0]
    rises = {name: float(found[name]) for name in ("lift", "low", "high", "naive", "naive_low", "naive_high")}
    base = float(money.loc[money["moved"], "pieces"].mean()) / (1 + rises["lift"])
    gains = {name: base * rise for name, rise in rises.items()}
    return Moved(
        base,
        **rises,
        gain=gains["lift"],
        gain_low=gains["low"],
        gain_high=gains["high"],
        naive_gain=gains["naive"],
        naive_gain_low=gains["naive_low"],
        naive_gain_high=gains["naive_high"],
    )
