"""States of a customer's life cycle by the time since the last order, and how customers move between them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.segments.migration import transitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

STATES = ("active", "late", "lapsed")


def life_cycle(
    transactions: pd.DataFrame,
    day: dt.date | str,
    *,
    late_days: int,
    lapsed_days: int,
    customer: str = "customer_id",
    when: str = "day",
) -> pd.Series:
    """Which state of the life cycle each customer is in on a day.

    Active: the last order (or visit) lies at most `late_days` back; late: at most `lapsed_days`; else lapsed.

    Parameters
    ----------
    transactions : DataFrame
        One row an order (tables.TRANSACTIONS); later rows do not count.
    day : date
        Day of judgement.
    late_days, lapsed_days : int
        Ends of "active" and "late", days; 1 or more, the second the larger.
    customer, when : str
        How the frame calls its columns.

    Returns
    -------
    Series
        State on customer, of all with an order until that day.

    Raises
    ------
    ValueError
        If lapsed_days is not above late_days, or no order lies before the day.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 2], "day": pd.to_datetime(["2025-01-01", "2025-11-01"])})
    >>> life_cycle(log, "2025-12-31", late_days=180, lapsed_days=360).tolist()
    ['lapsed', 'active']
    """
    import pandas as pd

    door.whole("late_days", late_days, low=1)
    if door.whole("lapsed_days", lapsed_days, low=1) <= late_days:
        raise ValueError(f"lapsed_days={lapsed_days!r} must be above late_days={late_days!r}")
    known = transactions[transactions[when] <= pd.Timestamp(day)]
    if known.empty:
        raise ValueError(f"no order until day={day!r}; the first is of {transactions[when].min():%Y-%m-%d}")
    since = (pd.Timestamp(day) - known.groupby(customer)[when].max()).dt.days
    state = np.select([since <= late_days, since <= lapsed_days], STATES[:2], STATES[2])
    return pd.Series(state, index=since.index, name="state", dtype="str")


def life_moves(
    transactions: pd.DataFrame,
    days: Sequence[dt.date | str],
    *,
    late_days: int,
    lapsed_days: int,
    customer: str = "customer_id",
    when: str = "day",
) -> pd.DataFrame:
    """Where customers of each state are one step later, over all steps between the days.

    Parameters
    ----------
    days : dates
        Two or more, rising and the same time apart: the steps.
    transactions, late_days, lapsed_days, customer, when
        As of `life_cycle`.

    Returns
    -------
    DataFrame
        tables.MIGRATION: before, after, customers, share with low, high. A customer counts once a step, so that the
        intervals are somewhat narrow where steps of one customer hang together.

    Raises
    ------
    ValueError
        If there are fewer than two days, or they do not rise; or as of `life_cycle`.
    """
    import pandas as pd

    dates = [pd.Timestamp(day) for day in days]
    if len(dates) < 2 or any(a >= b for a, b in pairwise(dates)):
        raise ValueError(f"days={list(days)!r} must be two or more, rising")
    ends = {"late_days": late_days, "lapsed_days": lapsed_days, "customer": customer, "when": when}
    states = [life_cycle(transactions, day, **ends) for day in dates]
    early = pd.concat(states[:-1], ignore_index=True)
    late = pd.concat([after.reindex(before.index) for before, after in pairwise(states)], ignore_index=True)
    return transitions(early, late, STATES)


def chances(moves: pd.DataFrame) -> pd.DataFrame:
    """The moves as a square table of chances, states before x after; each row sums to 1."""
    table = moves.pivot(index="before", columns="after", values="share")
    names = [name for name in dict.fromkeys([*moves["before"], *moves["after"]])]
    return table.reindex(index=names, columns=names).fillna(0.0)


def ahead(moves: pd.DataFrame, start: pd.Series, *, steps: int) -> pd.DataFrame:
    """How many customers will be in each state, step by step, if the chances stay and only the last state counts.

    Parameters
    ----------
    moves : DataFrame
        From `life_moves`.
    start : Series
        Customers in each state today.
    steps : int
        Steps ahead, 1 or more.

    Returns
    -------
    DataFrame
        Index step (0 is today), a column a state: expected customers. Customers yet to be won are not in it.

    Raises
    ------
    ValueError
        If a state of the start has no known moves.

    References
    ----------
    Pfeifer & Carraway (2000), Modeling customer relationships as Markov chains, Journal of Interactive Marketing 14.
    """
    import pandas as pd

    door.whole("steps", steps, low=1)
    table = chances(moves)
    unknown = [name for name in start.index if name not in table.index or not table.loc[name].sum()]
    if unknown:
        raise ValueError(f"no moves are known from {unknown}; moves has {list(table.index)}")
    rows = [start.reindex(table.index).fillna(0).to_numpy(dtype=float)]
    for _ in range(steps):
        rows.append(rows[-1] @ table.to_numpy())
    return pd.DataFrame(rows, columns=table.index.astype(str)).rename_axis("step")
