"""A case as slides and as a hand-out: HTML that opens anywhere, with nothing from the internet."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from crmkit.atomic import new_folder
from crmkit.classroom.papers import LINK, source

SLIDES, HANDOUT = "slides.html", "handout.html"
ROOM, WIDTH, PICTURE = 15, 70, 13  # lines of a slide, characters of a line, lines that a picture takes
FOLDED = 1.5  # lines of what is folded, with its space
TAG = re.compile(r"<[^>]*>|<style.*?</style>", re.DOTALL)
ANCHOR = re.compile(r'<a class="anchor-link".*?</a>', re.DOTALL)
SECTION = re.compile(r"^#{1,2} ", re.MULTILINE)
TITLE = re.compile(r"^# +(.+)$", re.MULTILINE)
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  color: #1a1a1a; background: #fff; margin: 0 auto; max-width: 60rem; padding: 1.5rem; }
img { max-width: 100%; height: auto; }
table { border: 0; border-collapse: collapse; font-size: .9em; }
th, td { padding: .25em .7em; border: 0; border-bottom: 1px solid #ccc; }
pre { background: #f4f6f8; padding: .6em .9em; overflow-x: auto; font-size: .85em; border-radius: 4px; }
details { margin: .4em 0; } summary { color: #005a8f; cursor: pointer; font-size: .85em; }
a { color: #005a8f; } .scroll { overflow-x: auto; }
@media print { details { display: none; } section { break-inside: auto; } }
"""
STAGE = """
body { max-width: none; margin: 0; padding: 0; font-size: clamp(20px, 2.1vw, 34px); }
section.slide { box-sizing: border-box; min-height: 100vh; padding: 3vh 6vw 9vh; display: none; }
section.slide.now { display: block; }
section.slide h1, section.slide h2 { margin-top: 0; color: #005a8f; }
section.slide img { max-height: 78vh; }
nav { position: fixed; bottom: 0; right: 0; font-size: .6em; background: #fff; padding: .4em 2vw; }
nav button { font: inherit; padding: .3em .9em; }
@media print { section.slide { display: block; break-after: page; min-height: 0; } nav { display: none; } }
"""
# Arrow keys, Page Up and Down (as presenters send), Home and End; the place is in the address.
SCRIPT = """
const all = [...document.querySelectorAll("section.slide")], at = document.getElementById("at");
let now = Math.min(Math.max(parseInt(location.hash.slice(1)) || 1, 1), all.length) - 1;
function show(next) {
  now = Math.min(Math.max(next, 0), all.length - 1);
  all.forEach((one, index) => one.classList.toggle("now", index === now));
  at.textContent = (now + 1) + " / " + all.length;
  history.replaceState(null, "", "#" + (now + 1));
  scrollTo(0, 0);
  for (let size = 100; size > 60 && all[now].scrollHeight > innerHeight; size -= 5)
    all[now].style.fontSize = size + "%";
}
addEventListener("hashchange", () => show((parseInt(location.hash.slice(1)) || 1) - 1));
document.addEventListener("keydown", (event) => {
  if (event.target.closest("summary, button, a") && [" ", "Enter"].includes(event.key)) return;
  const step = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  if (step) { event.preventDefault(); show(now + step); }
  if (event.key === "Home") show(0);
  if (event.key === "End") show(all.length - 1);
});
document.getElementById("back").addEventListener("click", () => show(now - 1));
document.getElementById("on").addEventListener("click", () => show(now + 1));
show(now);
"""


@dataclass(frozen=True)
class Block:
    """One cell as HTML."""

    html: str
    starts: bool  # does a new slide begin here?
    lines: float  # of a slide that it takes


