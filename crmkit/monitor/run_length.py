"""How long until a chart signals? The run length, where periods are independent and where they are a chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RunLength:
    """Periods until the signal, that of the signal counted: of a false alarm, or the delay of a true one."""

    mean: float  # average run length (ARL); infinite where it never signals
    sd: float
    within: float  # chance of a signal within the periods asked for, 0..1
    periods: int  # asked for


def geometric(chance: float, periods: int) -> RunLength:
    """The run length where each period signals by itself, with the same chance.

    >>> geometric(0.5, 2)
    RunLength(mean=2.0, sd=1.4142135623730951, within=0.75, periods=2)
    """
    if not chance > 0:
        return RunLength(float("inf"), float("inf"), 0.0, periods)
    within = -np.expm1(periods * np.log1p(-chance)) if chance < 1 else 1.0
    return RunLength(float(1 / chance), float(np.sqrt(1 - chance) / chance), float(within), periods)


def chain(stay: np.ndarray, start: int, periods: int) -> RunLength:
    """The run length of a Markov chain that is left when the chart signals.

    With Q the chances to stay among the states inside the limits, the mean is (I - Q)^-1 1 and the
    mean of N (N + 1) is 2 (I - Q)^-2 1 (Brook & Evans 1972, Biometrika 59, eq. 4 and 5).

    >>> chain(np.array([[0.5]]), 0, 2).mean
    2.0
    """
    system = np.eye(len(stay)) - stay
    mean = np.linalg.solve(system, np.ones(len(stay)))
    second = 2 * np.linalg.solve(system, mean)
    left = np.linalg.matrix_power(stay, periods)[start].sum()
    variance = second[start] - mean[start] - mean[start] ** 2
    return RunLength(float(mean[start]), float(np.sqrt(max(variance, 0))), float(1 - left), periods)
