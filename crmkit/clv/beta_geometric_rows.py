"""The likelihood that BG/NBD and MBG/NBD share, with its derivatives.

Both say: purchases come at a rate that is gamma distributed over customers (shape r,
rate alpha), and after a purchase a customer leaves with a chance that is beta
distributed (a, b). In the BG/NBD (Fader, Hardie & Lee 2005) the first purchase keeps
everyone; in the MBG/NBD (Batislam, Denizel & Filiztekin 2007) it may already be the
last. With j = x chances to leave in the first and j = x + 1 in the second,

    L = G(r+x) alpha^r / G(r) (alpha+T)^-(r+x) B(a, b+j) / B(a, b) (1 + R),
    R = a / (b+j-1) ((alpha+T) / (alpha+t_x))^(r+x) where j > 0, else 0,

and 1 / (1 + R) is the chance to be alive. Everything below is by the logarithms of the
parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crmkit.clv.distinct import Distinct
from crmkit.clv.effects import fold
from crmkit.clv.fitting import BUYING, LEAVING, Evaluation

CHUNK = 16_384  # rows at a time: their intermediate results stay in the cache
NAMES = ("r", "alpha", "a", "b")
R, ALPHA, A, B = range(4)
TOLD_BY = {"r": BUYING, "alpha": BUYING, "a": LEAVING, "b": LEAVING}


def log_odds_dead(
    x: np.ndarray,
    t_x: np.ndarray,
    T: np.ndarray,
    parameters: Sequence[np.ndarray | float],
    later: int,
) -> np.ndarray:
    """ln R, the log-odds of having left; `later` is 0 for BG/NBD and 1 for MBG/NBD."""
    r, alpha, a, b = parameters
    j = x + later
    with np.errstate(divide="ignore", invalid="ignore"):  # where j is 0 nobody can have left
        odds = np.log(a) - np.log(b + j - 1) + (r + x) * np.log1p((T - t_x) / (alpha + t_x))
    return np.where(j > 0, odds, -np.inf)


def evaluation(rows: Distinct, parameters: Sequence[np.ndarray | float], design: Sequence, later: int) -> Evaluation:
    """Log-likelihood, gradient and Hessian; the parameters are arrays where effects move them."""
    per_row = [np.ndim(one) > 0 for one in parameters]
    m = len(NAMES) + len(design)
    loglik, gradient, hessian = 0.0, np.zeros(m), np.zeros((m, m))
    for start in range(0, len(rows), CHUNK):
        cut = slice(start, start + CHUNK)
        part = [one[cut] if array else one for one, array in zip(parameters, per_row, strict=True)]
        moved = [(place, sign, values[cut]) for place, sign, values in design]
        count = rows.count[cut]
        value, first, second = _row_part(rows["x"][cut], rows["t_x"][cut], rows["T"][cut], part, later)
        if any(per_row):
            more, first_more, second_more = _gamma_part(rows["x"][cut], part, later)
            value = value + more
            first = [one + other for one, other in zip(first, first_more, strict=True)]
            second = {at: second.get(at, 0.0) + second_more.get(at, 0.0) for at in {*second, *second_more}}
        g, h = fold(count, first, second, moved)
        loglik += float(count @ value)
        gradient += g
        hessian += h
    if not any(per_row):
        # Without effects the gamma functions depend on x alone, of which there are few.
        x, at = np.unique(rows["x"], return_inverse=True)
        count = np.bincount(at, weights=rows.count)
        value, first, second = _gamma_part(x, parameters, later)
        g, h = fold(count, first, second)
        loglik += float(count @ value)
        gradient += g
        hessian += h
    return loglik, gradient, hessian


def _row_part(
    x: np.ndarray, t_x: np.ndarray, T: np.ndarray, parameters: Sequence[np.ndarray | float], later: int
) -> tuple[np.ndarray, list, dict]:
    """(1 + R) (alpha + T)^-(r+x) alpha^r."""
    r, alpha, a, b = parameters
    k, end, last = r + x, alpha + T, alpha + t_x
    ratio = np.log1p((T - t_x) / last)
    can = x + later > 0
    before = np.where(can, b + x + (later - 1), 1.0)  # b + j - 1
    odds = np.where(can, np.log(a) - np.log(before) + k * ratio, -np.inf)
    dead = np.zeros(len(x))
    # exp of a large number overflows: the odds are inverted there.
    small = np.exp(-np.abs(odds))
    dead = np.where(odds > 0, 1.0, small) / (1 + small)
    log_end = np.log(end / alpha)
    value = -k * log_end - x * np.log(alpha) + np.maximum(odds, 0) + np.log1p(small)
    share = alpha / end  # d ln(alpha + T) / d ln alpha
    by_r, by_alpha = r * ratio, -k * alpha * (T - t_x) / (end * last)
    by_b = -b / before
    gradient = [-r * log_end + dead * by_r, r - k * share + dead * by_alpha, dead, dead * by_b]
    both = dead * (1 - dead)
    curve = k * alpha * (T / end**2 - t_x / last**2)
    hessian = {
        (R, R): -r * log_end + dead * by_r + both * by_r**2,
        (R, ALPHA): r - r * share + dead * (-r * alpha * (T - t_x) / (end * last)) + both * by_r * by_alpha,
        (R, A): both * by_r,
        (R, B): both * by_r * by_b,
        (ALPHA, ALPHA): -k * alpha * T / end**2 + dead * curve + both * by_alpha**2,
        (ALPHA, A): both * by_alpha,
        (ALPHA, B): both * by_alpha * by_b,
        (A, A): both,
        (A, B): both * by_b,
        (B, B): dead * (by_b + by_b**2) + both * by_b**2,
    }
    return value, gradient, hessian


def _gamma_part(x: np.ndarray, parameters: Sequence[np.ndarray | float], later: int) -> tuple[np.ndarray, list, dict]:
    """G(r+x) / G(r) and B(a, b+j) / B(a, b)."""
    from scipy.special import digamma, gammaln, polygamma

    r, _, a, b = parameters
    j = x + later
    value = gammaln(r + x) - gammaln(r) + gammaln(b + j) - gammaln(b) + gammaln(a + b) - gammaln(a + b + j)
    by_r = r * (digamma(r + x) - digamma(r))
    by_a = digamma(a + b) - digamma(a + b + j)
    by_b = digamma(b + j) - digamma(b) + by_a
    twice = polygamma(1, a + b) - polygamma(1, a + b + j)
    nothing = np.zeros(len(x))
    gradient = [by_r, nothing, a * by_a, b * by_b]
    hessian = {
        (R, R): by_r + r**2 * (polygamma(1, r + x) - polygamma(1, r)),
        (A, A): a * by_a + a**2 * twice,
        (A, B): a * b * twice,
        (B, B): b * by_b + b**2 * (polygamma(1, b + j) - polygamma(1, b) + twice),
    }
    return value, gradient, hessian
