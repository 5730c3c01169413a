"""Figures for which all rows are needed at once: means, and places in a ranking; DuckDB has a shorter way to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def over_all(rows: Any, figures: Mapping[str, tuple[str, str]]) -> Any:
    """Give each row figures of all rows.

    Parameters
    ----------
    rows : narwhals frame
    figures : name -> (column, what)
        What is "mean" or "max", e.g. ``{"usual": ("frequency", "mean")}``; missing values do not count.

    Returns
    -------
    narwhals frame
        The rows with one more column a name.
    """
    import narwhals.stable.v2 as nw

    if not rows.implementation.is_duckdb():
        made = {name: getattr(nw.col(column), what)() for name, (column, what) in figures.items()}
        return rows.with_columns(**made)
    # narwhals says PARTITION BY 1, which DuckDB makes a join of the whole question with itself: the log is read twice.
    made = [f'{what}("{column}") OVER () AS "{name}"' for name, (column, what) in figures.items()]
    return nw.from_native(rows.to_native().select(", ".join(["*", *made])))


def parts(rows: Any, columns: Sequence[str], bins: int) -> Any:
    """Put in the place of each value the part of the ranking it falls in: 1 + floor(bins x ridit), 1 where it is missing.

    Parameters
    ----------
    rows : narwhals frame
    columns : list of str
        What to rank by, each on its own, from the least up; equal values share the middle of their ranks.
    bins : int
        Number of parts.

    Returns
    -------
    narwhals frame
        The rows, with whole numbers from 1 to bins in these columns.
    """
    import narwhals.stable.v2 as nw

    if not rows.implementation.is_duckdb():
        eager = isinstance(rows, nw.DataFrame)
        return rows.with_columns(**{name: _part(name, bins, eager=eager) for name in columns})
    # Equal values are counted first and only the distinct ones are sorted: a fifth of the work of windows over all rows.
    ranked, picked, joins = [], [], []
    for at, name in enumerate(columns):
        ranked.append(
            f"""p{at} AS (SELECT value, 1 + CAST(floor((sum(n) OVER (ORDER BY value) - n / 2.0) * {bins} / sum(n) OVER ())
            AS BIGINT) AS part FROM (SELECT "{name}" AS value, CAST(count(*) AS DOUBLE) AS n FROM kept
            WHERE "{name}" IS NOT NULL GROUP BY value))"""
        )
        picked.append(f'coalesce(p{at}.part, 1) AS "{name}"')
        joins.append(f'LEFT JOIN p{at} ON p{at}.value = kept."{name}"')
    sql = f"WITH kept AS MATERIALIZED (SELECT * FROM given), {', '.join(ranked)} "
    sql += f"SELECT kept.* REPLACE ({', '.join(picked)}) FROM kept {' '.join(joins)}"
    return nw.from_native(rows.to_native().query("given", sql))


def _part(name: str, bins: int, *, eager: bool) -> Any:
    import narwhals.stable.v2 as nw

    value = nw.col(name)
    # Arrow has no mean rank of ties; half the sum of the least and the largest rank is the same.
    rank = (value.rank("min") + value.rank("max")) / 2 if eager else value.rank("average")
    part = 1 + ((rank - 0.5) * bins / value.count()).floor().cast(nw.Int64)
    return nw.when(value.is_null()).then(1).otherwise(part)
