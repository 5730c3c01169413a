"""The documentation: every example runs, every picture is there and says in words what it shows."""

import ast
import os
import re
import sys
from pathlib import Path

import pytest
from paths import ROOT

from crmkit import worlds
from crmkit.tables.dictionary import of_world

PAGES = sorted((ROOT / "docs").rglob("*.md"))
WORLDS = sorted((ROOT / "docs/worlds").glob("*.md"))
METHODS = sorted((ROOT / "docs/methods").glob("*.md"))
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
LONGEST = 14  # lines of an example that are not blank


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def blocks():
    """Each example with the page and line where it stands."""
    for page in [*WORLDS, *METHODS]:
        text = page.read_text("utf-8")
        for found in FENCE.finditer(text):
            line = text[: found.start()].count("\n") + 2
            yield pytest.param(page, line, found.group(1), id=f"{page.stem}:{line}")


BLOCKS = list(blocks())


def skip_unless_offered(page):
    """The world that the page is about."""
    offered = {name.lower(): getattr(worlds, name) for name in worlds.__all__}
    if page.stem not in offered:
        pytest.skip(f"crmkit.worlds does not offer the world of {page.name}")
    return offered[page.stem]


@pytest.mark.parametrize(("page", "line", "code"), BLOCKS)
def test_every_example_runs_by_itself(page, line, code, tmp_path, monkeypatch, capsys):
    """In an empty folder, with warnings as errors. It prints, checks something itself, or ends as a cell of a notebook
    does, with what one sees; and it leaves nothing behind."""
    if page in WORLDS:
        skip_unless_offered(page)
    monkeypatch.chdir(tmp_path)
    # Blank lines before the code: what goes wrong names the line of the page.
    tree = ast.parse("\n" * (line - 1) + code, str(page))
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    names = {"__name__": "__main__"}
    exec(compile(tree, str(page), "exec"), names)
    value = None if last is None else eval(compile(ast.Expression(last.value), str(page), "eval"), names)
    checks = any(isinstance(node, ast.Assert) for node in tree.body)
    assert value is not None or checks or capsys.readouterr().out.strip(), "the example shows nothing"
    assert not os.listdir(tmp_path)


@pytest.fixture(autouse=True)
def no_figures_left():
    """Examples draw; what they drew is closed."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.parametrize(("page", "line", "code"), BLOCKS)
def test_examples_are_short(page, line, code):
    assert sum(bool(one.strip()) for one in code.splitlines()) <= LONGEST, f"{name_of(page)}:{line}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_and_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    for alt, target in PICTURE.findall(text):
        assert len(alt) > 10, f"the picture {target} needs words for those who do not see it"
        assert (page.parent / target).is_file(), f"there is no {target}"
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target.split("#")[0]).exists(), f"there is no {target}"


@pytest.mark.parametrize("page", WORLDS, ids=name_of)
def test_every_preset_has_an_example_and_a_picture(page):
    """A section a preset with a code block that draws it; some picture of the world."""
    world = next(
        (one for name, one in vars(worlds).items() if name.lower() == page.stem and isinstance(one, type)), None
    )
    if world is None:
        pytest.skip(f"crmkit.worlds does not offer the world of {page.name}")
    text = page.read_text("utf-8")
    code = "\n".join(FENCE.findall(text))
    for preset in presets(world):
        assert f'preset("{preset}"' in code, f"no example draws the preset {preset!r}"
    assert PICTURE.search(text)


def presets(world):
    """The names that an unknown preset is held against."""
    with pytest.raises(ValueError) as caught:
        world.preset("!")
    found = re.findall(r"'(\w+)'", str(caught.value).partition("choose one of")[2])
    assert found, "an unknown preset is answered with the known ones"
    return found


def test_pictures_of_worlds_are_shown_somewhere():
    shown = {Path(target).name for page in PAGES for _, target in PICTURE.findall(page.read_text("utf-8"))}
    lying = {path.name for path in (ROOT / "docs/images").glob("world_*.png")}
    assert lying <= shown, f"no page shows {sorted(lying - shown)}"


@pytest.mark.parametrize("page", WORLDS, ids=name_of)
def test_the_page_names_every_table_of_its_world(page):
    text = page.read_text("utf-8")
    skip_unless_offered(page)
    named = [table.name.removeprefix(f"{page.stem}.") for table in of_world(page.stem)[0]]
    lacking = [name for name in named if not re.search(rf"\b{name}\b", text)]
    assert not lacking
