"""Which row of the case table stands where: docs/cases.md, made from the notebooks by `make notebooks`.

A text cell that opens the section of a row carries the row's name in its metadata: {"rows": ["walmart"]}. To the row
belong the explorers and checks from there to the next cell that names rows or opens a part (a heading).
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
ROWS = {
    "netcom": "one national call centre, day and night",
    "sybase": "self-service takes load off the call centre",
    "hollycrm": "key accounts in one customer view",
    "churn-nn": "a profile's chance to leave",
    "market": "number portability and price war",
    "salenet": "home-equity loans: whom to approach",
    "bofa-dw": "the customer warehouse",
    "bofa-profit": "what a transaction costs, by channel",
    "oracle-bank": "one front over five channels",
    "xmu": "auto-attendant, after hours, queue messages",
    "eos": "account managers and their customers' value",
    "boyu": "calls first, e-mail and fax in idle time",
    "citic": "personal e-banking and its team of 13",
    "credit-tree": "who gets credit",
    "seats": "where 14,000 seats stand",
    "statefarm": "machine or human",
    "industrial": "the broker's book",
    "walmart": "nappies and beer",
    "hola": "city tastes and rotating goods",
    "ibm-retail": "till and customer data together",
    "kodak": "answers on the web",
    "lipton": "recipes, then tea",
    "three-nines": "a health portal: focus or breadth",
    "hosting": "renewals and reminders",
    "jinfeng": "the two most related products, and the next call",
    "mettler": "pipeline and forecast",
    "fedex": "what five answers tell",
    "svw": "the life cycle of car owners",
    "skyworth": "acquire or retain",
    "layers": "operational, analytical, collaborative: one loop",
    "mining-profitability": "mining: profitability",
    "mining-retention": "mining: retention",
    "mining-segmentation": "mining: segmentation",
    "mining-propensity": "mining: propensity",
    "mining-channel": "mining: channel optimisation",
    "mining-risk": "mining: risk",
    "mining-fraud": "mining: fraud",
    "mining-basket": "mining: basket",
    "mining-demand": "mining: demand forecast",
    "mining-price": "mining: price optimisation",
    "rfm": "recency, frequency, monetary value",
    "warning": "three early warnings",
    "six": "contacts under capacity and cadence",
    "pizza": "a firm that knows too much",
    "quality": "collecting data, false entries",
}
INTRODUCTION = """# The case table: where each row runs

Each row is something a student does: a section that computes, with a control to move, and answers that are checked.
This page is made from the notebooks.

| row | what it is about | notebook | section | controls | checks |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Row:
    """A row of the table and where it runs."""

    id: str
    notebook: str
    section: str
    controls: tuple[str, ...]
    checks: tuple[str, ...]


def rows(root: Path = ROOT) -> dict[str, Row]:
    """Every row that a notebook names; one that stands in several keeps all its checks, and the first place."""
    found: dict[str, Row] = {}
    for path in sorted(root.glob("notebooks/*.ipynb")):
        section, names = "", []
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                heading = re.search(r"^#+ (.+)$", cell.source, re.M)
                if heading:
                    section, names = heading[1], []
                if cell.metadata.get("rows"):
                    names = list(cell.metadata["rows"])
            for name in names:
                row = found.setdefault(name, Row(name, path.name, section, (), ()))
                found[name] = _more(row, cell.source if cell.cell_type == "code" else "")
    return found


def _more(row: Row, source: str) -> Row:
    controls = re.findall(r"^explore\.(?!ask\b)(\w+)\(", source, re.M)
    checks = re.findall(r'sheet\.check\("(\w+)"|explore\.ask\(sheet, "(\w+)"', source)
    asked = [one or other for one, other in checks]
    return Row(row.id, row.notebook, row.section, _joined(row.controls, controls), _joined(row.checks, asked))


def _joined(old: tuple[str, ...], new: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*old, *new]))


def page(found: dict[str, Row]) -> str:
    """The page: a line for every row of the table, those without a place at the end."""
    lines = []
    for name, about in ROWS.items():
        if name in found:
            row = found[name]
            place = f"[{row.notebook[:2]}](../notebooks/{row.notebook}) | {row.section}"
            lines.append(f"| {name} | {about} | {place} | {', '.join(row.controls)} | {', '.join(row.checks)} |")
    missing = [f"{name} ({about})" for name, about in ROWS.items() if name not in found]
    lacking = f"\nNot in a notebook yet: {', '.join(missing)}.\n" if missing else ""
    return INTRODUCTION + "\n".join(lines) + "\n" + lacking


def main() -> int:
    """Write docs/cases.md."""
    target = ROOT / "docs/cases.md"
    text = page(rows())
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
