"""Rules held against the truth of a world: how many are real, how many of the real ones are found?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

PLANTED, TASTE, NOISE = "planted", "taste", "noise"


def kinds(rules: pd.DataFrame, planted: pd.DataFrame, style: pd.Series | None = None) -> pd.Series:
    """What stands behind each rule: planted, taste (one style, loved in one region), or noise.

    A rule counts as planted if it holds both articles of a planted rule, one on each side, whichever way round:
    who buys the second has bought the first more often too.

    Parameters
    ----------
    rules : DataFrame
        antecedent and consequent (tuples), from `rules`, or first and second, from `pairs`.
    planted : DataFrame
        antecedent, consequent (tables.TRUTH_RULES).
    style : Series, optional
        Style of each article, on the article. A rule all of whose articles have one style is of the kind taste: in
        the pooled baskets it is no accident, though neither article pulls the other.

    Returns
    -------
    Series
        On the rows of `rules`.

    >>> import pandas as pd
    >>> found = pd.DataFrame({"first": ["tea", "mug"], "second": ["pot", "tea"]})
    >>> kinds(found, pd.DataFrame({"antecedent": ["pot"], "consequent": ["tea"]})).tolist()
    ['planted', 'noise']
    """
    import pandas as pd

    require(planted, ["antecedent", "consequent"], name="planted")
    true = set(_pairs(planted))
    own = {} if style is None else {str(name): one for name, one in style.items()}
    found = []
    for left, right in _sides(rules):
        if any(frozenset(pair) in true for pair in product(left, right)):
            found.append(PLANTED)
        elif own and len({own.get(name, name) for name in (*left, *right)}) == 1:
            found.append(TASTE)
        else:
            found.append(NOISE)
    return pd.Series(found, index=rules.index, name="kind", dtype=object)


def against_truth(
    rules: pd.DataFrame,
    planted: pd.DataFrame,
    *,
    min_support: Sequence[float] = (0.0,),
    min_confidence: Sequence[float] = (0.0,),
    max_q: Sequence[float] = (1.0,),
    style: pd.Series | None = None,
) -> pd.DataFrame:
    """Precision and recall as the thresholds move.

    Parameters
    ----------
    rules : DataFrame
        From `rules` or `pairs`, found with low thresholds.
    planted : DataFrame
        The truth (tables.TRUTH_RULES).
    min_support, min_confidence, max_q : sequences of float
        Thresholds; all their combinations are tried.
    style : Series, optional
        As in `kinds`.

    Returns
    -------
    DataFrame
        A row each combination: min_support, min_confidence, max_q, rules (that pass), planted, taste, noise (how many of
        each kind), precision (share that is no noise), low, high (Wilson), recall (share of the planted pairs that
        some passing rule holds), false_discoveries (share that is noise; missing where nothing passes).

    >>> from crmkit import baskets, worlds
    >>> case = worlds.Retail(customers=1_000).draw(seed=7)
    >>> sets = baskets.itemsets(case.lines, min_support=0.01, max_length=2)
    >>> found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
    >>> table = against_truth(found, case.truth.rules, max_q=(1.0, 0.01))
    >>> table[["precision", "recall"]].round(2).to_numpy().tolist()
    [[0.18, 0.4], [1.0, 0.4]]
    """
    import pandas as pd

    require(rules, ["support", "confidence", "q"], name="rules")
    kind = kinds(rules, planted, style).to_numpy()
    pairs = _pairs(planted)
    holds = np.array(
        [[any(frozenset(both) == pair for both in product(*sides)) for pair in pairs] for sides in _sides(rules)],
        dtype=bool,
    ).reshape(len(rules), len(pairs))
    rows = []
    for support, confidence, q in product(min_support, min_confidence, max_q):
        passes = ((rules["support"] >= support) & (rules["confidence"] >= confidence) & (rules["q"] <= q)).to_numpy()
        counted = {one: int((kind[passes] == one).sum()) for one in (PLANTED, TASTE, NOISE)}
        n = int(passes.sum())
        low, high = wilson(n - counted[NOISE], n)
        right = (n - counted[NOISE]) / n if n else np.nan
        recall = holds[passes].any(axis=0).mean() if pairs else np.nan
        rows.append(
            {
                "min_support": support,
                "min_confidence": confidence,
                "max_q": q,
                "rules": n,
                **counted,
                "precision": right,
                "low": float(low),
                "high": float(high),
                "recall": recall,
                "false_discoveries": 1 - right,
            }
        )
    return pd.DataFrame(rows)


def _pairs(planted: pd.DataFrame) -> list[frozenset[str]]:
    """The planted pairs, items as text like those of the rules."""
    return [frozenset(map(str, pair)) for pair in zip(planted["antecedent"], planted["consequent"], strict=True)]


def _sides(rules: pd.DataFrame) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    if "first" in rules:
        return [((one,), (two,)) for one, two in zip(rules["first"], rules["second"], strict=True)]
    require(rules, ["antecedent", "consequent"], name="rules")
    return list(zip(rules["antecedent"], rules["consequent"], strict=True))
