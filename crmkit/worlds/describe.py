"""The datasheet of a case: how it was drawn, what it holds, what it must not be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import tables
from crmkit.tables.dictionary import diagram, of_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from crmkit.worlds.case import Case

_EXTRA = {
    "till_export": "one row of the till's export, as text and dirty: transactions as they came",
    "hosting": "a hosting contract: line, first and last day (missing while it runs), months of a term, fee of a term",
    "monthly_answers": "a customer asked in a month, five a month by lot: satisfaction, points from 0 to 100",
    "wave": "a customer asked in December 2025, 400 by lot: satisfaction, points from 0 to 100",
    "came": "an opportunity open on 31 December 2025 that was closed within 90 days: when, how, and its amount",
    "satisfaction": "a month: the true mean of all customers' satisfaction, points",
    "reminders": "a customer: orders more in the 90 days after one more reminder, and euros net of its cost",
    "consents": "a customer: do they agree to letters about offers, and to calls?",
    "cards": "a card at a month end: its limit and what was owed",
    "plans": "a manager in a month: customers in the portfolio, and the sales planned",
    "expenses": "a branch in a month: expense planned and actual",
    "payments": "a payment out of a current account (below 0), frauds among them",
    "confirmed": "a payment that turned out to be fraud",
    "overruns": "a branch that spends too much, and how",
    "enquiry_export": "one row of the offices' export of enquiries, as text and dirty",
    "pilot": "a customer of a trial (and a module, where there are some): who was offered what by lot, and what came of it",
    "modules": "a module of self-service: the calls and the seconds of agents it avoids a customer over the pilot",
    "dials": "one try to reach a customer of the test by telephone",
    "desk": "a customer: age, and the last contact before the plan",
    "chances": "a customer: chance of an appointment without contact, and what a contact adds to it",
}


def describe(case: Case) -> str:
    """A datasheet in Markdown; every figure is counted from the tables.

    Parameters
    ----------
    case : Case
        With its truth, which says how it was drawn. Of its world it asks for ``about()``, and
        where there are any for ``holds(case)`` and ``traps()``: sentences.

    Returns
    -------
    str
        Why it exists, how it was drawn, what it holds, how the tables hang together, what is
        sealed, traps, and what it must not be used for.

    Raises
    ------
    ValueError
        If the case came without its truth.
    """
    if case.truth is None:
        raise ValueError(f"case {case.name!r} came without its truth; open the envelope first: store.open_envelope")
    world = case.truth.world
    open_tables, sealed_tables = of_world(world.name)
    short = f"{world.name}."  # tables of other worlds than retail are called "bank.customers"
    drawn = {name: table for table in open_tables if (name := table.name.removeprefix(short)) in case.frames}
    sealed = {table.name.removeprefix("truth.").removeprefix(short): table for table in sealed_tables}
    traps = world.traps() if hasattr(world, "traps") else []
    if "till_export" in case.frames:
        traps = [*traps, "`till_export` is dirty on purpose; what was done to it is in the envelope."]
    parts = [
        f"# Datasheet: {case.name}\n",
        "**All people, receipts and effects here are invented.** They were drawn by "
        f"`{type(world).__module__.split('.')[0]}.worlds.{type(world).__name__}` with seed {case.seed}.\n",
        "## Why it exists\n",
        "To learn and to test customer analytics where the truth is known: every method can be held against what "
        "the world declared. The truth lies in `envelope/`; do the work first, then open it.\n",
        "## How it was drawn\n",
        *(f"- {sentence}" for sentence in world.about()),
        "\n## What it holds\n",
        (world.holds(case) if hasattr(world, "holds") else _counts(case)) + "\n",
        *_sections(case.frames, drawn),
        "## How the tables hang together\n",
        f"```text\n{diagram(drawn.values()).replace(short, '')}\n```\n",
        "## Sealed in `envelope/`\n",
        *_sections(case.truth.frames, sealed),
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


def _sections(frames: Mapping[str, pd.DataFrame], known: Mapping[str, tables.Table]) -> list[str]:
    """A section a table: its rows, and what each column means."""
    out = []
    for name, frame in frames.items():
        out.append(f"### {name}: {len(frame):,} rows\n")
        out.append(_columns(known[name], frame) if name in known else f"One row is {_EXTRA.get(name, 'as named')}.\n")
    return out


def _columns(table: tables.Table, frame: pd.DataFrame) -> str:
    lines = [f"One row is {table.row}.\n", "| column | unit | meaning |", "| --- | --- | --- |"]
    lines += [f"| {c.name} | {c.unit or c.kind} | {c.meaning} |" for c in table.columns if c.name in frame]
    return "\n".join(lines) + "\n"
