"""Posteriors of many shares or means that come from one law which is itself found in them.

The common law has a mean and a spread. Their joint likelihood is laid out on a grid; from it a few
dozen nodes of equal weight are picked, and each posterior is the mixture over these nodes. No random
numbers, so the same table comes out every time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NODES = 24  # of the common law; more change the third digit of an interval
POINTS = 240  # of the grid on which the distributions lie, at most
REACH = np.linspace(-6, 6, 13)  # standard deviations from each middle at which the grid has points
MEANS, SPREADS = 31, 50  # grid of the common law


def mixture_of_betas(hits: np.ndarray, of: np.ndarray, *, level: float) -> dict[str, Any]:
    """Posterior of shares: beta given the common law, mixed over it."""
    from scipy.special import betainc, betaln, expit, logit

    pooled = hits.sum() / of.sum()
    middle = logit(pooled)
    rough = np.sqrt(1 / (pooled * (1 - pooled) * of.sum()) + np.var(logit((hits + 0.5) / (of + 1))) / len(hits))
    mean = expit(middle + np.linspace(-5, 5, MEANS) * max(rough, 1e-3))[:, None]
    # Spread as a share of the largest there can be: sd = tau sqrt(mean (1 - mean)), strength 1 / tau ** 2 - 1.
    tau = ((np.arange(SPREADS) + 0.5) / SPREADS * _widest(hits, of, pooled))[None, :]
    strength = 1 / tau**2 - 1
    alpha, beta = mean * strength, (1 - mean) * strength
    # Portfolios alike in both figures count once.
    kinds, times = np.unique(np.stack([hits, of], axis=1), axis=0, return_counts=True)
    loglik = np.zeros(alpha.shape)
    for (h, n), count in zip(kinds, times, strict=True):
        loglik += count * (betaln(alpha + h, beta + n - h) - betaln(alpha, beta))
    at, spread = _nodes(loglik, np.broadcast_to(tau * np.sqrt(mean * (1 - mean)), alpha.shape), level)
    a, b = alpha.ravel()[at], beta.ravel()[at]
    first, second = a[:, None] + hits, b[:, None] + of - hits
    each = first / (first + second)
    sd = np.sqrt(each * (1 - each) / (first + second + 1))
    grid = _grid(each, sd)
    ends = np.geomspace(1e-9, 0.03, 60)  # near nothing and all the distributions rise within little
    grid = np.unique(np.clip(np.concatenate([grid, ends, 1 - ends, [0.0, 1.0]]), 0.0, 1.0))
    cdf = np.zeros((len(grid), len(hits)))
    for one, other in zip(first, second, strict=True):
        cdf += betainc(one[None, :], other[None, :], grid[:, None]) / len(first)
    weight = (of / (of + a[:, None] + b[:, None])).mean(axis=0)
    common = {"mean": float((a / (a + b)).mean())} | spread
    return common | _posterior(grid, cdf, each.mean(axis=0), level) | {"weight": weight}


def mixture_of_normals(value: np.ndarray, error: np.ndarray, *, level: float) -> dict[str, Any]:
    """Posterior of means: normal given the spread, with the common mean integrated out exactly."""
    from scipy.special import ndtr

    widest = 4 * max(float(value.std()), float(error.min()), 1e-300) + 1e-9 * float(np.abs(value).max())
    tau = (np.arange(20 * SPREADS) + 0.5) / (20 * SPREADS) * widest
    precision = 1 / (error**2 + tau[:, None] ** 2)
    total = precision.sum(axis=1)
    mean = (precision @ value) / total
    loglik = 0.5 * (
        np.log(precision).sum(axis=1) - np.log(total) - (precision * (value - mean[:, None]) ** 2).sum(axis=1)
    )
    at, spread = _nodes(loglik, tau, level)
    keep = error**2 * precision[at]  # pull towards the mean
    each = keep * mean[at][:, None] + (1 - keep) * value
    sd = np.sqrt((1 - keep) * error**2 + keep**2 / total[at][:, None])
    grid = _grid(each, sd)
    cdf = ndtr((grid[:, None, None] - each) / sd).mean(axis=1)
    common = {"mean": float(mean[at].mean())} | spread
    return common | _posterior(grid, cdf, each.mean(axis=0), level) | {"weight": 1 - keep.mean(axis=0)}


def _widest(hits: np.ndarray, of: np.ndarray, pooled: float) -> float:
    """Where the likelihood of the spread has faded, looked up on a coarse grid of the same kind."""
    from scipy.special import betaln

    tau = np.linspace(0.01, 0.99, 99)
    strength = 1 / tau**2 - 1
    alpha, beta = pooled * strength, (1 - pooled) * strength
    loglik = sum(betaln(alpha + h, beta + n - h) - betaln(alpha, beta) for h, n in zip(hits, of, strict=True))
    there = np.flatnonzero(loglik > loglik.max() - 12)
    return float(min(tau[there[-1]] * 1.3, 0.995))


def _nodes(loglik: np.ndarray, spread: np.ndarray, level: float) -> tuple[np.ndarray, dict[str, float]]:
    """Places of the nodes, each of the same weight, and what the spread is."""
    flat, sds = loglik.ravel(), spread.ravel()
    weight = np.exp(flat - flat.max())
    weight /= weight.sum()
    order = np.argsort(sds, kind="stable")
    upto = np.cumsum(weight[order])
    at = order[np.minimum(np.searchsorted(upto, (np.arange(NODES) + 0.5) / NODES), len(order) - 1)]
    tail = (1 - level) / 2
    ends = [float(sds[order[min(np.searchsorted(upto, one), len(order) - 1)]]) for one in (tail, 1 - tail)]
    return at, {"spread": float(weight @ sds), "spread_low": ends[0], "spread_high": ends[1]}


def _grid(each: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Points where the distributions rise: a narrow one among wide ones gets its own."""
    middle = each.mean(axis=0)
    wide = np.sqrt((sd**2).mean(axis=0) + each.var(axis=0))
    points = np.unique(np.concatenate([(middle[:, None] + wide[:, None] * REACH).ravel(), (middle + 9 * wide)]))
    if len(points) > POINTS:
        points = points[np.rint(np.linspace(0, len(points) - 1, POINTS)).astype(int)]
    return points


def _posterior(grid: np.ndarray, cdf: np.ndarray, shrunk: np.ndarray, level: float) -> dict[str, Any]:
    from scipy.special import ndtri

    tail = (1 - level) / 2
    # As normal scores the distributions are nearly straight between two points of the grid.
    scores = ndtri(np.clip(cdf, 1e-15, 1 - 1e-15))
    ends = [np.array([np.interp(ndtri(one), column, grid) for column in scores.T]) for one in (tail, 1 - tail)]
    return {"shrunk": shrunk, "low": ends[0], "high": ends[1], "grid": grid, "cdf": cdf}


def places(grid: np.ndarray, cdf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected place and chance of the first place, from the distributions on a grid.

    P(best) is the integral of f times the product of the other distribution functions; the expected
    place is 1 plus the chances that each other one is better. The posteriors are taken as independent.
    """
    mass = np.diff(cdf, axis=0)
    between = np.clip((cdf[1:] + cdf[:-1]) / 2, 1e-300, 1.0)
    log = np.log(between)
    best = (mass * np.exp(log.sum(axis=1, keepdims=True) - log)).sum(axis=0)
    better = (mass * ((1 - between).sum(axis=1, keepdims=True) - (1 - between))).sum(axis=0)
    return 1 + better / mass.sum(axis=0), best / best.sum()
