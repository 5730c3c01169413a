"""The chance to leave in a month, by what is known of customer and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import numbers, yes_or_no
from crmkit.targeting.churn.newton import MOST, chances, climb

if TYPE_CHECKING:
    import pandas as pd

BASELINES = ("constant", "log", "each")
LINKS = ("logit", "cloglog")


@dataclass(frozen=True)
class HazardFit:
    """The chance to leave in a month as fitted: what moves it, and how well that is known."""

    coefficients: pd.DataFrame  # on term: estimate, se, low, high, ratio, ratio_low, ratio_high
    covariance: pd.DataFrame  # of the estimates, term by term
    terms: tuple[str, ...]  # columns that the chance depends on
    baseline: str  # how it depends on the time since joining: constant, log or each
    time: str  # column of the time since joining
    times: tuple[int, ...]  # times with a level of their own, for baseline each
    link: str  # logit or cloglog
    level: float  # of the intervals
    rows: int  # customer-months
    leavers: int
    loglik: float
    converged: bool
    reason: str  # why not, in plain words; empty if converged

    def hazard(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Chance to leave in the month, for each row.

        Parameters
        ----------
        frame : DataFrame
            The columns of the fit, a row a customer and month.

        Returns
        -------
        DataFrame
            On the index of `frame`: chance, low, high.

        Raises
        ------
        ValueError
            If the fit has not converged, or a column is missing.
        """
        import pandas as pd

        x, eta, z = self._predictor(frame)
        half = z * np.sqrt(self._variance(x))
        ends = {
            name: chances(eta + shift, self.link) for name, shift in (("chance", 0), ("low", -half), ("high", half))
        }
        return pd.DataFrame(ends, index=frame.index)

    def survival(self, frame: pd.DataFrame, *, customer: str = "customer_id") -> pd.DataFrame:
        """Chance that a customer is still there after each of the months given.

        Parameters
        ----------
        frame : DataFrame
            The columns of the fit and `customer`, a row a customer and month, in any order.

        Returns
        -------
        DataFrame
            By customer and time: customer, time (months since joining, the last counted whole),
            survival (given that the customer was there before the first month), low, high.

        Raises
        ------
        ValueError
            If the fit has not converged, a column is missing, or a customer's months have a gap.

        References
        ----------
        Singer & Willett (1993), eq. 3; interval by the delta method on the scale log(-log S).
        """
        import pandas as pd

        lacks = [one for one in (customer, self.time) if one not in frame.columns]
        if lacks:
            raise ValueError(f"frame lacks {lacks}; it has {list(frame.columns)}")
        rows = frame.sort_values([customer, self.time], kind="stable")
        step = rows.groupby(customer)[self.time].diff().fillna(1)
        if (step != 1).any():
            raise ValueError(f"the months of {customer} {rows[customer][step != 1].iloc[0]} stand twice or have a gap")
        x, eta, z = self._predictor(rows)
        h = chances(eta, self.link)
        # -log(1 - h) adds up over the months; its gradient too.
        weight = h if self.link == "logit" else np.exp(np.minimum(eta, MOST))
        lost = np.logaddexp(0, eta) if self.link == "logit" else weight
        sums = pd.DataFrame(np.column_stack([lost, weight[:, None] * x])).groupby(rows[customer].to_numpy()).cumsum()
        total, gradient = sums[0].to_numpy(), sums.iloc[:, 1:].to_numpy()
        spread = np.exp(z * np.sqrt(self._variance(gradient)) / total)
        return pd.DataFrame(
            {
                customer: rows[customer].to_numpy(),
                "time": rows[self.time].to_numpy() + 1,
                "survival": np.exp(-total),
                "low": np.exp(-total * spread),
                "high": np.exp(-total / spread),
            }
        )

    def _predictor(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, float]:
        if not self.converged:
            raise ValueError(f"the fit has not converged, so it says nothing: {self.reason}")
        x = _design(frame, self.terms, self.baseline, self.time, self.times)
        return x, x @ self.coefficients["estimate"].to_numpy(), normal_quantile(self.level)

    def _variance(self, x: np.ndarray) -> np.ndarray:
        return np.einsum("ij,jk,ik->i", x, self.covariance.to_numpy(), x)


