"""How many calls will come? The calendar and the recent level, against the rule "as a week ago"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.arrivals import described, grid
from crmkit.queues.profile import Profile, by_clock
from crmkit.tables import require

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

LEAST_DAYS = 21  # of history: two weeks to learn from, one to see how wrong that is
ORIGINS = 12  # at most, of the look back that tells the spread


@dataclass(frozen=True, eq=False)
class Forecast:
    """Calls to come, with intervals that hold chance, restless days, and how wrong the level was in the past."""

    intervals: pd.DataFrame  # index begins: day, calls (mean), low, high
    days: pd.DataFrame  # index day: calls (mean), low, high
    spread_interval: float  # relative sd of an interval beyond chance (Poisson)
    spread_day: float  # the same of the sum of a day
    level: float  # of the intervals


@dataclass(frozen=True, eq=False)
class BackTest:
    """How the forecast would have done in the past, against "as on the same weekday a week ago"."""

    origins: (
        pd.DataFrame
    )  # a row an origin: last_day, model, naive (sum of errors over calls), covered (share of intervals)
    skill: float  # mean share of the naive error that the forecast saves; below 0: it is worse
    low: float  # interval of the skill, over origins (Student)
    high: float
    covered: float  # share of intervals that held what came

    @property
    def verdict(self) -> str:
        """In words: better, worse, or no better than the naive rule."""
        if self.low > 0:
            return "better than the naive rule"
        return "worse than the naive rule" if self.high < 0 else "no better than the naive rule"


def forecast(
    history: pd.DataFrame,
    *,
    days: int = 7,
    level: float = 0.9,
    half_life_days: float = 14.0,
    closed: Iterable[str | dt.date] = (),
) -> Forecast:
    """Calls in each interval of the days that follow a history.

    Parameters
    ----------
    history : DataFrame
        Of `arrivals`: index begins; day, slot, weekday, calls, open. At least three weeks.
    days : int
        How many to look ahead.
    level : float
        Of the prediction intervals, 0..1.
    half_life_days : float
        A day so old counts half for the recent level.
    closed : dates
        Days to come on which nobody calls; weekdays never open in the history are closed as well.

    Returns
    -------
    Forecast
        mean = recent level x factor of the weekday x share of the interval; intervals are negative binomial, with the
        spread that forecasts from earlier days of the history had.

    Raises
    ------
    ValueError
        If there are fewer than three weeks, or figures are out of their range.

    References
    ----------
    Ibrahim, Ye, L'Ecuyer & Shen (2016), Modeling and forecasting call center arrivals: a literature survey; the profile
    by weekday is drawn to that of all days as far as they differ no more than by chance.

    >>> import numpy as np, pandas as pd
    >>> from crmkit.queues.arrivals import arrivals
    >>> rng, hours = np.random.default_rng(1), np.arange(28 * 24)
    >>> calls = np.repeat(hours, rng.poisson(20 + 15 * np.sin(hours * 2 * np.pi / 24)))
    >>> log = pd.DataFrame({"arrived": pd.Timestamp("2026-01-05") + pd.to_timedelta(calls, unit="h")})
    >>> ahead = forecast(arrivals(log, interval_s=3600), days=2)
    >>> len(ahead.intervals), bool(abs(ahead.days["calls"].iloc[0] - 480) < 30)
    (48, True)
    """
    import pandas as pd

    door.whole("days", days)
    door.share("level", level, inside=True)
    door.number("half_life_days", half_life_days, low=0, above=True)
    counts, weekday, dates, step_s = _matrix(history)
    if len(counts) < LEAST_DAYS:
        raise ValueError(f"history has {len(counts)} days; expected at least {LEAST_DAYS}")
    wrong = _looked_back(counts, weekday, ahead=min(days, 7), half_life=half_life_days)
    first = pd.Timestamp(dates[-1]) + pd.Timedelta(days=1)
    table = described(grid(pd.date_range(first, periods=days), interval_s=step_s, zone=history.index.tz), step_s)
    mean = Profile.of(counts, weekday, half_life_days).mean(np.arange(7))[table["weekday"], table["slot"]]
    shut = {pd.Timestamp(one).date() for one in closed}
    table = table.assign(calls=np.where(table["day"].isin(shut), 0.0, mean))
    low, high = between(table["calls"].to_numpy(), wrong[0], level)
    whole = table.groupby("day")[["calls"]].sum()
    bounds = between(whole["calls"].to_numpy(), wrong[1], level)
    return Forecast(
        table[["day", "calls"]].assign(low=low, high=high),
        whole.assign(low=bounds[0], high=bounds[1]),
        float(np.sqrt(wrong[0])),
        float(np.sqrt(wrong[1])),
        level,
    )


def backtest(
    history: pd.DataFrame,
    *,
    days: int = 7,
    origins: int = 8,
    level: float = 0.9,
    half_life_days: float = 14.0,
) -> BackTest:
    """Forecasts made from earlier days of the history, each with what was known then, against what came.

    Parameters
    ----------
    history, days, level, half_life_days
        As in `forecast`.
    origins : int
        How many; the last ends with the history, the others lie `days` apart before it.

    Returns
    -------
    BackTest

    Raises
    ------
    ValueError
        If the history is too short for two origins with three weeks before each.

    >>> import numpy as np, pandas as pd
    >>> from crmkit.queues.arrivals import arrivals
    >>> rng, hours = np.random.default_rng(1), np.arange(70 * 24)
    >>> calls = np.repeat(hours, rng.poisson(20 + 15 * np.sin(hours * 2 * np.pi / 24)))
    >>> log = pd.DataFrame({"arrived": pd.Timestamp("2026-01-05") + pd.to_timedelta(calls, unit="h")})
    >>> backtest(arrivals(log, interval_s=3600)).verdict
    'better than the naive rule'
    """
    import pandas as pd
    from scipy.special import stdtrit

    door.whole("days", days)
    door.whole("origins", origins, low=2)
    tail = (1 - door.share("level", level, inside=True)) / 2
    door.number("half_life_days", half_life_days, low=0, above=True)
    counts, weekday, dates, _ = _matrix(history)
    rows = []
    for back in range(origins, 0, -1):
        cut = len(counts) - back * days
        if cut < LEAST_DAYS:
            continue
        came = counts[cut : cut + days]
        mean = Profile.of(counts[:cut], weekday[:cut], half_life_days).mean(weekday[cut : cut + days])
        naive = _as_before(counts[:cut], weekday[:cut], weekday[cut : cut + days])
        spread = _looked_back(counts[:cut], weekday[:cut], ahead=min(days, 7), half_life=half_life_days)
        low, high = between(mean, spread[0], level)
        both = np.isfinite(came) & np.isfinite(naive)
        if not came[both].sum():
            continue
        error = [float(np.abs(one - came)[both].sum() / came[both].sum()) for one in (mean, naive)]
        rows.append((dates[cut - 1], *error, float(((low <= came) & (came <= high))[both].mean())))
    if len(rows) < 2:
        raise ValueError(
            f"history has {len(counts)} days; expected at least {LEAST_DAYS + 2 * days} (two origins of {days} days after "
            f"{LEAST_DAYS}), with open days among the last. Mend: a longer history, or fewer days"
        )
    table = pd.DataFrame(rows, columns=["last_day", "model", "naive", "covered"])
    # The skill by origin; where both are without error neither is better.
    won = np.where(
        table["naive"] > 0, 1 - table["model"] / table["naive"].where(table["naive"] > 0, 1.0), np.sign(-table["model"])
    )
    half = float(stdtrit(len(won) - 1, 1 - tail)) * won.std(ddof=1) / np.sqrt(len(won))
    middle = float(won.mean())
    return BackTest(table, middle, middle - half, middle + half, float(table["covered"].mean()))


def between(mean: np.ndarray, spread: float, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Central interval of counts: negative binomial of relative variance `spread` beyond Poisson."""
    from scipy import stats

    tail, some = (1 - level) / 2, np.where(mean > 0, mean, 1.0)
    law = stats.poisson(some) if spread <= 0 else stats.nbinom(1 / spread, 1 / (1 + spread * some))
    return tuple(np.where(mean > 0, law.ppf(one), 0.0) for one in (tail, 1 - tail))  # type: ignore[return-value]


