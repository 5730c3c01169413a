"""What offers would have been worth: made from what was known on a day, held against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.affinity import WAYS, Affinity
from crmkit.baskets.encode import Coded, coded
from crmkit.baskets.offers import asked
from crmkit.frames import judged_on
from crmkit.intervals import normal_quantile, wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def judge(
    history: pd.DataFrame,
    until: dt.date | str,
    *,
    ways: Sequence[str] = WAYS,
    top: int = 1,
    margin: float | pd.Series = 1.0,
    cost: float = 0.0,
    level: float = 0.95,
    customer: str = "customer_id",
    when: str = "day",
    item: str = "item",
) -> pd.DataFrame:
    """Offers made from what was known on a day, held against what customers newly bought afterwards.

    A hit is something that the customer bought anyway, unasked: it shows that the offer fits. What an offer
    *changes* only a test with a control group tells.

    Parameters
    ----------
    history : DataFrame
        One row a purchase: who, when, what.
    until : date
        Last day that the offers may know.
    ways : sequence of str
        As `by` of `offers`.
    top : int
        Offers a customer.
    margin : float or Series on the items
        Money that an offer brings if it is a hit.
    cost : float
        Money that offering to a customer costs.
    level : float
        Of the intervals, 0..1.
    customer, when, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        On way: customers (known on the day), hits (customers with at least one), hit_rate, low, high (Wilson), lift (hit
        rate over that of popularity), lift_low, lift_high (delta method on the logarithm, paired: the same
        customers), profit (money a customer), profit_low, profit_high, more (profit beyond that of popularity), more_low,
        more_high (paired as well: two intervals that overlap say little of a difference within the same customers).

    Raises
    ------
    ValueError
        As `offers`; or if nothing lies before or after the day.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01"] * 6 + ["2025-02-01"])
    >>> history = pd.DataFrame({"customer_id": [1, 1, 2, 2, 3, 4, 3], "day": day,
    ...                         "item": ["home", "loan", "home", "loan", "home", "lease", "loan"]})
    >>> judge(history, "2025-01-15", ways=["cosine"]).loc["cosine", "hits"].item()
    1
    """
    import pandas as pd

    for way in ways:
        asked(way, top)
    if not len(ways):
        raise ValueError(f"ways is empty; expected some of {', '.join(WAYS)}")
    z = normal_quantile(level)
    require(history, [customer, when, item], name="history")
    if not pd.api.types.is_datetime64_any_dtype(history[when]):
        raise ValueError(
            f"history[{when!r}] is of type {history[when].dtype}; expected dates. Mend: pandas.to_datetime(...)"
        )
    for column in (customer, when, item):
        if history[column].isna().any():
            raise ValueError(
                f"history[{column!r}] is missing in {int(history[column].isna().sum()):,} rows; expected a value in each"
            )
    if getattr(history[when].dtype, "tz", None) is not None:
        raise ValueError(
            f"history[{when!r}] carries a time zone; expected local days. Mend: history[{when!r}].dt.tz_localize(None)"
        )
    day = judged_on(until, "until")
    early = (history[when] < day + pd.Timedelta(days=1)).to_numpy()
    if not early.any() or early.all():
        raise ValueError(
            f"until={day:%Y-%m-%d} leaves nothing {'after' if early.all() else 'up to'} it; expected a day within the log"
        )
    data = coded(history[early], basket=customer, item=item)
    bought = _new_ones(data, history[~early], customer, item)
    money = _money(data, margin)
    got, earned = {}, {}
    for way in dict.fromkeys([*ways, "popularity"]):
        items, _ = Affinity.learn(data, way).best(data, top)
        hit = np.zeros(items.shape, dtype=bool)
        rows, ranks = np.nonzero(items >= 0)
        hit[rows, ranks] = np.isin(rows * len(data.names) + items[rows, ranks], bought)
        got[way] = hit.any(axis=1)
        earned[way] = (hit * money[items]).sum(axis=1) - cost
    n, base = data.baskets, got["popularity"]
    rows_ = []
    for way in ways:
        hits = got[way]
        low, high = wilson(hits.sum(), n, level=level)
        with np.errstate(divide="ignore", invalid="ignore"):
            lift = hits.sum() / base.sum() if base.any() else np.nan
            # ln of two shares of the same customers: variance from those who are hit by one alone.
            alone = (hits & ~base).sum(), (base & ~hits).sum()
            error = np.sqrt(
                max(1 / hits.sum() + 1 / base.sum() - 2 * (hits & base).sum() / (hits.sum() * base.sum()), 0)
            )
        known = hits.any() and base.any()
        factor = np.exp(z * error) if known and sum(alone) else 1.0 if known else np.nan
        mean, half = _mean(earned[way], z)
        more, around = _mean(earned[way] - earned["popularity"], z)
        rows_.append(
            (
                n,
                int(hits.sum()),
                hits.mean(),
                low,
                high,
                lift,
                lift / factor,
                lift * factor,
                mean,
                mean - half,
                mean + half,
                more,
                more - around,
                more + around,
            )
        )
    columns = ["customers", "hits", "hit_rate", "low", "high", "lift", "lift_low", "lift_high"]
    columns += ["profit", "profit_low", "profit_high", "more", "more_low", "more_high"]
    frame = pd.DataFrame(rows_, columns=columns, index=pd.Index(ways, name="way"))
    return frame.astype(dict.fromkeys(("low", "high"), float))


def _mean(money: np.ndarray, z: float) -> tuple[float, float]:
    """Mean a customer, and half of its interval."""
    half = z * money.std(ddof=1) / np.sqrt(len(money)) if len(money) > 1 else np.nan
    return float(money.mean()), float(half)


def _new_ones(data: Coded, later: pd.DataFrame, customer: str, item: str) -> np.ndarray:
    """What known customers bought later and did not have before, as customer x items + item."""
    import pandas as pd

    assert data.ids is not None
    who = data.ids.get_indexer(pd.Index(later[customer]))
    names = pd.Index(data.names)
    what = names.get_indexer(later[item].astype(str))
    known = (who >= 0) & (what >= 0)
    key = np.unique(who[known].astype(np.int64) * len(names) + what[known])
    had = data.basket.astype(np.int64) * len(names) + data.item
    return np.setdiff1d(key, had)


def _money(data: Coded, margin: float | pd.Series) -> np.ndarray:
    """Money a hit of each item brings, with a last one of 0 for no offer (place -1)."""
    import pandas as pd

    if isinstance(margin, pd.Series):
        each = margin.rename(index=str).reindex(data.names)
        if each.isna().any():
            raise ValueError(f"margin has no number for {each.index[each.isna()][0]!r}; expected one for each item")
        return np.append(each.to_numpy(dtype=float), 0.0)
    return np.append(np.full(len(data.names), float(margin)), 0.0)
