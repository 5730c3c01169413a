"""Why this score? What each feature adds to the score of one customer, against customers to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.frames import native
from crmkit.intervals import normal_quantile
from crmkit.tables import require
from crmkit.targeting.asked import whole
from crmkit.targeting.response import shapley

if TYPE_CHECKING:
    import pandas as pd

SCALES = ("log_odds", "chance")
MOST_EXACT = 10  # features: 2**10 groups of them are all looked at
MOST_ROWS = 3_000_000  # scored for one answer; more takes minutes


def reasons(
    model: Any,
    customers: pd.DataFrame,
    *,
    reference: pd.DataFrame,
    scale: str = "log_odds",
    rounds: int = 0,
    seed: int | np.random.Generator | None = None,
    top: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """What each feature adds to the score of each customer, strongest first.

    A contribution says how much the score moves when the feature becomes that of the customer instead of that of a reference
    customer, averaged over all orders in which the features can change (the Shapley value). They add up: mean score of the
    reference + all contributions = score of the customer. They explain the model, not what made the customer act.

    Parameters
    ----------
    model : ResponseModel or Scorecard
        Anything with `.features`, `.additive`, `.score(frame)` and `.log_odds(frame)`.
    customers : DataFrame (customers, features)
        Those to explain.
    reference : DataFrame (customers, features)
        Those to compare with, all or a sample of those learned from. Where the log-odds are a sum over features (logistic,
        scorecard) only their mean counts; else 20 to 50 are enough and time grows with them.
    scale : "log_odds" or "chance"
        Of the contributions; take "chance" for trees, whose chances may be 0.
    rounds : int
        0: exact, for at most 10 features. Else so many pairs of orders of the features, one the other backwards, for each row
        of the reference.
    seed : int or Generator
        Of the orders; needed with rounds.
    top : int, optional
        Only so many reasons a customer.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        A row a reason: customer (label in `customers`), rank (1 is the strongest), feature, value (what the customer has),
        contribution (log-odds, or difference of chances; above 0 raises the score), low, high (interval from the drawn orders,
        too wide with rounds=1; the same number where exact). ``.attrs``: base (mean score of the reference), scale.

    Raises
    ------
    TypeError, ValueError
        If features are missing, the scale is unknown, rounds lack a seed, or the exact answer would take too long.

    References
    ----------
    Shapley (1953); Štrumbelj & Kononenko (2014), Explaining prediction models and individual predictions with feature
    contributions, with orders in pairs (Mitchell et al. 2022).

    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmkit.targeting import response
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"age": rng.integers(20, 70, 400), "noise": rng.random(400)})
    >>> model = response.fit(people, rng.random(400) < people["age"] / 100, seed=1)
    >>> reasons(model, people.head(1), reference=people, top=1)[["feature", "value"]].to_numpy().tolist()
    [['age', 43]]
    """
    import pandas as pd

    native(customers, name="customers")
    native(reference, name="reference")
    names = list(model.features)
    require(customers, names, name="customers")
    require(reference, names, name="reference")
    for name, frame in (("customers", customers), ("reference", reference)):
        if not len(frame):
            raise ValueError(f"{name} has 0 rows; expected at least one")
    if scale not in SCALES:
        raise ValueError(f"scale={scale!r} must be one of {SCALES}")
    whole("rounds", rounds, 0)
    normal_quantile(level)
    if top is not None:
        whole("top", top, 1)

    def f(frame: pd.DataFrame) -> np.ndarray:
        return (model.log_odds(frame) if scale == "log_odds" else model.score(frame)).to_numpy()

    n, d = len(customers), len(names)
    base = float(f(reference).mean())
    f(customers)  # what the model refuses, it refuses here, before any mixing
    have, other = _alike(customers[names], reference[names])
    half = np.zeros((n, d))
    if scale == "log_odds" and model.additive:
        added = shapley.sums(f, have, other)
    elif rounds:
        if seed is None:
            raise ValueError("rounds needs a seed, of the orders in which the features change; give seed=1")
        _not_too_long(2 * rounds * len(other) * n * (d + 1), "fewer rounds, customers or rows of the reference")
        added, half = shapley.orders(f, have, other, rounds, np.random.default_rng(seed), level)
    else:
        if d > MOST_EXACT:
            raise ValueError(
                f"the model has {d} features; exact reasons need at most {MOST_EXACT}. Mend: rounds=2, seed=1"
            )
        _not_too_long(2**d * len(other) * n, "a smaller reference, fewer customers, or rounds=2, seed=1")
        added = shapley.groups(f, have, other)
    place = np.argsort(-np.abs(added), axis=1, kind="stable")
    row, rank = np.repeat(np.arange(n), d), np.tile(np.arange(1, d + 1), n)
    column = place.ravel()
    contribution, half = added[row, column], half[row, column]
    found = pd.DataFrame(
        {
            "customer": customers.index[row],
            "rank": rank,
            "feature": np.array(names, dtype=object)[column],
            "value": customers[names].to_numpy(dtype=object)[row, column],
            "contribution": contribution,
            "low": contribution - half,
            "high": contribution + half,
        }
    ).astype({"value": object})
    found.attrs |= {"base": base, "scale": scale}
    return found if top is None else found[found["rank"] <= top].reset_index(drop=True)


def _not_too_long(rows: int, mend: str) -> None:
    if rows > MOST_ROWS:
        raise ValueError(f"{rows:,} rows would have to be scored; expected at most {MOST_ROWS:,}. Mend: {mend}")


def _alike(*frames: pd.DataFrame) -> list[pd.DataFrame]:
    """The frames with each column either of floats in all, or of objects in all, so that rows can be mixed."""
    import pandas as pd

    def figures(column: pd.Series) -> bool:
        return pd.api.types.is_numeric_dtype(column) or bool(column.isna().all())

    made = [{}, {}]
    for name in frames[0]:
        numeric = all(figures(frame[name]) for frame in frames)
        for one, frame in zip(made, frames, strict=True):
            one[name] = (
                frame[name].to_numpy(dtype=float, na_value=np.nan) if numeric else frame[name].to_numpy(dtype=object)
            )
    return [pd.DataFrame(one) for one in made]
