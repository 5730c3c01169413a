"""What a lead costs and what comes back for the money, source by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd


def source_return(
    opportunities: pd.DataFrame,
    *,
    margin: float,
    by: str = "source",
    seed: int | np.random.Generator,
    resamples: int = 2_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """What a lead costs, what a won one costs, and what comes back for the money, by source.

    Parameters
    ----------
    opportunities : DataFrame
        All leads of a time that lies far enough back: stage, amount, source_cost (money) and the column `by`. Open ones
        count as not won.
    margin : float
        What is left of an amount, 0..1.
    by : str
        Column of the sources.
    seed : int or Generator
        Of the resamples.
    resamples : int
        Leads drawn with replacement so often, for the intervals; 100 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index source: leads, won, lead_cost (money a lead), win_cost (money a won one), back (margin per money spent; 1 is
        even) with low, high.

    Raises
    ------
    ValueError
        If a source costs nothing, or a number is out of range.

    References
    ----------
    Efron (1979), Annals of Statistics 7: the percentile interval.

    >>> import pandas as pd
    >>> leads = pd.DataFrame({"source": ["fair"] * 50, "stage": ["won", "lost"] * 25, "amount": 900.0, "source_cost": 60.0})
    >>> source_return(leads, margin=0.4, seed=1)[["leads", "won", "win_cost", "back"]].to_numpy().tolist()
    [[50.0, 25.0, 120.0, 3.0]]
    """
    import pandas as pd

    tail = (1 - door.share("level", level, inside=True)) / 2
    door.share("margin", margin)
    door.whole("resamples", resamples, low=100)
    rng, found = np.random.default_rng(seed), {}
    for name, rows in opportunities.groupby(by, observed=True):
        won = (rows["stage"].astype(str) == "won").to_numpy()
        cost, earned = rows["source_cost"].to_numpy(float), np.where(won, rows["amount"], 0.0) * margin
        if not cost.sum() > 0:
            raise ValueError(f"source {name!r} costs nothing; what comes back for nothing cannot be told")
        weight = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=resamples)
        spent = weight @ cost
        ends = np.quantile((weight @ earned)[spent > 0] / spent[spent > 0], [tail, 1 - tail])
        found[name] = {
            "leads": len(rows),
            "won": int(won.sum()),
            "lead_cost": cost.mean(),
            "win_cost": cost.sum() / won.sum() if won.any() else np.inf,
            "back": earned.sum() / cost.sum(),
            "low": ends[0],
            "high": ends[1],
        }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis(by).astype({"leads": int, "won": int})
