"""What the open opportunities will bring, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd

HALF = 0.5  # Jeffreys' prior of a share: half a success and half a failure


@dataclass(frozen=True)
class Forecast:
    """What the open opportunities will bring within a horizon."""

    mean: float  # money
    low: float
    high: float  # of the money itself: chance of each deal, and what the stages leave open
    chance: pd.Series = field(repr=False)  # of each open opportunity to be won in time, 0..1
    money: np.ndarray = field(repr=False)  # (draws,) what came in each simulated future
    horizon_days: float = float("inf")
    level: float = 0.95


def forecast(
    opportunities: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    horizon_days: float = float("inf"),
    seed: int | np.random.Generator,
    draws: int = 2_000,
    level: float = 0.95,
) -> Forecast:
    """What the open opportunities will bring within so many days, with an interval.

    Each simulated future draws the shares and mean stays of the stages from what is known of them, then the way of every
    opportunity. All are taken to be alike but for their stage and amount; new ones are not in it.

    Parameters
    ----------
    opportunities : DataFrame
        opportunity_id, stage, amount (money); those won or lost are left out.
    stages : DataFrame
        From `conversion`.
    horizon_days : float
        Above 0; without one: whenever they close.
    seed : int or Generator
        Of the futures.
    draws : int
        So many futures, 100 or more.
    level : float
        Of the interval, 0..1.

    Raises
    ------
    ValueError
        If nothing is open, an opportunity stands in no known stage, or a number is out of range.

    >>> import pandas as pd
    >>> stages = pd.DataFrame({"passed": [500], "lost": [500], "share": 0.5, "days": 20.0}, index=["offer"])
    >>> open_ = pd.DataFrame({"opportunity_id": range(100), "stage": "offer", "amount": 10.0})
    >>> abs(forecast(open_, stages, seed=1).mean - 500) < 10
    True
    """
    import pandas as pd

    tail = (1 - door.share("level", level, inside=True)) / 2
    if not horizon_days == np.inf:
        door.number("horizon_days", horizon_days, low=0, above=True)
    door.whole("draws", draws, low=100)
    rows = opportunities[~opportunities["stage"].astype(str).isin(["won", "lost"])]
    if rows.empty:
        raise ValueError("no opportunity is open; expected some that are neither won nor lost")
    at = pd.Index(stages.index.astype(str)).get_indexer(rows["stage"].astype(str))
    if (at < 0).any():
        raise ValueError(f"stages lacks {sorted(set(rows['stage'].astype(str)[at < 0]))}; it has {list(stages.index)}")
    rng = np.random.default_rng(seed)
    passed, lost = stages["passed"].to_numpy(float), stages["lost"].to_numpy(float)
    exits, known = passed + lost, len(stages)
    share = rng.beta(passed + HALF, lost + HALF, size=(draws, known))
    mean_days = (stages["days"].to_numpy() * exits) / rng.gamma(exits, size=(draws, known))
    won = np.ones((draws, len(rows)), dtype=bool)
    taken = np.zeros((draws, len(rows)))
    for stage in range(known):
        here = np.flatnonzero(at <= stage)  # stays have no memory, so that an open one is as good as new in its stage
        won[:, here] &= rng.random((draws, len(here))) < share[:, [stage]]
        if horizon_days < np.inf:
            taken[:, here] += rng.standard_exponential((draws, len(here))) * mean_days[:, [stage]]
    won &= taken <= horizon_days
    money = won @ rows["amount"].to_numpy(float)
    low, high = np.quantile(money, [tail, 1 - tail])
    chance = pd.Series(won.mean(axis=0), index=pd.Index(rows["opportunity_id"]), name="chance")
    return Forecast(float(money.mean()), float(low), float(high), chance, money, float(horizon_days), level)
