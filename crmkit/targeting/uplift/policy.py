"""What a rule of whom to contact would have brought, judged on a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import each, same_length, yes_or_no
from crmkit.targeting.uplift.arms import two_arms

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

METHODS = ("normalised", "horvitz_thompson")


@dataclass(frozen=True)
class PolicyValue:
    """Money (or outcome) a customer under a rule, or the difference of two rules."""

    value: float  # a customer of all
    low: float  # its interval
    high: float
    share: float  # contacted under the rule, 0..1; of a difference: the difference of both
    agreeing: int  # customers whom the trial treated as the rule would; of a difference: as either rule would
    method: str


def policy_value(
    decision: ArrayLike,
    treated: ArrayLike,
    outcome: ArrayLike,
    *,
    against: ArrayLike | None = None,
    propensity: ArrayLike | None = None,
    value: ArrayLike = 1.0,
    cost: ArrayLike = 0.0,
    method: str = "normalised",
    level: float = 0.95,
) -> PolicyValue:
    """Mean result a customer if contacts followed a rule, from a trial in which the lot decided.

    Parameters
    ----------
    decision : array (customers,)
        True: the rule contacts. It must be made without the outcomes of these customers.
    treated, outcome : array (customers,)
        Contacted in the trial or not; what came of it.
    against : array (customers,), optional
        Another rule; then the result is the paired difference, decision less against.
    propensity : float or array, optional
        Chance of being contacted in the trial; the share contacted unless given.
    value, cost : float or array
        Money that a unit of the outcome brings, and that a contact costs.
    method : "normalised" or "horvitz_thompson"
        Weights made to sum to the customers (steadier), or as they are (unbiased).
    level : float
        Of the interval, 0..1.

    Returns
    -------
    PolicyValue
        With its normal interval.

    Raises
    ------
    ValueError
        If an arm is empty, nobody was treated as the rule would, or lengths differ.

    References
    ----------
    Horvitz & Thompson (1952); Hajek (1971) for the normalised weights.

    >>> policy_value([1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0], value=10, cost=1).value
    4.5
    """
    if method not in METHODS:
        raise ValueError(f"method={method!r} must be one of {METHODS}")
    door.aligned(decision=decision, treated=treated, outcome=outcome, against=against, propensity=propensity)
    rule = yes_or_no("decision", decision, both=False)
    n = len(rule)
    arm, got, chance = two_arms(treated, outcome, propensity, n, "decision")
    z = normal_quantile(level)
    net = got * each("value", value, n) - arm * each("cost", cost, n)
    mean, terms, agrees = _judged("decision", rule, arm, net, chance, method)
    share = float(rule.mean())
    if against is not None:
        other = yes_or_no("against", against, both=False)
        same_length("against", other, "decision", n)
        less, others, too = _judged("against", other, arm, net, chance, method)
        mean, terms, agrees, share = mean - less, terms - others, agrees | too, share - float(other.mean())
    half = z * terms.std() / np.sqrt(n)
    return PolicyValue(float(mean), float(mean - half), float(mean + half), share, int(agrees.sum()), method)


def _judged(
    name: str, rule: np.ndarray, arm: np.ndarray, net: np.ndarray, chance: np.ndarray, method: str
) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean of a rule, one term a customer for its error, and who was treated as it would."""
    agrees = rule == arm
    if not agrees.any():
        raise ValueError(f"{name} contacts nobody as the trial did; nothing tells what the rule would bring")
    weight = agrees / np.where(arm == 1, chance, 1 - chance)
    if method == "horvitz_thompson":
        return float(np.mean(weight * net)), weight * net, agrees
    mean = float(np.average(net, weights=weight))
    return mean, weight * (net - mean) / weight.mean(), agrees
