"""The set-up.

One list of dependencies, told everywhere alike; commands that say what is wrong; tools that keep files whole.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import check_python
import nbformat
import pytest
import refresh
import run_checks
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENT = re.compile(r"^([A-Za-z0-9][^ ]*)==([^ ]+)(?: ; (.*?))? \\$", re.MULTILINE)


def told(lines):
    """Requirements by name."""
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return told(project["dependencies"] + project["optional-dependencies"]["dev"])


def pins():
    """(name, version, marker) of every requirement in constraints.txt."""
    return [m.groups() for m in REQUIREMENT.finditer((ROOT / "constraints.txt").read_text("utf-8"))]


def test_conda_environment_lists_what_pyproject_lists():
    text = (ROOT / "environment.yml").read_text("utf-8")
    pip = text.split("- pip:\n")[1]
    lines = [line.strip().removeprefix("- ") for line in pip.splitlines() if line.strip()]
    assert lines.pop() == "-e ."
    listed = told(lines)
    assert {n: r.specifier for n, r in listed.items()} == {n: r.specifier for n, r in pyproject().items()}


def test_python_floor_is_told_once():
    wanted = f">={'.'.join(map(str, check_python.NEEDED))}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == wanted
    assert f"- python{wanted}\n" in (ROOT / "environment.yml").read_text("utf-8")


def test_pins_satisfy_every_floor():
    for name, requirement in pyproject().items():
        versions = [version for pinned, version, _ in pins() if canonicalize_name(pinned) == name]
        assert versions, f"{name} is not pinned; mend: make lock"
        for version in versions:
            assert requirement.specifier.contains(version), f"{name}=={version} is not {requirement.specifier}"


def test_every_pin_has_a_hash_and_stands_once():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    blocks = re.split(r"^(?=[^ #\n])", text, flags=re.MULTILINE)
    blocks = [block for block in blocks if block.strip()]
    assert len(blocks) == len(pins()), "a line of constraints.txt is no pin"
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    keys = [(canonicalize_name(name), marker) for name, _, marker in pins()]
    assert len(set(keys)) == len(keys)
    for name, marker in keys:
        if marker is None:
            assert sum(other == name for other, _ in keys) == 1, f"{name} is pinned with and without a marker"


def test_pins_name_no_address():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"https?://|--index-url|--find-links|file:", text)


def test_installed_are_the_pinned_versions():
    from importlib.metadata import version

    from packaging.markers import Marker

    for name, pinned, marker in pins():
        if marker is None or Marker(marker).evaluate():
            assert version(name) == pinned, f"{name}: mend by make setup"


@pytest.mark.parametrize(
    ("version", "has_venv", "words"),
    [
        ((3, 11), True, None),
        ((3, 14), True, None),
        ((3, 10), True, "3.10"),
        ((2, 7), False, "2.7"),
        ((3, 12), False, "venv"),
    ],
)
def test_an_unfit_python_is_told_how_to_mend(version, has_venv, words):
    said = check_python.problem(version, has_venv)
    if words is None:
        assert said is None
    else:
        assert words in said and "PYTHON=" in said and "\n" not in said


@pytest.fixture
def checkout(tmp_path):
    """What `make` looks at, in a folder with a blank in its name and without .venv."""
    folder = tmp_path / "my course"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "tools", folder / "tools")
    return folder


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="no make: see README for Windows")


def run(folder, *words):
    """This Python with these words, in a folder."""
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, encoding="utf-8")


def make(folder, *words):
    return subprocess.run(["make", *words], cwd=folder, capture_output=True, text=True)


@needs_make
def test_make_alone_lists_the_commands(checkout):
    said = make(checkout).stdout
    for name in ("lab", "test", "notebooks", "exercises", "datasets", "bench", "format", "lock", "clean"):
        assert re.search(rf"^  make {name} +\S", said, re.MULTILINE)


@needs_make
def test_a_missing_python_is_one_clear_line(checkout):
    done = make(checkout, "lab", "PYTHON=python3.99")
    assert done.returncode != 0
    assert "There is no python3.99" in done.stdout
    assert not (checkout / ".venv").exists()


def make_would_set_up(folder, *words):
    said = make(folder, "-n", "lab", f"PYTHON={sys.executable}", *words).stdout
    assert "crmkit lab" in said
    return "pip install" in said, "rm -rf .venv" in said


@needs_make
def test_set_up_is_done_once_and_repaired_when_broken(checkout):
    assert make_would_set_up(checkout) == (True, True)
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert make_would_set_up(checkout) == (True, True), "interrupted: no stamp"
    ready = checkout / ".venv" / ".ready"
    ready.write_text(str(checkout))
    assert make_would_set_up(checkout) == (False, False)
    (checkout / "constraints.txt").touch()
    assert make_would_set_up(checkout) == (True, False), "new pins go into the .venv there is"
    ready.write_text(str(checkout.parent))
    assert make_would_set_up(checkout) == (True, True), "moved"
    ready.write_text(str(checkout))
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert make_would_set_up(checkout) == (True, True), "its Python is gone"


NOISY = """
import sys, time
from IPython.display import display
import ipywidgets
display(ipywidgets.IntSlider(7))
print("one"); sys.stdout.flush(); time.sleep(0.3); print("two")
object()
"""


def noisy_notebook(path, *sources):
    """A notebook as an old tool may leave it: no ids, a kernel's version, timings, a widget's state."""
    cells = [
        nbformat.v4.new_code_cell(source, metadata={"execution": {"iopub.execute_input": "x"}}) for source in sources
    ]
    book = nbformat.v4.new_notebook(
        cells=cells, metadata={"widgets": {}, "language_info": {"name": "python", "version": "3.9.1"}}
    )
    for cell in book.cells:
        del cell["id"]
    book.nbformat_minor = 4
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def run_refresh(*paths):
    return run(ROOT, ROOT / "tools" / "refresh.py", *paths)


def test_refresh_twice_gives_the_same_bytes(tmp_path):
    path = noisy_notebook(tmp_path / "a.ipynb", NOISY, "1 + 1")
    done = run_refresh(path)
    assert done.returncode == 0, done.stderr
    once = path.read_bytes()
    text = once.decode()
    assert "widget-view" not in text and "iopub" not in text and "3.9.1" not in text
    assert "object at 0xADDR" in text
    done = run_refresh(path)
    assert "unchanged" in done.stdout
    assert path.read_bytes() == once
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"]
    book = nbformat.reads(text, as_version=4)
    assert len({cell.id for cell in book.cells}) == 2
    assert "one\ntwo\n" in [output.get("text") for output in book.cells[0].outputs]


def test_refresh_names_the_cell_that_failed_and_leaves_the_file(tmp_path):
    path = noisy_notebook(tmp_path / "b.ipynb", "1", "{}['spend']")
    before = path.read_bytes()
    done = run_refresh(path)
    assert done.returncode == 1
    assert "b.ipynb, cell 2 of 2: KeyError: 'spend'" in done.stderr
    assert path.read_bytes() == before


def test_notebooks_are_stored_as_refresh_stores_them():
    for path in map(ROOT.joinpath, run_checks.notebooks()):
        assert path.read_text("utf-8") == refresh.settle(refresh.read(path), path.name), "mend: make notebooks"


def nbval(path):
    words = ["--nbval", "--nbval-current-env", "-p", "no:cacheprovider", f"--rootdir={path.parent}"]
    return run(path.parent, "-m", "pytest", *words, "--nbval-sanitize-with", ROOT / "tests/nbval_sanitize.cfg", path)


def test_a_refreshed_notebook_passes_and_a_changed_number_is_caught(tmp_path):
    html = "from IPython.display import HTML\nHTML(\"<p>{}</p><img src='data:image/png;base64,{}'>\")"
    path = noisy_notebook(tmp_path / "c.ipynb", NOISY, html.format(42, "AAAA"))
    assert run_refresh(path).returncode == 0
    stored = path.read_text("utf-8")
    assert nbval(path).returncode == 0
    path.write_text(stored.replace("AAAA", "BBBB", 1), "utf-8")
    assert nbval(path).returncode == 0, "pixels are left to the eye"
    path.write_text(stored.replace("<p>42", "<p>43", 1), "utf-8")
    assert nbval(path).returncode == 1


SLIDER = """
import ipywidgets
slider = ipywidgets.IntSlider(7, description="rate")
picture = ipywidgets.HTML("<p>rate 7</p>")
slider.observe(lambda change: setattr(picture, "value", f"<p>rate {change['new']}</p>"), "value")
ipywidgets.VBox([slider, picture])
"""


def test_the_lab_opens_runs_shows_and_reports(lab):
    (lab.root / "notebooks").mkdir(exist_ok=True)
    image = 'from IPython.display import HTML\nHTML(\'<img width="60" height="60" src="logo.png">\')'
    noisy_notebook(lab.root / "notebooks" / "throwaway.ipynb", SLIDER, "print(6 * 7)", image)
    page = lab.open("throwaway.ipynb")
    lab.run_all(page)
    assert lab.cell(page, 2).locator(".jp-OutputArea-output").inner_text().strip() == "42"
    assert lab.notebook(page)["cells"][1]["outputs"][0]["text"] == "42\n"
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("rate 8").wait_for()
    picture = lab.screenshot(page, "throwaway.png")
    assert picture.stat().st_size > 10_000
    found = lab.axe(page)
    assert [fault["id"] for fault in found] == ["aria-input-field-name"], "ipywidgets' own fault, so axe has looked"
    assert lab.axe(page, ignore=["aria-input-field-name"]) == []
    assert len(lab.unnamed_pictures(page)) == 1


def test_the_lab_fails_a_test_whose_cell_raises(lab):
    (lab.root / "notebooks").mkdir(exist_ok=True)
    noisy_notebook(lab.root / "notebooks" / "raising.ipynb", "1", "1 / 0", "3")
    page = lab.open("raising.ipynb")
    with pytest.raises(pytest.fail.Exception, match="cell 2 raised ZeroDivisionError"):
        lab.run_all(page)
    lab.run_all(page, allow_errors=True)


ASKS_FOR_A_BROWSER = "def test_page(lab): pass\n"


@pytest.mark.parametrize(("strict", "word"), [("0", "1 skipped"), ("1", "1 error")])
def test_without_a_browser_a_skip_is_told_and_strictly_a_failure(tmp_path, monkeypatch, strict, word):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_page.py").write_text(ASKS_FOR_A_BROWSER)
    monkeypatch.setenv("CRMKIT_BROWSER", "no-such-browser")
    monkeypatch.setenv("CRMKIT_STRICT", strict)
    words = ["-p", "no:cacheprovider", "-o", "markers=browser", f"--rootdir={tmp_path}"]
    done = run(tmp_path, "-m", "pytest", *words, tmp_path)
    assert word in done.stdout.splitlines()[-1]
    assert "install Chromium" in done.stdout
    assert (done.returncode == 0) == (strict == "0")
