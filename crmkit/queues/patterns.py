"""Shift patterns: when a shift begins, how long it lasts, where its breaks lie, what it costs; intervals of a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    from numpy.typing import ArrayLike

PATTERN = ("shift", "kind", "begins", "length", "breaks", "cost", "least", "most")


def day_intervals(day: str | dt.date, *, interval_s: float = 900.0, tz: str | None = None) -> pd.DatetimeIndex:
    """When the intervals of a day begin: 96 quarters of an hour, 92 or 100 where the clocks are changed.

    Parameters
    ----------
    day : date or text
        Which day, e.g. "2026-03-29".
    interval_s : float
        Length of an interval in seconds; whole ones must fill an hour.
    tz : str, optional
        Time zone, e.g. "Europe/Berlin"; without one a day has 24 hours.

    Returns
    -------
    DatetimeIndex

    Raises
    ------
    ValueError
        If the interval does not fill an hour.

    >>> [len(day_intervals(day, tz="Europe/Berlin")) for day in ("2026-03-28", "2026-03-29", "2026-10-25")]
    [96, 92, 100]
    """
    import pandas as pd

    if 3600 % door.number("interval_s", interval_s, low=60):
        raise ValueError(f"interval_s={interval_s!r} does not fill an hour; expected e.g. 900 or 1800")
    first = pd.Timestamp(day).normalize().tz_localize(tz)
    # Midnight by the calendar, so that the day has its 23 or 25 hours.
    end = (first.tz_localize(None) + pd.Timedelta(days=1)).tz_localize(tz)
    return pd.date_range(first, end, freq=pd.Timedelta(seconds=interval_s), inclusive="left")


def shift_patterns(
    intervals: int | pd.DatetimeIndex,
    *,
    hours: float,
    starts: Sequence[int] | Sequence[str] | None = None,
    breaks: Sequence[Sequence[tuple[float, float]]] = ((),),
    wage_per_h: ArrayLike = 1.0,
    paid_breaks: bool = False,
    kind: str = "full-time",
    least: int = 0,
    most: int | None = None,
    interval_s: float = 900.0,
    around: bool = False,
) -> pd.DataFrame:
    """All shifts of one length: each start with each placing of the breaks. Several kinds: `pd.concat` of the frames.

    Parameters
    ----------
    intervals : int or DatetimeIndex
        How many the day has, or when they begin (`day_intervals`).
    hours : float
        From coming to going, breaks included.
    starts : sequence of int or of "HH:MM", optional
        Intervals (from 0) or times at which a shift may begin; default: all from which it ends within the day. Times need
        the DatetimeIndex.
    breaks : sequence of placings
        One placing is a sequence of (hours after the begin, length in hours): ``[[(3.5, 0.5)], [(4, 0.5)]]`` is one half
        hour that may begin at two times.
    wage_per_h : float or array (intervals,)
        Money an hour; an array where the night costs more.
    paid_breaks : bool
        Are breaks paid?
    kind : str
        E.g. full-time; limits of `cover_shifts` go by it.
    least, most : int
        People on each of the patterns; most=None: as many as are needed.
    interval_s : float
        Length of an interval, where `intervals` is a number.
    around : bool
        A shift past midnight goes on at the begin of the same plan: every day alike.

    Returns
    -------
    DataFrame
        A row a pattern: shift (name), kind, begins (interval), length (intervals), breaks (tuple of intervals after the
        begin that are off), cost (money a person and day), least, most (inf: no limit).

    Raises
    ------
    ValueError
        If hours are no whole intervals, a break leaves the shift or overlaps another, or no shift fits into the day.

    >>> table = shift_patterns(96, hours=4, starts=[32, 36], breaks=[[(2, 0.25)]], wage_per_h=20, kind="part-time")
    >>> table[["shift", "begins", "length", "breaks", "cost"]].values.tolist()[0]
    ['part-time 08:00 4h off 10:00', 32, 16, (8,), 75.0]
    """
    import pandas as pd

    clock = Clock(intervals, interval_s)
    step_h = clock.step_s / 3600
    length = _whole("hours", hours, step_h)
    first = np.arange(len(clock.words)) if starts is None else np.array([clock.place(one) for one in starts], dtype=int)
    fits = first if around else first[first + length <= len(clock.words)]
    if not len(fits) or (starts is not None and len(fits) < len(first)):
        late = first[-1] if len(first) else 0
        raise ValueError(
            f"a shift of {hours:g} hours from {clock.words[late] if len(first) else 'no start'} does not end within the day "
            f"of {len(clock.words)} intervals; expected earlier starts. Mend: other starts, or around=True"
        )
    wage = np.broadcast_to(np.asarray(wage_per_h, dtype=float), len(clock.words))
    if not (np.isfinite(wage) & (wage >= 0)).all():
        raise ValueError(f"wage_per_h={wage_per_h!r} must be money of 0 or more in each interval")
    door.whole("least", least, low=0)
    if most is not None and door.whole("most", most, low=0) < least:
        raise ValueError(f"most={most!r} is below least={least!r}; expected at least as many")
    if not len(breaks):
        raise ValueError("breaks=() has no placing; expected at least one, ((),) for shifts without a break")
    rows = []
    for placing in breaks:
        off = _off(placing, length, step_h)
        for at in fits.tolist():
            where = (at + np.arange(length)) % len(clock.words)
            paid = np.ones(length, dtype=bool)
            paid[list(off)] = paid_breaks
            pause = "".join(
                f" off {clock.words[(at + _whole('break', one, step_h)) % len(clock.words)]}" for one, _ in placing
            )
            rows.append((
                f"{kind} {clock.words[at]} {hours:g}h{pause}", kind, at, length, off,
                float(wage[where][paid].sum() * step_h), least, np.inf if most is None else float(most),
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(PATTERN))


def presence(patterns: pd.DataFrame, intervals: int, *, around: bool = False) -> np.ndarray:
    """Who of each pattern is at work when: bool array (patterns, intervals), breaks left out; refuses what is unsound."""
    from crmkit.tables import require

    require(patterns, list(PATTERN), name="patterns")
    if not len(patterns):
        raise ValueError("patterns has 0 rows; expected at least one")
    twice = patterns["shift"][patterns["shift"].duplicated()]
    if len(twice):
        raise ValueError(f"patterns names {twice.iloc[0]!r} twice; expected each shift once")
    there = np.zeros((len(patterns), intervals), dtype=bool)
    columns = (patterns[one] for one in ("shift", "begins", "length", "breaks"))
    for row, (name, begins, length, breaks) in enumerate(zip(*columns, strict=True)):
        if begins < 0 or length < 1 or begins >= intervals or length > intervals:
            raise ValueError(f"shift {name!r}: {length} intervals from {begins} do not lie in a day of {intervals}")
        if not around and begins + length > intervals:
            raise ValueError(
                f"shift {name!r} ends in interval {begins + length} of {intervals}; expected an end within the day. "
                "Mend: around=True, where every day is alike"
            )
        at_work = np.ones(length, dtype=bool)
        at_work[list(breaks)] = False
        there[row, (begins + np.flatnonzero(at_work)) % intervals] = True
    return there


class Clock:
    """Words and places of the intervals of a day."""

    def __init__(self, intervals: int | pd.DatetimeIndex, interval_s: float) -> None:
        import pandas as pd

        if isinstance(intervals, pd.DatetimeIndex):
            if len(intervals) < 2 or not intervals.is_monotonic_increasing or not intervals.is_unique:
                raise ValueError("intervals must be moments in rising order, at least two; see day_intervals")
            self.words = intervals.strftime("%H:%M").tolist()
            self.step_s = float((intervals[1] - intervals[0]).total_seconds())
            self.timed = True
        else:
            count, self.step_s = door.whole("intervals", intervals), door.number("interval_s", interval_s, low=60)
            minutes = (np.arange(count) * self.step_s / 60).astype(int)
            self.words = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]
            self.timed = False

    def place(self, start: Any) -> int:
        """The interval of a start."""
        if isinstance(start, str):
            if start not in self.words:
                raise ValueError(
                    f"starts holds {start!r}, when no interval of this day begins; expected times as {self.words[0]!r} "
                    "(in the night of the clock change an hour is lacking)"
                )
            return self.words.index(start)
        at = door.whole("starts", start, low=0)
        if at >= len(self.words):
            raise ValueError(f"starts holds {at}; the day has the intervals 0 to {len(self.words) - 1}")
        return at


def clock_words(intervals: int | pd.DatetimeIndex, interval_s: float) -> list[str]:
    """When each interval begins, as "HH:MM"."""
    return list(Clock(intervals, interval_s).words)


def _whole(name: str, hours: float, step_h: float) -> int:
    """Hours as a number of whole intervals."""
    count = door.number(name, hours, low=0) / step_h
    if abs(count - round(count)) > 1e-9 or (name == "hours" and round(count) < 1):
        raise ValueError(f"{name}={hours!r} is no whole number of intervals of {60 * step_h:g} minutes; expected one")
    return round(count)


def _off(placing: Sequence[tuple[float, float]], length: int, step_h: float) -> tuple[int, ...]:
    """Intervals after the begin that are breaks."""
    off: list[int] = []
    for after, lasts in placing:
        begin, many = _whole("break", after, step_h), _whole("break", lasts, step_h)
        if begin < 1 or many < 1 or begin + many >= length:
            raise ValueError(
                f"the break {(after, lasts)!r} does not lie within the shift; expected work before and after it"
            )
        if set(off) & set(range(begin, begin + many)):
            raise ValueError(f"the break {(after, lasts)!r} overlaps another; expected breaks apart")
        off += range(begin, begin + many)
    return tuple(sorted(off))
