"""How much mail does a better score save at the same number of responses?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import numbers, same_length, whole
from crmkit.targeting.response.cuts import asked, cuts, resampled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class MailSaved:
    """Mail that a new score saves at the same number of responses."""

    at_response: float  # share of all responses that is to be reached, 0..1
    old_share: float  # of the customers that the old way mails for it
    new_share: float  # that the new score mails for it
    saved: float  # 1 - new_share / old_share; below 0: the new score needs more mail
    low: float
    high: float
    level: float  # of the interval

    def __repr__(self) -> str:
        return (
            f"MailSaved({100 * self.saved:.0f} % ({100 * self.low:.0f} to {100 * self.high:.0f}) less mail for "
            f"{100 * self.at_response:.0f} % of the responses)"
        )


def mail_saved(
    new_score: ArrayLike,
    outcome: ArrayLike,
    *,
    at_response: float,
    seed: int | np.random.Generator,
    old_score: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    resamples: int = 500,
    level: float = 0.95,
) -> MailSaved:
    """Mail that a new score saves against an old one, or against a lot, while as many people respond.

    Of customers with equal scores a part may be mailed, drawn by lot.

    Parameters
    ----------
    new_score : array (customers,)
        The higher, the earlier mailed; made from other customers than these.
    outcome : array (customers,)
        Response of everyone, True and False, or numbers of 0 or more.
    at_response : float
        Share of all responses to be reached by both, above 0 to 1.
    seed : int or Generator
        Of the resamples of customers, for the interval.
    old_score : array (customers,), optional
        What was mailed by so far; without it the customers were drawn by lot.
    weight : array (customers,), optional
        Customers that a row stands for, 0 or more.
    resamples : int
        At least 20.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    MailSaved
        Both scores are judged on the same resamples, so what they share cancels. Against mailing everyone the new score saves
        1 - `new_share`.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, nobody responded, or `at_response` is no share.

    References
    ----------
    Percentile interval: Efron & Tibshirani (1993), An Introduction to the Bootstrap, 13.3.

    >>> mail_saved([4, 3, 2, 1] * 100, [1, 1, 0, 0] * 100, at_response=1.0, seed=1).saved
    0.5
    """
    new, _, heavy, hit = asked(new_score, outcome, 1.0, 0.0, weight, name="new_score")
    door.number("at_response", at_response)
    if not 0 < at_response <= 1:
        raise ValueError(f"at_response={at_response!r} must be above 0 and at most 1; write 97 % as 0.97")
    if not (heavy * hit).sum() > 0:
        raise ValueError(f"outcome is 0 for all {len(new):,} customers; no share of the responses can be reached")
    whole("resamples", resamples, 20)
    normal_quantile(level)
    need_new = _needed(new, heavy, heavy * hit, at_response)
    if old_score is None:

        def need_old(times: np.ndarray) -> float:
            return at_response
    else:
        door.aligned(new_score=new_score, old_score=old_score)
        old = numbers("old_score", old_score)
        same_length("old_score", old, "new_score", len(new))
        need_old = _needed(old, heavy, heavy * hit, at_response)
    once = np.ones(len(new))
    new_share, old_share = need_new(once), need_old(once)
    again = []
    for times in resampled(len(new), resamples, seed):
        if (times * heavy * hit).sum() > 0:  # a resample without any response has no answer
            again.append(1 - need_new(times) / need_old(times))
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2])
    saved = 1 - new_share / old_share
    return MailSaved(float(at_response), old_share, new_share, saved, float(low), float(high), float(level))


def _needed(rank: np.ndarray, heavy: np.ndarray, hit: np.ndarray, at_response: float) -> Callable[[np.ndarray], float]:
    """A function from the times each row is taken to the least share of customers that holds the responses."""
    order, ends = cuts(rank)
    weighed, got = heavy[order], hit[order]

    def share(times: np.ndarray) -> float:
        drawn = times[order]
        customers = np.append(0.0, np.cumsum(weighed * drawn)[ends])
        reached = np.append(0.0, np.cumsum(got * drawn)[ends])
        goal = at_response * reached[-1]
        # The first cut that reaches it, but for rounding; of that cut only the part that is needed.
        cut = int(np.searchsorted(reached, goal * (1 - 1e-12)))
        part = min((goal - reached[cut - 1]) / (reached[cut] - reached[cut - 1]), 1.0)
        return float((customers[cut - 1] + part * (customers[cut] - customers[cut - 1])) / customers[-1])

    return share
