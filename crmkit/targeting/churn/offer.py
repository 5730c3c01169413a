"""Whom to make an offer to stay: those whom it keeps for more than it costs, not those most likely to leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Offer:
    """Who is made the offer, and what that brings."""

    customers: pd.DataFrame = field(repr=False)  # leaves, leaves_with, gain, low, high (money), offered
    offered: int  # customers made the offer
    gain: float  # money, of the offers made
    low: float  # its interval
    high: float
    gain_of_all: float  # money, if everyone were made it
    level: float  # of the intervals


def retention_offer(
    leaves: pd.Series,
    *,
    effect: ArrayLike,
    error: ArrayLike,
    value: ArrayLike,
    cost: ArrayLike,
    cost_if_stays: ArrayLike = 0.0,
    level: float = 0.95,
) -> Offer:
    """Make the offer where it keeps more money than it costs.

    Who is most likely to leave is often the wrong one to ask: what counts is how much the offer changes, and those who would
    have stayed anyway take the bonus too.

    Parameters
    ----------
    leaves : Series on customer_id
        Chance to leave without the offer, 0..1.
    effect, error : float or array (customers,)
        Change of the log-odds of leaving by the offer (below 0: it keeps), and its standard error, 0 or more; from a
        trial in which the lot decided, by group.
    value : float or array (customers,)
        Money lost with a customer who leaves, 0 or more.
    cost, cost_if_stays : float or array (customers,)
        Money that making the offer costs, and that it costs more if the customer stays (a bonus), 0 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    Offer
        `.customers` on the index of `leaves`. Ends of the intervals are the gains at the ends of the effects; the total takes
        all effects to err together, the worst case. The choice is made by the gain, so a lucky trial promises too much.

    Raises
    ------
    TypeError, ValueError
        If a chance is no share, or an argument is unsound.

    References
    ----------
    Neslin et al. (2006), Defection detection, Journal of Marketing Research 43, equation 1, with the offer's effect a
    customer: Ascarza (2018), Retention futility, Journal of Marketing Research 55.

    >>> import pandas as pd
    >>> seen = pd.Series([0.02, 0.3, 0.3], index=["loyal", "wavering", "lost"])
    >>> found = retention_offer(seen, effect=[-0.8, -0.8, -0.1], error=0.1, value=300, cost=20)
    >>> found.customers["offered"].tolist(), round(found.gain, 1)
    ([False, True, False], 21.6)
    """
    import pandas as pd
    from scipy.special import expit, logit

    if not isinstance(leaves, pd.Series):
        raise TypeError(f"leaves is a {type(leaves).__name__}; expected a Series of chances on customer_id")
    chance = door.numbers("leaves", leaves, low=0)
    if (chance > 1).any():
        raise ValueError(f"leaves holds {chance.max():g}; expected shares from 0 to 1")
    door.aligned(leaves=leaves, effect=effect, error=error, value=value, cost=cost, cost_if_stays=cost_if_stays)
    z, n = normal_quantile(level), len(chance)

    def each(name: str, given: ArrayLike, low: float = 0.0) -> np.ndarray:
        if np.ndim(given) == 0:
            return np.full(n, door.number(name, given, low=low))
        array = door.numbers(name, given, low=low)
        if len(array) != n:
            raise ValueError(f"{name} has {len(array):,} numbers and leaves {n:,}; expected one for all, or one each")
        return array

    middle, spread = each("effect", effect, -np.inf), each("error", error)
    worth, price, bonus = each("value", value), each("cost", cost), each("cost_if_stays", cost_if_stays)
    with np.errstate(divide="ignore"):  # a chance of 0 or 1 stays what it is
        odds = logit(chance)

    def gain(change: np.ndarray) -> np.ndarray:
        after = expit(odds + change)
        return worth * (chance - after) - price - bonus * (1 - after)

    least, best, most = gain(middle + z * spread), gain(middle), gain(middle - z * spread)
    chosen = best > 0
    frame = pd.DataFrame(
        {
            "leaves": chance,
            "leaves_with": expit(odds + middle),
            "gain": best,
            # What a customer kept is worth less than the bonus turns the ends round.
            "low": np.minimum(least, most),
            "high": np.maximum(least, most),
            "offered": chosen,
        },
        index=leaves.index,
    )
    total = frame.loc[chosen, ["gain", "low", "high"]].sum()
    return Offer(frame, int(chosen.sum()), *(float(one) for one in total), float(best.sum()), float(level))
