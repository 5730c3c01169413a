"""What every fit and every score asks of a history before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

MEND = "make it by clv.history(transactions), which sorts and merges events"


def sound(history: pd.DataFrame, *, more: Iterable[str] = (), discrete: bool = False) -> None:
    """Stop with one clear message where a history cannot be one.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, or rows contradict themselves; the first such customer is named.
    """
    require(history, ["x", "t_x", "T", *more], name="history")
    if not len(history):
        raise ValueError("history has 0 rows; expected one row a customer")
    for column in ("x", "t_x", "T", *more):
        numbers(history, column)
    x, t_x, T = (history[name].to_numpy(dtype=float) for name in ("x", "t_x", "T"))
    refuse(history, (x < 0) | (x != np.floor(x)), "x", "whole numbers of 0 or more (repeat purchases)")
    refuse(history, T < 0, "T", "0 or more")
    refuse(history, t_x < 0, "t_x", "0 or more")
    refuse(history, t_x > T, "t_x", "t_x no later than T, the end of the observation")
    refuse(history, (x > 0) & (t_x == 0), "t_x", "above 0 where x is above 0: a repeat purchase comes after the first")
    refuse(history, (x == 0) & (t_x > 0), "t_x", "0 where x is 0: without a repeat purchase there is no last one")
    if discrete:
        for name, values in (("t_x", t_x), ("T", T)):
            refuse(history, values != np.floor(values), name, "whole numbers of opportunities")
        refuse(history, x > t_x, "x", "x no more than t_x: at most one purchase an opportunity")


def numbers(frame: pd.DataFrame, column: str, *, name: str = "history") -> None:
    """Stop where a column holds something else than finite numbers."""
    import pandas as pd

    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_complex_dtype(values):
        raise ValueError(f"{name}[{column!r}] is of type {values.dtype}; expected numbers. Mend: {MEND}")
    refuse(frame, ~np.isfinite(values.to_numpy(dtype=float, na_value=np.nan)), column, "finite numbers", name=name)


def refuse(frame: pd.DataFrame, bad: np.ndarray, column: str, expected: str, *, name: str = "history") -> None:
    """Stop where rows are bad, naming the first."""
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{name}[{column!r}] is {plain(frame[column].iloc[first])!r} for customer {plain(frame.index[first])!r} "
            f"({int(bad.sum()):,} of {len(frame):,} rows); expected {expected}. Mend: {MEND}"
        )


def plain(value: object) -> object:
    """A number as Python writes it: 1.5 rather than np.float64(1.5)."""
    return value.item() if isinstance(value, np.generic) else value


def tells_something(history: pd.DataFrame, weight: str | None = None) -> None:
    """Stop where no model of repeat purchases can be fitted.

    Raises
    ------
    ValueError
        If there is one customer alone, or nobody ever came back; or if the column `weight`, the customers that a row
        stands for, holds anything but whole numbers above 0.
    """
    if weight is not None:
        require(history, [weight], name="history")
        numbers(history, weight)
        held = history[weight].to_numpy(dtype=float)
        refuse(history, (held < 1) | (held != np.floor(held)), weight, "whole numbers of 1 or more (customers)")
    if (len(history) if weight is None else held.sum()) < 2:
        raise ValueError(
            "history has 1 customer; how customers differ is told by many of them. Mend: give the whole cohort"
        )
    if not (history["x"].to_numpy() > 0).any():
        raise ValueError(
            f"history has {len(history):,} customers and all are one-time buyers (x = 0); nobody's rate can be told. "
            "Mend: a longer window, or a finer day of judgement"
        )


def horizon_is_sound(horizon: float) -> None:
    """Stop where a horizon is not above 0 or not finite."""
    if isinstance(horizon, bool) or not np.isfinite(horizon) or horizon < 0:
        raise ValueError(f"horizon={horizon!r} must be 0 or more, in the unit of the history")


def parameters(**values: float) -> None:
    """Stop where a parameter that is above 0 by nature is not."""
    for name, value in values.items():
        if isinstance(value, bool) or not np.isfinite(value) or value <= 0:
            raise ValueError(f"{name}={value!r} must be a finite number above 0")
