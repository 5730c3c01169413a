"""From a log to calls by interval, and how much more days differ than chance makes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.queues.patterns import day_intervals
from crmkit.tables import require

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd


def arrivals(
    calls: pd.DataFrame, *, interval_s: float = 1800.0, when: str = "arrived", closed: Iterable[str | dt.date] = ()
) -> pd.DataFrame:
    """How many calls came in each interval of each day.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS), in any order. For the demand of callers leave repeats and redials out before:
        ``calls[calls.repeat_of.isna() & calls.redial_of.isna()]``.
    interval_s : float
        Length of an interval; whole ones fill an hour.
    when : str
        The column of the moments. With a time zone, days have 23 or 25 hours where its clocks are changed.
    closed : dates
        Days whose calls tell nothing of demand (holidays, outages). Days without any call count as closed too.

    Returns
    -------
    DataFrame
        Every interval from the first day to the last, index begins: day (date), slot (interval by the clock, from 0),
        weekday (0: Monday), calls, open (False on closed days, which keep their calls).

    Raises
    ------
    ValueError, TypeError
        If the log is empty, a moment is missing, or the column holds no moments.

    >>> from crmkit import queues
    >>> table = arrivals(queues.simulate(queues.CallCentre(60, 180, 5, 120), hours=48, seed=1))
    >>> len(table), bool(table["open"].all())
    (96, True)
    """
    import pandas as pd

    require(calls, [when], name="calls")
    moments = calls[when]
    if not len(moments):
        raise ValueError("calls has 0 rows; expected at least one call")
    if moments.dtype.kind != "M" and not isinstance(moments.dtype, pd.DatetimeTZDtype):
        raise TypeError(f"{when} is of type {moments.dtype}; expected moments. Mend: pd.to_datetime(calls[{when!r}])")
    if moments.isna().any():
        raise ValueError(
            f"{when} is missing in {int(moments.isna().sum()):,} of {len(moments):,} calls; expected all. Mend: dropna"
        )
    zone = moments.dt.tz
    days = pd.date_range(
        moments.min().normalize().tz_localize(None), moments.max().normalize().tz_localize(None), freq="D"
    )
    begins = grid(days, interval_s=interval_s, zone=zone)
    edges = begins.as_unit("ns").asi8
    came = pd.DatetimeIndex(moments).as_unit("ns").asi8
    counts = np.bincount(np.searchsorted(edges, came, side="right") - 1, minlength=len(begins))
    table = described(begins, interval_s).assign(calls=counts)
    shut = {pd.Timestamp(one).date() for one in closed}
    busy = table.groupby("day")["calls"].transform("sum") > 0
    return table.assign(open=busy & ~table["day"].isin(shut))


def grid(days: pd.DatetimeIndex, *, interval_s: float, zone: Any) -> pd.DatetimeIndex:
    """The intervals of several days, one after the other."""
    import pandas as pd

    if zone is None:
        day_intervals(days[0], interval_s=interval_s)  # its question about the length
        return pd.date_range(
            days[0], periods=len(days) * round(86_400 / interval_s), freq=pd.Timedelta(seconds=interval_s)
        )
    whole = [day_intervals(one, interval_s=interval_s, tz=zone) for one in days]
    return pd.DatetimeIndex(
        np.concatenate([one.asi8 for one in whole]).view(f"M8[{whole[0].unit}]"), tz="UTC"
    ).tz_convert(zone)


def described(begins: pd.DatetimeIndex, interval_s: float) -> pd.DataFrame:
    """Day, slot by the clock and weekday of intervals."""
    import pandas as pd

    slot = ((begins.hour * 3600 + begins.minute * 60 + begins.second) / interval_s).astype(int)
    return pd.DataFrame(
        {"day": begins.date, "slot": slot, "weekday": begins.day_of_week}, index=begins.rename("begins")
    )


@dataclass(frozen=True)
class Dispersion:
    """How much days differ beyond weekday and chance: their factor has mean 1 and this variance."""

    variance: float  # of the factor of a day; 0: pure chance (Poisson)
    low: float  # interval, by leaving days out in turn (jackknife)
    high: float
    days: int  # open days that it is told from

    @property
    def shape(self) -> float:
        """Of the gamma law of the factor: 1 / variance."""
        return 1 / self.variance if self.variance > 0 else float("inf")


def dispersion(table: pd.DataFrame, *, level: float = 0.95) -> Dispersion:
    """The variance of the factor by which whole days are busier or calmer than their weekday.

    Parameters
    ----------
    table : DataFrame
        Of `arrivals`, without a trend; weekdays with at least two open days are used.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    Dispersion

    Raises
    ------
    ValueError
        If no weekday has two open days.

    References
    ----------
    Jongbloed & Koole (2001), Managing uncertainty in call centres using Poisson mixtures: by moments, as sum of
    squares less the mean of Poisson totals.

    >>> import numpy as np, pandas as pd
    >>> rng, begins = np.random.default_rng(1), pd.date_range("2025-01-06", periods=200, freq="D")
    >>> calls = rng.poisson(500 * rng.gamma(50, 1 / 50, 200))
    >>> days = pd.DataFrame({"day": begins.date, "weekday": begins.day_of_week, "calls": calls, "open": True}, index=begins)
    >>> told = dispersion(days)
    >>> bool(told.low < 1 / 50 < told.high)
    True
    """
    from scipy.special import stdtrit

    require(table, ["day", "weekday", "calls", "open"], name="table")
    tail = (1 - door.share("level", level, inside=True)) / 2
    own = table[table["open"]].groupby("day").agg(calls=("calls", "sum"), weekday=("weekday", "first"))
    many = own.groupby("weekday")["calls"].transform("size")
    own = own[many > 1]
    if not len(own):
        raise ValueError("no weekday has two open days; expected two weeks at least")
    groups = [one.to_numpy(dtype=float) for _, one in own.groupby("weekday")["calls"]]

    def told(parts: list[np.ndarray]) -> float:
        # E sum (T - mean)^2 = (n - 1) (M + v M^2); mean^2 is M^2 (1 + v / n) + M / n.
        excess = sum(((one - one.mean()) ** 2).sum() / (len(one) - 1) - one.mean() for one in parts)
        square = sum(one.mean() ** 2 - one.var(ddof=1) / len(one) for one in parts)
        return float(excess / square)

    whole = told(groups)
    left = [
        told([np.delete(one, place) if at == number else one for number, one in enumerate(groups)])
        for at, some in enumerate(groups)
        if len(some) > 2
        for place in range(len(some))
    ]
    error = (
        float(np.sqrt((len(left) - 1) / len(left) * ((np.array(left) - np.mean(left)) ** 2).sum())) if left else np.nan
    )
    half = float(stdtrit(max(len(own) - len(groups), 1), 1 - tail)) * error
    return Dispersion(max(whole, 0.0), max(whole - half, 0.0), max(whole + half, 0.0), len(own))
