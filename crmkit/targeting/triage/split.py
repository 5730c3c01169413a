"""Mails to learn from and mails to judge by, related ones on one side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from crmkit.door import share as share_of
from crmkit.targeting.triage.asked import labels


def hold_out(group: Iterable[Any], *, share: float = 0.3, seed: int | np.random.Generator) -> np.ndarray:
    """Which mails to hold back for judging, all mails of a group on one side.

    Parameters
    ----------
    group : array (mails,)
        What may repeat itself: the customer, or the wording of a template. A mail number splits by mail.
    share : float
        Of the groups that are held back, between 0 and 1.
    seed : int or numpy Generator
        Source of chance.

    Returns
    -------
    array (mails,)
        True for the mails held back.

    Raises
    ------
    ValueError
        If a group is missing, or there are too few to have some on each side.

    >>> hold_out(["a", "a", "b", "b"], share=0.5, seed=1).sum()
    np.int64(2)
    """
    import pandas as pd

    share_of("share", share, inside=True)
    rows = list(group)
    code, names = pd.factorize(pd.Series(labels("group", rows, len(rows))))
    if len(names) < 2:
        raise ValueError(f"group holds {len(names)} groups; expected two at least, one on each side")
    held = min(max(round(share * len(names)), 1), len(names) - 1)
    chosen = np.random.default_rng(seed).permutation(len(names))[:held]
    return np.isin(code, chosen)
