"""SQL in the cells of a notebook, asked of a warehouse for reading only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.warehouse import note
from crmkit.warehouse.house import Warehouse, query

if TYPE_CHECKING:
    import pandas as pd


def cells(house: Warehouse) -> None:
    """Let the cells of this notebook that begin with ``%%sql`` be asked of a warehouse.

    A cell is one statement, which can change nothing; its answer is a frame, shown below it. After ``%%sql costs`` the
    answer is also kept under the name costs. ``$name`` in the SQL stands for what the notebook calls so, e.g.
    ``WHERE segment = $wanted``; it is handed over as a value and never pasted into the text. Each cell asks the version
    that holds by then.

    Parameters
    ----------
    house : Warehouse
        Asked from now on, in the place of one that was named before.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such warehouse, or this is no notebook.
    """
    from IPython import get_ipython

    note.read(house.path)
    shell = get_ipython()
    if shell is None:
        raise ValueError("no notebook is running here; expected one. Mend: warehouse.query(house, 'SELECT ...')")

    def sql(line: str, cell: str) -> pd.DataFrame:
        name = line.strip()
        if name and not name.isidentifier():
            raise ValueError(f"%%sql {name}: expected nothing or one name, under which the answer is kept")
        found = query(house, cell, values(cell, shell.user_ns))
        if name:
            shell.push({name: found})
        return found

    shell.register_magic_function(sql, magic_kind="cell", magic_name="sql")


def values(sql: str, names: dict[str, object]) -> dict[str, object] | None:
    """What the ``$names`` in a statement stand for; None where there are none.

    Raises
    ------
    ValueError
        If a name stands for nothing.

    >>> values("SELECT * FROM customers WHERE segment = $wanted AND area <> '$here'", {"wanted": "gold", "more": 1})
    {'wanted': 'gold'}
    """
    import duckdb

    try:
        asked = {name for one in duckdb.extract_statements(sql) for name in one.named_parameters}
    except duckdb.Error:
        return None  # no SQL: the query itself says so, and where
    lacking = sorted(asked - set(names))
    if lacking:
        raise ValueError(
            f"${lacking[0]} stands for nothing in this notebook. Mend: {lacking[0]} = ... in a cell before this one"
        )
    return {name: names[name] for name in sorted(asked)} or None
