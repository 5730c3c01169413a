"""A world with all its fields <-> JSON: frozen records of `crmkit.worlds` by name, nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any

from crmkit import worlds

KIND, DAY = "is", "date"


def to_plain(value: Any) -> Any:
    """A world, or a part of one, as JSON has it.

    Raises
    ------
    TypeError
        If a field holds what `from_plain` could not give back.

    >>> to_plain(worlds.PlantedRule("tea", "milk", 0.3))
    {'is': 'PlantedRule', 'antecedent': 'tea', 'consequent': 'milk', 'chance': 0.3}
    """
    if is_dataclass(value) and type(value).__name__ in worlds.__all__:
        parts = {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
        return {KIND: type(value).__name__, **parts}
    if type(value) is dt.date:
        return {KIND: DAY, "day": value.isoformat()}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise TypeError(
        f"a world holds {value!r} of type {type(value).__name__}; expected numbers, texts, days, tuples of these "
        f"or records of crmkit.worlds ({', '.join(worlds.__all__)})"
    )


def from_plain(value: Any) -> Any:
    """The same record again.

    Raises
    ------
    ValueError
        If it names an unknown record or field, or a value is out of range.

    >>> from_plain({"is": "PlantedRule", "antecedent": "tea", "consequent": "milk", "chance": 0.3})
    PlantedRule(antecedent='tea', consequent='milk', chance=0.3)
    """
    if isinstance(value, list):
        return tuple(from_plain(one) for one in value)
    if not isinstance(value, dict):
        return value
    name = value.get(KIND)
    if name == DAY:
        return dt.date.fromisoformat(value["day"])
    record = getattr(worlds, name, None) if name in worlds.__all__ else None
    if not (isinstance(record, type) and is_dataclass(record)):
        raise ValueError(f"a world names the record {name!r}; expected one of {', '.join(worlds.__all__)}")
    given = {key: from_plain(one) for key, one in value.items() if key != KIND}
    known = {field.name for field in fields(record)}
    if set(given) - known:
        raise ValueError(
            f"{name} has no fields {sorted(set(given) - known)}; it has {sorted(known)}. Mend: draw it anew"
        )
    return record(**given)
