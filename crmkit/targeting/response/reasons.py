"""Why this score? What each feature adds to the score of one customer, against customers to compare with."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.frames import native
from crmkit.intervals import normal_quantile
from crmkit.tables import require
from crmkit.targeting.asked import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

SCALES = ("log_odds", "chance")
MOST_EXACT = 10  # features: 2**10 groups of them are all looked at
MOST_ROWS = 3_000_000  # scored for one answer; more takes minutes
AT_ONCE = 100_000  # rows scored in one call, for the memory


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
        added = _sums(f, have, other)
    elif rounds:
        if seed is None:
            raise ValueError("rounds needs a seed, of the orders in which the features change; give seed=1")
        _not_too_long(2 * rounds * len(other) * n * (d + 1), "fewer rounds, customers or rows of the reference")
        added, half = _orders(f, have, other, rounds, np.random.default_rng(seed), level)
    else:
        if d > MOST_EXACT:
            raise ValueError(
                f"the model has {d} features; exact reasons need at most {MOST_EXACT}. Mend: rounds=2, seed=1"
            )
        _not_too_long(2**d * len(other) * n, "a smaller reference, fewer customers, or rounds=2, seed=1")
        added = _groups(f, have, other)
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


def _sums(f: Callable, have: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """Of a sum over features: how far each alone moves one fixed customer, less its mean over the reference."""
    import pandas as pd

    one = other.iloc[[0]]
    added = np.empty(have.shape)
    for at, name in enumerate(have.columns):
        values = pd.concat([have[name], other[name]], ignore_index=True)
        frame = one.loc[[0] * len(values)].reset_index(drop=True)
        frame[name] = values
        moved = f(frame)
        added[:, at] = moved[: len(have)] - moved[len(have) :].mean()
    return added


def _mixed(
    f: Callable, have: pd.DataFrame, other: pd.DataFrame, own: np.ndarray, row: np.ndarray, ref: np.ndarray
) -> np.ndarray:
    """Scores of mixed customers: of row `row` where `own` (mixed, features) says so, else of the reference row `ref`."""
    import pandas as pd

    scored = np.empty(len(own))
    for start in range(0, len(own), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        columns = {
            name: np.where(own[part, at], have[name].to_numpy()[row[part]], other[name].to_numpy()[ref[part]])
            for at, name in enumerate(have.columns)
        }
        scored[part] = f(pd.DataFrame(columns))
    return scored


def _groups(f: Callable, have: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
    """All groups of features: what a feature adds to each, weighed by the share of orders in which that group comes first."""
    n, d, r = *have.shape, len(other)
    groups = (np.arange(2**d)[:, None] >> np.arange(d) & 1).astype(bool)
    row, ref = np.repeat(np.arange(n), r), np.tile(np.arange(r), n)
    value = np.empty((2**d, n))
    many = max(AT_ONCE // (n * r), 1)
    for start in range(0, 2**d, many):
        part = groups[start : start + many]
        own = np.repeat(part, n * r, axis=0)
        scored = _mixed(f, have, other, own, np.tile(row, len(part)), np.tile(ref, len(part)))
        value[start : start + many] = scored.reshape(len(part), n, r).mean(axis=2)
    size = groups.sum(axis=1)
    weight = np.array([factorial(s) * factorial(d - s - 1) / factorial(d) if s < d else 0.0 for s in size])
    added = np.empty((n, d))
    for at in range(d):
        without = np.flatnonzero(~groups[:, at])
        added[:, at] = weight[without] @ (value[without + (1 << at)] - value[without])
    return added


def _orders(
    f: Callable, have: pd.DataFrame, other: pd.DataFrame, rounds: int, rng: np.random.Generator, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Drawn orders, each also backwards, equally often from every row of the reference, so that sums stay exact.

    Returns the contributions and the half-widths of their intervals.
    """
    from scipy.stats import t

    (n, d), r = have.shape, len(other)
    pairs = np.empty((rounds * r, d, n))
    many = max(AT_ONCE // (2 * (d + 1) * n), 1)
    for start in range(0, len(pairs), many):
        ref = np.tile(np.arange(r), rounds)[start : start + many]
        forth = rng.permuted(np.tile(np.arange(d), (len(ref), 1)), axis=1)
        # When each feature changes: (pairs, forth and back, features).
        turn = np.stack([forth, d - 1 - forth], axis=1)
        steps = turn[:, :, None, :] < np.arange(d + 1)[:, None]
        own = np.repeat(steps.reshape(-1, d), n, axis=0)
        row = np.tile(np.arange(n), len(ref) * 2 * (d + 1))
        scored = _mixed(f, have, other, own, row, np.repeat(ref, 2 * (d + 1) * n)).reshape(len(ref), 2, d + 1, n)
        added = np.take_along_axis(np.diff(scored, axis=2), turn[..., None], axis=2)
        pairs[start : start + many] = added.mean(axis=1)
    if len(pairs) == 1:
        return pairs[0].T, np.full((n, d), np.inf)  # one pair tells nothing of its error
    if rounds == 1:
        variance, free = pairs.var(axis=0, ddof=1) / r, np.full((d, n), r - 1.0)
    else:
        # Every row of the reference is taken equally often: only the orders are left to chance.
        each = pairs.reshape(rounds, r, d, n).var(axis=0, ddof=1) / rounds / r**2
        variance, squares = each.sum(axis=0), (each**2).sum(axis=0)
        # Degrees of freedom of a sum of variances (Welch 1947): often a few rows make most of the error.
        free = np.divide((rounds - 1) * variance**2, squares, out=np.ones((d, n)), where=squares > 0)
    return pairs.mean(axis=0).T, (t.ppf(0.5 + level / 2, free) * np.sqrt(variance)).T
