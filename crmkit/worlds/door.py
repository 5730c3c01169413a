"""What a world asks of its fields: named, with value, range and mend."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def number(field: str, value: Any, *, low: float = -math.inf, high: float = math.inf, above: bool = False) -> None:
    """Refuse what is not a finite number in [low, high], or in (low, high] with above."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good or not (low < value if above else low <= value) or value > high:
        least = f"{'above' if above else 'at least'} {low:g}" if math.isfinite(low) else "finite"
        most = f" and at most {high:g}" if math.isfinite(high) else ""
        raise ValueError(f"{field}={value!r} must be a number {least}{most}")


def share(field: str, value: Any) -> None:
    """Refuse what is not a share between 0 and 1."""
    good = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not good or not 0 <= value <= 1:
        raise ValueError(f"{field}={value!r} must be a share from 0 to 1; write 12 % as 0.12")


def whole(field: str, value: Any, *, low: int, high: int | None = None) -> None:
    """Refuse what is not a whole number in the range."""
    good = isinstance(value, int) and not isinstance(value, bool)
    if not good or value < low or (high is not None and value > high):
        most = f" and at most {high:,}" if high is not None else ""
        raise ValueError(f"{field}={value!r} must be a whole number, at least {low:,}{most}")


def whole_sum(field: str, values: Sequence[float]) -> None:
    """Refuse shares that do not add up to 1."""
    if abs(sum(values) - 1) > 1e-9:
        raise ValueError(f"the shares of {field} add up to {sum(values):.6g}; they must add up to 1")


def distinct(field: str, names: Sequence[str]) -> None:
    """Refuse a name that is used twice."""
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ValueError(f"{field} use the names {twice} more than once; each needs its own")


def one_of(field: str, value: Any, known: Iterable[str]) -> None:
    """Refuse an unknown name and suggest the nearest."""
    known = list(known)
    if value not in known:
        near = difflib.get_close_matches(str(value), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose one of {known}"
        raise ValueError(f"{field}={value!r} is not known; {hint}")


def seed(value: Any) -> None:
    """Refuse what no world can be drawn from."""
    if isinstance(value, np.random.Generator):
        return
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"seed={value!r} must be a whole number, 0 or more, or a numpy Generator")
