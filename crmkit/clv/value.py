"""What each customer is worth: purchases to come x what they leave, less what serving costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv.asked import Asked
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.fitting import Fit
    from crmkit.clv.spend import GammaGamma


def value(
    history: pd.DataFrame,
    purchases: Any,
    spend: GammaGamma | Fit[GammaGamma] | pd.Series,
    *,
    margin: float | pd.Series,
    discount_per_unit: float,
    horizon: float = np.inf,
    cost_per_purchase: float | pd.Series = 0.0,
    cost_per_unit: float | pd.Series = 0.0,
    contacts_per_unit: pd.DataFrame | None = None,
    cost_per_channel: pd.Series | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What each customer will bring from today on, in today's money: the lifetime value.

    value = purchases ahead x (margin x spend - cost per purchase) - time ahead x cost per unit.
    What the customer brought before is not in it; nor is the cost of winning them, nor what is
    spent on those who have already left without a word.

    Parameters
    ----------
    history : DataFrame
        From `history`: index customer_id; x, t_x, T, m_x, and the columns of the effects.
    purchases : BGNBD, MBGNBD, ParetoNBD or BGBB, or a Fit of one
        Of repeat purchases, in the unit of the history.
    spend : GammaGamma, or a Fit of it, or Series
        Money a purchase; a Series has it for each customer_id.
    margin : float or Series on customer_id
        Share of the spend that is left when the goods are paid, 0..1.
    discount_per_unit : float
        Per unit of the history: 10 % a year is 1.10 ** (1 / 52.18) - 1 a week.
    horizon : float
        In the unit of the history; without end unless given.
    cost_per_purchase, cost_per_unit : float or Series on customer_id
        Money to serve one purchase, and to serve the customer for one unit of time while they are one.
    contacts_per_unit : DataFrame, customers x channels, optional
        Contacts with each customer in a unit of time, by channel, while they are one.
    cost_per_channel : Series on channel, optional
        Money that one contact costs. Contacts x cost is added to the cost per unit.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        On the index of the history: p_alive (0..1), purchases_ahead (discounted), spend (money a
        purchase), units_ahead (discounted time as a customer), cost (money, discounted), value
        (money), low, high. The interval is that of the expectation, by the delta method: how well
        the parameters of the fits are known, the two fits taken as independent; it has no width
        where declared models are given. What a single customer brings strays much further. The
        interval of the purchases alone: ``purchases.band(lambda m: m.expected(history, horizon=52))``.

    Raises
    ------
    TypeError, ValueError
        If the history, a model, the margin, a cost, the discount or the horizon is unsound, or a
        fit did not converge.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
    Journal of Marketing Research 42, equation 1. Costs by channel: Venkatesan & Kumar (2004), A
    customer lifetime value framework, Journal of Marketing 68, equation 1. Delta method: Cramer (1946), section 28.4.

    >>> import pandas as pd
    >>> from crmkit.clv import GammaGamma, ParetoNBD
    >>> seen = pd.DataFrame({"x": [6, 0], "t_x": [40.0, 0.0], "T": [52.0, 52.0], "m_x": [50.0, 0.0]})
    >>> found = value(seen, ParetoNBD(0.55, 10.6, 0.6, 11.7), GammaGamma(6.25, 3.74, 15.45), margin=0.3,
    ...               discount_per_unit=0.0027)
    >>> found["value"].round(0).tolist()
    [189.0, 4.0]
    """
    z = normal_quantile(level)
    asked = Asked.of(
        *(history, purchases, spend),
        margin=margin,
        discount=discount_per_unit,
        horizon=horizon,
        cost_per_purchase=cost_per_purchase,
        cost_per_unit=cost_per_unit,
        contacts_per_unit=contacts_per_unit,
        cost_per_channel=cost_per_channel,
    )
    found = asked.told()
    error = np.sqrt(sum(np.einsum("kn,kl,ln->n", slope, cov, slope) for slope, cov in asked.slopes()))
    return found.assign(low=found["value"] - z * error, high=found["value"] + z * error)
