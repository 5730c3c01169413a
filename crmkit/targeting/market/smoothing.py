"""Exponential smoothing with damped trend and season, fitted by least squares over all candidates at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ROUNDS, CANDIDATES = 4, 300
ENDS = np.array([[0.01, 0.99], [0.0, 0.5], [0.0, 0.9], [0.7, 0.98]])  # alpha, beta, gamma, phi


@dataclass(frozen=True, eq=False)
class Smoothed:
    """A series taken apart: where level, trend and season stand at its end."""

    alpha: float  # weight of the newest value in the level
    beta: float  # in the trend
    gamma: float  # in the season
    phi: float  # part of the trend that is left a period later
    level: float
    trend: float
    season: np.ndarray  # of the next m periods
    sd: float  # of the errors one step ahead

    def ahead(self, horizon: int) -> tuple[np.ndarray, np.ndarray]:
        """Forecast and standard deviation of the next periods.

        var = sd^2 (1 + sum of c_j^2), c_j = alpha + beta phi_j + gamma [j multiple of m], with phi_j =
        phi + … + phi^j: Hyndman et al. (2008), table 6.1, for errors on level, trend and season.
        """
        step = np.arange(1, horizon + 1)
        damp = np.cumsum(self.phi**step)
        m = len(self.season)
        middle = self.level + damp * self.trend + self.season[(step - 1) % m]
        weight = self.alpha + self.beta * damp + self.gamma * (step % m == 0)
        spread = np.sqrt(1 + np.append(0.0, np.cumsum(weight[:-1] ** 2)))
        return middle, self.sd * spread


def smooth(y: np.ndarray, season: int) -> Smoothed:
    """The weights with the least squared error one step ahead.

    Candidates spread over the box are run side by side through the series, then again around the
    best, in a box a third as wide; the same candidates every time, so no seed is needed.
    """
    from scipy.stats.qmc import Halton

    m = season if len(y) >= 2 * season else 1
    whole = len(y) // m * m
    pattern = np.zeros(m)
    if m > 1:
        table = y[:whole].reshape(-1, m)
        pattern = (table - table.mean(axis=1, keepdims=True)).mean(axis=0)
    start = float((y[: max(m, 4)] - np.resize(pattern, max(m, 4))).mean())
    points = Halton(4, scramble=False).random(CANDIDATES)
    low, high = ENDS[:, 0].copy(), ENDS[:, 1].copy()
    if m == 1:
        high[2] = 0.0
    best, least = None, np.inf
    for _ in range(ROUNDS):
        tried = low + points * (high - low)
        if best is not None:
            tried[0] = best
        # A weight on the season above 1 - alpha would correct twice, one on the trend above alpha swings.
        tried[:, 1] = np.minimum(tried[:, 1], tried[:, 0])
        tried[:, 2] = np.minimum(tried[:, 2], 1 - tried[:, 0])
        errors = _run(y, tried, start, pattern)[0]
        at = int(np.argmin(errors))
        if errors[at] <= least:
            best, least = tried[at].copy(), float(errors[at])
        third = (high - low) / 6
        low, high = np.maximum(best - third, ENDS[:, 0]), np.minimum(best + third, ENDS[:, 1])
        if m == 1:
            low[2] = high[2] = 0.0
    total, level, trend, seasons = _run(y, best[None, :], start, pattern)
    weights = 3 + (m > 1)
    free = max(len(y) - weights - m, 1)
    turned = np.roll(seasons[0], -(len(y) % m))
    return Smoothed(
        *(float(one) for one in best), float(level[0]), float(trend[0]), turned, float(np.sqrt(total[0] / free))
    )


def _run(y: np.ndarray, tried: np.ndarray, start: float, pattern: np.ndarray) -> tuple[np.ndarray, ...]:
    """Sum of squared errors and the last states of every candidate: (candidates,)."""
    alpha, beta, gamma, phi = tried.T
    level, trend = np.full(len(tried), start), np.zeros(len(tried))
    seasons = np.tile(pattern, (len(tried), 1))
    m = len(pattern)
    total = np.zeros(len(tried))
    for at, value in enumerate(y):
        place = at % m
        fade = phi * trend
        error = value - level - fade - seasons[:, place]
        total += error**2
        level = level + fade + alpha * error
        trend = fade + beta * error
        seasons[:, place] += gamma * error
    return total, level, trend, seasons
