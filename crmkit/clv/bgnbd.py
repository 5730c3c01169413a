"""BG/NBD and MBG/NBD: customers who leave after a purchase, the first one excepted or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from crmkit.clv.beta_geometric import BetaGeometric
from crmkit.clv.beta_geometric_rows import ALPHA, NAMES, TOLD_BY, A, evaluation
from crmkit.clv.fitting import Fit
from crmkit.clv.repeat import fit_repeat

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class BGNBD(BetaGeometric):
    """BG/NBD: repeat purchases of customers who may leave after each of them.

    >>> import pandas as pd
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> someone = pd.DataFrame({"x": [2], "t_x": [30.43], "T": [38.86]})
    >>> round(float(model.expected(someone, horizon=39).iloc[0]), 3)
    1.226
    """


@dataclass(frozen=True)
class MBGNBD(BetaGeometric):
    """MBG/NBD: as the BG/NBD, but the first purchase may already be the last.

    >>> import pandas as pd
    >>> someone = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [30.0]})
    >>> float(MBGNBD(0.5, 6.0, 0.9, 1.6).p_alive(someone).iloc[0]) < 1
    True
    """

    later: ClassVar[int] = 1


def fit_bgnbd(
    history: pd.DataFrame,
    *,
    purchase: Sequence[str] = (),
    dropout: Sequence[str] = (),
    weight: str | None = None,
) -> Fit[BGNBD]:
    """Find the BG/NBD under which the repeat purchases of customers are most likely.

    Parameters
    ----------
    history : DataFrame
        From `history`: x, t_x, T, and the columns of the effects.
    purchase, dropout : sequences of str
        Columns (numbers, or True and False) that multiply the rate of purchase, and the
        odds a / b of leaving after one, by exp(effect).
    weight : str, optional
        Column with the customers that a row stands for, e.g. "customers" of `compress`; 1 unless given.

    Returns
    -------
    Fit
        model (BGNBD), loglik, covariance, converged with its reason, interval(level).

    Raises
    ------
    ValueError
        If the history contradicts itself, holds one customer, or one-time buyers alone.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24,
    equation 6. Effects: Fader & Hardie (2007), Incorporating time-invariant covariates.

    >>> drawn = BGNBD(0.25, 4.4, 0.8, 2.4).draw([39.0] * 2_000, seed=1)
    >>> fit = fit_bgnbd(drawn)
    >>> fit.converged, list(fit.interval().index)
    (True, ['r', 'alpha', 'a', 'b'])
    """
    return _fit(history, BGNBD, purchase, dropout, weight)


def fit_mbgnbd(
    history: pd.DataFrame,
    *,
    purchase: Sequence[str] = (),
    dropout: Sequence[str] = (),
    weight: str | None = None,
) -> Fit[MBGNBD]:
    """Find the MBG/NBD under which the repeat purchases of customers are most likely.

    As `fit_bgnbd`, but one-time buyers may have left with their first purchase.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models
    for customer base analysis, International Journal of Research in Marketing 24.

    >>> fit_mbgnbd(MBGNBD(0.5, 6.0, 0.9, 1.6).draw([39.0] * 2_000, seed=1)).converged
    True
    """
    return _fit(history, MBGNBD, purchase, dropout, weight)


def _fit(
    history: pd.DataFrame, make: Any, purchase: Sequence[str], dropout: Sequence[str], weight: str | None
) -> Fit[Any]:
    return fit_repeat(
        history,
        make,
        partial(evaluation, later=make.later),
        names=NAMES,
        told_by=TOLD_BY,
        dropout_at=(A, 1.0),
        times=(ALPHA,),
        purchase=purchase,
        dropout=dropout,
        weight=weight,
    )
