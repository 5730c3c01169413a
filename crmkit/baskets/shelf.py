"""Did moving goods together sell more? Stores with the change against stores without, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def shelf_test(
    shelf: pd.DataFrame,
    *,
    level: float = 0.95,
    store: str = "store_id",
    week: str = "week",
    item: str = "item",
    treated: str = "treated",
    moved: str = "moved",
    pieces: str = "pieces",
) -> pd.DataFrame:
    """The rise of sales that the change brought, by difference in differences.

    Each store is one observation: the logarithm of its mean sales after less that before. Stores without the change
    tell what would have happened anyway. So seasons, and stores that always sell more, fall out;
    weeks of one store need not be independent.

    Parameters
    ----------
    shelf : DataFrame
        A row each store, week and article (tables.SHELF).
    level : float
        Of the interval, 0..1.
    store, week, item, treated, moved, pieces : str
        How the frame calls its columns; treated: the store belongs to the group that is changed, moved: it has
        been by this week.

    Returns
    -------
    DataFrame
        On item: treated_stores, control_stores, lift (relative rise of sales by the change), low, high (Welch's t on the
        logarithm), p (no change, two-sided), naive (rise in the changed stores alone, after over before), naive_low,
        naive_high (Student's t on the logarithm).

    Raises
    ------
    ValueError
        If columns are lacking, a group has fewer than two stores, there is no time before or after, or a store
        sold nothing in one of them.

    References
    ----------
    Bertrand, Duflo & Mullainathan (2004), How much should we trust differences-in-differences estimates?: the remedy
    of two periods a unit.

    >>> import pandas as pd
    >>> shelf = pd.DataFrame({"store_id": [1, 1, 2, 2, 3, 3, 4, 4], "week": [1, 2] * 4, "item": "beer",
    ...     "treated": [True] * 4 + [False] * 4, "moved": [False, True] * 2 + [False] * 4,
    ...     "pieces": [100, 130, 200, 240, 100, 110, 150, 150]})
    >>> shelf_test(shelf).loc["beer", ["lift", "naive"]].astype(float).round(3).tolist()
    [0.191, 0.249]
    """
    import pandas as pd
    from scipy.stats import ttest_1samp, ttest_ind

    if not 0 < level < 1:
        raise ValueError(f"level={level!r} must lie between 0 and 1; write 95 % as 0.95")
    require(shelf, [store, week, item, treated, moved, pieces], name="shelf")
    shelf = shelf.reset_index(drop=True)
    for column in (store, week, item, treated, moved, pieces):
        lost = int(shelf[column].isna().sum())
        if lost:
            raise ValueError(f"shelf[{column!r}] is missing in {lost:,} rows; expected a value in each")
    if (shelf[moved].astype(bool) & ~shelf[treated].astype(bool)).any():
        raise ValueError(
            f"shelf[{moved!r}] is True in a store that is not treated; expected the change in treated stores alone"
        )
    if (shelf.groupby([item, store], observed=True)[treated].nunique() > 1).any():
        raise ValueError(f"shelf[{treated!r}] differs within a store; expected each store in one group")
    if not shelf[moved].any():
        raise ValueError(f"shelf[{moved!r}] is nowhere True; expected weeks after the change in the treated stores")
    start = shelf.loc[shelf[moved].astype(bool), week].min()
    late = shelf[week] >= start
    if late.all():
        raise ValueError(f"shelf has no week before the change ({start}); expected some, to know what was sold anyway")
    rows = {}
    for name, own in shelf.groupby(item, observed=True):
        after = own[late.loc[own.index]].groupby(store)[pieces].mean()
        before = own[~late.loc[own.index]].groupby(store)[pieces].mean()
        group = own.groupby(store)[treated].first().astype(bool)
        before, after = before.reindex(group.index), after.reindex(group.index)
        empty = ~((before > 0) & (after > 0))
        if empty.any():
            raise ValueError(
                f"store {empty.index[empty].tolist()[0]!r} sold no {name!r} before or after the change; a relative rise "
                "needs both. Mend: leave such stores out, and say so"
            )
        rise = np.log(after / before)
        sizes = int(group.sum()), int((~group).sum())
        if min(sizes) < 2:
            raise ValueError(f"{name!r}: {sizes[0]} stores changed and {sizes[1]} not; expected at least 2 of each")
        test = ttest_ind(rise[group], rise[~group], equal_var=False)
        ends = test.confidence_interval(level)
        alone = ttest_1samp(rise[group], 0).confidence_interval(level)
        middle = rise[group].mean() - rise[~group].mean()
        rows[name] = {
            "treated_stores": sizes[0],
            "control_stores": sizes[1],
            "lift": np.expm1(middle),
            "low": np.expm1(ends.low),
            "high": np.expm1(ends.high),
            "p": test.pvalue,
            "naive": np.expm1(rise[group].mean()),
            "naive_low": np.expm1(alone.low),
            "naive_high": np.expm1(alone.high),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("item")
