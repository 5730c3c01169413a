"""Baskets as numbers: which items lie in which basket, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Coded:
    """Distinct (basket, item) pairs, ordered by basket and then by item."""

    baskets: int  # how many, those without a frequent item among them
    names: np.ndarray  # of the items as text, sorted; codes point here
    basket: np.ndarray  # (pairs,) int32
    item: np.ndarray  # (pairs,) int32
    repeated: int  # lines that named an item of their basket again
    ids: pd.Index | None = None  # of the baskets

    @property
    def count(self) -> np.ndarray:
        """Baskets that hold each item."""
        return np.bincount(self.item, minlength=len(self.names))


def coded(lines: pd.DataFrame, *, basket: str = "basket_id", item: str = "item") -> Coded:
    """Long lines (one row a line of a receipt) or a one-hot frame (one row a basket), as numbers.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, items or baskets are missing, or there is no line.
    """
    import pandas as pd

    if not isinstance(lines, pd.DataFrame):
        raise TypeError(f"lines is a {type(lines).__name__}; expected a pandas frame with {basket} and {item}")
    if basket not in lines and item not in lines and len(lines.columns) and _one_hot(lines):
        return _of_one_hot(lines)
    require(lines, [basket, item], name="lines")
    if not len(lines):
        raise ValueError("lines has 0 rows; expected one row a line of a basket")
    for column in (basket, item):
        missing = lines[column].isna()
        if missing.any():
            first = int(np.flatnonzero(missing.to_numpy())[0])
            raise ValueError(
                f"lines[{column!r}] is missing in {int(missing.sum()):,} of {len(lines):,} rows (first at row {first}); "
                f"expected a value in every row. Mend: lines.dropna(subset=[{column!r}]), if these lines may go"
            )
    at, ids = pd.factorize(lines[basket], sort=False)
    code, raw = pd.factorize(lines[item], sort=False)
    names = text(raw, "lines[item]")
    order = np.argsort(names, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    small = len(ids) * len(names) < 2**31  # half as much to sort
    key = at.astype(np.int32 if small else np.int64) * len(names) + place.astype(np.int32 if small else np.int64)[code]
    if not (key[1:] >= key[:-1]).all():
        key = np.sort(key)
    new = np.append(True, key[1:] != key[:-1])
    pairs = key[new]
    who, what = np.divmod(pairs, len(names))
    return Coded(
        baskets=len(ids),
        names=names[order],
        basket=who.astype(np.int32),
        item=what.astype(np.int32),
        repeated=len(key) - len(pairs),
        ids=pd.Index(ids),
    )


def text(names: object, where: str) -> np.ndarray:
    """Names of items as text, so that they sort and print the same everywhere.

    Raises
    ------
    ValueError
        If two different items read alike, such as 2 and "2".
    """
    found = np.array([str(name) for name in names], dtype=object)  # type: ignore[attr-defined]
    if len(set(found)) < len(found):
        seen: set[str] = set()
        twice = next(name for name in found if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(
            f"{where} holds two different items that read {twice!r}, e.g. a number and a text. Mend: one type"
        )
    return found


def _one_hot(frame: pd.DataFrame) -> bool:
    kinds = {getattr(dtype, "kind", "O") for dtype in frame.dtypes} | {
        getattr(getattr(dtype, "subtype", None), "kind", "b") for dtype in frame.dtypes
    }
    return kinds <= {"b", "i", "u", "f", "O"} and all(_zero_or_one(column) for _, column in frame.items())


def _zero_or_one(column: pd.Series) -> bool:
    if column.dtype == bool:
        return True
    if getattr(column.dtype, "kind", "O") not in "biuf" and not hasattr(column.dtype, "subtype"):
        return False
    values = np.unique(np.asarray(column, dtype=float))
    return bool(np.isin(values, (0.0, 1.0)).all())


def _of_one_hot(frame: pd.DataFrame) -> Coded:
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"the one-hot frame has two columns {twice!r}; expected one an item")
    if not len(frame):
        raise ValueError("the one-hot frame has 0 rows; expected one row a basket")
    names = text(frame.columns, "the one-hot frame")
    order = np.argsort(names, kind="stable")
    table = np.column_stack([np.asarray(frame.iloc[:, place], dtype=bool) for place in order])
    who, what = np.nonzero(table)
    return Coded(len(frame), names[order], who.astype(np.int32), what.astype(np.int32), 0, frame.index)
