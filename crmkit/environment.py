"""Is everything here that the kit needs? Says OK, or how to mend it."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MEND = "make lab (or, by hand: python -m pip install --upgrade '{need}')"


def check() -> pd.DataFrame:
    """Hold Python and each needed package against the least version that serves.

    Returns
    -------
    DataFrame
        Index: what. says: "OK", or what was found, what is needed and how to mend it.

    >>> check().loc["Python", "says"]
    'OK'
    """
    import pandas as pd

    says = {"Python": _python()}
    for need in importlib.metadata.requires("crmkit") or []:
        if "extra ==" in need:
            continue
        name, floor = re.fullmatch(r"([\w.-]+)>=([\d.]+).*", need.split(";")[0].strip()).groups()
        says[name] = _package(name, floor)
    return pd.DataFrame({"says": says}).rename_axis("what")


def _python() -> str:
    if sys.version_info >= (3, 11):
        return "OK"
    return f"found {sys.version.split()[0]}, needed 3.11 or newer: install it, then make lab"


def _package(name: str, floor: str) -> str:
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != "none" and _numbers(found) >= _numbers(floor):
        return "OK"
    return f"found {found}, needed {floor} or newer: " + MEND.format(need=f"{name}>={floor}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])
