"""A decision tree as rules that can be read, each with its customers, its rate and its decision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.intervals import normal_quantile, wilson
from crmkit.targeting.asked import whole
from crmkit.targeting.response.features import plain, sound, transformer
from crmkit.targeting.response.kinds import one_thread
from crmkit.targeting.response.wording import paths

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

FOLDS = 5  # for the size of the tree
FEWEST = 20  # customers with either outcome


@dataclass(frozen=True)
class Rules:
    """A tree of questions, read as one rule a leaf."""

    table: pd.DataFrame  # see `tree_rules`
    cutoff: float  # rate from which addressing pays, cost / value; missing without money
    judged_on: int  # customers that the rates are from
    honest: bool  # were these kept from growing the tree?
    figures: tuple[str, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    pipeline: Any = field(repr=False)
    leaves: tuple[int, ...] = field(repr=False)  # number of the leaf of each rule in the scikit-learn tree

    def place(self, frame: pd.DataFrame) -> pd.Series:
        """Which rule each row of a frame falls under: its number in the table."""
        import pandas as pd

        leaf = _leaf(self.pipeline, plain(frame, self.figures, self.words, name="frame"))
        return pd.Series(pd.Index(self.leaves).get_indexer(leaf), index=frame.index, name="rule")


def tree_rules(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    seed: int | np.random.Generator,
    value: float | None = None,
    cost: float | None = None,
    most: int = 8,
    least: float = 0.02,
    honest: bool = True,
    decisions: tuple[str, str] = ("address", "leave out"),
    level: float = 0.95,
) -> Rules:
    """Rules that part the customers by their chance of the outcome, and what to do with each part.

    A tree is grown and cut back to the size at which it foretells others' outcomes best; of equally good sizes the smallest.
    Where no question helps, one rule holds everyone.

    Parameters
    ----------
    features, outcome
        As in `fit`; at least 20 customers with either outcome.
    seed : int or Generator
        For the halves and folds.
    value, cost : float, optional
        Money that the outcome brings and that addressing a customer costs, both or neither. A credit that is paid back brings
        margin + loss and every approval costs the loss: value=margin + loss, cost=loss, outcome "paid back".
    most : int
        Rules at most, at least 2.
    least : float
        Share of the customers that a rule holds at least, above 0 to 0.5.
    honest : bool
        True: half of the customers grow the tree, the other half give the rates. False: all do both, and the rates are more
        extreme than they will be.
    decisions : (yes, no)
        What is done where it pays, and where not.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    Rules
        `table`, highest rate first: rule (text), customers, share (of those judged on), rate (share with the outcome), low, high
        (its interval), gain (money of addressing one), gain_low, gain_high, decision (where the gain is above 0), sure (is the
        cut-off outside the interval?). Rate, gain and decision are missing where the judging half has no one, and the last five
        without money.

    Raises
    ------
    TypeError, ValueError
        As `fit`; or if money is given by half, or sizes do not fit.

    References
    ----------
    Breiman, Friedman, Olshen & Stone (1984), Classification and Regression Trees, 3.3-3.4, with the paired error of the
    difference in the one-standard-error rule. Honest rates: Athey & Imbens (2016). Cut-off: Elkan (2001).

    >>> import pandas as pd
    >>> asked = pd.DataFrame({"income": list(range(20, 80)) * 10, "owner": [True, False] * 300})
    >>> tree_rules(asked, asked["income"] > 49, seed=1).table["rule"].tolist()
    ['income over 49', 'income up to 49']
    """
    import pandas as pd
    from sklearn.model_selection import train_test_split

    happened, figures, words = sound(features, outcome)
    normal_quantile(level)
    whole("most", most, 2)
    if not 0 < least <= 0.5:
        raise ValueError(f"least={least!r} must be a share of the customers, above 0 to 0.5")
    if (value is None) != (cost is None):
        raise ValueError("value and cost go together; give both, or neither for rules without a decision")
    if value is not None and not (np.isfinite(value) and value > 0 and np.isfinite(cost)):
        raise ValueError(f"value={value!r} must be above 0, and cost={cost!r} a number")
    fewest = int(min(happened.sum(), (1 - happened).sum()))
    if fewest < FEWEST:
        raise ValueError(f"outcome holds only {fewest} customers of one kind; expected at least {FEWEST} of either")
    state = int(np.random.default_rng(seed).integers(2**31))
    rows = plain(features, figures, words)
    everyone = np.arange(len(rows))
    grow, judge = (
        train_test_split(everyone, test_size=0.5, stratify=happened, random_state=state)
        if honest
        else (everyone, everyone)
    )
    with one_thread():
        pipeline = _grown(rows.iloc[grow], happened[grow].astype(int), figures, words, most, least, state)
    yes_no = [name for name in figures if pd.api.types.is_bool_dtype(features[name])]
    counts = [name for name in figures if (rows[name].dropna() % 1 == 0).all()]
    missing = [name for name in figures if rows[name].iloc[grow].isna().any()]
    text = paths(pipeline, yes_no=yes_no, counts=counts, missing=missing)
    leaf = _leaf(pipeline, rows.iloc[judge])
    found = pd.DataFrame({"leaf": list(text), "rule": list(text.values())})
    place = pd.Index(found["leaf"]).get_indexer(leaf)
    customers = np.bincount(place, minlength=len(found))
    hits = np.bincount(place, weights=happened[judge], minlength=len(found))
    found["customers"], found["share"] = customers, customers / len(judge)
    found["rate"] = np.divide(hits, customers, out=np.full(len(found), np.nan), where=customers > 0)
    found["low"], found["high"] = wilson(hits, customers, level=level)
    cutoff = np.nan
    if value is not None and cost is not None:
        cutoff = cost / value
        for name, rate in {"gain": "rate", "gain_low": "low", "gain_high": "high"}.items():
            found[name] = found[rate] * value - cost
        decision = pd.Series(np.where(found["gain"] > 0, *decisions), dtype=object)
        found["decision"] = decision.where(found["gain"].notna(), None)
        found["sure"] = (found["low"] > cutoff) | (found["high"] < cutoff)
    found = found.sort_values("rate", ascending=False, kind="stable", ignore_index=True)
    return Rules(
        *(found.drop(columns="leaf"), float(cutoff), len(judge), bool(honest), tuple(figures), tuple(words)),
        *(pipeline, tuple(found["leaf"].tolist())),
    )


def _grown(
    rows: pd.DataFrame, happened: np.ndarray, figures: list[str], words: list[str], most: int, least: float, state: int
) -> Any:
    """The tree of the size that foretells best, or the smallest that is not clearly worse."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import Pipeline
    from sklearn.tree import DecisionTreeClassifier

    def tree(leaves: int) -> DecisionTreeClassifier:
        # A tree of one leaf cannot be asked for; one that needs more customers than there are to be split is one.
        split = len(rows) + 1 if leaves == 1 else 2
        return DecisionTreeClassifier(
            max_leaf_nodes=max(leaves, 2), min_samples_leaf=least, min_samples_split=split, random_state=state
        )

    # The columns know nothing of the outcome, so they are made once for all folds.
    columns = transformer(figures, words, scale=False, impute=False).fit(rows)
    made = columns.transform(rows)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=state)
    # Grown best split first, a tree of fewer leaves is a part of the larger one: sizes are the steps of pruning.
    errors = {}
    for leaves in range(1, most + 1):
        chance = cross_val_predict(tree(leaves), made, happened, cv=folds, method="predict_proba")[:, 1]
        errors[leaves] = (chance - happened) ** 2
    best = min(errors.values(), key=np.mean)
    for leaves, error in errors.items():
        behind = error - best
        if behind.mean() <= behind.std() / np.sqrt(len(behind)):
            return Pipeline([("columns", columns), ("model", tree(leaves).fit(made, happened))])
    raise AssertionError("the best size is not behind itself")


def _leaf(pipeline: Any, rows: pd.DataFrame) -> np.ndarray:
    if not len(rows):
        return np.empty(0, dtype=int)
    return pipeline["model"].apply(pipeline["columns"].transform(rows))
