"""Gains of a score, added up by the engine that holds the customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from crmkit import frames
from crmkit.intervals import normal_quantile
from crmkit.targeting.captured import ends

FIGURES = ("share", "captured", "low", "high", "profit", "profit_low", "profit_high")


@dataclass(frozen=True)
class Asked:
    """Which columns (or numbers) hold what, and how wide the intervals are."""

    by: str
    outcome: str
    value: float | str | None
    cost: float | str | None
    weight: str | None
    level: float


def curve(scored: Any, asked: Asked, bins: int | None) -> Any:
    """`targeting.gains` of a frame on an engine, as a frame of its kind."""
    rows, kinds = _rows(scored, asked)
    whole = _whole(rows, kinds, asked)
    rows = rows.drop(*map(_raw, kinds))
    cuts = _told(_added_up(rows), whole, asked)
    if bins is None:
        import narwhals.stable.v2 as nw

        found = cuts.with_columns(lift=nw.col("captured") / nw.col("share"))
        order = ["share", "captured", "low", "high", "lift", "profit", "profit_low", "profit_high"]
        return frames.as_it_was(found.sort("place").select(order))
    return frames.like(scored, _at_equal_shares(cuts, bins))


def _raw(column: str) -> str:
    """What a column is called here, beside what is made of it."""
    return f"raw {column}"


def _rows(scored: Any, asked: Asked) -> tuple[Any, dict[str, Any]]:
    """place (the lower, the earlier addressed), heavy, got, hit and won of each customer; and the types of what was given."""
    import narwhals.stable.v2 as nw

    rows = frames.opened(scored, name="scored")
    figures = {"value": asked.value, "cost": asked.cost, "weight": 1.0 if asked.weight is None else asked.weight}
    columns = [asked.by, asked.outcome, *(one for one in figures.values() if isinstance(one, str))]
    kinds = frames.named(rows, columns, name="scored")
    for column, kind in kinds.items():
        if not (kind.is_numeric() or kind == nw.Boolean):
            raise ValueError(f"scored[{column!r}] is of type {kind}; expected numbers, or True and False")

    def figure(one: float | str | None) -> Any:
        return nw.col(one).cast(nw.Float64) if isinstance(one, str) else nw.lit(0.0 if one is None else float(one))

    rows = rows.select(
        *(nw.col(column).alias(_raw(column)) for column in kinds),
        place=-nw.col(asked.by).cast(nw.Float64),
        got=nw.col(asked.outcome).cast(nw.Float64),
        heavy=figure(figures["weight"]),
        value=figure(asked.value),
        cost=figure(asked.cost),
    )
    rows = rows.with_columns(
        hit=nw.col("heavy") * nw.col("got"),
        won=nw.col("heavy") * (nw.col("got") * nw.col("value") - nw.col("cost")),
        yes_or_no=((nw.col("got") == 0) | (nw.col("got") == 1)).cast(nw.Int64),
    )
    return rows.with_columns(hit_squared=nw.col("hit") ** 2, won_squared=nw.col("won") ** 2), kinds


def _whole(rows: Any, kinds: dict[str, Any], asked: Asked) -> dict[str, float]:
    """Sums over all customers, and whether the outcome is yes or no; refused where they say nothing."""
    import narwhals.stable.v2 as nw

    # Checked and added up in one pass; the sums of a column with gaps are never looked at.
    given = {column: nw.col(_raw(column)) for column in kinds}
    finite = {
        column: (nw.when(one.is_finite()).then(1) if kinds[column].is_float() else one, "missing or infinite")
        for column, one in given.items()
    }
    more = {"hit": nw.col("hit").sum()}
    if kinds[asked.outcome] != nw.Boolean:
        more |= {"least": given[asked.outcome].min(), "most": given[asked.outcome].max()}
        if not kinds[asked.outcome].is_integer():
            more["yes_or_no"] = nw.col("yes_or_no").sum()
    if asked.weight is not None:
        more |= {"heavy": nw.col("heavy").sum(), "lightest": nw.col("heavy").min()}
    seen = frames.no_gaps(rows, finite, name="scored", more=more)
    count = int(seen["rows"])
    if not count:
        raise ValueError("scored has 0 rows; expected one a customer")
    if seen.get("least", 0) < 0:
        raise ValueError(f"outcome holds {seen['least']:g}; expected 0 or more. Mend: put losses into value or cost")
    if seen.get("lightest", 0) < 0 or not seen.get("heavy", 1) > 0:
        raise ValueError("weight must be 0 or more in every row, and above 0 in one")
    if not seen["hit"] > 0:
        raise ValueError(
            f"outcome is 0 for all {count:,} customers; nothing can be captured. Mend: more customers or time"
        )
    binary = seen["yes_or_no"] == count if "yes_or_no" in seen else seen.get("most", 1) <= 1
    whole = {"rows": count, "hit": float(seen["hit"]), "heavy": float(seen.get("heavy", count))}
    shares = asked.weight is None and bool(binary)
    squares = 0.0 if shares else frames.fetched(rows.select(nw.col("hit_squared").sum())).iloc[0, 0]
    return whole | {"shares": shares, "hit_squared": float(squares)}


def _added_up(rows: Any) -> Any:
    """One row a score, with sums over all who are addressed by then."""
    import narwhals.stable.v2 as nw

    sums = ("heavy", "hit", "hit_squared", "won", "won_squared")
    each = rows.group_by("place").agg(*(nw.col(one).sum() for one in sums), customers=nw.len())
    each = each.with_columns(nw.col("customers").cast(nw.Int64))
    return each.select("place", *(nw.col(one).cum_sum().over(order_by="place") for one in (*sums, "customers")))


def _told(cuts: Any, whole: dict[str, float], asked: Asked) -> Any:
    """Shares, money and their intervals of each cut; the formulas of `gains` in the engine's words."""
    import narwhals.stable.v2 as nw

    z = normal_quantile(asked.level)
    everyone = nw.col("customers") == int(whole["rows"])
    share = nw.when(everyone).then(1.0).otherwise(nw.col("heavy") / whole["heavy"])
    captured = nw.when(everyone).then(1.0).otherwise(nw.col("hit") / whole["hit"])
    cuts = cuts.with_columns(share=share, captured=captured)
    p = nw.col("captured")
    if whole["shares"]:
        n = whole["hit"]
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = ((p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5) * (z / (1 + z**2 / n))
        # At 0 and 1 the formula is exact but for rounding.
        low = nw.when(p == 0).then(0.0).otherwise(middle - half)
        high = nw.when(p == 1).then(1.0).otherwise(middle + half)
    else:
        squares = nw.col("hit_squared")
        rest = nw.when(everyone).then(0.0).otherwise(nw.lit(float(whole["hit_squared"])) - squares)
        rest = nw.max_horizontal(rest, nw.lit(0.0))
        one, left = whole["hit_squared"] / whole["hit"], nw.max_horizontal(whole["hit"] - nw.col("hit"), nw.lit(0.0))
        down, up = ends(nw.col("hit"), squares, left, rest, one=one, z=z)
        low = nw.when(everyone).then(1.0).otherwise(p - down)
        high = nw.when(everyone).then(1.0).otherwise(p + up)
    profit, spread = nw.col("won"), None
    if asked.value is None:
        profit = spread = nw.lit(float("nan"))
    else:
        rough = nw.col("won_squared") - nw.col("won") ** 2 / nw.col("customers")
        spread = (nw.max_horizontal(rough, nw.lit(0.0)) ** 0.5) * z
    return cuts.select(
        "place",
        "share",
        "captured",
        low=nw.max_horizontal(low, nw.lit(0.0)),
        high=nw.min_horizontal(high, nw.lit(1.0)),
        profit=profit,
        profit_low=profit - spread,
        profit_high=profit + spread,
    )


def _at_equal_shares(cuts: Any, bins: int) -> Any:
    """Figures at so many equal shares, a tie shared evenly: only the cuts on either side of a share come over."""
    import narwhals.stable.v2 as nw
    import pandas as pd

    before = [nw.col(one).shift(1).over(order_by="place").alias(f"before {one}") for one in FIGURES]
    pairs = cuts.with_columns(*before)
    last = nw.when(nw.col("before share").is_null()).then(0.0).otherwise(nw.col("before share"))
    # A little slack on either side: rounding must not lose a cut.
    crosses = ((nw.col("share") + 1e-9) * bins).floor() > ((last - 1e-9) * bins).floor()
    rows = frames.fetched(pairs.filter(crosses)).sort_values("place")
    known = np.empty((len(FIGURES), 2 * len(rows)))
    for at, name in enumerate(FIGURES):
        known[at, 0::2], known[at, 1::2] = rows[f"before {name}"], rows[name]
    start = {"profit": np.nan, "profit_low": np.nan, "profit_high": np.nan}
    if rows["profit"].notna().all():
        start = dict.fromkeys(start, 0.0)
    first = np.isnan(known[0])  # before the best score nobody is addressed
    for at, name in enumerate(FIGURES):
        known[at, first] = start.get(name, 0.0)
    to = np.arange(1, bins + 1) / bins
    found = {name: np.interp(to, known[0], known[at]) for at, name in enumerate(FIGURES)}
    found["lift"] = found["captured"] / found["share"]
    order = ["share", "captured", "low", "high", "lift", "profit", "profit_low", "profit_high"]
    return pd.DataFrame(found)[order]
