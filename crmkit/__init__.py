"""crmkit: customer analytics in which every quantity exists twice.

A *world* declares it, an analyst *finds* it, both in the same shape, so any
method can be held against the truth. The flow has no way back::

    World -> Case -> function -> frame or record -> Plot, Explorer, Verdict

Rooms are loaded when they are first used, so ``import crmkit`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__version__ = "0.1.0"

ROOMS = (
    "baskets",
    "checks",
    "cleaning",
    "clv",
    "environment",
    "explore",
    "frames",
    "monitor",
    "plots",
    "profit",
    "queues",
    "reading",
    "report",
    "segments",
    "store",
    "tables",
    "targeting",
    "warehouse",
    "worlds",
)
__all__ = [*ROOMS]


def __getattr__(name: str) -> ModuleType:
    if name in ROOMS:
        return importlib.import_module(f"crmkit.{name}")
    raise AttributeError(f"crmkit has no room {name!r}; it has {', '.join(ROOMS)}")


def __dir__() -> list[str]:
    return [*ROOMS, "__version__"]
