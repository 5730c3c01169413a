"""How many will take up something new, and when is the peak? The law of Bass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Bass:
    """Adoption by innovation and imitation: the chance to adopt next rises with those who have (Bass 1969).

    F(t) = (1 - exp(-(p + q) t)) / (1 + q / p exp(-(p + q) t)).

    >>> round(float(Bass(0.03, 0.38, 100.0).cumulative(10)), 1), round(Bass(0.03, 0.38, 100.0).peak, 2)
    (81.3, 6.19)
    """

    p: float  # innovation, a period; above 0
    q: float  # imitation, a period; 0 or more
    m: float  # who adopt in the end; above 0

    def __post_init__(self) -> None:
        door.number("p", self.p, low=0, above=True)
        door.number("q", self.q, low=0)
        door.number("m", self.m, low=0, above=True)

    @property
    def peak(self) -> float:
        """Time of most adoption, log(q / p) / (p + q) periods; 0 where it falls from the start."""
        return max(0.0, float(np.log(self.q / self.p) / (self.p + self.q))) if self.q > 0 else 0.0

    def cumulative(self, time: ArrayLike) -> np.ndarray:
        """Mean adopters up to a time of 0 or more periods."""
        fade = np.exp(-(self.p + self.q) * np.asarray(time, dtype=float))
        return self.m * (1 - fade) / (1 + self.q / self.p * fade)

    def expected(self, periods: int) -> np.ndarray:
        """Mean adopters in each of the first periods: (periods,)."""
        return np.diff(self.cumulative(np.arange(door.whole("periods", periods) + 1)))

    def draw(self, periods: int, *, seed: int | np.random.Generator) -> np.ndarray:
        """Adopters in each of the first periods, m (a whole number) people who decide one by one: (periods,).

        Parameters
        ----------
        periods : int
            1 or more.
        seed : int or Generator
            The same seed gives the same adopters.
        """
        rng = np.random.default_rng(seed)
        chance = self.expected(periods) / self.m
        return rng.multinomial(round(self.m), np.append(chance, max(1 - chance.sum(), 0.0)))[:-1]
