"""Waits of the callers of an Erlang A queue who find all agents busy: how many wait longer, how long until the answer."""

from __future__ import annotations

import numpy as np

from crmkit.queues.special import SMALL, log_inverse, waiting

PANEL = 28  # Gauss-Legendre points over the wait of those who are answered
FORGOTTEN = 42.0  # exp(-42) = 6e-19 of the largest density


def later(x: np.ndarray, y: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of those who find all busy: share who would wait more than t mean patiences, and who do and are answered."""
    from scipy.special import gammainc

    z = y * np.exp(-t)
    whole = gammainc(x, y)
    sound = whole > SMALL
    over, late = np.zeros_like(x), np.zeros_like(x)
    over[sound] = gammainc(x[sound], z[sound]) / whole[sound]
    late[sound] = x[sound] / y[sound] * gammainc(x[sound] + 1, z[sound]) / whole[sound]
    tiny = ~sound
    if tiny.any():  # the same through the sums, the exponents taken together
        one, two, less, when = x[tiny], y[tiny], z[tiny], t[tiny]
        start, end, beyond = waiting(one, two)[0], waiting(one, less)[0], waiting(one + 1, less)[0]
        over[tiny] = np.exp(-two * np.expm1(-when) - one * when) * start / end
        late[tiny] = over[tiny] * one / two * less / (one + 1) * end / beyond
    return over, late


def wait_answered(x: np.ndarray, y: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Mean of wait x answered of those who find all busy, in mean patiences.

    Their would-be waits have the density x / R exp(y (1 - exp(-v)) - x v); a wait of v is lived through to the answer
    by exp(-v) of them.
    """

    def log_density(v: np.ndarray) -> np.ndarray:
        return y[:, None] * -np.expm1(-v) - x[:, None] * v - v

    top = np.log(np.maximum(y / (x + 1), 1.0))[:, None]
    peak = log_density(top)
    # Both ends where the density has fallen to nothing: it is log-concave, so halving finds them.
    step = FORGOTTEN / np.maximum(x - y, np.sqrt(x))[:, None]
    while (peak - log_density(top + step) < FORGOTTEN).any():
        step = np.where(peak - log_density(top + step) < FORGOTTEN, 2 * step, step)
    ends = []
    for way, far in ((-1.0, np.minimum(step, top)), (1.0, step)):
        low, high = np.zeros_like(top), far
        for _ in range(4):
            middle = (low + high) / 2
            near = peak - log_density(top + way * middle) < FORGOTTEN
            low, high = np.where(near, middle, low), np.where(near, high, middle)
        ends.append(top + way * high)
    at, weight = np.polynomial.legendre.leggauss(PANEL)
    total = np.zeros(len(x))
    for left, right in ((ends[0], top), (top, ends[1])):
        half = (right - left) / 2
        v = left + half * (1 + at)
        total += (v * np.exp(log_density(v) - peak) * half * weight).sum(axis=1)
    # 1 / R by logarithms: it may be too small for a number where far too many call.
    return total * np.exp(peak[:, 0] + np.log(x) + log_inverse(x, y, inverse))
