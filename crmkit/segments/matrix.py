"""The customer value matrix: how often against how much at a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.segments.rfm import up_to

if TYPE_CHECKING:
    import pandas as pd

QUADRANTS = ("best", "frequent", "spender", "uncertain")


def value_matrix(
    transactions: pd.DataFrame,
    as_of: dt.date | str | None = None,
    *,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Split customers at the mean number of purchases and the mean spend.

    "best" buys often and much at a time, "frequent" often, "spender" much at a time,
    "uncertain" neither. A customer exactly on a mean counts as above it. Customers
    with returns alone are left out of the means and are "uncertain".

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS), in pandas or on another engine as in `rfm`.
    as_of : date, optional
        Later rows do not count. Default: the last day of the log.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        tables.VALUE_MATRIX on customer_id; the two means stand in ``.attrs``. From another engine a frame
        of its kind, with customer_id, mean_frequency and base_mean_spend (the two means) as columns.

    References
    ----------
    Marcus, C. (1998), A practical yet meaningful approach to customer segmentation,
    Journal of Consumer Marketing 15(5).

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01"] * 3)
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "day": day, "amount": [10.0, 10.0, 50.0]})
    >>> value_matrix(log)["quadrant"].tolist()
    ['frequent', 'spender']
    """
    import pandas as pd

    if frames.on_engine(transactions):
        from crmkit.segments import engine

        log = frames.engine_log(transactions, customer=customer, when=when, amount=amount)
        return frames.as_it_was(engine.value_matrix(log, log.judged(as_of)))
    rows, _ = up_to(frames.log(transactions, customer=customer, when=when, amount=amount), as_of)
    totals = frames.purchases(rows)
    often = totals["purchases"]
    much = totals["spent"] / often.where(often > 0)
    bought = often > 0
    mean_often, mean_much = float(often[bought].mean()), float(much[bought].mean())
    # A tolerance, or customers who all spend the same would fall on either side by rounding.
    above_often = bought & (often >= mean_often * (1 - 1e-12))
    above_much = bought & (much >= mean_much * (1 - 1e-12))
    name = np.select([above_often & above_much, above_often, above_much], ["best", "frequent", "spender"], "uncertain")
    quadrant = pd.Categorical(name, categories=pd.Index(QUADRANTS, dtype="str"))
    found = pd.DataFrame({"frequency": often, "mean_spend": much, "quadrant": quadrant}, index=totals.index)
    found.attrs = {"mean_frequency": mean_often, "mean_spend": mean_much}
    return found
