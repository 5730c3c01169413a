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

METHODS = ("normalised", "horvitz_thompson", "doubly_robust")


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
    expected: ArrayLike | None = None,
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
    expected : array (customers, 2), optional
        Outcome that a model expects of each customer without and with the contact; made without the outcomes of these
        customers (out of fold). Needed for "doubly_robust", which only weights what the model did not foresee.
    value, cost : float or array
        Money that a unit of the outcome brings, and that a contact costs.
    method : "normalised", "horvitz_thompson" or "doubly_robust"
        Weights made to sum to the customers (steadier), or as they are (unbiased); or the model's expectation and the
        weighted rest: right if either the propensity or the model is, and the steadiest if the model is any good.
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
    Horvitz & Thompson (1952); Hajek (1971) for the normalised weights; Robins, Rotnitzky & Zhao (1994), Dudik, Langford & Li
    (2011), Doubly robust policy evaluation, ICML, equation 2.

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
    worth, price = each("value", value, n), each("cost", cost, n)
    net = got * worth - arm * price
    foreseen = None
    if method == "doubly_robust":
        foreseen = _foreseen(expected, n) * worth[:, None] - np.outer(price, [0.0, 1.0])
    elif expected is not None:
        raise ValueError(f"expected is given, but method={method!r} does not use it. Mend: method='doubly_robust'")
    mean, terms, agrees = _judged("decision", rule, arm, net, chance, method, foreseen)
    share = float(rule.mean())
    if against is not None:
        other = yes_or_no("against", against, both=False)
        same_length("against", other, "decision", n)
        less, others, too = _judged("against", other, arm, net, chance, method, foreseen)
        mean, terms, agrees, share = mean - less, terms - others, agrees | too, share - float(other.mean())
    half = z * terms.std() / np.sqrt(n)
    return PolicyValue(float(mean), float(mean - half), float(mean + half), share, int(agrees.sum()), method)


def _judged(
    name: str,
    rule: np.ndarray,
    arm: np.ndarray,
    net: np.ndarray,
    chance: np.ndarray,
    method: str,
    foreseen: np.ndarray | None,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean of a rule, one term a customer for its error, and who was treated as it would."""
    agrees = rule == arm
    if not agrees.any():
        raise ValueError(f"{name} contacts nobody as the trial did; nothing tells what the rule would bring")
    weight = agrees / np.where(arm == 1, chance, 1 - chance)
    if foreseen is not None:
        told = np.where(rule == 1, foreseen[:, 1], foreseen[:, 0])
        terms = told + weight * (net - told)
        return float(terms.mean()), terms, agrees
    if method == "horvitz_thompson":
        return float(np.mean(weight * net)), weight * net, agrees
    mean = float(np.average(net, weights=weight))
    return mean, weight * (net - mean) / weight.mean(), agrees


def _foreseen(expected: ArrayLike | None, n: int) -> np.ndarray:
    if expected is None:
        raise ValueError("method='doubly_robust' needs expected: the outcome without and with the contact, two columns")
    try:
        table = np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        raise ValueError("expected holds what is no number; expected two columns of numbers") from None
    if table.shape != (n, 2) or not np.isfinite(table).all():
        raise ValueError(
            f"expected has the shape {table.shape} or holds a missing value; expected ({n}, 2) numbers: the outcome without "
            "and with the contact of each customer"
        )
    return table
