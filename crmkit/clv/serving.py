"""A customer who may be served term by term: the door of the question, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crmkit import door
from crmkit.clv.margins import ArithmeticMargin, GeometricMargin, Margin, RevertingMargin
from crmkit.clv.stopping import Problem, lattice

MOST_TERMS = 400  # a lattice of so many terms is still quick
TRIED = 33  # margins at once in the search for the one below which to stop
NODES = 800  # margins that the lattice is solved for at most: about 20 to each of its own steps, the others lie between
WIDEN = 60  # times that the search doubles its range


@dataclass(frozen=True)
class Serving:
    """Terms to come, what they cost and bring, and that the firm may stop before each."""

    process: Margin
    terms: int
    discount_per_term: float
    cost_to_serve: float  # money a term
    stop_value: float  # money, once
    retention: float  # chance to stay for another term
    steps: int  # of the lattice in a term
    branches: int = 3  # of each node: 2 is binomial, 3 trinomial

    def __post_init__(self) -> None:
        if not isinstance(self.process, GeometricMargin | ArithmeticMargin | RevertingMargin):
            raise TypeError(
                f"process is a {type(self.process).__name__}; expected a GeometricMargin, ArithmeticMargin or RevertingMargin"
            )
        if self.branches == 2 and isinstance(self.process, RevertingMargin):
            raise ValueError(
                "method='binomial' has no branch for what draws a RevertingMargin back. Mend: method='trinomial'"
            )
        door.whole("steps", self.steps, low=2)
        if door.whole("terms", self.terms) > MOST_TERMS:
            raise ValueError(f"terms={self.terms!r} must be {MOST_TERMS} at most. Mend: longer terms")
        door.number("discount_per_term", self.discount_per_term, low=0)
        door.number("cost_to_serve", self.cost_to_serve, low=0)
        door.number("stop_value", self.stop_value)
        door.number("retention", self.retention, low=0, high=1, above=True)

    @property
    def factor(self) -> float:
        """What money one term ahead counts now, if the customer is still there."""
        return self.retention / (1 + self.discount_per_term)

    @cached_property
    def problem(self) -> Problem:
        """When to stop, as the lattice and the simulation are asked."""
        return Problem(
            dates=int(self.terms),
            period=1.0,
            factor=self.factor,
            flow=lambda date, m: m - self.cost_to_serve,
            stop=lambda date, m: np.full(m.shape, float(self.stop_value)),
            last=lambda m: np.zeros(m.shape),
        )

    def solved(self, margins: np.ndarray, *, steps: int | None = None) -> tuple[np.ndarray, ...]:
        """By the lattice: the option, and how much more going on brings than stopping today, money."""
        known, back = np.unique(margins, return_inverse=True)
        state = self.process.state(known)
        at = known
        if len(known) > NODES:  # half of the nodes where the customers are, half evenly over all margins
            few = np.linspace(0, 1, NODES // 2)
            even = np.interp(state[0] + (state[-1] - state[0]) * few, state, known)
            at = np.unique(np.concatenate([np.quantile(known, few, method="nearest"), even]))
        _, served, on = lattice(
            self.process, at, self.problem, between=int(steps or self.steps), branches=self.branches
        )
        waits, more = on - served, on - self.stop_value  # smooth, where the better of both has a kink
        if len(known) > NODES:
            from scipy.interpolate import PchipInterpolator

            where = self.process.state(at)
            waits, more = (PchipInterpolator(where, one)(state) for one in (waits, more))
        # Where the option is worth nothing going on and serving to the end differ by the last digits.
        return np.maximum(np.maximum(waits, waits - more), 0.0)[back], more[back]

    def to_the_end(self, margins: np.ndarray) -> np.ndarray:
        """Served whatever happens: the mean margins less the cost, counted now."""
        k = np.arange(int(self.terms))
        return (self.process.mean(margins[:, None], k) - self.cost_to_serve) @ self.factor**k

    def stop_below(self, margin: float) -> float:
        """Margin at which going on and stopping bring the same today; missing where none is so low."""
        process = self.process
        here = float(process.state(np.array([margin]))[0])
        scale = 1.0 if isinstance(process, GeometricMargin) else max(abs(margin), self.cost_to_serve, 1e-6)
        low, high = here - scale, here + scale
        for _ in range(WIDEN):
            if isinstance(process, GeometricMargin):
                low, high = max(low, -600.0), min(high, 600.0)
            ends = self.solved(process.margin(np.array([low, high])))[1]
            if ends[0] < 0 <= ends[1]:
                break
            low, high = (
                (low - 2 * (high - low) if ends[0] >= 0 else low),
                (high + 2 * (high - low) if ends[1] < 0 else high),
            )
        else:
            return float("nan")
        for _ in range(4):
            tried = np.linspace(low, high, TRIED)
            more = self.solved(process.margin(tried))[1]
            at = max(int(np.argmax(more >= 0)), 1)
            low, high = tried[at - 1], tried[at]
        return float(process.margin(np.array([(low + high) / 2]))[0])
