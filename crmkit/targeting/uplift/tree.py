"""Groups of customers whom a contact changes differently, as rules that can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.uplift.arms import effects, two_arms

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

CUTS = 16  # places tried a number: its quantiles


@dataclass(frozen=True)
class Split:
    """One question of the tree; a leaf has none."""

    column: str = ""
    cut: Any = None  # numbers: yes if at most this; words: yes if equal to it
    yes: int = -1  # place of the branch; -1 in a leaf
    no: int = -1
    leaf: int = -1  # row of the rules; -1 in a question


@dataclass(frozen=True)
class UpliftTree:
    """Rules with their uplift, measured on customers who had no part in finding them."""

    rules: pd.DataFrame = field(repr=False)  # see `uplift_tree`
    splits: tuple[Split, ...] = field(repr=False)
    customers: int  # in both halves

    def place(self, frame: pd.DataFrame) -> pd.Series:
        """Row of the rules for each customer of a frame with the same features."""
        import pandas as pd

        found = np.full(len(frame), -1)
        stack = [(0, np.arange(len(frame)))]
        while stack:
            at, rows = stack.pop()
            split = self.splits[at]
            if split.leaf >= 0:
                found[rows] = split.leaf
                continue
            if split.column not in frame:
                raise ValueError(
                    f"frame lacks the feature {split.column!r}; expected those that the tree was made from"
                )
            yes = _yes(frame[split.column].iloc[rows], split.cut)
            stack += [(split.yes, rows[yes]), (split.no, rows[~yes])]
        return pd.Series(found, index=frame.index, name="rule")

    def uplift(self, frame: pd.DataFrame) -> pd.Series:
        """Uplift of each customer's rule."""
        return self.place(frame).map(self.rules["uplift"]).rename("uplift")


