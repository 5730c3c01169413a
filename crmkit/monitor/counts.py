"""Control charts of shares and counts: which period is out of the ordinary?

Three sigma is a rule for large samples. In small ones a share or count is lopsided, so exact limits stand
beside: each tail has at most the chance of a normal tail beyond so many sigmas. Both kinds say how often they
alarm falsely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.monitor.run_length import RunLength, geometric

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

ROUNDING = 1e-9  # a count on a limit that rounding has moved is no signal


def p_chart(hits: ArrayLike, size: ArrayLike, *, centre: float | None = None, sigmas: float = 3.0) -> pd.DataFrame:
    """Share of each period, e.g. of calls given up, with its limits, by three sigma and exactly.

    Parameters
    ----------
    hits, size : array (periods,)
        Hits (whole numbers of 0 or more) of so many (1 or more); a Series keeps its index.
    centre : float, optional
        Share when nothing is wrong, between 0 and 1; by default that of all periods together, in which
        a large shift hides itself in part.
    sigmas : float
        Width of the limits in standard deviations, above 0 and at most 8.

    Returns
    -------
    DataFrame
        One row a period: size, share, centre, low, high (limits by sigma, cut at 0 and 1), exact_low,
        exact_high (exact limits), signal, exact_signal (outside? on a limit is inside). ``.attrs``:
        false_alarm, exact_false_alarm (chance of a signal in a period when nothing is wrong, exact, the mean
        over the periods).

    Raises
    ------
    TypeError, ValueError
        If numbers are missing or out of range, or the share is 0 or 1 in all periods and no centre is given.

    References
    ----------
    Shewhart (1931); Ryan & Schwertman (1997), Journal of Quality Technology 29, on exact limits.

    >>> chart = p_chart([3, 4, 12], [50, 50, 50], centre=0.08)
    >>> chart["signal"].tolist(), chart["high"].round(3).tolist()[0], round(chart.attrs["false_alarm"], 4)
    ([False, False, True], 0.195, 0.0056)
    """
    from scipy.stats import binom

    door.aligned(hits=hits, size=size)
    hit, of = door.counts("hits", hits), door.counts("size", size, low=1)
    if len(hit) != len(of):
        raise ValueError(f"hits has {len(hit)} periods and size {len(of)}; expected one each")
    if (hit > of).any():
        at = int(np.flatnonzero(hit > of)[0])
        raise ValueError(f"hits are {hit[at]:g} of {of[at]:g} at place {at}; expected at most all of them")
    pooled = float(hit.sum() / of.sum())
    if centre is None and pooled in (0.0, 1.0):
        raise ValueError(f"the share is {pooled:g} in all periods; expected one between 0 and 1. Mend: give centre")
    middle = pooled if centre is None else door.share("centre", centre, inside=True)
    law = binom(of.astype(int), middle)
    return _chart(hits, hit, of, middle, law, sigmas, names=("size", "share"), cut=1.0)


def c_chart(
    counts: ArrayLike, *, exposure: ArrayLike | None = None, centre: float | None = None, sigmas: float = 3.0
) -> pd.DataFrame:
    """Number of each period, e.g. of complaints, with its limits, by three sigma and exactly.

    Parameters
    ----------
    counts : array (periods,)
        Whole numbers of 0 or more; a Series keeps its index.
    exposure : array (periods,), optional
        Size of each period, above 0, e.g. thousands of calls; 1 unless given. The rate is counts / exposure.
    centre : float, optional
        Rate when nothing is wrong, above 0; by default that of all periods together.
    sigmas : float
        Width of the limits in standard deviations, above 0 and at most 8.

    Returns
    -------
    DataFrame
        One row a period: exposure, rate, then centre, low, high, exact_low, exact_high, signal,
        exact_signal, and ``.attrs``, as in `p_chart`.

    Raises
    ------
    TypeError, ValueError
        If numbers are missing or out of range, or nothing happened at all and no centre is given.

    References
    ----------
    Shewhart (1931), with the Poisson law: the variance of a count is its mean.

    >>> chart = c_chart([4, 6, 5, 14], centre=5.0)
    >>> chart["signal"].tolist(), round(chart.attrs["false_alarm"], 4)
    ([False, False, False, True], 0.0055)
    """
    from scipy.stats import poisson

    door.aligned(counts=counts, exposure=exposure)
    number = door.counts("counts", counts)
    size = np.ones(len(number)) if exposure is None else door.numbers("exposure", exposure, low=0, above=True)
    if len(size) != len(number):
        raise ValueError(f"counts has {len(number)} periods and exposure {len(size)}; expected one each")
    if centre is None and not number.any():
        raise ValueError("counts are 0 in all periods; a chart needs a rate above 0. Mend: give centre")
    middle = float(number.sum() / size.sum()) if centre is None else door.number("centre", centre, low=0, above=True)
    return _chart(counts, number, size, middle, poisson(middle * size), sigmas, names=("exposure", "rate"), cut=np.inf)


def p_run_length(
    share: float, *, size: int, centre: float, sigmas: float = 3.0, exact: bool = True, periods: int = 10
) -> RunLength:
    """Periods until a p-chart signals, if the true share is now another one: the delay, or time to a false alarm.

    Parameters
    ----------
    share : float
        True share from the first period on, 0..1; that of `centre` gives the time to a false alarm.
    size : int
        Asked in each period, 1 or more.
    centre : float
        Share when nothing is wrong, between 0 and 1.
    sigmas, exact
        Of the chart: width of the limits, and which limits signal.
    periods : int
        Also tell the chance of a signal within so many.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    >>> round(p_run_length(0.16, size=50, centre=0.08).mean, 1)
    10.8
    """
    from scipy.stats import binom

    door.share("share", share)
    of, middle = door.whole("size", size), door.share("centre", centre, inside=True)
    low, high = _limits(binom(of, middle), sigmas)[0 if exact else 1]
    return geometric(_outside(binom(of, share), low, high), door.whole("periods", periods))


def c_run_length(
    rate: float, *, centre: float, exposure: float = 1.0, sigmas: float = 3.0, exact: bool = True, periods: int = 10
) -> RunLength:
    """Periods until a c-chart signals, if the true rate is now another one; as `p_run_length`.

    Parameters
    ----------
    rate : float
        True rate from the first period on, 0 or more.
    centre : float
        Rate when nothing is wrong, above 0.
    exposure : float
        Size of each period, above 0.
    sigmas, exact, periods
        As of `p_run_length`.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    >>> round(c_run_length(5.0, centre=5.0, exact=False).mean)
    183
    """
    from scipy.stats import poisson

    now = door.number("rate", rate, low=0)
    size = door.number("exposure", exposure, low=0, above=True)
    middle = door.number("centre", centre, low=0, above=True)
    low, high = _limits(poisson(middle * size), sigmas)[0 if exact else 1]
    return geometric(_outside(poisson(now * size), low, high), door.whole("periods", periods))


def _limits(law: Any, sigmas: float) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Fewest and most that are no signal, as numbers: exactly, and by sigma."""
    from scipy.special import ndtr

    wide = door.number("sigmas", sigmas, low=0, above=True, high=8)
    tail = float(ndtr(-wide))
    # ppf(q) is the first k with cdf(k) >= q, so fewer than it have less than the tail; isf likewise above.
    return (law.ppf(tail), law.isf(tail)), (law.mean() - wide * law.std(), law.mean() + wide * law.std())