def write(case: str, out: str | os.PathLike[str], *, root: Path | None = None, replace: bool = False) -> Path:
    """Write the slides and the hand-out of a case, both or none.

    Parameters
    ----------
    case : str
        For example "10" or "exercise-10" (the blank one).
    out : path
        Folder to make.
    root : path, optional
        The checkout; default: found as `crmkit lab` finds it.
    replace : bool
        Replace an earlier one.

    Raises
    ------
    OSError
        If there is no such notebook, or the folder is not free.
    """
    path = source(case, root)
    notebook = nbformat.read(path, as_version=4)
    if case.startswith("exercise"):
        from crmkit.classroom.blanks import blank

        notebook = blank(notebook)
    blocks = list(_blocks(notebook))
    title = next(iter(TITLE.findall("\n".join(cell.source for cell in notebook.cells))), path.stem)
    with new_folder(out, marker=SLIDES, replace=replace) as fresh:
        for name, text in ((SLIDES, slides(title, blocks)), (HANDOUT, handout(title, blocks))):
            (fresh / name).write_text(text, encoding="utf-8", newline="\n")
    return Path(out)


def slides(title: str, blocks: list[Block]) -> str:
    """A page that shows one slide at a time; arrow keys turn it."""
    pages: list[list[str]] = []
    used = 0.0
    for block in blocks:
        if block.starts or not pages or used + block.lines > ROOM:
            pages.append([])
            used = 0.0
        pages[-1].append(block.html)
        used += block.lines
    body = [f'<section class="slide">{"".join(page)}</section>' for page in pages if "".join(page).strip()]
    turn = '<nav aria-label="Slides"><button id="back">‹ back</button> <span id="at" aria-live="polite"></span> '
    turn += '<button id="on">on ›</button></nav>'
    none = "<noscript><style>section.slide { display: block; }</style></noscript>"
    return _document(title, STYLE + STAGE, [none, *body, turn, f"<script>{SCRIPT}</script>"])


def handout(title: str, blocks: list[Block]) -> str:
    """One page to read or print."""
    return _document(title, STYLE, ["<main>", *(block.html for block in blocks), "</main>"])


def _blocks(notebook: nbformat.NotebookNode) -> Iterator[Block]:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            # Links to files beside the notebook would lead nowhere: their words stay.
            text = LINK.sub(lambda match: match[2], cell.source)
            picture = _embedded(cell)
            made = ANCHOR.sub("", markdown2html_mistune(picture(text)))
            lines = sum(1 + len(line) // WIDTH for line in text.splitlines())
            yield Block(f'<div class="scroll">{made}</div>\n', bool(SECTION.search(cell.source)), lines)
        elif cell.cell_type == "code":
            shown = "".join(_output(output) for output in cell.get("outputs", []))
            folded = cell.metadata.get("jupyter", {}).get("outputs_hidden")
            if shown and folded:
                shown = f"<details><summary>result</summary>{shown}</details>"
            code = f"<details><summary>code</summary><pre>{html.escape(cell.source)}</pre></details>\n"
            lines = FOLDED if folded else PICTURE if "<img" in shown else _lines(shown)
            yield Block(f"{shown}{code}", False, lines + FOLDED)


def _lines(shown: str) -> float:
    """About how many lines a text or table takes."""
    words = TAG.sub("", shown)
    return sum(1 + len(line) // WIDTH for line in words.splitlines() if line.strip()) / (3 if "<tr" in shown else 1)


def _embedded(cell: nbformat.NotebookNode) -> object:
    """Pictures that are attached to a cell stand in the page itself."""

    def put(text: str) -> str:
        for name, kinds in cell.get("attachments", {}).items():
            for kind, data in kinds.items():
                text = text.replace(f"attachment:{name}", f"data:{kind};base64,{data}")
        return text

    return put


def _output(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{html.escape(output.text)}</pre>"
    if output.output_type == "error":
        return f"<pre>{html.escape(f'{output.ename}: {output.evalue}')}</pre>"
    data = output.get("data", {})
    if "text/html" in data:
        return f'<div class="scroll">{data["text/html"]}</div>'
    if "image/png" in data:
        base64.b64decode(data["image/png"])  # raises where it is none
        words = html.escape(data.get("text/plain", ""), quote=True)
        return f'<img alt="{words}" src="data:image/png;base64,{data["image/png"].strip()}">'
    return f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"


def _document(title: str, style: str, body: list[str]) -> str:
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>"
    )
    return "\n".join([head, *body, "</body>\n</html>\n"])
