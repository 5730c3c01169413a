"""Dirt for any table: which fault a column can have follows from its kind in `tables`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import Table, require
from crmkit.worlds.dirt import (
    Fault,
    Soiled,
    Spoil,
    check_shares,
    draw_faults,
    foreign,
    german_date,
    impossible_date,
    missing,
    mistype_amount,
    mistype_figures,
    same,
    shifted_date,
    spoil,
    unreadable,
)

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("number", "count", "money", "share")


@dataclass(frozen=True)
class Faults:
    """Share of the rows of a table that get each fault; together at most 1.

    A row whose table has no column for its fault (no day to shift) stays sound.
    """

    missing: float = 0.02  # in any column that is not a key
    mistyped: float = 0.02  # a slip that can be read, or a letter among the figures of a number of someone
    unreadable: float = 0.005  # a word in the place of a number
    other_date_format: float = 0.01
    impossible_date: float = 0.005
    shifted_date: float = 0.005
    false_entry: float = 0.003  # a thousand times too much, or "test"
    mixed_currency: float = 0.0  # in dollars or euros, and says so
    duplicated: float = 0.01
    late_row: float = 0.0  # sent with a later batch: stands at the end

    def __post_init__(self) -> None:
        check_shares(self)


def soil_table(frame: pd.DataFrame, table: Table, seed: int | np.random.Generator, *, faults: Faults) -> Soiled:
    """Make a dirty export out of any sound table.

    Parameters
    ----------
    frame : DataFrame
        As `table` documents it.
    table : Table
        Tells the kind of each column, which decides what can happen to it.
    seed : int or Generator
    faults : Faults
        How much of what.

    Returns
    -------
    Soiled
        frame: the documented columns that are there, as text; late rows stand at the end,
        copies of doubled rows follow their originals. truth: one row a fault
        (tables.TRUTH_DIRT).

    >>> from crmkit import tables, worlds
    >>> case = worlds.Retail(customers=50).draw(seed=1)
    >>> dirty = soil_table(case.customers, tables.CUSTOMERS, 2, faults=Faults(missing=0.1))
    >>> set(dirty.truth.loc[dirty.truth["dirt"] == "missing", "became"]) <= {"", "NULL", "N/A"}
    True
    """
    import pandas as pd

    require(frame, table)
    rng = np.random.default_rng(seed)
    columns = [column for column in table.columns if column.name in frame.columns]
    text = pd.DataFrame(
        {column.name: pd.array(_as_text(frame[column.name], column.kind), dtype="str") for column in columns}
    )
    names, fault = draw_faults(faults, len(text), rng)
    which, variant = rng.random(len(text)), rng.random(len(text))
    found: list[Fault] = []
    for code, name in enumerate(names):
        rows = np.flatnonzero(fault == code)
        ways = [(c.name, way) for c in columns if (way := _way(name, c.kind, is_key=c.name in table.key)) is not None]
        if name in ("duplicated", "late_row"):
            ways = ways[:1]
        at = (which[rows] * len(ways)).astype(int)
        for number, (column, way) in enumerate(ways):
            here = rows[at == number]
            full = text[column].to_numpy(dtype=object)[here] != ""  # what is missing already has no fault to get
            found.append((name, column, way, here[full]))
    return spoil(text, found, variant)


def _way(name: str, kind: str, *, is_key: bool) -> Spoil | None:
    """What the fault does to a column of this kind; None where it cannot."""
    if name in ("duplicated", "late_row"):
        return same
    if name == "missing":
        return None if is_key else missing
    way = _WAYS.get((name, kind))
    return None if is_key and kind != "id" else way


def _as_text(values: pd.Series, kind: str) -> list[str]:
    """A column as an export writes it; missing values are empty."""
    known = values.notna().to_numpy()
    if kind == "day":
        written = values.dt.strftime("%Y-%m-%d")
    elif kind == "money":
        written = values.astype(float).map("{:.2f}".format)
    elif kind == "count":
        written = values.astype("Int64").astype(str)
    else:
        written = values.astype(object).map(str)
    return np.where(known, written.to_numpy(dtype=object), "").tolist()


def slip(was: str, u: float) -> str:
    """Two neighbouring letters change places, or a blank slips in at the end."""
    at = int(u * max(len(was) - 1, 1))
    swapped = was[:at] + was[at + 1 : at + 2] + was[at : at + 1] + was[at + 2 :]
    return swapped if swapped != was else was + " "


def _thousandfold(form: Callable[[float], str]) -> Spoil:
    return lambda was, u: form(1000 * float(was))


_YES = ("yes", "Y", "1"), ("no", "N", "0")
_WAYS: dict[tuple[str, str], Spoil] = {
    ("mistyped", "id"): mistype_figures,
    ("mistyped", "text"): slip,
    ("mistyped", "category"): slip,
    ("mistyped", "yes_no"): lambda was, u: _YES[was != "True"][int(u * 3)],
    **{("mistyped", kind): mistype_amount for kind in NUMBERS},
    **{("unreadable", kind): unreadable for kind in NUMBERS},
    ("other_date_format", "day"): german_date,
    ("impossible_date", "day"): impossible_date,
    ("shifted_date", "day"): shifted_date,
    ("false_entry", "money"): _thousandfold("{:.2f}".format),
    ("false_entry", "count"): _thousandfold("{:.0f}".format),
    ("false_entry", "number"): _thousandfold(repr),
    ("false_entry", "share"): _thousandfold(repr),
    ("false_entry", "text"): lambda was, u: ("test", "asdf", "xxx")[int(u * 3)],
    ("mixed_currency", "money"): foreign,
}
