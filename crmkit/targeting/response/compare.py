"""Which model earns most? Kinds of models on the same customers, each judged on those it did not see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import each, numbers, same_length, whole
from crmkit.targeting.response.features import sound
from crmkit.targeting.response.kinds import KINDS
from crmkit.targeting.response.leaks import leaks
from crmkit.targeting.response.measures import auc, brier, log_loss, of_mean
from crmkit.targeting.response.models import FEWEST, fit
from crmkit.targeting.response.scorecard import scorecard

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

ALL_KINDS = (*KINDS, "scorecard")
NO_MODEL = "base rate"


@dataclass(frozen=True)
class Comparison:
    """Models of the same customers side by side."""

    table: pd.DataFrame  # by profit; see `compare`
    measures: pd.DataFrame = field(repr=False)  # log loss, AUC and Brier score, a row a model and measure
    scores: pd.DataFrame = field(repr=False)  # customers x models: chances from folds that did not see the customer
    suspected_leaks: tuple[str, ...]  # features that tell the outcome on their own
    level: float  # of the intervals
    customers: int

    def __repr__(self) -> str:
        first = self.table.iloc[0]
        leak = f"; suspected leaks: {', '.join(self.suspected_leaks)}" if self.suspected_leaks else ""
        return (
            f"Comparison({self.customers:,} customers, {len(self.table)} models; best {self.table.index[0]!r} with a profit of "
            f"{first['profit']:,.0f} ({first['low']:,.0f} to {first['high']:,.0f}){leak})"
        )


def compare(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    value: ArrayLike,
    cost: ArrayLike,
    seed: int | np.random.Generator,
    kinds: Sequence[str] = KINDS,
    folds: int = 5,
    others: Mapping[str, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    level: float = 0.95,
) -> Comparison:
    """Kinds of models by the profit of their decisions on customers that they did not learn from.

    A customer is addressed if chance x value exceeds the cost: with right chances no other rule earns more. Beside the models
    stands the base rate, which addresses everyone or nobody.

    Parameters
    ----------
    features, outcome
        As in `fit`.
    value, cost : float or array (customers,)
        Money that the outcome brings and that addressing costs.
    seed : int or Generator
        For the folds and the models.
    kinds : names
        Of "logistic", "tree", "boosting", "network", "scorecard".
    folds : int
        Parts of the customers, at least 2; each is scored by models of the others.
    others : mapping of name to array (customers,), optional
        Chances from elsewhere, e.g. the model in use; not from these customers.
    groups : array (customers,), optional
        Rows that belong together, e.g. months of one customer: they stay in one fold, and the intervals allow for it.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    Comparison
        `table`, index model, best first: contacted (share), profit (money in all), low, high, behind (money behind the best),
        behind_low, behind_high (interval of this paired difference), converged. `measures`: model, measure ("log_loss", "auc",
        "brier"), value, low, high, behind, behind_low, behind_high (of the best by this measure; 0 or more is worse).
        Intervals are over customers, the fitted models given; a model learned anew would differ a little more. The best was
        chosen for being best: its lead is a little flattered.

    Raises
    ------
    TypeError, ValueError
        As `fit`; if a kind is unknown, there are too few of either outcome for the folds, or chances lie outside 0..1.

    References
    ----------
    Decision: Elkan (2001), The foundations of cost-sensitive learning. AUC and its differences: DeLong, DeLong &
    Clarke-Pearson (1988).

    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"age": rng.integers(20, 70, 400)})
    >>> came = rng.random(400) < people["age"] / 100
    >>> compare(people, came, value=10, cost=4, kinds=("logistic",), seed=1).table[["contacted", "profit"]].round(1)
               contacted  profit
    model
    logistic         0.6   382.0
    base rate        1.0   230.0
    """
    import pandas as pd

    unknown = [kind for kind in kinds if kind not in ALL_KINDS]
    if unknown or len(set(kinds)) < len(kinds):
        raise ValueError(f"kinds={tuple(kinds)!r} must be some of {ALL_KINDS}, each once")
    happened = sound(features, outcome)[0]
    n = len(happened)
    z = normal_quantile(level)
    whole("folds", folds, 2)
    fewest = int(min(happened.sum(), (1 - happened).sum()))
    if fewest < 2 * max(folds, FEWEST):
        raise ValueError(
            f"outcome holds only {fewest} customers of one kind; expected at least {2 * max(folds, FEWEST)} for folds={folds}. "
            "Mend: fewer folds, or more customers or time"
        )
    brings, costs = each("value", value, n), each("cost", cost, n)
    if others is not None and not isinstance(others, Mapping):
        raise TypeError(
            f"others is a {type(others).__name__}; expected names with their chances, e.g. {{'rival': chances}}"
        )
    cluster = np.arange(n) if groups is None else _clusters(groups, n)
    given = {name: _chances(name, chances, n, taken=(*kinds, NO_MODEL)) for name, chances in (others or {}).items()}
    for_folds, for_leaks, for_models = np.random.default_rng(seed).spawn(3)
    scores, ended_early = _out_of_fold(features, happened, tuple(kinds), folds, cluster, for_folds, for_models)
    scores |= given
    rows, found = [], []
    for name, chance in scores.items():
        addressed = chance * brings > costs
        won = of_mean(np.where(addressed, happened * brings - costs, 0.0) * n)
        rows.append((name, float(addressed.mean()), won))
        kinds_of = (("log_loss", log_loss), ("auc", auc), ("brier", brier))
        found += [(name, label, measure(chance, happened)) for label, measure in kinds_of]
    profits = _beside([(name, won) for name, _, won in rows], z, cluster, more_is_better=True)
    table = pd.DataFrame(profits).rename(columns={"value": "profit"}).set_index("model")
    table.insert(0, "contacted", [share for _, share, _ in rows])
    table["converged"] = [name not in ended_early for name in table.index]
    measures = []
    for label in ("log_loss", "auc", "brier"):
        same = [(name, one) for name, which, one in found if which == label]
        measures += [{"measure": label, **row} for row in _beside(same, z, cluster, more_is_better=label == "auc")]
    hints = leaks(features, happened, seed=for_leaks)
    return Comparison(
        table.sort_values("profit", ascending=False, kind="stable"),
        pd.DataFrame(measures)[["model", "measure", "value", "low", "high", "behind", "behind_low", "behind_high"]],
        pd.DataFrame(scores, index=features.index),
        tuple(hints.index[hints["suspected"]]),
        float(level),
        n,
    )


def _out_of_fold(
    features: pd.DataFrame,
    happened: np.ndarray,
    kinds: tuple[str, ...],
    folds: int,
    cluster: np.ndarray,
    for_folds: np.random.Generator,
    for_models: np.random.Generator,
) -> tuple[dict[str, np.ndarray], set[str]]:
    """Chances by model from the folds that did not see the customer, and the models whose search ended early."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    state = int(for_folds.integers(2**31))
    # Rows of one customer stay together; where each has one row, the plain way has the more even folds.
    apart = len(np.unique(cluster)) == len(cluster)
    way = (StratifiedKFold if apart else StratifiedGroupKFold)(folds, shuffle=True, random_state=state)
    scores = {name: np.empty(len(happened)) for name in (*kinds, NO_MODEL)}
    ended_early = set()
    for learn, judge in way.split(np.zeros(len(happened)), happened, None if apart else cluster):
        for kind in kinds:
            model: Any
            if kind == "scorecard":
                model = scorecard(features.iloc[learn], happened[learn])
            else:
                model = fit(features.iloc[learn], happened[learn], kind=kind, seed=for_models)
            scores[kind][judge] = model.score(features.iloc[judge])
            ended_early |= set() if model.converged else {kind}
    # Of all: the rates of the folds would rank a fold with many responses, being left out, below one with few.
    scores[NO_MODEL][:] = happened.mean()
    return scores, ended_early


