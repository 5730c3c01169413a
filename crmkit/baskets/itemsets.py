"""Which items lie together in many baskets?"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import frames
from crmkit.baskets import bitsets, closed
from crmkit.baskets.encode import Coded, coded
from crmkit.baskets.size import fitting, foretold
from crmkit.baskets.subsets import tuples
from crmkit.baskets.tree import Ordered, Tree, ordered

if TYPE_CHECKING:
    import pandas as pd

KINDS, ENGINES = ("all", "closed", "maximal"), ("auto", "numpy", "numba")
LARGE = 100_000  # pairs of basket and item; below it the loading of a compiler costs more than it brings
FIRST_LOOK = 100_000  # sets found in a moment; a search with more is first foretold
UNSURE = 3  # a forecast may be wrong by this factor: a search that may fit is tried, up to the limit


def itemsets(
    lines: pd.DataFrame,
    *,
    min_support: float,
    max_length: int | None = None,
    kind: str = "all",
    basket: str = "basket_id",
    item: str = "item",
    limit: int = 5_000_000,
    engine: str = "auto",
    progress: bitsets.Told | None = None,
) -> pd.DataFrame:
    """The sets of items that lie together in at least a share of all baskets.

    Parameters
    ----------
    lines : DataFrame
        One row a line of a basket (tables.LINES: basket_id, item; an item named twice in a basket counts
        once), or a one-hot frame with one row a basket and one column an item, of 0 and 1. Lines in a frame of
        Spark are searched by its own FP-growth.
    min_support : float
        Least share of baskets, above 0 and up to 1.
    max_length : int, optional
        Most items of a set.
    kind : str
        all; closed (no larger set lies in as many baskets); maximal (no larger set is frequent). Closed and maximal sets
        are searched for themselves, so that they are found where all sets would be too many.
    basket, item : str
        How the frame calls its columns.
    limit : int
        Most itemsets to be found (for maximal: closed sets to be looked at). A search that would exceed it is refused
        with its expected size, before the bulk of it is done. A set takes about 200 bytes.
    engine : str
        auto, numpy, or numba (compiled; optional install). They give equal results.

    progress : callable, optional
        Told now and then what is done, and how much of it (0..1), e.g. a `crmkit.progress.Progress`.

    Returns
    -------
    DataFrame
        itemset (tuple of items as text, sorted), length, count (baskets that hold all of it), support (share of
        baskets), by rising length and falling count. ``.attrs``: baskets, repeated (lines that named an item of
        their basket again), and of kind all candidates (length -> sets that were counted, for `rules`).

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or hold missing values, or an option is out of its range.
    MemoryError
        If more than `limit` itemsets are to be expected; the message says how many, and which support fits.

    References
    ----------
    Zaki (2000), Scalable algorithms for association mining, IEEE TKDE 12 (Eclat). Uno, Asai, Uchida & Arimura (2004),
    An efficient algorithm for enumerating closed patterns in transaction databases, Discovery Science (LCM).

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 2, 3], "item": ["beer", "nappies", "nappies", "beer", "tea"]})
    >>> itemsets(lines, min_support=0.5)
                 itemset  length  count   support
    0            (beer,)       1      2  0.666667
    1         (nappies,)       1      2  0.666667
    2    (beer, nappies)       2      2  0.666667
    """
    _asked(min_support, max_length, kind, limit, engine)
    if frames.on_engine(lines):
        from crmkit.baskets import spark

        return spark.itemsets(lines, min_support, max_length, kind, basket=basket, item=item, limit=limit)
    data = coded(lines, basket=basket, item=item)
    longest = max_length or len(data.names)
    rows, found = search(data, min_support, longest, kind, limit, engine, progress)
    frame = _frame(data, rows, found)
    if isinstance(found, Tree):
        frame.attrs["candidates"] = _candidates(found, longest)
    return frame


def search(
    data: Coded, share: float, longest: int, kind: str, limit: int, engine: str, progress: bitsets.Told | None = None
) -> tuple[Ordered, Tree | closed.Found]:
    """All frequent sets of coded baskets as a tree, or the closed or maximal ones."""
    least = max(int(np.ceil(share * data.baskets - 1e-9)), 1)
    mine = _engine(engine, len(data.item), kind)
    rows = ordered(data, least)
    first = min(limit, FIRST_LOOK)
    try:
        return rows, mine(rows, least, longest, first, progress)
    except MemoryError:
        pass
    size = max(foretold(data, share, longest, kind), first)
    if size <= UNSURE * limit and first < limit:
        try:
            return rows, mine(rows, least, longest, limit, progress)
        except MemoryError:  # not those that fit after all
            pass
    size = max(size, limit)
    fits = fitting(data, share, longest, kind, limit)
    way = f"min_support={fits:.2g} or more fits" if fits < 1 else "no support fits"
    sets = {"all": "itemsets", "closed": "closed itemsets", "maximal": "closed itemsets to look at"}[kind]
    other = "kind='closed', " if kind == "all" else ""
    raise MemoryError(
        f"min_support={share:g} would give about {_large(size)} {sets}{' or more' if size == limit else ''}, more than "
        f"limit={limit:,}. Mend: {way}; else {other}a max_length or a higher limit (200 bytes a set)"
    )


def _large(size: float) -> str:
    return f"{size:,.0f}" if size < 1e12 else f"10 ** {np.log10(size):.0f}"


def _engine(engine: str, pairs: int, kind: str) -> Any:
    """The search, in the engine that was asked for or pays."""
    if engine == "numpy" or (engine == "auto" and (pairs < LARGE or find_spec("numba") is None)):
        return bitsets.mine if kind == "all" else partial(closed.mine, maximal=kind == "maximal")
    if find_spec("numba") is None:
        raise ValueError("engine='numba' needs numba, which is not installed. Mend: pip install 'crmkit[fast]'")
    if kind == "all":
        from crmkit.baskets import compiled

        return compiled.mine
    from crmkit.baskets import compiled_closed

    return partial(compiled_closed.mine, maximal=kind == "maximal")


def _asked(min_support: float, max_length: int | None, kind: str, limit: int, engine: str) -> None:
    if (
        isinstance(min_support, bool)
        or not isinstance(min_support, int | float | np.number)
        or not 0 < min_support <= 1
    ):
        raise ValueError(
            f"min_support={min_support!r} must be a share of the baskets, above 0 and up to 1; "
            "write 1 % as 0.01, and 20 of 5,000 baskets as 20 / 5_000"
        )
    for name, value in (("max_length", max_length), ("limit", limit)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1):
            raise ValueError(f"{name}={value!r} must be a whole number, at least 1")
    for name, given, known in (("kind", kind, KINDS), ("engine", engine, ENGINES)):
        if given not in known:
            raise ValueError(f"{name}={given!r} is not known; choose one of {', '.join(known)}")


def _frame(data: Coded, rows: Ordered, found: Tree | closed.Found) -> pd.DataFrame:
    import pandas as pd

    lists, counts, sizes = [], [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for length, (table, count) in found.tables().items():
        items = np.sort(rows.item[table], axis=1)
        order = _order(items, count)
        lists.append(tuples(data.names, items[order]))
        counts.append(count[order])
        sizes.append(np.full(len(count), length))
    column, number = np.empty(sum(map(len, lists)), dtype=object), np.concatenate(counts)
    column[:] = [one for part in lists for one in part]
    frame = pd.DataFrame(
        {"itemset": column, "length": np.concatenate(sizes), "count": number, "support": number / data.baskets}
    )
    frame.attrs = {"baskets": data.baskets, "repeated": data.repeated}
    return frame


def _order(items: np.ndarray, count: np.ndarray) -> np.ndarray:
    """By falling count, then by the items from the first on; several items make one number to sort by."""
    base = int(items.max(initial=1)) + 1
    at_once = int(62 / np.log2(base))
    keys = []
    for begin in range(0, items.shape[1], at_once):
        some = items[:, begin : begin + at_once]
        keys.append(some @ base ** np.arange(some.shape[1], dtype=np.int64)[::-1])
    return np.lexsort((*keys[::-1], -count))


def _candidates(tree: Tree, longest: int) -> dict[int, int]:
    """Sets that the search counted, by length: each pair of sisters makes one of the next length."""
    lengths = tree.lengths()
    roots = int((lengths == 1).sum())
    counted = {1: roots, 2: roots * (roots - 1) // 2}
    children = np.bincount(tree.parent[tree.parent >= 0], minlength=len(tree.parent)).astype(np.int64)
    for length in range(3, int(lengths.max(initial=0)) + 2):
        sisters = children[lengths == length - 2]
        counted[length] = int((sisters * (sisters - 1) // 2).sum())
    return {length: made for length, made in counted.items() if length <= longest}
