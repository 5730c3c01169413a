"""The likelihood of waits that ended with hanging up, or were ended by an answer, under three laws of patience."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def _log_sf(law: str, t: np.ndarray, scale: float, shape: float) -> np.ndarray:
    """As scipy.stats has it, without its ten milliseconds a law."""
    from scipy.special import log_ndtr

    if law != "lognormal":
        return -((t / scale) ** shape)
    with np.errstate(divide="ignore"):
        return log_ndtr(-np.log(t / scale) / shape)


def _log_density(law: str, t: np.ndarray, scale: float, shape: float) -> np.ndarray:
    if law != "lognormal":
        return np.log(shape / scale) + (shape - 1) * np.log(t / scale) - (t / scale) ** shape
    return -0.5 * (np.log(t / scale) / shape) ** 2 - np.log(t * shape) - 0.5 * np.log(2 * np.pi)


def log_mean(law: str, scale: float, shape: float) -> float:
    """Logarithm of the mean patience."""
    from scipy.special import gammaln

    if law == "lognormal":
        return float(np.log(scale) + shape**2 / 2)
    return float(np.log(scale) + (gammaln(1 + 1 / shape) if law == "weibull" else 0.0))


def minus_log_likelihood(law: str, wait: np.ndarray, gone: np.ndarray, half: float) -> Callable[[np.ndarray], float]:
    """Of the logarithms of scale and shape; equal waits are taken together."""
    (ends, some), (stayed, others) = (np.unique(wait[one], return_counts=True) for one in (gone, ~gone))

    def minus(parameters: np.ndarray) -> float:
        scale, shape = np.exp(parameters[[0, -1]]).tolist()
        if law == "exponential":
            shape = 1.0
        if half:  # a rounded wait ended somewhere within half a step
            early, late = (_log_sf(law, np.maximum(ends + way * half, 0.0), scale, shape) for way in (-1, 1))
            told = early + np.log(np.maximum(-np.expm1(late - early), 1e-300))
        else:
            told = _log_density(law, ends, scale, shape)
        return -float((told * some).sum() + (_log_sf(law, stayed, scale, shape) * others).sum())

    return minus
