"""Whose contract is worth a reminder before it falls due?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.clv.contract import ShiftedBetaGeometric

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.fitting import Fit


def reminders(
    terms: pd.Series,
    fit: Fit[ShiftedBetaGeometric],
    *,
    margin: float,
    saves: float,
    cost: float,
    discount: float = 0.0,
    horizon: float = np.inf,
    level: float = 0.95,
) -> pd.DataFrame:
    """Money that a reminder before the next renewal brings, for each contract.

    A contract that only a reminder saves is no average contract: it was about to go, so it is likely to go at the next
    renewal. Its own chance to leave stays what it is.

    Parameters
    ----------
    terms : Series on contract
        Renewals so far, 0 or more.
    fit : Fit
        From `fit_sbg`.
    margin : float
        Money that a renewed term brings, paid at its beginning; 0 or more.
    saves : float
        Share of those who would not renew that a reminder moves to renew, 0..1; only a trial can tell it.
    cost : float
        Of a reminder, 0 or more.
    discount, horizon : float
        Per term; terms to look at, the one saved included, 1 or more. One of them must end the sum.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        On the index of `terms`: leaves (chance not to renew), worth (money of a contract saved), worth_of_renewed (the same
        of one that renews by itself), gain, low, high (money a reminder; the interval is of the model's parameters, `saves`
        taken as known), break_even (least share saved that pays; above 1: none does).

    Raises
    ------
    TypeError, ValueError
        If terms are not whole, an argument is unsound, or the fit did not converge.

    References
    ----------
    Fader & Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29. Given t renewals and then
    none, the chance to leave follows Beta(alpha + 1, beta + t); given t + 1 renewals, Beta(alpha, beta + t + 1).

    >>> import pandas as pd
    >>> from crmkit.clv import fit_sbg
    >>> fit = fit_sbg(pd.Series([1000, 631, 468, 382, 326, 289, 262, 241]))
    >>> found = reminders(pd.Series([0, 5]), fit, margin=50.0, saves=0.1, cost=3.0, discount=0.1)
    >>> (found["worth"] < found["worth_of_renewed"]).tolist(), (found["gain"] > 0).tolist()
    ([True, True], [True, False])
    """
    import pandas as pd

    if not isinstance(terms, pd.Series):
        raise TypeError(f"terms is a {type(terms).__name__}; expected a Series of renewals so far, on contract")
    so_far = door.numbers("terms", terms, low=0)
    money, price = door.number("margin", margin, low=0), door.number("cost", cost, low=0)
    moved = door.share("saves", saves)
    if not horizon >= 1:
        raise ValueError(f"horizon={horizon!r} must be 1 term or more: the one that a reminder saves")
    ahead = {"discount": discount, "horizon": horizon - 1}
    many, back = np.unique(so_far, return_inverse=True)

    def leaves(model: ShiftedBetaGeometric) -> np.ndarray:
        return 1 - model.retention(many + 1)

    def worth(alpha: float, beta: float, seen: tuple[int, int]) -> np.ndarray:
        """Money of a contract now renewed, after t renewals and then `seen` (left, renewed)."""
        kinds = [ShiftedBetaGeometric(alpha + seen[0], beta + t + seen[1]) for t in many]
        return money * np.array([1 + float(kind.renewals_ahead([0], **ahead)[0]) for kind in kinds])

    def brings(model: ShiftedBetaGeometric) -> np.ndarray:
        return moved * leaves(model) * worth(model.alpha, model.beta, (1, 0))

    known = fit.band(brings, level=level)
    saved = worth(fit.model.alpha, fit.model.beta, (1, 0))
    at_stake = leaves(fit.model) * saved
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(price > 0, price / at_stake, 0.0)
    by_terms = {
        "leaves": leaves(fit.model),
        "worth": saved,
        "worth_of_renewed": worth(fit.model.alpha, fit.model.beta, (0, 1)),
        "gain": known["estimate"].to_numpy() - price,
        "low": known["low"].to_numpy() - price,
        "high": known["high"].to_numpy() - price,
        "break_even": least,
    }
    return pd.DataFrame({name: values[back] for name, values in by_terms.items()}, index=terms.index)
