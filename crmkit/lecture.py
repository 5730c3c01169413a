"""A case for the projector: large type, code folded, nothing from the internet."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import nbformat

NOTEBOOKS = "notebooks"
BESIDE = ("datasets", "GLOSSARY.md", "docs", "exercises")  # what a notebook may ask for
# JupyterLab's own sizes are 13 and 14 px; these can be read from the last row.
TYPE = {"code-font-size": "20px", "content-font-size1": "24px", "ui-font-size1": "16px"}
# As JupyterLab's own settings files; a question about news has no place on a projector.
CHOSEN = {
    "themes": {"overrides": TYPE},
    "notification": {"fetchNews": "false", "checkForUpdates": False},
}
PLUGIN = Path("@jupyterlab") / "apputils-extension"
SETTINGS = "JUPYTERLAB_SETTINGS_DIR"


def prepare(home: Path, case: str, stage: Path) -> tuple[Path, dict[str, str]]:
    """Set a case up in a folder of its own.

    Parameters
    ----------
    home : Path
        The checkout.
    case : str
        Its number, for example "10".
    stage : Path
        An empty folder.

    Returns
    -------
    page : Path
        The notebook, from the stage on.
    settings : dict
        Environment that makes JupyterLab's type large, for this time only.

    Raises
    ------
    FileNotFoundError
        If there is no such case.
    """
    found = sorted((home / NOTEBOOKS).glob(f"{case}_*.ipynb")) if case.isalnum() else []
    if len(found) != 1:
        there = ", ".join(sorted({path.name[:2] for path in (home / NOTEBOOKS).glob("[0-9][0-9]_*.ipynb")}))
        raise FileNotFoundError(f"there is no case {case!r} in {home / NOTEBOOKS}; expected one of {there}")
    (stage / NOTEBOOKS).mkdir()
    for name in BESIDE:
        if (home / name).exists():
            _show(home / name, stage / name)
    page = Path(NOTEBOOKS) / found[0].name
    text = nbformat.writes(folded(nbformat.read(found[0], as_version=4)))
    (stage / page).write_text(text + "\n", encoding="utf-8", newline="\n")
    settings = stage / ".settings" / PLUGIN
    settings.mkdir(parents=True)
    for name, chosen in CHOSEN.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(chosen), encoding="utf-8")
    return page, {SETTINGS: str(stage / ".settings")}


def folded(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the code of every cell folded; one click opens it. It is changed in place."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
    return notebook


def _show(there: Path, here: Path) -> None:
    """A link where the system allows it, else a copy."""
    try:
        os.symlink(there, here, target_is_directory=there.is_dir())
    except OSError:  # Windows, for most users
        shutil.copytree(there, here) if there.is_dir() else shutil.copy(there, here)
