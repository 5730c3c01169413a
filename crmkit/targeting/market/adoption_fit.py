"""The law of Bass found in counts of adopters, and when the counts do not tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.market.adoption import Bass

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

STEP = 1e-4  # of the differences of band, on the log scale
FLAT = 5.0  # a standard error of 5 on the log scale: a factor of 150 either way says that nothing is known
ALONE = 0.95  # part of the flattest direction that one parameter has for itself
KNOWN = 0.5  # a standard error of log m above it: m could be three times as large


@dataclass(frozen=True, eq=False)
class BassFit:
    """A law of Bass found in counts of adopters, and how well they tell it."""

    model: Bass
    loglik: float
    covariance: pd.DataFrame = field(repr=False)  # of log p, log q, log m; missing where not told
    identified: bool  # do the counts tell all three?
    reason: str  # why not; empty if so
    dispersion: float  # spread of the counts around the law, in that of chance; at least 1
    n: int  # adopters seen
    periods: int

    def interval(self, level: float = 0.95) -> pd.DataFrame:
        """Estimates with their intervals, on the log scale from the observed information.

        Parameters
        ----------
        level : float
            0..1.

        Returns
        -------
        DataFrame
            Index parameter (p, q, m): estimate, low, high; missing ends where the counts do not tell.
        """
        import pandas as pd

        z = normal_quantile(level)
        value = np.array([self.model.p, self.model.q, self.model.m])
        with np.errstate(over="ignore"):  # what is hardly told may have an end at infinity
            factor = np.exp(z * np.sqrt(np.diag(self.covariance)))
        index = pd.Index(["p", "q", "m"], name="parameter")
        return pd.DataFrame({"estimate": value, "low": value / factor, "high": value * factor}, index=index)

    def band(self, periods: int, *, level: float = 0.95) -> pd.DataFrame:
        """Mean adopters in each of the first periods and up to its end, with intervals (delta method).

        Parameters
        ----------
        periods : int
            1 or more, also beyond those seen.
        level : float
            0..1.

        Returns
        -------
        DataFrame
            Index period (1, 2, …): expected, low, high (adopters of the period), cumulative,
            cumulative_low, cumulative_high. They tell how well the mean is known; counts stray around it.

        Raises
        ------
        ValueError
            If the counts do not tell the law.
        """
        import pandas as pd

        if not self.identified:
            raise ValueError(f"this fit has no intervals: {self.reason}")
        door.whole("periods", periods)
        z = normal_quantile(level)
        theta = np.log([self.model.p, self.model.q, self.model.m])
        columns: dict[str, np.ndarray] = {}
        for names, law in (
            (("expected", "low", "high"), lambda one: one.expected(periods)),
            (
                ("cumulative", "cumulative_low", "cumulative_high"),
                lambda one: one.cumulative(np.arange(1, periods + 1)),
            ),
        ):
            slope = np.array([(law(Bass(*np.exp(theta + step))) - law(Bass(*np.exp(theta - step)))) / (2 * STEP)
                              for step in np.eye(3) * STEP])  # fmt: skip
            middle = law(self.model)
            error = np.sqrt(np.einsum("ki,kl,li->i", slope, self.covariance.to_numpy(), slope))
            factor = np.exp(z * error / middle)
            columns |= dict(zip(names, (middle, middle / factor, middle * factor), strict=True))
        return pd.DataFrame(columns, index=pd.RangeIndex(1, periods + 1, name="period"))


def fit_bass(adopters: ArrayLike, *, population: int | None = None) -> BassFit:
    """The law of Bass under which the counts of adopters are most likely.

    Parameters
    ----------
    adopters : array (periods,)
        New adopters of each period since the launch, whole numbers; 4 periods or more.
    population : int, optional
        All who could adopt and were watched, at least the adopters: then m is at most that many
        (multinomial). Without it the counts are taken as Poisson with whatever spread they show: sold
        articles are counted in thousands, yet do not stray as thousands of free decisions would.

    Returns
    -------
    BassFit
        Where the counts end before they tell m (before the peak is passed), `identified` is False and
        `reason` says so: such a fit fits and foretells nothing.

    Raises
    ------
    TypeError, ValueError
        If counts are missing or no whole numbers, there are too few, or more than the population.

    References
    ----------
    Bass (1969), Management Science 15; likelihood: Schmittlein & Mahajan (1982), Marketing Science 1. That
    m is not told before the peak: Van den Bulte & Lilien (1997), Marketing Science 16.

    >>> fit = fit_bass([10, 14, 18, 22, 24, 23, 20, 16, 11, 8, 5, 3])
    >>> fit.identified, round(fit.model.m)
    (True, 179)
    """
    import pandas as pd
    from scipy.optimize import minimize

    count = _counts(adopters)
    total = count.sum()
    if population is not None:
        door.whole("population", population, low=int(total))
        population = max(int(population), int(total) + 1)  # all adopted: one more keeps the logarithm finite
    loglik = _loglik(count, population)
    starts = [
        np.log([share * total / reach / len(count), q, reach])
        for reach in total * np.array([1.05, 1.5, 4.0])
        if population is None or reach < population
        for share, q in ((0.3, 0.3), (0.1, 8 / len(count)), (0.8, 0.01))
    ] or [np.log([0.3 / len(count), 8 / len(count), 0.5 * (total + population)])]
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):  # a step too far is turned back
        tried = [
            minimize(lambda theta: -loglik(theta), start, method="Nelder-Mead",
                     options={"maxiter": 4_000, "maxfev": 4_000, "xatol": 1e-7, "fatol": 1e-9})
            for start in starts
        ]  # fmt: skip
        best = min(tried, key=lambda one: one.fun)
        information = -_hessian(loglik, best.x)
    p, q, m = (float(one) for one in np.exp(best.x))
    model = Bass(p, q, m)
    covariance, reason, dispersion = np.full((3, 3), np.nan), "", 1.0
    if population is None and len(count) > 3:
        mean = np.maximum(model.expected(len(count)), 1e-12)
        dispersion = max(1.0, float(((count - mean) ** 2 / mean).sum()) / (len(count) - 3))
    known, reason = _told(information, model, len(count))
    if known:
        at = np.ix_(known, known)
        covariance[at] = dispersion * np.linalg.inv(information[at])
    if known == [0, 1, 2] and np.sqrt(covariance[2, 2]) > KNOWN:
        covariance[:], reason = np.nan, _early(model, len(count))
    names = ["p", "q", "m"]
    table = pd.DataFrame(covariance, index=names, columns=names)
    return BassFit(model, float(-best.fun), table, not reason, reason, dispersion, int(total), len(count))


def _told(information: np.ndarray, model: Bass, periods: int) -> tuple[list[int], str]:
    """Which of p, q, m the counts tell, and what to say of the others."""
    if not np.isfinite(information).all():
        return [], _early(model, periods)
    roots, ways = np.linalg.eigh(information)
    alone = int(np.abs(ways[:, 0]).argmax())
    if alone < 2 and roots[0] < FLAT**-2 and abs(ways[alone, 0]) > ALONE:
        # One parameter on its way to nothing: the law without it fits as well, and the other two are told.
        name, what = (
            ("p", "nobody seems to buy on their own accord, so when it began cannot be told"),
            ("q", "the sales fall from the start, as if nobody imitated anybody"),
        )[alone]
        value = (model.p, model.q)[alone]
        rest = [one for one in range(3) if one != alone]
        fine = np.linalg.eigvalsh(information[np.ix_(rest, rest)])[0] > 1e-6
        return rest if fine else [], (
            f"the {periods} periods do not tell {name} (the fit stopped at {name}={value:.3g}): {what}; the others "
            f"are told. Mend: take {name} from a like article, or use the fit for m alone"
        )
    if roots[0] <= 1e-6:
        return [], _early(model, periods)
    return [0, 1, 2], _early(model, periods) if model.peak > periods else ""


def _early(model: Bass, periods: int) -> str:
    return (
        f"the {periods} periods do not tell m (the fit stopped at m={model.m:,.0f} with its peak in period "
        f"{model.peak:.1f}): until the peak is passed a large late market looks like a small early one. Mend: wait, or "
        "take m from elsewhere"
    )


def _loglik(count: np.ndarray, population: int | None) -> Callable[[np.ndarray], float]:
    """Log-likelihood at the logarithms of p, q, m, without what does not depend on them."""
    ends = np.arange(len(count) + 1)

    def at(theta: np.ndarray) -> float:
        p, q, m = np.exp(np.clip(theta, -40, 40))
        if population is not None and not m < population:
            return -1e15
        fade = np.exp(-(p + q) * ends)
        upto = (1 - fade) / (1 + q / p * fade)
        each = np.maximum(np.diff(upto), 1e-300)
        if population is None:
            return float(count @ np.log(m * each) - m * upto[-1])
        rest = population - count.sum()
        return float(count @ np.log(m / population * each) + rest * np.log1p(-m / population * upto[-1]))

    return at


def _hessian(law: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences; the step is small against the curvature of a log scale."""
    step = np.eye(len(at)) * 1e-3
    return np.array(
        [[(law(at + a + b) - law(at + a - b) - law(at - a + b) + law(at - a - b)) / 4e-6 for b in step] for a in step]
    )


def _counts(adopters: ArrayLike) -> np.ndarray:
    array = door.counts("adopters", adopters, least=4)
    if not array.sum() > 0:
        raise ValueError("adopters is 0 in every period; nothing can be told of a law")
    return array
