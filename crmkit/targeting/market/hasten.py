"""What is it worth if those who would come anyway come at once?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmkit import door
from crmkit.intervals import normal_draws
from crmkit.targeting.market.adoption import Bass
from crmkit.targeting.market.adoption_fit import BassFit


@dataclass(frozen=True)
class Hastened:
    """Adoption brought forward, in time and money; intervals are missing where the counts do not tell the law."""

    gained: float  # customer-periods of use that come only because adoption is hastened
    gained_low: float  # its interval
    gained_high: float
    saved: float  # money, the one-off cost not yet taken off
    one_off: float  # money, once
    net: float  # saved - one_off
    net_low: float
    net_high: float


def waiting(law: Bass, *, after: float, periods: float) -> float:
    """Customer-periods that those who adopt later wait, from period `after` on for so many periods.

    Integral of m - N(t), which is m / q (log(1 + q / p e(after)) - log(1 + q / p e(end))), e(t) = exp(-(p + q) t).

    >>> round(waiting(Bass(0.5, 0.0, 10.0), after=0, periods=1_000), 6)  # no imitation: a mean wait of 1 / p each
    20.0
    """
    door.number("after", after, low=0)
    door.number("periods", periods, low=0, above=True)
    return float(_waiting(np.array([[law.p, law.q, law.m]]), after, after + periods)[0])


def _waiting(laws: np.ndarray, begin: float, end: float) -> np.ndarray:
    """The integral of `waiting` for rows of p, q, m."""
    p, q, m = laws.T
    left, right = np.exp(-(p + q) * begin), np.exp(-(p + q) * end)
    with np.errstate(divide="ignore", invalid="ignore"):  # without imitation the other arm is taken
        spread = m / q * (np.log1p(q / p * left) - np.log1p(q / p * right))
    return np.where(q == 0, m * (left - right) / p, spread)


def hasten(
    fit: BassFit,
    *,
    periods: float,
    each: float,
    error: float = 0.0,
    one_off: float = 0.0,
    most: float | None = None,
    seed: int | np.random.Generator,
    draws: int = 20_000,
    level: float = 0.95,
) -> Hastened:
    """What it brings if all who would adopt after the periods seen adopt at once.

    Those who come anyway are no gain of a project; what it wins is the time until they would have come. Who never
    would come is not reached.

    Parameters
    ----------
    fit : BassFit
        The law found in the periods seen, from `fit_bass`.
    periods : float
        Looked at from then on, above 0; not discounted.
    each : float
        Money that one adopter saves or brings a period.
    error : float
        Standard error of `each`, 0 or more.
    one_off : float
        Money spent once, 0 or more.
    most : float, optional
        All who could adopt; a law of the intervals with a larger m is cut there.
    seed : int or Generator
        Of the draws of the intervals: p, q, m lognormal around the estimates, each normal.
    draws : int
        2 or more; the tail above is long and asks for many.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    Hastened

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    Bass (1969), Management Science 15; intervals by parametric draws (Krinsky & Robb 1986, Review of Economics and
    Statistics 68).

    >>> from crmkit.targeting.market import fit_bass
    >>> fit = fit_bass([10, 14, 18, 22, 24, 23, 20, 16, 11, 8, 5, 3])
    >>> found = hasten(fit, periods=36, each=5.0, one_off=10.0, seed=1)
    >>> found.saved == 5.0 * found.gained, found.net == found.saved - 10.0
    (True, True)
    """
    door.number("each", each)
    door.number("error", error, low=0)
    door.number("one_off", one_off, low=0)
    door.share("level", level, inside=True)
    door.whole("draws", draws, low=2)
    if most is not None:
        door.number("most", most, low=0, above=True)
    rng = np.random.default_rng(seed)
    gained = waiting(fit.model, after=fit.periods, periods=periods)
    ends = np.full((2, 2), np.nan)
    if fit.identified:
        middle = np.log([fit.model.p, fit.model.q, fit.model.m])
        drawn = np.exp(normal_draws(rng, middle, fit.covariance.to_numpy(), draws))
        drawn[:, 2] = np.minimum(drawn[:, 2], np.inf if most is None else most)
        time = _waiting(drawn, fit.periods, fit.periods + periods)
        money = time * rng.normal(each, error, size=draws) - one_off
        ends = np.quantile([time, money], [0.5 - level / 2, 0.5 + level / 2], axis=1)
    saved = gained * each
    return Hastened(
        gained=gained,
        gained_low=float(ends[0, 0]),
        gained_high=float(ends[1, 0]),
        saved=saved,
        one_off=float(one_off),
        net=saved - one_off,
        net_low=float(ends[0, 1]),
        net_high=float(ends[1, 1]),
    )
