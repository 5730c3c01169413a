"""What BG/NBD and MBG/NBD expect and draw: customers who leave after a purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from crmkit.clv import ahead
from crmkit.clv.beta_geometric_rows import log_odds_dead
from crmkit.clv.distinct import Distinct
from crmkit.clv.door import horizon_is_sound, parameters
from crmkit.clv.drawn import observed_for, purchases_until
from crmkit.clv.effects import DROPOUT, PURCHASE, Effect, columns, factor
from crmkit.clv.repeat_model import RepeatModel

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

NEAR = 1e-3  # about a = 1 and a + b = 1 the closed form takes a difference of what is almost equal


@dataclass(frozen=True)
class BetaGeometric(RepeatModel):
    """Purchases at a gamma distributed rate, leaving after one by a beta distributed chance."""

    r: float  # shape of the rate of purchase
    alpha: float  # its rate: the mean is r / alpha purchases a unit
    a: float  # beta law of the chance to leave after a purchase: mean a / (a + b)
    b: float
    effects: tuple[Effect, ...] = ()  # on r / alpha, and on the odds a / b of leaving

    later: ClassVar[int] = 0  # 1 where the first purchase may be the last

    def __post_init__(self) -> None:
        parameters(r=self.r, alpha=self.alpha, a=self.a, b=self.b)

    def chances(self, horizon: float, *, most: int) -> pd.Series:
        """Chance that a new customer makes 0, 1, … `most` repeat purchases within `horizon`.

        Fader, Hardie & Lee (2005), equation 8. Without effects only.
        """
        import pandas as pd
        from scipy.special import betaln
        from scipy.stats import nbinom

        horizon_is_sound(horizon)
        self._one_law_for_all()
        x = np.arange(most + 1)
        j = x + self.later
        made = nbinom(self.r, self.alpha / (self.alpha + horizon))
        base = betaln(self.a, self.b)
        alive = np.exp(betaln(self.a, self.b + j) - base) * made.pmf(x)
        gone = np.exp(betaln(self.a + 1, np.maximum(self.b + j - 1, 1e-300)) - base) * made.sf(x - 1)
        return pd.Series(alive + np.where(j > 0, gone, 0.0), index=pd.Index(x, name="x"), name="chance")

    def intensity(self, age: np.ndarray, *, purchases: int = 1) -> np.ndarray:
        """Density of a repeat purchase of a new customer at each age; with purchases=2 of one there and one before.

        E[rate^n (1 - p)^(n - 1) exp(-rate p age)], n being the purchases, for who leaves after a purchase
        with chance p. Without effects only; in purchases a unit.
        """
        from scipy.special import betaln, hyp2f1, poch

        self._one_law_for_all()
        stays = self.later + purchases - 1
        c, w = self.a + self.b + stays, np.asarray(age, dtype=float) / self.alpha
        share = np.exp(betaln(self.a, self.b + stays) - betaln(self.a, self.b))
        # Pfaff's transformation, as in `_while_alive`.
        series = hyp2f1(c - self.r - purchases, self.a, c, w / (1 + w)) * (1 + w) ** -self.a
        return share * poch(self.r, purchases) / self.alpha**purchases * series

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
        r, alpha, a, b = self._of(frame)
        rate = rng.gamma(r, 1.0, len(T)) / alpha
        leave = np.maximum(rng.beta(np.broadcast_to(a, len(T)), np.broadcast_to(b, len(T))), 1e-300)
        # The purchase after which the customer leaves: 1, 2, … in the BG/NBD, 0, 1, … in the MBG/NBD.
        with np.errstate(divide="ignore", over="ignore"):
            last = np.floor(np.log(rng.random(len(T))) / np.log1p(-leave)) + 1 - self.later
        made = rng.poisson(rate * T)
        x = np.minimum(made, last)
        alive = made < last
        frame.insert(0, "x", x.astype(int))
        frame.insert(1, "t_x", purchases_until(x, made, T, rng))
        later = np.minimum(rng.poisson(rate * ahead), np.minimum(last - x, 2**62))
        return frame.assign(alive=alive, x_ahead=np.where(alive, later, 0).astype(int))

    def _of(self, rows: Any) -> tuple[Any, Any, Any, Any]:
        """The parameters of rows: effects speed up buying (less alpha) and the odds of leaving (more a)."""
        return (
            self.r,
            self.alpha / factor(self.effects, PURCHASE, rows),
            self.a * factor(self.effects, DROPOUT, rows),
            self.b,
        )

    def _log_odds_dead(self, rows: Distinct) -> np.ndarray:
        return log_odds_dead(rows["x"], rows["t_x"], rows["T"], self._of(rows), self.later)

    def _while_alive(self, rows: Distinct, horizon: float, force: float) -> np.ndarray:
        from scipy.special import hyp2f1

        r, alpha, a, b = (np.broadcast_to(np.asarray(one, dtype=float), len(rows)) for one in self._of(rows))
        k, end, c = r + rows["x"], alpha + rows["T"], a + b + rows["x"] + self.later

        def rate(u: np.ndarray, at: np.ndarray) -> np.ndarray:
            # E[rate exp(-rate p u)] over rate ~ gamma(k, end) and p ~ beta(a, c - a), by Pfaff's transformation.
            w = u / end[at]
            series = hyp2f1(c[at] - k[at] - 1, a[at], c[at], w / (1 + w))
            return k[at] / end[at] * (1 + w) ** -a[at] * series

        easy = (force == 0) & np.isfinite(horizon) & (np.abs(a - 1) > NEAR) & (c - 1 > NEAR)
        mean = np.empty(len(rows))
        with np.errstate(
            over="ignore", invalid="ignore", divide="ignore"
        ):  # what is not finite is left to the integral
            z = horizon / (end + horizon)
            closed = (c - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(c - 1 - k, a - 1, c - 1, z))
        easy &= np.isfinite(closed)
        mean[easy] = closed[easy]
        hard = np.flatnonzero(~easy)
        if len(hard):
            mean[hard] = ahead.integral(
                lambda u, at: rate(u, hard[at]), len(hard), float(end[hard].min()), horizon, force
            )
        return mean
