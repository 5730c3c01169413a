"""Is a chance of 10 % a chance of 10 %? Reliability, the Brier score and its parts, and mending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson, wilson_in_groups
from crmkit.targeting.asked import numbers, same_length, weights, whole, yes_or_no
from crmkit.targeting.response.logit import fit_logit

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Calibration:
    """How far predicted chances agree with what happened."""

    brier: float  # mean squared error of the chances, 0 (perfect) to 1
    low: float  # its interval
    high: float
    reliability: float  # part of it from wrong chances; 0 is best
    resolution: float  # what telling customers apart takes off it; the higher the better
    uncertainty: float  # what knowing only the base rate would score
    within: float  # rest from unequal chances inside a bin; brier = reliability - resolution + uncertainty + within
    skill: float  # 1 - brier / uncertainty: 0 knows the base rate only, 1 knows all
    ece: float  # expected calibration error: mean of |predicted - observed| over the customers' bins
    ece_by_chance: float  # the same to be expected of perfectly right chances, with so many customers
    slope: float  # of log-odds on predicted log-odds: 1 is right, below 1 too extreme; missing if not converged
    slope_low: float
    slope_high: float
    intercept: float  # log-odds at predicted chance 1/2 with that slope: 0 is right
    intercept_low: float
    intercept_high: float
    level: float  # of the intervals
    customers: int  # rows judged on
    converged: bool  # of slope and intercept
    reason: str  # why not; "" where converged

    def __repr__(self) -> str:
        line = f"slope {self.slope:.2f} ({self.slope_low:.2f} to {self.slope_high:.2f})"
        skill = f"skill {100 * self.skill:.1f} %" if np.isfinite(self.skill) else "no skill to tell"
        return (
            f"Calibration(Brier {self.brier:.4f} ({self.low:.4f} to {self.high:.4f}), {skill}, error "
            f"{self.ece:.4f} where chance alone gives {self.ece_by_chance:.4f}, {line if self.converged else self.reason})"
        )


def reliability(
    predicted: ArrayLike,
    outcome: ArrayLike,
    *,
    bins: int = 10,
    weight: ArrayLike | None = None,
    group: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Predicted chances beside what happened, in bins of equally many customers.

    Equal chances stay in one bin, so there may be fewer bins of unequal size.

    Parameters
    ----------
    predicted : array (customers,)
        Chances, 0..1, made from other customers than these.
    outcome : array (customers,)
        True and False, or 1 and 0.
    bins : int
        At most so many, at least 1.
    weight : array (customers,), optional
        Customers that a row stands for, 0 or more.
    group : array (customers,), optional
        What stands or falls together, such as a household: the intervals count groups instead of rows. Not with `weight`.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a bin, lowest chances first: customers, predicted (mean chance), observed (share with the outcome), low, high
        (its interval), off (is the predicted mean outside the interval?).

    Raises
    ------
    ValueError
        If lengths differ, chances lie outside 0..1, values are missing, or weight and group are both given.

    References
    ----------
    Murphy & Winkler (1977), reliability diagram. Intervals: Wilson (1927); with weights, of so many customers as tell as much
    (Kish 1965, 8.2), in groups likewise (Rao & Scott 1992).

    >>> reliability([0.1, 0.1, 0.8, 0.8], [0, 0, 1, 1], bins=2)[["predicted", "observed"]].to_numpy().tolist()
    [[0.1, 0.0], [0.8, 1.0]]
    """
    import pandas as pd

    chance, happened, heavy = _asked(predicted, outcome, weight)
    normal_quantile(level)
    customers, worth, mean, rate, place = _binned(chance, happened, heavy, whole("bins", bins, 1))
    low, high = wilson(rate * worth, worth, level=level)
    if group is not None:
        if weight is not None:
            raise ValueError("weight and group are both given; expected one of them. Mend: leave one out")
        door.aligned(predicted=predicted, group=group)
        alike = np.asarray(group)
        same_length("group", alike, "predicted", len(chance))
        if pd.isna(alike).any():
            raise ValueError(
                "group is missing in some rows; expected one a row. Mend: fillna with a name of its own for each"
            )
        bins_of = [
            wilson_in_groups(happened[place == one], alike[place == one], level=level) for one in range(len(mean))
        ]
        low, high, _ = np.array(bins_of).T
    return pd.DataFrame(
        {
            "customers": customers.astype(int) if weight is None else customers,
            "predicted": mean,
            "observed": rate,
            "low": low,
            "high": high,
            "off": (mean < low) | (mean > high),
        }
    ).rename_axis("bin")