def _beside(named: list[tuple[str, Any]], z: float, cluster: np.ndarray, *, more_is_better: bool) -> list[dict]:
    """Each estimate with its interval, and how far it is behind the best of them."""
    sign = 1 if more_is_better else -1
    best = max((one for _, one in named), key=lambda one: sign * one.value)
    rows = []
    for name, one in named:
        half, apart = one.half(z, cluster), one.half(z, cluster, best.each)
        behind = abs(best.value - one.value)  # the best is the best: never below 0
        row = {"model": name, "value": one.value, "low": one.value - half, "high": one.value + half}
        rows.append(row | {"behind": behind, "behind_low": behind - apart, "behind_high": behind + apart})
    return rows


def _clusters(groups: ArrayLike, n: int) -> np.ndarray:
    import pandas as pd

    if np.ndim(groups) != 1:
        raise TypeError(f"groups={groups!r} is no row of customers' groups; expected one each")
    coded = pd.factorize(np.asarray(groups))[0]
    same_length("groups", coded, "features", n)
    if (coded < 0).any():
        raise ValueError("groups is missing in some rows; expected whom each row belongs to")
    return coded


def _chances(name: str, values: ArrayLike, n: int, *, taken: Collection[str]) -> np.ndarray:
    if name in taken:
        raise ValueError(f"others holds {name!r}, which is a model of its own here; give it another name")
    chance = numbers(f"others[{name!r}]", values)
    same_length(f"others[{name!r}]", chance, "features", n)
    if ((chance < 0) | (chance > 1)).any():
        raise ValueError(
            f"others[{name!r}] lies outside 0..1; expected chances. Mend: recalibrate(...) on other customers"
        )
    return chance
