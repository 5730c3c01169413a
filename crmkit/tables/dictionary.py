"""The data dictionary and the entity diagram, printed from the tables."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
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


def of_world(world: str) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """The tables that worlds of this name may draw, and those of their truth.

    Parameters
    ----------
    world : str
        Name of the world: retail, bank or telecom.

    >>> open_tables, sealed = of_world("retail")
    >>> open_tables[0].name, sealed[0].name
    ('customers', 'truth.customers')
    """
    found = []
    for kind, home in (("TABLES", world), ("TRUTH", world), ("TRUTH", f"{world}_truth")):
        try:
            module = import_module(f"crmkit.tables.{home}")
        except ModuleNotFoundError:
            continue
        found += [(kind, getattr(module, f"{world.upper()}_{kind}", ()))]
    if not found:
        raise ValueError(f"world={world!r} has no tables; choose retail, bank or telecom")
    return tuple(tuple(t for kind, some in found if kind == wanted for t in some) for wanted in ("TABLES", "TRUTH"))


def diagram(of: Iterable[Table] | None = None, *, form: str = "text") -> str:
    """The entity diagram: which table hangs on which, and by which column.

    Parameters
    ----------
    of : tables, optional
        Default: all of `tables.ALL`.
    form : "text" or "mermaid"
        A tree for people, or the source of a Mermaid diagram.

    Returns
    -------
    str
        As text, a table stands below the one it refers to, and again below each other one.

    >>> from crmkit import tables
    >>> print(diagram([tables.CUSTOMERS, tables.TRANSACTIONS, tables.LINES, tables.PRODUCTS]))
    customers
    └─ transactions (customer_id)
       └─ lines (basket_id)
    products
    └─ lines (item)
    """
    if form not in ("text", "mermaid"):
        raise ValueError(f"form={form!r} must be 'text' or 'mermaid'")
    chosen = {table.name: table for table in _chosen(of)}
    ties = [
        (parent, table.name, column.name)
        for table in chosen.values()
        for column in table.columns
        if column.refers and (parent := column.refers.rsplit(".", 1)[0]) in chosen and parent != table.name
    ]
    if form == "mermaid":
        lines = [f'    {_plain(parent)} ||--o{{ {_plain(child)} : "{by}"' for parent, child, by in ties]
        alone = [f"    {_plain(name)}" for name in chosen if not any(name in tie[:2] for tie in ties)]
        return "\n".join(["erDiagram", *lines, *alone])

    def branches(name: str, above: tuple[str, ...]) -> list[str]:
        below = [(child, by) for parent, child, by in ties if parent == name and child not in above]
        out = []
        for child, by in below:
            last = (child, by) == below[-1]
            out.append(f"{'└─' if last else '├─'} {child} ({by})")
            out += [("   " if last else "│  ") + line for line in branches(child, (*above, child))]
        return out

    children = {child for _, child, _ in ties}
    roots = [name for name in chosen if name not in children]
    return "\n".join(line for root in roots for line in (root, *branches(root, (root,))))


def _plain(name: str) -> str:
    """A name that Mermaid takes."""
    return name.replace(".", "_")


def _chosen(of: Iterable[Table] | None) -> Iterable[Table]:
    from crmkit import tables

    return tables.ALL if of is None else of
