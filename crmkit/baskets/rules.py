"""Who buys this also buys that: which of these rules are more than chance?"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.baskets.measures import measures
from crmkit.baskets.significance import alike, fisher, with_misses
from crmkit.baskets.splits import splits
from crmkit.baskets.subsets import Sets
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def rules(
    sets: pd.DataFrame,
    *,
    min_confidence: float = 0.5,
    consequents: int | None = 1,
    min_improvement: float | None = 0.0,
    margin: pd.Series | None = None,
    tests: int | None = None,
    level: float = 0.95,
    limit: int = 20_000_000,
) -> pd.DataFrame:
    """Rules "who has the antecedent has the consequent too" with all that speaks for and against each.

    A rule is believed by q, not by lift: among many pairs the largest lifts are those of rare items
    that met by chance.

    Parameters
    ----------
    sets : DataFrame
        From `itemsets` of kind all: itemset, count, support.
    min_confidence : float
        Least share of the baskets with the antecedent that hold the consequent, 0..1.
    consequents : int, optional
        Most items of a consequent; None for any.
    min_improvement : float, optional
        A rule whose confidence is not more than this above that of every rule with fewer items in the antecedent (none
        among them) says nothing new and is left out (Bayardo, Agrawal & Gunopulos 2000); None keeps all.
    margin : Series, optional
        Money that one piece of each item brings, on the items; for the column profit.
    tests : int, optional
        Rules that were looked at. Default: all that the search behind `sets` counted, also those it threw away.
    level : float
        Of the interval of the lift, 0..1.
    limit : int
        Most splits of itemsets into two sides that are looked at; one takes about 300 bytes if it passes.

    Returns
    -------
    DataFrame
        By rising p and falling lift: antecedent, consequent (tuples), count, support, confidence, lift, lift_low,
        lift_high, leverage, conviction, zhang, jaccard, odds_ratio, chi2, p (Fisher, one-sided: more often
        together than by chance), q (false discovery rate among `tests`), improvement; with
        margin also profit (money that a thousand baskets hold beyond what independent choice
        would put there). ``.attrs``: baskets, tests, redundant (rules left out for want of improvement).

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, itemsets are text, a subset of an itemset is missing (kind closed or maximal, or filtered),
        a margin is missing, or an option is out of its range.

    References
    ----------
    Measures: see `crmkit.baskets.measures`. Benjamini & Hochberg (1995); Webb (2007), Discovering
    significant patterns, Machine Learning 68, on counting the tests that the search made.

    >>> import pandas as pd
    >>> from crmkit import baskets
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 2, 3, 4], "item": ["beer", "nappies"] * 2 + ["tea", "tea"]})
    >>> found = rules(baskets.itemsets(lines, min_support=0.5))
    >>> found[["antecedent", "consequent", "confidence", "lift"]].to_numpy().tolist()
    [[('beer',), ('nappies',), 1.0, 2.0], [('nappies',), ('beer',), 1.0, 2.0]]
    """
    import pandas as pd

    _asked(min_confidence, consequents, min_improvement)
    if tests is not None:
        door.whole("tests", tests)
    door.whole("limit", limit)
    require(sets, ["itemset", "count", "support"], name="sets")
    if not len(sets):
        raise ValueError("sets has 0 rows; expected itemsets. Mend: a lower min_support")
    n = sets.attrs.get("baskets") or round(float((sets["count"] / sets["support"]).iloc[0]))
    itemsets = sets["itemset"].tolist()
    if any(issubclass(kind, str) for kind in set(map(type, itemsets))):
        text = next(one for one in itemsets if isinstance(one, str))
        raise TypeError(
            f"sets['itemset'] holds the text {text!r}; expected tuples of items. Mend: save as Parquet, not as CSV"
        )
    counts = sets["count"].to_numpy(dtype=np.int64)
    known = Sets.of_tuples(itemsets, counts)
    many = _splits(known, consequents)
    if many > limit:
        raise MemoryError(
            f"{len(sets):,} itemsets have {many:,} splits into two sides, more than limit={limit:,}. "
            "Mend: consequents=1, a higher min_support or a max_length for itemsets, or a higher limit"
        )
    parts = splits(known, n, min_confidence, consequents)
    when, then, whole, better = (np.concatenate([part[place] for part in parts]) for place in range(4))
    passed = len(when)
    if min_improvement is not None:
        keep = better > min_improvement
        when, then, whole, better = when[keep], then[keep], whole[keep], better[keep]
    order, begin = alike(counts[when], counts[then], counts[whole])
    first = order[begin]
    a, c, both = counts[when[first]], counts[then[first]], counts[whole[first]]
    p = fisher(n, a, c, both)
    # By p, then by lift, then as the itemsets stand. Rules with the same counts are neighbours: all is told of them once.
    ranked = np.lexsort((-both / (a * c), p))
    size = np.diff(begin, append=len(order))[ranked]
    order = order[np.repeat(begin[ranked] - np.cumsum(size) + size, size) + np.arange(len(order))]
    when, then, better = when[order], then[order], better[order]
    a, c, both, p = (one[ranked] for one in (a, c, both, p))
    told = {"count": both, **measures(n, a, c, both, level=level), "p": p}
    told = {name: np.repeat(one, size) for name, one in told.items()}
    made = tests if tests is not None else _tests(sets, known, consequents)
    names = sets["itemset"].to_numpy()
    frame: dict[str, Any] = {"antecedent": names[when], "consequent": names[then], **told}
    frame |= {"q": with_misses(told["p"], made), "improvement": better}
    if margin is not None:
        own = margin.rename(index=str)
        worth = [sum(_margin(own, one) for one in which) for which in frame["consequent"]]
        frame["profit"] = 1_000 * told["leverage"] * np.array(worth, dtype=float)
    found = pd.DataFrame(frame, copy=False)
    found.attrs = {"baskets": n, "tests": int(made), "redundant": passed - len(when)}
    return found


def _splits(known: Sets, consequents: int | None) -> int:
    """Ways to part the itemsets that were found."""
    return sum(
        len(table) * sum(comb(length, size) for size in range(1, min(consequents or length, length - 1) + 1))
        for length, table in known.table.items()
    )


def _tests(sets: pd.DataFrame, known: Sets, consequents: int | None) -> float:
    """Rules that the search looked at: those of all sets that were counted, frequent or not."""
    found = {length: len(table) for length, table in known.table.items()}
    counted = sets.attrs.get("candidates")
    if counted is None:  # a bound: every set found, with every other item beside it
        counted = {length + 1: made * max(found[1] - length, 0) for length, made in found.items()}
    counted = {int(length): int(made) for length, made in counted.items()}  # a file may have kept them as text
    rules_of = {
        length: sum(comb(length, size) for size in range(1, min(consequents or length, length - 1) + 1))
        for length in counted
    }
    return sum(made * rules_of[length] for length, made in counted.items())


def _margin(margin: pd.Series, item: str) -> float:
    if item not in margin.index or not np.isfinite(margin[item]):
        raise ValueError(f"margin has no number for {item!r}; expected one for each item. Mend: margin.reindex(...)")
    return float(margin[item])


def _asked(min_confidence: float, consequents: int | None, min_improvement: float | None) -> None:
    if isinstance(min_confidence, bool) or not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence={min_confidence!r} must be a share from 0 to 1; write 50 % as 0.5")
    if consequents is not None and (
        isinstance(consequents, bool) or int(consequents) != consequents or consequents < 1
    ):
        raise ValueError(f"consequents={consequents!r} must be a whole number, at least 1, or None for any")
    if min_improvement is not None and not -1 <= min_improvement < 1:
        raise ValueError(
            f"min_improvement={min_improvement!r} must be a difference of shares, or None to keep all rules"
        )
