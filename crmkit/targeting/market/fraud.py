"""Which payments look wrong? Many on a day, robust deviations, and an isolation forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door, frames
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

MAD_TO_SD = 1.4826  # of a normal law
PRIOR = 5.0  # transactions that the spread of all customers counts as beside a customer's own
FAR = 1e6  # robust deviations beyond it are one and the same


def robust_deviation(transactions: pd.DataFrame, *, customer: str = "customer_id", amount: str = "amount") -> pd.Series:
    """How far each amount is from what its customer usually does, in robust standard deviations.

    Amounts are taken without sign and on a log scale, money in and money out apart. Median and median absolute
    deviation (MAD) are hardly moved by the few amounts that are looked for. With few transactions the MAD
    tells little, so that of all customers counts as five transactions beside it.

    Parameters
    ----------
    transactions : DataFrame
        One row a transaction.
    customer, amount : str
        How it calls its columns; amounts of 0 (enquiries) get 0.

    Returns
    -------
    Series
        On the index of `transactions`: deviations, above 0 for unusually large amounts.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or there are no rows.

    References
    ----------
    Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers (modified z-scores).

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1] * 6, "amount": [-10.0, -11.0, -9.0, -10.0, -12.0, -900.0]})
    >>> int(robust_deviation(log).argmax())
    5
    """
    import pandas as pd

    who, money = _sound(transactions, customer, amount)
    size = np.log1p(np.abs(money))
    # Two groups a customer: what comes in and what goes out have sizes of their own.
    group = 2 * who + (money > 0)
    used = money != 0
    found = np.zeros(len(money))
    if used.any():
        part = pd.DataFrame({"group": group[used], "size": size[used]})
        middle = part.groupby("group")["size"].transform("median").to_numpy()
        gap = np.abs(part["size"].to_numpy() - middle)
        each = part.assign(gap=gap).groupby("group")["gap"]
        n = each.transform("size").to_numpy()
        own, everyone = each.transform("median").to_numpy(), float(np.median(gap[n > 1])) if (n > 1).any() else 0.0
        spread = MAD_TO_SD * (n * own + PRIOR * everyone) / (n + PRIOR)
        gap = part["size"].to_numpy() - middle
        with np.errstate(divide="ignore", invalid="ignore"):  # no spread at all: any gap is far, none is none
            deviation = np.where(gap == 0, 0.0, gap / spread)
        found[used] = np.clip(deviation, -FAR, FAR)
    return pd.Series(found, index=transactions.index, name="deviation")


def flags(
    transactions: pd.DataFrame,
    *,
    seed: int | np.random.Generator,
    customer: str = "customer_id",
    amount: str = "amount",
    when: str = "day",
    trees: int = 100,
) -> pd.DataFrame:
    """Order the payments of a log by how wrong they look, three ways and all together.

    Only money that goes out is judged, each payment by all that its customer did in the log, so this is a look back
    and no alarm at the till. First, the payments of the customer on that day (a thief is in a hurry).
    Second, the robust deviation of the day's sum from the customer's other days. Third, an isolation forest over both and
    the deviation of the single amount: an odd combination is soon alone in a tree.

    Parameters
    ----------
    transactions : DataFrame
        One row a transaction; below 0 is money out. What the firm books itself (closings) is better left out.
    seed : int or Generator
        Of the forest: the same seed gives the same scores.
    customer, amount, when : str
        How it calls its columns.
    trees : int
        Of the forest, 1 or more.

    Returns
    -------
    DataFrame
        On the index of `transactions`: on_the_day (payments), day_deviation, deviation (of the amount; both in robust standard
        deviations, above 0 for unusually much), isolation (0..1, higher is odder), score (mean of the ranks of on_the_day,
        day_deviation and isolation, 0..1), rank (1 is reviewed first). Rows that are no money out have 0 everywhere and the
        last ranks. A flag is a reason to look, never a verdict on a person.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or fewer than 2 rows are money out.

    References
    ----------
    Liu, Ting & Zhou (2008), Isolation forest, ICDM. Bolton & Hand (2002), Statistical fraud detection, Statistical
    Science 17 (suspicion scores).

    >>> import pandas as pd
    >>> days = pd.date_range("2025-01-01", periods=30)
    >>> log = pd.DataFrame({"customer_id": 1, "day": days, "amount": [-10.0, -12.0, -11.0] * 9 + [-10.0, -950.0, -11.0]})
    >>> int(flags(log, seed=1)["rank"].idxmin())
    28
    """
    import pandas as pd
    from sklearn.ensemble import IsolationForest

    who, money = _sound(transactions, customer, amount)
    require(transactions, [when], name="transactions")
    day = transactions[when]
    if not pd.api.types.is_datetime64_any_dtype(day) or day.isna().any():
        raise TypeError(
            f"transactions[{when!r}] must hold a day in every row. Mend: pandas.to_datetime(frame[{when!r}])"
        )
    out = money < 0
    if out.sum() < 2:
        raise ValueError(
            f"transactions has {int(out.sum())} payments (amount below 0); expected at least 2 to compare. "
            "Mend: write money out as a negative amount"
        )
    door.whole("trees", trees)
    rng = np.random.default_rng(seed)
    paid = pd.DataFrame({"customer_id": who[out], "day": day.dt.normalize().to_numpy()[out], "amount": money[out]})
    keys = ["customer_id", "day"]
    sums = paid.groupby(keys, as_index=False)["amount"].sum()
    place = pd.MultiIndex.from_frame(sums[keys]).get_indexer(pd.MultiIndex.from_frame(paid[keys]))
    busy = paid.groupby(keys)["amount"].transform("size").to_numpy()
    whole = robust_deviation(sums).to_numpy()[place]
    single = robust_deviation(paid).to_numpy()
    x = np.column_stack([np.log(busy), np.clip(whole, -20, 20), np.clip(single, -20, 20)])
    forest = IsolationForest(n_estimators=int(trees), random_state=int(rng.integers(2**31)))
    # The trees draw rows by place: in one order always, whatever that of the log.
    isolation = -forest.fit(x[np.lexsort(x.T)]).score_samples(x)
    judged = pd.DataFrame(
        {"on_the_day": busy, "day_deviation": whole, "deviation": single, "isolation": isolation},
        index=np.flatnonzero(out),
    )
    judged["score"] = judged[["on_the_day", "day_deviation", "isolation"]].rank(pct=True).mean(axis=1)
    found = judged.reindex(np.arange(len(money)), fill_value=0).set_axis(transactions.index)
    # Equal scores keep the order of the log: a review needs some order.
    found["rank"] = found["score"].rank(ascending=False, method="first").astype(int)
    return found


def _sound(transactions: pd.DataFrame, customer: str, amount: str) -> tuple[np.ndarray, np.ndarray]:
    import pandas as pd

    rows = frames.native(transactions, name="transactions")
    require(rows, [customer, amount], name="transactions")
    if not len(rows):
        raise ValueError("transactions has 0 rows; expected one a transaction")
    if rows[customer].isna().any():
        raise ValueError(
            f"transactions[{customer!r}] is missing in {int(rows[customer].isna().sum()):,} rows; expected who in every row"
        )
    if not pd.api.types.is_numeric_dtype(rows[amount]) or pd.api.types.is_bool_dtype(rows[amount]):
        raise TypeError(f"transactions[{amount!r}] is of type {rows[amount].dtype}; expected numbers")
    money = rows[amount].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(money).all():
        raise ValueError(
            f"transactions[{amount!r}] is missing or infinite in {int((~np.isfinite(money)).sum()):,} rows; "
            "expected a number in every row"
        )
    return frames.codes(rows[customer])[0], money