def _matrix(history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    require(history, ["day", "slot", "weekday", "calls", "open"], name="history")
    if len(history) < 2:
        raise ValueError(f"history has {len(history)} intervals; expected at least {LEAST_DAYS} days of them")
    return by_clock(history)


def _as_before(counts: np.ndarray, weekday: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """The calls of the last open day of the same weekday."""
    found = np.full((len(ahead), counts.shape[1]), np.nan)
    is_open = np.isfinite(counts).any(axis=1)
    for row, one in enumerate(ahead):
        own = np.flatnonzero((weekday == one) & is_open)
        if len(own):
            found[row] = counts[own[-1]]
    return found


def _looked_back(counts: np.ndarray, weekday: np.ndarray, *, ahead: int, half_life: float) -> tuple[float, float]:
    """Relative variance beyond chance of forecasts from earlier days: of intervals, and of whole days."""
    above = np.zeros((2, 2))
    first = max(LEAST_DAYS - 7, len(counts) - ahead - 7 * ORIGINS)
    for cut in range(len(counts) - ahead, first - 1, -max(1, min(ahead, (len(counts) - first) // ORIGINS))):
        came = counts[cut : cut + ahead]
        mean = Profile.of(counts[:cut], weekday[:cut], half_life).mean(weekday[cut : cut + ahead])
        seen = np.isfinite(came)
        mean, came = np.where(seen, mean, 0.0), np.where(seen, came, 0.0)
        for row, (one, two) in enumerate(((mean, came), (mean.sum(axis=1), came.sum(axis=1)))):
            above[row] += ((two - one) ** 2 - one).sum(), (one**2).sum()
    return tuple(max(excess / square, 0.0) if square else 0.0 for excess, square in above)  # type: ignore[return-value]