def _outside(law: Any, low: Any, high: Any) -> Any:
    """Chance to fall below or above limits that are themselves inside."""
    return law.cdf(np.ceil(low - ROUNDING) - 1) + law.sf(np.floor(high + ROUNDING))


def _chart(
    given: Any, number: np.ndarray, size: np.ndarray, centre: float, law: Any, sigmas: float,
    *, names: tuple[str, str], cut: float,
) -> pd.DataFrame:  # fmt: skip
    import pandas as pd

    exact, plain = _limits(law, sigmas)
    columns = {
        names[0]: size.astype(int) if names[0] == "size" else size,
        names[1]: number / size,
        "centre": centre,
        "low": np.maximum(plain[0] / size, 0.0),
        "high": np.minimum(plain[1] / size, cut),
        "exact_low": exact[0] / size,
        "exact_high": exact[1] / size,
        "signal": (number < plain[0] - ROUNDING) | (number > plain[1] + ROUNDING),
        "exact_signal": (number < exact[0]) | (number > exact[1]),
    }
    table = pd.DataFrame(columns, index=given.index if isinstance(given, pd.Series) else None)
    table.attrs = {
        "false_alarm": float(np.mean(_outside(law, *plain))),
        "exact_false_alarm": float(np.mean(_outside(law, *exact))),
    }
    return table
