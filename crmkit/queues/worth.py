"""From the values of customers to the loss of a caller who hangs up, and to the agents that are worth their wage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.staffing import staff_by_money

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from crmkit.queues.centre import CallCentre

AT_ONCE = 4_000_000  # values drawn at a time


@dataclass(frozen=True)
class ValuePlan:
    """Agents that cost least with the callers who are lost, and how sure that is."""

    agents: int
    agents_low: int  # at the ends of the interval of the loss
    agents_high: int
    loss: float  # money a caller who hangs up
    loss_low: float
    loss_high: float
    cost: float  # wages and loss, money an hour


def staff_by_value(
    centre: CallCentre,
    values: ArrayLike,
    *,
    churn_rise: float,
    wage_per_h: float,
    churn_rise_error: float = 0.0,
    level: float = 0.95,
    draws: int = 500,
    seed: int | np.random.Generator,
) -> ValuePlan:
    """How many agents are worth their wage, when a lost call is worth the customer's value times the rise of leaving.

    Parameters
    ----------
    centre : CallCentre
        One case, with a finite patience; its agents are of no account.
    values : array (callers,)
        Lifetime value of those who call (a customer who calls twice stands twice), money; losses among them are negative.
    churn_rise : float
        What hanging up adds to the chance of leaving, 0..1.
    wage_per_h : float
        Money an agent and hour, above 0.
    churn_rise_error : float
        Standard error of churn_rise.
    level : float
        Of the intervals, 0..1.
    draws : int
        Bootstrap draws of the callers, and normal ones of churn_rise, cut off below 0.
    seed : int or Generator

    Returns
    -------
    ValuePlan

    Raises
    ------
    ValueError
        If the mean value is negative, or a figure is out of its range.

    References
    ----------
    Efron & Tibshirani (1993), An introduction to the bootstrap, chapter 13: percentile interval. More loss never asks for
    fewer agents, so the ends of the loss give those of the agents.

    >>> from crmkit.queues import CallCentre
    >>> centre = CallCentre(calls_per_h=16_800, handle_s=300, agents=1, patience_s=180)
    >>> plan = staff_by_value(centre, [100.0, 400.0] * 200, churn_rise=0.04, wage_per_h=25, seed=1)
    >>> plan.agents, plan.agents_low <= plan.agents <= plan.agents_high
    (1435, True)
    """
    worth = door.numbers("values", np.asarray(values), least=2)
    rise = door.share("churn_rise", churn_rise)
    error = door.number("churn_rise_error", churn_rise_error, low=0)
    door.number("wage_per_h", wage_per_h, low=0, above=True)
    tail = (1 - door.share("level", level, inside=True)) / 2
    door.whole("draws", draws, low=2)
    if np.ndim(centre.offered_load):
        raise ValueError("staff_by_value takes one centre at a time; expected numbers, not arrays")
    if worth.mean() < 0:
        raise ValueError(f"values have the mean {worth.mean():g}; expected callers who are worth something on average")
    rng = np.random.default_rng(seed)
    rows = max(AT_ONCE // len(worth), 1)
    means = np.concatenate([
        worth[rng.integers(len(worth), size=(min(rows, draws - done), len(worth)))].mean(axis=1)
        for done in range(0, draws, rows)
    ])  # fmt: skip
    losses = np.maximum(means, 0.0) * np.clip(rng.normal(rise, error, draws), 0.0, 1.0)
    loss, (low, high) = rise * float(worth.mean()), np.quantile(losses, [tail, 1 - tail]).tolist()
    agents, costs = staff_by_money(centre, wage_per_h=wage_per_h, loss_per_abandoned=[loss, low, high])
    here, least, most = np.asarray(agents).tolist()
    return ValuePlan(here, min(least, here), max(most, here), loss, low, high, float(np.asarray(costs)[0]))
