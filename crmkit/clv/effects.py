"""Static covariates: what makes some customers buy or leave faster, log-linear on the rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv.door import numbers
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.fitting import Fit

LARGEST = 690.0  # logarithm of what a float can hold, and of what it can be divided by
PURCHASE, DROPOUT = "purchase", "dropout"


@dataclass(frozen=True)
class Effect:
    """One unit more of a column multiplies a rate by exp(value)."""

    on: str  # "purchase" (the rate of buying) or "dropout" (that of leaving)
    column: str  # of the history
    value: float  # change of the logarithm of the rate

    def __post_init__(self) -> None:
        if self.on not in (PURCHASE, DROPOUT):
            raise ValueError(f"on={self.on!r} must be {PURCHASE!r} or {DROPOUT!r}")
        if not np.isfinite(self.value):
            raise ValueError(f"value={self.value!r} of the effect of {self.column!r} must be finite")

    @property
    def name(self) -> str:
        """How a fit calls it."""
        return f"{self.on}: {self.column}"


def factor(effects: Sequence[Effect], on: str, rows: pd.DataFrame | object) -> np.ndarray | float:
    """By what the rate of each row is multiplied; 1 without effects."""
    told = [np.asarray(rows[one.column], dtype=float) * one.value for one in effects if one.on == on]
    return np.exp(np.sum(told, axis=0)) if told else 1.0


def columns(effects: Sequence[Effect]) -> list[str]:
    """The columns the effects read, each once."""
    return list(dict.fromkeys(one.column for one in effects))


def asked(history: pd.DataFrame, purchase: Sequence[str], dropout: Sequence[str]) -> list[Effect]:
    """The effects to fit, all 0 at first.

    Raises
    ------
    ValueError
        If a column is lacking, is no number, is the same for all, or two of them tell the same.
    """
    for name, given in ((PURCHASE, purchase), (DROPOUT, dropout)):
        if isinstance(given, str):
            raise ValueError(f"{name}={given!r} must be a list of columns; write [{given!r}]")
        if len(set(given)) < len(given):
            raise ValueError(f"{name}={list(given)!r} names a column twice")
        require(history, given, name="history")
        for column in given:
            _varies(history, column)
        if not given:
            continue
        table, _, _ = scaled([history[one].to_numpy(dtype=float) for one in given])
        if np.linalg.matrix_rank(np.column_stack(table)) < len(given):
            raise ValueError(
                f"{name}={list(given)!r}: one column follows from the others, so their effects cannot be told apart. "
                "Mend: leave one out, e.g. one of the columns of a category"
            )
    return [Effect(PURCHASE, one, 0.0) for one in purchase] + [Effect(DROPOUT, one, 0.0) for one in dropout]


def _varies(history: pd.DataFrame, column: str) -> None:
    if history[column].dtype == bool:
        return
    numbers(history, column)
    if history[column].nunique() < 2:
        raise ValueError(
            f"history[{column!r}] is {history[column].iloc[0]!r} for everyone; an effect needs differences"
        )


def scaled(
    values: Sequence[np.ndarray], count: np.ndarray | None = None
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Columns with mean 0 and standard deviation 1, and what their means and deviations were."""
    means = np.array([np.average(one, weights=count) for one in values])
    errors = np.array(
        [np.sqrt(np.average((one - mean) ** 2, weights=count)) for one, mean in zip(values, means, strict=True)]
    )
    return [(one - mean) / error for one, mean, error in zip(values, means, errors, strict=True)], means, errors


def unscaled(fit: Fit[Any], moves: Sequence[tuple[int, float]], means: np.ndarray, errors: np.ndarray) -> Fit[Any]:
    """The fit to scaled columns, told by the columns as they are: exact, since the rates are log-linear in both.

    An effect of e a standard deviation is e / deviation a unit, and a parameter at the mean is exp(e mean / deviation) times
    (or, where effects divide, a part of) that at 0.
    """
    import pandas as pd

    plain = len(fit.values) - len(moves)
    turn = np.eye(len(fit.values))  # working parameters of the scaled columns -> those of the columns
    for place, ((moved, sign), mean, error) in enumerate(zip(moves, means, errors, strict=True), plain):
        turn[place, place] = 1 / error
        turn[moved, place] = -sign * mean / error
    before = np.where(fit.positive, np.log(np.where(fit.positive, fit.values, 1.0)), fit.values)
    theta = turn @ before
    if (np.abs(theta[:plain]) > LARGEST).any():
        raise ValueError(
            "the parameters of a customer whose columns are all 0 have no finite value: the columns lie too far from 0. "
            "Mend: history.assign(column=history['column'] - its mean)"
        )
    values = np.where(fit.positive, np.exp(theta), theta)
    scale, back = np.where(fit.positive, values, 1.0), np.where(fit.positive, fit.values, 1.0)
    covariance = turn @ (fit.covariance.to_numpy() / np.outer(back, back)) @ turn.T * np.outer(scale, scale)
    names = fit.covariance.index
    return replace(
        fit,
        model=fit.rebuild(values),
        values=values,
        covariance=pd.DataFrame(covariance, index=names, columns=names),
    )


def fold(
    count: np.ndarray,
    gradient: Sequence[np.ndarray | float],
    hessian: dict[tuple[int, int], np.ndarray | float],
    design: Sequence[tuple[int, float, np.ndarray]] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Sums over rows of derivatives by the four log parameters, and by the effects behind them.

    Parameters
    ----------
    count : array (rows,)
        Customers a row.
    gradient : four arrays (rows,)
        By the logarithm of each parameter of the row.
    hessian : dict of arrays (rows,)
        Upper triangle; what is left out is 0.
    design : sequence of (parameter, sign, values)
        Of each effect: the parameter it moves, the sign, and the column.
    """
    k, m = len(gradient), len(gradient) + len(design)
    total, square = np.zeros(m), np.zeros((m, m))

    def add(weight: np.ndarray | None, values: np.ndarray | float) -> float:
        weighted = count if weight is None else count * weight
        return float(weighted @ values) if np.ndim(values) else float(weighted.sum() * values)

    behind: list[tuple[int, np.ndarray | None]] = [(place, None) for place in range(k)]
    behind += [(place, sign * values) for place, sign, values in design]
    for i, (place, values) in enumerate(behind):
        total[i] = add(values, gradient[place])
        for j in range(i, m):
            other, more = behind[j]
            term = hessian.get((min(place, other), max(place, other)))
            if term is not None:
                both = values if more is None else more if values is None else values * more
                square[i, j] = square[j, i] = add(both, term)
    return total, square
