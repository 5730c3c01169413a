"""The door for logs in pandas: sound columns in, sums by NumPy out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

# What a frame has -> how it becomes a pandas frame.
WAYS = {
    "to_pandas": "frame.to_pandas()",
    "collect_schema": "frame.collect().to_pandas()",
    "toPandas": "frame.toPandas()",
    "df": "frame.df()",
}


def native(frame: object, *, name: str = "the frame") -> pd.DataFrame:
    """A pandas frame as it is; anything else is refused with its way in.

    Raises
    ------
    TypeError
        If it is not a pandas frame.
    """
    import pandas as pd

    if isinstance(frame, pd.DataFrame):
        return frame
    kind = f"{type(frame).__module__}.{type(frame).__name__}"
    raise TypeError(f"{name} is a {kind}; expected a pandas frame. Mend: pass {way(frame)}")


def way(frame: object) -> str:
    """How a frame becomes a pandas frame, if it fits into memory."""
    return next((way for has, way in WAYS.items() if hasattr(frame, has)), "pandas.DataFrame(...)")


def log(
    frame: object,
    *,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
    name: str = "transactions",
) -> pd.DataFrame:
    """The three columns of a log, sound and under their own names.

    Parameters
    ----------
    frame : DataFrame
        A log with one row a transaction.
    customer, when, amount : str
        How the frame calls the three columns.

    Returns
    -------
    DataFrame
        customer_id, day (datetime64, midnight), amount (float), in the order given.

    Raises
    ------
    TypeError, ValueError
        If a column is lacking, of the wrong type, or holds missing or infinite values.
    """
    import pandas as pd

    frame = native(frame, name=name)
    require(frame, [customer, when, amount], name=name)
    mend = "crmkit.cleaning.clean(frame, tables.TRANSACTIONS).kept"
    twice = [column for column in (customer, when, amount) if list(frame.columns).count(column) > 1]
    if twice:
        raise ValueError(f"{name} has two columns named {twice}; expected one of each. Mend: rename or drop one")

    who, day, money = frame[customer], frame[when], frame[amount]
    if not pd.api.types.is_datetime64_any_dtype(day):
        example = day.iloc[0] if len(day) else "empty"
        raise ValueError(
            f"{name}[{when!r}] is of type {day.dtype} (first value {example!r}); expected dates. "
            f"Mend: {mend}, or pandas.to_datetime(frame[{when!r}])"
        )
    no_money = (pd.api.types.is_bool_dtype, pd.api.types.is_complex_dtype)
    if not pd.api.types.is_numeric_dtype(money) or any(is_it(money) for is_it in no_money):
        example = money.iloc[0] if len(money) else "empty"
        raise ValueError(
            f"{name}[{amount!r}] is of type {money.dtype} (first value {example!r}); expected numbers. Mend: {mend}"
        )
    if day.dt.tz is not None:
        raise ValueError(
            f"{name}[{when!r}] carries the time zone {day.dt.tz}; expected local days without a zone. "
            f"Mend: frame[{when!r}].dt.tz_localize(None)"
        )
    money = money.astype("float64")
    for column, bad, what in (
        (customer, who.isna(), "missing"),
        (when, day.isna(), "missing"),
        (amount, ~np.isfinite(money), "missing or infinite"),
    ):
        if bad.any():
            first = int(np.flatnonzero(bad.to_numpy())[0])
            raise ValueError(
                f"{name}[{column!r}] is {what} in {int(bad.sum()):,} of {len(frame):,} rows "
                f"(first at row {first}); expected a value in every row. Mend: {mend}"
            )
    return pd.DataFrame(
        {
            "customer_id": who.to_numpy() if who.dtype != "string" else who.array,
            "day": day.dt.normalize().to_numpy(),
            "amount": money.to_numpy(),
        }
    )


def judged_on(value: object, name: str) -> pd.Timestamp:
    """A day of judgement, read from what was given under that name.

    Raises
    ------
    ValueError
        If it is no date, or has a time zone.
    """
    import pandas as pd

    try:
        day = pd.Timestamp(value)
    except (ValueError, TypeError):
        day = pd.NaT
    if day is pd.NaT:
        raise ValueError(f"{name}={value!r} is no date; write datetime.date(2025, 12, 31) or '2025-12-31'")
    if day.tz is not None:
        raise ValueError(f"{name}={value!r} must be a day without a time zone")
    return day.normalize()


def codes(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Dense integer codes of the values and the sorted values they stand for.

    >>> import pandas as pd
    >>> coded, who = codes(pd.Series([7, 5, 7]))
    >>> coded.tolist(), who.tolist()
    ([1, 0, 1], [5, 7])
    """
    import pandas as pd

    dtype = values.dtype
    if (
        len(values)
        and isinstance(dtype, np.dtype)
        and (dtype.kind == "i" or (dtype.kind == "u" and dtype.itemsize < 8))
    ):
        numbers = values.to_numpy()
        low = int(numbers.min())
        span = int(numbers.max()) - low + 1
        if span <= 4 * len(numbers):  # numbers that lie close are their own places: no hashing, no sorting
            place = numbers.astype(np.int64) - low
            there = np.zeros(span, dtype=bool)
            there[place] = True
            return (np.cumsum(there) - 1)[place], pd.Index(
                (np.flatnonzero(there) + low).astype(dtype), name=values.name
            )
    coded, names = pd.factorize(values, sort=True)
    return coded, pd.Index(names, name=values.name)


def purchases(rows: pd.DataFrame) -> pd.DataFrame:
    """How often and for how much each customer bought, from the rows of `log`.

    Returns
    -------
    DataFrame
        Index customer_id (sorted): purchases, spent (sum of purchases).
    """
    import pandas as pd

    coded, who = codes(rows["customer_id"])
    amount = rows["amount"].to_numpy()
    bought = amount > 0
    often = np.bincount(coded, weights=bought, minlength=len(who)).astype(np.int64)
    spent = np.bincount(coded, weights=amount * bought, minlength=len(who))
    return pd.DataFrame({"purchases": often, "spent": spent}, index=who)


def per_customer(rows: pd.DataFrame) -> pd.DataFrame:
    """What each customer bought, from the rows of `log`.

    Returns
    -------
    DataFrame
        Index customer_id (sorted): first, last (days of the first and last purchase,
        missing where there are only returns), purchases, spent (sum of purchases),
        net (sum of all amounts).
    """
    import pandas as pd

    coded, who = codes(rows["customer_id"])
    n = len(who)
    amount = rows["amount"].to_numpy()
    bought = amount > 0
    whole_days = rows["day"].to_numpy().astype("datetime64[D]").astype("int64")
    at, day = coded[bought], whole_days[bought]
    last = np.full(n, np.iinfo("int64").min)
    np.maximum.at(last, at, day)
    first = np.full(n, np.iinfo("int64").max)
    np.minimum.at(first, at, day)
    purchases = np.bincount(at, minlength=n)
    none = purchases == 0
    frame = pd.DataFrame(
        {
            "first": _days(first, none),
            "last": _days(last, none),
            "purchases": purchases,
            "spent": np.bincount(at, weights=amount[bought], minlength=n),
            "net": np.bincount(coded, weights=amount, minlength=n),
        },
        index=who,
    )
    return frame


def _days(whole_days: np.ndarray, missing: np.ndarray) -> np.ndarray:
    days = np.where(missing, 0, whole_days).astype("datetime64[D]").astype("datetime64[us]")
    days[missing] = np.datetime64("NaT")
    return days
