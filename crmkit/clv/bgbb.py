"""BG/BB: customers who may buy at given opportunities, once at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.ahead import force_of
from crmkit.clv.distinct import Distinct, distinct
from crmkit.clv.door import horizon_is_sound, parameters, sound, tells_something
from crmkit.clv.drawn import observed_for
from crmkit.clv.fitting import BUYING, LEAVING, Evaluation, Fit, maximise

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

NAMES = ("alpha", "beta", "gamma", "delta")
TOLD_BY = {"alpha": BUYING, "beta": BUYING, "gamma": LEAVING, "delta": LEAVING}
FORGOTTEN = 30.0  # discounted by exp(-30) = 1e-13, nothing is left
LONGEST = 10_000_000  # opportunities to add up


@dataclass(frozen=True)
class BGBB:
    """BG/BB: while a customer, a purchase at each opportunity by an own chance; leaving by another.

    The history counts opportunities: T of them, x purchases, the last at t_x.
    Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual
    setting, Marketing Science 29.

    >>> import pandas as pd
    >>> model = BGBB(1.204, 0.750, 0.657, 2.783)
    >>> donor = pd.DataFrame({"x": [6, 0], "t_x": [6, 0], "T": [6, 6]})
    >>> model.expected(donor, horizon=5).round(2).tolist()
    [3.75, 0.07]
    """

    alpha: float  # beta law of the chance to buy at an opportunity: mean alpha / (alpha + beta)
    beta: float
    gamma: float  # beta law of the chance to leave before an opportunity
    delta: float

    def __post_init__(self) -> None:
        parameters(alpha=self.alpha, beta=self.beta, gamma=self.gamma, delta=self.delta)

    def p_alive(self, history: pd.DataFrame) -> pd.Series:
        """Chance that each customer was still one at the last opportunity, 0..1.

        Raises
        ------
        ValueError
            If the history contradicts itself; the customer is named.
        """
        import pandas as pd

        sound(history, discrete=True)
        rows = distinct(history)
        terms, _ = _terms(rows, (self.alpha, self.beta, self.gamma, self.delta))
        top = terms.max(axis=1)
        part = np.exp(terms - top[:, None])
        return pd.Series(rows.spread(part[:, 0] / part.sum(axis=1)), index=history.index, name="p_alive")

    def expected(self, history: pd.DataFrame, *, horizon: int) -> pd.Series:
        """Mean purchases of each customer at the next `horizon` opportunities.

        Fader, Hardie & Shang (2010), equation 13, as a sum.
        """
        horizon_is_sound(horizon)
        return self._ahead(history, horizon, 0.0).rename("expected")

    def discounted(self, history: pd.DataFrame, *, discount: float, horizon: float = np.inf) -> pd.Series:
        """Discounted expected residual transactions (DERT) of each customer.

        Equation 14 of the paper, where the next opportunity already counts 1 / (1 + discount).

        Parameters
        ----------
        history : DataFrame
            x, t_x, T.
        discount : float
            Per opportunity, above 0 unless a horizon is given.
        horizon : float
            Opportunities; without end unless given.
        """
        force = force_of(discount, horizon, unit="opportunity")
        return self._ahead(history, horizon, force).rename("discounted")

    def _ahead(self, history: pd.DataFrame, horizon: float, force: float) -> pd.Series:
        from scipy.special import betaln

        alive = self.p_alive(history)
        rows = distinct(history, ["x", "T"])
        k = np.arange(1, int(min(horizon, FORGOTTEN / force + 1 if force > 0 else horizon, LONGEST)) + 1, dtype=float)
        T, back = np.unique(rows["T"], return_inverse=True)
        stays = np.array([np.exp(betaln(self.gamma, self.delta + t + k) - force * k).sum() for t in T])
        stays = stays / np.exp(betaln(self.gamma, self.delta + T))
        buys = (self.alpha + rows["x"]) / (self.alpha + self.beta + rows["T"])
        return alive * rows.spread(buys * stays[back])

    def draw(self, observed: ArrayLike, *, seed: int | np.random.Generator, ahead: int = 0) -> pd.DataFrame:
        """Draw customers who keep the model.

        Parameters
        ----------
        observed : array of int
            Opportunities of each customer.
        seed : int or Generator
            The same seed gives the same customers.
        ahead : int
            Opportunities after the observation in which purchases are counted too.

        Returns
        -------
        DataFrame
            customer_id from 0: x, t_x, T, alive (at the last opportunity), x_ahead.
        """
        rng = np.random.default_rng(seed)
        frame = observed_for(observed, ())
        T = frame["T"].to_numpy(dtype=float)
        if (T != np.floor(T)).any():
            raise ValueError(f"observed holds {T[T != np.floor(T)][0]!r}; expected whole numbers of opportunities")
        buy = rng.beta(self.alpha, self.beta, len(T))
        leave = np.clip(rng.beta(self.gamma, self.delta, len(T)), 1e-300, 1 - 1e-16)
        lasted = np.floor(np.log(rng.random(len(T))) / np.log1p(-leave))
        x, t_x, later = (np.zeros(len(T), dtype=int) for _ in range(3))
        for at in range(1, int(T.max(initial=0)) + ahead + 1):
            bought = (rng.random(len(T)) < buy) & (lasted >= at)
            now = bought & (at <= T)
            x += now
            t_x[now] = at
            later += bought & (at > T) & (at <= T + ahead)
        frame = frame.astype({"T": int})
        frame.insert(0, "x", x)
        frame.insert(1, "t_x", t_x)
        return frame.assign(alive=lasted >= T, x_ahead=later)


def fit_bgbb(history: pd.DataFrame) -> Fit[BGBB]:
    """Find the BG/BB under which the purchases of customers are most likely.

    Parameters
    ----------
    history : DataFrame
        x (purchases), t_x (the opportunity of the last one, 0 if none), T (opportunities).

    Returns
    -------
    Fit
        model (BGBB), loglik, covariance, converged with its reason, interval(level).

    Raises
    ------
    ValueError
        If the history contradicts itself, holds one customer, or nobody bought.

    References
    ----------
    Fader, Hardie & Shang (2010), equation 6.

    >>> drawn = BGBB(1.2, 0.75, 0.66, 2.78).draw([6] * 3_000, seed=1)
    >>> fit_bgbb(drawn).converged
    True
    """
    sound(history, discrete=True)
    tells_something(history)
    rows = distinct(history)

    def evaluate(theta: np.ndarray) -> Evaluation:
        return _evaluation(rows, np.exp(np.clip(theta, -50, 50)))

    return maximise(
        evaluate,
        np.zeros(4),
        names=NAMES,
        positive=np.ones(4, dtype=bool),
        rebuild=lambda values: BGBB(*(float(one) for one in values)),
        n=len(history),
        told_by=TOLD_BY,
    )


def _terms(rows: Distinct, values: tuple[float, ...] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the ways to the history, -inf where there is none: alive first, then left after t_x, t_x + 1, …"""
    from scipy.special import betaln

    alpha, beta, gamma, delta = values
    x, t_x, T = (rows[name][:, None] for name in ("x", "t_x", "T"))
    last = t_x + np.arange(int((T - t_x).max()) + 1)[None, :]  # the last opportunity as a customer
    last = np.concatenate([T, last[:, :-1]], axis=1) if last.shape[1] > 1 else T
    gone = np.zeros(last.shape)
    gone[:, 1:] = 1.0
    possible = (gone == 0) | (last < T)
    last = np.minimum(last, T)
    terms = betaln(alpha + x, beta + last - x) - betaln(alpha, beta)
    terms = terms + betaln(gamma + gone, delta + last) - betaln(gamma, delta)
    return np.where(possible, terms, -np.inf), last


