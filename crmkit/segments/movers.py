"""Who changed most between the last period and the one before?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import frames

if TYPE_CHECKING:
    import pandas as pd


def movers(
    rows: pd.DataFrame,
    *,
    days: int = 90,
    who: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Money of each customer (or article) in the last days, against as many days before.

    Parameters
    ----------
    rows : DataFrame
        One row a transaction or line, with columns as named.
    days : int
        Length of each of the two periods, ending on the last day of the log.
    who, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        Index `who`: before, after, change; the largest rise first, the largest fall last.

    Raises
    ------
    ValueError
        If days is below 1, or columns are lacking or unsound.
    """
    import pandas as pd

    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ValueError(f"days={days!r} must be a whole number, 1 or more")
    log = frames.log(rows, customer=who, when=when, amount=amount, name="rows")
    age = (log["day"].max() - log["day"]).dt.days
    parts = {"before": age.between(days, 2 * days - 1), "after": age < days}
    sums = {name: log[part].groupby("customer_id")["amount"].sum() for name, part in parts.items()}
    found = pd.DataFrame(sums).fillna(0.0).rename_axis(who)
    found["change"] = found["after"] - found["before"]
    return found.sort_values("change", ascending=False, kind="stable")
