"""Waits of the callers of an Erlang A queue who find all agents busy: how many wait longer, how long until the answer."""

from __future__ import annotations

import numpy as np

from crmkit.queues.special import FORGOTTEN, SMALL, WIDE, bend, points, poisson, stirling_error, waiting

ROWS = 400  # at a time: their points stay in the fast memory of the processor


def later(x: np.ndarray, y: np.ndarray, t: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of those who find all busy: share who would wait more than t mean patiences, and who do and are answered.

    whole: the incomplete gamma function P(x, y).
    """
    from scipy.special import gammainc, gammaln

    z = y * np.exp(-t)
    busy = (y >= x) & (whole > SMALL)
    sound = (whole > SMALL) & ((x <= WIDE) | (z >= x))
    under = np.where(sound, whole, 1.0)
    over = gammainc(x, z)
    gone = z < SMALL
    if gone.any():  # after a thousand mean patiences z is no number any more; of its sum one term is left
        over[gone] = np.exp(x[gone] * (np.log(y[gone]) - t[gone]) - gammaln(x[gone] + 1))
    over /= under
    late = x / y * (over - poisson(x, z) / under)  # P(x + 1, z) = P(x, z) - the Poisson chance of x
    rest = ~sound
    if rest.any():  # the same through the sums of `waiting`: P(x, z) is the Poisson chance times R(x, z)
        one, two, less, when, over_one = x[rest], y[rest], z[rest], t[rest], busy[rest]
        start, end, beyond = waiting(one, two)[0], waiting(one, less)[0], waiting(one + 1, less)[0]
        # Where both chances are small their exponents are taken together.
        both = start * np.exp(np.where(over_one, 0.0, (two - one) * when - two * bend(when)))
        over[rest] = np.where(over_one, poisson(one, less) / np.where(over_one, whole[rest], 1.0), both) / end
        late[rest] = over[rest] * one / two * less / (one + 1) * end / beyond
    return over, np.clip(late, 0.0, over * np.exp(-t))  # who is answered later than t has the patience for it


def wait_answered(x: np.ndarray, y: np.ndarray, inverse: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Mean of wait x answered of those who find all busy, in mean patiences.

    Their would-be waits have the density x / R exp(y (1 - exp(-v)) - x v); a wait of v is lived through to the answer
    by exp(-v) of them.
    """
    more = x + 1
    top = np.log(np.maximum(y / more, 1.0))  # where the density is highest
    # Below that the logarithm of the density, at top + u, is fall(u) = curve (exp(-u) - 1) + (x + 1) u: convex.
    curve = np.minimum(y, more)
    drift = more - curve
    right = 2 * FORGOTTEN / (drift + np.sqrt(drift * drift + 2 * curve * FORGOTTEN))
    left = -np.sqrt(2 * FORGOTTEN / more)
    for _ in range(2):  # Newton comes from outside, so the ends are never too near
        shrunk, grown = curve * np.expm1(-right), more * np.expm1(-left)
        right = right - (shrunk + more * right - FORGOTTEN) / (drift - shrunk)
        left = left + (grown + more * left - FORGOTTEN) / grown
    left = np.maximum(left, -top)  # nobody waits less than nothing; where the density only falls, top is 0
    half, middle = (right - left) / 2, (right + left) / 2
    at, weight = points()
    total = np.empty(len(x))
    for first in range(0, len(x), ROWS):
        rows = slice(first, first + ROWS), None
        u = half[rows] * at + middle[rows]
        density = np.exp(-(curve[rows] * np.expm1(-u) + more[rows] * u))
        total[rows[0]] = ((u + top[rows]) * density) @ weight
    # 1 / R times the highest density: 1 / R may be too small for a number where far too many call.
    scale = inverse.copy()
    many = top > 0
    if many.any():
        one, two = x[many], y[many]
        scale[many] = np.exp(more[many] * np.log1p(1 / one) - 1 - stirling_error(one)) * one / two / whole[many]
        scale[many] /= np.sqrt(2 * np.pi * one)
    return total * half * x * scale
