"""Maximum likelihood with exact gradients and Hessians, and the record of a fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

Model = TypeVar("Model")
# (log-likelihood, gradient, Hessian) at the working parameters.
Evaluation = tuple[float, np.ndarray, np.ndarray]
MOST_STEPS = 200
# What in a history tells a parameter, for the message where nothing does.
BUYING = "whether customers differ in how often they buy"
LEAVING = "whether, and how differently, customers leave"
FLAT = 5.0  # a standard error of 5 on the log scale: a factor of 150 either way says that nothing is known
FAR = 14.0  # a parameter above a million or below a millionth is on its way to infinity or nothing
NOTHING_LEFT = 1e-9  # of the logarithm of a parameter: no printed digit would change
LITTLE_LEFT = 1e-6  # log-likelihood that another Newton step would still win
SHARE = 1e-2  # of a standard error that these differences reach at most
STEP = 1e-4  # of the differences of `band`, on the working scale: errors of 1e-8 relative


@dataclass(frozen=True, eq=False)
class Fit(Generic[Model]):
    """A model found in data, and how well the data tell it."""

    model: Model
    loglik: float  # natural logarithm, at the estimate
    covariance: pd.DataFrame  # of the parameters, from the observed information; missing where not told
    converged: bool
    n: int  # customers
    reason: str  # why it did not converge; empty if it did
    steps: int  # evaluations of the likelihood
    rebuild: Callable[[np.ndarray], Model]  # parameters in the order of `covariance` -> model
    values: np.ndarray  # the parameters in that order
    positive: np.ndarray  # which of them are above 0 by nature

    def interval(self, level: float = 0.95) -> pd.DataFrame:
        """Estimates with their intervals.

        Parameters that are above 0 by nature get their interval on the log scale, so
        it stays above 0.

        Parameters
        ----------
        level : float
            0..1.

        Returns
        -------
        DataFrame
            Index parameter: estimate, error (standard error), low, high.
        """
        import pandas as pd

        z = normal_quantile(level)
        error = np.sqrt(np.diag(self.covariance))
        with np.errstate(over="ignore"):  # what is not told may have an end at infinity
            factor = np.exp(z * error / np.where(self.positive, self.values, 1.0))
        low = np.where(self.positive, self.values / factor, self.values - z * error)
        high = np.where(self.positive, self.values * factor, self.values + z * error)
        frame = {"estimate": self.values, "error": error, "low": low, "high": high}
        return pd.DataFrame(frame, index=self.covariance.index.rename("parameter"))

    def band(self, quantity: Callable[[Model], pd.Series | float], *, level: float = 0.95) -> pd.DataFrame:
        """Anything that the model expects, with its interval from the error of the parameters (delta method).

        It tells how well the expectation is known, not how far single customers stray from it.

        Parameters
        ----------
        quantity : callable
            Model -> numbers of 0 or more, one a customer, e.g.
            ``lambda model: model.expected(history, horizon=52)``.
        level : float
            0..1.

        Returns
        -------
        DataFrame
            estimate, low, high; on the index of what the quantity returns. The interval is
            taken on the log scale where the estimate is above 0.

        Raises
        ------
        ValueError
            If the fit did not converge.
        """
        import pandas as pd

        if not self.converged:
            raise ValueError(f"this fit did not converge, so its errors are not known: {self.reason}")
        z = normal_quantile(level)
        here = quantity(self.model)
        index = here.index if isinstance(here, pd.Series) else None
        middle = np.atleast_1d(np.asarray(here, dtype=float))
        scale = np.where(self.positive, self.values, 1.0)
        # Differences along axes of the error, not by one parameter alone: a birth year ties its effect to the rate at year 0.
        slopes = []
        for axis in np.linalg.cholesky(self.covariance.to_numpy() / np.outer(scale, scale)).T:
            far = min(STEP / np.abs(axis).max(), SHARE)
            ends = [
                np.where(self.positive, self.values * np.exp(by), self.values + by) for by in (far * axis, -far * axis)
            ]
            above, below = (np.atleast_1d(np.asarray(quantity(self.rebuild(end)), dtype=float)) for end in ends)
            slopes.append((above - below) / (2 * far))
        error = np.linalg.norm(slopes, axis=0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # where the estimate is 0 both ends are
            factor = np.where(middle > 0, np.exp(z * error / middle), 1.0)
        return pd.DataFrame({"estimate": middle, "low": middle / factor, "high": middle * factor}, index=index)

    @property
    def aic(self) -> float:
        """Akaike's criterion: the lower of two models fitted to the same rows is preferred."""
        return 2 * len(self.values) - 2 * self.loglik


