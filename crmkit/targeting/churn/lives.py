"""What the functions on durations ask of the columns that they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.targeting.asked import numbers, same_length, yes_or_no

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def lives(duration: ArrayLike, left: ArrayLike, entry: ArrayLike | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Duration, left and entry as checked columns of one length."""
    door.aligned(duration=duration, left=left, entry=entry)
    time, gone = numbers("duration", duration), yes_or_no("left", left, both=False)
    n = len(time)
    same_length("left", gone, "duration", n)
    begin = np.zeros(n) if entry is None else numbers("entry", entry)
    same_length("entry", begin, "duration", n)
    if (begin < 0).any():
        raise ValueError(f"entry holds {begin.min():g}; expected the time since joining, 0 or more")
    wrong = np.flatnonzero(time <= begin)
    if len(wrong):
        row = wrong[0]
        raise ValueError(
            f"duration is {time[row]:g} in row {row}, not above its entry of {begin[row]:g} ({len(wrong):,} such rows); "
            "expected time under watch. Mend: count the month of leaving as a whole one"
        )
    return time, gone, begin


def groups(group: ArrayLike, n: int) -> tuple[np.ndarray, pd.Index]:
    """Code of each customer's group, and the names in their order."""
    import pandas as pd

    given = pd.Series(group).reset_index(drop=True)
    if len(given) != n:
        raise ValueError(f"group has {len(given):,} rows and duration {n:,}; expected one each a customer")
    if given.isna().any():
        raise ValueError(
            f"group is missing in row {int(np.flatnonzero(given.isna())[0])} ({int(given.isna().sum()):,} rows); expected "
            "one a customer. Mend: give the unknown a group of their own"
        )
    return pd.factorize(given, sort=True)


def counted(time: np.ndarray, gone: np.ndarray, begin: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Customers at risk just before each time, and those who left at it."""
    # Someone is at risk at t if watched from before t and not gone before t.
    ends, begins = np.sort(time), np.sort(begin)
    risk = np.searchsorted(begins, at, side="left") - np.searchsorted(ends, at, side="left")
    leaves = np.sort(time[gone == 1])
    return risk, np.searchsorted(leaves, at, side="right") - np.searchsorted(leaves, at, side="left")
