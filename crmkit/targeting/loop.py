"""Act, measure, update: what was believed of a contact and what a trial says of it, weighed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd


def update(trial: pd.DataFrame, *, believed: float, sd: float, level: float = 0.95) -> pd.DataFrame:
    """What to believe of a contact after a trial, group by group.

    Belief and trial count by how sure they are: the weight of each is one over its variance.

    Parameters
    ----------
    trial : DataFrame
        From `targeting.trial`: group, uplift, low, high at `level`.
    believed : float
        The uplift expected before, in the outcome's unit.
    sd : float
        How sure that was: its standard deviation, above 0.
    level : float
        That of the trial's intervals and of those given back, 0..1.

    Returns
    -------
    DataFrame
        Index group: measured (uplift of the trial), mean, sd, low, high (after it), weight (of the trial, 0..1). Hand mean
        and sd on as the belief before the next wave.

    Raises
    ------
    ValueError
        If sd is not above 0, or an interval is missing.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 2.5: a normal mean with known variance.

    >>> import pandas as pd
    >>> told = pd.DataFrame({"group": ["all"], "uplift": [0.4], "low": [0.204], "high": [0.596]})
    >>> update(told, believed=0.2, sd=0.1)["mean"].round(2).tolist()
    [0.3]
    """
    door.number("believed", believed)
    door.number("sd", sd, low=0, above=True)
    rows = trial.set_index("group")
    if rows[["uplift", "low", "high"]].isna().any(axis=None):
        raise ValueError(
            f"the trial has no interval for {list(rows.index[rows['low'].isna()])}; leave these groups out"
        )
    error = (rows["high"] - rows["low"]) / 2 / normal_quantile(level)
    after = 1 / (1 / sd**2 + 1 / error**2)
    found = rows[["uplift"]].rename(columns={"uplift": "measured"})
    found["mean"] = after * (believed / sd**2 + rows["uplift"] / error**2)
    found["sd"] = np.sqrt(after)
    found["low"] = found["mean"] - normal_quantile(level) * found["sd"]
    found["high"] = found["mean"] + normal_quantile(level) * found["sd"]
    found["weight"] = after / error**2
    return found
