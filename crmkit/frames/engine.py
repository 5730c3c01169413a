"""Frames of other engines: told apart, opened for work, and given back as what they were."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

# By the module that a frame's class is from, so that asking loads no engine.
ENGINES = {"polars": "polars", "pyarrow": "pyarrow", "duckdb": "duckdb", "_duckdb": "duckdb", "pyspark": "pyspark"}


def on_engine(frame: object) -> bool:
    """Is it a frame of Polars, DuckDB, PyArrow or Spark?

    >>> import pandas as pd, pyarrow as pa
    >>> on_engine(pd.DataFrame()), on_engine(pa.table({"a": [1]}))
    (False, True)
    """
    return _engine(frame) is not None and hasattr(type(frame), "columns")


def _engine(frame: object) -> str | None:
    return ENGINES.get(type(frame).__module__.partition(".")[0])


def opened(frame: Any, *, name: str) -> Any:
    """The frame as narwhals sees it; eager or lazy as it was.

    Raises
    ------
    TypeError, ValueError
        If it is a part of a frame, or two of its columns have one name.
    """
    import narwhals.stable.v2 as nw

    if _engine(frame) in ("pyarrow", "pyspark"):  # the others cannot have two columns of one name
        columns = list(getattr(frame, "column_names", None) or frame.columns)
        _each_once(columns, columns, name)
    try:
        return nw.from_native(frame)
    except TypeError:
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        raise TypeError(f"{name} is a {kind}; expected a frame with columns") from None


def named(rows: Any, columns: Iterable[str], *, name: str) -> dict[str, Any]:
    """The type of each of the columns, which are all there.

    Raises
    ------
    ValueError
        If columns are lacking.
    """
    schema = rows.collect_schema()
    require(SimpleNamespace(columns=list(schema)), list(columns), name=name)
    return {column: schema[column] for column in columns}


def _each_once(has: list[str], wanted: list[str], name: str) -> None:
    twice = sorted({column for column in wanted if has.count(column) > 1})
    if twice:
        raise ValueError(f"{name} has two columns named {twice}; expected one of each. Mend: rename or drop one")


def fetched(rows: Any) -> pd.DataFrame:
    """A few rows (sums, counts of items, never a log) brought over to pandas."""
    import narwhals.stable.v2 as nw

    if isinstance(rows, nw.LazyFrame):
        rows = rows.collect(backend="pyarrow")
    return rows.to_arrow().to_pandas()


def as_it_was(rows: Any) -> Any:
    """What narwhals holds, as the kind of frame it came from."""
    return rows.to_native()


def in_memory(frame: Any) -> bool:
    """Is it a frame whose rows are in memory already (Polars, PyArrow), not a question to be asked?"""
    return _engine(frame) == "pyarrow" or (_engine(frame) == "polars" and type(frame).__name__ == "DataFrame")


def like(frame: Any, small: pd.DataFrame) -> Any:
    """A small pandas frame as a frame of the same engine, e.g. a result of a few rows."""
    import pyarrow as pa

    rows = pa.Table.from_pandas(small, preserve_index=False).replace_schema_metadata(None)
    engine = _engine(frame)
    if engine == "polars":
        import polars as pl

        given = pl.DataFrame(rows)
        return given.lazy() if isinstance(frame, pl.LazyFrame) else given
    if engine == "duckdb":
        # On the connection of the given relation: relations of two connections cannot be joined.
        return frame.query("given", "SELECT * FROM rows")
    if engine == "pyspark":
        return frame.sparkSession.createDataFrame(rows)
    return rows
