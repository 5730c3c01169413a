"""Lines of baskets counted by the engine that holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crmkit import frames
from crmkit.baskets.encode import text


def sound_lines(lines: Any, *, basket: str, item: str) -> tuple[Any, int, int]:
    """The lines as they are (narwhals frame: basket, item), their number, and the number of baskets.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, items or baskets are missing, or there is no line.
    """
    import narwhals.stable.v2 as nw

    rows = frames.opened(lines, name="lines")
    kinds = frames.named(rows, [basket, item], name="lines")
    sound = {one: (frames.present(nw.col(one), kinds[one]), "missing") for one in (basket, item)}
    seen = frames.no_gaps(rows, sound, name="lines", more={"baskets": nw.col(basket).n_unique()})
    if not seen["rows"]:
        raise ValueError("lines has 0 rows; expected one row a line of a basket")
    rows = rows.select(nw.col(basket).alias("basket"), nw.col(item).alias("item"))
    return rows, int(seen["rows"]), int(seen["baskets"])


def each_once(rows: Any) -> Any:
    """Each item of a basket once."""
    import narwhals.stable.v2 as nw

    return rows.group_by("basket", "item").agg(times=nw.len()).select("basket", "item")


def counted(
    lines: Any, frequent: Callable[[np.ndarray, int], np.ndarray], *, basket: str, item: str
) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """Baskets; names of the frequent items, sorted; baskets that hold each; baskets that hold each two (a square).

    Only counts come over from the engine: one an item, and one a pair of frequent items that occurs.
    """
    import narwhals.stable.v2 as nw

    rows, _, baskets = sound_lines(lines, basket=basket, item=item)
    items = frames.fetched(each_once(rows).group_by("item").agg(count=nw.len()))
    names, count = text(items["item"], "lines[item]"), items["count"].to_numpy(dtype=np.int64)
    order = np.argsort(names, kind="stable")
    order = order[frequent(count[order], baskets)]
    # Numbers in the place of names: two of them are joined and counted in half the time.
    coded = items[["item"]].iloc[order].assign(at=np.arange(len(order), dtype=np.int32))
    coded = frames.opened(frames.like(lines, coded), name="coded")
    held = each_once(rows.join(coded, on="item", how="inner").select("basket", item=nw.col("at")))
    both = held.join(held, on="basket", how="inner", suffix="_2").filter(nw.col("item") < nw.col("item_2"))
    pairs = frames.fetched(both.group_by("item", "item_2").agg(count=nw.len()))
    first, second = (pairs[one].to_numpy(dtype=np.int64) for one in ("item", "item_2"))
    common = np.diag(count[order])
    common[first, second] = common[second, first] = pairs["count"]
    return baskets, names[order], count[order], common
