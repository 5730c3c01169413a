"""The door of fraud flags: logs of payments and of their past, checked and joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def days(rows: pd.DataFrame, when: str, name: str) -> pd.Series:
    """The day of each row."""
    import pandas as pd

    rows = frames.native(rows, name=name)
    require(rows, [when], name=name)
    day = rows[when]
    if not pd.api.types.is_datetime64_any_dtype(day) or day.isna().any():
        raise TypeError(f"{name}[{when!r}] must hold a day in every row. Mend: pandas.to_datetime(frame[{when!r}])")
    return day.dt.normalize()


def sound(
    transactions: pd.DataFrame, past: pd.DataFrame | None, customer: str, amount: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers as numbers, money, and which rows are of the past (first, if there is one)."""
    import pandas as pd

    people, money = zip(
        *(
            _columns(rows, customer, amount, name)
            for rows, name in ((past, "past"), (transactions, "transactions"))
            if rows is not None
        ),
        strict=True,
    )
    learned = np.repeat([True, False][-len(people) :], [len(one) for one in people])
    if past is not None and not people[1].isin(people[0]).any():
        raise ValueError(
            f"past knows none of the customers of transactions; expected the same customers, written alike: "
            f"{people[0].iloc[0]!r} there, {people[1].iloc[0]!r} here"
        )
    return frames.codes(pd.concat(people, ignore_index=True))[0], np.concatenate(money), learned


def _columns(rows: pd.DataFrame, customer: str, amount: str, name: str) -> tuple[pd.Series, np.ndarray]:
    import pandas as pd

    rows = frames.native(rows, name=name)
    require(rows, [customer, amount], name=name)
    if not len(rows):
        raise ValueError(f"{name} has 0 rows; expected one a transaction")
    if rows[customer].isna().any():
        raise ValueError(
            f"{name}[{customer!r}] is missing in {int(rows[customer].isna().sum()):,} rows; expected who in every row"
        )
    if not pd.api.types.is_numeric_dtype(rows[amount]) or pd.api.types.is_bool_dtype(rows[amount]):
        raise TypeError(f"{name}[{amount!r}] is of type {rows[amount].dtype}; expected numbers")
    money = rows[amount].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(money).all():
        raise ValueError(
            f"{name}[{amount!r}] is missing or infinite in {int((~np.isfinite(money)).sum()):,} rows; "
            "expected a number in every row"
        )
    return rows[customer], money
