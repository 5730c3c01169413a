"""The likelihood of the Pareto/NBD, with its derivatives.

Purchases come at a gamma distributed rate (shape r, rate alpha) until a customer
leaves at a time that is exponential with a gamma distributed hazard (s, beta):

    L = G(r+x) alpha^r beta^s / G(r) ((alpha+T)^-(r+x) (beta+T)^-s + s I),
    I = integral from t_x to T of (alpha+y)^-(r+x) (beta+y)^-(s+1) dy

(Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005). The usual form by two
hypergeometric functions loses digits by their difference and has no derivatives in
closed form. The integral has both: its integrand is analytic and positive, so a
Gauss-Legendre rule on a scale on which it is almost flat gives it and its
derivatives as weighted sums over the same points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crmkit.clv.distinct import Distinct
from crmkit.clv.effects import fold
from crmkit.clv.fitting import BUYING, LEAVING, Evaluation

CHUNK = 1_024
POINTS = 32
POWER = 4
NAMES = ("r", "alpha", "s", "beta")
R, ALPHA, S, BETA = range(4)
TOLD_BY = {"r": BUYING, "alpha": BUYING, "s": LEAVING, "beta": LEAVING}


def points(
    x: np.ndarray, t_x: np.ndarray, T: np.ndarray, parameters: Sequence[np.ndarray | float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """ln of the integral relative to its integrand at t_x, and the points.

    Returns
    -------
    log_integral : (rows,)
        ln I + (r+x) ln(alpha+t_x) + (s+1) ln(beta+t_x); -inf where T = t_x.
    share : (rows, points)
        Part of the integral at each point, sum 1.
    by_alpha, by_beta : (rows, points)
        ln((alpha+y) / (alpha+t_x)) and the same with beta.
    """
    r, alpha, s, beta = (np.asarray(one, dtype=float)[..., None] for one in parameters)
    k, t_x, T = r + x[:, None], t_x[:, None], T[:, None]
    at, weight = np.polynomial.legendre.leggauss(POINTS)
    # Where the integral reaches far, its end is a power of the distance: a power of the points takes that away.
    left = (1 - at) / 2
    at, weight = 1 - left**POWER, weight / 2 * POWER * left ** (POWER - 1)
    least = np.minimum(alpha, beta) + t_x
    # z = ln((m + y) / (m + t_x)) with m the lesser of alpha and beta; the integrand falls about as exp(-fall z).
    longest = np.log1p((T - t_x) / least)
    fall = k * least / (alpha + t_x) + (s + 1) * least / (beta + t_x) - 1
    fall = np.maximum(fall, 1 / np.maximum(longest, 1e-8))
    reach = -np.expm1(-fall * longest)
    # log and exp, not log1p and expm1, which take five times as long: a point a rounding error aside is as good a point.
    v = -np.log(1 - at * reach) / fall
    step = (np.exp(v) - 1) * least  # y - t_x
    by_alpha, by_beta = np.log(1 + step / (alpha + t_x)), np.log(1 + step / (beta + t_x))
    log_part = -k * by_alpha - (s + 1) * by_beta + (1 + fall) * v
    part = np.exp(log_part) * weight
    total = part.sum(axis=1)
    with np.errstate(divide="ignore"):  # nothing to integrate where T = t_x
        log_integral = np.log(total * (reach / fall * least)[:, 0] * (T > t_x)[:, 0])
    return log_integral, part / total[:, None], by_alpha, by_beta


def log_odds_dead(
    x: np.ndarray, t_x: np.ndarray, T: np.ndarray, parameters: Sequence[np.ndarray | float]
) -> np.ndarray:
    """ln of the chance to have left over that to be there."""
    odds = np.empty(len(x))
    per_row = [np.ndim(one) > 0 for one in parameters]
    for start in range(0, len(x), CHUNK):
        cut = slice(start, start + CHUNK)
        r, alpha, s, beta = part = [one[cut] if many else one for one, many in zip(parameters, per_row, strict=True)]
        a, b, c = x[cut], t_x[cut], T[cut]
        log_integral = points(a, b, c, part)[0]
        odds[cut] = _odds(log_integral, a, b, c, r, alpha, s, beta)
    return odds


def _odds(
    log_integral: np.ndarray,
    x: np.ndarray,
    t_x: np.ndarray,
    T: np.ndarray,
    r: np.ndarray | float,
    alpha: np.ndarray | float,
    s: np.ndarray | float,
    beta: np.ndarray | float,
) -> np.ndarray:
    gap = T - t_x
    alive = -(r + x) * np.log1p(gap / (alpha + t_x)) - s * np.log1p(gap / (beta + t_x)) + np.log(beta + t_x)
    return np.log(s) + log_integral - alive


def evaluation(rows: Distinct, parameters: Sequence[np.ndarray | float], design: Sequence) -> Evaluation:
    """Log-likelihood, gradient and Hessian by the logarithms of the parameters."""
    from scipy.special import digamma, gammaln, polygamma

    per_row = [np.ndim(one) > 0 for one in parameters]
    m = len(NAMES) + len(design)
    loglik, gradient, hessian = 0.0, np.zeros(m), np.zeros((m, m))
    for start in range(0, len(rows), CHUNK):
        cut = slice(start, start + CHUNK)
        part = [one[cut] if many else one for one, many in zip(parameters, per_row, strict=True)]
        count = rows.count[cut]
        value, first, second = _row_part(rows["x"][cut], rows["t_x"][cut], rows["T"][cut], part)
        g, h = fold(count, first, second, [(place, sign, values[cut]) for place, sign, values in design])
        loglik += float(count @ value)
        gradient += g
        hessian += h
    # r is the same for all rows, so the gamma functions depend on x alone.
    r = float(parameters[R])
    x, at = np.unique(rows["x"], return_inverse=True)
    count = np.bincount(at, weights=rows.count)
    loglik += float(count @ (gammaln(r + x) - gammaln(r)))
    by_r = float(count @ (digamma(r + x) - digamma(r)))
    gradient[R] += r * by_r
    hessian[R, R] += r * by_r + r**2 * float(count @ (polygamma(1, r + x) - polygamma(1, r)))
    return loglik, gradient, hessian


def _row_part(
    x: np.ndarray, t_x: np.ndarray, T: np.ndarray, parameters: Sequence[np.ndarray | float]
) -> tuple[np.ndarray, list, dict]:
    """alpha^r beta^s times the bracket: alive plus dead, each with its own derivatives."""
    r, alpha, s, beta = parameters
    log_integral, share, by_alpha, by_beta = points(x, t_x, T, parameters)
    odds = _odds(log_integral, x, t_x, T, r, alpha, s, beta)
    small = np.exp(-np.abs(odds))
    dead = np.where(odds > 0, 1.0, small) / (1 + small)
    k = r + x
    end_a, end_b, last_a, last_b = alpha + T, beta + T, alpha + t_x, beta + t_x
    value = -k * np.log(end_a / alpha) - x * np.log(alpha) - s * np.log(end_b / beta)
    value = value + np.maximum(odds, 0) + np.log1p(small)

    # Shares of alpha in alpha + y, of beta in beta + y, at each point.
    near_a = np.asarray(alpha / last_a)[:, None] * np.exp(-by_alpha)
    near_b = np.asarray(beta / last_b)[:, None] * np.exp(-by_beta)
    scores = (by_alpha, near_a, by_beta, near_b)
    mean = [np.einsum("np,np->n", share, one) for one in scores]
    weighted = [share * one for one in scores]
    cross = {
        (i, j): np.einsum("np,np->n", weighted[i], scores[j]) - mean[i] * mean[j] for i in range(4) for j in range(i, 4)
    }
    near = {i: mean[i] - mean[i] ** 2 - cross[i, i] for i in (1, 3)}
    # Derivatives of ln I + ln s (dead) and of the alive term, by the logarithms of r, alpha, s, beta.
    scale = (-r, -k, -s, -(s + 1))
    gone = [
        -r * (np.log(last_a) + mean[0]),
        -k * mean[1],
        1 - s * (np.log(last_b) + mean[2]),
        -(s + 1) * mean[3],
    ]
    curve = {at: scale[at[0]] * scale[at[1]] * both for at, both in cross.items()}
    curve[R, R] = curve[R, R] + gone[0]
    curve[R, ALPHA] = curve[R, ALPHA] - r * mean[1]
    curve[ALPHA, ALPHA] = curve[ALPHA, ALPHA] - k * near[1]
    curve[S, S] = curve[S, S] + gone[2] - 1
    curve[S, BETA] = curve[S, BETA] - s * mean[3]
    curve[BETA, BETA] = curve[BETA, BETA] - (s + 1) * near[3]
    share_a, share_b = alpha / end_a, beta / end_b
    there = [-r * np.log(end_a), -k * share_a, -s * np.log(end_b), -s * share_b]
    bend = {
        (R, R): there[0],
        (R, ALPHA): -r * share_a,
        (ALPHA, ALPHA): -k * share_a * (1 - share_a),
        (S, S): there[2],
        (S, BETA): -s * share_b,
        (BETA, BETA): -s * share_b * (1 - share_b),
    }
    by = [one - other for one, other in zip(gone, there, strict=True)]
    both = dead * (1 - dead)
    gradient = [other + dead * one for one, other in zip(by, there, strict=True)]
    gradient = [
        gradient[R] + r * np.log(alpha),
        gradient[ALPHA] + r,
        gradient[S] + s * np.log(beta),
        gradient[BETA] + s,
    ]
    hessian = {at: (1 - dead) * bend.get(at, 0.0) + dead * curve[at] + both * by[at[0]] * by[at[1]] for at in curve}
    hessian[R, R] = hessian[R, R] + r * np.log(alpha)
    hessian[R, ALPHA] = hessian[R, ALPHA] + r
    hessian[S, S] = hessian[S, S] + s * np.log(beta)
    hessian[S, BETA] = hessian[S, BETA] + s
    return value, gradient, hessian
