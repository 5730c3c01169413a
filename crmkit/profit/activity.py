"""Profit customer by customer: what is left of sales, less what each contact cost."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def by_customer(
    transactions: pd.DataFrame,
    contacts: pd.DataFrame,
    costs: pd.Series,
    *,
    margin: float = 1.0,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
    channel: str = "channel",
) -> pd.DataFrame:
    """Contribution, cost to serve by channel, and profit of each customer.

    Activity-based costing (Cooper & Kaplan 1991): each contact costs what one contact
    through its channel costs, whoever it was with; nothing is spread by turnover.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return: customer, day, amount.
    contacts : DataFrame
        One row an activity that costs: customer and channel. It may be the same frame.
    costs : Series on channel
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
        column "cost <channel>" for each channel of `costs`, cost_to_serve, profit (money).

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or a channel has no cost.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 2], "day": pd.to_datetime(["2025-01-01"] * 2), "amount": [100.0, 40.0]})
    >>> calls = pd.DataFrame({"customer_id": [2, 2], "channel": ["phone", "web"]})
    >>> by_customer(log, calls, pd.Series({"phone": 5.0, "web": 0.5}), margin=0.3)["profit"].tolist()
    [30.0, 6.5]
    """
    import pandas as pd

    if not 0 <= margin <= 1:
        raise ValueError(f"margin={margin!r} must be a share from 0 to 1; write 30 % as 0.3")
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    acts = frames.native(contacts, name="contacts")
    require(acts, [customer, channel], name="contacts")
    unit = _costs(costs)
    for column in (customer, channel):
        missing = acts[column].isna().to_numpy()
        if missing.any():
            raise ValueError(
                f"contacts[{column!r}] is missing in {int(missing.sum()):,} of {len(acts):,} rows "
                f"(first at row {int(np.flatnonzero(missing)[0])}); expected a value in every row"
            )
    place = pd.Index(unit.index).get_indexer(pd.Index(acts[channel].astype(object)))
    if (place < 0).any():
        unknown = str(acts[channel].iloc[int(np.flatnonzero(place < 0)[0])])
        near = difflib.get_close_matches(unknown, [str(one) for one in unit.index], n=1)
        raise ValueError(
            f"costs lacks the channel {unknown!r} of contacts ({int((place < 0).sum()):,} rows); it has "
            f"{list(unit.index)}" + (f". Did you mean {near[0]!r}?" if near else "")
        )
    both = pd.concat([pd.Series(rows["customer_id"].to_numpy()), pd.Series(acts[customer].to_numpy())])
    code, who = frames.codes(both)
    bought, acted = code[: len(rows)], code[len(rows) :]
    n, k = len(who), len(unit)
    revenue = np.bincount(bought, weights=rows["amount"].to_numpy(), minlength=n)
    number = np.bincount(acted * k + place, minlength=n * k).reshape(n, k)
    spent = number * unit.to_numpy(dtype=float)
    found = pd.DataFrame(
        {"revenue": revenue, "contribution": margin * revenue, "activities": number.sum(axis=1)},
        index=who.rename("customer_id"),
    )
    for at, name in enumerate(unit.index):
        found[f"cost {name}"] = spent[:, at]
    found["cost_to_serve"] = spent.sum(axis=1)
    found["profit"] = found["contribution"] - found["cost_to_serve"]
    return found


def _costs(costs: pd.Series) -> pd.Series:
    import pandas as pd

    if not isinstance(costs, pd.Series):
        raise TypeError(
            f"costs is a {type(costs).__name__}; expected a Series of money on channel. "
            "Mend: frame.set_index('channel')['cost'], or pandas.Series({'phone': 5.0})"
        )
    if not len(costs):
        raise ValueError("costs has 0 channels; expected the cost of an activity for each")
    if costs.index.has_duplicates:
        raise ValueError(f"costs names the channel {costs.index[costs.index.duplicated()][0]!r} twice; expected once")
    if not pd.api.types.is_numeric_dtype(costs) or not np.isfinite(costs.to_numpy(dtype=float)).all():
        raise ValueError(f"costs must hold a finite number for each channel; it has {costs.to_dict()}")
    if (costs < 0).any():
        raise ValueError(
            f"costs of {costs.index[costs < 0][0]!r} is {float(costs[costs < 0].iloc[0])}; expected 0 or more"
        )
    return costs
