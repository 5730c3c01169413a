"""What all tests share: a report of skips that nobody overlooks, and JupyterLab in a real browser.

A browser test takes the fixture `lab`:

    def test_the_slider_moves(lab):
        page = lab.open("10_retail_who_are_our_customers.ipynb")
        lab.run_all(page)
        page.get_by_role("slider").first.focus()
        page.keyboard.press("ArrowRight")
        lab.screenshot(page, "slider.png")
        assert lab.axe(page, ignore=["aria-input-field-name"]) == []  # ipywidgets does not name its sliders
        assert lab.unnamed_pictures(page) == []
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("CRMKIT_STRICT", "") not in ("", "0")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER_HOMES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


@pytest.fixture(autouse=True)
def figures_end_with_their_test():
    """A test that reads only the words of a picture leaves its figure open; the next one must not see it."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def pytest_collection_modifyitems(items):
    """What takes the fixture `lab` needs a browser and is marked so."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_terminal_summary(terminalreporter, config):
    """Say what was not checked and why, also when that is nothing."""
    reasons = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        where = report.longrepr
        reasons[where[2].removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)] += 1
    chosen = " ".join(filter(None, (config.option.keyword, config.option.markexpr)))
    terminalreporter.section("what was skipped, and why")
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} x {reason}")
    if chosen:
        terminalreporter.write_line(f"all that was not chosen by: {chosen}")
    if not reasons and not chosen:
        terminalreporter.write_line("nothing")


def find_browser() -> str | None:
    """The path of a browser of the Chromium family: $CRMKIT_BROWSER, or one that is installed."""
    if named := os.environ.get("CRMKIT_BROWSER"):
        return shutil.which(named)
    found = (shutil.which(name) for name in (*BROWSERS, *BROWSER_HOMES))
    return next((path for path in found if path), None)


class Lab:
    """JupyterLab over a copy of the folders a reader works in, seen through a browser.

    Attributes
    ----------
    url : str
        Address of the server, without a token.
    root : pathlib.Path
        The copy: notebooks/, exercises/ and datasets/ lie here; a test may add files.
    """

    def __init__(self, url, root, browser, pictures):
        self.url = url
        self.root = root
        self._browser = browser
        self._pictures = pictures
        self._pages = []

    def open(self, path, *, width=1280, height=900, seconds=90):
        """Open a notebook and wait until its kernel is ready; a Playwright page.

        A bare file name is one in notebooks/; anything else is a path in the copy.
        """
        path = path if "/" in path else f"notebooks/{path}"
        if not (self.root / path).is_file():
            raise FileNotFoundError(f"{path} is not in the copy of the project")
        page = self._browser.new_page(viewport={"width": width, "height": height})
        self._pages.append(page)
        page.set_default_timeout(1000 * seconds)
        page.goto(f"{self.url}/lab/tree/{path}?reset")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        # The toolbar shows "idle" before there is a kernel; running cells would then hang on a dialog.
        # The application knows better.
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        return page

    def run_all(self, page, *, seconds=300, allow_errors=False):
        """Run all cells and wait for the last; a cell that raises fails the test unless errors are allowed."""
        page.evaluate(
            """() => {
                window.crmkitRan = false;
                const ran = () => { window.crmkitRan = true; };
                window.jupyterapp.commands.execute('notebook:run-all-cells').finally(ran);
            }"""
        )
        page.wait_for_function("() => window.crmkitRan", timeout=1000 * seconds)
        if not allow_errors:
            for number, cell in enumerate(self.notebook(page)["cells"], 1):
                meant = "raises-exception" in cell["metadata"].get("tags", [])
                for output in cell.get("outputs", []):
                    if output["output_type"] == "error" and not meant:
                        pytest.fail(f"cell {number} raised {output['ename']}: {output['evalue']}\n{cell['source']}")

    def notebook(self, page):
        """The open notebook as it is now, as the content of an .ipynb file; also what is not on the screen."""
        return page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.toJSON()")

    def cell(self, page, number):
        """The cell with that number (from 1, text cells count too), as a Playwright locator."""
        return page.locator(".jp-NotebookPanel .jp-Notebook .jp-Cell").nth(number - 1)

    def screenshot(self, page, path, *, whole=True):
        """Write a picture of the notebook, all of it or what the screen shows; the path it was written to.

        A relative path goes into $CRMKIT_SCREENSHOTS, or else into pytest's temporary folder.
        """
        target = self._pictures / path
        target.parent.mkdir(parents=True, exist_ok=True)
        size = page.viewport_size
        if whole:
            # Lab scrolls inside its window, so the window has to be as tall as the notebook (Chromium ends at 16,384).
            hidden = page.evaluate(
                """() => {
                    const pane = document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer');
                    return pane ? pane.scrollHeight - pane.clientHeight : 0;
                }"""
            )
            page.set_viewport_size({"width": size["width"], "height": min(size["height"] + hidden, 16_000)})
            page.wait_for_timeout(300)
        page.screenshot(path=target)
        page.set_viewport_size(size)
        return target

    def axe(self, page, within=".jp-NotebookPanel .jp-OutputArea-output", *, ignore=()):
        """What axe-core finds of critical or serious weight in the elements of a CSS selector (by default all outputs).

        Returns a list of dicts: id, impact, help, html (the elements at fault). Rules in `ignore` are left out.
        """
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(page, context=within).response["violations"]
        return [
            {
                "id": v["id"],
                "impact": v["impact"],
                "help": v["help"],
                "html": [node["html"] for node in v["nodes"]],
            }
            for v in found
            if v["impact"] in ("critical", "serious") and v["id"] not in ignore
        ]

    def unnamed_pictures(self, page):
        """The pictures in the outputs that have no words of their own; a list of their HTML.

        axe cannot see them: JupyterLab writes alt="Image" where there is no alt.
        """
        return page.locator(".jp-NotebookPanel .jp-OutputArea-output img").evaluate_all(
            """pictures => pictures.filter(picture => ['', 'Image'].includes(picture.alt.trim()))
                .map(picture => picture.outerHTML.slice(0, 200))"""
        )

    def close(self):
        """Shut down the kernels and close the pages opened so far."""
        for page in self._pages:
            page.evaluate("() => window.jupyterapp?.serviceManager.sessions.shutdownAll()")
            page.close()
        self._pages.clear()


@contextmanager
def running_lab(tmp, root):
    """A JupyterLab server that knows nothing of the user's own settings; gives its address."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    names += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    folders = {name: str(tmp / name.lower()) for name in names}
    settings = Path(folders["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab"
    for name, values in {
        # Questions about news and updates would ask the internet and lie over the page.
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        # All cells are in the page, not only those near the window.
        "notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    # No token: the server is bound to this machine and lives as long as the tests.
    words += ["--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={root}"]
    words += ["--LabApp.expose_app_in_browser=True"]
    log = tmp / "jupyterlab.log"
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words],
            env=os.environ | folders | {"JUPYTER_PREFER_ENV_PATH": "1"},
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + 60
        while not answers(f"{url}/api"):
            if time.monotonic() > until or server.poll() is not None:
                tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"JupyterLab did not start within 60 s; the end of its log:\n{tail}")
            time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def answers(url):
    """Is there a server behind this address?"""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def lab_server(tmp_path_factory):
    """JupyterLab and a browser for the tests of one module.

    Not for the session: Playwright keeps an event loop running in the thread, which other modules must not find.
    """
    browser_path = find_browser()
    if browser_path is None:
        reason = "no browser: install Chromium or Chrome, or name one in CRMKIT_BROWSER"
        if STRICT:
            pytest.fail(f"{reason}. CRMKIT_STRICT is set, so this is a failure and no skip")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    tmp = tmp_path_factory.mktemp("lab")
    root = tmp / "crmkit"
    root.mkdir()
    for folder in ("notebooks", "exercises", "datasets"):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for text in ROOT.glob("*.md"):
        shutil.copy(text, root)
    pictures = Path(os.environ.get("CRMKIT_SCREENSHOTS") or tmp / "screenshots").resolve()
    with running_lab(tmp, root) as url, sync_playwright() as playwright:
        # Root has no sandbox in a container; the pages are our own.
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        yield url, root, browser, pictures
        browser.close()


@pytest.fixture
def lab(lab_server):
    """JupyterLab in a browser (class `Lab`); pages and kernels end with the test."""
    lab = Lab(*lab_server)
    yield lab
    lab.close()
