"""What warnings were worth, looking back: how many came true, and how much was warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Hindsight:
    """Warnings beside what came; shares 0..1, missing where there is nobody to take a share of."""

    warned: int
    came_true: int  # warned, and it happened
    missed: int  # it happened without a warning
    precision: float  # share of the warned to whom it happened
    precision_low: float
    precision_high: float
    recall: float  # share of all to whom it happened who were warned of
    recall_low: float
    recall_high: float
    false_alarm: float  # share of all to whom it did not happen who were warned of
    false_alarm_low: float
    false_alarm_high: float

    def __repr__(self) -> str:
        shares = ((self.precision, self.precision_low, self.precision_high), (self.recall, self.recall_low, self.recall_high),
                  (self.false_alarm, self.false_alarm_low, self.false_alarm_high))  # fmt: skip
        right, seen, false = (_told(*one) for one in shares)
        return (
            f"Hindsight({self.warned:,} warned, {self.came_true:,} came true: {right}; of {self.came_true + self.missed:,} that "
            f"happened warned of: {seen}; false alarms: {false})"
        )


def hindsight(warned: ArrayLike, happened: ArrayLike, *, level: float = 0.95) -> Hindsight:
    """What were the warnings worth, now that we know what came?

    Parameters
    ----------
    warned, happened : array (cases,) of bool
        Was there a warning, and did it come to pass in the time that was watched?
    level : float
        Of the intervals (Wilson), 0..1.

    Returns
    -------
    Hindsight

    Raises
    ------
    TypeError, ValueError
        If the lengths differ, there are no cases, or a value is not True or False.

    >>> found = hindsight([True, True, False, False, False], [True, False, True, False, False])
    >>> found.came_true, found.missed, found.precision, round(found.false_alarm, 2)
    (1, 1, 0.5, 0.33)
    """
    door.aligned(warned=warned, happened=happened)
    rang, came = _yes_no("warned", warned), _yes_no("happened", happened)
    if len(rang) != len(came):
        raise ValueError(f"warned has {len(rang):,} cases and happened {len(came):,}; expected one of each a case")
    if not len(rang):
        raise ValueError("warned has 0 cases; expected one a customer, account or month watched")
    true, missed = int((rang & came).sum()), int((~rang & came).sum())
    many = int(rang.sum())
    shares: list[float] = []
    for hits, of in ((true, many), (true, true + missed), (many - true, len(rang) - true - missed)):
        low, high = wilson(np.array([hits]), np.array([of]), level=level) if of else ([np.nan], [np.nan])
        shares += [hits / of if of else float("nan"), float(low[0]), float(high[0])]
    return Hindsight(many, true, missed, *shares)


def _told(share: float, low: float, high: float) -> str:
    return "none" if np.isnan(share) else f"{100 * share:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _yes_no(name: str, given: ArrayLike) -> np.ndarray:
    values = np.asarray(given)
    if values.ndim != 1:
        raise ValueError(f"{name} has {values.ndim} dimensions; expected one value a case")
    if values.dtype.kind != "b" and len(values):
        raise TypeError(f"{name} is of type {values.dtype}; expected True and False. Mend: {name} > threshold")
    return values.astype(bool)
