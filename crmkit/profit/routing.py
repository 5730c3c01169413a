"""Which channel first? What a request costs in the end, when some come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.profit.channels import places, unit_costs
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def route(
    requests: pd.DataFrame,
    costs: pd.Series | pd.DataFrame,
    *,
    fallback: str,
    again: float = 0.0,
    topic: str = "topic",
    channel: str = "channel",
    settled: str = "settled",
    level: float = 0.95,
) -> pd.DataFrame:
    """What a request costs in the end by the channel it came to first, and the cheapest first channel for each topic.

    cost = cost of the channel + (1 - share settled) x (cost of the fallback + again): what the first channel does not
    settle comes again, is settled by the fallback, and annoys. It says what a channel would do for others only
    where the first channel was given by lot.

    Parameters
    ----------
    requests : DataFrame
        One row a request: topic, first channel, settled there (True or False).
    costs : Series on channel, or DataFrame with columns channel and cost
        Money that one contact costs, 0 or more.
    fallback : str
        The channel that settles what came again, one of `costs`.
    again : float
        Money that a second contact costs in goodwill, 0 or more.
    topic, channel, settled : str
        How the frame calls its columns.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index topic, channel (those that occur): requests, settled (share), low, high (Wilson), cost, cost_low,
        cost_high (money a request), best (cheapest of its topic), lead (money a request by which the best beats the
        next best; missing elsewhere), lead_low, lead_high.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, a channel has no cost, or a number is out of range.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22. The best of several estimates looks better than
    it is: Smith & Winkler (2006), Management Science 52.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"topic": ["balance"] * 4, "channel": ["web", "web", "phone", "phone"],
    ...                     "settled": [True, False, True, True]})
    >>> route(log, pd.Series({"phone": 5.0, "web": 0.5}), fallback="phone")["cost"].to_dict()
    {('balance', 'phone'): 5.0, ('balance', 'web'): 3.0}
    """
    import pandas as pd

    z = normal_quantile(level)
    require(requests, [topic, channel, settled], name="requests")
    if not len(requests):
        raise ValueError("requests has 0 rows; expected one a request")
    unit = unit_costs(costs)
    places(pd.Series([fallback], name="channel", dtype=object), unit.index, name="fallback")
    places(requests[channel], unit.index, name="requests")
    door.number("again", again, low=0)
    if not pd.api.types.is_bool_dtype(requests[settled]) or requests[settled].isna().any():
        raise TypeError(
            f"requests[{settled!r}] is of type {requests[settled].dtype}; expected True or False in every row"
        )
    if requests[topic].isna().any():
        raise ValueError(
            f"requests[{topic!r}] is missing in {int(requests[topic].isna().sum()):,} of {len(requests):,} rows"
        )
    keys = [requests[name].astype(object).rename(label) for name, label in ((topic, "topic"), (channel, "channel"))]
    counted = requests[settled].astype(int).groupby(keys).agg(["size", "sum"])
    n, done = counted["size"].to_numpy(), counted["sum"].to_numpy()
    low, high = wilson(done, n, level=level)
    first = unit[counted.index.get_level_values("channel")].to_numpy()
    penalty = float(unit[fallback]) + again
    share = done / n
    found = pd.DataFrame({"requests": n, "settled": share, "low": low, "high": high}, index=counted.index)
    found["cost"] = first + (1 - share) * penalty
    found["cost_low"], found["cost_high"] = first + (1 - found["high"]) * penalty, first + (1 - found["low"]) * penalty
    found["best"] = found["cost"] == found.groupby("topic")["cost"].transform("min")
    found[["lead", "lead_low", "lead_high"]] = np.nan
    smoothed = (done + 0.5) / (n + 1)  # all or none settled still leaves doubt
    variance = pd.Series(penalty**2 * smoothed * (1 - smoothed) / n, index=found.index)
    for _, part in found.groupby("topic", sort=False):
        order = part["cost"].sort_values(kind="stable").index
        if len(order) > 1:
            lead = part["cost"][order[1]] - part["cost"][order[0]]
            half = z * float(np.sqrt(variance[order[0]] + variance[order[1]]))
            found.loc[[order[0]], ["lead", "lead_low", "lead_high"]] = [lead, lead - half, lead + half]
    return found


def least_settled(cost: float, *, fallback_cost: float, fallback_settled: float = 1.0, again: float = 0.0) -> float:
    """Share of the requests that a first channel must settle, to cost no more than going to the fallback at once.

    fallback_settled - (fallback_cost - cost) / (fallback_cost + again), at least 0. Above 1: it never pays.

    Parameters
    ----------
    cost, fallback_cost : float
        Money a contact, 0 or more; the fallback's above 0.
    fallback_settled : float
        Share that the fallback settles at the first contact, 0..1.
    again : float
        Money that a second contact costs in goodwill, 0 or more.

    >>> round(least_settled(1.0, fallback_cost=5.0), 3)
    0.2
    """
    door.number("cost", cost, low=0)
    door.number("fallback_cost", fallback_cost, low=0, above=True)
    door.share("fallback_settled", fallback_settled)
    door.number("again", again, low=0)
    return max(0.0, fallback_settled - (fallback_cost - cost) / (fallback_cost + again))
