"""How customers move between segments from one day to another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from crmkit import frames
from crmkit.intervals import wilson
from crmkit.segments.rfm import SEGMENTS, rfm

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_YET = "not yet a customer"


def migration(
    transactions: pd.DataFrame,
    before: dt.date | str,
    after: dt.date | str,
    *,
    bins: int = 5,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Where the customers of each RFM segment are some time later.

    Both days are judged on what was known on that day. Who bought first in between
    comes from "not yet a customer".

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS), in pandas or on another engine, which counts the
        moves; their small table comes back as a frame of its kind.
    before, after : date
        The two days of judgement.
    bins : int
        As in `rfm`.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        tables.MIGRATION: every pair of segments, with Wilson intervals; the rows of
        one `before` sum to the customers who began there.

    Raises
    ------
    ValueError
        If before is not earlier than after, or as in `rfm`.
    """
    if not frames.judged_on(before, "before") < frames.judged_on(after, "after"):
        raise ValueError(f"before={before!r} must be earlier than after={after!r}")
    if frames.on_engine(transactions):
        from crmkit.segments import engine

        log = frames.engine_log(transactions, customer=customer, when=when, amount=amount)
        days = (log.judged(before, "before"), log.judged(after, "after"))
        return frames.like(transactions, judged(engine.moves(log, days, bins, NOT_YET), (*SEGMENTS, NOT_YET)))
    names = {"customer": customer, "when": when, "amount": amount}
    early = rfm(transactions, before, bins, **names)["segment"].astype(str)
    late = rfm(transactions, after, bins, **names)["segment"].astype(str)
    return transitions(early.reindex(late.index, fill_value=NOT_YET), late, (*SEGMENTS, NOT_YET))


def transitions(early: pd.Series, late: pd.Series, order: Sequence[str]) -> pd.DataFrame:
    """Count the ways from one labelling of customers to another of the same customers."""
    extra = [name for name in pd.unique(pd.concat([early, late])) if name not in order]
    names = [*order, *extra]
    rows = [name for name in names if (early == name).any()]
    columns = [name for name in names if (late == name).any()]
    counts = pd.crosstab(early, late).reindex(index=rows, columns=columns, fill_value=0)
    return _with_shares(counts)


def judged(moves: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The same from counted ways (before, after, customers)."""
    extra = [name for name in pd.unique(pd.concat([moves["before"], moves["after"]])) if name not in order]
    wide = moves.pivot(index="before", columns="after", values="customers")
    rows, columns = ([name for name in (*order, *extra) if name in there] for there in (wide.index, wide.columns))
    return _with_shares(wide.reindex(index=rows, columns=columns).fillna(0).astype("int64"))


def _with_shares(counts: pd.DataFrame) -> pd.DataFrame:
    found = counts.rename_axis(index="before", columns="after").stack().rename("customers").reset_index()
    began = found.groupby("before")["customers"].transform("sum")
    found["share"] = found["customers"] / began
    found["low"], found["high"] = wilson(found["customers"], began)
    return found
