"""Histories worked out by the engine that holds the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crmkit import frames
from crmkit.clv.door import plain


def history(log: frames.EngineLog, days_a_unit: float, end: dt.date, observed_from: Any, customer: str) -> Any:
    """`clv.history` on an engine, as a narwhals frame."""
    import narwhals.stable.v2 as nw

    bought, whole = nw.col("amount") > 0, end >= log.last
    rows = log.rows.filter(bought if whole else bought & (nw.col("day") <= nw.lit(end)))
    if not log.bought or (not whole and frames.fetched(rows.head(1)).empty):
        raise ValueError(f"transactions has no purchase (amount above 0) up to {end}")
    days = rows.group_by("customer_id", "day").agg(amount=nw.col("amount").sum())
    last_day = end.toordinal() - dt.date(1970, 1, 1).toordinal()
    if observed_from is None:
        found = frames.visits(days).with_columns(x=nw.col("visits") - 1)
    else:
        found = _observed(days, _clock(observed_from, end, rows, customer))
    found = found.with_columns(begin=frames.day_number(nw.col("first")), till=frames.day_number(nw.col("last")))
    repeats, begin = nw.col("x") > 0, nw.col("begin")
    # Some engines divide by one number as they multiply by its inverse, which is off in the last bit; by a column they divide.
    unit = begin.cast(nw.Float64) * 0.0 + days_a_unit
    return found.select(
        "customer_id",
        nw.col("x").cast(nw.Int64),
        (nw.when(repeats).then((nw.col("till") - begin).cast(nw.Float64)).otherwise(0.0) / unit).alias("t_x"),
        ((nw.lit(last_day) - begin).cast(nw.Float64) / unit).alias("T"),
        nw.when(repeats).then(nw.col("after") / nw.col("x")).otherwise(0.0).alias("m_x"),
    )


def _observed(days: Any, clock: Any) -> Any:
    """Visits after the day on which each clock starts; everyone with a clock is a row, with or without a purchase."""
    import narwhals.stable.v2 as nw

    if isinstance(clock, dt.date):
        days = days.with_columns(first=nw.lit(clock))
    else:
        # From the left, those of the clock: who never bought stays, with nothing in it.
        days = clock.join(days, on="customer_id", how="left")
    again = (nw.col("day") > nw.col("first")).fill_null(False)
    days = days.with_columns(
        x=again.cast(nw.Int64),
        last=nw.when(again).then(nw.col("day")),
        after=nw.when(again).then(nw.col("amount")).otherwise(0.0),
    )
    sums = {"x": nw.col("x").sum(), "last": nw.col("last").max(), "after": nw.col("after").sum()}
    return days.group_by("customer_id").agg(first=nw.col("first").min(), **sums)


def _clock(observed_from: Any, end: dt.date, rows: Any, customer: str) -> Any:
    """One day for all, or a frame (customer_id, first) of the same engine with a day for each."""
    import narwhals.stable.v2 as nw

    late = f"after the end of the observation ({end}); expected no later. Mend: leave such customers out"
    if not frames.on_engine(observed_from):
        if hasattr(observed_from, "iloc"):
            raise TypeError(
                f"observed_from is a {type(observed_from).__name__} of pandas and transactions is not; expected a day, or a "
                f"frame of the same engine with the columns {customer!r} and 'day'"
            )
        day = frames.judged_on(observed_from, "observed_from").date()
        if day > end:
            raise ValueError(f"observed_from is {day}, {late}")
        return day
    # A clock is a log without money: the same door asks of it the same.
    given = frames.opened(observed_from, name="observed_from")
    frames.named(given, [customer, "day"], name="observed_from")
    given = frames.as_it_was(given.with_columns(amount=nw.lit(0.0)))
    clock = frames.engine_log(given, customer=customer, name="observed_from").rows
    clock = clock.select("customer_id", nw.col("day").alias("first"))
    for what, bad in (
        ("names a customer twice; expected one day each", _twice(clock)),
        (f"holds a day {late}", clock.filter(nw.col("first") > nw.lit(end))),
        (
            "lacks customers of the log; expected a day for each",
            rows.select("customer_id").join(clock, on="customer_id", how="anti"),
        ),
    ):
        found = frames.fetched(bad.head(1))
        if len(found):
            raise ValueError(f"observed_from {what} (e.g. customer {plain(found['customer_id'].iloc[0])!r})")
    return clock


def _twice(clock: Any) -> Any:
    import narwhals.stable.v2 as nw

    return clock.group_by("customer_id").agg(times=nw.len()).filter(nw.col("times") > 1)