def maximise(
    evaluate: Callable[[np.ndarray], Evaluation],
    start: np.ndarray,
    *,
    names: Sequence[str],
    positive: np.ndarray,
    rebuild: Callable[[np.ndarray], Model],
    n: int,
    told_by: dict[str, str],
) -> Fit[Model]:
    """The parameters under which the data are most likely.

    Newton steps within a trust region (Conn, Gould & Toint 2000). Positive parameters
    are worked on by their logarithm.

    Parameters
    ----------
    evaluate : callable
        Working parameters -> log-likelihood, gradient, Hessian.
    start : array
        Working parameters to begin with.
    names, positive : sequence of str, array of bool
        Of the parameters: names, and which are above 0 by nature.
    rebuild : callable
        Parameters -> model.
    n : int
        Customers.
    told_by : dict
        Parameter -> what in the data would tell it, for the message where nothing does.
    """
    import pandas as pd
    from scipy.optimize import minimize

    seen: dict[bytes, Evaluation] = {}

    def at(theta: np.ndarray) -> Evaluation:
        key = theta.tobytes()
        if key not in seen:
            if len(seen) > 2:
                seen.pop(next(iter(seen)))
            seen[key] = evaluate(theta)
            counted[0] += 1
        return seen[key]

    counted = [0]
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):  # a step too far is turned back
        found = minimize(
            lambda theta: _finite(-at(theta)[0] / n),
            np.asarray(start, dtype=float),
            jac=lambda theta: np.nan_to_num(-at(theta)[1] / n),
            hess=lambda theta: np.nan_to_num(-at(theta)[2] / n),
            method="trust-exact",
            options={"gtol": 1e-7, "maxiter": MOST_STEPS, "initial_trust_radius": 1.0, "max_trust_radius": 4.0},
        )
        theta = found.x
        loglik, gradient, hessian = at(theta)
        theta, loglik, gradient, hessian = _polish(at, theta, loglik, gradient, hessian)
    values = np.where(positive, np.exp(np.minimum(theta, 700)), theta)
    covariance, reason = _covariance(-hessian, gradient, theta, names, positive, told_by)
    scale = np.where(positive, values, 1.0)
    natural = covariance * np.outer(scale, scale)
    return Fit(
        model=rebuild(values),
        loglik=float(loglik),
        covariance=pd.DataFrame(natural, index=list(names), columns=list(names)),
        converged=not reason,
        n=n,
        reason=reason,
        steps=counted[0],
        rebuild=rebuild,
        values=values,
        positive=np.asarray(positive),
    )


def _finite(value: float) -> float:
    return value if np.isfinite(value) else 1e300


def _polish(at: Callable, theta: np.ndarray, loglik: float, gradient: np.ndarray, hessian: np.ndarray) -> tuple:
    """One last Newton step, taken if it does not lower the likelihood: the digits the stopping rule left."""
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(-hessian)[0] <= 0:
        return theta, loglik, gradient, hessian
    step = np.linalg.solve(-hessian, gradient)
    if not NOTHING_LEFT < np.abs(step).max() < 1e-2:
        return theta, loglik, gradient, hessian
    after = at(theta + step)
    return (theta + step, *after) if after[0] >= loglik else (theta, loglik, gradient, hessian)


def _covariance(
    information: np.ndarray,
    gradient: np.ndarray,
    theta: np.ndarray,
    names: Sequence[str],
    positive: np.ndarray,
    told_by: dict[str, str],
) -> tuple[np.ndarray, str]:
    """Inverse of the information on the working scale, and why it is not to be trusted, if so."""
    unknown = np.full(information.shape, np.nan)
    if not np.isfinite(information).all():
        return unknown, "the likelihood is not finite at the last step; look for extreme values in the history"
    roots, ways = np.linalg.eigh(information)
    weak = ways[:, 0]
    # A parameter that wanders off is as much a sign as a flat likelihood: both say that the data do not tell it.
    if roots[0] <= FLAT**-2 or (np.abs(theta[positive]) > FAR).any():
        who = [name for name, part in zip(names, weak, strict=True) if abs(part) > 0.3]
        lacking = "; ".join(dict.fromkeys(told_by[name] for name in who if name in told_by))
        values = ", ".join(
            f"{name}={np.exp(t) if plus else t:.3g}"
            for name, t, plus in zip(names, theta, positive, strict=True)
            if name in who
        )
        return unknown, (
            f"the data do not tell {' and '.join(who)} (stopped at {values}): {lacking or 'the likelihood is flat'}. "
            "Mend: more customers, a longer window, or a simpler model"
        )
    covariance = (ways / roots) @ ways.T
    left = float(gradient @ covariance @ gradient) / 2
    if left > LITTLE_LEFT:
        return covariance, f"after {MOST_STEPS} steps the log-likelihood could still rise by {left:.2g}"
    return covariance, ""
