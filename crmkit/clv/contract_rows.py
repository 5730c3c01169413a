"""Contracts as counts by renewal, and the likelihood of their losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.ahead import nodes
from crmkit.clv.door import numbers
from crmkit.clv.fitting import Evaluation
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

FORGOTTEN = 42.0  # discounted by exp(-42) = 6e-19, nothing is left
ONE_BY_ONE = 1_024.0  # terms added up one by one
WIDEST = 1e30  # terms, where nothing else ends the sum


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


def still_to_come(many: np.ndarray, alpha: float, beta: float, c: float, *, horizon: float, force: float) -> np.ndarray:
    """Sum over k = 1, 2, … up to the horizon of S(t + k) / S(t) exp(-force k), for each t of `many`.

    The first terms one by one; what follows is as smooth as an integral with Euler and
    Maclaurin's correction of the ends (errors of 1e-10 relative).
    """
    end = float(min(np.floor(horizon), np.ceil(FORGOTTEN / force) if force > 0 else np.inf, WIDEST))
    first = min(end, ONE_BY_ONE)
    before = log_survival(many, alpha, beta, c)[:, None]

    def share(k: np.ndarray) -> np.ndarray:
        return np.exp(log_survival(many[:, None] + k, alpha, beta, c) - before - force * k)

    total = share(np.arange(1, first + 1)).sum(axis=1)
    if end > first:
        at, weight = nodes(first, end - first)
        ends = np.array([first, end])
        f = share(ends)
        slope = (share(ends + 1) - share(ends - 1)) / 2
        total += share(first + at) @ weight + (f[:, 1] - f[:, 0]) / 2 + (slope[:, 1] - slope[:, 0]) / 12
        if horizon == np.inf and end == WIDEST:  # a power law from there on
            total += f[:, 1] * end / (alpha * c - 1)
    return total


def counts(contracts: pd.DataFrame | pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Renewals, contracts lost at each, and contracts last seen there alive."""
    import pandas as pd

    if isinstance(contracts, pd.Series):
        t, lost, kept = _survivors(contracts.to_frame("survivors"))
    elif isinstance(contracts, pd.DataFrame) and _counts_survivors(contracts):
        t, lost, kept = _survivors(contracts)
    else:
        t, lost, kept = _one_by_one(contracts)
    if not lost.sum() > 0 or not (kept @ t + lost @ np.maximum(t - 1, 0)) > 0:
        what = "none left" if not lost.sum() > 0 else "all left at the first renewal"
        raise ValueError(
            f"of {int(lost.sum() + kept.sum()):,} contracts {what}; expected some to leave and some to stay"
        )
    return t, lost, kept


def _counts_survivors(table: pd.DataFrame) -> bool:
    """Is it a table of survivors: counts alone, on the renewals 0, 1, 2, …?"""
    rows = {"terms", "left"} & set(table.columns)
    return not rows and len(table) > 1 and list(table.index) == list(range(len(table))) and _numeric(table)


def _numeric(table: pd.DataFrame) -> bool:
    return all(getattr(dtype, "kind", "O") in "iuf" for dtype in table.dtypes)


def _survivors(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of contracts still there, a column a cohort; a younger cohort ends in missing values."""
    if not _numeric(table):
        raise ValueError(f"survivors are of type {table.dtypes.iloc[0]}; expected numbers of contracts still there")
    if len(table) < 2 or list(table.index) != list(range(len(table))):
        raise ValueError(
            f"survivors stand on {list(table.index)[:4]!r}; expected the renewals 0, 1, 2, … with two or more numbers. "
            "Mend: survivors.reset_index(drop=True)"
        )
    first = float(table.iloc[0].max())
    if 0 < first <= 1 and (table.to_numpy(dtype=float) % 1 > 0).any():
        raise ValueError(
            f"survivors begin with {first:g}; expected numbers of contracts, since shares do not tell how many there were. "
            "Mend: give the contracts"
        )
    t = np.arange(len(table), dtype=float)
    lost, kept = np.zeros(len(t)), np.zeros(len(t))
    for name, column in table.items():
        there = column.to_numpy(dtype=float)
        seen = int(np.isfinite(there).sum())
        there, after = there[:seen], there[seen:]
        if not seen or not (np.isfinite(there).all() and np.isnan(after).all()):
            raise ValueError(
                f"survivors[{name!r}] is {column.tolist()!r}; expected numbers from renewal 0 on, "
                "missing only after the last one seen"
            )
        if (np.diff(there) > 0).any() or there[-1] < 0:
            raise ValueError(
                f"survivors {column.tolist()!r} must be two or more numbers of 0 or more that never rise, "
                "the first being all contracts that began"
            )
        lost[1:seen] -= np.diff(there)
        kept[seen - 1] += there[-1]
    return t, lost, kept


def _one_by_one(contracts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    require(contracts, ["terms", "left"], name="contracts")
    if not len(contracts):
        raise ValueError("contracts has 0 rows; expected one row a contract")
    numbers(contracts, "terms", name="contracts")
    if contracts["left"].dtype != bool:
        raise ValueError(f"contracts['left'] is of type {contracts['left'].dtype}; expected True and False")
    terms, left = contracts["terms"].to_numpy(dtype=float), contracts["left"].to_numpy()
    bad = (terms < left) | (terms != np.floor(terms))
    if bad.any():
        raise ValueError(
            f"contracts['terms'] is {terms[bad][0]:g} in {int(bad.sum()):,} of {len(terms):,} rows; expected whole "
            "numbers of 0 or more, and 1 or more where it left. Mend: clv.contract_terms(contracts, as_of=...)"
        )
    weight = contracts["count"].to_numpy(dtype=float) if "count" in contracts else np.ones(len(terms))
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("contracts['count'] must hold 0 or more in every row: the contracts that it stands for")
    t, at = np.unique(terms, return_inverse=True)
    lost = np.bincount(at, weights=weight * left, minlength=len(t))
    kept = np.bincount(at, weights=weight * ~left, minlength=len(t))
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
