"""How good are chances of the same customers, and how sure is the difference of two?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEAR = 1e-6  # for the log loss, chances are kept so far from 0 and 1


@dataclass(frozen=True)
class Measure:
    """An estimate and what each row adds to its error: to the first order, estimate - truth is the mean of `each`."""

    value: float
    each: np.ndarray  # (rows,), mean 0

    def half(self, z: float, cluster: np.ndarray, minus: np.ndarray | float = 0.0) -> float:
        """Half-width of the interval of the value, or of its difference to one whose rows add `minus`."""
        together = np.bincount(cluster, weights=self.each - minus)
        # m / (m - 1) for the mean taken off, of m customers.
        many = len(together)
        return float(z * np.sqrt((together**2).sum() * many / max(many - 1, 1)) / len(self.each))


def of_mean(each: np.ndarray) -> Measure:
    """A mean over rows."""
    return Measure(float(each.mean()), each - each.mean())


def log_loss(chance: np.ndarray, happened: np.ndarray) -> Measure:
    """Mean of minus the log of the chance given to what happened."""
    kept = np.clip(chance, NEAR, 1 - NEAR)
    return of_mean(-np.log(np.where(happened == 1, kept, 1 - kept)))


def brier(chance: np.ndarray, happened: np.ndarray) -> Measure:
    """Mean squared error of the chance."""
    return of_mean((chance - happened) ** 2)


def auc(score: np.ndarray, happened: np.ndarray) -> Measure:
    """Chance that one with the outcome is scored above one without, ties half (DeLong, DeLong & Clarke-Pearson 1988)."""
    from scipy.stats import rankdata

    yes = happened == 1
    ones, zeros = int(yes.sum()), int((~yes).sum())
    ranks = rankdata(score)
    among = np.empty(len(score))
    among[yes], among[~yes] = rankdata(score[yes]), rankdata(score[~yes])
    # Share of the other kind that each row beats, or is beaten by.
    beats = np.where(yes, (ranks - among) / zeros, 1 - (ranks - among) / ones)
    value = beats[yes].mean()
    return Measure(float(value), (beats - value) * np.where(yes, len(score) / ones, len(score) / zeros))
