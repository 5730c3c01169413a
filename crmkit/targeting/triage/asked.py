"""What the functions on mails ask of texts and labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def written(texts: Iterable[Any], *, empty: bool = False) -> list[str]:
    """Texts in a list; without leave (`empty`) none of them may be blank."""
    if isinstance(texts, str):
        raise TypeError("texts is one text; expected a list or column of texts. Mend: [text]")
    rows = list(texts)
    if not rows:
        raise ValueError("texts has 0 rows; expected one a mail")
    odd = [row for row, one in enumerate(rows) if not isinstance(one, str)]
    if odd:
        raise TypeError(
            f"texts holds {rows[odd[0]]!r} in row {odd[0]} ({len(odd):,} such rows); expected text. Mend: '' for a mail "
            "without one"
        )
    blank = [row for row, one in enumerate(rows) if not one.strip()]
    if blank and not empty:
        raise ValueError(
            f"texts is empty in row {blank[0]} ({len(blank):,} such rows); nothing can be learned from it. Mend: leave these out"
        )
    return rows


def labels(name: str, values: Iterable[Any], n: int, of: str = "texts") -> np.ndarray:
    """One label a mail, none missing."""
    import pandas as pd

    column = pd.Series(np.asarray(values, dtype=object))
    if len(column) != n:
        raise ValueError(f"{name} has {len(column):,} rows and {of} {n:,}; expected one each a mail")
    if column.isna().any():
        raise ValueError(
            f"{name} is missing in row {int(np.flatnonzero(column.isna())[0])} ({int(column.isna().sum()):,} rows); expected "
            "one a mail. Mend: have these mails read, or leave them out"
        )
    return column.to_numpy()
