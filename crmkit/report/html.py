"""The few pieces of HTML that a report is made of; all text that comes in is escaped."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  color: #1a1a1a; background: #fff; margin: 0 auto; max-width: 64rem; padding: 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; margin: 2.6rem 0 .6rem; padding-top: .8rem; border-top: 2px solid #0072b2; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
p, ul, ol { max-width: 46rem; }
li { margin: .25rem 0; }
.lead { color: #555; margin-top: 0; }
.short { background: #eef5fa; padding: .8rem 1.2rem; border-radius: 6px; max-width: none; }
.short ul { margin: .3rem 0; padding-left: 1.2rem; max-width: none; }
.note { color: #555; font-size: .92rem; }
.warn { background: #fff3e0; border-left: 4px solid #d55e00; padding: .1rem 1rem; }
.warn ul { max-width: none; padding-left: 1.2rem; margin: .6rem 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .35rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top; }
thead th { border-bottom: 2px solid #888; vertical-align: bottom; }
th:first-child, .text { text-align: left; }
td { white-space: nowrap; }
td.text { white-space: normal; min-width: 7rem; }
tbody th { font-weight: 500; overflow-wrap: break-word; max-width: 26rem; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; max-width: none; }
a { color: #005a8f; }
@media print { body { max-width: none; padding: 0; } nav { display: none; } h2 { break-after: avoid; }
  figure, tr { break-inside: avoid; } }
"""
# Nothing is fetched and nothing runs, whatever stands in the data.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
LONGEST = 120  # characters of a name from the data; the CSV has all


def escape(value: object) -> str:
    """Text from the data, harmless in a page and of bearable length."""
    text = "".join(one if one.isprintable() else " " for one in str(value)).strip()
    return sentence(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def sentence(text: str) -> str:
    """Text as HTML; a figure keeps its per cent sign on the same line."""
    return html.escape(text).replace(" %", "\u00a0%")


def document(title: str, body: Iterable[str]) -> str:
    """A whole page that needs nothing but itself."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        )
    )


def paragraph(*sentences: str, kind: str = "") -> str:
    """Sentences in a paragraph; text, not HTML."""
    label = f' class="{kind}"' if kind else ""
    return f"<p{label}>{sentence(' '.join(one for one in sentences if one))}</p>"


def bullets(sentences: Iterable[str]) -> str:
    """A list of sentences; text, not HTML."""
    return "<ul>\n" + "\n".join(f"<li>{sentence(one)}</li>" for one in sentences) + "\n</ul>"


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, text: Sequence[str] = ()) -> str:
    """A table whose first column names the row; `text` names the other columns that hold words."""

    def label(name: str) -> str:
        return ' class="text"' if name in text else ""

    head = "".join(f'<th scope="col"{label(name)}>{sentence(name)}</th>' for name in header)
    lines = []
    for first, *rest in rows:
        cells = "".join(f"<td{label(name)}>{escape(cell)}</td>" for name, cell in zip(header[1:], rest, strict=True))
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    said = sentence(caption)
    return "\n".join(
        (
            f'<div class="scroll" tabindex="0" role="group" aria-label="{said}">',
            f"<table>\n<caption>{said}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>",
            *lines,
            "</tbody>\n</table></div>",
        )
    )


def count(number: float) -> str:
    """A whole number for people: 12,345."""
    return f"{number:,.0f}"


def money(value: float, largest: float | None = None) -> str:
    """An amount for people: cents below a thousand, whole units above; in a column as its largest."""
    if not math.isfinite(value):
        return "–"
    value = 0.0 if abs(value) < 0.005 else value
    cents = abs(value if largest is None else largest) < 1000
    return f"{value:,.2f}" if cents else f"{value:,.0f}"


def monies(values: Iterable[float]) -> list[str]:
    """A column of amounts, all with or all without cents."""
    values = [float(value) for value in values]
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return [money(value, largest) for value in values]


def share(value: float) -> str:
    """A share for people: 12 %, below a tenth 1.2 %."""
    from crmkit.plots import percent

    if not math.isfinite(value):
        return "–"
    return "below 0.1 %" if 0 < value < 0.0005 else percent(value)


def between(low: float, high: float) -> str:
    """The 95 % interval of a share, in words."""
    return f"{share(low)} to {share(high)}"
