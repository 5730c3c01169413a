"""What the models of repeat purchases answer alike: chance alive, purchases ahead, discounted or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.ahead import force_of
from crmkit.clv.distinct import Distinct, distinct
from crmkit.clv.door import horizon_is_sound, sound
from crmkit.clv.effects import Effect, columns

if TYPE_CHECKING:
    import pandas as pd


class RepeatModel:
    """A model with static effects that knows who has left, and how those who are alive go on."""

    effects: tuple[Effect, ...]

    def p_alive(self, history: pd.DataFrame) -> pd.Series:
        """Chance that each customer is still one at the end of the observation.

        Parameters
        ----------
        history : DataFrame
            x, t_x, T, and the columns of the effects.

        Returns
        -------
        Series
            On the index of the history, 0..1. Fader, Hardie & Lee (2008), "Computing P(alive)".

        Raises
        ------
        ValueError
            If the history contradicts itself; the customer is named.
        """
        import pandas as pd
        from scipy.special import expit

        sound(history, more=columns(self.effects))
        rows = distinct(history, ["x", "t_x", "T", *columns(self.effects)])
        return pd.Series(rows.spread(expit(-self._log_odds_dead(rows))), index=history.index, name="p_alive")

    def expected(self, history: pd.DataFrame, *, horizon: float) -> pd.Series:
        """Mean purchases of each customer in the next `horizon` units.

        Parameters
        ----------
        history : DataFrame
            x, t_x, T, and the columns of the effects.
        horizon : float
            In the unit of the history, 0 or more.

        References
        ----------
        BG/NBD: Fader, Hardie & Lee (2005), equation 10, after Euler's transformation, which keeps the
        hypergeometric series short. Pareto/NBD: Fader & Hardie (2005), A note on deriving the
        Pareto/NBD model, equation 41.
        """
        horizon_is_sound(horizon)
        return self._ahead(history, horizon, 0.0).rename("expected")

    def discounted(self, history: pd.DataFrame, *, discount: float, horizon: float = np.inf) -> pd.Series:
        """Discounted expected residual transactions (DERT) of each customer.

        Parameters
        ----------
        history : DataFrame
            x, t_x, T, and the columns of the effects.
        discount : float
            Per unit: a purchase one unit ahead counts 1 / (1 + discount).
        horizon : float
            In the unit of the history; without end unless given.

        References
        ----------
        Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42, equation 2; here by
        quadrature, which serves a finite horizon and the BG/NBD too.
        """
        return self._ahead(history, horizon, force_of(discount, horizon)).rename("discounted")

    def _ahead(self, history: pd.DataFrame, horizon: float, force: float) -> pd.Series:
        alive = self.p_alive(history)
        # What those who are alive go on to buy depends on x and T, not on t_x: far fewer rows.
        rows = distinct(history, ["x", "T", *columns(self.effects)])
        return alive * rows.spread(self._while_alive(rows, horizon, force))

    def intensity(self, age: np.ndarray, *, purchases: int = 1) -> np.ndarray:
        """Density of a repeat purchase of a new customer at each age."""
        raise NotImplementedError

    def _one_law_for_all(self) -> None:
        """Stop where new customers do not all have the same law."""
        if self.effects:
            raise ValueError("chances of a new customer need a model without effects; each group has its own")

    def _log_odds_dead(self, rows: Distinct) -> np.ndarray:
        """ln of the chance to have left over that to be there."""
        raise NotImplementedError

    def _while_alive(self, rows: Distinct, horizon: float, force: float) -> np.ndarray:
        """Purchases ahead of those who are alive."""
        raise NotImplementedError
