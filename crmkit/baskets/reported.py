"""What a reported confidence would mean: the same share is much, nothing or less than nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.baskets.measures import measures

if TYPE_CHECKING:
    import pandas as pd


def reported(
    confidence: float, base: np.ndarray | list[float], *, holders: int, baskets: int, level: float = 0.95
) -> pd.DataFrame:
    """Lift of a rule of which only the confidence is told, for each base share that may stand behind it.

    "35 % of those who buy nappies buy beer" says nothing until it is known how many buy beer anyhow.

    Parameters
    ----------
    confidence : float
        Share of the baskets with the antecedent that hold the consequent, 0..1.
    base : array of float, shape (n,)
        Shares of *all* baskets that hold the consequent, above 0 and up to 1.
    holders : int
        Baskets with the antecedent.
    baskets : int
        All baskets, more than `holders`.
    level : float
        Of the interval of the lift, 0..1.

    Returns
    -------
    DataFrame
        A row each base share that is possible: base (rounded to whole baskets), elsewhere (share among the baskets
        without the antecedent), lift, lift_low, lift_high (delta method), beyond (baskets with both in a thousand with
        the antecedent, beyond those by chance). A base share is left out where it is impossible: fewer baskets with
        the consequent than lie with the antecedent, or more than there are; ``.attrs["impossible"]`` counts these.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its range.

    >>> reported(0.36, [0.24], holders=1_000, baskets=10_000)[["lift", "beyond"]].round(2).to_numpy().tolist()
    [[1.5, 120.0]]
    """
    import pandas as pd

    door.share("confidence", confidence)
    shares = door.numbers("base", base, low=0, above=True)
    if shares.max() > 1:
        raise ValueError(f"base holds {shares.max():g}; expected shares from 0 to 1; write 30 % as 0.3")
    door.whole("holders", holders)
    door.whole("baskets", baskets)
    if holders >= baskets:
        raise ValueError(f"holders={holders!r} must be fewer than baskets={baskets!r}; both count baskets")
    both = round(confidence * holders)
    with_it = np.round(shares * baskets)
    possible = (with_it >= max(both, 1)) & (with_it - both <= baskets - holders)
    c = with_it[possible]
    told = measures(baskets, np.full(len(c), holders), c, np.full(len(c), both), level=level)
    found = pd.DataFrame(
        {
            "base": c / baskets,
            "elsewhere": (c - both) / (baskets - holders),
            "lift": told["lift"],
            "lift_low": told["lift_low"],
            "lift_high": told["lift_high"],
            "beyond": 1_000 * (both / holders - c / baskets),
        }
    )
    found.attrs = {"impossible": int((~possible).sum())}
    return found