def _evaluation(rows: Distinct, values: np.ndarray) -> Evaluation:
    """Log-likelihood, gradient and Hessian by the logarithms: a mixture of products of beta functions."""
    from scipy.special import digamma, polygamma

    alpha, beta, gamma, delta = values
    terms, last = _terms(rows, values)
    gone = (np.arange(terms.shape[1]) > 0).astype(float)[None, :]
    x = rows["x"][:, None]
    top = terms.max(axis=1, keepdims=True)
    part = np.exp(terms - top)
    total = part.sum(axis=1, keepdims=True)
    share = part / total
    value = float(rows.count @ (top + np.log(total))[:, 0])

    def slopes(p: float, q: float, u: np.ndarray, w: np.ndarray) -> tuple:
        """Of ln B(p + u, q + w) - ln B(p, q) by ln p and ln q: two first, three second derivatives."""
        both, twice = digamma(p + q + u + w) - digamma(p + q), polygamma(1, p + q + u + w) - polygamma(1, p + q)
        one, two = p * (digamma(p + u) - digamma(p) - both), q * (digamma(q + w) - digamma(q) - both)
        pp = one + p * p * (polygamma(1, p + u) - polygamma(1, p) - twice)
        qq = two + q * q * (polygamma(1, q + w) - polygamma(1, q) - twice)
        return one, two, pp, -p * q * twice, qq

    a = slopes(alpha, beta, x, last - x)
    g = slopes(gamma, delta, gone, last)
    first = [np.broadcast_to(one, terms.shape) for one in (a[0], a[1], g[0], g[1])]
    second = {(0, 0): a[2], (0, 1): a[3], (1, 1): a[4], (2, 2): g[2], (2, 3): g[3], (3, 3): g[4]}
    mean = [(share * one).sum(axis=1) for one in first]
    gradient = np.array([rows.count @ one for one in mean])
    hessian = np.zeros((4, 4))
    for i in range(4):
        for j in range(i, 4):
            inner = (share * (first[i] * first[j] + second.get((i, j), 0.0))).sum(axis=1) - mean[i] * mean[j]
            hessian[i, j] = hessian[j, i] = rows.count @ inner
    return value, gradient, hessian
