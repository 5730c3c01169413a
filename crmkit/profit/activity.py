"""Profit customer by customer: what is left of sales, less what each contact cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door, frames
from crmkit.intervals import normal_quantile
from crmkit.profit.channels import places, unit_costs
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def by_customer(
    transactions: pd.DataFrame,
    contacts: pd.DataFrame,
    costs: pd.Series | pd.DataFrame,
    *,
    margin: float = 1.0,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
    channel: str = "channel",
) -> pd.DataFrame:
    """Contribution, cost to serve by channel, and profit of each customer.

    Activity-based costing (Cooper & Kaplan 1991): each contact costs what one contact
    through its channel costs, whoever it was with; nothing is spread by turnover. These
    are sums of what was recorded, not estimates.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return, or an income: customer, day, amount (money); pandas, or a frame of
        Polars, DuckDB, PyArrow or Spark, which adds up itself.
    contacts : DataFrame
        One row an activity that costs: customer and channel, on the same engine. It may be the same frame.
    costs : Series on channel, or DataFrame with columns channel and cost
        Money that one activity costs, 0 or more.
    margin : float
        Share of an amount that is left when the goods are paid, 0..1; 1 where amounts are
        income already.
    customer, when, amount, channel : str
        How the frames call their columns.

    Returns
    -------
    DataFrame
        Index customer_id, everyone of either frame: revenue, contribution, activities, one
        column "cost <channel>" for each channel of `costs`, cost_to_serve, profit (money). From another
        engine a frame of its kind with the column customer_id, its rows in no order.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, both frames are empty, or a channel has no cost.

    References
    ----------
    Cooper & Kaplan (1991), Profit priorities from activity-based costing, Harvard Business
    Review 69.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 2], "day": pd.to_datetime(["2025-01-01"] * 2), "amount": [100.0, 40.0]})
    >>> calls = pd.DataFrame({"customer_id": [2, 2], "channel": ["phone", "web"]})
    >>> by_customer(log, calls, pd.Series({"phone": 5.0, "web": 0.5}), margin=0.3)["profit"].tolist()
    [30.0, 6.5]
    """
    import pandas as pd
    from pandas.api.types import is_numeric_dtype

    left = door.share("margin", margin)
    if frames.on_engine(transactions) or frames.on_engine(contacts):
        from crmkit.profit import engine

        names = {"customer": customer, "when": when, "amount": amount}
        return frames.as_it_was(engine.by_customer(transactions, contacts, costs, left, names=names, channel=channel))
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    who, place, unit = _activities(contacts, costs, customer=customer, channel=channel)
    if not len(rows) + len(who):
        raise ValueError("transactions and contacts have 0 rows; expected what was bought, or what was done")
    if contacts is transactions:  # one log of both: its customers are told apart once
        bought, names = frames.codes(rows["customer_id"])
        acted = bought
    else:
        bought_by, acted_by = pd.Series(rows["customer_id"].array), pd.Series(who.array)
        if len(rows) and len(who) and is_numeric_dtype(bought_by) != is_numeric_dtype(acted_by):
            raise TypeError(
                f"{customer!r} is of type {bought_by.dtype} in transactions and {acted_by.dtype} in contacts, so nobody "
                f"could be in both. Mend: contacts.astype({{{customer!r}: transactions[{customer!r}].dtype}})"
            )
        code, names = frames.codes(pd.concat([bought_by, acted_by]))
        bought, acted = code[: len(rows)], code[len(rows) :]
    n, k = len(names), len(unit)
    revenue = np.bincount(bought, weights=rows["amount"].to_numpy(), minlength=n)
    number = np.bincount(acted * k + place, minlength=n * k).reshape(n, k)
    spent = number * unit.to_numpy()
    found = pd.DataFrame(
        {"revenue": revenue, "contribution": left * revenue, "activities": number.sum(axis=1)},
        index=names.rename("customer_id"),
    )
    for at, name in enumerate(unit.index):
        found[f"cost {name}"] = spent[:, at]
    found["cost_to_serve"] = spent.sum(axis=1)
    found["profit"] = found["contribution"] - found["cost_to_serve"]
    return found


def by_channel(
    contacts: pd.DataFrame,
    costs: pd.Series | pd.DataFrame,
    *,
    customer: str = "customer_id",
    channel: str = "channel",
    level: float = 0.95,
) -> pd.DataFrame:
    """What each channel carries and costs, and which part of all cost that is.

    Parameters
    ----------
    contacts : DataFrame
        One row an activity: customer and channel.
    costs : Series on channel, or DataFrame with columns channel and cost
        Money that one activity costs, 0 or more.
    customer, channel : str
        How the frame calls its columns.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        Index channel, in the order of `costs`: activities, customers, cost (money), activity_share,
        cost_share (0..1), low, high (of cost_share for a base seen as a sample of customers: linearised
        ratio, whole customers drawn, since those of one customer are alike).

    Raises
    ------
    TypeError, ValueError
        As in `by_customer`, or if nothing was done or all of it is free.

    References
    ----------
    Cochran (1977), Sampling Techniques, 6.3 (ratio of two sums).

    >>> import pandas as pd
    >>> calls = pd.DataFrame({"customer_id": [2, 2], "channel": ["phone", "web"]})
    >>> by_channel(calls, pd.Series({"phone": 6.0, "web": 2.0}))["cost_share"].tolist()
    [0.75, 0.25]
    """
    import pandas as pd

    z = normal_quantile(level)
    who, place, unit = _activities(contacts, costs, customer=customer, channel=channel)
    if not len(who):
        raise ValueError("contacts has 0 rows; expected one an activity")
    code, names = frames.codes(who)
    n, k = len(names), len(unit)
    number = np.bincount(code * k + place, minlength=n * k).reshape(n, k)
    spent = number * unit.to_numpy()
    each = spent.sum(axis=1)
    total = each.sum()
    if not total > 0:
        raise ValueError(
            f"all {len(who):,} activities together cost 0; a share of that says nothing. Mend: costs above 0"
        )
    share = spent.sum(axis=0) / total
    # One customer alone leaves the spread unknown: no interval.
    spread = (
        np.sqrt(((spent - share * each[:, None]) ** 2).sum(axis=0) * n / (n - 1)) / total
        if n > 1
        else np.full(k, np.nan)
    )
    return pd.DataFrame(
        {
            "activities": number.sum(axis=0),
            "customers": (number > 0).sum(axis=0),
            "cost": spent.sum(axis=0),
            "activity_share": number.sum(axis=0) / len(who),
            "cost_share": share,
            "low": np.clip(share - z * spread, 0, 1),
            "high": np.clip(share + z * spread, 0, 1),
        },
        index=unit.index,
    )


def _activities(
    contacts: pd.DataFrame, costs: pd.Series | pd.DataFrame, *, customer: str, channel: str
) -> tuple[pd.Series, np.ndarray, pd.Series]:
    """Who acted, the position of the channel, and the cost of one activity on channel."""
    acts = frames.native(contacts, name="contacts")
    require(acts, [customer, channel], name="contacts")
    unit = unit_costs(costs)
    missing = acts[customer].isna().to_numpy()
    if missing.any():
        raise ValueError(
            f"contacts[{customer!r}] is missing in {int(missing.sum()):,} of {len(acts):,} rows "
            f"(first at row {int(np.flatnonzero(missing)[0])}); expected a value in every row"
        )
    return acts[customer], places(acts[channel], unit.index, name="contacts"), unit
