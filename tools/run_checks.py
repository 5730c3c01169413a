"""Run every check there is: `make test`, or with the environment's Python `python tools/run_checks.py`.

ruff looks at the code; then one pytest run holds unit tests, doctests, the browser and the notebooks, whose stored
outputs are compared with fresh ones. Words after the command go to pytest. The last line is pytest's own summary.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ("notebooks/*.ipynb", "exercises/*solutions*.ipynb")


def notebooks() -> list[str]:
    """The notebooks whose outputs are stored, in reading order, relative to the root."""
    return [path.relative_to(ROOT).as_posix() for glob in NOTEBOOKS for path in sorted(ROOT.glob(glob))]


def pytest_words(found: list[str]) -> list[str]:
    """The command line of the one pytest run."""
    # A kernel and a core for each worker; more than four would ask for more memory than a laptop has to spare.
    workers = max(2, min(4, os.cpu_count() or 2))
    # Whole files go to a worker, the slow notebooks first, so that no worker is left with one at the end.
    spread = ["-n", str(workers), "--dist", "loadscope", "--no-loadscope-reorder"]
    compare = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with=tests/nbval_sanitize.cfg"]
    # A case runs in under a minute as a whole; a cell that takes two hangs.
    return [*spread, *compare, "--nbval-cell-timeout=120", *found, "tests", "crmkit"]


def run(name: str, *words: str) -> bool:
    """Run one step with the environment's own tools; True if it passed."""
    print(f"== {name}", flush=True)
    start = time.perf_counter()
    code = subprocess.run([sys.executable, "-m", *words], cwd=ROOT).returncode
    print(f"== {name}: {'ok' if code == 0 else 'FAILED'}, {time.perf_counter() - start:.1f} s", flush=True)
    return code == 0


def main(more: list[str]) -> int:
    """Run all steps, even after a failure, and return the exit status."""
    failed = [] if run("ruff check", "ruff", "check", ".") else ["ruff check"]
    if not run("ruff format", "ruff", "format", "--check", "."):
        failed.append("ruff format (mend: make format)")
    found = notebooks()
    print(f"== pytest: tests, doctests and {len(found)} notebooks", flush=True)
    # A worker and its kernel have one core: more threads of linear algebra would only wait for each other.
    one_each = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"} | os.environ
    words = [sys.executable, "-m", "pytest", *pytest_words(found), *more]
    code = subprocess.run(words, cwd=ROOT, env=one_each).returncode
    if code:
        failed.append("pytest")
    if failed:
        print(f"FAILED: {', '.join(failed)}; see above.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
