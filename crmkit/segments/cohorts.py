"""Cohorts: of those who began together, how many still buy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

PERIODS = {"month": "M", "quarter": "Q", "year": "Y"}


def cohorts(
    transactions: pd.DataFrame,
    *,
    period: str = "month",
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Share of each cohort that buys in each later period.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS); returns do not count.
    period : "month", "quarter" or "year"
        Customers with their first purchase in the same period are one cohort.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        tables.COHORTS, only periods that the log reaches. The last period of the log
        may be cut short.
    """
    import pandas as pd

    if period not in PERIODS:
        raise ValueError(f"period={period!r} must be one of {list(PERIODS)}")
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    rows = rows[rows["amount"] > 0]
    if not len(rows):
        raise ValueError("transactions has no purchase (amount above 0); expected at least one")
    number = rows["day"].dt.to_period(PERIODS[period]).astype("int64").to_numpy()
    who, _ = frames.codes(rows["customer_id"])
    first = np.full(who.max() + 1, np.iinfo("int64").max)
    np.minimum.at(first, who, number)

    seen = pd.DataFrame({"who": who, "cohort": first[who], "period": number - first[who]}).drop_duplicates()
    active = seen.groupby(["cohort", "period"]).size()
    size = pd.Series(first).value_counts().sort_index()
    last = number.max()
    every = pd.MultiIndex.from_tuples(
        [(cohort, after) for cohort in size.index for after in range(last - cohort + 1)], names=["cohort", "period"]
    )
    found = active.reindex(every, fill_value=0).rename("active").reset_index()
    found.insert(2, "customers", size.loc[found["cohort"]].to_numpy())
    found["share"] = found["active"] / found["customers"]
    found["low"], found["high"] = wilson(found["active"], found["customers"])
    starts = pd.PeriodIndex.from_ordinals(found["cohort"], freq=PERIODS[period]).start_time
    return found.assign(cohort=starts)
