"""Run notebooks and store their outputs so that a second run changes no byte: `make notebooks`.

Without arguments every notebook with stored outputs is run, in reading order. What differs from run to run and tells
a reader nothing (timings, widget state, addresses, patch versions) is left out. A file is written whole or not at all.
"""

import os
import re
import sys
import time
from hashlib import sha256
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from run_checks import ROOT, notebooks
from tqdm import tqdm

# A widget's view needs its kernel; without one a reader would see a broken link instead of the static picture.
VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    # No version: a patch release of Python would change every notebook.
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
ADDRESS = re.compile(r"\bat 0x[0-9a-f]+")
MODEL = re.compile(r"(?<=IPY_MODEL_)[0-9a-f]{32}|(?<=model_id=)[0-9a-f]{32}")


def settle(notebook: NotebookNode, name: str) -> str:
    """The text of the file: the notebook without anything that changes from run to run.

    Parameters
    ----------
    notebook : NotebookNode
        As read or as run; it is changed in place.
    name : str
        Name of the file; cells that have no id get one made from it and their number.
    """
    seen: dict[str, str] = {}

    def quiet(text: str) -> str:
        text = ADDRESS.sub("at 0xADDR", text)
        return MODEL.sub(lambda match: seen.setdefault(match[0], f"model{len(seen) + 1}"), text)

    for key in ("widgets", "signature"):
        notebook.metadata.pop(key, None)
    notebook.metadata.update(nbformat.from_dict(KERNEL))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    used: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if not cell.get("id") or cell.id in used:
            cell.id = sha256(f"{name} {number}".encode()).hexdigest()[:8]
        used.add(cell.id)
        for key in ("execution", "ExecuteTime", "trusted"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if "text" in output:
                output.text = quiet(output.text)
            data = output.get("data", {})
            data.pop(VIEW, None)
            for kind in data:
                if kind.startswith("text/"):
                    data[kind] = quiet(data[kind])
    return nbformat.writes(notebook) + "\n"


def read(path: Path) -> NotebookNode:
    """The notebook of a file, its cells with the ids they have there (nbformat.read would invent those that lack)."""
    text = path.read_text(encoding="utf-8")
    major = nbformat.reader.get_version(nbformat.reader.parse_json(text))[0]
    if major != 4:
        raise ValueError(f"{path} is of notebook format {major}; open and save it in JupyterLab first")
    return nbformat.v4.reads(text)


def refresh(path: Path) -> str:
    """Run one notebook in its own folder; the words to print about it. The file changes only if all cells ran."""
    before = path.read_bytes()
    notebook = read(path)
    settle(notebook, path.name)  # the cells' ids are settled before they run
    code = sum(cell.cell_type == "code" for cell in notebook.cells)
    at = 0
    with tqdm(total=code, desc=path.name, unit="cell", leave=False, disable=None) as bar:

        def begin(cell: NotebookNode, cell_index: int) -> None:
            nonlocal at
            at = cell_index

        def end(cell: NotebookNode, cell_index: int, **_: object) -> None:
            bar.update(cell.cell_type == "code")

        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            # Else every kernel warns that it talks over this machine's own network.
            extra_arguments=["--log-level=40"],
            resources={"metadata": {"path": str(path.parent)}},
            record_timing=False,
            store_widget_state=False,
            # Prints that reach us in two portions are one output, however busy the machine was.
            coalesce_streams=True,
            on_cell_start=begin,
            on_cell_executed=end,
        )
        start = time.perf_counter()
        try:
            client.execute()
        except Exception as error:
            what = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else repr(error)
            raise RuntimeError(f"{path}, cell {at + 1} of {len(notebook.cells)}: {what}") from error
    after = settle(notebook, path.name).encode()
    if after != before:
        whole = path.with_name(f".{path.name}.tmp")
        try:
            whole.write_bytes(after)
            os.replace(whole, path)
        finally:
            whole.unlink(missing_ok=True)
    word = "unchanged" if after == before else "rewritten"
    return f"{word}, {code} cells, {time.perf_counter() - start:.1f} s"


def main(names: list[str]) -> int:
    """Refresh the named notebooks, or all; 1 if any cell failed."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not one of the user's own
    paths = [Path(name).resolve() for name in names] or [ROOT / name for name in notebooks()]
    if not paths:
        print("There are no notebooks to refresh.")
    failed = 0
    for path in paths:
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        try:
            print(f"{shown}: {refresh(path)}", flush=True)
        except (RuntimeError, ValueError, OSError) as error:
            failed += 1
            print(f"FAILED, file left as it was: {error}", file=sys.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
