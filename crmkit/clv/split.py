"""Calibration and hold-out: what a model saw, and what came after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.clv.history import last_day, of_rows, read_date, unit_in_days

if TYPE_CHECKING:
    import pandas as pd


def split(
    transactions: pd.DataFrame,
    until: dt.date | str,
    *,
    to: dt.date | str | None = None,
    unit: str = "week",
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Histories up to a day, and beside them what the same customers did afterwards.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS).
    until : date
        Last day of the calibration.
    to : date, optional
        Last day of the hold-out; default: the last day of the log.
    unit : str
        day, week, month or year.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        As `history` up to `until`, and: x_holdout (purchase days after it), spend_holdout (money
        on these), T_holdout (length of the hold-out). ``.attrs``: as `history`, and
        new (customers who first bought in the hold-out; they are not in the frame).

    Raises
    ------
    ValueError
        As `history`; or if the hold-out is empty.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-02-12"])
    >>> log = pd.DataFrame({"customer_id": 1, "day": day, "amount": 9.0})
    >>> split(log, "2025-01-29", to="2025-02-26")[["x", "T", "x_holdout", "T_holdout"]].to_numpy().tolist()
    [[1.0, 4.0, 1.0, 4.0]]
    """
    import pandas as pd

    days_a_unit = unit_in_days(unit)
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    begin, end = read_date(until, "until"), last_day(rows, to, "to")
    if end <= begin:
        raise ValueError(
            f"until={np.datetime64(begin, 'D')} leaves no hold-out: it ends on {np.datetime64(end, 'D')}. "
            "Mend: an earlier `until`, or a later `to`"
        )
    found = of_rows(rows, days_a_unit, begin)
    whole = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    later = rows[(whole > begin) & (whole <= end) & (rows["amount"].to_numpy() > 0)]
    by_day = later.groupby(["customer_id", "day"])["amount"].sum().groupby(level=0).agg(["size", "sum"])
    counted = dict(found.attrs)
    counted["new"] = int((~by_day.index.isin(found.index)).sum())
    by_day = by_day.reindex(found.index)
    found = found.assign(
        x_holdout=by_day["size"].fillna(0).astype("int64"),
        spend_holdout=by_day["sum"].fillna(0.0),
        T_holdout=pd.Series((end - begin) / days_a_unit, index=found.index),
    )
    found.attrs = counted
    return found
