"""The data dictionary, printed from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmkit.tables.schema import Table

if TYPE_CHECKING:
    import pandas as pd


def dictionary(of: Iterable[Table] | None = None) -> pd.DataFrame:
    """The data dictionary: one row a column, with kind, unit and meaning.

    >>> from crmkit import tables
    >>> dictionary([tables.TRANSACTIONS]).loc[3, "meaning"]
    'sum of the receipt'
    """
    import pandas as pd

    rows = [
        {
            "table": table.name,
            "column": column.name,
            "kind": column.kind,
            "unit": column.unit,
            "meaning": column.meaning,
            "key": column.name in table.key,
            "refers": column.refers,
        }
        for table in _chosen(of)
        for column in table.columns
    ]
    return pd.DataFrame(rows)


def markdown(of: Iterable[Table] | None = None) -> str:
    """The data dictionary as Markdown, a section a table (what ``crmkit tables`` prints)."""
    parts = []
    for table in _chosen(of):
        parts.append(f"## {table.name}\nOne row is {table.row}.\n")
        parts.append("| column | kind | unit | meaning |\n| --- | --- | --- | --- |")
        for column in table.columns:
            notes = ["key"] if column.name in table.key else []
            notes += [f"refers to {column.refers}"] if column.refers else []
            meaning = column.meaning + (f" ({'; '.join(notes)})" if notes else "")
            parts.append(f"| {column.name} | {column.kind} | {column.unit or '–'} | {meaning} |")
        parts.append("")
    return "\n".join(parts)


def _chosen(of: Iterable[Table] | None) -> Iterable[Table]:
    from crmkit import tables

    return tables.ALL if of is None else of
