"""What is to be loaded: frames or files, laid before DuckDB under their names, with a checksum of all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmkit import frames

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

FORMS = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Source:
    """Named tables, as frames or as the files that hold them."""

    words: str  # what the ledger says of it
    tables: Mapping[str, Any]  # name: DataFrame, or list of paths with one ending
    checksum: str  # SHA-256 of all of it


def read(source: object) -> Source:
    """A Case, a mapping of frames, or a folder of CSV or Parquet files, one or more a table.

    Parameters
    ----------
    source : Case, mapping or path
        In a folder ``transactions.csv``, or ``transactions-2025-01.csv``, ``transactions-2025-02.csv``, ….

    Raises
    ------
    TypeError, ValueError, FileNotFoundError
        If it is none of these, or empty.
    """
    if isinstance(source, str | Path):
        return _folder(Path(source))
    given = getattr(source, "frames", source)
    if not isinstance(given, Mapping):
        raise TypeError(
            f"source is a {type(source).__name__}; expected a Case, a mapping of names to frames, or the path of a folder"
        )
    if not given:
        raise ValueError("source has 0 tables; expected at least one, e.g. {'transactions': frame}")
    found = {str(name): frames.native(frame, name=str(name)) for name, frame in given.items()}
    digest = hashlib.sha256()
    for name, frame in found.items():
        strange = [column for column in frame.columns if not isinstance(column, str)]
        if strange or frame.columns.has_duplicates:
            raise ValueError(f"{name} has the columns {list(frame.columns)}; expected texts, each once")
        digest.update(_hash(name, frame))
    name, seed = getattr(source, "name", None), getattr(source, "seed", None)
    return Source("frames" if name is None else f"case {name}, seed {seed}", found, digest.hexdigest())


def lay(con: DuckDBPyConnection, source: Source) -> dict[str, list[str]]:
    """Make each table a relation of that name, `raw_<name>`; returns their columns."""
    for name, rows in source.tables.items():
        if not isinstance(rows, list):
            con.register(f"raw_{name}", rows)
            continue
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in rows)
        # Text stays text, so that what a cell says is judged here and not guessed from its neighbours.
        form = (
            "read_parquet([{}], union_by_name=true)"
            if rows[0].suffix == ".parquet"
            else "read_csv([{}], header=true, all_varchar=true, union_by_name=true, delim=',')"
        )
        con.execute(f'CREATE OR REPLACE TEMP VIEW "raw_{name}" AS SELECT * FROM {form.format(files)}')
    return {name: [row[0] for row in con.execute(f'DESCRIBE "raw_{name}"').fetchall()] for name in source.tables}


def _folder(root: Path) -> Source:
    if not root.is_dir():
        raise FileNotFoundError(f"{root} is no folder; expected one with files such as transactions.csv")
    tables: dict[str, list[Path]] = {}
    for path in sorted(root.iterdir()):
        form = next((one for one in FORMS if path.name.endswith(one)), None)
        if form and path.is_file():
            tables.setdefault(path.name.removesuffix(form).partition("-")[0], []).append(path)
    if not tables:
        raise FileNotFoundError(f"{root} holds no {', '.join(FORMS)}; expected files such as transactions.csv")
    digest = hashlib.sha256()
    for name, paths in tables.items():
        endings = {path.suffix == ".parquet" for path in paths}
        if len(endings) > 1 or not name.isidentifier():
            raise ValueError(
                f"{root} holds {[path.name for path in paths]}; expected names such as transactions-2025-01.csv, and "
                "CSV or Parquet for one table, not both"
            )
        for path in paths:
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return Source(f"folder {root.name}", tables, digest.hexdigest())


def _hash(name: str, frame: pd.DataFrame) -> bytes:
    import pandas as pd

    digest = hashlib.sha256(repr((name, list(frame.columns), len(frame))).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.digest()
