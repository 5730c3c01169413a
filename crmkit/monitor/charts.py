"""Control charts of a figure a period: single values (Shewhart) and weighted means (EWMA).

Each chart is a frozen record that draws its limits around data and knows its run length: how long until a
false alarm, how long until a shift is seen. Shifts are in standard deviations of one value; values are taken
as independent and normal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.monitor.run_length import RunLength, chain, geometric

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

STATES = 201  # of the chain; odd, so that one is the start. Up to widths of 4 the mean is off by less than 1 in 100


@dataclass(frozen=True)
class Shewhart:
    """Signal when one value lies beyond so many standard deviations (Shewhart 1931).

    >>> round(Shewhart().run_length().mean, 1)
    370.4
    """

    sigmas: float = 3.0  # from the mean to each limit, above 0 and at most 8

    def __post_init__(self) -> None:
        door.number("sigmas", self.sigmas, low=0, above=True, high=8)

    def run_length(self, shift: float = 0.0, *, periods: int = 10) -> RunLength:
        """Periods until a signal when the mean is off by `shift` from the first period on; exact.

        Parameters
        ----------
        shift : float
            In standard deviations, -100 to 100; 0 gives the time to a false alarm.
        periods : int
            Also tell the chance of a signal within so many.

        Raises
        ------
        TypeError, ValueError
            If a number is out of range.

        >>> round(Shewhart(3.0).run_length(1.0).mean, 1)
        43.9
        """
        from scipy.special import ndtr

        _asked(shift, periods)
        return geometric(float(ndtr(-self.sigmas - shift) + ndtr(shift - self.sigmas)), periods)

    def chart(self, values: ArrayLike, *, mean: float, sd: float) -> pd.DataFrame:
        """The values with the limits about the mean of the ordinary state.

        Parameters
        ----------
        values : array (periods,)
            One figure a period; a Series keeps its index.
        mean, sd : float
            Mean and standard deviation (above 0) of a value when nothing is wrong, known beforehand or from
            an ordinary time. Taken from the very periods that are judged, a shift hides itself.

        Returns
        -------
        DataFrame
            One row a period: value, statistic (what is held against the limits), centre, low, high (the
            limits), signal (outside?). ``.attrs``: false_alarm (chance of a signal in a period when nothing
            is wrong; of a weighted mean 1 / its mean run length).

        Raises
        ------
        TypeError, ValueError
            If a value is missing, or sd is not above 0.

        >>> Shewhart(3.0).chart([10.0, 14.0], mean=10.0, sd=1.0)["signal"].tolist()
        [False, True]
        """
        plain = _values(values, mean, sd)
        half = np.full(len(plain), self.sigmas * sd)
        return _frame(values, plain, plain, mean, half, self.run_length().mean)


@dataclass(frozen=True)
class EWMA:
    """Signal when the exponentially weighted mean leaves its limits (Roberts 1959): small shifts show earlier.

    z = weight x value + (1 - weight) x z before; the limits lie width x its standard deviation from the mean.

    >>> round(EWMA(0.25, 3.0).run_length(1.0).mean, 1)
    11.2
    """

    weight: float = 0.1  # of the newest value, 0.01 to 1; with 1 it is the Shewhart chart
    width: float = 2.814  # in standard deviations of the weighted mean, above 0 and at most 8; a false alarm in 500

    def __post_init__(self) -> None:
        door.number("weight", self.weight, low=0.01, high=1)
        door.number("width", self.width, low=0, above=True, high=8)

    @property
    def sd_share(self) -> float:
        """Standard deviation of the weighted mean in the long run, as a share of that of a value."""
        return float(np.sqrt(self.weight / (2 - self.weight)))

    def run_length(self, shift: float = 0.0, *, periods: int = 10) -> RunLength:
        """Periods until a signal, from the mean on and with the limits of the long run; as `Shewhart.run_length`.

        By a Markov chain of the weighted mean (Brook & Evans 1972; Lucas & Saccucci 1990, Technometrics 32).
        """
        from scipy.special import ndtr

        _asked(shift, periods)
        if self.weight == 1:  # no memory: the chain would only add its rounding
            return Shewhart(self.width).run_length(shift, periods=periods)
        end = self.width * self.sd_share
        half = end / STATES
        middle = (2 * np.arange(STATES) + 1) * half - end
        # From state i the next lies in state j if the value is within its borders less the part that is carried on.
        carried = (1 - self.weight) * middle[:, None]
        reach = (np.append(middle - half, end)[None, :] - carried) / self.weight - shift
        return chain(np.diff(ndtr(reach), axis=1), STATES // 2, periods)

    def chart(self, values: ArrayLike, *, mean: float, sd: float) -> pd.DataFrame:
        """The weighted mean with the limits of the long run, for which `run_length` holds; as `Shewhart.chart`.

        In the first periods, when the weighted mean cannot yet stray far, they are wider than need be.
        """
        plain = _values(values, mean, sd)
        smooth, last = np.empty(len(plain)), mean
        for at, value in enumerate(plain):
            last = self.weight * value + (1 - self.weight) * last
            smooth[at] = last
        half = np.full(len(plain), self.width * sd * self.sd_share)
        return _frame(values, plain, smooth, mean, half, self.run_length().mean)

    @classmethod
    def calibrated(cls, weight: float, *, arl: float) -> EWMA:
        """The chart of this weight with this mean time between false alarms.

        Parameters
        ----------
        weight : float
            Of the newest value, 0.01 to 1.
        arl : float
            Mean periods until a signal when nothing is wrong, 10 to 100,000.

        Raises
        ------
        TypeError, ValueError
            If a number is out of range.

        >>> round(EWMA.calibrated(0.1, arl=500).width, 1)
        2.8
        """
        from scipy.optimize import brentq

        door.number("arl", arl, low=10, high=100_000)
        found = brentq(lambda width: np.log(cls(weight, width).run_length().mean / arl), 0.05, 6.0, xtol=1e-6)
        return cls(weight, float(found))


def _asked(shift: float, periods: int) -> None:
    door.number("shift", shift, low=-100, high=100)
    door.whole("periods", periods)


def _values(values: ArrayLike, mean: float, sd: float) -> np.ndarray:
    door.number("mean", mean)
    door.number("sd", sd, low=0, above=True)
    return door.numbers("values", values)


def _frame(
    given: ArrayLike, value: np.ndarray, statistic: np.ndarray, centre: float, half: np.ndarray, arl: float
) -> pd.DataFrame:
    import pandas as pd

    low, high = centre - half, centre + half
    signal = (statistic < low) | (statistic > high)
    columns = {"value": value, "statistic": statistic, "centre": centre, "low": low, "high": high, "signal": signal}
    table = pd.DataFrame(columns, index=given.index if isinstance(given, pd.Series) else None)
    table.attrs = {"false_alarm": 1 / arl}
    return table
