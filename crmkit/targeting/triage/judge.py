"""How good is the sorting of mails? To be asked of mails that it was not learned from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.door import whole
from crmkit.intervals import wilson, wilson_in_groups
from crmkit.targeting.asked import numbers, same_length, yes_or_no
from crmkit.targeting.triage.asked import labels

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def accuracy(
    found: Iterable[Any],
    true: Iterable[Any],
    *,
    by: Iterable[Any] | None = None,
    group: Iterable[Any] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of mails sorted rightly, as a whole or by language or another group.

    Parameters
    ----------
    found, true : column of names (mails,)
        Intents by the machine, and as they are.
    by : column (mails,), optional
        A row for each of its values.
    group : column (mails,), optional
        What stands or falls together, such as the wording (``near_copies``): the intervals count groups instead of mails.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        by (or "all"), mails, right, accuracy, low, high; with `group` also groups and worth: so many mails that do not
        hang together tell as much.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or there is no mail.

    References
    ----------
    Wilson (1927); Rao & Scott (1992), shares in groups.

    >>> accuracy(["card", "loan"], ["card", "card"])["accuracy"].tolist()
    [0.5]
    """
    import pandas as pd

    hit = _pair(found, true)
    n = len(hit[0])
    part = np.full(n, "all", dtype=object) if by is None else labels("by", by, n, "found")
    rows = pd.DataFrame({"by": part, "right": hit[0] == hit[1]})
    table = rows.groupby("by")["right"].agg(["size", "sum", "mean"])
    table.columns = ["mails", "right", "accuracy"]
    table["low"], table["high"] = wilson(table["right"], table["mails"], level=level)
    if group is not None:
        rows["group"] = labels("group", group, n, "found")
        alike = rows.groupby("by")
        ends = [wilson_in_groups(one["right"], one["group"], level=level) for _, one in alike]
        table[["low", "high", "worth"]] = ends
        table.insert(1, "groups", alike["group"].nunique())
    return table.reset_index()


def confusion(found: Iterable[Any], true: Iterable[Any]) -> pd.DataFrame:
    """Which intents are taken for which.

    Parameters
    ----------
    found, true : column of names (mails,)
        Intents by the machine, and as they are.

    Returns
    -------
    DataFrame
        Mails: a row a true intent, a column an intent found, the same names on both sides.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or there is no mail.

    >>> confusion(["card", "loan"], ["card", "card"]).to_numpy().tolist()
    [[1, 1], [0, 0]]
    """
    import pandas as pd

    said, meant = _pair(found, true)
    names = sorted(set(said) | set(meant))
    table = pd.crosstab(pd.Series(meant, name="true"), pd.Series(said, name="found"))
    return table.reindex(index=names, columns=names, fill_value=0).rename_axis(index="true", columns="found")


def calibration(confidence: ArrayLike, correct: ArrayLike, *, bins: int = 10, level: float = 0.95) -> pd.DataFrame:
    """Is a machine that says 90 % right in 90 of 100 mails?

    Parameters
    ----------
    confidence : array (mails,)
        Chance of being right, 0..1.
    correct : array (mails,)
        True if it was.
    bins : int
        Parts with about equally many mails; equal confidences stay together, so there may be fewer.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        A row a part: mails, confidence (mean), accuracy, low, high, gap (accuracy - confidence). The mean of
        |gap| weighted by mails is the expected calibration error.

    Raises
    ------
    ValueError
        If lengths differ, a value is missing, or a confidence is no share.

    References
    ----------
    Guo et al. (2017), eq. 3, with parts of equal size; intervals: Wilson (1927).

    >>> calibration([0.5, 0.5, 1.0, 1.0], [1, 0, 1, 1], bins=2)["gap"].tolist()
    [0.0, 0.0]
    """
    import pandas as pd

    sure, right = confidences(confidence, correct)
    whole("bins", bins)
    edges = np.unique(np.quantile(sure, np.linspace(0, 1, bins + 1)[1:-1]))
    part = np.searchsorted(edges, sure, side="left")
    table = pd.DataFrame({"part": part, "confidence": sure, "right": right}).groupby("part")
    out = table.agg(mails=("right", "size"), confidence=("confidence", "mean"), accuracy=("right", "mean"))
    out["low"], out["high"] = wilson(table["right"].sum(), out["mails"], level=level)
    return out.assign(gap=out["accuracy"] - out["confidence"]).reset_index(drop=True)


def confidences(confidence: ArrayLike, correct: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Confidence and being right as checked columns."""
    door.aligned(confidence=confidence, correct=correct)
    sure, right = numbers("confidence", confidence), yes_or_no("correct", correct, both=False)
    if not len(sure):
        raise ValueError("confidence has 0 rows; expected one a mail")
    same_length("correct", right, "confidence", len(sure))
    if (sure < 0).any() or (sure > 1).any():
        raise ValueError(f"confidence holds {sure.min():g}..{sure.max():g}; expected shares from 0 to 1")
    return sure, right


def _pair(found: Iterable[Any], true: Iterable[Any]) -> tuple[np.ndarray, np.ndarray]:
    said = list(found)
    if not said:
        raise ValueError("found has 0 rows; expected one a mail")
    return labels("found", said, len(said), "found"), labels("true", true, len(said), "found")
