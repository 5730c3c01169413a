"""The best pairs of one half of the baskets, met again in the other half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.baskets.confirm import confirm, halves
from crmkit.baskets.pairs import pairs

if TYPE_CHECKING:
    import pandas as pd


def again(
    lines: pd.DataFrame,
    *,
    seed: int | np.random.Generator,
    by: str = "lift",
    best: int = 10,
    least: int = 5,
    min_support: float = 0.005,
    level: float = 0.95,
    basket: str = "basket_id",
    item: str = "item",
) -> pd.DataFrame:
    """What becomes of the best pairs where nobody has chosen them?

    Pairs are ranked in half of the baskets, drawn by lot, and measured again in the other half. What was chosen
    because it was the largest comes back smaller: the winner's curse, seen without knowing any truth.

    Parameters
    ----------
    lines : DataFrame
        One row a line of a basket.
    seed : int or Generator
        Of the lot that parts the baskets.
    by : str
        lift (largest first) or q (smallest first).
    best : int
        Pairs that are followed.
    least : int
        Baskets of the first half that must hold a pair.
    min_support : float
        Least share of the first half that holds each of the two, above 0 and up to 1.
    level : float
        Of the intervals, 0..1.
    basket, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        A row each pair, best first: first, second, count, lift, lift_low, lift_high, q (of the first half); count_again,
        lift_again, again_low, again_high, q_again (of the second; missing measures where one of the two is absent).

    Raises
    ------
    TypeError, ValueError
        As `pairs` and `halves`; or if `by` is neither lift nor q.

    References
    ----------
    Webb (2007), Discovering significant patterns, Machine Learning 68: holdout evaluation.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": [n for n in range(60) for _ in "ab"], "item": ["tea", "cup", "pen", "ink"] * 30})
    >>> again(lines, seed=1, best=1)[["first", "second"]].to_numpy().tolist()
    [['cup', 'tea']]
    """
    import pandas as pd

    if by not in ("lift", "q"):
        raise ValueError(f"by={by!r} is not known; choose lift or q")
    door.whole("best", best)
    door.whole("least", least)
    first, second = halves(lines, seed=seed, basket=basket)
    found = pairs(first, min_support=min_support, level=level, basket=basket, item=item)
    found = found[found["count"] >= least].sort_values(by, ascending=by == "q", kind="stable").head(best)
    found = found.reset_index(drop=True)
    sides = {
        side: pd.Series([(one,) for one in found[name]], index=found.index, dtype=object)
        for side, name in (("antecedent", "first"), ("consequent", "second"))
    }
    if not len(found):
        new = pd.DataFrame(columns=["count", "lift", "lift_low", "lift_high", "q"], dtype=float)
    else:
        new = confirm(pd.DataFrame(sides), second, level=level, basket=basket, item=item)
    return found[["first", "second", "count", "lift", "lift_low", "lift_high", "q"]].assign(
        count_again=new["count"],
        lift_again=new["lift"],
        again_low=new["lift_low"],
        again_high=new["lift_high"],
        q_again=new["q"],
    )
