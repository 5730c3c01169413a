"""What holds for every notebook: thin cells, stored outputs that read without a kernel, links that lead somewhere."""

import html
import re
import statistics

import case_map
import nbformat
import pytest
from paths import ROOT

ALL = sorted([*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*_solutions.ipynb")])
CASES = [path for path in ALL if re.match(r"[1-5]\d_", path.name) and path.parent.name == "notebooks"]
LONGEST_CELL, MEDIAN_CELL, MOST_WORDS, OPENING_WORDS = 15, 3, 2_500, 150


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose(path):
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def printed(path):
    """All text that the cells hold or print."""
    parts = []
    for cell in code(path):
        parts.append(cell.source)
        for output in cell.outputs:
            data = output.get("data", {})
            parts += [
                output.get("text", ""),
                data.get("text/plain", ""),
                re.sub(r"base64,[^\"]*", "", data.get("text/html", "")),
            ]
    return html.unescape("\n".join(parts))


def names(paths):
    return [path.name for path in paths]


def test_there_are_notebooks_and_cases():
    assert len(ALL) >= 4 and CASES


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_outputs_are_stored_and_read_without_a_kernel(path):
    assert any(cell.outputs for cell in code(path)), "no outputs: make notebooks"
    for cell in code(path):
        assert "interact(" not in cell.source and "Output(" not in cell.source
        for output in cell.outputs:
            assert output.output_type != "error", output.get("evalue")
            data = output.get("data", {})
            assert "application/vnd.jupyter.widget-view+json" not in data
            assert "image/png" not in data, "a picture without words: use plots.show"
            for image in re.findall(r"<img[^>]*>", data.get("text/html", "")):
                assert len(re.search(r'alt="([^"]*)"', image).group(1)) > 20
    assert "widgets" not in read(path).metadata


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_links_lead_somewhere(path):
    for cell in prose(path):
        for target in re.findall(r"\]\(([^)]+)\)", cell.source):
            name, _, anchor = target.partition("#")
            where = (path.parent / name).resolve()
            assert where.exists(), target
            if anchor:
                assert f'id="{anchor}"' in where.read_text(encoding="utf-8"), target


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_cells_are_thin_and_the_text_is_short(path):
    lengths = [len(cell.source.splitlines()) for cell in code(path)]
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL
    assert sum(len(cell.source.split()) for cell in prose(path)) <= MOST_WORDS
    assert len(prose(path)[0].source.split()) <= OPENING_WORDS, "the opening"


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_a_case_asks_explores_predicts_and_opens_its_envelope(path):
    text = "\n".join(cell.source for cell in code(path))
    explorers = re.findall(r"^explore\.(?!ask)\w+\(", text, re.M)
    asked = re.findall(r"sheet\.check\(|explore\.ask\(", text)
    predicted = re.findall(r"sheet\.predict\(", text)
    assert len(explorers) >= 3 and len(asked) >= 8 and len(predicted) >= 3
    assert "store.open_envelope" in text and "sheet.look_back" in text
    assert "..." in text, "answers are handed out"
    words = "\n".join(cell.source for cell in prose(path)).lower()
    for part in ("memo", "points", "sensitivity", "invented", "licence", "predict"):
        assert part in words, part


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_something_to_do_every_few_cells(path):
    passive = 0
    for cell in code(path):
        active = re.search(r"sheet\.(check|predict)|explore\.|memo", cell.source)
        passive = 0 if active else passive + 1
        assert passive <= 5, cell.source


def told(path):
    """Numbers that a case is told with and that no cell prints, each with its reason in tests/told/NN.txt."""
    lines = (ROOT / f"tests/told/{path.name[:2]}.txt").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split(None, 1) for line in lines if line.strip())
    assert all(len(reason) > 3 for reason in facts.values())
    return set(facts)


@pytest.mark.parametrize("path", CASES, ids=names(CASES))
def test_numbers_in_the_text_are_printed_by_a_cell(path):
    known, facts = printed(path), told(path)
    for cell in prose(path):
        text = re.sub(r"\]\([^)]*\)|`[^`]*`|^#+ .*$|^\|.*$|\*\*\(\d\)\*\*|\(\d\)", " ", cell.source, flags=re.M)
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text):
            number = number.rstrip(",")
            plain = number.replace(",", "")
            forms = {number, plain, plain.replace("000", "_000"), f"0.{int(plain):02d}" if plain.isdigit() else plain}
            assert number in facts or any(form in known for form in forms), (number, cell.source)


def test_every_notebook_is_on_the_map():
    start = "\n".join(cell.source for cell in prose(ROOT / "notebooks/00_start_here.ipynb"))
    for path in ROOT.glob("notebooks/*.ipynb"):
        assert path.name == "00_start_here.ipynb" or f"({path.name})" in start


def test_every_row_of_the_case_table_stands_in_a_notebook_with_a_control_and_a_check():
    """docs/cases.md is made from the notebooks; a row that lost its section, control or check is named."""
    found = case_map.rows()
    for row in found.values():
        assert row.checks and row.controls, f"{row.id} ({row.notebook}, {row.section}) lacks a check or a control"
    assert set(found) == set(case_map.ROWS)
    page = (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    assert page == case_map.page(found), "mend: make notebooks"
