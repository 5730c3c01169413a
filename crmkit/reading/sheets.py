"""Typed files: Excel workbooks and Parquet."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from crmkit.reading.header import check_names, chosen
from crmkit.reading.kinds import FileError, Found, broken_workbook, near

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[float], None]
Row = tuple[int, tuple[Any, ...]]  # number as Excel shows it, cells
TELL_EVERY = 10_000  # rows


def read_excel(found: Found, columns: Sequence[str] | None, progress: Progress) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The first sheet that has the wanted columns; index: the number of the row as Excel shows it."""
    seen: dict[str, list[str]] = {}
    with found.path.open("rb") as file:  # opened here, so that it is closed whatever the reader of workbooks meets
        for title, rows in _sheets(found, file):
            first = next(rows, None)
            if first is None:
                continue
            names = [str(cell).strip() if cell is not None else "" for cell in first[1]]
            while names and not names[-1]:
                names.pop()
            seen[title] = names
            if columns is None or set(columns) <= set(names):
                check_names(found.name, names, columns)
                frame = _frame(found, names, rows, chosen(names, columns), progress)
                return frame, (f"Read from the sheet {title!r}.",) if len(seen) > 1 else ()
    if not seen:
        raise FileError(
            f"{found.name} has no filled cell; expected a row of names and rows of orders. Mend: export it anew"
        )
    title = max(seen, key=lambda one: sum(bool(near(column, seen[one])) for column in columns or ()))
    where = found.name if len(seen) == 1 else f"the likeliest sheet {title!r} of {found.name}"
    check_names(where, seen[title], columns)
    raise FileError(f"{found.name} has {list(columns or ())} in no one sheet; expected them together")


def _sheets(found: Found, file: BinaryIO) -> Iterator[tuple[str, Iterator[Row]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # Styles and validations that openpyxl does not know are of no use here.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # whatever a damaged file makes of a reader of XML within ZIP
        raise broken_workbook(found.name, type(error).__name__) from None
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what the file says of its own size is not always true
            yield sheet.title, _rows(found, sheet)


def _rows(found: Found, sheet: Any) -> Iterator[Row]:
    """The rows that have a filled cell."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell is not None and cell != "" for cell in row):
                    yield number, row
    except Exception as error:  # as above
        raise broken_workbook(found.name, type(error).__name__) from None


def _frame(found: Found, names: list[str], rows: Iterator[Row], take: list[int], progress: Progress) -> pd.DataFrame:
    import pandas as pd

    cells, numbers, long = [[] for _ in take], [], []
    for number, row in rows:
        if any(cell not in (None, "") for cell in row[len(names) :]):
            long.append(number)
        numbers.append(number)
        for column, at in zip(cells, take, strict=True):
            column.append(_plain(row[at]) if at < len(row) else None)
        if len(numbers) % TELL_EVERY == 0:
            progress(min(0.99, len(numbers) / 1_048_576))
    if long:
        raise FileError(
            f"{found.name} has {len(long):,} rows with cells beyond the {len(names)} named columns "
            f"(first: row {long[0]}); expected a name above every filled column. Mend: name or clear those columns"
        )
    index = pd.Index(numbers, name="row", dtype="int64")
    columns = {at: pd.Series(column, index=index, dtype="object").infer_objects() for at, column in enumerate(cells)}
    frame = pd.DataFrame(columns, index=index)
    frame.columns = [names[at] for at in take]
    return frame


def _plain(cell: Any) -> Any:
    """Excel keeps whole numbers as 17850.0 at times; a customer number is 17850."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def read_parquet(
    found: Found, columns: Sequence[str] | None, progress: Progress
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The wanted columns, typed as the file has them; index: the number of the row, from 1."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(found.path)
        names = file.schema_arrow.names
        check_names(found.name, names, columns)
        wanted = [names[at] for at in chosen(names, columns)]
        batches = []
        for number in range(file.num_row_groups):
            batches.append(file.read_row_group(number, columns=wanted))
            progress((number + 1) / file.num_row_groups)
        table = pa.concat_tables(batches) if batches else file.read(columns=wanted)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, PermissionError):
            raise
        why = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise FileError(
            f"{found.name} is a broken Parquet file, cut short or damaged ({why}); expected a whole one. "
            "Mend: copy or export it anew"
        ) from None
    for at, field in enumerate(table.schema):
        plain = _plain_type(field.type)
        if plain is not None:
            table = table.set_column(at, field.name, table.column(at).cast(plain))
    frame = table.to_pandas(ignore_metadata=True, date_as_object=False, self_destruct=True)
    frame.index = pd.RangeIndex(1, 1 + len(frame), name="row")
    return frame, ()


def _plain_type(kind: Any) -> Any:
    """What a column is cast to, so that cleaning meets text, numbers and dates only; None to leave it."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type) or kind.value_type
    if pa.types.is_decimal(kind):
        return pa.float64()
    return None
