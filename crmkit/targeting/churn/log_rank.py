"""Do groups of customers leave at the same pace?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.targeting.churn.lives import counted, groups, lives

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class LogRank:
    """Test that all groups leave at the same pace."""

    chi2: float  # of the differences between observed and expected leavers
    df: int  # groups - 1
    p: float  # chance of such a chi2 or a larger one if all leave at the same pace
    groups: pd.DataFrame  # group, customers, left (observed), expected (at the common pace)


def log_rank(duration: ArrayLike, left: ArrayLike, group: ArrayLike, *, entry: ArrayLike | None = None) -> LogRank:
    """Test whether groups of customers leave at the same pace.

    Parameters
    ----------
    duration, left, entry : array (customers,)
        As for ``kaplan_meier``.
    group : array (customers,)
        Two groups or more.

    Returns
    -------
    LogRank
        chi2, df, p, and a frame of observed and expected leavers by group.

    Raises
    ------
    ValueError
        If there are fewer than two groups, nobody left, or two groups were never watched together.

    References
    ----------
    Mantel (1966); Peto & Peto (1972), with the hypergeometric variance.

    >>> log_rank([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], list("aaabbb")).df
    1
    """
    import pandas as pd
    from scipy.stats import chi2 as law

    time, gone, begin = lives(duration, left, entry)
    code, names = groups(group, len(time))
    if len(names) < 2:
        raise ValueError(f"group holds only {names.tolist()}; expected two groups or more")
    if not gone.any():
        raise ValueError(f"left is False for all {len(time):,} customers; the pace of nobody can be compared")
    at = np.unique(time[gone == 1])
    each = [counted(time[code == k], gone[code == k], begin[code == k], at) for k in range(len(names))]
    risk, leaves = (np.array([one[side] for one in each], dtype=float) for side in (0, 1))
    whole, lost = risk.sum(axis=0), leaves.sum(axis=0)
    share = risk / whole
    expected = (share * lost).sum(axis=1)
    # Of one customer at risk there is nothing to vary.
    factor = np.divide(lost * (whole - lost), whole - 1, out=np.zeros(len(at)), where=whole > 1)
    covariance = np.diag((share * factor).sum(axis=1)) - (share * factor) @ share.T
    # One group is given by the others.
    apart, spread = (leaves.sum(axis=1) - expected)[:-1], covariance[:-1, :-1]
    if np.linalg.matrix_rank(spread) < len(apart):
        raise ValueError(
            f"the groups {names.tolist()} were not at risk together when someone left; their pace cannot be compared. "
            "Mend: join small groups, or leave out those watched at other times"
        )
    found = float(apart @ np.linalg.solve(spread, apart))
    table = pd.DataFrame(
        {
            "group": names,
            "customers": np.bincount(code, minlength=len(names)),
            "left": leaves.sum(axis=1).astype(int),
            "expected": expected,
        }
    )
    return LogRank(found, len(apart), float(law.sf(found, len(apart))), table)
