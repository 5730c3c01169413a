"""Turn a score that ranks well into chances that are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.targeting.asked import numbers, same_length, yes_or_no
from crmkit.targeting.response.logit import fit_logit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

METHODS = ("platt", "isotonic")


@dataclass(frozen=True)
class Recalibration:
    """A rule from a score to a chance, learned from customers whose outcome is known."""

    method: str
    customers: int
    converged: bool
    reason: str  # why not; "" where converged
    curve: Any = field(repr=False)  # slope and intercept, or the fitted steps

    def chance(self, score: ArrayLike) -> np.ndarray:
        """Chance of the outcome, 0..1, for scores of any customers, in the order given."""
        asked = numbers("score", score)
        if self.method == "isotonic":
            return np.asarray(self.curve.predict(asked))
        return 1 / (1 + np.exp(-np.clip(self.curve[0] + self.curve[1] * asked, -500, 500)))


def recalibrate(score: ArrayLike, outcome: ArrayLike, *, method: str = "platt") -> Recalibration:
    """Learn what chance each score stands for.

    Learn it from customers that neither made the score nor judge the result.

    Parameters
    ----------
    score : array (customers,)
        Any numbers that rise with the chance; log-odds suit "platt" best.
    outcome : array (customers,)
        True and False, or 1 and 0; both must occur.
    method : "platt" or "isotonic"
        A logistic curve: two numbers, sound from some hundred customers. Or any rising steps: needs thousands, corrects any
        shape, and keeps the order but for new ties.

    Returns
    -------
    Recalibration
        Its `.chance(score)` gives the chances.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, or the outcome is the same for all.

    References
    ----------
    Platt (1999), here with the outcome as it is; Zadrozny & Elkan (2002).

    >>> rule = recalibrate([1, 2, 3, 4] * 5, [0, 0, 1, 1] * 4 + [0, 1, 0, 1], method="isotonic")
    >>> rule.chance([0, 3.5]).round(2).tolist()
    [0.0, 0.9]
    """
    if method not in METHODS:
        raise ValueError(f"method={method!r} must be one of {METHODS}")
    door.aligned(score=score, outcome=outcome)
    asked, happened = numbers("score", score), yes_or_no("outcome", outcome)
    same_length("outcome", happened, "score", len(asked))
    if method == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        # Beyond the scores learned from, the outermost step goes on.
        steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(asked, happened)
        return Recalibration(method, len(asked), True, "", steps)
    fit = fit_logit(asked[:, None], happened)
    return Recalibration(method, len(asked), fit.converged, fit.reason, tuple(float(one) for one in fit.coefficients))
