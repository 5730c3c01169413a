"""The kinds of models and how each is set, fitted by scikit-learn on one thread."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.targeting.response.features import transformer

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("logistic", "tree", "boosting", "network")


def one_thread() -> AbstractContextManager:
    """One thread: on tables of this size threads cost more than they bring, and may change the last bits."""
    import sklearn.ensemble  # noqa: F401  the pools to limit must be there first
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def pipeline(kind: str, figures: list[str], words: list[str], state: int) -> Any:
    """Columns and model of a kind, not fitted yet."""
    from sklearn.pipeline import Pipeline

    # Boosting knows what to do with missing numbers; trees of either kind need no scale.
    columns = transformer(figures, words, scale=kind in ("logistic", "network"), impute=kind != "boosting")
    return Pipeline([("columns", columns), ("model", estimator(kind, state))])


def estimator(kind: str, state: int) -> Any:
    """The model of a kind, not fitted yet."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.tree import DecisionTreeClassifier

    if kind == "logistic":
        return LogisticRegression(C=1.0, max_iter=1_000)
    if kind == "tree":
        return DecisionTreeClassifier(max_leaf_nodes=12, min_samples_leaf=0.01, random_state=state)
    if kind == "boosting":
        return HistGradientBoostingClassifier(
            learning_rate=0.05,
            max_iter=100,
            max_leaf_nodes=8,
            l2_regularization=1.0,
            early_stopping=False,
            random_state=state,
        )
    # A strong ridge: few responses bear few weights. Small steps (Adam) end at the same place on every processor; a line
    # search (L-BFGS) turns a difference in the last bit into another valley.
    return MLPClassifier((8,), solver="adam", learning_rate_init=0.01, alpha=2.0, max_iter=1_000, random_state=state)


def learned(model: Any, rows: pd.DataFrame | np.ndarray, happened: np.ndarray) -> bool:
    """Fit the model in its place; did the search come to its end?"""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as heard:
        warnings.filterwarnings("always", category=ConvergenceWarning)
        with one_thread():
            model.fit(rows, happened)
    for one in heard:  # others are not ours to keep quiet
        if not issubclass(one.category, ConvergenceWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    return not any(issubclass(one.category, ConvergenceWarning) for one in heard)


def relearned(fitted: Any, rows: pd.DataFrame, happened: np.ndarray, resamples: int, rng: np.random.Generator) -> tuple:
    """The model learned anew from customers drawn with replacement, so many times; the columns stay as they are."""
    from sklearn.base import clone

    made, n = fitted["columns"].transform(rows), len(rows)
    again: list[Any] = []
    while len(again) < resamples:
        drawn = rng.integers(n, size=n)
        if 0 < happened[drawn].sum() < n:  # of one kind only there is nothing to learn
            again.append(clone(fitted["model"]))
            learned(again[-1], made[drawn], happened[drawn])
    return tuple(again)
