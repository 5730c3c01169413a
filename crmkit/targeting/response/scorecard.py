"""A scorecard: points for each answer, which add up to the log-odds of the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.response.evidence import cut_all
from crmkit.targeting.response.features import plain
from crmkit.targeting.response.logit import fit_logit
from crmkit.targeting.response.woe import Bins

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Scorecard:
    """Points by feature and bin; their sum says the odds of the outcome."""

    table: pd.DataFrame  # feature, bin, customers, rate, low, high, woe, points (a row a bin)
    coefficients: pd.DataFrame = field(
        repr=False
    )  # index feature: coefficient, low, high (1: all its evidence counts), turned
    base_points: float  # at the odds `base_odds`
    base_odds: float  # with : without the outcome, e.g. 20 for 20 : 1
    pdo: float  # points that double the odds
    customers: int  # learned from
    converged: bool
    reason: str  # why not; "" where converged
    bins: tuple[Bins, ...] = field(repr=False)
    intercept: float = field(repr=False)  # log-odds of a customer without any evidence

    @property
    def features(self) -> tuple[str, ...]:
        """Names of what the card asks for."""
        return tuple(one.feature for one in self.bins)

    @property
    def additive(self) -> bool:
        """Are the log-odds a sum over features? Of a scorecard always."""
        return True

    @property
    def factor(self) -> float:
        """Points a unit of log-odds."""
        return float(self.pdo / np.log(2))

    @property
    def offset(self) -> float:
        """Points at even odds."""
        return float(self.base_points - self.factor * np.log(self.base_odds))

    def points(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Points by feature, and their sum `total`, for each row of a frame with the same features."""
        import pandas as pd

        numeric = [one.feature for one in self.bins if one.numeric]
        clean = plain(frame, numeric, [one.feature for one in self.bins if not one.numeric], name="frame")
        share = (self.offset + self.factor * self.intercept) / len(self.bins)
        slope = self.coefficients["coefficient"]
        each = {
            one.feature: share + self.factor * slope[one.feature] * one.weigh(clean[one.feature]) for one in self.bins
        }
        return pd.DataFrame(each, index=frame.index).assign(total=lambda rows: rows.sum(axis=1))

    def log_odds(self, frame: pd.DataFrame) -> pd.Series:
        """Log-odds of the outcome: (total - offset) / factor."""
        return ((self.points(frame)["total"] - self.offset) / self.factor).rename("log_odds")

    def score(self, frame: pd.DataFrame) -> pd.Series:
        """Chance of the outcome, 0..1, for each row."""
        return (1 / (1 + np.exp(-self.log_odds(frame).clip(-500, 500)))).rename("chance")


def scorecard(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    base_points: float = 600.0,
    base_odds: float = 20.0,
    pdo: float = 20.0,
    bins: int = 5,
    monotone: bool = True,
    smoothing: float = 1.0,
    level: float = 0.95,
) -> Scorecard:
    """Points for every answer of a customer; the sum says the odds of the outcome.

    Each feature is turned into its weight of evidence, a logistic regression weighs the features against one another, and the
    log-odds are written as points: `base_points` at odds of `base_odds`, `pdo` more points for twice the odds.

    Parameters
    ----------
    features : DataFrame (customers, features)
        As in `fit`.
    outcome : array (customers,)
        True and False, or 1 and 0; both must occur. For credit take "paid back", so that more points are better.
    base_points, base_odds, pdo : float
        The scale: points, odds above 0 (with : without), points that double the odds (above 0).
    bins, monotone, smoothing, level
        As in `woe`.

    Returns
    -------
    Scorecard
        `.table` is the card: points not rounded, so that they add up to the log-odds exactly. `.points(frame)`,
        `.score(frame)` apply it; words never seen, and missing values where none were missing, carry no evidence.
        `.coefficients`: `turned` marks features whose evidence counts the other way once the others are known: drop one of them.

    Raises
    ------
    ValueError
        If the scale is not sound, or as `woe`.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, ch. 6: factor = pdo / ln 2, offset = base_points - factor x ln(base_odds).

    >>> import pandas as pd
    >>> asked = pd.DataFrame({"saves": ["yes", "no"] * 20})
    >>> card = scorecard(asked, [1, 0, 1, 0, 1, 1, 0, 0] * 5)
    >>> card.score(asked).round(2)[:2].tolist()
    [0.75, 0.25]
    """
    import pandas as pd

    door.number("base_odds", base_odds, low=0, above=True)
    door.number("pdo", pdo, low=0, above=True)
    door.number("base_points", base_points)
    cuts, clean, happened = cut_all(features, outcome, bins=bins, monotone=monotone, smoothing=smoothing, level=level)
    evidence = np.column_stack([one.weigh(clean[one.feature]) for one in cuts])
    # A feature of a single bin says nothing; it keeps its place on the card with a weight of 0.
    telling = evidence.std(axis=0) > 1e-12
    slopes, halves = np.zeros(len(cuts)), np.zeros(len(cuts))
    if telling.any():
        fit = fit_logit(evidence[:, telling], happened)
        intercept, converged, reason = float(fit.coefficients[0]), fit.converged, fit.reason
        slopes[telling] = fit.coefficients[1:]
        halves[telling] = normal_quantile(level) * np.sqrt(np.diag(fit.covariance)[1:])
    else:
        base = happened.mean()
        intercept, converged, reason = float(np.log(base / (1 - base))), True, ""
    names = pd.Index([one.feature for one in cuts], name="feature")
    coefficients = pd.DataFrame(
        {"coefficient": slopes, "low": slopes - halves, "high": slopes + halves, "turned": slopes < 0}, index=names
    )
    factor = pdo / np.log(2)
    share = (base_points - factor * np.log(base_odds) + factor * intercept) / len(cuts)
    parts = []
    for one, slope in zip(cuts, slopes, strict=True):
        part = one.table[["bin", "customers", "rate", "low", "high", "woe"]]
        parts.append(part.assign(points=share + factor * slope * part["woe"]))
        parts[-1].insert(0, "feature", one.feature)
    return Scorecard(
        *(pd.concat(parts, ignore_index=True), coefficients, float(base_points), float(base_odds), float(pdo)),
        *(len(happened), converged, reason, cuts, intercept),
    )
