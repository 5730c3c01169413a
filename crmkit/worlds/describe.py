"""The datasheet of a case: how it was drawn, what it holds, what it must not be used for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmkit import tables
from crmkit.tables.dictionary import diagram, of_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from crmkit.worlds.case import Case

_FEW = 8  # values of a category that are told one by one


def describe(
    case: Case,
    *,
    own: Iterable[tables.Table] = (),
    on_top: Mapping[str, pd.DataFrame] | None = None,
    money: str = "",
    also_drawn: Iterable[str] = (),
    also_traps: Iterable[str] = (),
) -> str:
    """A datasheet in Markdown; every figure is counted from the tables.

    Parameters
    ----------
    case : Case
        With its truth, which says how it was drawn. Of its world it asks for ``about()``, and
        where there are any for ``holds(case)`` and ``traps(case)``: sentences.
    own : tables, optional
        What the case drew on top of its world, or cut otherwise: their columns come before
        those of the world's table of the same name. The names of sealed ones begin with "truth.".
    on_top : mapping of name to frame, optional
        What a notebook draws on top of the case, so that it lies in no file; described in `own`, too.
    money : str
        The money of the case, for example "yuan"; else it is called as the tables call it.
    also_drawn, also_traps : sentences, optional
        How the tables in `own` were drawn, and their traps: the world knows nothing of them.

    Returns
    -------
    str
        Why it exists, how it was drawn, what it holds, how the tables hang together, what is
        sealed, traps, and what it must not be used for.

    Raises
    ------
    ValueError
        If the case came without its truth, or holds columns that no table describes.
    """
    if case.truth is None:
        raise ValueError(f"case {case.name!r} came without its truth; open the envelope first: store.open_envelope")
    world = case.truth.world
    open_tables, sealed_tables = of_world(world.name)
    short = f"{world.name}."  # tables of other worlds than retail are called "bank.customers"
    own = list(own)
    known = _known([*open_tables, *(table for table in own if not table.name.startswith("truth."))], short)
    drawn = {name: table for name, table in known.items() if name in case.frames}
    above = dict(on_top or {})
    sealed = _known([*sealed_tables, *(table for table in own if table.name.startswith("truth."))], short)
    _all_described(case.frames, drawn, "")
    _all_described(above, known, "")
    _all_described(case.truth.frames, sealed, "truth.")
    holds = world.holds(case) if hasattr(world, "holds") else _counts(case)
    traps = [*(world.traps(case) if hasattr(world, "traps") else []), *also_traps]
    parts = [
        f"# Datasheet: {case.name}\n",
        "**All people, receipts and effects here are invented.** They were drawn by "
        f"`{type(world).__module__.split('.')[0]}.worlds.{type(world).__name__}` with seed {case.seed}.\n",
        "## Why it exists\n",
        "To learn and to test customer analytics where the truth is known: every method can be held against what "
        "the world declared. The truth lies in `envelope/`; do the work first, then open it.\n",
        "## How it was drawn\n",
        *(f"- {sentence}" for sentence in [*world.about(), *also_drawn]),
        "\n## What it holds\n",
        (holds.replace(" yuan ", f" {money} ") if money else holds) + "\n",
        *_sections(case.frames, drawn, money),
        *(
            ['## <a id="drawn-on-top"></a>Drawn on top, in the notebooks\n', *_sections(above, known, money)]
            if above
            else []
        ),
        "## How the tables hang together\n",
        f"```text\n{diagram(drawn.values()).replace(short, '')}\n```\n",
        "## Sealed in `envelope/`\n",
        *_sections(case.truth.frames, sealed, money),
        *(["## Traps\n", *(f"- {trap}" for trap in traps), ""] if traps else []),
        "## What it must not be used for\n",
        "- As evidence about any real company, city or person.",
        "- To train or to rank anything that decides about real people.",
        "- As a benchmark of forecasts: its processes are simpler than any market.\n",
        "Licence: CC BY 4.0.",
    ]
    return "\n".join(parts) + "\n"


def _counts(case: Case) -> str:
    rows = sum(len(frame) for frame in case.frames.values())
    return f"{len(case.frames)} tables with {rows:,} rows in all."


def _known(described: Iterable[tables.Table], short: str) -> dict[str, tables.Table]:
    """The tables by the name of their frame; a later one of the same name tells of its row, and its columns come first."""
    found: dict[str, tables.Table] = {}
    for table in described:
        name = table.name.removeprefix("truth.").removeprefix(short)
        before = [column for column in found[name].columns if column.name not in table.names] if name in found else []
        found[name] = replace(table, columns=(*table.columns, *before))
    return found


def _all_described(frames: Mapping[str, pd.DataFrame], known: Mapping[str, tables.Table], where: str) -> None:
    lost = [
        f"{where}{name}.{column}"
        for name, frame in frames.items()
        for column in frame.columns
        if name not in known or column not in known[name].names
    ]
    if lost:
        raise ValueError(f"no table describes {lost}; mend: hand a tables.Table with these columns in own=[...]")


def _sections(frames: Mapping[str, pd.DataFrame], known: Mapping[str, tables.Table], money: str) -> list[str]:
    """A section a table: its rows, and what each column means."""
    out = []
    for name, frame in frames.items():
        out.append(f"### {name}: {len(frame):,} rows\n\nOne row is {known[name].row}.\n")
        out.append("| column | unit or values | missing | meaning |\n| --- | --- | --- | --- |")
        for column in frame.columns:
            one, missing = known[name][column], frame[column].isna() | (frame[column].astype(str).str.strip() == "")
            gaps = f"{int(missing.sum()):,}" if missing.any() else "none"
            out.append(f"| {column} | {_values(one, frame[column], money)} | {gaps} | {one.meaning} |")
        out.append("")
    return out


def _values(column: tables.Column, values: pd.Series, money: str) -> str:
    """The unit of a column; of a category with few values, these."""
    if column.kind == "category":
        told = [str(value) for value in values.dropna().unique()]
        short = 0 < len(told) <= _FEW and not any("," in value for value in told)
        return ", ".join(sorted(told)) if short else f"category of {len(told)}"
    unit = column.unit or column.kind
    for unnamed in ("currency of the bank", "currency of the log"):
        unit = unit.replace(unnamed, money or unnamed)
    return unit
