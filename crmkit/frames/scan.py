"""A file of rows opened on the engine of one's choice."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

INSTALLED_BY = {"pandas": "", "pyarrow": "", "polars": "polars", "duckdb": "", "pyspark": "spark"}


def scan(path: str | Path, *, engine: str = "duckdb", beside: Any = None) -> Any:
    """A Parquet file, or a folder of them, as a frame of an engine; read only as far as a question needs.

    Parameters
    ----------
    path : path
        A Parquet file, or a pattern such as ``orders/*.parquet``.
    engine : str
        duckdb (a relation), polars (a lazy frame), pyspark (a frame of the running session), or pandas and
        pyarrow, which read all of it at once.
    beside : DuckDB relation, optional
        One that was scanned before and goes into the same question, e.g. the contacts beside the transactions of
        `profit.by_customer`: DuckDB joins only what is on one connection. Other engines need no such word.

    Raises
    ------
    ValueError
        If the engine is not known.
    ImportError
        If the engine is not installed.
    """
    if engine not in INSTALLED_BY:
        raise ValueError(f"engine={engine!r} is not known; choose one of {', '.join(INSTALLED_BY)}")
    if find_spec(engine) is None:
        raise ImportError(
            f"engine={engine!r} needs {engine}, which is not installed. Mend: pip install 'crmkit[{INSTALLED_BY[engine]}]'"
        )
    at = str(path)
    if engine == "duckdb":
        if beside is not None:
            quoted = at.replace("'", "''")
            return beside.query("beside", f"SELECT * FROM read_parquet('{quoted}')")
        # A connection of its own: the module's own one is shared by the whole program.
        return import_module("duckdb").connect().read_parquet(at)
    if engine == "polars":
        return import_module("polars").scan_parquet(at)
    if engine == "pyspark":
        session = import_module("pyspark.sql").SparkSession
        return session.builder.getOrCreate().read.parquet(at)
    if engine == "pyarrow":
        return import_module("pyarrow.parquet").read_table(at)
    return import_module("pandas").read_parquet(at)
