"""One row a customer and month under watch, as survival in discrete time wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def person_periods(
    customers: pd.DataFrame,
    months: pd.DataFrame,
    *,
    customer: str = "customer_id",
    month: str = "month",
    joined: str = "joined",
    left: str = "left",
) -> pd.DataFrame:
    """One row for each month in which a customer was there and might have left.

    Customers who joined before the first month enter with the tenure they have then, so nothing is
    assumed of those who had left before (left truncation). Customers without a month have no row.

    Parameters
    ----------
    customers : DataFrame
        One row a customer: customer, joined (date), left (date, missing if still there); other
        columns are carried along.
    months : DataFrame
        One row a customer in a month: customer, month (any date in it), and what varies by month.

    Returns
    -------
    DataFrame
        The rows of `months` by customer and time, with the columns of `customers`, and: tenure
        (whole months since joining, 0 in the first), leaves (True in the month of leaving).

    Raises
    ------
    ValueError
        If columns are missing, keys are not unique or unknown, months lie outside joined..left, a month
        is missing between two of a customer, or the month of leaving is not in the table.

    References
    ----------
    Allison (1982), Discrete-time methods for the analysis of event histories; Singer & Willett (1993).

    >>> import pandas as pd
    >>> people = pd.DataFrame({"customer_id": [1], "joined": ["2024-11-01"], "left": ["2025-02-28"]})
    >>> seen = pd.DataFrame({"customer_id": [1, 1], "month": ["2025-01-01", "2025-02-01"]})
    >>> person_periods(people, seen)[["tenure", "leaves"]].to_numpy().tolist()
    [[2, False], [3, True]]
    """
    for name, frame, columns in (
        ("customers", customers, (customer, joined, left)),
        ("months", months, (customer, month)),
    ):
        lacks = [one for one in columns if one not in frame.columns]
        if lacks:
            raise ValueError(
                f"{name} lacks {lacks}; it has {list(frame.columns)}. Mend: rename, or say which column it is"
            )
    both = sorted((set(customers.columns) & set(months.columns)) - {customer})
    both += [one for one in ("tenure", "leaves") if one in customers.columns or one in months.columns]
    if both:
        raise ValueError(f"the columns {both} would stand twice in the result. Mend: rename them in one table")
    if customers[customer].duplicated().any():
        raise ValueError(
            f"customers holds {customer} {customers[customer][customers[customer].duplicated()].iloc[0]} twice"
        )
    unknown = ~months[customer].isin(customers[customer])
    if unknown.any():
        raise ValueError(
            f"months holds {int(unknown.sum()):,} rows of customers not in customers, first {months[customer][unknown].iloc[0]}"
        )
    rows = months.merge(customers, on=customer, how="left", validate="many_to_one")
    now, begin, end = (_months(rows[name], name) for name in (month, joined, left))
    if np.isnan(now).any() or np.isnan(begin).any():
        raise ValueError(f"{month} or {joined} is missing in a row; expected both everywhere. Mend: fill them in first")
    rows["tenure"], rows["leaves"] = (now - begin).astype(int), now == end
    outside = (now < begin) | (now > end)
    if outside.any():
        raise ValueError(
            f"{int(outside.sum()):,} rows of months lie before {joined} or after {left}, first of customer "
            f"{rows[customer][outside].iloc[0]}. Mend: leave them out; nobody can leave then"
        )
    rows = rows.sort_values([customer, "tenure"], ignore_index=True)
    step = rows.groupby(customer)["tenure"].diff().fillna(1)
    if (step != 1).any():
        raise ValueError(
            f"the months of customer {rows[customer][step != 1].iloc[0]} stand twice or have a gap ({int((step != 1).sum()):,} "
            "such places); expected one row for each month under watch"
        )
    # A leaver within the window whose last month is not in the table would count as staying.
    last = rows.groupby(customer).agg(at=(month, "last"), gone=("leaves", "any"), end=(left, "first"))
    lost = ~last["gone"].to_numpy() & (_months(last["end"], left) <= now.max())
    if lost.any():
        raise ValueError(
            f"the month of leaving of {int(lost.sum()):,} customers is not in months, first of {last.index[lost][0]}; the "
            "leaving would be lost. Mend: add the month, or empty the day of leaving where the watch ended before"
        )
    return rows


def durations(rows: pd.DataFrame, *, customer: str = "customer_id") -> pd.DataFrame:
    """Time under watch of each customer, for ``kaplan_meier``.

    Parameters
    ----------
    rows : DataFrame
        From ``person_periods``: customer, tenure, leaves.

    Returns
    -------
    DataFrame
        On customer: entry (months since joining when the watch began), duration (months since joining
        when it ended, the last one counted whole), left (True if the customer left then).

    Raises
    ------
    ValueError
        If a column is missing.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"customer_id": [1, 1], "tenure": [2, 3], "leaves": [False, True]})
    >>> durations(rows)[["entry", "duration"]].to_numpy().tolist()
    [[2, 4]]
    """
    lacks = [one for one in (customer, "tenure", "leaves") if one not in rows.columns]
    if lacks:
        raise ValueError(f"rows lacks {lacks}; it has {list(rows.columns)}. Mend: make them by person_periods")
    each = rows.groupby(customer).agg(entry=("tenure", "min"), duration=("tenure", "max"), left=("leaves", "any"))
    return each.assign(duration=each["duration"] + 1)


def _months(days: pd.Series, name: str) -> np.ndarray:
    """Months since year 0, missing where the day is."""
    import pandas as pd

    try:
        when = pd.to_datetime(days, format="ISO8601") if days.dtype.kind not in "Mm" else days
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} holds something that is no date like 2025-01-31: {error}") from None
    return (12 * when.dt.year + when.dt.month).to_numpy(dtype=float)
