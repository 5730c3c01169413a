"""Lines of baskets counted by the engine that holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crmkit import frames
from crmkit.baskets.encode import text


def distinct_lines(lines: Any, *, basket: str, item: str) -> tuple[Any, int]:
    """Each item of a basket once (narwhals frame: basket, item), and the number of lines.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, items or baskets are missing, or there is no line.
    """
    import narwhals.stable.v2 as nw

    rows = frames.opened(lines, name="lines")
    kinds = frames.named(rows, [basket, item], name="lines")
    sound = {one: (frames.present(nw.col(one), kinds[one]), "missing") for one in (basket, item)}
    count = int(frames.no_gaps(rows, sound, name="lines")["rows"])
    if not count:
        raise ValueError("lines has 0 rows; expected one row a line of a basket")
    rows = rows.select(nw.col(basket).alias("basket"), nw.col(item).alias("item"))
    return rows.group_by("basket", "item").agg(times=nw.len()).select("basket", "item"), count


def counted(
    lines: Any, frequent: Callable[[np.ndarray, int], np.ndarray], *, basket: str, item: str
) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Baskets; names of the frequent items, sorted; baskets that hold each; baskets that hold each two (a square).

    Only counts come over from the engine: one an item, and one a pair of frequent items that occurs.
    """
    import narwhals.stable.v2 as nw

    held, _ = distinct_lines(lines, basket=basket, item=item)
    baskets = int(frames.fetched(held.select(nw.col("basket").n_unique())).iloc[0, 0])
    items = frames.fetched(held.group_by("item").agg(count=nw.len()))
    names, count = text(items["item"], "lines[item]"), items["count"].to_numpy(dtype=np.int64)
    order = np.argsort(names, kind="stable")
    order = order[frequent(count[order], baskets)]
    chosen = items["item"].iloc[order].tolist()
    if len(order) < len(items):
        held = held.filter(nw.col("item").is_in(chosen))
    # Either of two items may come first for the engine; here the square takes both.
    both = held.join(held, on="basket", how="inner", suffix="_2").filter(nw.col("item") < nw.col("item_2"))
    pairs = frames.fetched(both.group_by("item", "item_2").agg(count=nw.len()))
    place = {name: at for at, name in enumerate(chosen)}
    first, second = (pairs[one].map(place).to_numpy(dtype=np.int64) for one in ("item", "item_2"))
    common = np.diag(count[order])
    common[first, second] = common[second, first] = pairs["count"]
    return baskets, names[order], count[order], common
