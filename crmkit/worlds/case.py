"""A case: what a world drew, tables apart from the sealed truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Tables:
    """Named frames, reached as attributes: ``case.customers``."""

    frames: Mapping[str, pd.DataFrame] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", MappingProxyType(dict(self.frames)))

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name == "frames":
            raise AttributeError(name)
        try:
            return self.frames[name]
        except KeyError:
            raise AttributeError(f"there is no table {name!r}; there are {', '.join(self.frames)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.frames)

    def has(self, name: str) -> bool:
        """Is there such a table with rows, "customers", or such a column, "customers.joined"?"""
        table, _, column = name.partition(".")
        return (
            table in self.frames
            and len(self.frames[table]) > 0
            and (not column or column in self.frames[table].columns)
        )

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]


@dataclass(frozen=True)
class Truth(Tables):
    """What the world declared: its own fields, and frames for what it drew unseen."""

    world: Any = None

    def __repr__(self) -> str:
        return f"Truth of {self.world.name}: {', '.join(self.frames)}"


@dataclass(frozen=True)
class Case(Tables):
    """Tables that an analyst may see, and the truth behind them.

    `truth` is None where the envelope stayed closed: a case read from a folder
    carries no truth until `store.open_envelope` is asked for it.
    """

    name: str = "case"
    seed: int | None = None
    truth: Truth | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(frame):,}" for name, frame in self.frames.items())
        seal = "no truth at hand" if self.truth is None else "truth sealed in .truth"
        return f"Case {self.name}, seed {self.seed}: {sizes}; {seal}"
