"""A report as one page that a manager reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crmkit import __version__
from crmkit.report import sections, words
from crmkit.report.html import bullets, document, paragraph, sentence

if TYPE_CHECKING:
    from crmkit.report.export import Sheet
    from crmkit.report.gather import Report

SECTIONS = (
    ("rows", "What came in", sections.rows),
    ("segments", "Who the customers are", sections.segments),
    ("matrix", "How often against how much", sections.matrix),
    ("concentration", "On how few the money rests", sections.concentration),
    ("cohorts", "Who comes back", sections.cohorts),
    ("movers", "What changed", sections.movers),
    ("limits", "What these figures do not say", sections.limits),
)
FILES = ("files", "The tables behind this page")


def page(report: Report, sheets: list[Sheet]) -> str:
    """The HTML of a report; `sheets` are the tables that lie beside it."""
    body = [
        "<header>",
        f"<h1>The customers in {sentence(report.source)}</h1>",
        paragraph(f"Orders {words.span(report)}, judged on {words.day(report.as_of)}.", kind="lead"),
        "</header>",
        "<main>",
        '<section class="short" aria-labelledby="short"><h2 id="short" style="border:0;margin:0;padding:0">In short</h2>',
        bullets(words.in_short(report)),
        "</section>",
        '<nav aria-label="Sections"><ul>',
        *(f'<li><a href="#{name}">{title}</a></li>' for name, title, *_ in (*SECTIONS, FILES)),
        "</ul></nav>",
    ]
    for name, title, say in SECTIONS:
        body += _section(name, title, say(report))
    body += _section(*FILES, _files(sheets))
    body += ["</main>", "<footer>", paragraph(f"Made by crmkit {__version__}.", kind="note"), "</footer>"]
    return document(f"Customers: {report.source}", body)


def _section(name: str, title: str, pieces: Iterable[str]) -> list[str]:
    return [f'<section aria-labelledby="{name}">', f'<h2 id="{name}">{title}</h2>', *pieces, "</section>"]


def _files(sheets: list[Sheet]) -> Iterator[str]:
    yield paragraph("They lie beside this page, as CSV in UTF-8.")
    lines = "\n".join(
        f'<li><a href="{sheet.file}">{sheet.file}</a>: {sentence(sheet.what)}, {words.rows(len(sheet.frame))}</li>'
        for sheet in sheets
    )
    yield f"<ul>\n{lines}\n</ul>"
    yield paragraph(
        "Texts that a spreadsheet would take for a formula (they begin with =, +, - or @) have an apostrophe in front.",
        kind="note",
    )
