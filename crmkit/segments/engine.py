"""Recency, frequency, monetary value and what follows from them, worked out by the engine that holds the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crmkit import frames
from crmkit.segments.rfm import GRID, NO_PURCHASE


def rfm(log: frames.EngineLog, day: dt.date, bins: int) -> Any:
    """`segments.rfm` on an engine, as a narwhals frame."""
    import narwhals.stable.v2 as nw

    rows = log.rows if day >= log.last else log.rows.filter(nw.col("day") <= nw.lit(day))
    found = scored(totals(rows, [None]), [day], bins)
    return found.select(
        "customer_id",
        (nw.lit(day.toordinal() - UNIX) - nw.col("last0")).cast(nw.Float64).alias("recency"),
        nw.col("frequency0").alias("frequency"),
        nw.col("monetary0").alias("monetary"),
        *(nw.col(f"{one}0").alias(one) for one in "rfm"),
        nw.col("segment0").alias("segment"),
    )


UNIX = dt.date(1970, 1, 1).toordinal()


def totals(rows: Any, days: Sequence[dt.date | None], *, spent: bool = False) -> Any:
    """What each customer bought up to each of some days (None: all rows), by one pass over the log.

    customer_id; then, for the first day with a 0 at the end: last (days since 1970, of the last purchase; missing
    without one), frequency (purchases), monetary (net of returns), spent (on purchases, where asked), rows.
    """
    import narwhals.stable.v2 as nw

    day, amount = nw.col("day"), nw.col("amount")
    made: dict[str, Any] = {}
    sums: dict[str, Any] = {}
    for at, end in enumerate(days):
        counts = amount > 0 if end is None else (amount > 0) & (day <= nw.lit(end))
        made[f"last{at}"] = nw.when(counts).then(day)
        sums[f"last{at}"] = nw.col(f"last{at}").max()
        sums[f"frequency{at}"] = nw.col(f"last{at}").count()
        if spent:
            made[f"spent{at}"] = nw.when(counts).then(amount).otherwise(0.0)
            sums[f"spent{at}"] = nw.col(f"spent{at}").sum()
        elif end is None:
            sums[f"monetary{at}"] = amount.sum()
        else:
            made[f"monetary{at}"] = nw.when(day <= nw.lit(end)).then(amount).otherwise(0.0)
            made[f"rows{at}"] = nw.when(day <= nw.lit(end)).then(day)
            sums |= {f"monetary{at}": nw.col(f"monetary{at}").sum(), f"rows{at}": nw.col(f"rows{at}").count()}
    found = rows.with_columns(**made).group_by("customer_id").agg(**sums)
    made = {f"last{at}": frames.day_number(nw.col(f"last{at}")) for at in range(len(days))}
    return found.with_columns(
        **made, **{f"frequency{at}": nw.col(f"frequency{at}").cast(nw.Int64) for at in range(len(days))}
    )


def scored(found: Any, days: Sequence[dt.date], bins: int) -> Any:
    """Scores r, f, m and the segment of each day, from `totals`."""
    import narwhals.stable.v2 as nw

    keys: dict[str, Any] = {}
    for at in range(len(days)):
        bought = nw.col(f"frequency{at}") > 0
        keys[f"r{at}"] = nw.col(f"last{at}")
        keys[f"f{at}"] = nw.when(bought).then(nw.col(f"frequency{at}"))
        keys[f"m{at}"] = nw.when(bought).then(nw.col(f"monetary{at}"))
        keys[f"size{at}"] = nw.when(bought).then(nw.col(f"monetary{at}").abs()).otherwise(0.0)
    found = frames.over_all(found.with_columns(**keys), {f"top{at}": (f"size{at}", "max") for at in range(len(days))})
    # As in pandas: what is equal to twelve digits of the largest value ties.
    found = found.with_columns(**{f"m{at}": _twelve_digits(f"m{at}", f"top{at}") for at in range(len(days))})
    found = frames.parts(found, [f"{one}{at}" for one in "rfm" for at in range(len(days))], bins)
    found = found.with_columns(**{f"cell{at}": _cell(at, bins) for at in range(len(days))})
    return found.with_columns(**{f"segment{at}": _segment(at) for at in range(len(days))})


def _twelve_digits(value: str, top: str) -> Any:
    import narwhals.stable.v2 as nw

    largest = nw.when(nw.col(top) > 0).then(nw.col(top)).otherwise(1.0)
    return (nw.col(value) * 10.0 ** (11 - largest.log(10).floor())).round(0)


def _cell(at: int, bins: int) -> Any:
    """Place in GRID, row by row."""
    import narwhals.stable.v2 as nw

    def fifth(name: str) -> Any:
        return 1 + ((nw.col(f"{name}{at}") - 0.5) * 5 / bins).floor()

    worth = ((fifth("f") + fifth("m")) / 2 + 0.5).floor()
    return ((5 - fifth("r")) * 5 + worth - 1).cast(nw.Int64)


def _segment(at: int) -> Any:
    import narwhals.stable.v2 as nw

    cells: dict[str, list[int]] = {}
    for row, names in enumerate(GRID):
        for column, segment in enumerate(names):
            cells.setdefault(segment, []).append(5 * row + column)
    label: Any = nw.lit(NO_PURCHASE)
    for segment, held in cells.items():
        label = nw.when(nw.col(f"cell{at}").is_in(held)).then(nw.lit(segment)).otherwise(label)
    return nw.when(nw.col(f"frequency{at}") > 0).then(label).otherwise(nw.lit(NO_PURCHASE))


def moves(log: frames.EngineLog, days: tuple[dt.date, dt.date], bins: int, not_yet: str) -> Any:
    """How many customers went from each segment to each, counted on the engine in one pass over the log."""
    import narwhals.stable.v2 as nw

    rows = log.rows.filter(nw.col("day") <= nw.lit(days[1]))
    # Both days in one row a customer: scores of the first day rank only those who were known by then.
    found = scored(totals(rows, days), days, bins)
    before = nw.when(nw.col("rows0") > 0).then(nw.col("segment0")).otherwise(nw.lit(not_yet))
    ways = found.select(before.alias("before"), nw.col("segment1").alias("after"))
    return frames.fetched(ways.group_by("before", "after").agg(customers=nw.len()))


def value_matrix(log: frames.EngineLog, day: dt.date) -> Any:
    """`segments.value_matrix` on an engine, as a narwhals frame."""
    import narwhals.stable.v2 as nw

    rows = log.rows if day >= log.last else log.rows.filter(nw.col("day") <= nw.lit(day))
    found = totals(rows, [None], spent=True)
    often = nw.col("frequency0")
    bought = often > 0
    found = found.with_columns(
        much=nw.when(bought).then(nw.col("spent0") / often), often=nw.when(bought).then(often.cast(nw.Float64))
    )
    found = frames.over_all(found, {"mean_often": ("often", "mean"), "mean_much": ("much", "mean")})
    # A tolerance as in pandas: customers who all spend the same fall on one side.
    above_often = nw.col("often") >= nw.col("mean_often") * (1 - 1e-12)
    above_much = nw.col("much") >= nw.col("mean_much") * (1 - 1e-12)
    label: Any = nw.lit("uncertain")
    for here, name in ((above_much, "spender"), (above_often, "frequent"), (above_often & above_much, "best")):
        label = nw.when(here).then(nw.lit(name)).otherwise(label)
    return found.select(
        "customer_id",
        often.alias("frequency"),
        nw.col("much").alias("mean_spend"),
        label.alias("quadrant"),
        nw.col("mean_often").alias("mean_frequency"),
        nw.col("mean_much").alias("base_mean_spend"),
    )
