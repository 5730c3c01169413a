"""Models of the chance to respond or to leave: logistic, tree, boosting, small network; one face for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import whole
from crmkit.targeting.response import kinds
from crmkit.targeting.response.features import plain, sound, typical
from crmkit.targeting.response.kinds import KINDS, one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

FEWEST = 5  # customers with either outcome: below, no model is worth its name
NEAR = 1e-9  # log-odds are told of chances so far from 0 and 1


@dataclass(frozen=True)
class ResponseModel:
    """A fitted model: from what is known of a customer to the chance of the outcome."""

    kind: str
    figures: tuple[str, ...]  # features that are numbers
    words: tuple[str, ...]  # features that are words
    base_rate: float  # share with the outcome among those learned from, 0..1
    customers: int  # learned from
    typical: pd.DataFrame = field(repr=False)  # one row: median of the numbers, commonest of the words
    converged: bool = True
    reason: str = ""  # why not converged
    pipeline: Any = field(default=None, repr=False)  # the scikit-learn pipeline inside
    again: tuple[Any, ...] = field(default=(), repr=False)  # its model learned from customers drawn with replacement

    @property
    def features(self) -> tuple[str, ...]:
        """Names of what the model asks for, in the order they were learned in."""
        return tuple(self.typical.columns)

    @property
    def additive(self) -> bool:
        """Are the log-odds a sum over features?"""
        return self.kind == "logistic"

    def score(self, frame: pd.DataFrame) -> pd.Series:
        """Chance of the outcome, 0..1, for each row of a frame with the same features; missing values allowed."""
        import pandas as pd

        rows = plain(frame, self.figures, self.words, name="frame")
        if not len(rows):
            return pd.Series(np.empty(0), index=frame.index, name="chance")
        with one_thread():
            return pd.Series(self.pipeline.predict_proba(rows)[:, 1], index=frame.index, name="chance")

    def interval(self, frame: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
        """Chance with its interval (columns chance, low, high): had other customers been at hand to learn from.

        Percentiles over the models learned anew; what the kind of model cannot bend to is not in it.
        """
        import pandas as pd

        normal_quantile(level)
        if not self.again:
            raise ValueError(
                "the model was learned once only, so nothing tells how sure it is. Mend: fit(..., resamples=100)"
            )
        chance = self.score(frame).to_numpy()
        made = self.pipeline["columns"].transform(plain(frame, self.figures, self.words, name="frame"))
        with one_thread():
            others = np.array([one.predict_proba(made)[:, 1] for one in self.again])
        low, high = np.quantile(others, [(1 - level) / 2, (1 + level) / 2], axis=0)
        ends = {"chance": chance, "low": np.minimum(low, chance), "high": np.maximum(high, chance)}
        return pd.DataFrame(ends, index=frame.index)

    def log_odds(self, frame: pd.DataFrame) -> pd.Series:
        """Log-odds of the outcome for each row; of a tree's 0 and 1 so large that only the sign matters."""
        chance = self.score(frame).clip(NEAR, 1 - NEAR)
        return np.log(chance / (1 - chance)).rename("log_odds")

    def profile(self, **values: Any) -> float:
        """Chance of one customer described by some features; the others are those of the typical customer."""
        return float(self.score(self.described(**values)).iloc[0])

    def described(self, **values: Any) -> pd.DataFrame:
        """The typical customer with some features changed, one row."""
        unknown = [name for name in values if name not in self.typical]
        if unknown:
            raise ValueError(f"the model does not know {unknown}; it has {list(self.typical.columns)}")
        return self.typical.assign(**values)


def fit(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    kind: str = "logistic",
    seed: int | np.random.Generator,
    resamples: int = 0,
) -> ResponseModel:
    """Learn the chance of a yes-or-no outcome from what is known of customers before it.

    Missing numbers are filled by the median and marked as missing; a missing word is a word of its own. Features without
    variance change nothing. A category never seen counts as a rare one, or as none.

    Parameters
    ----------
    features : DataFrame (customers, features)
        Numbers, words, yes or no; no days, no keys.
    outcome : array (customers,)
        True and False, or 1 and 0; at least 5 of either.
    kind : "logistic", "tree", "boosting" or "network"
        Logistic regression with a light ridge; a tree of at most 12 leaves; 100 boosted small trees; 8 hidden units.
    seed : int or Generator
        For ties of the tree, the start of the network and the resamples.
    resamples : int
        So many times the model is learned anew from customers drawn with replacement, for the intervals of its chances; 0: no
        intervals, else at least 20.

    Returns
    -------
    ResponseModel
        `.score(frame)` gives chances. A search that ended early is told by `converged` and `reason`.

    Raises
    ------
    TypeError, ValueError
        If features are no frame, hold days, keys or infinite numbers, or the outcome is the same for (almost) all.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning: 4.4, 8.2, 9.2, 10.10, 11.3.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20, 30, 40, 50] * 10, "plan": ["a", "b"] * 20})
    >>> model = fit(people, people["age"] < 35, seed=1)
    >>> model.profile(age=20) > 0.9 > model.profile(age=40)
    True
    """
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r} must be one of {KINDS}")
    if resamples:
        whole("resamples", resamples, 20)
    happened, figures, words = sound(features, outcome)
    fewest = int(min(happened.sum(), (1 - happened).sum()))
    if fewest < FEWEST:
        raise ValueError(
            f"outcome holds only {fewest} customers of one kind; expected at least {FEWEST} of "
            "either. Mend: more customers or time"
        )
    rng = np.random.default_rng(seed)
    rows, known = plain(features, figures, words), happened.astype(int)
    pipeline = kinds.pipeline(kind, figures, words, int(rng.integers(2**31)))
    converged = kinds.learned(pipeline, rows, known)
    return ResponseModel(
        *(kind, tuple(figures), tuple(words), float(happened.mean()), len(rows), typical(features, figures, words)),
        converged=converged,
        reason="" if converged else "the search ended at its last step, not at the best fit; fewer features help",
        pipeline=pipeline,
        again=kinds.relearned(pipeline, rows, known, resamples, rng),
    )


def sweep(model: ResponseModel, feature: str, values: Sequence[Any], **others: Any) -> pd.DataFrame:
    """How the chance of one customer moves with one feature, the others held.

    It tells what the model says, not what changing the feature would do to the customer.

    Parameters
    ----------
    model : ResponseModel
        From `fit`.
    feature : str
        The feature that moves.
    values : sequence
        Where to.
    **others
        What else is known of the customer; the rest is typical.

    Returns
    -------
    DataFrame
        One row a value: the feature under its name, chance (0..1), low, high (its 95 % interval; missing where the model was
        fitted without resamples).

    Raises
    ------
    ValueError
        If the model does not know a feature.

    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"age": rng.integers(20, 70, 400)})
    >>> model = fit(people, rng.random(400) < people["age"] / 100, seed=1)
    >>> sweep(model, "age", [25, 65])["chance"].round(1).tolist()
    [0.3, 0.6]
    """
    import pandas as pd

    one = model.described(**others)
    if feature not in one:
        raise ValueError(f"the model does not know {[feature]}; it has {list(one.columns)}")
    many = one.loc[[0] * len(values)].reset_index(drop=True)
    many[feature] = list(values)
    if model.again:
        return pd.concat([many[[feature]], model.interval(many)], axis=1)
    return pd.DataFrame({feature: many[feature], "chance": model.score(many), "low": np.nan, "high": np.nan})
