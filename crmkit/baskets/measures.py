"""What is said of a rule, from four counts."""

from __future__ import annotations

import numpy as np

from crmkit.intervals import normal_quantile


def measures(
    n: int | np.ndarray, a: np.ndarray, c: np.ndarray, both: np.ndarray, *, level: float
) -> dict[str, np.ndarray]:
    """The measures of rules A -> C of n baskets, a with A, c with C, both with both.

    support = both / n; confidence = both / a; lift = n both / (a c); leverage = both / n - a c / n²
    (Piatetsky-Shapiro 1991); conviction = (1 - c / n) / (1 - confidence) (Brin et al. 1997); zhang = leverage over the
    larger of both (n - a) / n² and a (c - both) / n² (Zhang 2000); jaccard = both / (a + c - both); odds_ratio of the table
    (Haldane's one half in each cell where one is empty); chi2 of Pearson, without a correction; lift_low and
    lift_high: the delta method on the logarithm, with variance
    (n / both - n / a - n / c + 2 lift - 1) / n.
    """
    a, c, both = (np.asarray(one, dtype=float) for one in (a, c, both))
    n = np.asarray(n, dtype=float)
    z = normal_quantile(level)
    confidence, lift = both / a, both * n / (a * c)
    leverage = both / n - a * c / n**2
    with np.errstate(divide="ignore", invalid="ignore"):
        conviction = np.where(both == a, np.inf, (1 - c / n) / (1 - confidence))
        most = np.maximum(both * (n - a), a * (c - both)) / n**2
        zhang = np.where(most > 0, leverage / most, 0.0)
        cells = np.stack([both, a - both, c - both, n - a - c + both])
        cells = cells + np.where((cells == 0).any(axis=0), 0.5, 0.0)
        odds = cells[0] * cells[3] / (cells[1] * cells[2])
        spread = a * c * (n - a) * (n - c)
        chi2 = np.where(spread > 0, n * (n * both - a * c) ** 2 / spread, 0.0)
        error = np.sqrt(np.maximum(n / both - n / a - n / c + 2 * lift - 1, 0) / n)
        low, high = (
            np.where(both > 0, lift * np.exp(-z * error), 0.0),
            np.where(both > 0, lift * np.exp(z * error), np.nan),
        )
    return {
        "support": both / n,
        "confidence": confidence,
        "lift": lift,
        "lift_low": low,
        "lift_high": high,
        "leverage": leverage,
        "conviction": conviction,
        "zhang": zhang,
        "jaccard": both / (a + c - both),
        "odds_ratio": odds,
        "chi2": chi2,
    }
