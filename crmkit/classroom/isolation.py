"""A student's notebook is run where it can do no harm, and it is said plainly where that cannot be had.

On Linux with user namespaces it gets a root of its own: the system and Python are there
to be read, its own folder to be written, and nothing else; no network, no processes but
its own. Time, memory and the size of files are limited everywhere but on Windows.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import crmkit

CPU_S, WALL_S = 120, 240
MEMORY, FILE, PROCESSES = 4_000_000_000, 30_000_000, 64
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
SAID = 2_000  # bytes kept of what it printed
TOOLS = ("unshare", "mount", "umount", "pivot_root", "setpriv")
SPACES = "--user --map-root-user --mount --net --pid --ipc --uts --fork --kill-child=SIGKILL"
DESK = "/desk"  # where its folder is in there
LIMITS = Path(__file__).with_name("limits.py")
PROBE = """
import os, socket
from pathlib import Path
def fails(what):
    try:
        what()
    except OSError:
        return True
    return False
seen = Path(os.environ["CRMKIT_OUTSIDE"]).exists()
net = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
shut = fails(lambda: net.connect(("192.0.2.1", 9)))  # no packet is sent: it asks for a way there
fixed = fails(lambda: Path("/usr/crmkit-probe").write_text("x"))
print("shut in" if shut and fixed and not seen else "open", flush=True)
"""


@dataclass(frozen=True)
class Isolation:
    """What this machine gives."""

    full: bool  # own files, own processes, no network
    words: str


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    status: int
    late: bool  # the time was up
    said: str  # the end of what it printed


@lru_cache(maxsize=1)
def probe() -> Isolation:
    """Try it: a probe looks for the network, for our files, and for a place to write."""
    why = _lacking()
    if not why:
        with tempfile.TemporaryDirectory() as home, tempfile.NamedTemporaryFile() as outside:
            desk = Path(home) / "desk"
            desk.mkdir()
            (desk / "probe.py").write_text(PROBE, encoding="utf-8")
            done = run("probe.py", desk, full=True, extra={"CRMKIT_OUTSIDE": outside.name})
            if done.status == 0 and done.said.strip() == "shut in":
                return Isolation(True, _words(None))
            why = done.said.strip().splitlines()[-1] if done.said.strip() else f"status {done.status}"
    return Isolation(False, _words(why))


def allow(found: Isolation, *, understood: bool) -> None:
    """Refuse to run notebooks where they cannot be shut in, unless that was understood.

    Raises
    ------
    PermissionError
        If it was not.
    """
    if not found.full and not understood:
        raise PermissionError(
            "notebooks are not run here: they could not be shut in. Mend: use Linux where `unshare --user` is allowed, "
            "or say --i-understand if you would open each of them yourself anyway"
        )


def run(script: str, desk: Path, *, full: bool, extra: dict[str, str] | None = None, wall_s: float = WALL_S) -> Done:
    """Run a Python file that lies in a folder, in that folder.

    Parameters
    ----------
    script : str
        Its name.
    desk : Path
        The folder; nothing else can be written where `full`.
    full : bool
        Shut in, as `probe` found it possible.
    extra : dict, optional
        More of the environment, which else holds nothing of ours.
    wall_s : float
        Seconds until all of it is killed.
    """
    home = desk / "home"
    home.mkdir(exist_ok=True)
    inside = Path(DESK) if full else desk
    environment = _environment(inside / "home") | (extra or {})
    words = [sys.executable, "-u", str(LIMITS), str(CPU_S), str(MEMORY), str(FILE), str(PROCESSES), script]
    if os.name == "nt":
        words = [sys.executable, "-u", script]
    if full:
        words = ["unshare", *SPACES.split(), "/bin/sh", "-c", _setup(desk, words)]
    # A file, so that the limit of its size holds for what is printed too; beside the desk, where it cannot be changed.
    said = desk.with_name(f".{desk.name}.said")
    with said.open("wb") as screen:
        process = subprocess.Popen(
            words, cwd=desk, env=environment, stdin=subprocess.DEVNULL, stdout=screen, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(wall_s)
        except subprocess.TimeoutExpired:
            pass
        finally:
            late = process.poll() is None
            _end(process)
    with suppress(OSError):
        _root(desk).rmdir()
    with said.open("rb") as screen:
        screen.seek(max(0, said.stat().st_size - SAID))
        return Done(process.returncode, late, screen.read().decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """All that it started ends with it."""
    if os.name != "nt":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _root(desk: Path) -> Path:
    """An empty folder that becomes the root in there."""
    return desk.with_name(f".{desk.name}.root")


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}  # Windows needs these
    return kept | {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(crmkit.__file__).parent.parent),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _setup(desk: Path, words: list[str]) -> str:
    """The shell's part: a new root with what may be read, then no way back and no privilege."""
    new = str(_root(desk))
    lines = ["set -e", f"mkdir -p {_q(new)}", f"mount -t tmpfs -o size=256m,mode=755 none {_q(new)}"]
    python = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    shared = [*map(Path, SYSTEM), *sorted(python), Path(crmkit.__file__).parent]
    for path in dict.fromkeys(shared):
        if path.is_symlink():  # /bin -> usr/bin
            lines.append(f"ln -s {_q(os.readlink(path))} {_q(f'{new}{path}')}")
        elif path.exists() and not any(above in shared for above in path.parents):
            lines += _bind(path, f"{new}{path}")
            lines.append(f"mount -o remount,bind,ro {_q(f'{new}{path}')}")
    for path in DEVICES:
        lines += _bind(Path(path), f"{new}{path}")
    lines += [f"mkdir -p {_q(new)}/proc {_q(new)}/tmp {_q(new)}/old", f"mount -t proc none {_q(new)}/proc"]
    lines += _bind(desk, f"{new}{DESK}")
    lines += [f"cd {_q(new)}", "pivot_root . old", f"cd {DESK}", "umount -l /old", "rmdir /old"]
    drop = "setpriv --no-new-privs --inh-caps=-all --bounding-set=-all"
    return "\n".join([*lines, f"exec {drop} {shlex.join(words)}"])


def _bind(path: Path, target: str) -> list[str]:
    make = f"mkdir -p {_q(target)}" if path.is_dir() else f"mkdir -p {_q(str(Path(target).parent))}; touch {_q(target)}"
    return [make, f"mount --rbind {_q(str(path))} {_q(target)}"]


def _q(path: str) -> str:
    return shlex.quote(path)


def _lacking() -> str:
    if not sys.platform.startswith("linux"):
        return "only Linux has namespaces"
    missing = [tool for tool in TOOLS if shutil.which(tool, path="/usr/bin:/bin:/usr/sbin:/sbin") is None]
    return f"there is no {missing[0]}" if missing else ""


def _words(why: str | None) -> str:
    limits = (
        f"{CPU_S} s of computing, {WALL_S} s in all, {MEMORY / 1e9:.0f} GB of memory a process, "
        f"{FILE / 1e6:.0f} MB a file, {PROCESSES} processes"
    )
    if why is None:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        note = (
            " You are root, whom the limit on processes does not bind: better run this as an ordinary user."
            if root
            else ""
        )
        return (
            "Each notebook runs shut in: no network, a file system of its own (the system and Python to read, one folder "
            f"to write, an empty home; neither the course nor its salt are there), no processes but its own; {limits}.{note}"
        )
    if os.name == "nt":
        limits = f"{WALL_S} s in all"
    return (
        f"This machine cannot shut a notebook in ({why}): its code could read and change your files and use the network. "
        f"Limited are only: {limits}."
    )
