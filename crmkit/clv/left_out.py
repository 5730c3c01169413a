"""What a history leaves out of its log, counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmkit import frames

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LeftOut:
    """Rows and customers of a log that its history does not show."""

    returns: int  # rows up to the end that are no purchase
    later: int  # rows after the end
    never_bought: int  # customers with returns alone, up to the end


def left_out(
    transactions: pd.DataFrame | Any,
    *,
    as_of: dt.date | str | None = None,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> LeftOut:
    """What `history` leaves out of a log, where its result has no room to say so.

    Parameters
    ----------
    transactions : DataFrame
        The log, in pandas or on another engine, which counts.
    as_of : date, optional
        As in `history`.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    LeftOut

    Raises
    ------
    TypeError, ValueError
        As `history`.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-02-15"])
    >>> log = pd.DataFrame({"customer_id": [1, 2, 1], "day": day, "amount": [9.0, -20.0, 10.0]})
    >>> left_out(log, as_of="2025-01-31")
    LeftOut(returns=1, later=1, never_bought=1)
    """
    names = {"customer": customer, "when": when, "amount": amount}
    if not frames.on_engine(transactions):
        from crmkit.clv.history import history

        told = history(transactions, as_of=as_of, **names).attrs
        return LeftOut(told["returns"], told["later"], told["never_bought"])
    import narwhals.stable.v2 as nw

    log = frames.engine_log(transactions, **names)
    later = nw.col("day") > nw.lit(log.end(as_of))
    bought = nw.col("amount") > 0
    marked = log.rows.with_columns(
        later=later.cast(nw.Int64),
        returned=(~later & ~bought).cast(nw.Int64),
        bought=(~later & bought).cast(nw.Int64),
    )
    sums = {one: nw.col(one).sum() for one in ("later", "returned", "bought")}
    each = marked.group_by("customer_id").agg(**sums)
    never = ((nw.col("bought") == 0) & (nw.col("returned") > 0)).cast(nw.Int64)
    seen = frames.fetched(
        each.select(nw.col("later").sum(), nw.col("returned").sum(), never.sum().alias("never"))
    ).iloc[0]
    return LeftOut(int(seen["returned"]), int(seen["later"]), int(seen["never"]))
