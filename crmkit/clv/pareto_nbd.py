"""Pareto/NBD: customers who leave at any time, unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv import ahead as to_come
from crmkit.clv.distinct import Distinct
from crmkit.clv.door import horizon_is_sound, parameters
from crmkit.clv.drawn import observed_for
from crmkit.clv.effects import DROPOUT, PURCHASE, Effect, columns, factor
from crmkit.clv.fitting import Fit
from crmkit.clv.pareto_rows import ALPHA, BETA, NAMES, TOLD_BY, evaluation, log_odds_dead
from crmkit.clv.repeat import fit_repeat
from crmkit.clv.repeat_model import RepeatModel

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ParetoNBD(RepeatModel):
    """Pareto/NBD: repeat purchases of customers who may leave at any moment.

    >>> import pandas as pd
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    >>> someone = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [38.86]})
    >>> bool(0 < model.p_alive(someone).iloc[0] < 1)
    True
    """

    r: float  # shape of the rate of purchase
    alpha: float  # its rate: the mean is r / alpha purchases a unit
    s: float  # shape of the hazard of leaving
    beta: float  # its rate: the mean is s / beta a unit
    effects: tuple[Effect, ...] = ()  # on r / alpha and on s / beta

    def __post_init__(self) -> None:
        parameters(r=self.r, alpha=self.alpha, s=self.s, beta=self.beta)

    def chances(self, horizon: float, *, most: int) -> pd.Series:
        """Chance that a new customer makes 0, 1, … `most` repeat purchases within `horizon`.

        Without effects only. The negative binomial chances of those who stay to the end, and
        of those who leave before, integrated over the time of leaving.
        """
        import pandas as pd
        from scipy.stats import nbinom

        horizon_is_sound(horizon)
        self._one_law_for_all()
        x = np.arange(most + 1)
        u, weight = to_come.nodes(min(self.alpha, self.beta), horizon) if horizon else (np.zeros(1), np.zeros(1))
        leaves = self.s / (self.beta + u) * (self.beta / (self.beta + u)) ** self.s * weight
        gone = nbinom.pmf(x[:, None], self.r, self.alpha / (self.alpha + u)) @ leaves
        stays = (self.beta / (self.beta + horizon)) ** self.s
        chance = gone + stays * nbinom.pmf(x, self.r, self.alpha / (self.alpha + horizon))
        return pd.Series(chance, index=pd.Index(x, name="x"), name="chance")

    def intensity(self, age: np.ndarray, *, purchases: int = 1) -> np.ndarray:
        """Density of a repeat purchase of a new customer at each age; with purchases=2 of one there and one before.

        E[rate^n exp(-hazard age)], n being the purchases. Without effects only; in purchases a unit.
        """
        from scipy.special import poch

        self._one_law_for_all()
        stays = (1 + np.asarray(age, dtype=float) / self.beta) ** -self.s
        return poch(self.r, purchases) / self.alpha**purchases * stays

    def draw(
        self, observed: ArrayLike | pd.DataFrame, *, seed: int | np.random.Generator, ahead: float = 0.0
    ) -> pd.DataFrame:
        """Draw customers who keep the model.

        Parameters
        ----------
        observed : array or DataFrame
            T of each customer, the time since the first purchase; with effects a frame with T and their columns.
        seed : int or Generator
            The same seed gives the same customers.
        ahead : float
            Units after the observation in which purchases are counted too.

        Returns
        -------
        DataFrame
            customer_id from 0: x, t_x, T, alive (at T), x_ahead, and the columns of the effects.
        """
        rng = np.random.default_rng(seed)
        frame = observed_for(observed, columns(self.effects))
        T = frame["T"].to_numpy(dtype=float)
        r, alpha, s, beta = self._of(frame)
        rate = rng.gamma(r, 1.0, len(T)) / alpha
        hazard = np.maximum(rng.gamma(s, 1.0, len(T)) / beta, 1e-300)
        leaves = rng.exponential(1.0, len(T)) / hazard
        stay = np.minimum(leaves, T)
        x = rng.poisson(rate * stay)
        # The largest of x even times in 0..stay.
        last = stay * rng.random(len(T)) ** (1 / np.maximum(x, 1))
        x_ahead = rng.poisson(rate * np.clip(np.minimum(leaves, T + ahead) - T, 0, None))
        frame.insert(0, "x", x)
        frame.insert(1, "t_x", np.where(x > 0, last, 0.0))
        return frame.assign(alive=leaves > T, x_ahead=x_ahead)

    def _of(self, rows: Any) -> tuple[Any, Any, Any, Any]:
        """The parameters of rows: effects speed up buying (less alpha) and leaving (less beta)."""
        return (
            self.r,
            self.alpha / factor(self.effects, PURCHASE, rows),
            self.s,
            self.beta / factor(self.effects, DROPOUT, rows),
        )

    def _log_odds_dead(self, rows: Distinct) -> np.ndarray:
        return log_odds_dead(rows["x"], rows["t_x"], rows["T"], self._of(rows))

    def _while_alive(self, rows: Distinct, horizon: float, force: float) -> np.ndarray:
        r, alpha, s, beta = self._of(rows)
        pace = (r + rows["x"]) / (alpha + rows["T"])
        end = np.broadcast_to(beta + rows["T"], len(rows))
        if force == 0 and np.isfinite(horizon):
            log = np.log1p(horizon / end)
            return pace * end * (log if s == 1 else -np.expm1(-(s - 1) * log) / (s - 1))
        stays = to_come.integral(lambda u, at: (1 + u / end[at]) ** -s, len(rows), float(end.min()), horizon, force)
        return pace * stays


def fit_pareto_nbd(
    history: pd.DataFrame,
    *,
    purchase: Sequence[str] = (),
    dropout: Sequence[str] = (),
    weight: str | None = None,
) -> Fit[ParetoNBD]:
    """Find the Pareto/NBD under which the repeat purchases of customers are most likely.

    Parameters
    ----------
    history : DataFrame
        From `history`: x, t_x, T, and the columns of the effects.
    purchase, dropout : sequences of str
        Columns (numbers, or True and False) that multiply the rate of purchase, and the
        hazard of leaving, by exp(effect).
    weight : str, optional
        Column with the customers that a row stands for, e.g. "customers" of `compress`; 1 unless given.

    Returns
    -------
    Fit
        model (ParetoNBD), loglik, covariance, converged with its reason, interval(level).

    Raises
    ------
    ValueError
        If the history contradicts itself, holds one customer, or one-time buyers alone.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), Counting your customers, Management Science 33.
    Effects: Fader & Hardie (2007), Incorporating time-invariant covariates.

    >>> drawn = ParetoNBD(0.55, 10.6, 0.6, 11.7).draw([39.0] * 2_000, seed=1)
    >>> fit_pareto_nbd(drawn).converged
    True
    """
    return fit_repeat(
        history,
        ParetoNBD,
        evaluation,
        names=NAMES,
        told_by=TOLD_BY,
        dropout_at=(BETA, -1.0),
        times=(ALPHA, BETA),
        purchase=purchase,
        dropout=dropout,
        weight=weight,
    )
