"""What uplift asks of a trial: two arms, one outcome a customer, the chance of being treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.targeting.asked import each, numbers, same_length, yes_or_no

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def two_arms(
    treated: ArrayLike, outcome: ArrayLike, propensity: ArrayLike | None, n: int, of: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arm as 0 and 1, outcome, chance of treatment; or one clear refusal."""
    door.aligned(treated=treated, outcome=outcome, propensity=propensity)
    arm, got = yes_or_no("treated", treated, both=False), numbers("outcome", outcome)
    same_length("treated", arm, of, n)
    same_length("outcome", got, of, n)
    if arm.min() == arm.max():
        only, lacking = ("treated", "held back") if arm[0] else ("held back", "treated")
        raise ValueError(
            f"treated has one arm only: all {n:,} customers are {only}. Uplift is a difference of two arms, so it "
            f"cannot be told from what happens anyway. Mend: add customers {lacking} by lot at the same time"
        )
    chance = np.full(n, arm.mean()) if propensity is None else each("propensity", propensity, n)
    if (chance <= 0).any() or (chance >= 1).any():
        raise ValueError(
            "propensity must lie between 0 and 1 for every customer; who is always or never treated has nobody to be "
            "compared with. Mend: leave those customers out of the judgement, and say so"
        )
    return arm, got, chance


def effects(arm: np.ndarray, got: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """One number a customer whose mean over any group, chosen without the outcome, is the group's uplift.

    The mean of each arm is taken off before weighting: it changes no expectation and spares variance.
    """
    with_, without = arm / chance, (1 - arm) / (1 - chance)
    high, low = np.average(got, weights=with_), np.average(got, weights=without)
    return high - low + with_ * (got - high) - without * (got - low)