def uplift_tree(
    features: pd.DataFrame,
    treated: ArrayLike,
    outcome: ArrayLike,
    *,
    seed: int | np.random.Generator,
    propensity: ArrayLike | None = None,
    depth: int = 3,
    least: int = 100,
    level: float = 0.95,
) -> UpliftTree:
    """Split the customers where the uplift differs most, and measure it on the others.

    Half of the customers, drawn by lot, find the splits; the other half tells the uplift of each leaf. So the intervals
    hold although the splits were searched for. A split is made where the squared difference of the uplifts of its two
    sides, weighed by their sizes, is largest and beyond its standard error.

    Parameters
    ----------
    features : DataFrame (customers, features)
        Numbers, words, yes or no, known before the contact. Missing values answer "no" to every question.
    treated : array (customers,)
        True (contacted) or False (held back), by lot.
    outcome : array (customers,)
        Yes or no, or a number.
    seed : int or Generator
        For the halves.
    propensity : float or array, optional
        Chance of being contacted; the share contacted unless given.
    depth : int
        Most questions in a row, 1 or more.
    least : int
        Fewest customers of either arm in a leaf, in the half that searches.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    UpliftTree
        ``.rules``: a row a leaf, by falling uplift: rule (its questions), customers, share, treated (of them, both in the
        measuring half), uplift, low, high (missing where an arm is empty there).

    Raises
    ------
    TypeError, ValueError
        If an arm is empty, lengths differ, there are no features, or an option is out of its range.

    References
    ----------
    Athey & Imbens (2016), Recursive partitioning for heterogeneous causal effects, PNAS 113: honest trees.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [20.0, 60.0] * 600})
    >>> treated = [1, 1, 0, 0] * 300
    >>> tree = uplift_tree(people, treated, (people["age"] > 40) * treated, seed=1)
    >>> tree.rules["rule"].tolist(), tree.rules["uplift"].tolist()
    (['age above 20', 'age up to 20'], [1.0, 0.0])
    """
    import pandas as pd

    if not isinstance(features, pd.DataFrame) or not len(features.columns):
        raise TypeError("features must be a pandas frame with at least one column")
    door.whole("depth", depth)
    door.whole("least", least)
    n = len(features)
    door.aligned(features=features, treated=treated, outcome=outcome, propensity=propensity)
    arm, got, chance = two_arms(treated, outcome, propensity, n, "features")
    z = normal_quantile(level)
    search = np.zeros(n, dtype=bool)
    search[np.random.default_rng(seed).permutation(n)[: n // 2]] = True
    trial = (arm, got, chance)
    splits: list[Split] = []
    words: list[tuple[tuple[str, ...], int]] = []
    _grow(features, np.flatnonzero(search), trial, depth, least, (), splits, words)
    tree = UpliftTree(pd.DataFrame(), tuple(splits), n)
    place = tree.place(features).to_numpy()
    rows = []
    for leaf, (questions, _) in enumerate(words):
        own = ~search & (place == leaf)
        contacted = int((own & (arm == 1)).sum())
        uplift, half = np.nan, np.nan
        if 1 < contacted < own.sum() - 1:
            terms = effects(arm[own], got[own], chance[own])  # their mean is the difference of the arms' means
            uplift, half = terms.mean(), z * terms.std(ddof=1) / np.sqrt(len(terms))
        told = " and ".join(questions) or "everyone"
        rows.append(
            (told, int(own.sum()), own.sum() / max((~search).sum(), 1), contacted, uplift, uplift - half, uplift + half)
        )
    columns = ["rule", "customers", "share", "treated", "uplift", "low", "high"]
    rules = pd.DataFrame(rows, columns=columns)
    order = rules["uplift"].fillna(-np.inf).sort_values(ascending=False, kind="stable").index
    rank = {old: new for new, old in enumerate(order)}
    moved = tuple(one if one.leaf < 0 else Split(leaf=rank[one.leaf]) for one in splits)
    return UpliftTree(rules.loc[order].reset_index(drop=True), moved, n)


def _grow(
    features: pd.DataFrame,
    rows: np.ndarray,
    trial: tuple[np.ndarray, np.ndarray, np.ndarray],
    depth: int,
    least: int,
    asked: tuple[str, ...],
    splits: list[Split],
    words: list[tuple[tuple[str, ...], int]],
) -> int:
    """Grow one branch; its place among the splits."""
    here = len(splits)
    splits.append(Split())
    best = _best(features, rows, trial, least) if depth else None
    if best is None:
        splits[here] = Split(leaf=len(words))
        words.append((asked, len(rows)))
        return here
    column, cut = best
    yes = _yes(features[column].iloc[rows], cut)
    number = _is_number(features[column])
    said = (
        (f"{column} up to {cut:g}", f"{column} above {cut:g}")
        if number
        else (f"{column} is {cut}", f"{column} is not {cut}")
    )
    sides = (rows[yes], rows[~yes])
    places = [
        _grow(features, side, trial, depth - 1, least, (*asked, word), splits, words)
        for side, word in zip(sides, said, strict=True)
    ]
    splits[here] = Split(column, cut, *places)
    return here


def _best(
    features: pd.DataFrame, rows: np.ndarray, trial: tuple[np.ndarray, np.ndarray, np.ndarray], least: int
) -> tuple[str, Any] | None:
    """The question whose sides differ most, if by more than twice their standard error."""
    top, found = 4.0, None
    arm, got, chance = (one[rows] for one in trial)
    if not 0 < arm.sum() < len(arm):
        return None
    values, contacted = effects(arm, got, chance), arm
    for column in features.columns:
        own = features[column].iloc[rows]
        if _is_number(features[column]):
            known = own.to_numpy(dtype=float, na_value=np.nan)
            cuts: Any = (
                np.unique(np.nanquantile(known, np.linspace(0, 1, CUTS + 2)[1:-1], method="lower"))
                if np.isfinite(known).any()
                else []
            )
        else:
            cuts = own.dropna().unique()[:CUTS]
        for cut in cuts:
            yes = _yes(own, cut)
            ones = contacted[yes].sum(), contacted[~yes].sum()
            sizes = yes.sum(), (~yes).sum()
            if min(*ones, sizes[0] - ones[0], sizes[1] - ones[1]) < least:
                continue
            gap = values[yes].mean() - values[~yes].mean()
            error = values[yes].var() / sizes[0] + values[~yes].var() / sizes[1]
            if error > 0 and gap**2 / error > top:
                top, found = gap**2 / error, (column, cut)
    return found


def _is_number(column: pd.Series) -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _yes(column: pd.Series, cut: Any) -> np.ndarray:
    if _is_number(column):
        return column.to_numpy(dtype=float, na_value=np.nan) <= cut
    return (column == cut).fillna(False).to_numpy(dtype=bool)
