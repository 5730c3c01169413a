"""Which payments look wrong? Many on a day, robust deviations, and an isolation forest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.targeting.market.payments import days, sound

if TYPE_CHECKING:
    import pandas as pd

MAD_TO_SD = 1.4826  # of a normal law
PRIOR = 5.0  # transactions that the spread of all customers counts as beside a customer's own
FAR = 1e6  # robust deviations beyond it are one and the same


def robust_deviation(
    transactions: pd.DataFrame,
    *,
    past: pd.DataFrame | None = None,
    customer: str = "customer_id",
    amount: str = "amount",
) -> pd.Series:
    """How far each amount is from what its customer usually does, in robust standard deviations.

    Amounts are taken without sign and on a log scale, money in and money out apart. Median and median absolute
    deviation (MAD) are hardly moved by the few amounts that are looked for. With few transactions the MAD
    tells little, so that of all customers counts as five transactions beside it.

    Parameters
    ----------
    transactions : DataFrame
        One row a transaction.
    past : DataFrame, optional
        Transactions that tell what is usual, instead of those judged. A customer whom it does not know is held against all
        others.
    customer, amount : str
        How they call their columns; amounts of 0 (enquiries) get 0.

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

    who, money, learned = sound(transactions, past, customer, amount)
    size = np.log1p(np.abs(money))
    # Two groups a customer: what comes in and what goes out have sizes of their own.
    group = 2 * who + (money > 0)
    found = np.zeros(len(money))
    used, taught = (money != 0) & ~learned, (money != 0) & (learned | (past is None))
    if used.any():
        middle, spread = _usual(group[taught], size[taught], group[used])
        gap = size[used] - middle
        with np.errstate(divide="ignore", invalid="ignore"):  # no spread at all: any gap is far, none is none
            deviation = np.where(gap == 0, 0.0, gap / spread)
        found[used] = np.clip(deviation, -FAR, FAR)
    found = found[~learned]
    return pd.Series(found, index=transactions.index, name="deviation")


def flags(
    transactions: pd.DataFrame,
    *,
    seed: int | np.random.Generator,
    past: pd.DataFrame | None = None,
    customer: str = "customer_id",
    amount: str = "amount",
    when: str = "day",
    trees: int = 100,
) -> pd.DataFrame:
    """Order the payments of a log by how wrong they look, three ways and all together.

    Only money that goes out is judged. Without `past` each payment is judged by all that its customer did in the log: a look
    back, and no alarm at the till. With it what is usual comes from earlier days alone, as it will where the flags are used;
    of such flags `precision_at` tells what a review finds on days that taught nothing.

    First, the payments of the customer on that day (a thief is in a hurry). Second, the robust deviation of the day's sum
    from the customer's usual days. Third, an isolation forest over both and the deviation of the single amount: an odd
    combination is soon alone in a tree.

    Parameters
    ----------
    transactions : DataFrame
        One row a transaction; below 0 is money out. What the firm books itself (closings) is better left out.
    seed : int or Generator
        Of the forest: the same seed gives the same scores.
    past : DataFrame, optional
        The log of earlier days, its last before the first of `transactions`: what is usual and the forest come from it.
    customer, amount, when : str
        How they call their columns.
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
        If columns are lacking or unsound, or fewer than 2 rows (of `past`, if given) are money out, or `past` is not past
        or knows none of the customers.

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

    who, money, learned = sound(transactions, past, customer, amount)
    day = days(transactions, when, "transactions")
    if past is not None:
        before = days(past, when, "past")
        if not before.max() < day.min():
            raise ValueError(
                f"past ends on {before.max().date()} and transactions begin on {day.min().date()}; expected all of past before. "
                f"Mend: past[past[{when!r}] < transactions[{when!r}].min().normalize()]"
            )
        day = pd.concat([before, day])
    out = money < 0
    enough = int((out & (learned | (past is None))).sum())
    if enough < 2:
        raise ValueError(
            f"{'transactions' if past is None else 'past'} has {enough} payments (amount below 0); expected at least 2 to "
            "compare. Mend: write money out as a negative amount"
        )
    door.whole("trees", trees)
    rng = np.random.default_rng(seed)
    paid = pd.DataFrame({"customer_id": who[out], "day": day.to_numpy()[out], "amount": money[out]})
    new = ~learned[out]
    old = None if past is None else paid[~new]
    busy, whole, single = _signals(paid[new], old)
    x = _clipped(busy, whole, single)
    taught = x if old is None else _clipped(*_signals(old, None))
    forest = IsolationForest(n_estimators=int(trees), random_state=int(rng.integers(2**31)))
    # The trees draw rows by place: in one order always, whatever that of the log.
    forest.fit(taught[np.lexsort(taught.T)])
    isolation = -forest.score_samples(x) if len(x) else np.empty(0)
    judged = pd.DataFrame(
        {"on_the_day": busy, "day_deviation": whole, "deviation": single, "isolation": isolation},
        index=np.flatnonzero(out[~learned]),
    )
    judged["score"] = judged[["on_the_day", "day_deviation", "isolation"]].rank(pct=True).mean(axis=1)
    found = judged.reindex(np.arange(len(transactions)), fill_value=0).set_axis(transactions.index)
    # Equal scores keep the order of the log: a review needs some order.
    found["rank"] = found["score"].rank(ascending=False, method="first").astype(int)
    return found


def _usual(group: np.ndarray, size: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle and spread of the groups asked for, as the sizes at hand tell them."""
    import pandas as pd

    part = pd.DataFrame({"group": group, "size": size})
    part["gap"] = np.abs(size - part.groupby("group")["size"].transform("median"))
    each = part.groupby("group")
    table = pd.DataFrame({"middle": each["size"].median(), "own": each["gap"].median(), "n": each["gap"].size()})
    some = part["gap"][each["gap"].transform("size") > 1]
    everyone = float(np.median(some)) if len(some) else 0.0
    table = table.reindex(np.unique(asked))
    spread = MAD_TO_SD * (table["n"] * table["own"] + PRIOR * everyone) / (table["n"] + PRIOR)
    middle = table["middle"]
    for way in (0, 1):  # out and in
        new = middle.isna() & (table.index % 2 == way)
        alike = size[group % 2 == way] if (group % 2 == way).any() else size
        if new.any():
            middle = middle.mask(new, np.median(alike))
            spread = spread.mask(new, MAD_TO_SD * np.median(np.abs(alike - np.median(alike))))
    return middle.loc[asked].to_numpy(), spread.loc[asked].to_numpy()


def _signals(paid: pd.DataFrame, past: pd.DataFrame | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Payments of the customer on the day, deviation of the day's sum, deviation of the amount."""
    import pandas as pd

    keys = ["customer_id", "day"]

    def sums(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.groupby(keys, as_index=False)["amount"].sum()

    if not len(paid):
        return np.empty(0), np.empty(0), np.empty(0)
    summed = sums(paid)
    place = pd.MultiIndex.from_frame(summed[keys]).get_indexer(pd.MultiIndex.from_frame(paid[keys]))
    whole = robust_deviation(summed, past=None if past is None else sums(past)).to_numpy()[place]
    busy = paid.groupby(keys)["amount"].transform("size").to_numpy()
    return busy, whole, robust_deviation(paid, past=past).to_numpy()


def _clipped(busy: np.ndarray, whole: np.ndarray, single: np.ndarray) -> np.ndarray:
    return np.column_stack([np.log(busy), np.clip(whole, -20, 20), np.clip(single, -20, 20)])
