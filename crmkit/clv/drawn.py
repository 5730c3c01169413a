"""What the draws of all models share: whom to draw, and when the last purchase was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv.door import numbers
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def observed_for(observed: ArrayLike | pd.DataFrame, more: Sequence[str]) -> pd.DataFrame:
    """The customers to draw: T and the columns of the effects, numbered from 0 unless they have names.

    Raises
    ------
    ValueError
        If a T is negative or missing, or columns are lacking.
    """
    import pandas as pd

    if isinstance(observed, pd.DataFrame):
        require(observed, ["T", *more], name="observed")
        frame = observed[["T", *more]].copy()
    elif more:
        raise ValueError(f"this model has effects of {list(more)}; give a frame with T and these columns")
    else:
        T = np.atleast_1d(np.asarray(observed, dtype=float))
        if T.ndim != 1:
            raise ValueError(f"observed has the shape {T.shape}; expected one T a customer")
        frame = pd.DataFrame({"T": T}, index=pd.RangeIndex(len(T), name="customer_id"))
    for column in frame.columns:
        numbers(frame, column, name="observed")
    if (frame["T"] < 0).any():
        raise ValueError(f"observed holds T={frame['T'].min()!r}; expected 0 or more")
    return frame


def purchases_until(x: np.ndarray, made: np.ndarray, T: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Time of the x-th of `made` purchases that fall evenly into 0..T; 0 where x is 0.

    The x-th smallest of n uniform numbers follows a beta law with x and n - x + 1.
    """
    share = rng.beta(np.maximum(x, 1), np.maximum(made - x, 0) + 1.0)
    return np.where(x > 0, T * share, 0.0)
