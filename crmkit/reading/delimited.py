"""Delimited text → a frame whose every cell is text, so that cleaning can say what it mended."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmkit.reading.header import check_names, chosen
from crmkit.reading.kinds import HEAD, FileError
from crmkit.reading.text import Text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 50  # rows by which the separator is judged
BLOCK = 1 << 24  # bytes read at a time
SLICE = 100_000  # rows read at a time, row by row
LONGEST_CELL = 1 << 24  # characters; a longer one means a quotation mark that was never closed
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Layout:
    """How the cells are parted, and where they begin."""

    separator: str
    skipped: int  # lines before the row of names
    names: tuple[str, ...]
    after: int  # number of the line that ends the row of names


def read_delimited(
    text: Text, columns: Sequence[str] | None, progress: Progress
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The wanted columns as text, and what should be told.

    The index is the number of the row as a spreadsheet shows it, blank lines not counted.
    """
    import pandas as pd
    import pyarrow as pa

    layout = sniff(text, columns)
    check_names(text.found.name, layout.names, columns)
    take = chosen(layout.names, columns)
    table = _fast(text, layout, take, progress)
    notes: tuple[str, ...] = ()
    if table is None:
        table, notes = _row_by_row(text, layout, take, progress)
    as_text = {pa.string(): pd.StringDtype(na_value=float("nan"))}
    frame = table.to_pandas(types_mapper=as_text.get, self_destruct=True)
    frame.columns = [layout.names[at] for at in take]
    frame.index = pd.RangeIndex(layout.after + 1, layout.after + 1 + len(frame), name="row")
    return frame, tuple(note for note in (text.note, *notes) if note)


def sniff(text: Text, columns: Sequence[str] | None) -> Layout:
    """Find separator and names: the separator under which the wanted columns are there, else the
    one that parts the first rows into the most cells, evenly."""
    with text.open() as file:
        head = file.read(HEAD).decode("utf-8", errors="ignore")
    lines = head.splitlines(keepends=True)
    if len(head.encode()) >= HEAD and len(lines) > 1:
        lines.pop()  # cut short
    skipped = next((number for number, line in enumerate(lines) if line.strip()), 0)
    said = None
    if lines and lines[skipped].strip().lower().startswith("sep="):  # a hint to Excel
        said = lines[skipped].strip("\r\n")[4:5] or None
        skipped += 1
    if skipped >= len(lines):
        raise FileError(f"{text.found.name} has no row of column names; expected one. Mend: export the orders anew")
    best, score = None, (-1, -1.0)
    for separator in [said] if said in SEPARATORS else SEPARATORS:
        reader = csv.reader(lines[skipped:], delimiter=separator)
        names = next(reader)
        after = skipped + reader.line_num
        rows = [row for _, row in zip(range(SAMPLE), reader, strict=False) if row]
        even = sum(len(row) == len(names) for row in rows) / len(rows) if rows else 1.0
        wanted = sum(name in names for name in columns or ())
        # Many names count even where no row is as long: then the rows are wrong, not the separator.
        if (wanted, (1 + even) * len(names)) > score:
            best, score = Layout(separator, skipped, tuple(names), after), (wanted, (1 + even) * len(names))
    return best


def _fast(text: Text, layout: Layout, take: Sequence[int], progress: Progress) -> pa.Table | None:
    """By pyarrow, in blocks; None where a row has too many or too few cells."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    odd = []
    labels = [str(at) for at in range(len(layout.names))]
    with text.open() as file:
        try:
            reader = arrow.open_csv(
                file,
                read_options=arrow.ReadOptions(
                    block_size=BLOCK, column_names=labels, skip_rows=layout.skipped, skip_rows_after_names=1
                ),
                parse_options=arrow.ParseOptions(
                    delimiter=layout.separator,
                    newlines_in_values=text.quoted,
                    invalid_row_handler=lambda row: odd.append(row.actual_columns) or "error",
                ),
                convert_options=arrow.ConvertOptions(
                    column_types={labels[at]: pa.string() for at in take},
                    include_columns=[labels[at] for at in take],
                    strings_can_be_null=False,
                ),
            )
            batches, seen = [], 0
            for batch in reader:
                batches.append(batch)
                seen += BLOCK
                progress(min(1.0, seen / max(text.size, 1)))
        except pa.ArrowInvalid:  # the slow way names the row
            return None
    return None if odd else pa.Table.from_batches(batches, reader.schema)


def _row_by_row(
    text: Text, layout: Layout, take: Sequence[int], progress: Progress
) -> tuple[pa.Table, tuple[str, ...]]:
    """By hand: rows with too few cells are filled up, rows with too many are refused by number."""
    import pyarrow as pa

    wide, long, short, first_short, done = len(layout.names), [], 0, 0, 0
    schema = pa.schema([(str(at), pa.string()) for at in take])
    batches, cells = [], [[] for _ in take]
    for line, last, row in _records(text, layout):
        if len(row) > wide and any(row[wide:]):
            long.append((line, len(row)))
        if len(row) < wide:
            if last > line:
                raise _unclosed(text.found.name, line)
            short += 1
            first_short = first_short or line
            row = row + [""] * (wide - len(row))
        for column, at in zip(cells, take, strict=True):
            column.append(row[at])
        done += 1
        if done % SLICE == 0:
            batches.append(pa.record_batch([pa.array(column, pa.string()) for column in cells], schema=schema))
            cells = [[] for _ in take]
            progress(0.5)
    if long:
        line, many = long[0]
        raise FileError(
            f"{text.found.name} has {len(long):,} rows with more cells than the {wide} of the row of names "
            f"(first: line {line} with {many}); expected as many in every row. "
            f"Mend: put texts that hold {layout.separator!r} in quotation marks"
        )
    batches.append(pa.record_batch([pa.array(column, pa.string()) for column in cells], schema=schema))
    note = (
        f"{short:,} rows have fewer cells than the row of names (first: line {first_short}); the rest counts as empty."
    )
    return pa.Table.from_batches(batches, schema), (note,) if short else ()


def _records(text: Text, layout: Layout) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and cells of each record that is not blank."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with io.TextIOWrapper(text.open(), encoding="utf-8", newline="") as lines:
            for _ in range(layout.skipped):
                next(lines)
            reader = csv.reader(lines, delimiter=layout.separator)
            next(reader)
            end = layout.skipped + reader.line_num
            for row in reader:
                begin, end = end + 1, layout.skipped + reader.line_num
                if len(row) > 1 or any(cell.strip() for cell in row):
                    yield begin, end, row
    except csv.Error as error:
        if "field larger" in str(error):
            raise _unclosed(text.found.name, end + 1) from None
        raise FileError(
            f"{text.found.name} cannot be read from line {end + 1} on: {error}. Mend: export it anew"
        ) from None
    finally:
        csv.field_size_limit(before)


def _unclosed(name: str, line: int) -> FileError:
    return FileError(
        f"{name} has a quotation mark in line {line} that is never closed; expected them in pairs. "
        "Mend: close or remove it, or write it twice within a quoted text"
    )
