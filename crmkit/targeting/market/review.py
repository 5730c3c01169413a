"""Of those reviewed, how many are fraud? Precision at capacity, and what a low base rate does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import wilson
from crmkit.targeting.asked import numbers, same_length

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def precision_at(
    score: ArrayLike, truth: ArrayLike, *, capacity: int | Sequence[int], level: float = 0.95
) -> pd.DataFrame:
    """Of the transactions that can be reviewed, how many are fraud?

    Parameters
    ----------
    score : array (rows,)
        The higher, the earlier reviewed; of equal ones the first in the list.
    truth : array (rows,) of bool
        Was it fraud?
    capacity : int or sequence of int
        Transactions that can be reviewed, 1 or more and at most all.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index capacity: found (frauds among the reviewed), precision, low, high (Wilson), recall (share of all
        frauds found; missing if there are none), lift (precision / share of frauds in all).

    Raises
    ------
    TypeError, ValueError
        If lengths differ, a score is missing, or a capacity is out of range.

    >>> precision_at([0.9, 0.8, 0.1, 0.0], [True, False, True, False], capacity=[1, 2])["precision"].tolist()
    [1.0, 0.5]
    """
    import pandas as pd

    door.aligned(score=score, truth=truth)
    rank, bad = numbers("score", score), np.asarray(truth)
    if bad.dtype.kind != "b":
        raise TypeError(f"truth is of type {bad.dtype}; expected True and False")
    same_length("truth", bad, "score", len(rank))
    many = np.atleast_1d(np.asarray(capacity))
    if many.dtype.kind not in "iu" or not len(many) or (many < 1).any() or (many > len(rank)).any():
        raise ValueError(f"capacity={capacity!r} must be whole numbers from 1 to the {len(rank):,} rows there are")
    hits = np.cumsum(bad[np.argsort(-rank, kind="stable")])[many - 1]
    low, high = wilson(hits, many, level=level)
    total = int(bad.sum())
    precision = hits / many
    return pd.DataFrame(
        {
            "found": hits,
            "precision": precision,
            "low": low,
            "high": high,
            "recall": hits / total if total else np.full(len(many), np.nan),
            "lift": precision / (total / len(bad)) if total else np.full(len(many), np.nan),
        },
        index=pd.Index(many, name="capacity"),
    )


def flagged_rightly(base_rate: float, *, recall: float, false_alarms: float) -> float:
    """Share of the flagged transactions that are fraud (precision), from how rare fraud is (Bayes).

    Parameters
    ----------
    base_rate : float
        Share of all transactions that are fraud, 0..1.
    recall : float
        Share of the frauds that are flagged, 0..1.
    false_alarms : float
        Share of the honest transactions that are flagged, 0..1.

    Returns
    -------
    float
        0..1; missing (nan) where nothing is ever flagged.

    Raises
    ------
    TypeError, ValueError
        If one is no share.

    One fraud in a thousand: a flag that finds 99 % and errs on 1 % is wrong ten times out of eleven.

    >>> round(flagged_rightly(0.001, recall=0.99, false_alarms=0.01), 3)
    0.09
    """
    caught = door.share("base_rate", base_rate) * door.share("recall", recall)
    wrong = (1 - base_rate) * door.share("false_alarms", false_alarms)
    return caught / (caught + wrong) if caught + wrong > 0 else float("nan")
