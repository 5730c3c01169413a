"""How long would callers wait? Patience from a log in which most were answered before they lost it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.queues.likelihood import log_mean, minus_log_likelihood
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

LAWS = ("exponential", "weibull", "lognormal")
STEP = 1e-4  # of the differences that give the curvature, in logarithms of the parameters


@dataclass(frozen=True, eq=False)
class Patience:
    """A law of patience with its intervals, as the likelihood of a log tells it."""

    law: str  # exponential, weibull or lognormal
    parameters: (
        pd.DataFrame
    )  # index scale_s (exponential, weibull: scale; lognormal: median) and shape; estimate, low, high
    mean_s: float  # mean patience, seconds; far beyond the longest wait it is the law's word, not the log's
    low_s: float
    high_s: float
    aic: float  # 2 x parameters - 2 x log likelihood: the least is the best of laws on the same log
    hung_up: int  # calls that tell when patience ended
    answered: int  # calls that waited and tell that it lasted longer

    @property
    def distribution(self) -> Any:
        """The frozen law of scipy.stats, e.g. for `queues.mmng`."""
        from scipy import stats

        scale, *shape = self.parameters["estimate"].tolist()
        family = {"exponential": stats.expon, "weibull": stats.weibull_min, "lognormal": stats.lognorm}[self.law]
        return family(*shape, scale=scale)


def patience_curve(calls: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Share of callers who would still be waiting after so many seconds, with no law assumed.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS): wait_s, abandoned, and queued or contained where they are there. Answered callers are lost to the
        watch when they are answered.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        Index wait_s: staying (share), low, high.

    Raises
    ------
    ValueError
        If nobody waited, or nobody hung up.

    References
    ----------
    Kaplan & Meier (1958); variance by Greenwood (1926), interval on the log-log scale.

    >>> from crmkit import queues
    >>> log = queues.simulate(queues.CallCentre(360, 240, 24, 120), hours=48, seed=1)
    >>> curve = patience_curve(log)
    >>> bool(abs(curve["staying"][curve.index <= 60].iloc[-1] - 0.61) < 0.05)
    True
    """
    import pandas as pd

    z = normal_quantile(level)
    wait, gone = _waited(calls)
    times, place = np.unique(wait, return_inverse=True)
    ended = np.bincount(place, weights=gone)
    watched = len(wait) - np.concatenate([[0.0], np.cumsum(np.bincount(place))[:-1]])
    staying = np.cumprod(1 - ended / watched)
    left = watched - ended
    greenwood = np.cumsum(np.where(left > 0, ended / (watched * np.where(left > 0, left, 1.0)), 0.0))
    inside = (staying > 0) & (staying < 1)  # at 1 and at 0 the log-log scale has no end
    logs = np.log(np.where(inside, staying, 0.5))
    half = z * np.sqrt(greenwood) / -logs
    low, high = (np.where(inside, np.exp(logs * np.exp(way * half)), staying) for way in (1, -1))
    return pd.DataFrame({"staying": staying, "low": low, "high": high}, index=pd.Index(times, name="wait_s"))


def fit_patience(
    calls: pd.DataFrame, *, law: str = "exponential", level: float = 0.95, rounded_s: float | None = None
) -> Patience:
    """The law of patience that makes a log of waits likeliest.

    Parameters
    ----------
    calls : DataFrame
        As in `patience_curve`.
    law : str
        exponential, weibull, lognormal, or best (the one of least AIC).
    level : float
        Of the intervals, 0..1.
    rounded_s : float, optional
        Waits are rounded to so many seconds (0: not at all); default: 1 where all are whole seconds, else 0.

    Returns
    -------
    Patience

    Raises
    ------
    ValueError
        If nobody hung up, the law is not known, or somebody hung up after exactly 0 seconds that were not rounded.

    References
    ----------
    Brown et al. (2005), Statistical analysis of a telephone call center: a queueing-science perspective, section 5: censored
    waits. Intervals from the curvature of the likelihood, on the scale of logarithms.

    >>> from crmkit import queues
    >>> log = queues.simulate(queues.CallCentre(360, 240, 24, 120), hours=48, seed=1)
    >>> told = fit_patience(log)
    >>> bool(told.low_s < 120 < told.high_s)
    True
    """
    if law not in (*LAWS, "best"):
        raise ValueError(f"law={law!r} is not known; choose {', '.join(LAWS)} or best")
    door.share("level", level, inside=True)
    wait, gone = _waited(calls)
    if rounded_s is None:
        rounded_s = 1.0 if (wait == np.floor(wait)).all() else 0.0
    half = door.number("rounded_s", rounded_s, low=0) / 2
    if not half and (wait[gone] == 0).any():
        raise ValueError(
            f"{int((wait[gone] == 0).sum()):,} callers hung up after 0 seconds; no law has a share there. Mend: leave them out "
            "and say so, or rounded_s=1 if waits are rounded"
        )
    found = [_fitted(one, wait, gone, half, level) for one in (LAWS if law == "best" else (law,))]
    return min(found, key=lambda one: one.aic)


