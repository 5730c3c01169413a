"""Is this customer still one? Through time for one of them, and for all that can be seen of any."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import frames
from crmkit.clv.door import horizon_is_sound, plain
from crmkit.clv.fitting import Fit
from crmkit.clv.history import last_day, unit_in_days

if TYPE_CHECKING:
    import pandas as pd


def alive_path(
    transactions: pd.DataFrame,
    who: object,
    found: Fit[Any] | Any,
    *,
    as_of: dt.date | str | None = None,
    unit: str = "week",
    level: float = 0.95,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """The chance that one customer is still one, day by day, as it could have been told on each.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS).
    who : customer_id
        The customer.
    found : Fit or model
        BG/NBD, MBG/NBD or Pareto/NBD without effects, in the same unit.
    as_of : date, optional
        Last day of the path; default: the last day of the log.
    unit : str
        day, week, month or year.
    level : float
        Of the interval, 0..1.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        Index day, from the first purchase: purchase (bought on it), x, t_x, T (the history on its
        evening), p_alive, low, high (error of the parameters; equal to p_alive for a bare model).

    Raises
    ------
    ValueError
        If the log is unsound, or the customer bought nothing up to the last day.

    >>> import pandas as pd
    >>> from crmkit import clv
    >>> day = pd.to_datetime(["2025-01-01", "2025-01-08", "2025-01-20"])
    >>> log = pd.DataFrame({"customer_id": 7, "day": day, "amount": 9.0})
    >>> path = alive_path(log, 7, clv.BGNBD(0.25, 4.4, 0.8, 2.4), as_of="2025-06-30")
    >>> len(path), bool(path["p_alive"].iloc[-1] < path["p_alive"].loc["2025-01-20"])
    (181, True)
    """
    import pandas as pd

    days_a_unit = unit_in_days(unit)
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    end = last_day(rows, as_of, "as_of")
    theirs = rows[(rows["customer_id"] == who) & (rows["amount"].to_numpy() > 0)]
    bought = np.unique(theirs["day"].to_numpy().astype("datetime64[D]").astype(np.int64))
    bought = bought[bought <= end]
    if not len(bought):
        raise ValueError(
            f"who={plain(who)!r} has no purchase (amount above 0) up to {np.datetime64(end, 'D')}; "
            "expected a customer of the log"
        )
    days = np.arange(bought[0], end + 1)
    x = np.searchsorted(bought, days, side="right") - 1
    path = pd.DataFrame(
        {
            "purchase": np.isin(days, bought),
            "x": x,
            "t_x": (bought[x] - bought[0]) / days_a_unit,
            "T": (days - bought[0]) / days_a_unit,
        },
        index=pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"), name="day"),
    )
    if isinstance(found, Fit):
        band = found.band(lambda model: model.p_alive(path), level=level)
        return path.assign(p_alive=band["estimate"], low=band["low"], high=band["high"].clip(upper=1.0))
    sure = found.p_alive(path)
    return path.assign(p_alive=sure, low=sure, high=sure)


def recency_frequency(model: Any, *, T: float, horizon: float, most: int = 20, steps: int = 40) -> pd.DataFrame:
    """What any customer known for so long may look like, and what is to be expected of each.

    Parameters
    ----------
    model : BGNBD, MBGNBD or ParetoNBD
        Without effects.
    T : float
        Time since the first purchase, in the unit of the model, above 0.
    horizon : float
        Time ahead, 0 or more.
    most : int
        Largest number of repeat purchases.
    steps : int
        Times of the last purchase between 0 and T.

    Returns
    -------
    DataFrame
        A row for x = 0, and for each x from 1 to `most` and each t_x: x, t_x, T, p_alive,
        expected (purchases within the horizon).

    Raises
    ------
    ValueError
        If T is not above 0, the horizon is below 0, or a count is below 1.

    >>> from crmkit import clv
    >>> grid = recency_frequency(clv.BGNBD(0.25, 4.4, 0.8, 2.4), T=52, horizon=13, most=5, steps=4)
    >>> len(grid)
    21
    """
    import pandas as pd

    horizon_is_sound(horizon)
    model = model.model if isinstance(model, Fit) else model
    if isinstance(T, bool) or not np.isfinite(T) or T <= 0:
        raise ValueError(f"T={T!r} must be above 0, in the unit of the model")
    for name, value in (("most", most), ("steps", steps)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name}={value!r} must be a whole number, at least 1")
    x = np.append(0, np.repeat(np.arange(1, most + 1), steps))
    t_x = np.append(0.0, np.tile(np.arange(1, steps + 1) * T / steps, most))
    grid = pd.DataFrame({"x": x, "t_x": np.minimum(t_x, T), "T": float(T)})
    return grid.assign(p_alive=model.p_alive(grid), expected=model.expected(grid, horizon=horizon))
