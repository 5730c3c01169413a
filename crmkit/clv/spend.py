"""Gamma-gamma: what a customer spends a purchase, learned from a few of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.door import numbers, parameters, refuse
from crmkit.clv.fitting import Evaluation, Fit, maximise
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

NAMES = ("p", "q", "v")
TOLD_BY = {
    "p": "how much the amounts of one customer vary from purchase to purchase",
    "q": "how much customers differ in their mean amounts",
    "v": "how much customers differ in their mean amounts",
}
CHUNK = 65_536


@dataclass(frozen=True)
class GammaGamma:
    """Amounts are gamma distributed about the customer's own mean, and so is one over that mean over customers.

    >>> import pandas as pd
    >>> model = GammaGamma(p=6.25, q=3.74, v=15.45)
    >>> seen = pd.DataFrame({"x": [0, 10], "m_x": [0.0, 100.0]})
    >>> model.expected(seen).round(1).tolist()
    [35.2, 97.3]
    """

    p: float  # shape of the amounts of one customer
    q: float  # shape of the law of customers
    v: float  # its scale, in money

    def __post_init__(self) -> None:
        parameters(p=self.p, q=self.q, v=self.v)

    @property
    def mean(self) -> float:
        """Mean amount of a purchase over customers, p v / (q - 1); infinite where q is 1 or less."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def expected(self, history: pd.DataFrame) -> pd.Series:
        """Mean amount of a purchase of each customer, drawn towards the mean of all where purchases are few.

        Fader & Hardie (2013), The gamma-gamma model of monetary value, equation 5.

        Parameters
        ----------
        history : DataFrame
            x and m_x, as `history` gives them; m_x is of no account where x is 0.

        Raises
        ------
        ValueError
            If m_x is 0 or less where x is above 0, or a mean is infinite (q <= 1 and x = 0).
        """
        import pandas as pd

        x, m_x = _spending(history)
        weight = self.p * x + self.q - 1
        if (weight <= 0).any():
            raise ValueError(
                f"q={self.q:.4g} lets customers without repeat purchases have an infinite mean. "
                "Mend: score only customers with x above 0, or fit on more of them"
            )
        return pd.Series(self.p * (self.v + x * m_x) / weight, index=history.index, name="spend")

    def draw(self, x: ArrayLike, *, seed: int | np.random.Generator) -> pd.DataFrame:
        """Draw what customers with so many repeat purchases spend.

        Parameters
        ----------
        x : array of int
            Repeat purchases of each customer, 0 or more.
        seed : int or Generator
            The same seed gives the same amounts.

        Returns
        -------
        DataFrame
            customer_id from 0: x, m_x (0 where x is 0), mean (the customer's true mean amount).
        """
        import pandas as pd

        rng = np.random.default_rng(seed)
        count = np.atleast_1d(np.asarray(x))
        if (count < 0).any() or (count != np.floor(count)).any():
            raise ValueError(f"x holds {count[(count < 0) | (count != np.floor(count))][0]!r}; expected whole numbers")
        inverse = rng.gamma(self.q, 1.0, len(count)) / self.v
        m_x = rng.gamma(np.maximum(self.p * count, 1e-12)) / inverse / np.maximum(count, 1)
        frame = {"x": count.astype(int), "m_x": np.where(count > 0, m_x, 0.0), "mean": self.p / inverse}
        return pd.DataFrame(frame, index=pd.RangeIndex(len(count), name="customer_id"))


