"""How the margin of one customer may move from term to term."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from crmkit import door


@dataclass(frozen=True)
class GeometricMargin:
    """A margin that moves by shares of itself and stays above 0: geometric Brownian motion.

    The margin after a time t is m exp((drift - volatility ** 2 / 2) t + volatility sqrt(t) Z).

    >>> round(float(GeometricMargin(drift=0.02, volatility=0.3).mean(100.0, 5.0)), 1)
    110.5
    """

    drift: float  # growth of the mean per term: it multiplies by exp(drift)
    volatility: float  # standard deviation of the logarithm after one term

    moves: ClassVar[str] = "shares"

    def __post_init__(self) -> None:
        door.number("drift", self.drift)
        door.number("volatility", self.volatility, low=0)

    def mean(self, margin: Any, time: Any) -> Any:
        """Mean margin after a time, in terms."""
        return margin * np.exp(self.drift * time)

    def risk_adjusted(self, price_of_risk: float) -> GeometricMargin:
        """The same margin as a market that pays for risk sees it; its value is then discounted without a risk premium.

        The drift falls by price_of_risk x volatility (Dixit & Pindyck 1994, chapter 4); the price of
        risk is the excess return asked for one unit of volatility, times how far the margin moves with the market.
        """
        door.number("price_of_risk", price_of_risk)
        return replace(self, drift=self.drift - price_of_risk * self.volatility)

    def state(self, margin: np.ndarray) -> np.ndarray:
        """Margin -> the scale on which shocks are normal."""
        if (np.asarray(margin) <= 0).any():
            raise ValueError(
                f"margin={float(np.min(margin)):g} must be above 0 where it moves by shares of itself. "
                "Mend: give the margin before the cost to serve, or an ArithmeticMargin"
            )
        return np.log(margin)

    def margin(self, state: np.ndarray) -> np.ndarray:
        """That scale -> margin."""
        return np.exp(np.clip(state, -700, 700))

    def path(self, start: np.ndarray, time: float) -> np.ndarray:
        """Mean state after a time."""
        return start + (self.drift - self.volatility**2 / 2) * time

    def pull(self, time: float) -> float:
        """What is left of a deviation from the mean path after a time, 0..1."""
        return 1.0

    def deviation(self, time: float) -> float:
        """Standard deviation of the state after a time."""
        return self.volatility * float(np.sqrt(time))


@dataclass(frozen=True)
class ArithmeticMargin:
    """A margin that moves by amounts of money and may fall below 0: Brownian motion with a drift.

    >>> ArithmeticMargin(drift=-10, volatility=30).mean(100.0, 5.0)
    50.0
    """

    drift: float  # money per term
    volatility: float  # standard deviation after one term, money

    moves: ClassVar[str] = "money"

    def __post_init__(self) -> None:
        door.number("drift", self.drift)
        door.number("volatility", self.volatility, low=0)

    def mean(self, margin: Any, time: Any) -> Any:
        """Mean margin after a time, in terms."""
        return margin + self.drift * time

    def risk_adjusted(self, price_of_risk: float) -> ArithmeticMargin:
        """As in `GeometricMargin`."""
        door.number("price_of_risk", price_of_risk)
        return replace(self, drift=self.drift - price_of_risk * self.volatility)

    def state(self, margin: np.ndarray) -> np.ndarray:
        """The margin itself."""
        return np.asarray(margin, dtype=float)

    def margin(self, state: np.ndarray) -> np.ndarray:
        """The state itself."""
        return state

    def path(self, start: np.ndarray, time: float) -> np.ndarray:
        """Mean state after a time."""
        return start + self.drift * time

    def pull(self, time: float) -> float:
        """What is left of a deviation from the mean path after a time, 0..1."""
        return 1.0

    def deviation(self, time: float) -> float:
        """Standard deviation of the state after a time."""
        return self.volatility * float(np.sqrt(time))


@dataclass(frozen=True)
class RevertingMargin:
    """A margin that is drawn back to a level: autoregressive of order 1 from term to term.

    m' = level + persistence (m - level) + volatility Z; between terms the Ornstein-Uhlenbeck
    process with the same law.

    >>> RevertingMargin(level=40, persistence=0.5, volatility=30).mean(100.0, 2.0)
    55.0
    """

    level: float  # where the mean goes, money
    persistence: float  # share of a deviation that is left after one term, above 0 and below 1 (at 1: ArithmeticMargin)
    volatility: float  # standard deviation of the shock of one term, money

    moves: ClassVar[str] = "money"

    def __post_init__(self) -> None:
        door.number("level", self.level)
        door.share("persistence", self.persistence, inside=True)
        door.number("volatility", self.volatility, low=0)

    def mean(self, margin: Any, time: Any) -> Any:
        """Mean margin after a time, in terms."""
        return self.level + self.persistence**time * (margin - self.level)

    def risk_adjusted(self, price_of_risk: float) -> RevertingMargin:
        """As in `GeometricMargin`: each shock falls by price_of_risk x volatility, and so the level by more."""
        door.number("price_of_risk", price_of_risk)
        return replace(self, level=self.level - price_of_risk * self.volatility / (1 - self.persistence))

    def state(self, margin: np.ndarray) -> np.ndarray:
        """The margin itself."""
        return np.asarray(margin, dtype=float)

    def margin(self, state: np.ndarray) -> np.ndarray:
        """The state itself."""
        return state

    def path(self, start: np.ndarray, time: float) -> np.ndarray:
        """Mean state after a time."""
        return self.mean(start, time)

    def pull(self, time: float) -> float:
        """What is left of a deviation from the mean path after a time, 0..1."""
        return self.persistence**time

    def deviation(self, time: float) -> float:
        """Standard deviation of the state after a time."""
        phi2 = self.persistence**2
        return self.volatility * float(np.sqrt((1 - phi2**time) / (1 - phi2)))


Margin = GeometricMargin | ArithmeticMargin | RevertingMargin