def compare_patience(calls: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """The laws of patience side by side.

    Parameters
    ----------
    calls, level
        As in `fit_patience`.

    Returns
    -------
    DataFrame
        Index law, best first: aic, behind (AIC less the least one), mean_s, low_s, high_s.

    >>> from crmkit import queues
    >>> log = queues.simulate(queues.CallCentre(360, 240, 24, 120), hours=48, seed=1)
    >>> sorted(compare_patience(log).index)
    ['exponential', 'lognormal', 'weibull']
    """
    import pandas as pd

    fits = [fit_patience(calls, law=one, level=level) for one in LAWS]
    table = pd.DataFrame(
        [(one.law, one.aic, one.mean_s, one.low_s, one.high_s) for one in fits],
        columns=["law", "aic", "mean_s", "low_s", "high_s"],
    ).set_index("law")
    table.insert(1, "behind", table["aic"] - table["aic"].min())
    return table.sort_values("aic")


def _waited(calls: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Waits of those who had to, and who of them hung up."""
    require(calls, ["wait_s", "abandoned"], name="calls")
    own = calls[~calls["contained"].to_numpy(dtype=bool)] if "contained" in calls else calls
    wait, gone = own["wait_s"].to_numpy(dtype=float), own["abandoned"].to_numpy(dtype=bool)
    if not (wait >= 0).all():
        bad = wait[~(wait >= 0)][0]
        raise ValueError(f"wait_s holds {bad:g}; expected seconds of 0 or more, none missing")
    # Who was answered at once tells nothing about patience.
    some = gone | (wait > 0)
    if not gone.any():
        raise ValueError(f"none of {len(own):,} callers hung up; expected some, or patience cannot be told")
    return wait[some], gone[some]


def _fitted(law: str, wait: np.ndarray, gone: np.ndarray, half: float, level: float) -> Patience:
    import pandas as pd
    from scipy.optimize import minimize

    minus = minus_log_likelihood(law, wait, gone, half)
    rate = max(float(wait.sum()), 1e-6) / gone.sum()  # the exponential answer
    begin = np.log([rate] if law == "exponential" else [rate, 1.0])
    best = minimize(minus, begin, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2_000}).x
    size = len(best)

    def mean(parameters: np.ndarray) -> float:
        return log_mean(law, *np.exp(parameters[[0, -1]]).tolist())

    steps = STEP * np.eye(size)
    curve = np.array([
        [
            (minus(best + a + b) - minus(best + a - b) - minus(best - a + b) + minus(best - a - b)) / (4 * STEP**2)
            for b in steps
        ]
        for a in steps
    ])  # fmt: skip
    covariance = np.linalg.inv(curve)
    slope = np.array([(mean(best + one) - mean(best - one)) / (2 * STEP) for one in steps])
    z = normal_quantile(level)
    reach = z * np.sqrt(np.diag(covariance))
    middle, half_mean = mean(best), z * float(np.sqrt(slope @ covariance @ slope))
    table = pd.DataFrame(
        {"estimate": np.exp(best), "low": np.exp(best - reach), "high": np.exp(best + reach)},
        index=pd.Index(["scale_s", "shape"][:size], name="parameter"),
    )
    return Patience(
        law, table, float(np.exp(middle)), float(np.exp(middle - half_mean)), float(np.exp(middle + half_mean)),
        2 * size + 2 * minus(best), int(gone.sum()), int((~gone).sum()),
    )  # fmt: skip
