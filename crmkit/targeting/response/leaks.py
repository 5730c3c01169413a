"""Does a feature know the future? What alone tells the outcome was often written down after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.targeting.response.features import plain, sound
from crmkit.targeting.response.measures import auc

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

SUSPECT = 0.98  # area under the ROC curve of one feature alone


def leaks(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    seed: int | np.random.Generator,
    at: float = SUSPECT,
    level: float = 0.95,
) -> pd.DataFrame:
    """Features that tell the outcome on their own, and so probably were written down after it.

    Each feature alone, being missing included, feeds a small tree; judged on customers that the tree did not see.

    Parameters
    ----------
    features : DataFrame (customers, features)
        Numbers, words, yes or no; missing values allowed.
    outcome : array (customers,)
        True and False, or 1 and 0; both must occur.
    seed : int or Generator
        For who judges whom.
    at : float
        Area under the ROC curve from which a feature is suspected, 0.5..1.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index feature, most telling first: auc (0.5 tells nothing, 1 everything), low, high (its interval, the trees as they
        are), suspected.

    Raises
    ------
    ValueError
        If features or outcome are not sound, see `fit`, or fewer than two customers have either outcome.

    References
    ----------
    Kaufman, Rosset, Perlich & Stitelman (2012), Leakage in data mining. Interval: DeLong, DeLong & Clarke-Pearson (1988).

    >>> import pandas as pd
    >>> known = pd.DataFrame({"age": [20, 30, 40, 50] * 25, "last_bill": [9, 9, 0, 0] * 25})
    >>> leaks(known, known["last_bill"] == 0, seed=1)["suspected"].to_dict()
    {'age': True, 'last_bill': True}
    """
    import pandas as pd
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.preprocessing import OrdinalEncoder
    from sklearn.tree import DecisionTreeClassifier

    if not 0.5 <= at <= 1:
        raise ValueError(f"at={at!r} must be an area under the ROC curve, 0.5 to 1")
    z = normal_quantile(level)
    happened, figures, words = sound(features, outcome)
    fewest = int(min(happened.sum(), (1 - happened).sum()))
    if fewest < 2:
        raise ValueError(f"outcome holds only {fewest} customer of one kind; expected at least 2 of either")
    state = int(np.random.default_rng(seed).integers(2**31))
    clean = plain(features, figures, words)
    halves = StratifiedKFold(2, shuffle=True, random_state=state)
    tree = DecisionTreeClassifier(max_depth=4, min_samples_leaf=2, random_state=state)
    rows, everyone = [], np.arange(len(happened))
    for name in features.columns:
        column = clean[[name]]
        if name in words:
            column = OrdinalEncoder().fit_transform(column)
        chance = cross_val_predict(tree, np.asarray(column, dtype=float), happened, cv=halves, method="predict_proba")
        found = auc(chance[:, 1], happened)
        half = found.half(z, everyone)
        rows.append((name, found.value, max(found.value - half, 0.0), min(found.value + half, 1.0)))
    table = pd.DataFrame(rows, columns=["feature", "auc", "low", "high"]).set_index("feature")
    table["suspected"] = table["auc"] >= at
    return table.sort_values("auc", ascending=False, kind="stable")
