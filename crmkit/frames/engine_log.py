"""The door for logs on other engines: the same demands as in pandas, asked in one pass over the rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from crmkit.frames.engine import fetched, named, opened
from crmkit.frames.pandas_log import judged_on

MEND = "filter these rows out, and say so"


@dataclass(frozen=True, eq=False)
class EngineLog:
    """A sound log that stays on its engine."""

    rows: Any  # narwhals frame: customer_id, day (date), amount (float)
    count: int  # rows of the log
    bought: bool  # has any of them an amount above 0?
    first: dt.date | None  # day of the first row; None where there is none
    last: dt.date | None  # day of the last row

    def judged(self, as_of: dt.date | str | None, name: str = "as_of") -> dt.date:
        """The day of judgement; the last day of the log unless given.

        Raises
        ------
        ValueError
            If it is no date, or no row is left.
        """
        day = self.end(as_of, name)
        if self.first is not None and day < self.first:
            raise ValueError(f"{name}={day:%Y-%m-%d} lies before the first transaction ({self.first:%Y-%m-%d})")
        return day

    def end(self, as_of: dt.date | str | None, name: str = "as_of") -> dt.date:
        """The day given, whether or not a row lies before it; the last day of the log unless given."""
        if self.last is None:
            raise ValueError("transactions has 0 rows; expected at least one purchase")
        return self.last if as_of is None else judged_on(as_of, name).date()


def engine_log(
    frame: Any,
    *,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
    name: str = "transactions",
) -> EngineLog:
    """The three columns of a log on its engine, sound and under their own names.

    The rows are looked through once, to count what is missing and to find the first and the last day;
    everything after that is as lazy as the engine. Spark's timestamps fall on days in the zone of its session.

    Parameters
    ----------
    frame : Polars frame (eager or lazy), DuckDB relation, PyArrow table or Spark frame
        A log with one row a transaction.
    customer, when, amount : str
        How the frame calls the three columns.

    Raises
    ------
    TypeError, ValueError
        If a column is lacking, of the wrong type, or holds missing or infinite values.
    """
    import narwhals.stable.v2 as nw

    rows = opened(frame, name=name)
    kinds = named(rows, [customer, when, amount], name=name)
    _is_day(rows, when, kinds[when], name)
    _is_money(rows, amount, kinds[amount], name)
    rows = rows.select(
        nw.col(customer).alias("customer_id"),
        nw.col(when).cast(nw.Date).alias("day"),
        nw.col(amount).cast(nw.Float64).alias("amount"),
        nw.col(when).alias("at"),
    )
    who, at, money = nw.col("customer_id"), nw.col("at"), nw.col("amount")
    seen = no_gaps(
        rows,
        {
            customer: (present(who, kinds[customer]), "missing"),
            when: (at, "missing"),
            amount: (nw.when(money.is_finite()).then(money), "missing or infinite"),
        },
        name=name,
        # Of a column as it is stored engines often know the ends without reading it: the first moment lies on the first day.
        more={"first": at.min().cast(nw.Date), "last": at.max().cast(nw.Date), "most": money.max()},
    )
    rows = rows.select("customer_id", "day", "amount")
    bought = bool(seen["rows"]) and float(seen["most"]) > 0
    return EngineLog(rows, int(seen["rows"]), bought, _date(seen["first"]), _date(seen["last"]))


def present(column: Any, kind: Any) -> Any:
    """The values that are there, for `no_gaps`; of a number, NaN is missing too."""
    import narwhals.stable.v2 as nw

    return nw.when(~column.is_nan()).then(column) if kind.is_float() else column


def no_gaps(
    rows: Any, sound: dict[str, tuple[Any, str]], *, name: str, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Refuse the first column with bad values; the number of rows, and what else was asked, in one pass.

    Parameters
    ----------
    rows : narwhals frame
    sound : column -> (its sound values, what the others are), e.g. ``{"day": (nw.col("day"), "missing")}``
        The column as the caller's frame calls it; values that are not sound are left empty.
    more : name -> expression
        Single figures wanted of the same pass.

    Raises
    ------
    ValueError
        If a value is bad.
    """
    import narwhals.stable.v2 as nw

    # Filled cells are counted: every engine has that at hand, for a third of what a sum of conditions takes.
    counts = [one.count().alias(f"sound{at}") for at, (one, _) in enumerate(sound.values())]
    wanted = [one.alias(f"more {key}") for key, one in (more or {}).items()]
    seen = fetched(rows.select(nw.len().alias("rows"), *counts, *wanted)).iloc[0].to_dict()
    for at, (column, (_, what)) in enumerate(sound.items()):
        refuse_gaps(name, column, what, int(seen["rows"]) - int(seen[f"sound{at}"]), int(seen["rows"]))
    return {"rows": seen["rows"], **{key: seen[f"more {key}"] for key in more or {}}}


def refuse_gaps(name: str, column: str, what: str, bad: int, rows: int) -> None:
    """The message of a column of which so many rows hold no sound value, if any.

    Raises
    ------
    ValueError
        If `bad` is above 0.
    """
    if bad:
        raise ValueError(
            f"{name}[{column!r}] is {what} in {bad:,} of {rows:,} rows; expected a value in every row. Mend: {MEND}"
        )


def day_number(day: Any) -> Any:
    """Days since 1970 of a column of dates, by the calendar: engines take dates off each other in different ways."""
    import narwhals.stable.v2 as nw

    past = day.dt.year().cast(nw.Int64) - 1  # some engines count years in 32 bits and days in 16
    leap_days = past // 4 - past // 100 + past // 400
    return (
        past * 365 + leap_days + day.dt.ordinal_day().cast(nw.Int64) - 719_163
    )  # the number of 1 January 1970 from year 1


def _is_day(rows: Any, column: str, kind: Any, name: str) -> None:
    import narwhals.stable.v2 as nw

    if kind != nw.Date and kind != nw.Datetime:
        raise ValueError(
            f"{name}[{column!r}] is of type {kind} (first value {_example(rows, column)}); expected dates. "
            "Mend: cast the column to a date on its engine"
        )
    # Spark's timestamps carry no zone of their own; they are read in the session's, and so is their day.
    if kind == nw.Datetime and kind.time_zone is not None and not rows.implementation.is_pyspark():
        raise ValueError(
            f"{name}[{column!r}] carries the time zone {kind.time_zone}; expected local days without a zone. "
            "Mend: cast the column to a date on its engine"
        )


def _is_money(rows: Any, column: str, kind: Any, name: str) -> None:
    if not kind.is_numeric():
        raise ValueError(
            f"{name}[{column!r}] is of type {kind} (first value {_example(rows, column)}); expected numbers. "
            "Mend: cast the column to a number on its engine"
        )


def _example(rows: Any, column: str) -> str:
    values = fetched(rows.select(column).head(1))[column].tolist()
    return repr(values[0]) if values else "'empty'"


def _date(value: Any) -> dt.date | None:
    """A date as engines give it: a date, a timestamp, or nothing."""
    if value is None or value != value:
        return None
    return value.date() if isinstance(value, dt.datetime) else value
