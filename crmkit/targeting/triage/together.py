"""Intervals over mails in the order of confidence, where mails of one group stand or fall together."""

from __future__ import annotations

import numpy as np

from crmkit.intervals import as_rows, student, wilson


def cost_half(extra: np.ndarray, code: np.ndarray, ends: np.ndarray, *, level: float) -> np.ndarray:
    """Half-width of the mean over all mails if the first `ends` of them add `extra` and the others nothing.

    As `intervals.mean_in_groups` of each, in one pass over the mails.
    """
    n, size = len(extra), np.bincount(code)
    within = _within(extra, code)
    mean = _upto(extra, ends) / n
    squares = _upto(2 * within * extra - extra**2, ends)  # what the mail adds to the square of its group's sum
    apart = squares - 2 * mean * _upto(extra * size[code], ends) + mean**2 * (size**2.0).sum()
    half = student(n**2 / (size**2.0).sum(), level)
    return half * np.sqrt(np.maximum(apart, 0) * len(size) / (len(size) - 1)) / n


def error_rates(
    wrong: np.ndarray, code: np.ndarray, ends: np.ndarray, *, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the share of wrong ones among the first `ends` mails, as `intervals.wilson_in_groups` of each."""
    errors, mails = _within(wrong, code), _within(np.ones(len(wrong)), code)
    rows, groups = ends.astype(float), _upto(mails == 1, ends)
    squares = _upto(2 * mails - 1, ends)
    with np.errstate(divide="ignore", invalid="ignore"):  # of no mail, or of one group, nothing can be told
        rate = _upto(wrong, ends) / rows
        both = _upto(errors * mails - (errors - wrong) * (mails - 1), ends)
        apart = _upto(2 * errors * wrong - wrong**2, ends) - 2 * rate * both + rate**2 * squares
        variance = np.maximum(apart, 0) * groups / (groups - 1) / rows**2
        many = rows**2 / squares
    worth = np.where(ends > 0, as_rows(rate, variance, rows, many, level=level), 0.0)
    return wilson(np.nan_to_num(rate) * worth, worth, level=level)


def _within(amounts: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Running sum inside each mail's group."""
    import pandas as pd

    return pd.Series(amounts, dtype=float).groupby(code).cumsum().to_numpy()


def _upto(amounts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return np.append(0.0, np.cumsum(amounts))[ends]
