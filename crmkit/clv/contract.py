"""Contracts that are renewed or not: shifted beta-geometric and its Weibull variant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv.ahead import force_of
from crmkit.clv.contract_rows import counts, evaluation, log_survival, still_to_come, whole_terms
from crmkit.clv.door import parameters
from crmkit.clv.fitting import Evaluation, Fit, maximise

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

TOLD_BY = {
    "alpha": "whether customers differ in their chance to leave: losses at two renewals or more",
    "beta": "whether customers differ in their chance to leave: losses at two renewals or more",
    "c": "whether the own chance to leave changes with time: losses at three renewals or more",
}


@dataclass(frozen=True)
class BetaDiscreteWeibull:
    """Contracts whose owners differ in their chance to leave, and whose chance changes with time.

    S(t) = B(alpha, beta + t ** c) / B(alpha, beta): Fader, Hardie, Liu, Davin & Steenburgh
    (2018), "How to project customer retention" revisited, Journal of Interactive Marketing 43.

    >>> BetaDiscreteWeibull(0.7, 1.2, 1.0).survival([1]) == ShiftedBetaGeometric(0.7, 1.2).survival([1])
    array([ True])
    """

    alpha: float  # beta law of the chance to leave at the first renewal: mean alpha / (alpha + beta)
    beta: float
    c: float  # above 1: the own chance to leave rises with time; below 1: it falls

    def __post_init__(self) -> None:
        parameters(alpha=self.alpha, beta=self.beta, c=self.c)

    def survival(self, terms: ArrayLike) -> np.ndarray:
        """Share of contracts still there after so many renewals, 0..1."""
        return np.exp(log_survival(whole_terms(terms), self.alpha, self.beta, self.c))

    def retention(self, terms: ArrayLike) -> np.ndarray:
        """Share renewed at each renewal (1, 2, …) of those that came to it, 0..1."""
        at = whole_terms(terms)
        if (at < 1).any():
            raise ValueError(f"terms holds {at.min():g}; the first renewal is 1")
        later, before = (log_survival(t, self.alpha, self.beta, self.c) for t in (at, at - 1))
        return np.exp(later - before)

    def renewals_ahead(self, terms: ArrayLike, *, horizon: float = np.inf, discount: float = 0.0) -> np.ndarray:
        """Mean renewals to come of contracts renewed `terms` times so far, discounted.

        Fader & Hardie (2010), Customer-base valuation in a contractual setting, Marketing
        Science 29: the sum over k = 1, 2, … of S(terms + k) / S(terms) / (1 + discount) ** k.

        Parameters
        ----------
        terms : array of int
            Renewals so far, 0 or more.
        horizon : float
            Renewals to look at; without end unless given.
        discount : float
            Per term, 0 or more.

        Raises
        ------
        ValueError
            If the discount is negative, or nothing ends the sum: without discount and horizon it is
            finite only where alpha * c is above 1.
        """
        at = whole_terms(terms)
        ends = horizon == np.inf and self.alpha * self.c > 1  # survival falls faster than 1 / t
        force = force_of(discount, 0.0 if ends else horizon, unit="term")
        many, back = np.unique(at, return_inverse=True)
        return still_to_come(many, self.alpha, self.beta, self.c, horizon=horizon, force=force)[back]

    def lifetime(self, *, discount: float = 0.0, horizon: float = np.inf) -> float:
        """Discounted expected lifetime (DEL) of a new contract, in terms paid at their beginning.

        The sum over t = 0, 1, … of S(t) / (1 + discount) ** t: the first term counts in full.
        A customer is worth this times the margin of a term. Fader & Hardie (2010).

        >>> round(ShiftedBetaGeometric(1e6, 4e6).lifetime(discount=0.1), 3)  # one chance for all: 1.1 / (1.1 - 0.8)
        3.667
        """
        return 1.0 + float(self.renewals_ahead([0], horizon=horizon, discount=discount)[0])

    def residual(self, terms: ArrayLike, *, discount: float = 0.0, horizon: float = np.inf) -> np.ndarray:
        """Discounted expected residual lifetime (DERL), in terms, just before the next renewal falls due.

        As `renewals_ahead`, but the next renewal counts in full if it comes. In Fader & Hardie (2010)
        such a contract has been active for n = terms + 1 terms.

        Parameters
        ----------
        terms : array of int
            Renewals so far, 0 or more.
        discount, horizon : float
            As in `renewals_ahead`.
        """
        return (1.0 + discount) * self.renewals_ahead(terms, horizon=horizon, discount=discount)

    def draw(self, observed: ArrayLike, *, seed: int | np.random.Generator) -> pd.DataFrame:
        """Draw contracts that keep the model.

        Parameters
        ----------
        observed : array of int
            Renewals that fell due for each contract within the observation.
        seed : int or Generator
            The same seed gives the same contracts.

        Returns
        -------
        DataFrame
            customer_id from 0: terms (the renewal at which it left, or all that fell due), left.
        """
        import pandas as pd

        rng = np.random.default_rng(seed)
        due = np.atleast_1d(whole_terms(observed))
        leave = np.clip(rng.beta(self.alpha, self.beta, len(due)), 1e-300, 1 - 1e-16)
        # The t-th renewal is survived with chance (1 - leave) ** (t ** c).
        lasted = (np.log(rng.random(len(due))) / np.log1p(-leave)) ** (1 / self.c)
        at = np.floor(lasted) + 1
        frame = {"terms": np.minimum(at, due).astype(int), "left": at <= due}
        return pd.DataFrame(frame, index=pd.RangeIndex(len(due), name="customer_id"))


@dataclass(frozen=True)
class ShiftedBetaGeometric(BetaDiscreteWeibull):
    """Contracts whose owners differ in their chance to leave, each keeping his own.

    Retention rises with the age of a cohort because those likely to leave go first.
    Fader & Hardie (2007), How to project customer retention.

    >>> ShiftedBetaGeometric(0.668, 3.806).survival([1, 2]).round(3).tolist()
    [0.851, 0.747]
    """

    c: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.c != 1:
            raise ValueError(f"c={self.c!r} must be 1; with another it is a BetaDiscreteWeibull")


def fit_sbg(contracts: pd.DataFrame | pd.Series) -> Fit[ShiftedBetaGeometric]:
    """Find the shifted beta-geometric model under which the losses of contracts are most likely.

    Parameters
    ----------
    contracts : DataFrame or Series
        One row a contract: terms (the renewal at which it left, or the last it survived) and
        left (True or False); a column count where a row stands for several; `contract_terms` makes
        it from dates. Or the contracts still there after 0, 1, 2, … renewals: a Series, or a frame
        with a column a cohort, where younger cohorts end in missing values.

    Returns
    -------
    Fit
        model (ShiftedBetaGeometric), loglik, covariance, converged with its reason, interval(level).

    Raises
    ------
    ValueError
        If the table contradicts itself, nobody left, or nobody stayed.

    References
    ----------
    Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21.

    >>> import pandas as pd
    >>> regular = pd.Series([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> fit = fit_sbg(regular)
    >>> round(fit.model.alpha, 3), round(fit.model.beta, 3)
    (0.704, 1.182)
    """
    return _fit(contracts, weibull=False)


def fit_bdw(contracts: pd.DataFrame | pd.Series) -> Fit[BetaDiscreteWeibull]:
    """Find the beta discrete Weibull model under which the losses of contracts are most likely.

    As `fit_sbg`, with one parameter more: does the own chance to leave change with time?

    >>> import pandas as pd
    >>> fit_bdw(pd.Series([1000, 631, 468, 382, 326, 289, 262, 241])).converged
    True
    """
    return _fit(contracts, weibull=True)


def _fit(contracts: pd.DataFrame | pd.Series, *, weibull: bool) -> Fit[Any]:
    t, lost, kept = counts(contracts)
    names = ("alpha", "beta", "c") if weibull else ("alpha", "beta")

    def evaluate(theta: np.ndarray) -> Evaluation:
        values = np.exp(np.clip(theta, -50, 50))
        value, gradient, hessian = evaluation(t, lost, kept, *values[:2], values[2] if weibull else 1.0)
        m = len(names)
        return value, gradient[:m], hessian[:m, :m]

    def rebuild(values: np.ndarray) -> BetaDiscreteWeibull:
        alpha, beta, *c = (float(one) for one in values)
        return BetaDiscreteWeibull(alpha, beta, *c) if weibull else ShiftedBetaGeometric(alpha, beta)

    # At first everyone has the mean chance, with as much spread as an even law.
    mean = lost.sum() / (lost @ t + kept @ t)
    return maximise(
        evaluate,
        np.log([1.0, max(1 / mean - 1, 0.1), *([1.0] if weibull else [])]),
        names=names,
        positive=np.ones(len(names), dtype=bool),
        rebuild=rebuild,
        n=int(lost.sum() + kept.sum()),
        told_by=TOLD_BY,
    )
