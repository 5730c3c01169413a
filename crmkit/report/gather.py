"""All that a report says, reckoned once and kept in one record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmkit import frames, segments
from crmkit.report.roles import Roles
from crmkit.report.rows import day_of, take_in
from crmkit.segments.cohorts import PERIODS

if TYPE_CHECKING:
    import pandas as pd

MOVER_DAYS = 90
NO_ITEM = "(no name)"
# The period of the cohorts is the shortest with which the picture stays readable.
LONGEST = {"month": 25 * 31, "quarter": 25 * 92}  # days


@dataclass(frozen=True)
class Report:
    """What a file of orders tells; kept + rejected = came in."""

    source: str  # where the rows came from
    notes: tuple[str, ...]  # what was noticed while reading
    came_in: int  # rows
    kept: int  # rows
    reasons: pd.DataFrame = field(repr=False)  # fate (rejected, repaired), what, rows, share
    rejected: pd.DataFrame = field(repr=False)  # row, the columns as they came, reason
    repaired: pd.DataFrame = field(repr=False)  # row, column, before, after, repair
    transactions: pd.DataFrame = field(repr=False)  # customer_id, day, amount (tables.TRANSACTIONS)
    first: pd.Timestamp  # day of the first transaction
    last: pd.Timestamp  # day of the last transaction
    as_of: pd.Timestamp  # day of judgement
    total: float  # money of all transactions, returns taken off
    returned: float  # money of the returns, 0 or less
    bins: int  # number of RFM scores
    rfm: pd.DataFrame = field(repr=False)  # tables.RFM
    segments: pd.DataFrame = field(repr=False)  # segments.summary of rfm
    value_matrix: pd.DataFrame = field(repr=False)  # tables.VALUE_MATRIX
    quadrants: pd.DataFrame = field(repr=False)  # segments.summary of value_matrix
    concentration: segments.Concentration | None = field(repr=False)  # None without money
    cohorts: pd.DataFrame | None = field(repr=False)  # tables.COHORTS, whole periods only; None without purchases
    period: str  # of the cohorts: month, quarter or year
    mover_days: int  # length of each of the two periods of the movers; 0 on a single day
    customer_movers: pd.DataFrame | None = field(repr=False)  # before, after, change; None on a single day
    item_movers: pd.DataFrame | None = field(repr=False)  # likewise; None also where no item was named

    @property
    def purchases(self) -> int:
        """Number of transactions above 0."""
        return int((self.transactions["amount"] > 0).sum())

    @property
    def returns(self) -> int:
        """Number of transactions below 0."""
        return int((self.transactions["amount"] < 0).sum())


def gather(
    frame: pd.DataFrame,
    *,
    customer: str,
    when: str,
    amount: str | None = None,
    basket: str | None = None,
    item: str | None = None,
    quantity: str | None = None,
    price: str | None = None,
    as_of: dt.date | str | None = None,
    bins: int = 5,
    dayfirst: bool | None = None,
    keep_duplicates: bool = False,
    most: float | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Report:
    """Clean a log of orders and reckon all that a first look at its customers needs.

    Either `amount` is named (a row is a transaction; rows of one basket are summed where
    `basket` is named too), or `quantity` and `price` (a row is a line of an order; lines
    are summed to one transaction for each basket of each customer, or where there is no
    basket for each of their days). Amounts below 0 are returns and stay. Rejected, with
    the reason: rows that cannot be read, zero amounts, repeated rows, baskets that add up
    to zero, days after `as_of`, and days more than two years from all others if they
    hold at most 5 % of the rows.

    Parameters
    ----------
    frame : DataFrame
        Rows as they came, e.g. from `reading.read`; its index numbers the rows.
    customer, when, amount, basket, item, quantity, price : str
        How the frame calls its columns.
    as_of : date, optional
        Day of judgement. Default: the last day of the log.
    bins : int
        Number of RFM scores, 2 to 10.
    dayfirst : bool, optional
        How to read 03/04/2025; by default learned from the other rows.
    keep_duplicates : bool
        Keep rows that repeat another in all named columns.
    most : float, optional
        The largest amount (either sign) that a row can truly have; larger ones are rejected.
    progress : function of (stage, share done), optional
        Called as the work goes on.

    Returns
    -------
    Report

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or named twice, bins or as_of is unsound, or no row can be used.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"who": ["a", "a", ""], "day": ["2025-01-01", "2025-02-01", "2025-02-02"], "paid": ["5", "7", "9"]})
    >>> found = gather(log, customer="who", when="day", amount="paid")
    >>> found.came_in, found.kept, found.total
    (3, 2, 12.0)
    >>> found.rejected["reason"].tolist()
    ['who: missing']
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or not 2 <= bins <= 10:
        raise ValueError(f"bins={bins!r} must be a whole number from 2 to 10")
    roles = Roles(customer, when, amount, basket, item, quantity, price)
    judged = day_of(as_of)
    frame = frames.native(frame, name="the frame")
    source = str(frame.attrs.get("source", "the frame"))
    tell = progress or (lambda stage, share: None)

    tell("cleaning", 0.0)
    rows = take_in(frame, roles, as_of=as_of, dayfirst=dayfirst, keep_duplicates=keep_duplicates, most=most)
    del frame
    log, lines = rows.transactions, rows.cleaned.kept
    money = log["amount"]
    first, last = log["day"].min(), log["day"].max()
    day = judged if judged is not None else last
    bought = bool((money > 0).any())

    tell("segments", 0.5)
    rfm = segments.rfm(log, day, bins)
    tell("value matrix", 0.6)
    matrix = segments.value_matrix(log, day)
    tell("cohorts", 0.7)
    period = next((name for name, days in LONGEST.items() if (last - first).days <= days), "year")
    cohorts = _whole_periods(segments.cohorts(log, period=period), period, day) if bought else None
    tell("movers", 0.8)
    days = min(MOVER_DAYS, ((last - first).days + 1) // 2)
    customers = segments.movers(log, days=days, who="customer_id") if days else None
    items = None
    if days and item is not None:
        named = lines[["item", "day", "amount"]]
        named = named.assign(item=named["item"].mask(named["item"].isna() | (named["item"] == ""), NO_ITEM))
        items = segments.movers(named, days=days, who="item")
    tell("done", 1.0)
    return Report(
        source=source,
        notes=rows.notes,
        came_in=rows.cleaned.came_in,
        kept=len(lines),
        reasons=rows.cleaned.reasons(),
        rejected=rows.cleaned.rejected,
        repaired=rows.cleaned.repaired,
        transactions=log,
        first=first,
        last=last,
        as_of=day,
        total=float(money.sum()),
        returned=float(money[money < 0].sum()),
        bins=bins,
        rfm=rfm,
        segments=segments.summary(rfm),
        value_matrix=matrix,
        quadrants=segments.summary(matrix.assign(money=rfm["monetary"]), by="quadrant", money="money"),
        concentration=segments.concentration(rfm["monetary"]) if (rfm["monetary"] > 0).any() else None,
        cohorts=cohorts,
        period=period,
        mover_days=days,
        customer_movers=customers,
        item_movers=items,
    )


def _whole_periods(found: pd.DataFrame, period: str, day: pd.Timestamp) -> pd.DataFrame:
    """Without the last period of the log where it is cut short: it would look like a loss of customers."""
    import pandas as pd

    code = PERIODS[period]
    running = pd.Period(day, code)
    if day >= running.end_time.normalize():
        return found
    starts = pd.PeriodIndex(found["cohort"], freq=code)
    whole = (starts.asi8 + found["period"]) < running.ordinal
    return found[whole | (found["period"] == 0)].reset_index(drop=True)
