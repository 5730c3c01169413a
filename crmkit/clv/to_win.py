"""What customers not yet won will be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.clv.asked import Asked
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.fitting import Fit
    from crmkit.clv.spend import GammaGamma


def equity_to_win(
    purchases: Any,
    spend: GammaGamma | Fit[GammaGamma],
    *,
    new_per_unit: float,
    until: float,
    margin: float,
    discount_per_unit: float,
    horizon: float = np.inf,
    cost_per_purchase: float = 0.0,
    cost_per_unit: float = 0.0,
    cost_to_win: float = 0.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """What customers not yet won will be worth, if they keep coming at the same pace and are like those known.

    Each brings a first purchase on the day they come, and what `value` says of a new customer.

    Parameters
    ----------
    purchases, spend, margin, discount_per_unit, horizon, cost_per_purchase, cost_per_unit
        As in `value`; the models without effects. The horizon of each begins on the day they come.
    new_per_unit : float
        New customers per unit of the history.
    until : float
        Units in which they come; may be inf where there is a discount.
    cost_to_win : float
        Money for each, on the day they come.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        Rows "a new customer" and "not yet won": value (money now), low, high. The interval is from the errors of
        the parameters alone; how many will come is taken as known.

    Raises
    ------
    TypeError, ValueError
        As `value`; if the pace is negative, or nothing ends the sum.

    >>> from crmkit.clv import GammaGamma, ParetoNBD
    >>> found = equity_to_win(ParetoNBD(0.55, 10.6, 0.6, 11.7), GammaGamma(6.25, 3.74, 15.45), new_per_unit=20,
    ...                       until=52, margin=0.3, discount_per_unit=0.0027, cost_to_win=8)
    >>> found["value"].round(0).tolist()
    [45.0, 43387.0]
    """
    import pandas as pd

    z = normal_quantile(level)
    door.number("new_per_unit", new_per_unit, low=0)
    door.number("cost_to_win", cost_to_win, low=0)
    if until != np.inf:
        door.number("until", until, low=0)
    elif discount_per_unit == 0:
        raise ValueError("until=inf with discount_per_unit=0 has no finite sum; give a number of units or a discount")
    nobody_yet = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0], "m_x": [0.0]}, index=["a new customer"])
    asked = Asked.of(
        *(nobody_yet, purchases, spend),
        margin=margin,
        discount=discount_per_unit,
        horizon=horizon,
        cost_per_purchase=cost_per_purchase,
        cost_per_unit=cost_per_unit,
        at_once=1.0,
    )
    one = float(asked.told()["value"].iloc[0]) - cost_to_win
    half = z * float(sum(slope[:, 0] @ covariance @ slope[:, 0] for slope, covariance in asked.slopes())) ** 0.5
    force = float(np.log1p(discount_per_unit))
    units = until if force == 0 else -np.expm1(-force * until) / force
    table = pd.DataFrame({"value": one, "low": one - half, "high": one + half}, index=["a new customer", "not yet won"])
    table.loc["not yet won"] *= new_per_unit * units
    return table
