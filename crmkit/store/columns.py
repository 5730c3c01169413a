"""Frame <-> file with nothing lost: types, categories in their order, missing values, every digit.

CSV is the same to the byte on every platform: UTF-8, lines end in LF, texts stand in
quotation marks (so that an empty text is not a missing one), days are YYYY-MM-DD,
numbers have the fewest digits that give them back exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
GAPPY = {"Int64": "int64", "Float64": "float64", "boolean": "bool"}  # pandas's own, with room for missing values
PLAIN = ("bool", "float32", "float64", "str", *WHOLE, *GAPPY)
TIMES = ("datetime64[s]", "datetime64[ms]", "datetime64[us]", "datetime64[ns]")


@dataclass(frozen=True)
class Column:
    """How one column is written down."""

    name: str
    dtype: str  # one of PLAIN or TIMES; of a category, that of its categories
    categories: tuple[Any, ...] | None = None  # in their order; None where it is no category
    ordered: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        out: dict[str, Any] = {"name": self.name, "dtype": self.dtype}
        if self.categories is not None:
            out |= {"categories": list(self.categories), "ordered": self.ordered}
        return out

    @classmethod
    def of(cls, found: dict[str, Any]) -> Column:
        """From JSON."""
        categories = found.get("categories")
        kept = None if categories is None else tuple(categories)
        return cls(found["name"], found["dtype"], kept, found.get("ordered", False))

    @property
    def arrow(self) -> pa.DataType:
        """The type while reading."""
        import pyarrow as pa

        if self.dtype in TIMES:
            return pa.timestamp(self.dtype[len("datetime64[") : -1])
        name = GAPPY.get(self.dtype, self.dtype)
        return {"str": pa.string(), "bool": pa.bool_()}.get(name) or pa.type_for_alias(name)


def declare(frame: pd.DataFrame, name: str) -> list[Column]:
    """How the columns of a frame are written down.

    Raises
    ------
    TypeError, ValueError
        If a column is of a type that a file would not give back, or the index holds more than row numbers.
    """
    import pandas as pd

    index = frame.index
    if not (isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1):
        raise ValueError(
            f"table {name} has an index of its own; expected rows numbered from 0. Mend: frame.reset_index()"
        )
    labels = list(frame.columns)
    if not all(isinstance(label, str) for label in labels) or len(set(labels)) < len(labels):
        raise ValueError(f"table {name} has the columns {labels}; expected texts, each once. Mend: rename them")
    return [_declare(frame[label], name) for label in labels]


def _declare(values: pd.Series, table: str) -> Column:
    import pandas as pd

    name, kind = str(values.name), values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        inner = _declare(pd.Series(kind.categories, name=name), table)
        return Column(name, inner.dtype, tuple(kind.categories.tolist()), bool(kind.ordered))
    if str(kind) in (*PLAIN, *TIMES):
        return Column(name, str(kind))
    raise TypeError(
        f"{table}[{name!r}] is of type {kind}; expected one of {', '.join((*PLAIN, *TIMES))} or a category of these. "
        "Mend: frame.astype(...)"
    )


def write(frame: pd.DataFrame, path: Path, form: str) -> None:
    """Write a frame that `declare` has seen."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    if form == "parquet":
        from pyarrow import parquet

        parquet.write_table(table, path)  # keeps dictionaries: as text they would take three times as long
        return
    for at, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(at, field.name, table.column(at).cast(field.type.value_type))
    from pyarrow import csv

    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and _midnights(frame[field.name]):
            table = table.set_column(at, field.name, table.column(at).cast(pa.date32()))
    with path.open("wb") as file:
        file.write((",".join(_quoted(name) for name in table.column_names) + "\n").encode())
        csv.write_csv(table, file, csv.WriteOptions(include_header=False))


def _midnights(days: pd.Series) -> bool:
    known = days.dropna()
    return bool((known == known.dt.normalize()).all())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\r\n') else name


def read(path: Path, columns: Sequence[Column], form: str) -> pd.DataFrame:
    """Read a file that `write` wrote.

    Raises
    ------
    ValueError
        If it holds something else.
    """
    import pandas as pd
    import pyarrow as pa

    try:
        table = _read_parquet(path, columns) if form == "parquet" else _read_csv(path, columns)
    except (pa.ArrowException, KeyError) as error:
        why = str(error).strip("'\"").splitlines()[0]
        raise ValueError(f"{path} is not as it was written: {why}. Mend: draw or copy it anew") from None
    return pd.DataFrame({column.name: _restore(table.column(column.name), column) for column in columns})


def _read_parquet(path: Path, columns: Sequence[Column]) -> pa.Table:
    import pyarrow as pa
    from pyarrow import parquet

    wanted = pa.schema([(column.name, column.arrow) for column in columns])
    return parquet.read_table(path, columns=wanted.names).select(wanted.names).cast(wanted)


def _read_csv(path: Path, columns: Sequence[Column]) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(
        path,
        read_options=csv.ReadOptions(block_size=1 << 24),
        parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types={column.name: column.arrow for column in columns},
            include_columns=[column.name for column in columns],
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _restore(values: pa.ChunkedArray, column: Column) -> pd.Series:
    import pandas as pd

    kind = column.dtype
    if kind in GAPPY or (kind in WHOLE and values.null_count):
        whole = {"Int64": pd.Int64Dtype(), "Float64": pd.Float64Dtype(), "boolean": pd.BooleanDtype()}
        series = values.to_pandas(types_mapper=lambda _: whole.get(kind, pd.Int64Dtype()))
    else:
        series = values.to_pandas().astype(kind)
    if column.categories is not None:
        categories = pd.Index(list(column.categories), dtype=kind)
        series = series.astype(pd.CategoricalDtype(categories, column.ordered))
    return series
