"""JupyterLab at the start page, on this machine alone."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from crmkit import lecture as lectures

START = Path("notebooks") / "00_start_here.ipynb"
PORTS = range(8888, 8988)
PATIENCE = 60  # seconds until the server must answer
FAREWELL = 10  # seconds for it to end its kernels


def root(start: Path | None = None) -> Path:
    """The folder that holds the notebooks: here, above, or beside the package.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parent.parent):
        if (folder / START).is_file():
            return folder
    raise FileNotFoundError(
        f"there is no {START} in {here}, above it, or beside the package; expected the checkout of the project. "
        "Mend: change into its folder"
    )


def has_screen() -> bool:
    """Can a browser open here? On Linux only where a display is named."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(
    say: Callable[[str], None], *, port: int | None = None, browser: bool = True, lecture: str | None = None
) -> int:
    """Start JupyterLab, say where it is, and stay until it ends; ctrl-C ends it and its kernels.

    Parameters
    ----------
    say : function of text
        Told the address at once, and again when the server answers.
    port : int, optional
        Default: the first free one from 8888.
    browser : bool
        Open one, where there is a screen.
    lecture : text, optional
        A case, for example "10": it opens for the projector, in large type with its code folded, as a copy.

    Returns
    -------
    int
        Exit status.
    """
    home = root()
    with ExitStack() as stack:
        if lecture is None:
            return _serve(say, home, f"/lab/tree/{START.as_posix()}", {}, port, browser)
        stage = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lecture-", ignore_cleanup_errors=True)))
        page, extra = lectures.prepare(home, lecture, stage)
        say("The lecture is a copy: what you change in it is gone when JupyterLab ends.")
        return _serve(say, stage, f"/doc/tree/{quote(page.as_posix())}", extra, port, browser)


def _serve(
    say: Callable[[str], None], home: Path, start: str, extra: Mapping[str, str], port: int | None, browser: bool
) -> int:
    if find_spec("jupyterlab") is None:
        raise FileNotFoundError(
            "JupyterLab is not installed in this environment. Mend: python -m pip install jupyterlab"
        )
    port = _free(port)
    token = secrets.token_hex(24)
    place = f"http://127.0.0.1:{port}"
    browser = browser and has_screen()
    say(f"JupyterLab starts on {home}; in a few seconds it is at\n  {place}{start}?token={token}")
    # The token goes through the environment, where other users of the machine do not see it.
    settings = os.environ | extra | {"JUPYTER_TOKEN": token}
    server = subprocess.Popen(_words(home, start, port, browser), env=settings, cwd=home)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        if _wait_until_it_answers(server, f"{place}/api"):
            say("JupyterLab is ready. Press ctrl-C to end it.")
        return server.wait()
    except KeyboardInterrupt:
        _end(server)
        say("JupyterLab has ended.")
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
        if server.poll() is None:
            server.kill()


def _words(home: Path, start: str, port: int, browser: bool) -> list[str]:
    words = [
        f"--ServerApp.root_dir={home}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.answer_yes=True",  # one ctrl-C is enough
        "--log-level=WARN",
        f"--LabApp.default_url={start}",
        # A class room needs no question about news, and no look at the internet for updates.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if not browser:
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in containers
        words.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *words]


def _free(port: int | None) -> int:
    """The port that was asked for, or the first that nobody uses."""
    if port is not None and not 1 <= port <= 65_535:
        raise ValueError(f"port={port} must be a whole number from 1 to 65535")
    for one in PORTS if port is None else (port,):
        with socket.socket() as test:
            if os.name != "nt":  # there it would let two servers share a port
                test.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                test.bind(("127.0.0.1", one))
            except OSError:
                continue
            return one
    which = f"port {port} is" if port is not None else f"the ports {PORTS.start} to {PORTS.stop - 1} are"
    raise ValueError(f"{which} in use; expected a free one. Mend: give another with --port, or end what uses it")


def _wait_until_it_answers(server: subprocess.Popen[bytes], address: str) -> bool:
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except urllib.error.HTTPError:  # it answers, if only to ask for the token
            return True
        except OSError:
            time.sleep(0.1)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ctrl-C in a terminal reaches the server too; elsewhere it must be told."""
    try:
        if os.name != "nt":  # there, terminate would leave its kernels running
            server.terminate()
        server.wait(FAREWELL)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()
        server.wait()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
