"""Models of uplift: what a contact changes for each customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.targeting.response.features import plain, sound, transformer
from crmkit.targeting.uplift.arms import two_arms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

KINDS = ("t", "x", "class_transformation")
BASES = ("logistic", "boosting")
FOLDS = 5
FEWEST = 10  # customers in either arm
RIDGE = 1e-3  # keeps columns that depend on one another solvable; too light to be seen
LIGHT = 100.0  # 1 / ridge of the logistic regression: finite where the outcome is separable
STEPS = 1_000


@dataclass(frozen=True)
class UpliftModel:
    """A fitted model of what a contact changes."""

    kind: str
    base: str
    binary: bool  # outcome yes or no (uplift: difference of shares) or a number (its unit)
    customers: int
    treated_share: float  # 0..1
    out_of_fold: pd.Series = field(repr=False)  # uplift of each customer by models that did not see this customer
    figures: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    converged: bool = True
    reason: str = ""  # why not converged
    parts: tuple[tuple[float, Any], ...] = field(default=(), repr=False)  # weights and pipelines; uplift is their sum
    shift: float = 0.0

    def uplift(self, frame: pd.DataFrame) -> pd.Series:
        """Expected change of the outcome by a contact, for each row of a frame with the same features."""
        import pandas as pd

        rows = plain(frame, self.figures, self.words, name="frame")
        return pd.Series(_sum(self.parts, self.shift, rows), index=frame.index, name="uplift")


def fit_uplift(
    features: pd.DataFrame,
    treated: ArrayLike,
    outcome: ArrayLike,
    *,
    kind: str = "t",
    base: str = "logistic",
    propensity: ArrayLike | None = None,
    seed: int | np.random.Generator,
) -> UpliftModel:
    """Learn from a trial what a contact changes for whom.

    Missing numbers are filled by the median and marked; a missing word is a word of its own.

    Parameters
    ----------
    features : DataFrame (customers, features)
        Numbers, words, yes or no, known before the contact.
    treated : array (customers,)
        True (contacted) or False (held back), at least 10 of either.
    outcome : array (customers,)
        Yes or no, or a number such as money. All kinds take both.
    kind : "t", "x" or "class_transformation"
        A model an arm; their errors carried over to the other arm; or one model of the transformed outcome.
    base : "logistic" or "boosting"
        Logistic regression (ridge regression where numbers are learned), or boosted trees.
    propensity : float or array, optional
        Chance of being contacted; the share contacted unless given.
    seed : int or Generator
        For the folds and the boosting.

    Returns
    -------
    UpliftModel
        `.uplift(frame)` for new customers; `.out_of_fold` for an honest judgement of these.

    Raises
    ------
    TypeError, ValueError
        If an arm is empty or too small, or features are refused.

    References
    ----------
    T and X: Kunzel et al. (2019), PNAS 116, eq. 1-10. Class transformation: Jaskowski & Jaroszewicz (2012) for yes or
    no; transformed outcome of Athey & Imbens (2016) for numbers.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20.0, 60.0] * 40})
    >>> treated = [1, 1, 0, 0] * 20
    >>> model = fit_uplift(people, treated, people["age"] * treated, seed=1)
    >>> model.uplift(people[:2]).round(1).tolist()
    [20.0, 60.0]
    """
    import pandas as pd
    from sklearn.model_selection import StratifiedKFold

    if kind not in KINDS:
        raise ValueError(f"kind={kind!r} must be one of {KINDS}")
    if base not in BASES:
        raise ValueError(f"base={base!r} must be one of {BASES}")
    n = len(features)
    door.aligned(features=features, treated=treated, outcome=outcome, propensity=propensity)
    arm, got, chance = two_arms(treated, outcome, propensity, n, "features")
    fewest = int(min(arm.sum(), n - arm.sum()))
    if fewest < FEWEST:
        raise ValueError(
            f"treated has only {fewest} customers in one arm; expected at least {FEWEST}. Mend: more customers"
        )
    _, figures, words = sound(features, arm)
    rows, binary = plain(features, figures, words), bool(np.isin(got, (0, 1)).all())
    rng = np.random.default_rng(seed)
    state = int(rng.integers(2**31))
    learn = _Learner(kind, base, binary, figures, words, state)
    oof = np.empty(n)
    for inside, outside in StratifiedKFold(FOLDS, shuffle=True, random_state=state).split(rows, arm):
        parts, shift = learn.on(rows.iloc[inside], arm[inside], got[inside], chance[inside])
        oof[outside] = _sum(parts, shift, rows.iloc[outside])
    parts, shift = learn.on(rows, arm, got, chance)
    done = all(_converged(model) for _, model in parts)
    return UpliftModel(
        *(kind, base, binary, n, float(arm.mean()), pd.Series(oof, index=features.index, name="uplift")),
        *(tuple(figures), tuple(words), done, "" if done else "the logistic search ended early; fewer features help"),
        *(tuple(parts), shift),
    )


@dataclass(frozen=True)
class _Learner:
    kind: str
    base: str
    binary: bool
    figures: list[str]
    words: list[str]
    state: int

    def on(
        self, rows: Any, arm: np.ndarray, got: np.ndarray, chance: np.ndarray
    ) -> tuple[list[tuple[float, Any]], float]:
        """Weighted models whose sum, with a shift, is the uplift."""
        if self.kind == "class_transformation":
            own = np.where(arm == 1, chance, 1 - chance)
            if self.binary:
                same = (got == arm).astype(float)
                return [(2.0, self.model(rows, same, yes=True, weight=1 / (2 * own)))], -1.0
            return [(1.0, self.model(rows, got * (arm - chance) / (chance * (1 - chance)), yes=False))], 0.0
        with_, without = arm == 1, arm == 0
        one, none = (self.model(rows[who], got[who], yes=self.binary) for who in (with_, without))
        if self.kind == "t":
            return [(1.0, one), (-1.0, none)], 0.0
        gained = got[with_] - _said(none, rows[with_])
        missed = _said(one, rows[without]) - got[without]
        share = float(chance.mean())
        return [
            (1 - share, self.model(rows[with_], gained, yes=False)),
            (share, self.model(rows[without], missed, yes=False)),
        ], 0.0

    def model(self, rows: Any, target: np.ndarray, *, yes: bool, weight: np.ndarray | None = None) -> Any:
        from sklearn.dummy import DummyRegressor
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import Pipeline

        small = {"max_iter": 60, "max_leaf_nodes": 8, "learning_rate": 0.06, "min_samples_leaf": 40}
        made: Any
        if target.min() == target.max():  # nobody, or everybody, in an arm: the classifiers refuse
            made = DummyRegressor()
        elif self.base == "boosting":
            made = (HistGradientBoostingClassifier if yes else HistGradientBoostingRegressor)(
                **small, random_state=self.state
            )
        else:
            made = LogisticRegression(C=LIGHT, max_iter=STEPS) if yes else Ridge(RIDGE)
        columns = transformer(self.figures, self.words, scale=True, impute=True)
        return Pipeline([("columns", columns), ("model", made)]).fit(rows, target, model__sample_weight=weight)


def _said(model: Any, rows: Any) -> np.ndarray:
    return model.predict_proba(rows)[:, 1] if hasattr(model, "predict_proba") else model.predict(rows)


def _sum(parts: Any, shift: float, rows: Any) -> np.ndarray:
    return shift + sum(weight * _said(model, rows) for weight, model in parts)


def _converged(model: Any) -> bool:
    steps = getattr(model["model"], "n_iter_", None)
    return steps is None or np.max(steps) < STEPS
