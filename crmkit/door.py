"""What functions ask of the numbers they are given: each wrong one gets one clear message."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def number(name: str, value: Any, *, low: float = -math.inf, high: float = math.inf, above: bool = False) -> float:
    """A finite number in low..high (above: without the low end itself).

    >>> number("discount", 0.1, low=0)
    0.1
    """
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name}={value!r} is a {type(value).__name__}; expected a number")
    if not math.isfinite(value) or value > high or (value <= low if above else value < low):
        least = f" {'above' if above else 'at least'} {low:g}" if math.isfinite(low) else ""
        most = f"{' and' if least else ''} at most {high:g}" if math.isfinite(high) else ""
        raise ValueError(f"{name}={value!r} must be a finite number{least}{most}")
    return float(value)


def share(name: str, value: Any, *, inside: bool = False) -> float:
    """A share from 0 to 1 (inside: without the two ends).

    >>> share("top", 0.2)
    0.2
    """
    number(name, value)
    if inside and not 0 < value < 1:
        raise ValueError(f"{name}={value!r} must lie between 0 and 1; write 5 % as 0.05")
    if not 0 <= value <= 1:
        raise ValueError(f"{name}={value!r} must be a share from 0 to 1; write 30 % as 0.3")
    return float(value)


def whole(name: str, value: Any, *, low: int = 1) -> int:
    """A whole number of at least `low`.

    >>> whole("bins", 10)
    10
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
        raise ValueError(f"{name}={value!r} must be a whole number, at least {low}")
    return int(value)


def numbers(name: str, values: Any, *, least: int = 1, low: float = -math.inf, above: bool = False) -> np.ndarray:
    """Finite numbers in one row, at least `least` of them, none below `low` (above: nor at it).

    >>> numbers("answers", [70, 85]).tolist()
    [70.0, 85.0]
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} has the shape {array.shape}; expected numbers in one row")
    if len(array) < least:
        raise ValueError(f"{name} has {len(array)} values; expected at least {least}")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} is of type {array.dtype}; expected numbers")
    array = array.astype(float)
    bad = ~np.isfinite(array)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{name} is {array[first]} at place {first} ({int(bad.sum()):,} of {len(array):,}); expected a number "
            "everywhere. Mend: fill or leave out what is missing, and say so"
        )
    if (array <= low if above else array < low).any():
        raise ValueError(f"{name} holds {array.min():g}; expected {'more than ' if above else 'at least '}{low:g}")
    return array


def aligned(**columns: Any) -> None:
    """Refuse pandas columns whose indexes differ: by place they would pair one customer with another.

    >>> import pandas as pd
    >>> aligned(score=pd.Series([1, 2]), outcome=[0, 1])
    """
    import pandas as pd

    labelled = {name: one for name, one in columns.items() if isinstance(one, pd.Series | pd.DataFrame)}
    first, *others = labelled or [None]
    for name in others:
        one, two = labelled[first].index, labelled[name].index
        if len(one) == len(two) and not one.equals(two):
            raise ValueError(
                f"{name} is not on the index of {first}, so rows would be paired by place and one customer with another. "
                f"Mend: {name}.reindex({first}.index), or .to_numpy() where the order is the same"
            )


def counts(name: str, values: Any, *, least: int = 1, low: int = 0) -> np.ndarray:
    """Whole numbers of `low` or more in one row.

    >>> counts("hits", [3, 0]).tolist()
    [3.0, 0.0]
    """
    array = numbers(name, values, least=least, low=low)
    broken = array != np.floor(array)
    if broken.any():
        raise ValueError(f"{name} holds {array[broken][0]:g}; expected whole numbers")
    return array
