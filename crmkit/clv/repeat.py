"""What the fits of repeat purchases share: effects behind parameters, and where to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv.distinct import Distinct, distinct
from crmkit.clv.door import sound, tells_something
from crmkit.clv.effects import PURCHASE, Effect, asked, columns, scaled, unscaled
from crmkit.clv.fitting import Evaluation, Fit, maximise

if TYPE_CHECKING:
    import pandas as pd

RATE = 1  # the place of alpha, which effects on purchase divide


def fit_repeat(
    history: pd.DataFrame,
    make: Callable[..., Any],
    evaluation: Callable[[Distinct, list, list], Evaluation],
    *,
    names: Sequence[str],
    told_by: dict[str, str],
    dropout_at: tuple[int, float],
    times: Sequence[int],
    purchase: Sequence[str],
    dropout: Sequence[str],
    weight: str | None = None,
) -> Fit[Any]:
    """Fit four positive parameters, and effects on two of them.

    Parameters
    ----------
    history : DataFrame
        x, t_x, T, and the columns of the effects.
    make : callable
        (four parameters, effects=...) -> model.
    evaluation : callable
        (rows, parameters, design) -> log-likelihood, gradient, Hessian by logarithms.
    names, told_by
        Of the parameters: names, and what would tell them.
    dropout_at : (int, float)
        The parameter that effects on dropout move, and the sign.
    times : sequence of int
        Places of the parameters that are times, so that the start has the scale of the history.
    purchase, dropout : sequences of str
        Columns with effects.
    weight : str, optional
        Column with the customers that a row stands for.
    """
    sound(history)
    tells_something(history, weight)
    effects = asked(history, purchase, dropout)
    rows = distinct(history, ["x", "t_x", "T", *columns(effects)], weight=weight)
    # Columns far from 0 (a birth year) tie their effects to the rates: fitted at their means, in standard deviations.
    moves = [(RATE, -1.0) if one.on == PURCHASE else dropout_at for one in effects]
    near, means, errors = scaled([rows[one] for one in columns(effects)], rows.count)
    rows = replace(rows, columns={**rows.columns, **dict(zip(columns(effects), near, strict=True))})
    at = [columns(effects).index(one.column) for one in effects]
    every = [*names, *(one.name for one in effects)]
    positive = np.arange(len(every)) < len(names)

    def rebuild(values: np.ndarray) -> Any:
        told = [Effect(e.on, e.column, float(v)) for e, v in zip(effects, values[len(names) :], strict=True)]
        return make(*(float(one) for one in values[: len(names)]), effects=tuple(told))

    def on(part: Distinct) -> Callable[[np.ndarray], Evaluation]:
        design = [(*move, part[one.column]) for move, one in zip(moves, effects, strict=True)]

        def evaluate(theta: np.ndarray) -> Evaluation:
            values: list[Any] = list(np.exp(np.clip(theta[: len(names)], -50, 50)))
            for effect, (place, sign, column) in zip(theta[len(names) :], design, strict=True):
                values[place] = values[place] * np.exp(sign * effect * column)
            return evaluation(part, values, design)

        return evaluate

    told: dict[str, Any] = {"names": every, "positive": positive, "rebuild": rebuild, "told_by": told_by}
    start = np.zeros(len(every))
    start[list(times)] = np.log(max(rows.count @ rows["T"] / max(rows.count @ rows["x"], 1.0), 1e-6))
    thin = rows.thinned()
    if len(thin) < len(rows):
        first = maximise(on(thin), start, n=int(thin.count.sum()), **told)
        if first.converged:
            start = np.where(positive, np.log(np.where(positive, first.values, 1.0)), first.values)
    fit = maximise(on(rows), start, n=len(history) if weight is None else int(rows.count.sum()), **told)
    return unscaled(fit, moves, means[at], errors[at]) if effects else fit
