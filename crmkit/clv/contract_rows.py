"""Contracts as counts by renewal, and the likelihood of their losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.door import numbers, refuse
from crmkit.clv.fitting import Evaluation
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def whole_terms(terms: ArrayLike) -> np.ndarray:
    """Renewals as numbers, if they are whole and 0 or more."""
    at = np.asarray(terms, dtype=float)
    if not (np.isfinite(at) & (at >= 0) & (at == np.floor(at))).all():
        raise ValueError(f"terms={terms!r} must be whole numbers of 0 or more")
    return at


def log_survival(t: np.ndarray, alpha: float, beta: float, c: float) -> np.ndarray:
    """ln S(t)."""
    from scipy.special import betaln

    return betaln(alpha, beta + t**c) - betaln(alpha, beta)


def counts(contracts: pd.DataFrame | pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Renewals, contracts lost at each, and contracts last seen there alive."""
    import pandas as pd

    if isinstance(contracts, pd.Series):
        there = contracts.to_numpy(dtype=float)
        if len(there) < 2 or not np.isfinite(there).all() or (np.diff(there) > 0).any() or there[-1] < 0:
            raise ValueError(
                f"survivors {contracts.tolist()!r} must be two or more numbers that never rise, "
                "the first being all contracts that began"
            )
        t = np.arange(1, len(there), dtype=float)
        lost, kept = -np.diff(there), np.where(t == t[-1], there[-1], 0.0)
    else:
        require(contracts, ["terms", "left"], name="contracts")
        numbers(contracts, "terms", name="contracts")
        if contracts["left"].dtype != bool:
            raise ValueError(f"contracts['left'] is of type {contracts['left'].dtype}; expected True and False")
        terms, left = contracts["terms"].to_numpy(dtype=float), contracts["left"].to_numpy()
        whole = "whole numbers of 0 or more, and 1 or more where it left"
        refuse(contracts, (terms < left) | (terms != np.floor(terms)), "terms", whole, name="contracts")
        weight = contracts["count"].to_numpy(dtype=float) if "count" in contracts else np.ones(len(terms))
        if not (np.isfinite(weight) & (weight >= 0)).all():
            raise ValueError("contracts['count'] must hold 0 or more in every row")
        t, at = np.unique(terms, return_inverse=True)
        lost = np.bincount(at, weights=weight * left, minlength=len(t))
        kept = np.bincount(at, weights=weight * ~left, minlength=len(t))
    if not lost.sum() > 0 or not (kept @ t + lost @ np.maximum(t - 1, 0)) > 0:
        what = "none left" if not lost.sum() > 0 else "all left at the first renewal"
        raise ValueError(
            f"of {int(lost.sum() + kept.sum()):,} contracts {what}; expected some to leave and some to stay"
        )
    return t, lost, kept


def _slopes(t: np.ndarray, alpha: float, beta: float, c: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ln S(t), its gradient (3, terms) and Hessian (3, 3, terms) by ln alpha, ln beta, ln c."""
    from scipy.special import digamma, polygamma

    log_t = np.log(np.maximum(t, 1))  # at t = 0 and 1 t ** c does not move with c
    u = t**c
    a, b = digamma(alpha + beta) - digamma(alpha + beta + u), digamma(beta + u) - digamma(beta)
    aa = polygamma(1, alpha + beta) - polygamma(1, alpha + beta + u)
    bb, au, bu = polygamma(1, beta + u) - polygamma(1, beta), -polygamma(1, alpha + beta + u), polygamma(1, beta + u)
    by_u, uu = digamma(beta + u) - digamma(alpha + beta + u), bu + au
    du = c * u * log_t
    gradient = np.array([alpha * a, beta * (a + b), by_u * du])
    h = np.zeros((3, 3, len(t)))
    h[0, 0] = alpha * a + alpha**2 * aa
    h[0, 1] = h[1, 0] = alpha * beta * aa
    h[1, 1] = beta * (a + b) + beta**2 * (aa + bb)
    h[0, 2] = h[2, 0] = alpha * au * du
    h[1, 2] = h[2, 1] = beta * uu * du
    h[2, 2] = uu * du**2 + by_u * du * (1 + c * log_t)
    return log_survival(t, alpha, beta, c), gradient, h


def evaluation(t: np.ndarray, lost: np.ndarray, kept: np.ndarray, alpha: float, beta: float, c: float) -> Evaluation:
    """Log-likelihood, gradient and Hessian by the logarithms of alpha, beta, c."""
    later, g2, h2 = _slopes(t, alpha, beta, c)
    before, g1, h1 = _slopes(np.maximum(t - 1, 0), alpha, beta, c)
    value, gradient, hessian = float(kept @ later), g2 @ kept, h2 @ kept
    some = lost > 0
    gap = -np.expm1((later - before)[some])  # share lost at that renewal
    w1, w2 = 1 / gap, 1 / gap - 1
    value += float(lost[some] @ (before[some] + np.log(gap)))
    g1, g2, h1, h2 = g1[:, some], g2[:, some], h1[..., some], h2[..., some]
    g = w1 * g1 - w2 * g2
    h = w1 * (h1 + g1[:, None] * g1) - w2 * (h2 + g2[:, None] * g2) - g[:, None] * g
    return value, gradient + g @ lost[some], hessian + h @ lost[some]
