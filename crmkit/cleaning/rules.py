"""What a row that can be read must keep to: limits of its values, and no second row like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from crmkit.cleaning.notes import Notes
from crmkit.tables import Column, Table


def limits(
    column: Column,
    value: pd.Series,
    known: Mapping[str, Iterable[object]],
    window: tuple[pd.Timestamp, pd.Timestamp] | None,
    most: Mapping[str, float],
) -> list[Notes]:
    """What can be read and cannot be true, rule by rule."""
    name = column.name
    rules: list[tuple[pd.Series, str]] = []
    if column.nonzero:
        rules.append((value == 0, "zero"))
    if column.kind == "count":
        rules.append((value.notna() & np.isfinite(value) & (value % 1 != 0), "not a whole number"))
    if column.low is not None and column.kind in ("number", "count", "money", "share"):
        rules.append((value < column.low, f"below {column.low:g}"))
    if column.kind == "day" and window is not None:
        first, last = window
        rules.append(((value < first) | (value > last), f"outside {first:%Y-%m-%d} to {last:%Y-%m-%d}"))
    if name in most:
        rules.append((value.abs() > most[name], f"larger than {most[name]:,g}"))
    if name in known:
        allowed = {str(one) for one in known[name]}
        distinct = pd.Series(pd.unique(value.dropna()))
        strange = distinct[~distinct.astype(str).isin(allowed)]
        rules.append((value.isin(strange), "not on file"))
    return [Notes.same(broken, why) for broken, why in rules]


def duplicates(sound: pd.DataFrame, table: Table) -> Notes:
    """Sound rows that repeat an earlier one; their labels are their places."""
    odd = [name for name in sound.columns if sound[name].dtype == object]
    sound = sound.assign(**{name: sound[name].map(str) for name in odd})  # lists and the like cannot be compared
    key = list(table.key)
    keyed = bool(key) and set(key) <= set(sound.columns)
    # Where part of the key is missing, only the whole row can show that it repeats another.
    named = sound[key].notna().all(axis=1) if keyed else pd.Series(False, index=sound.index)
    again = named & sound.duplicated(subset=key) if keyed else named
    if not named.all():
        again = again | sound.duplicated()
    if not again.any():
        return Notes(np.empty(0, dtype=int), np.empty(0, dtype=object))
    said = "duplicate of row " + _first(sound, list(sound.columns))
    if keyed:
        used = f"{' and '.join(key)} already used in row " + _first(sound, key)
        said = said.where(sound.duplicated(), used)
    return Notes(again.index[again].to_numpy(), said[again].to_numpy(dtype=object))


def _first(sound: pd.DataFrame, by: list[str]) -> pd.Series:
    """The first row, as text, that holds the same in these columns."""
    groups = sound.groupby(by, sort=False, dropna=False).ngroup()
    return pd.Series(sound.index, index=sound.index).groupby(groups).transform("first").astype(str)
