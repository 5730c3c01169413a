"""How many answers are needed, and is a change more than noise?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crmkit import door
from crmkit.monitor.samples import finite_mean, wilson_half

MOST = 10**9  # answers; a size beyond it is of no use to anyone


def sample_size_mean(*, sd: float, half_width: float, population: int | None = None, level: float = 0.95) -> int:
    """Answers needed so that the interval of a mean reaches at most so far to either side.

    Parameters
    ----------
    sd : float
        Standard deviation of the answers, above 0.
    half_width : float
        Of the interval, in the unit of the answers, above 0.
    population : int, optional
        All whose mean is asked for: fewer answers are needed of a small one.
    level : float
        0..1.

    Returns
    -------
    int
        The least n with t(n - 1) x sd / sqrt(n) x sqrt((N - n) / N) <= half_width.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    Cochran (1977), Sampling Techniques, 4.6, with Student's quantile in the place of the normal one.

    >>> sample_size_mean(sd=15.0, half_width=4.0), sample_size_mean(sd=15.0, half_width=4.0, population=80)
    (57, 34)
    """
    from scipy.special import stdtrit

    door.number("sd", sd, low=0, above=True)
    door.number("half_width", half_width, low=0, above=True)
    tail = (1 - door.share("level", level, inside=True)) / 2
    if population is not None:
        door.whole("population", population)

    def enough(n: int) -> bool:
        return n > 1 and stdtrit(n - 1, 1 - tail) * sd / np.sqrt(n) * finite_mean(n, population) <= half_width

    return _least(enough, population)


def sample_size_share(
    *, half_width: float, share: float = 0.5, population: int | None = None, level: float = 0.95
) -> int:
    """Answers needed so that the interval of a share reaches on average at most so far to either side.

    Parameters
    ----------
    half_width : float
        Half of the width of Wilson's interval, as a share, between 0 and 1/2: 3 points of a hundred are 0.03.
    share : float
        Expected, 0..1; one half needs most answers.
    population : int, optional
        All whose share is asked for: fewer answers are needed of a small one.
    level : float
        0..1.

    Returns
    -------
    int
        The least n at which `share_interval` (Wilson) is no wider. At one half it is z^2 (4 at 0.95) less
        than the textbook's z^2 share (1 - share) / half_width^2; near 0 and 1 it is more.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    Piegorsch (2004), Sample sizes for improved binomial confidence intervals, Computational Statistics & Data
    Analysis 46; Cochran (1977), Sampling Techniques, 4.4, for the textbook's rule.

    >>> sample_size_share(half_width=0.03), sample_size_share(half_width=0.03, population=2000)
    (1064, 695)
    """
    door.share("share", share)
    if not 0 < door.number("half_width", half_width) < 0.5:
        raise ValueError(f"half_width={half_width!r} must lie between 0 and 0.5; write 3 points of a hundred as 0.03")
    door.share("level", level, inside=True)
    if population is not None:
        door.whole("population", population)
    return _least(lambda n: wilson_half(share, n, population, level) <= half_width, population)


def _least(enough: Callable[[int], bool], population: int | None) -> int:
    """The least number that is enough, everyone at most."""
    high = MOST if population is None else population
    if population is None and not enough(high):
        raise ValueError(f"more than {MOST:,} answers would be needed; ask for a wider interval")
    low = 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True)
class Change:
    """A mean before and after: how far it moved, and whether that is more than noise."""

    change: float  # after - before, in the unit of the answers
    low: float  # interval of the change (Welch)
    high: float
    p: float  # chance of a change at least as large, either way, if nothing had changed
    needed: float  # answers on each side at which a true change of this size shows 8 times in 10; inf for none


def before_after(
    before: float, after: float, *, sd: float | tuple[float, float], n: int | tuple[int, int], level: float = 0.95
) -> Change:
    """Is the change of a mean score more than the noise of two samples?

    Even a change that is no noise need not come from what was done in between: without a
    control the season, the market or another questionnaire may have done it.

    Parameters
    ----------
    before, after : float
        Mean scores.
    sd : float or (before, after)
        Standard deviation of the answers, above 0.
    n : int or (before, after)
        Answers, 2 or more each.
    level : float
        0..1.

    Returns
    -------
    Change

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    Welch (1947), Biometrika 34; needed: normal approximation, two-sided at 1 - level, power 0.8.

    >>> found = before_after(78.0, 82.0, sd=18.0, n=100)
    >>> round(found.low, 2), round(found.high, 2), round(found.p, 3), found.needed
    (-1.02, 9.02, 0.118, 318.0)
    """
    from scipy.special import ndtri, stdtr, stdtrit

    first, last = door.number("before", before), door.number("after", after)
    sds = [door.number("sd", one, low=0, above=True) for one in (sd if isinstance(sd, tuple | list) else (sd, sd))]
    sizes = [door.whole("n", one, low=2) for one in (n if isinstance(n, tuple | list) else (n, n))]
    if len(sds) != 2 or len(sizes) != 2:
        raise ValueError(f"sd={sd!r} and n={n!r} must be one number, or one before and one after")
    tail = (1 - door.share("level", level, inside=True)) / 2
    errors = [one**2 / size for one, size in zip(sds, sizes, strict=True)]
    error = float(np.sqrt(sum(errors)))
    freedom = sum(errors) ** 2 / sum(one**2 / (size - 1) for one, size in zip(errors, sizes, strict=True))
    change = last - first
    half = float(stdtrit(freedom, 1 - tail)) * error
    reach = ndtri(1 - tail) + ndtri(0.8)
    needed = np.ceil(reach**2 * sum(one**2 for one in sds) / change**2) if change else np.inf
    return Change(change, change - half, change + half, float(2 * stdtr(freedom, -abs(change) / error)), float(needed))
