"""What does it cost to have something for some years: paid once, then kept up?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd


def ownership(once: float, *, yearly: float, years: int, discount: float = 0.0) -> pd.DataFrame:
    """Cost of buying or building something and keeping it up, in today's money.

    Parameters
    ----------
    once : float
        Paid today, money; 0 or more.
    yearly : float
        Paid at the end of each year, money; 0 or more.
    years : int
        Years it is used, 1 or more.
    discount : float
        Of a year, 0 or more: 0.08 makes 108 in a year worth 100 today.

    Returns
    -------
    DataFrame
        Index year, 0 (today) to years: paid, present (what that is worth today), total (present, added up),
        a_year (the even payment at the end of each year so far that is worth as much; missing in year 0). Money.

    Raises
    ------
    TypeError, ValueError
        If a number is missing or out of its range.

    References
    ----------
    Annuities as in Brealey, Myers & Allen, Principles of Corporate Finance, ch. 2 (equivalent annual cost: ch. 6).

    >>> ownership(100.0, yearly=10.0, years=2)["total"].tolist()
    [100.0, 110.0, 120.0]
    """
    import pandas as pd

    for name, given in (("once", once), ("yearly", yearly), ("discount", discount)):
        door.number(name, given, low=0)
    door.whole("years", years, low=1)
    year = np.arange(years + 1)
    worth = (1.0 + discount) ** -year.astype(float)
    paid = np.append(float(once), np.full(years, float(yearly)))
    total = np.cumsum(paid * worth)
    so_far = np.append(np.nan, np.cumsum(worth[1:]))
    return pd.DataFrame(
        {"paid": paid, "present": paid * worth, "total": total, "a_year": total / so_far},
        index=pd.Index(year, name="year"),
    )
