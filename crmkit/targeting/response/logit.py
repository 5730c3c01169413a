"""A plain logistic fit with its standard errors, for a few well-chosen columns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

MOST_LOG_ODDS = 15.0  # chances beyond 1 - 3e-7 are not learned from customers but from their separation


@dataclass(frozen=True)
class LogitFit:
    """Coefficients of a logistic regression without penalty, the intercept first."""

    coefficients: np.ndarray  # (1 + columns,), log-odds
    covariance: np.ndarray  # of them; inverse of the observed information
    converged: bool
    reason: str  # why not; "" where converged


def fit_logit(columns: np.ndarray, outcome: np.ndarray, weight: np.ndarray | None = None) -> LogitFit:
    """Coefficients by maximum likelihood, with the reason where there is no maximum.

    Parameters
    ----------
    columns : array (customers, columns)
        Finite numbers; the intercept is added.
    outcome : array (customers,)
        0 and 1, both of them.
    weight : array (customers,), optional
        Customers that a row stands for.

    >>> fit = fit_logit(np.array([[0.0], [0.0], [1.0], [1.0], [1.0]]), np.array([0, 1, 0, 1, 1]))
    >>> fit.converged, bool(abs(fit.coefficients - [0, np.log(2)]).max() < 1e-4)
    (True, True)
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    heavy = np.ones(len(outcome)) if weight is None else weight
    # Columns without variance or sums of others leave the information singular: seen below, said in words.
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    still = spread <= 1e-12 * np.maximum(np.abs(centre), 1)
    scaled = (columns - centre) / np.where(still, 1.0, spread)
    model = LogisticRegression(C=np.inf, solver="newton-cg", tol=1e-8, max_iter=200)
    with warnings.catch_warnings():
        # What it warns of is judged below from the gradient and the size of the log-odds, and told in `reason`.
        warnings.filterwarnings("ignore", category=ConvergenceWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module=r"sklearn|scipy")
        model.fit(scaled, outcome, sample_weight=heavy)
    beta = np.concatenate([model.intercept_, model.coef_[0]])
    design = np.column_stack([np.ones(len(outcome)), scaled])
    log_odds = design @ beta
    chance = 1 / (1 + np.exp(-np.clip(log_odds, -500, 500)))
    information = design.T @ (design * (heavy * chance * (1 - chance))[:, None])
    gradient = design.T @ (heavy * (outcome - chance))
    reason = ""
    if still.any() or np.linalg.cond(information) > 1e12:
        reason = "a column is constant or the sum of others, so its coefficient cannot be told"
    if np.abs(log_odds).max() > MOST_LOG_ODDS:
        reason = "a column separates the responses (almost) perfectly, so the coefficients run off without end"
    elif not reason and np.abs(gradient).max() > 1e-4 * heavy.sum():
        reason = "the search for the coefficients ended before it was there"
    # From the scaled columns back to those given.
    back = np.diag(np.append(1.0, 1 / np.where(still, 1.0, spread)))
    back[0, 1:] = -centre / np.where(still, 1.0, spread)
    covariance = np.full(information.shape, np.nan) if reason else back @ np.linalg.inv(information) @ back.T
    return LogitFit(back @ beta, covariance, not reason, reason)
