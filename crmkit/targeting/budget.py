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
        If cost is negative or a group has no worth.
    """
    import pandas as pd

    require(trial, TRIAL)
    if not (np.isfinite(cost) and cost >= 0):
        raise ValueError(f"cost={cost!r} must be 0 or more per contact")
    found = trial.set_index("group")
    worth = pd.Series(worth, index=found.index) if np.isscalar(worth) else worth.reindex(found.index)
    if worth.isna().any():
        raise ValueError(f"worth lacks the groups {worth.index[worth.isna()].tolist()}; expected one value a group")
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
    """
    import pandas as pd

    require(gain, ["gain", "low", "high"], name="gain")
    if not (np.isfinite(cost) and cost > 0):
        raise ValueError(f"cost={cost!r} must be above 0 per contact")
    if not (np.isfinite(budget) and budget >= 0):
        raise ValueError(f"budget={budget!r} must be 0 or more")
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
