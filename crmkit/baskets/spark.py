"""Frequent itemsets by Spark's own FP-growth, told as the search on one machine tells them."""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import frames
from crmkit.baskets.encode import text
from crmkit.baskets.engine import each_once, sound_lines

if TYPE_CHECKING:
    import pandas as pd


def itemsets(
    lines: Any, share: float, max_length: int | None, kind: str, *, basket: str, item: str, limit: int
) -> pd.DataFrame:
    """`baskets.itemsets` on a Spark frame; the sets found come over, the lines do not.

    Raises
    ------
    TypeError
        If it is a frame of another engine.
    ValueError
        If kind is not "all".
    MemoryError
        If more than `limit` sets were found.

    References
    ----------
    Li et al. (2008), PFP: parallel FP-growth for query recommendation.
    """
    import pandas as pd

    if type(lines).__module__.partition(".")[0] != "pyspark":
        frames.native(lines, name="lines")  # says the way to pandas
    if kind != "all":
        raise ValueError(f"kind={kind!r} is not found on Spark; expected 'all'. Mend: lines.toPandas(), if they fit")
    from pyspark.ml.fpm import FPGrowth
    from pyspark.sql import functions as F

    rows, count, baskets = sound_lines(lines, basket=basket, item=item)
    native = each_once(rows).to_native()
    distinct = native.count()
    least = max(ceil(share * baskets - 1e-9), 1)
    carts = native.groupBy("basket").agg(F.collect_list("item").alias("items"))
    # Spark rounds share x baskets up; half a basket less than the count meant leaves rounding no say.
    model = FPGrowth(itemsCol="items", minSupport=(least - 0.5) / baskets).fit(carts)
    sets = model.freqItemsets
    if max_length is not None:
        sets = sets.filter(F.size("items") <= max_length)
    found = sets.limit(limit + 1).collect()
    if len(found) > limit:
        raise MemoryError(
            f"min_support={share:g} gives more than limit={limit:,} itemsets. Mend: a higher min_support, a max_length, or a "
            "higher limit"
        )
    raw = [(row["items"], row["freq"]) for row in found]
    single = {members[0]: freq for members, freq in raw if len(members) == 1}
    name = dict(zip(single, text(single, "lines[item]"), strict=True))
    rows = [(tuple(sorted(name[one] for one in members)), freq) for members, freq in raw]
    rows.sort(key=lambda row: (len(row[0]), -row[1], row[0]))
    column = np.empty(len(rows), dtype=object)
    column[:] = [members for members, _ in rows]
    counts = np.array([freq for _, freq in rows], dtype=np.int64)
    sizes = np.array([len(members) for members in column], dtype=np.int64)
    frame = pd.DataFrame({"itemset": column, "length": sizes, "count": counts, "support": counts / baskets})
    candidates = _candidates(rows, {name[one]: freq for one, freq in single.items()})
    longest = max_length or max(candidates)
    frame.attrs = {
        "baskets": baskets,
        "repeated": count - distinct,
        "candidates": {length: made for length, made in candidates.items() if length <= longest},
    }
    return frame


def _candidates(rows: list[tuple[tuple[str, ...], int]], single: dict[str, int]) -> dict[int, int]:
    """Sets that a search by length would have counted: two sets that differ in their last item make one of the next."""
    place = {one: at for at, one in enumerate(sorted(single, key=lambda one: (single[one], one)))}
    sisters = Counter((len(members), tuple(sorted(members, key=place.__getitem__)[:-1])) for members, _ in rows)
    made = Counter({1: len(single), 2: 0})
    for (length, _), several in sisters.items():
        made[length + 1] += several * (several - 1) // 2
    return dict(made)
