"""From one step to the very next: how much likelier does one thing make the other?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.measures import measures
from crmkit.baskets.sequences import events_of
from crmkit.baskets.significance import fisher, with_misses

if TYPE_CHECKING:
    import pandas as pd


def transitions(
    log: pd.DataFrame,
    *,
    max_gap: float | None = None,
    level: float = 0.95,
    customer: str = "customer_id",
    when: str = "day",
    item: str = "item",
) -> pd.DataFrame:
    """What comes next after each item, against what comes next after any.

    A step leads from each item of one moment to each item of the next moment of the same customer, if this is
    no more than `max_gap` later. Steps of one customer are counted as independent, which they are not
    quite: read q as a guide.

    Parameters
    ----------
    log : DataFrame
        One row an event: who, when, what.
    max_gap : float, optional
        Most time between the two: days where `when` holds dates, else its own unit.
    level : float
        Of the interval of the lift, 0..1.
    customer, when, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        By falling lift: from, to, count (steps), share (of the steps from it), base (share of all steps that lead to it),
        lift (share / base), lift_low, lift_high, p (Fisher, one-sided), q (among all pairs that occur on either
        side). ``.attrs``: steps.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or no customer has two moments.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2], "day": [1, 2, 3, 1, 2], "item": list("abaab")})
    >>> transitions(log)[["from", "to", "count", "share"]].to_numpy().tolist()
    [['b', 'a', 1, 1.0], ['a', 'b', 2, 1.0]]
    """
    import pandas as pd

    data = events_of(log, customer=customer, when=when, item=item, max_gap=max_gap)
    # The next moment: all events at the time of the first one that may follow.
    some = np.flatnonzero(data.begin < data.end)
    if not len(some):
        raise ValueError(
            "log has no step: no customer has two moments within max_gap. Mend: a larger max_gap, or more time"
        )
    line = np.cumsum(np.append(True, (data.who[1:] != data.who[:-1]) | (data.time[1:] != data.time[:-1])))
    stop = np.searchsorted(line, line, side="right")
    begin = data.begin[some]
    length = stop[begin] - begin
    start = np.cumsum(length) - length
    to = data.item[np.arange(int(length.sum())) + np.repeat(begin - start, length)]
    origin = np.repeat(data.item[some], length)
    k = len(data.names)
    pair, both = np.unique(origin * k + to, return_counts=True)
    a, c = np.bincount(origin, minlength=k), np.bincount(to, minlength=k)
    first, second = np.divmod(pair, k)
    steps = len(to)
    told = measures(steps, a[first], c[second], both, level=level)
    p = fisher(steps, a[first], c[second], both)
    found = pd.DataFrame(
        {
            "from": data.names[first],
            "to": data.names[second],
            "count": both,
            "share": told["confidence"],
            "base": c[second] / steps,
            "lift": told["lift"],
            "lift_low": told["lift_low"],
            "lift_high": told["lift_high"],
            "p": p,
            "q": with_misses(p, int((a > 0).sum()) * int((c > 0).sum())),
        }
    )
    found = found.sort_values(["lift", "count"], ascending=False, kind="stable", ignore_index=True)
    found.attrs = {"steps": steps}
    return found
