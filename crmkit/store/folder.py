"""The folder of a case.

::

    case.json             name, seed, what an analyst may know, tables with types and checksums
    <table>.csv           or .parquet
    envelope/world.json   the world with all its fields, and how its tables are written
    envelope/<table>.csv  what the world drew unseen
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmkit import __version__
from crmkit.atomic import new_folder
from crmkit.store.columns import Column, declare, read, write
from crmkit.worlds import Case, Truth

if TYPE_CHECKING:
    import pandas as pd

LAYOUT = 1  # of the folder; raised when an older crmkit could not read a newer one
FORMS = ("csv", "parquet")
CASE, ENVELOPE, WORLD = "case.json", "envelope", "world.json"
# What an analyst would know of a world anyway; all else stays in the envelope.
OPEN_FIELDS = ("customers", "products", "start", "days", "locale")


def save(
    case: Case,
    folder: str | os.PathLike[str],
    *,
    replace: bool = False,
    form: str = "csv",
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write a case into a new folder, its truth into an envelope within.

    Parameters
    ----------
    case : Case
        Drawn by a world, or loaded.
    folder : path
        There is nothing of it until all is complete.
    replace : bool
        Replace the folder of an earlier case; it stays until the new one is complete.
    form : "csv" or "parquet"
        Of the tables.
    progress : function of (stage, share done), optional

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If the folder holds something else, or the disk is full or closed to us.
    TypeError, ValueError
        If form is unknown, or a table holds what a file would not give back.
    """
    if form not in FORMS:
        raise ValueError(f"form={form!r} must be one of {FORMS}")
    tell = progress or (lambda stage, share: None)
    world = case.truth.world if case.truth is not None else None
    rows = {name: len(frame) for name, frame in case.frames.items()}
    done, every = 0, max(1, sum(rows.values()))
    with new_folder(folder, marker=CASE, replace=replace) as fresh:
        tables = {}
        for name, frame in case.frames.items():
            tell(f"writing {name}.{form}", done / every)
            tables[name] = _write_table(frame, fresh, name, form)
            done += rows[name]
        about = {
            "layout": LAYOUT,
            "crmkit": __version__,
            "name": case.name,
            "seed": case.seed,
            "world": _open_fields(world),
            "form": form,
            "tables": tables,
            "envelope": {} if case.truth is None else _write_envelope(case.truth, fresh / ENVELOPE, form),
        }
        _write_json(fresh / CASE, about)
    tell("done", 1.0)
    return Path(folder)


def load(folder: str | os.PathLike[str], *, check: bool = True) -> Case:
    """Read a case; its truth stays in the envelope.

    Parameters
    ----------
    folder : path
        Written by `save`.
    check : bool
        Hold every table against its checksum.

    Returns
    -------
    Case
        With the very tables that were saved; truth is None.

    Raises
    ------
    FileNotFoundError, ValueError
        If the folder is no case, or a file is missing or was changed.
    """
    root = Path(folder)
    about = _about(root)
    return Case(_read_tables(root, about["tables"], about["form"], check=check), name=about["name"], seed=about["seed"])


def open_envelope(folder: str | os.PathLike[str], *, check: bool = True) -> Truth:
    """Read what the world declared.

    Parameters
    ----------
    folder : path
        Of the case, as for `load`.
    check : bool
        Hold every file of the envelope against its checksum.

    Returns
    -------
    Truth
        The tables that were unseen, and the world with all its fields.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no envelope, or a file is missing or was changed.
    """
    from crmkit.store.truth import from_plain

    root = Path(folder)
    about = _about(root)
    if not about["envelope"]:
        raise ValueError(f"{root} has no envelope: the case was saved without its truth. Mend: draw it anew")
    path = root / ENVELOPE / WORLD
    _check(path, about["envelope"][WORLD] if check else None)
    sealed = _read_json(path)
    frames = _read_tables(root / ENVELOPE, sealed["tables"], sealed["form"], check=check)
    return Truth(frames, world=from_plain(sealed["world"]))


def _write_table(frame: pd.DataFrame, folder: Path, name: str, form: str) -> dict[str, Any]:
    if not name.isidentifier():
        raise ValueError(f"a table is named {name!r}; expected letters, figures and _ only, since it names a file")
    columns = declare(frame, name)
    path = folder / f"{name}.{form}"
    write(frame, path, form)
    return {"rows": len(frame), "sha256": _checksum(path), "columns": [column.plain() for column in columns]}


def _write_envelope(truth: Truth, folder: Path, form: str) -> dict[str, str]:
    from crmkit.store.truth import to_plain

    folder.mkdir()
    tables = {name: _write_table(frame, folder, name, form) for name, frame in truth.frames.items()}
    _write_json(folder / WORLD, {"world": to_plain(truth.world), "form": form, "tables": tables})
    return {WORLD: _checksum(folder / WORLD)}  # which holds the checksums of the rest


def _open_fields(world: Any) -> dict[str, Any]:
    found = {name: getattr(world, name) for name in OPEN_FIELDS if hasattr(world, name)}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in found.items()}


def _read_tables(folder: Path, tables: Mapping[str, Any], form: str, *, check: bool) -> dict[str, pd.DataFrame]:
    frames = {}
    for name, about in tables.items():
        path = folder / f"{name}.{form}"
        _check(path, about["sha256"] if check else None)
        frames[name] = read(path, [Column.of(column) for column in about["columns"]], form)
    return frames


def _about(root: Path) -> dict[str, Any]:
    path = root / CASE
    if not path.is_file():
        cases = sorted(one.parent.name for one in root.parent.glob(f"*/{CASE}")) if root.parent.is_dir() else []
        near = difflib.get_close_matches(root.name, cases, n=1)
        mend = (
            f"did you mean {root.parent / near[0]}?" if near else "Mend: name a folder that `crmkit draw` has written"
        )
        raise FileNotFoundError(f"{root} is no case, it has no {CASE}; {mend}")
    about = _read_json(path)
    if about.get("layout") != LAYOUT:
        raise ValueError(
            f"{path} has layout {about.get('layout')!r}, written by crmkit {about.get('crmkit')}; expected {LAYOUT}. "
            "Mend: update crmkit, or draw it anew"
        )
    return about


def _check(path: Path, checksum: str | None) -> None:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; expected it beside {CASE}. Mend: copy or draw the case anew")
    if checksum is not None and _checksum(path) != checksum:
        raise ValueError(
            f"{path} was changed since it was written: its checksum differs. "
            "Mend: copy or draw the case anew, or say check=False to read it as it is"
        )


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(
        json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(f"{path} is not as it was written: no JSON record. Mend: copy or draw the case anew")
    return found