def fit_gamma_gamma(history: pd.DataFrame) -> Fit[GammaGamma]:
    """Find the gamma-gamma model under which the mean amounts of customers are most likely.

    Customers without repeat purchases tell nothing and are left out (`Fit.n` counts the others).
    The model takes amounts and frequency as independent: look at their correlation first.

    Parameters
    ----------
    history : DataFrame
        x and m_x, as `history` gives them.

    Returns
    -------
    Fit
        model (GammaGamma), loglik, covariance, converged with its reason, interval(level).

    Raises
    ------
    ValueError
        If m_x is 0 or less where x is above 0, or fewer than two customers have repeat purchases.

    References
    ----------
    Fader, Hardie & Lee (2005), RFM and CLV; Fader & Hardie (2013), equation 1a.

    >>> drawn = GammaGamma(6.25, 3.74, 15.45).draw([1, 2, 3] * 500, seed=1)
    >>> fit_gamma_gamma(drawn).converged
    True
    """
    x, m_x = _spending(history)
    x, m_x = x[x > 0], m_x[x > 0]
    if len(x) < 2:
        raise ValueError(
            f"history has {len(x)} customers with repeat purchases (x > 0); expected at least 2, better hundreds"
        )
    # In units of the mean amount, so that neither cents nor millions take the search to its limits.
    unit = float((x * m_x).sum() / x.sum())
    m_x = m_x / unit
    total = x * m_x
    log_total = float(np.log(total) @ x)
    constant = -float(np.log(m_x).sum())
    few, times_held = np.unique(x, return_counts=True)
    count = times_held.astype(float)

    def evaluate(theta: np.ndarray) -> Evaluation:
        from scipy.special import digamma, gammaln, polygamma

        p, q, v = np.exp(np.clip(theta, -50, 50))
        k = p * few + q
        value = float(count @ (gammaln(k) - gammaln(p * few)) - count.sum() * gammaln(q)) + constant
        one, two = digamma(k), polygamma(1, k)
        n = count.sum()
        gp = float(count @ (few * (one - digamma(p * few)))) + log_total
        gq = float(count @ one) - n * digamma(q)
        gv = 0.0
        hpp = float(count @ (few**2 * (two - polygamma(1, p * few))))
        hpq, hqq = float(count @ (few * two)), float(count @ two) - n * polygamma(1, q)
        hpv = hqv = hvv = 0.0
        value += p * log_total
        for start in range(0, len(x), CHUNK):
            cut = slice(start, start + CHUNK)
            times, sum_ = x[cut], total[cut]
            rest = v / (sum_ + v)  # 1 - share of the customer's own money
            # q ln v - (p x + q) ln(x m + v) = -p x ln(x m + v) + q ln(v / (x m + v))
            log_sum, log_rest = np.log(sum_ + v), np.log(rest)
            by_x, by_one = float(times @ log_sum), float(log_rest.sum())
            value += -p * by_x + q * by_one
            gp -= by_x
            gq += by_one
            own = p * times + q
            gv += float((q - own * rest).sum())
            hpv -= float(times @ rest)
            hqv += float((1 - rest).sum())
            hvv -= float((own * rest) @ (1 - rest))
        # So far by p, q and ln v; now all by logarithms.
        gradient = np.array([p * gp, q * gq, gv])
        hessian = np.array(
            [
                [p * gp + p * p * hpp, p * q * hpq, p * hpv],
                [p * q * hpq, q * gq + q * q * hqq, q * hqv],
                [p * hpv, q * hqv, hvv],
            ]
        )
        return value, gradient, hessian

    def rebuild(values: np.ndarray) -> GammaGamma:
        return GammaGamma(*(float(one) for one in values))

    start = np.log([2.0, 2.0, max(float(total.sum() / x.sum()), 1e-6) / 2.0])
    fit = maximise(
        evaluate,
        start,
        names=NAMES,
        positive=np.ones(3, dtype=bool),
        rebuild=rebuild,
        n=len(x),
        told_by=TOLD_BY,
    )
    back = np.array([1.0, 1.0, unit])  # v is money
    return replace(
        fit,
        model=rebuild(fit.values * back),
        values=fit.values * back,
        covariance=fit.covariance * np.outer(back, back),
        loglik=fit.loglik - len(x) * float(np.log(unit)),
    )


def _spending(history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    require(history, ["x", "m_x"], name="history")
    if not len(history):
        raise ValueError("history has 0 rows; expected one row a customer")
    numbers(history, "x")
    numbers(history, "m_x")
    x, m_x = history["x"].to_numpy(dtype=float), history["m_x"].to_numpy(dtype=float)
    refuse(history, (x < 0) | (x != np.floor(x)), "x", "whole numbers of 0 or more (repeat purchases)")
    refuse(history, (x > 0) & (m_x <= 0), "m_x", "above 0 where x is above 0: the mean amount of a repeat purchase")
    return x, m_x
