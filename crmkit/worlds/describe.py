"""The datasheet of a case: how it was drawn, what it holds, what it must not be used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import tables

if TYPE_CHECKING:
    from crmkit.worlds.case import Case

_EXTRA = {
    "till_export": "one row of the till's export, as text and dirty: transactions as they came",
}


def describe(case: Case) -> str:
    """A datasheet in Markdown; every figure is counted from the tables.

    Parameters
    ----------
    case : Case
        With its truth, which says how it was drawn.

    Raises
    ------
    ValueError
        If the case came without its truth.
    """
    if case.truth is None:
        raise ValueError(f"case {case.name!r} came without its truth; open the envelope first: store.open_envelope")
    known = {table.name: table for table in tables.WORLD_TABLES}
    sealed = {table.name: table for table in tables.TRUTH_TABLES}
    log = case.transactions
    returns = int((log["amount"] < 0).sum())
    world = case.truth.world
    parts = [
        f"# Datasheet: {case.name}\n",
        "**All people, receipts and effects here are invented.** They were drawn by "
        f"`{type(world).__module__.split('.')[0]}.worlds.{type(world).__name__}` with seed {case.seed}.\n",
        "## Why it exists\n",
        "To learn and to test customer analytics where the truth is known: every method can be held against what "
        "the world declared. The truth lies in `envelope/`; do the work first, then open it.\n",
        "## How it was drawn\n",
        f"- Window: {world.start} to {world.end} ({world.days} days), {world.customers:,} members, "
        f"{world.products} articles.",
        f"- {len(world.kinds)} hidden kinds of customers, each with a purchase rate, a chance of leaving, basket "
        "sizes, a season and an effect of mailings of its own. Names, e-mail and street addresses come from pools.",
        f"- {len(world.regions)} cities with tastes of their own; {len(world.rules)} planted basket rules.",
        f"- {world.return_share:.0%} of purchases are brought back whole within two weeks.",
        *(
            [f"- One mailing ({world.campaign.name}) to half of the members by lot, the others held back."]
            if world.campaign
            else []
        ),
        "\n## What it holds\n",
        f"{len(log):,} receipts ({returns:,} of them returns) of {log['customer_id'].nunique():,} members, "
        f"{log['amount'].sum():,.2f} yuan in all, from {log['day'].min():%Y-%m-%d} to {log['day'].max():%Y-%m-%d}.\n",
    ]
    for name, frame in case.frames.items():
        parts.append(f"### {name}: {len(frame):,} rows\n")
        parts.append(_columns(known[name]) if name in known else f"One row is {_EXTRA.get(name, 'as named')}.\n")
    parts.append("## Sealed in `envelope/`\n")
    for name, frame in case.truth.frames.items():
        parts.append(f"### {name}: {len(frame):,} rows\n")
        parts.append(_columns(sealed[f"truth.{name}"]))
    parts += [
        "## Traps\n",
        "- Returns are transactions with a negative amount; they are not purchases.",
        "- Members join during the whole window: a young member has had less time to buy.",
        "- `contacts` lists the controls as well; `treated` tells who got the mailing.",
        "- The most frequent choice of a large city is not its strongest leaning.",
        *(
            ["- `till_export` is dirty on purpose; what was done to it is in the envelope."]
            if "till_export" in case.frames
            else []
        ),
        "\n## What it must not be used for\n",
        "- As evidence about any real company, city or person.",
        "- To train or to rank anything that decides about real people.",
        "- As a benchmark of forecasts: its processes are simpler than any market.\n",
        "Licence: CC BY 4.0.",
    ]
    return "\n".join(parts) + "\n"


def _columns(table: tables.Table) -> str:
    lines = [f"One row is {table.row}.\n", "| column | unit | meaning |", "| --- | --- | --- |"]
    lines += [f"| {c.name} | {c.unit or c.kind} | {c.meaning} |" for c in table.columns]
    return "\n".join(lines) + "\n"
