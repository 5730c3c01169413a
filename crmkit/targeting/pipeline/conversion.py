"""How many opportunities pass each stage, and how long they stay in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import door
from crmkit.intervals import wilson

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd


def conversion(
    opportunities: pd.DataFrame, moves: pd.DataFrame, *, as_of: dt.date | str, level: float = 0.95
) -> pd.DataFrame:
    """Which share of the opportunities goes on from each stage, and how long they stay in it.

    Only those that have left a stage are counted; who is still in it is neither a success nor a failure.

    Parameters
    ----------
    opportunities : DataFrame
        tables.PIPELINE: opportunity_id, stage ("won" and "lost" are ends), closed (missing while open).
    moves : DataFrame
        tables.PIPELINE_MOVES: opportunity_id, stage (a category in the order of the way), entered.
    as_of : date
        Last day that is known.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index stage: entered, open, passed, lost (opportunities), share (of those that left, 0..1) with low, high (Wilson),
        days (mean stay, total time over departures, as of an exponential law) with days_low, days_high.

    Raises
    ------
    TypeError, ValueError
        If stages are no ordered list of categories, an opportunity moves twice on to the same stage, an opportunity of
        `moves` is not in `opportunities`, something happens after `as_of`, or a stage was left by none.

    References
    ----------
    Wilson (1927); mean of an exponential law with open ends: Lawless (2003), Statistical Models and Methods for Lifetime
    Data, 4.1.

    >>> import pandas as pd
    >>> deals = pd.DataFrame({"opportunity_id": [1, 2], "stage": ["won", "lost"],
    ...                       "closed": pd.to_datetime(["2025-01-31", "2025-01-11"])})
    >>> steps = pd.DataFrame({"opportunity_id": [1, 2], "stage": pd.Categorical(["offer", "offer"]),
    ...                       "entered": pd.to_datetime(["2025-01-01", "2025-01-01"])})
    >>> conversion(deals, steps, as_of="2025-03-01")[["passed", "lost", "share", "days"]].values.tolist()
    [[1.0, 1.0, 0.5, 20.0]]
    """
    import pandas as pd
    from scipy.stats import chi2

    tail = (1 - door.share("level", level, inside=True)) / 2
    if not isinstance(moves["stage"].dtype, pd.CategoricalDtype):
        raise TypeError(
            "moves['stage'] must be a category in the order of the way. Mend: "
            "moves['stage'] = pd.Categorical(moves['stage'], categories=['lead', 'offer', ...])"
        )
    end = pd.Timestamp(as_of)
    order = moves["stage"].cat.categories
    way = moves.assign(step=moves["stage"].cat.codes).sort_values(["opportunity_id", "step"])
    if way.duplicated(["opportunity_id", "stage"]).any():
        raise ValueError("an opportunity comes to the same stage twice in moves; expected one row each")
    missing = ~way["opportunity_id"].isin(opportunities["opportunity_id"])
    if missing.any():
        raise ValueError(
            f"{missing.sum()} moves belong to no opportunity, e.g. {way['opportunity_id'][missing].iloc[0]}"
        )
    ends = opportunities.set_index("opportunity_id")
    way = way.join(ends[["stage", "closed"]].rename(columns={"stage": "at"}), on="opportunity_id")
    following = way.groupby("opportunity_id")["entered"].shift(-1)
    left = following.fillna(way["closed"])
    if (way["entered"] > end).any() or (left > end).any():
        raise ValueError(f"as_of={as_of!r} lies before some moves; cut the table at that day first")
    won = following.notna() | (way["at"].astype(str) == "won")
    gone = left.notna()
    days = (left.fillna(end) - way["entered"]).dt.days
    counts = pd.DataFrame(
        {"stage": way["stage"], "entered": 1, "passed": won & gone, "lost": ~won & gone, "total": days}
    )
    table = counts.groupby("stage", observed=False).sum().reindex(order).rename_axis("stage")
    exits = table["passed"] + table["lost"]
    if (exits == 0).any():
        raise ValueError(f"no opportunity has left {list(exits.index[exits == 0])} yet; expected some, to learn from")
    table.insert(1, "open", table["entered"] - exits)
    total = table.pop("total")
    table["share"] = table["passed"] / exits
    table["low"], table["high"] = wilson(table["passed"], exits, level=level)
    table["days"] = total / exits
    table["days_low"] = 2 * total / chi2.ppf(1 - tail, 2 * exits)
    table["days_high"] = 2 * total / chi2.ppf(tail, 2 * exits)
    return table


def chance_from(stages: pd.DataFrame) -> pd.Series:
    """Chance to be won in the end from each stage on: the shares still to come, multiplied.

    `stages` from `conversion`, in the order of the way.

    >>> import pandas as pd
    >>> chance_from(pd.DataFrame({"share": [0.5, 0.4, 0.5]}, index=["lead", "offer", "contract"])).tolist()
    [0.1, 0.2, 0.5]
    """
    return stages["share"][::-1].cumprod()[::-1].rename("chance")
