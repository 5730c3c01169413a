"""From effects to money: which groups to contact within a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import TRIAL, require

if TYPE_CHECKING:
    import pandas as pd


def net_gain(trial: pd.DataFrame, *, worth: pd.Series | float, cost: float) -> pd.DataFrame:
    """Money won or lost by one contact in each group.

    Parameters
    ----------
    trial : DataFrame
        tables.TRIAL.
    worth : Series on group, or float
        Money that one unit of the outcome brings, e.g. the margin of a purchase.
        Taken as known: its own uncertainty is not in the interval.
    cost : float
        Of one contact, 0 or more.

    Returns
    -------
    DataFrame
        Index group: gain, low, high (money a contact).

    Raises
    ------
    ValueError
        If cost is negative, or a group has no worth or one below 0.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"treated": [True, True, False, False], "bought": [3, 1, 1, 1]})
    >>> from crmkit.targeting.trial import trial
    >>> net_gain(trial(log, outcome="bought"), worth=10.0, cost=4.0)["gain"].tolist()
    [6.0]
    """
    import pandas as pd

    require(trial, TRIAL)
    if not (np.isfinite(cost) and cost >= 0):
        raise ValueError(f"cost={cost!r} must be 0 or more per contact")
    found = trial.set_index("group")
    worth = pd.Series(worth, index=found.index) if np.isscalar(worth) else worth.reindex(found.index)
    if worth.isna().any():
        raise ValueError(f"worth lacks the groups {worth.index[worth.isna()].tolist()}; expected one value a group")
    if (worth < 0).any():
        raise ValueError(f"worth holds {worth.min():g}; expected 0 or more: a loss is a cost, or a negative outcome")
    columns = {"gain": "uplift", "low": "low", "high": "high"}
    return pd.DataFrame({name: found[source] * worth - cost for name, source in columns.items()})


def spend(gain: pd.DataFrame, *, sizes: pd.Series, cost: float, budget: float) -> pd.DataFrame:
    """Spend a budget on the groups with the highest gain a contact, none at a loss.

    Parameters
    ----------
    gain : DataFrame on group
        From `net_gain`: gain, low, high.
    sizes : Series on group
        Customers that could be contacted; a group that it does not name has none.
    cost, budget : float
        Of one contact, above 0; of all contacts, 0 or more.

    Returns
    -------
    DataFrame
        Index group, best first: contacts, cost, gain, low, high (money in all), and a
        row "in all", whose interval takes the groups as independent. The interval
        does not know that the groups were chosen for their gain: expect less.

    >>> import pandas as pd
    >>> gain = pd.DataFrame({"gain": [1.0, 2.0], "low": [0.5, 1.0], "high": [1.5, 3.0]}, index=["a", "b"])
    >>> spend(gain, sizes=pd.Series({"a": 50, "b": 10}), cost=2.0, budget=60.0)["contacts"].to_dict()
    {'b': 10, 'a': 20, 'in all': 30}
    """
    import pandas as pd

    require(gain, ["gain", "low", "high"], name="gain")
    if not (np.isfinite(cost) and cost > 0):
        raise ValueError(f"cost={cost!r} must be above 0 per contact")
    if not (np.isfinite(budget) and budget >= 0):
        raise ValueError(f"budget={budget!r} must be 0 or more")
    if (sizes < 0).any():
        raise ValueError(f"sizes holds {sizes.min():g}; expected numbers of customers, 0 or more")
    best = gain.sort_values("gain", ascending=False, kind="stable")
    wanted = sizes.reindex(best.index).fillna(0).where(best["gain"] > 0, 0).astype(int)
    # The epsilon forgives a budget that rounding put a hair below a whole number of contacts.
    affordable = int(np.floor(budget / cost + 1e-9))
    contacts = wanted.cumsum().clip(upper=affordable).diff().fillna(wanted.clip(upper=affordable)).astype(int)
    plan = pd.DataFrame({"contacts": contacts, "cost": contacts * cost})
    for column in ("gain", "low", "high"):
        plan[column] = (best[column] * contacts).where(contacts > 0, 0.0)
    total = plan.sum()
    down, up = plan["gain"] - plan["low"], plan["high"] - plan["gain"]
    # A group without an interval leaves none in all.
    total["low"] = total["gain"] - np.sqrt((down**2).sum(skipna=False))
    total["high"] = total["gain"] + np.sqrt((up**2).sum(skipna=False))
    plan.index = plan.index.astype(object)
    plan.loc["in all"] = total
    return plan.astype({"contacts": int}).rename_axis("group")