def fit_hazard(
    rows: pd.DataFrame,
    *,
    terms: Sequence[str] = (),
    baseline: str = "log",
    link: str = "logit",
    event: str = "leaves",
    time: str = "tenure",
    level: float = 0.95,
) -> HazardFit:
    """Fit the chance to leave in a month to customer-months, whatever varies from month to month included.

    Parameters
    ----------
    rows : DataFrame
        One row a customer and month under watch, e.g. from ``person_periods``. Customers who joined
        before the watch have rows from then on only.
    terms : list of str
        Columns of numbers, or of True and False.
    baseline : str
        How the chance depends on the time: "constant", "log" (of 1 + time), or "each" (a level of its own
        for each time; without terms that is Kaplan and Meier's curve).
    link : str
        "logit" (effects are log odds ratios) or "cloglog" (log hazard ratios of a law in continuous time).
    event, time : str
        Columns: left in this month? and whole months since joining, 0 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    HazardFit
        Coefficients with intervals, covariance, ``hazard`` and ``survival``. If there is no finite best
        estimate, converged is False, the reason names the columns, and the estimates are missing.

    Raises
    ------
    ValueError
        If a column is missing or not a number in a row, nobody left, or everybody left in every row.

    References
    ----------
    Allison (1982); Singer & Willett (1993), eq. 4-9; cloglog: Prentice & Gloeckler (1978). Standard errors
    from the observed information: given the columns, the months of a customer are independent.

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"tenure": [0] * 10 + [1] * 8, "leaves": [True] * 2 + [False] * 8 + [True] * 4 + [False] * 4})
    >>> fit = fit_hazard(rows, baseline="each")
    >>> fit.hazard(pd.DataFrame({"tenure": [0, 1]}))["chance"].round(6).tolist()
    [0.2, 0.5]
    """
    import pandas as pd

    z = normal_quantile(level)
    for name, value, known in (("baseline", baseline, BASELINES), ("link", link, LINKS)):
        if value not in known:
            raise ValueError(f"{name}={value!r} is unknown; expected one of {list(known)}")
    if isinstance(terms, str) or len(set(terms)) != len(tuple(terms)):
        raise ValueError(f"terms={terms!r} must be a list of different columns")
    lacks = [one for one in (event, time, *terms) if one not in rows.columns]
    if lacks:
        raise ValueError(f"rows lacks {lacks}; it has {list(rows.columns)}")
    if not len(rows):
        raise ValueError("rows has 0 rows; expected one a customer and month")
    left = yes_or_no(event, rows[event])
    times = tuple(int(one) for one in np.unique(rows[time])) if baseline == "each" else ()
    x = _design(rows, terms, baseline, time, times)
    names = {"constant": ["intercept"], "log": ["intercept", f"log_{time}"]}.get(
        baseline, [f"{time}={t}" for t in times]
    )
    names += list(terms)
    if len(set(names)) != len(names):
        raise ValueError(f"terms={list(terms)} holds a name of the baseline {names}. Mend: rename the column")
    peak = climb(x, left, names, link)
    se = np.sqrt(np.diag(peak.covariance))
    low, high = peak.beta - z * se, peak.beta + z * se
    table = {"estimate": peak.beta, "se": se, "low": low, "high": high}
    with np.errstate(over="ignore"):  # the ratio of an enormous effect is infinite, as it should be
        table |= {"ratio": np.exp(peak.beta), "ratio_low": np.exp(low), "ratio_high": np.exp(high)}
    return HazardFit(
        coefficients=pd.DataFrame(table, index=pd.Index(names, name="term")),
        covariance=pd.DataFrame(peak.covariance, index=names, columns=names),
        terms=tuple(terms),
        baseline=baseline,
        time=time,
        times=times,
        link=link,
        level=level,
        rows=len(rows),
        leavers=int(left.sum()),
        loglik=peak.loglik,
        converged=not peak.reason,
        reason=peak.reason,
    )


def _design(frame: pd.DataFrame, terms: Sequence[str], baseline: str, time: str, times: tuple[int, ...]) -> np.ndarray:
    lacks = [one for one in (*terms, *((time,) if baseline != "constant" else ())) if one not in frame.columns]
    if lacks:
        raise ValueError(f"frame lacks {lacks}; it has {list(frame.columns)}")
    columns = [np.ones(len(frame))]
    if baseline != "constant":
        since = numbers(time, frame[time])
        if (since < 0).any() or (since != np.floor(since)).any():
            raise ValueError(f"{time} must hold whole numbers of 0 or more")
        if baseline == "log":
            columns.append(np.log1p(since))
        else:
            new = sorted(set(since.astype(int).tolist()) - set(times))
            if new:
                raise ValueError(f"{time} holds {new}, times without a level in this fit. Mend: baseline='log'")
            columns = [(since == one).astype(float) for one in times]
    return np.column_stack([*columns, *(numbers(one, frame[one]) for one in terms)])
