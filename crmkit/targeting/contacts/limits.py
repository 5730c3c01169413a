"""Limits on contacts as rows of a linear programme: hours, money, capacity, and least numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_matrix

    Limit = float | Mapping[Any, float] | None


@dataclass(frozen=True)
class Limits:
    """Use of each limit by each contact; a least number is a limit with the sign turned."""

    names: list[str]
    sign: np.ndarray  # 1 at most, -1 at least
    use: csr_matrix  # (limits, contacts), 0 or more
    bound: np.ndarray  # in the unit of the limit


def limits(
    rows: pd.DataFrame, *, hours: Limit, budget: float | None, capacity: Limit, least: Limit, least_in: Limit
) -> Limits:
    """Read the limits that the caller gave; one that names nobody is refused."""
    from scipy.sparse import csr_matrix

    names: list[str] = []
    signs: list[int] = []
    uses: list[np.ndarray] = []
    bounds: list[float] = []
    ones = np.ones(len(rows))

    def add(word: str, given: Limit, by: str, use: np.ndarray, sign: int = 1, each: bool = True) -> None:
        if given is None:
            return
        parts: dict[str, tuple[np.ndarray, float]] = {}
        if isinstance(given, Mapping):
            known = set(rows[by]) if by in rows else set()
            for key, amount in given.items():
                # An amount for a channel that is closed to all is still heard: it has no use.
                inside = (rows[by] == key).to_numpy() if key in known else np.zeros(len(rows), dtype=bool)
                parts[f"{word} {key}"] = inside, door.number(f"{word}[{key!r}]", amount, low=0)
        else:
            parts[word] = np.ones(len(rows), dtype=bool), door.number(word, given, low=0)
        for name, (inside, amount) in parts.items():
            for when in sorted(set(rows["period"])) if each and "period" in rows else [None]:
                here = inside if when is None else inside & (rows["period"] == when).to_numpy()
                names.append(name if when is None else f"{name}, period {when}")
                signs.append(sign)
                uses.append(np.where(here, use, 0.0))
                bounds.append(amount)

    add("hours", hours, "agents", rows["minutes"].to_numpy() / 60)
    add("budget", budget, "", rows["cost"].to_numpy(), each=False)
    add("capacity", capacity, "channel", ones)
    add("least", least, "channel", ones, -1, each=False)
    add("least_in", least_in, "segment", ones, -1, each=False)
    matrix = csr_matrix(np.array(uses).reshape(len(names), len(rows)))
    return Limits(names, np.array(signs, dtype=float), matrix, np.array(bounds, dtype=float))


def check_names(contacts: pd.DataFrame, **given: tuple[Limit, str]) -> None:
    """Refuse limits on a channel, group or segment that contacts does not hold."""
    for word, (limit, by) in given.items():
        if isinstance(limit, Mapping):
            if by not in contacts:
                raise ValueError(f"{word} is given by {by}, but contacts lacks the column {by!r}")
            unknown = [key for key in limit if key not in set(contacts[by])]
            if unknown:
                known = sorted(set(contacts[by]), key=str)[:12]
                raise ValueError(f"{word} names {unknown}; contacts[{by!r}] holds {known}")
