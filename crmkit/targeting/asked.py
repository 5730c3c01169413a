"""What the functions on scores ask of the columns that they are given, said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def _plain(values: ArrayLike) -> ArrayLike:
    """Nullable and object columns that hold numbers, or True and False, as floats; what is missing in them as such."""
    import pandas as pd

    if not isinstance(values, pd.Series):
        return values
    if pd.api.types.is_extension_array_dtype(values.dtype) and (
        pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype)
    ):
        return values.to_numpy(dtype=float, na_value=np.nan)
    known = values.dropna()
    if values.dtype == object and all(isinstance(one, bool | int | float | np.number | np.bool_) for one in known):
        return values.astype("Float64" if len(known) else float).to_numpy(dtype=float, na_value=np.nan)
    return values


def numbers(name: str, values: ArrayLike) -> np.ndarray:
    """One finite number a customer, or a refusal that names the first bad row."""
    values = _plain(values)
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} has the shape {array.shape}; expected one number a customer")
    if array.dtype == object or array.dtype.kind not in "biuf":
        raise ValueError(f"{name} is of type {array.dtype}; expected numbers, or True and False")
    array = array.astype(float)
    bad = ~np.isfinite(array)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"{name} is {array[first]} in row {first} ({int(bad.sum()):,} of {len(array):,} rows); expected a number in "
            "every row. Mend: score these customers too, or leave them out of both"
        )
    return array


def each(name: str, values: ArrayLike, n: int) -> np.ndarray:
    """One finite number for all customers, or one for each."""
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} is no number: {values!r:.60}; expected one for all {n:,} customers, or one for each"
        ) from None
    array = np.full(n, values) if values.ndim == 0 else values
    if array.shape != (n,) or not np.isfinite(array).all():
        raise ValueError(f"{name} must be one finite number, or one for each of the {n:,} customers")
    return array


def weights(values: ArrayLike | None, n: int) -> np.ndarray:
    """Customers that each row stands for; 1 unless given."""
    heavy = np.ones(n) if values is None else each("weight", values, n)
    if (heavy < 0).any() or not heavy.sum() > 0:
        raise ValueError("weight must be 0 or more in every row, and above 0 in one")
    return heavy


def yes_or_no(name: str, values: ArrayLike, *, both: bool = True) -> np.ndarray:
    """An outcome of 0 and 1 (or False and True), with both in it unless said otherwise."""
    array = numbers(name, values)
    odd = ~np.isin(array, (0.0, 1.0))
    if odd.any():
        first = int(np.flatnonzero(odd)[0])
        raise ValueError(f"{name} is {array[first]:g} in row {first}; expected True and False, or 1 and 0")
    if both and len(array) and array.min() == array.max():
        raise ValueError(
            f"{name} is {array[0]:g} for all {len(array):,} customers; nothing tells the ones from the others. "
            "Mend: more customers or time"
        )
    return array


def same_length(name: str, values: np.ndarray, of: str, n: int) -> None:
    """Refuse columns of different customers."""
    if not n:
        raise ValueError(f"{of} has 0 rows; expected one a customer")
    if len(values) != n:
        raise ValueError(f"{name} has {len(values):,} rows and {of} {n:,}; expected one each a customer")


def whole(name: str, value: object, low: int) -> int:
    """A whole number of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
        raise ValueError(f"{name}={value!r} must be a whole number, at least {low}")
    return int(value)