def calibration(
    predicted: ArrayLike,
    outcome: ArrayLike,
    *,
    bins: int = 10,
    weight: ArrayLike | None = None,
    level: float = 0.95,
) -> Calibration:
    """How good predicted chances are: the Brier score with its parts, calibration error and slope.

    Parameters
    ----------
    predicted, outcome, bins, weight, level
        As in `reliability`.

    Returns
    -------
    Calibration
        The parts sum to the score exactly, whatever the bins. Slope and intercept are missing, with the reason, where chances
        are exactly 0 or 1, all the same, or the outcome is; so is the skill in the last case.

    Raises
    ------
    ValueError
        As `reliability`.

    References
    ----------
    Brier (1950); its parts: Murphy (1973), with the terms within bins of Stephenson, Coelho & Jolliffe (2008), eq. 9.
    Slope and intercept: Cox (1958), Two further applications of a model for binary regression. `ece_by_chance`: mean absolute
    value of a normal error of variance p (1 - p) / customers in each bin.

    >>> found = calibration([0.5, 0.5, 0.9, 0.9], [0, 1, 1, 1])
    >>> round(found.reliability - found.resolution + found.uncertainty + found.within - found.brier, 12)
    0.0
    """
    chance, happened, heavy = _asked(predicted, outcome, weight)
    z = normal_quantile(level)
    customers, worth, mean, rate, place = _binned(chance, happened, heavy, whole("bins", bins, 1))
    each = heavy / heavy.sum()
    base, error = each @ happened, (chance - happened) ** 2
    brier = each @ error
    half = z * np.sqrt(each**2 @ (error - brier) ** 2)
    part = customers / customers.sum()
    wrong, told = part @ (mean - rate) ** 2, part @ (rate - base) ** 2
    apart = chance - mean[place]
    within = each @ (apart**2 - 2 * apart * (happened - rate[place]))
    unknown = base * (1 - base)
    by_chance = part @ np.sqrt(2 / np.pi * mean * (1 - mean) / worth)
    line, ends, reason = _line(chance, happened, heavy, z)
    return Calibration(
        *(float(brier), float(max(brier - half, 0)), float(min(brier + half, 1))),
        *(float(wrong), float(told), float(unknown), float(within)),
        float(1 - brier / unknown) if unknown > 0 else float("nan"),
        *(float(part @ np.abs(mean - rate)), float(by_chance)),
        *(float(line[1]), float(line[1] - ends[1]), float(line[1] + ends[1])),
        *(float(line[0]), float(line[0] - ends[0]), float(line[0] + ends[0])),
        *(float(level), len(np.asarray(predicted)), not reason, reason),
    )


def _line(chance: np.ndarray, happened: np.ndarray, heavy: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray, str]:
    """Intercept and slope on the log-odds, half-widths of their intervals, and why there are none."""
    unknown = np.full(2, np.nan)
    if ((chance == 0) | (chance == 1)).any():
        return unknown, unknown, "chances of exactly 0 or 1 have no log-odds, so there is no slope"
    if happened.min() == happened.max():
        return unknown, unknown, "the outcome is the same for all, so there is no slope"
    if np.ptp(chance) <= 1e-12:
        return unknown, unknown, "the chances are the same for all, so there is no slope"
    log_odds = np.log(chance / (1 - chance))
    fit = fit_logit(log_odds[:, None], happened, heavy)
    if not fit.converged:
        return unknown, unknown, f"no slope: {fit.reason}"
    covariance = fit.covariance
    if (heavy != 1).any():
        # A row of weight 3 is one customer asked, not three: the sandwich of White (1982) counts rows.
        design = np.column_stack([np.ones(len(chance)), log_odds])
        surprise = heavy * (happened - 1 / (1 + np.exp(-(design @ fit.coefficients))))
        covariance = covariance @ (design.T @ (design * surprise[:, None] ** 2)) @ covariance
    return fit.coefficients, z * np.sqrt(np.diag(covariance)), ""


def _binned(
    chance: np.ndarray, happened: np.ndarray, heavy: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """By bin: customers, so many of weight 1 as tell as much, mean chance, share with the outcome; and each row's bin."""
    tie = np.unique(chance, return_inverse=True)[1]
    among = np.bincount(tie, weights=heavy)
    # The middle of the customers with this chance says the bin, so that equal chances share one.
    middle = (np.cumsum(among) - among / 2) / among.sum()
    place = np.unique(np.minimum(np.floor(middle * bins), bins - 1), return_inverse=True)[1][tie]
    customers, squares = np.bincount(place, weights=heavy), np.bincount(place, weights=heavy**2)
    mean = np.bincount(place, weights=heavy * chance) / customers
    rate = np.bincount(place, weights=heavy * happened) / customers
    return customers, customers**2 / squares, mean, rate, place


def _asked(
    predicted: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    door.aligned(predicted=predicted, outcome=outcome, weight=weight)
    chance = numbers("predicted", predicted)
    happened = yes_or_no("outcome", outcome, both=False)
    same_length("outcome", happened, "predicted", len(chance))
    bad = (chance < 0) | (chance > 1)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"predicted is {chance[first]:g} in row {first}; expected chances, 0 to 1. Mend: percent / 100, or for scores "
            "that are no chances recalibrate(...) on other customers"
        )
    heavy = weights(weight, len(chance))
    there = heavy > 0  # the others stand for nobody
    return chance[there], happened[there], heavy[there]
