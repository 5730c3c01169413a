"""What to offer next to each customer, and what such offers would have been worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.affinity import WAYS, Affinity
from crmkit.baskets.encode import coded

if TYPE_CHECKING:
    import pandas as pd


def offers(
    history: pd.DataFrame,
    *,
    by: str = "cosine",
    top: int = 1,
    only: Sequence[str] | None = None,
    customer: str = "customer_id",
    item: str = "item",
) -> pd.DataFrame:
    """The items that each customer does not have and that speak most for themselves by what they have.

    Parameters
    ----------
    history : DataFrame
        One row a thing that a customer has or bought.
    by : str
        cosine (of the customers of two items, summed over what a customer has), lift (its logarithm, drawn to 0 where
        few have both), rules (the largest confidence of a rule with q up to 5 %), popularity (the naive rule).
    top : int
        Offers a customer.
    only : sequence of str, optional
        The items that can be offered; default: all.
    customer, item : str
        How the frame calls its columns; the item may be a product, a category or a line of business.

    Returns
    -------
    DataFrame
        customer_id, rank (from 1), item, score (in the measure of `by`; equal scores by popularity). Customers with
        nothing left to offer have no row; their number is in ``.attrs`` as without.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or hold missing values, or an option is not known.

    References
    ----------
    Sarwar et al. (2001), Item-based collaborative filtering recommendation algorithms.

    >>> import pandas as pd
    >>> history = pd.DataFrame({"customer_id": [1, 1, 2, 2, 3, 4], "item": ["home", "loan", "home", "loan", "home", "lease"]})
    >>> offers(history).set_index("customer_id")["item"].loc[3]
    'loan'
    """
    import pandas as pd

    asked(by, top)
    data = coded(history, basket=customer, item=item)
    allowed = None
    if only is not None:
        unknown = sorted({str(one) for one in only} - set(data.names))
        if unknown:
            raise ValueError(f"only names {unknown[0]!r}, which no customer has; expected items of the history")
        allowed = np.isin(data.names.astype(str), [str(one) for one in only])
    items, scores = Affinity.learn(data, by).best(data, top, allowed)
    known = items >= 0
    who, rank = np.nonzero(known)
    found = pd.DataFrame(
        {
            "customer_id": data.ids[who] if data.ids is not None else who,
            "rank": rank + 1,
            "item": data.names[items[known]],
            "score": scores[known],
        }
    )
    found.attrs = {"without": int((~known[:, 0]).sum())}
    return found


def asked(by: str, top: int) -> None:
    """Stop where a way of choosing is not known, or the number of offers is none."""
    if by not in WAYS:
        raise ValueError(f"by={by!r} is not known; choose one of {', '.join(WAYS)}")
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 1:
        raise ValueError(f"top={top!r} must be a whole number, at least 1")
