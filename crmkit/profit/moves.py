"""What if work moved from a dear channel to cheaper ones?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.profit.channels import on_channel, places, unit_costs

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Move:
    """Work moved off a channel: what it saves, what it costs, when it has paid."""

    saved: float  # money a year, after the work that moving brings about
    low: float  # interval of saved; both equal it where the shares are taken as known
    high: float
    moved: float  # activities a year that leave the channel
    induced: float  # activities a year that come up only because the new way is easy
    induced_cost: float  # money a year that these cost
    one_off: float  # money, once
    net: float  # money over the years looked at, the one-off cost taken off
    net_low: float
    net_high: float
    payback_years: float  # until the one-off cost has come back; infinite where nothing is saved
    payback_low: float  # interval of payback_years
    payback_high: float
    table: pd.DataFrame = field(repr=False)  # channel: before, after (activities), cost_before, cost_after (money)


def migrate(
    volume: pd.Series,
    costs: pd.Series | pd.DataFrame,
    *,
    source: str,
    to: pd.Series,
    induced: float = 0.0,
    one_off: float = 0.0,
    years: float = 1.0,
    pilot: int | None = None,
    level: float = 0.95,
) -> Move:
    """What it saves to move a part of one channel's work to others.

    saved = volume x sum over channels of share x (cost of the source - (1 + induced) x cost of the
    channel), money a year. The cost of an activity is taken to be saved when the activity goes: true in the long
    run, not in the month in which the counter still stands there staffed.

    Parameters
    ----------
    volume : Series on channel
        Activities a year, 0 or more, e.g. ``by_channel(...)["activities"] / years``.
    costs : Series on channel, or DataFrame with columns channel and cost
        Money that one activity costs, 0 or more.
    source : str
        The channel that work leaves.
    to : Series on channel
        Share of the source's work that goes to each other channel, 0..1, together at most 1.
    induced : float
        Further activities that each moved one brings about in its new channel, 0 or more: who can look
        up a balance on a telephone does so more often.
    one_off : float
        Money spent once to make it happen, 0 or more.
    years : float
        To look at, above 0; not discounted.
    pilot : int, optional
        Activities of a pilot in which the shares of `to` were counted; without it they are taken as known.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    Move

    Raises
    ------
    TypeError, ValueError
        If a channel is unknown, shares add up to more than 1, or a number is out of range.

    References
    ----------
    The interval is that of a weighted sum of multinomial shares (Cochran 1977, Sampling Techniques, 5A), its
    width taken at shares smoothed by half a count each (Jeffreys).

    >>> import pandas as pd
    >>> move = migrate(pd.Series({"counter": 100, "online": 50}), pd.Series({"counter": 9.0, "online": 1.0}),
    ...                source="counter", to=pd.Series({"online": 0.5}), one_off=200.0)
    >>> move.saved, move.payback_years
    (400.0, 0.5)
    """
    import pandas as pd

    z = normal_quantile(level)
    unit = unit_costs(costs)
    work = on_channel("volume", volume)
    shares = on_channel("to", to)
    for name, series in (("volume", work), ("to", shares)):
        places(pd.Series(series.index, name="channel", dtype=object), unit.index, name=name)
    places(pd.Series([source], name="channel", dtype=object), work.index, name="source", lacks="volume")
    if source in shares.index:
        raise ValueError(f"to names the source {source!r} itself; leave it out: what is not moved stays there")
    if shares.sum() > 1 + 1e-9:
        raise ValueError(f"the shares of to add up to {shares.sum():.6g}; expected at most 1 of the work of {source!r}")
    door.number("induced", induced, low=0)
    door.number("one_off", one_off, low=0)
    door.number("years", years, low=0, above=True)
    if pilot is not None:
        door.whole("pilot", pilot)

    amount, share = float(work[source]), shares.to_numpy()
    gain = float(unit[source]) - (1 + induced) * unit[shares.index].to_numpy()
    saved = low = high = amount * float(share @ gain)
    if pilot is not None:
        # Half an activity more for each way and for staying: a pilot in which all or none went still says little.
        likely = (pilot * share + 0.5) / (pilot + (len(share) + 1) / 2)
        spread = z * amount * float(np.sqrt((likely @ gain**2 - (likely @ gain) ** 2) / pilot))
        low = max(saved - spread, amount * min(0.0, gain.min()))
        high = min(saved + spread, amount * max(0.0, gain.max()))
    before = work.reindex(unit.index, fill_value=0.0)
    after = before.copy()
    after[shares.index] += amount * (1 + induced) * share
    after[source] -= amount * share.sum()
    table = pd.DataFrame(
        {"before": before, "after": after, "cost_before": before * unit, "cost_after": after * unit}
    ).rename_axis("channel")
    extra = amount * induced * share
    return Move(
        saved=saved,
        low=low,
        high=high,
        moved=amount * float(share.sum()),
        induced=float(extra.sum()),
        induced_cost=float(extra @ unit[shares.index].to_numpy()),
        one_off=float(one_off),
        net=years * saved - one_off,
        net_low=years * low - one_off,
        net_high=years * high - one_off,
        payback_years=_payback(one_off, saved),
        payback_low=_payback(one_off, high),
        payback_high=_payback(one_off, low),
        table=table,
    )


def _payback(one_off: float, saved: float) -> float:
    if one_off == 0:
        return 0.0 if saved >= 0 else float("inf")
    return one_off / saved if saved > 0 else float("inf")
