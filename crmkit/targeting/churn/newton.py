"""Highest likelihood of yes-or-no outcomes by Newton's method, and when there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEPS = 60
# Of the Newton decrement: twice the log-likelihood still to gain, far below any standard error.
TOLERANCE = 1e-10
MOST = 30.0  # log hazard beyond which everyone leaves, whatever the exact figure
WIDE = 12.0  # an effect over a column's range, in log-odds, beyond which separation is looked for


@dataclass(frozen=True)
class Peak:
    """Where the likelihood is highest."""

    beta: np.ndarray
    covariance: np.ndarray  # inverse of the observed information
    loglik: float
    reason: str  # empty if found


def chances(eta: np.ndarray, link: str) -> np.ndarray:
    """Chance by linear predictor."""
    from scipy.special import expit

    return expit(eta) if link == "logit" else -np.expm1(-np.exp(np.minimum(eta, MOST)))


def pieces(eta: np.ndarray, y: np.ndarray, link: str) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, and by row its first and minus its second derivative in the linear predictor."""
    from scipy.special import expit

    if link == "logit":
        h = expit(eta)
        return float((y * eta - np.logaddexp(0, eta)).sum()), y - h, h * (1 - h)
    m = np.exp(np.minimum(eta, MOST))
    h = np.maximum(-np.expm1(-m), 1e-300)
    r = m * np.exp(-m) / h
    return float(np.where(y == 1, np.log(h), -m).sum()), y * r - (1 - y) * m, (1 - y) * m + y * r * (r + m - 1)


def climb(design: np.ndarray, y: np.ndarray, names: list[str], link: str) -> Peak:
    """The highest point, on columns brought to one scale so that units are of no account."""
    k = design.shape[1]
    unknown = np.full(k, np.nan), np.full((k, k), np.nan), np.nan
    scale = np.abs(design).max(axis=0)
    if not scale.all():
        return Peak(
            *unknown, f"{_listed(names, scale == 0)} 0 in every row; nothing can be said of it. Mend: leave it out"
        )
    x = design / scale
    _, singular, right = np.linalg.svd(x, full_matrices=False)
    if singular[-1] < 1e-9 * singular[0]:
        tied = np.abs(right[-1]) > 1e-6
        return Peak(
            *unknown, f"{_listed(names, tied)} given by each other (constant or collinear). Mend: leave one out"
        )
    beta = np.zeros(k)
    loglik, slope, curve = pieces(x @ beta, y, link)
    why = f"no highest point within {STEPS} steps"
    for _ in range(STEPS):
        gradient, information = x.T @ slope, (x.T * curve) @ x
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            why = "the likelihood is flat"
            break
        if not np.isfinite(step).all():
            why = "the likelihood is flat"
            break
        if abs(gradient @ step) < TOLERANCE:
            why = ""
            break
        size = 1.0
        while size > 1e-8:
            there = pieces(x @ (beta + size * step), y, link)
            if there[0] >= loglik:
                break
            size /= 2
        beta, (loglik, slope, curve) = beta + size * step, there
    try:
        covariance = np.linalg.inv((x.T * curve) @ x)
    except np.linalg.LinAlgError:
        covariance, why = unknown[1], why or "the likelihood is flat"
    # With cloglog the estimate may stop at a modest figure, since chances near 1 are reached soon: its error does not.
    span = np.ptp(x, axis=0) + (np.ptp(x, axis=0) == 0)
    error = np.sqrt(np.maximum(np.diag(covariance), 0))
    if why or (np.maximum(np.abs(beta), error) * span > WIDE).any():
        apart = _separating(x, y)
        if apart.any():
            # The intercept only makes room for the others.
            others = apart & (np.array(names) != "intercept")
            apart = others if others.any() else apart
            return Peak(
                *unknown,
                f"{_listed(names, apart)} telling leavers from stayers without error (separation): the best estimate is "
                "infinite. Mend: leave it out, join rare groups, or watch longer",
            )
    if why:
        return Peak(*unknown, why)
    return Peak(beta / scale, (covariance + covariance.T) / 2 / np.outer(scale, scale), loglik, "")


def _separating(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Columns of a direction along which the likelihood rises for ever (Konis 2007): a linear programme."""
    from scipy.optimize import linprog

    signed = np.unique(x * np.where(y == 1, 1.0, -1.0)[:, None], axis=0)
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=[(-1, 1)] * x.shape[1])
    return np.abs(found.x) > 1e-7 if found.status == 0 and -found.fun > 1e-7 else np.zeros(x.shape[1], dtype=bool)


def _listed(names: list[str], which: np.ndarray) -> str:
    chosen = [name for name, one in zip(names, which, strict=True) if one]
    return f"{chosen} {'is' if len(chosen) == 1 else 'are'}"
