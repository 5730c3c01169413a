"""Does the one make the other likelier, also among the cases of one customer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.groups import differences
from crmkit.intervals import wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Within:
    """An outcome with and without something seen before, compared within groups."""

    rows: int  # cases
    groups: int  # that tell something: both seen and unseen cases, and some but not all with the outcome
    share_with: float  # of the cases that saw it, those with the outcome, 0..1; all groups together
    with_low: float  # Wilson
    with_high: float
    share_without: float
    without_low: float
    without_high: float
    odds_ratio: float  # within groups, Mantel & Haenszel; 1: no difference
    low: float
    high: float
    p: float  # no difference within groups, two-sided


def within(
    cases: pd.DataFrame, *, seen: str = "seen", then: str = "ordered", group: str | None = None, level: float = 0.95
) -> Within:
    """Odds of an outcome after something was seen, over the odds without, each group compared with itself.

    Who likes recipes sees more of them and orders more anyhow. Compared within each member, this liking falls out,
    since a member is as fond of recipes in the one visit as in the other.

    Parameters
    ----------
    cases : DataFrame
        One row a case: a visit, a view of a page.
    seen, then : str
        Columns of truth values: was it seen before; did the outcome follow.
    group : str, optional
        Column of the group (the customer) that is compared with itself; None: all cases together.
    level : float
        Of the intervals, 0..1.

    Raises
    ------
    ValueError
        If columns are lacking or hold missing values, or no group holds all that a comparison needs.

    References
    ----------
    Mantel & Haenszel (1959); interval of Robins, Breslow & Greenland (1986).

    >>> import pandas as pd
    >>> cases = pd.DataFrame({"seen": [True] * 4 + [False] * 4, "ordered": [True, True, False, False, True] + [False] * 3})
    >>> within(cases).odds_ratio
    3.0
    """
    import pandas as pd

    needed = [seen, then, *([group] if group is not None else [])]
    require(cases, needed, name="cases")
    for column in needed:
        lost = int(cases[column].isna().sum())
        if lost:
            raise ValueError(f"cases[{column!r}] is missing in {lost:,} rows; expected a value in each")
    for column in (seen, then):
        if not pd.api.types.is_bool_dtype(cases[column]):
            raise ValueError(f"cases[{column!r}] is of type {cases[column].dtype}; expected truth values")
    saw, followed = (cases[column].to_numpy(dtype=bool) for column in (seen, then))
    which = np.zeros(len(cases), dtype=np.int64) if group is None else pd.factorize(cases[group], sort=True)[0]
    columns = {
        "baskets": slice(None),
        "with_antecedent": saw,
        "with_consequent": followed,
        "count": saw & followed,
    }
    groups = int(which.max(initial=-1)) + 1
    counted = {name: np.bincount(which[some], minlength=groups) for name, some in columns.items()}
    table = pd.DataFrame({"rule": 0, "antecedent": seen, "consequent": then, **counted})
    a, c = table["with_antecedent"], table["with_consequent"]
    tell = (a > 0) & (a < table["baskets"]) & (c > 0) & (c < table["baskets"])
    crossed = (table["count"] * (table["baskets"] - a - c + table["count"]))[tell].sum()
    back = ((a - table["count"]) * (c - table["count"]))[tell].sum()
    if not crossed or not back:
        raise ValueError(
            f"no ratio can be formed from {int(tell.sum()):,} of {len(table):,} groups that hold all it takes; "
            f"expected cases with and without {seen!r}, and {then!r} after some of both. Mend: more cases, or group=None"
        )
    found = differences(table, level=level).iloc[0]
    total = table[["baskets", "with_antecedent", "with_consequent", "count"]].sum()
    with_, without = int(total["with_antecedent"]), int(total["baskets"] - total["with_antecedent"])
    hits, others = int(total["count"]), int(total["with_consequent"] - total["count"])
    with_ends, without_ends = wilson(hits, with_, level=level), wilson(others, without, level=level)
    return Within(
        rows=int(total["baskets"]),
        groups=int(tell.sum()),
        share_with=hits / with_,
        with_low=float(with_ends[0]),
        with_high=float(with_ends[1]),
        share_without=others / without,
        without_low=float(without_ends[0]),
        without_high=float(without_ends[1]),
        odds_ratio=float(found["odds_ratio"]),
        low=float(found["low"]),
        high=float(found["high"]),
        p=float(found["p"]),
    )
