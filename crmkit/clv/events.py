"""From drawn customers to a log of their purchases, as a shop would have kept it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.door import sound
from crmkit.clv.history import read_date, unit_in_days

if TYPE_CHECKING:
    import pandas as pd


def events(
    drawn: pd.DataFrame, *, last_day: dt.date | str, unit: str = "week", seed: int | np.random.Generator
) -> pd.DataFrame:
    """Days on which drawn customers bought, the first purchase among them.

    Between the first and the last purchase of a customer the others fall evenly: so it is in
    all models that buy at a steady rate. Two purchases on one day are two rows.

    Parameters
    ----------
    drawn : DataFrame
        x, t_x, T from a model's ``draw``; m_x too if `amount` is to be that of the customer.
    last_day : date
        The day on which all T end.
    unit : str
        day, week, month or year: the unit of t_x and T.
    seed : int or Generator
        The same seed gives the same days.

    Returns
    -------
    DataFrame
        customer_id, day (midnight), amount (m_x of the customer, 1 without such a column), sorted by
        customer and day: x + 1 rows each.

    Raises
    ------
    ValueError
        If the histories contradict themselves, or the unit is not known.

    >>> from crmkit import clv
    >>> drawn = clv.BGNBD(0.5, 6.0, 0.8, 2.4).draw([52.0] * 100, seed=1)
    >>> log = events(drawn, last_day="2025-12-31", seed=1)
    >>> len(log) - int(drawn["x"].sum())
    100
    """
    import pandas as pd

    sound(drawn)
    rng = np.random.default_rng(seed)
    days = unit_in_days(unit)
    x = drawn["x"].to_numpy(dtype=int)
    who = np.repeat(np.arange(len(drawn)), x + 1)
    # Of the x + 1 rows of a customer the first is at 0, the last at t_x, the others anywhere between.
    share = rng.random(len(who))
    first = np.cumsum(x + 1) - (x + 1)
    share[first + x] = 1.0
    share[first] = 0.0
    start = read_date(last_day, "last_day") - drawn["T"].to_numpy(dtype=float) * days
    day = np.floor(start[who] + share * drawn["t_x"].to_numpy(dtype=float)[who] * days + 1e-9).astype(np.int64)
    amount = drawn["m_x"].to_numpy(dtype=float)[who] if "m_x" in drawn else np.ones(len(who))
    order = np.lexsort((day, who))
    return pd.DataFrame(
        {
            "customer_id": drawn.index.to_numpy()[who[order]],
            "day": day[order].astype("datetime64[D]").astype("datetime64[s]"),
            "amount": amount[order],
        }
    )
