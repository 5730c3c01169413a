"""Sums of birth and death chains that hold from 1 to 100,000 servers: no term is negative, nothing overflows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

SMALL = 1e-250  # below it a ratio of incomplete gamma functions has lost its digits
CLOSE = 1e-2  # of the expansion in 1 / (x (1 - y / x)^2)
TERMS = 26
WIDE = 1e5  # above it scipy's incomplete gamma function has too few terms where there is some idle time
POINTS = 40  # Gauss-Legendre
FORGOTTEN = 37.0  # exp(-37) = 9e-17 of the largest density


def stirling_error(x: np.ndarray) -> np.ndarray:
    """ln Gamma(x + 1) less Stirling's formula without its series (Loader 2000)."""
    from scipy.special import gammaln

    x = np.asarray(x)
    big = np.maximum(x, 15.0)
    s = 1 / (big * big)
    series = np.asarray((1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / big)
    few = x <= 15
    if few.any():
        own = np.maximum(x[few], 1e-300)
        series[few] = gammaln(own + 1) - (own + 0.5) * np.log(own) + own - 0.5 * np.log(2 * np.pi)
    return series


def deviance(x: np.ndarray, m: np.ndarray) -> np.ndarray:
    """x ln(x / m) + m - x, to full precision where x is close to m (Loader 2000)."""
    v = (x - m) / (x + m)
    near = np.abs(v) < 0.1
    inner = np.where(near, v, 0.0)
    total, term = (x - m) * inner, 2 * x * inner
    square = inner * inner
    for j in range(1, 12):
        term = term * square
        total = total + term / (2 * j + 1)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        far = x * np.log(x / m) + m - x
    return np.where(near, total, far)


def bend(u: np.ndarray) -> np.ndarray:
    """exp(-u) - 1 + u, to full precision, u being 0 or more."""
    near = u < 0.1
    inner = np.where(near, u, 0.0)
    total = np.zeros_like(inner)
    for k in range(12, 2, -1):
        total = (1 - total) * inner / k
    return np.where(near, (1 - total) * inner * inner / 2, np.expm1(-u) + u)


@lru_cache(maxsize=1)
def points() -> tuple[np.ndarray, np.ndarray]:
    """Places from -1 to 1, and their weights, of the integrals over waits."""
    return np.polynomial.legendre.leggauss(POINTS)


def poisson(x: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """mean^x exp(-mean) / Gamma(x + 1), also for x that are no whole numbers; x above 0."""
    return np.exp(-stirling_error(x) - deviance(x, mean)) / np.sqrt(2 * np.pi * x)


def inverse_blocking(n: np.ndarray, a: np.ndarray) -> np.ndarray:
    """1 / B(n, a) = sum over k from 0 to n of p_k / p_n, Erlang's loss formula upside down; n of 0 or more."""
    from scipy.special import gammaincc

    n, a = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(a, dtype=float))
    n_, a_ = np.maximum(n, 1e-300), np.maximum(a, 1e-300)
    # P(Poisson <= n) over P(Poisson = n).
    whole = gammaincc(n_ + 1, a_)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        found = np.where(n < 1, 1 + n / a_, whole / poisson(np.maximum(n_, 1.0), a_))
    short = np.flatnonzero((whole < SMALL) & (n >= 1))
    if len(short):  # a far above n: terms n / a, n (n - 1) / a^2, … fall quickly
        top, load = n.ravel()[short].copy(), a.ravel()[short]
        term, total = np.ones(len(short)), np.ones(len(short))
        while (term > 1e-17 * total).any():
            term = term * np.maximum(top, 0) / load
            total += term
            top -= 1
        found = found.copy()
        found.reshape(-1)[short] = total
    return np.where(a == 0, np.where(n == 0, 1.0, np.inf), found)


def waiting(x: np.ndarray, y: np.ndarray, whole: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """What an Erlang A queue needs of its waiting states.

    With R = sum over k of y^k / ((x + 1) … (x + k)), the weight of all states with all agents busy, relative to that
    without a queue: 1 / R, and D / R with D = sum of k times the k-th term over y, the share of abandoners
    among those who find all agents busy. x = agents' rate over that of losing patience, y = calls' rate over it;
    whole: the incomplete gamma function P(x, y), where it is known.
    """
    from scipy.special import gammainc

    x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    shape, x, y = x.shape, x.ravel(), y.ravel()
    if whole is None:
        whole = gammainc(x, y)
    inverse, lost = np.empty(len(x)), np.empty(len(x))
    rho = y / x
    with np.errstate(divide="ignore"):
        u = np.where(rho < 1, 1 / (x * (1 - rho) ** 2), np.inf)
    far = u < CLOSE
    low = ~far & (rho < 0.5)
    wide = ~far & (rho < 1) & (x > WIDE)
    rest = ~(far | low | wide)
    if far.any():
        inverse[far], lost[far] = _expansion(rho[far], u[far])
    if low.any():
        inverse[low], lost[low] = _series(x[low], y[low])
    if wide.any():
        inverse[wide], lost[wide] = _integral(x[wide], y[wide])
    if rest.any():
        one, two = x[rest], y[rest]
        inverse[rest] = poisson(one, two) / whole[rest]
        lost[rest] = 1 - one / two * (1 - inverse[rest])
    return inverse.reshape(shape), lost.reshape(shape)


def _expansion(rho: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For x (1 - rho)^2 above 100 (DLMF 8.11.6): b_k = rho (1 - rho) b'_(k-1) + (2 k - 1) rho b_(k-1)."""
    coefficients = np.array([1.0])
    total, lost, power = np.ones_like(rho), np.zeros_like(rho), np.ones_like(rho)
    for k in range(1, TERMS):
        slope = np.polynomial.polynomial.polyder(coefficients) if len(coefficients) > 1 else np.zeros(1)
        coefficients = np.polynomial.polynomial.polyadd(
            np.polynomial.polynomial.polymul([0.0, 1.0, -1.0], slope), (2 * k - 1) * np.append(0.0, coefficients)
        )
        power = -power * u
        # b_k has the factor rho; D divides by it.
        over_rho = np.polynomial.polynomial.polyval(rho, coefficients[1:])
        term = power * over_rho
        total += rho * term
        lost -= term
    r = total / (1 - rho)
    return 1 / r, lost / r


def _series(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For few calls: the sums as they stand."""
    term, total, lost, k = np.ones_like(x), np.ones_like(x), np.zeros_like(x), 0
    over_y = 1 / (x + 1)  # the k-th term over y
    while True:
        k += 1
        term = term * y / (x + k)
        total += term
        lost += k * over_y
        over_y = over_y * y / (x + k + 1)
        if (term <= 1e-18 * total).all() and (k * over_y <= 1e-18 * lost).all():
            return 1 / total, lost / total


def _integral(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For many with much patience: R = x times the integral of exp(-(x - y) u - y bend(u)), D that of 1 - exp(-u) in it."""
    at, weight = points()
    drift = x - y
    half = FORGOTTEN / (drift + np.sqrt(drift * drift + 2 * y * FORGOTTEN))
    u = half[:, None] * (1 + at)
    density = np.exp(-drift[:, None] * u - y[:, None] * bend(u))
    r = density @ weight
    return 1 / (x * half * r), (-np.expm1(-u) * density) @ weight / r
