"""From a log of purchases to what the models read: x, t_x, T, m_x."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.clv.door import plain

if TYPE_CHECKING:
    import pandas as pd

# Days in a unit; months and years are means of the Gregorian calendar.
UNITS = {"day": 1.0, "week": 7.0, "month": 30.436875, "year": 365.2425}


def history(
    transactions: pd.DataFrame,
    unit: str = "week",
    as_of: dt.date | str | None = None,
    *,
    observed_from: dt.date | str | pd.Series | None = None,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """How often, until when and for how much each customer came back.

    All purchases of a customer on one day are one. Purchases are rows with an amount
    above 0; returns neither count nor lower m_x. The order of the rows is of no account.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS); pandas, or a frame of Polars, DuckDB, PyArrow
        or Spark, which works it out itself.
    unit : str
        day, week, month or year: the unit of t_x, T and of all that is asked of a model later.
    as_of : date, optional
        Last day of the observation; later rows do not count. Default: the last day of the log.
    observed_from : date, or Series of dates on customer_id, optional
        Where customers are known from another day than that of their first purchase, e.g.
        the day they joined: the clock starts there, purchases from that day on count in x,
        the first one too, and customers of the Series who never bought are rows with x = 0.
        Purchases before that day do not count. On another engine, instead of the Series a frame of
        its kind with the customer and the column day.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        Index customer_id (sorted): x (repeat purchase days), t_x (time of the last of them, 0
        if none), T (time observed), m_x (mean amount of a repeat purchase day, 0 if none).
        ``.attrs``: returns (rows that are no purchase), later (rows after as_of), earlier
        (purchases before observed_from), never_bought (customers with returns alone). From another
        engine a frame of its kind with the column customer_id, its rows in no order, without .attrs
        (`left_out` counts what they tell).

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, the unit is not known, or nothing is left.

    References
    ----------
    Fader & Hardie (2005), A note on deriving the Pareto/NBD model and related expressions.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-15", "2025-01-08"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 1, 2], "day": day, "amount": [9.0, 20.0, 10.0, 5.0]})
    >>> history(log, as_of="2025-01-29").to_numpy().tolist()
    [[1.0, 2.0, 4.0, 30.0], [0.0, 0.0, 3.0, 0.0]]
    """
    days_a_unit = unit_in_days(unit)
    if frames.on_engine(transactions):
        from crmkit.clv import engine

        log = frames.engine_log(transactions, customer=customer, when=when, amount=amount)
        return frames.as_it_was(engine.history(log, days_a_unit, log.end(as_of), observed_from, customer))
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    return of_rows(rows, days_a_unit, last_day(rows, as_of, "as_of"), observed_from)


def of_rows(rows: pd.DataFrame, days_a_unit: float, end: int, observed_from: object = None) -> pd.DataFrame:
    """The history in the rows of `frames.log`, up to a day since 1970."""
    whole = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    money = rows["amount"].to_numpy()
    in_time = whole <= end
    bought = (money > 0) & in_time
    counted = {
        "returns": int((in_time & ~bought).sum()),
        "later": int((~in_time).sum()),
        "earlier": 0,
        "never_bought": 0,
    }
    if not bought.all():
        returned = frames.codes(rows["customer_id"][in_time])[1]
        rows, whole, money = rows[bought], whole[bought], money[bought]
    else:
        returned = None
    if not len(rows):
        raise ValueError(f"transactions has no purchase (amount above 0) up to {np.datetime64(end, 'D')}")
    code, who = frames.codes(rows["customer_id"])
    if returned is not None:
        counted["never_bought"] = len(returned.difference(who))
    begin = None
    if observed_from is not None:
        begin, who, code = _clock(observed_from, who, code)
        early = whole < begin[code]
        counted["earlier"] = int(early.sum())
        code, whole, money = code[~early], whole[~early], money[~early]
        if (begin > end).any():
            first = int(np.flatnonzero(begin > end)[0])
            raise ValueError(
                f"observed_from is {np.datetime64(int(begin[first]), 'D')} for customer {plain(who[first])!r}, after the "
                f"end of the observation ({np.datetime64(end, 'D')}); expected no later. Mend: leave such customers out"
            )
    found = _count(code, whole, money, len(who), begin, end, days_a_unit)
    found.index = who.rename("customer_id")
    found.attrs = counted
    return found


def unit_in_days(unit: str) -> float:
    """Days in a unit.

    Raises
    ------
    ValueError
        If the unit is not known.
    """
    if unit not in UNITS:
        raise ValueError(f"unit={unit!r} is not known; choose one of {', '.join(UNITS)}")
    return UNITS[unit]


def _count(
    code: np.ndarray,
    whole: np.ndarray,
    money: np.ndarray,
    n: int,
    begin: np.ndarray | None,
    end: int,
    days_a_unit: float,
) -> pd.DataFrame:
    """Distinct purchase days by one sort of (customer, day) packed into one number."""
    import pandas as pd

    base = int(whole.min()) if len(whole) else 0
    span = int(whole.max()) - base + 1 if len(whole) else 1
    key = code.astype(np.int64) * span + (whole - base)
    if n * span < 2**31:
        key = key.astype(np.int32)  # half as much to sort
    days = np.sort(key)
    new = np.empty(len(days), dtype=bool)
    new[:1] = True
    np.not_equal(days[1:], days[:-1], out=new[1:])
    days = days[new].astype(np.int64)
    who, day = np.divmod(days, span)
    visits = np.bincount(who, minlength=n)
    edge = np.concatenate([[0], np.cumsum(visits)])
    came = visits > 0
    last = np.zeros(n, dtype=np.int64)
    last[came] = day[edge[1:][came] - 1] + base
    if begin is None:
        first = day[edge[:-1]] + base  # everyone bought
        repeats = whole > first[code]
        x = visits - 1
    else:
        # On the first day itself nothing is repeated yet: time 0 belongs to the joining.
        first = begin
        repeats = whole > first[code]
        x = visits - np.bincount(who, weights=(day + base == first[who]).astype(float), minlength=n).astype(np.int64)
    spent = np.bincount(code, weights=money * repeats, minlength=n)
    return pd.DataFrame(
        {
            "x": x,
            "t_x": np.where(x > 0, last - first, 0) / days_a_unit,
            "T": (end - first) / days_a_unit,
            "m_x": spent / np.maximum(x, 1),
        }
    )


def _clock(observed_from: object, who: pd.Index, code: np.ndarray) -> tuple[np.ndarray, pd.Index, np.ndarray]:
    """The day each clock starts, all customers, and the rows' codes among them."""
    import pandas as pd

    if not isinstance(observed_from, pd.Series):
        return np.full(len(who), read_date(observed_from, "observed_from")), who, code
    if observed_from.index.has_duplicates:
        twice = observed_from.index[observed_from.index.duplicated()][0]
        raise ValueError(f"observed_from names customer {plain(twice)!r} twice; expected one day each")
    if not pd.api.types.is_datetime64_any_dtype(observed_from):
        raise ValueError(
            f"observed_from is of type {observed_from.dtype}; expected dates. Mend: pandas.to_datetime(...)"
        )
    if observed_from.dt.tz is not None:
        raise ValueError(
            f"observed_from carries the time zone {observed_from.dt.tz}; expected local days without a zone. "
            "Mend: observed_from.dt.tz_localize(None)"
        )
    if observed_from.isna().any():
        raise ValueError(
            f"observed_from is missing for customer {plain(observed_from.index[observed_from.isna()][0])!r}"
        )
    everyone = observed_from.sort_index()
    unknown = who.difference(everyone.index)
    if len(unknown):
        raise ValueError(
            f"observed_from lacks {len(unknown):,} customers of the log, first {plain(unknown[0])!r}; expected a day for each"
        )
    begin = everyone.to_numpy().astype("datetime64[D]").astype(np.int64)
    return begin, everyone.index, everyone.index.get_indexer(who)[code]


def last_day(rows: pd.DataFrame, given: object, name: str) -> int:
    """Last day of the observation, given under that name or else that of the log, in days since 1970."""
    if given is not None:
        return read_date(given, name)
    if not len(rows):
        raise ValueError("transactions has 0 rows; expected at least one purchase")
    return int(rows["day"].to_numpy().max().astype("datetime64[D]").astype(np.int64))


def read_date(value: object, name: str) -> int:
    """Days since 1970 of a date given under that name."""
    return int(frames.judged_on(value, name).to_datetime64().astype("datetime64[D]").astype(np.int64))
