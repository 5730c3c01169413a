"""Which contacts are open at all, and what they bring after preference, cadence and fatigue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = {"minutes": 0.0, "cost": 0.0, "recent": 0.0, "gain_error": 0.0}


def days_since(contacts: pd.DataFrame, last_contact: pd.Series, on: Any) -> pd.Series:
    """Days from each customer's last contact to the day of the one that is planned, for `cadence_days` of a plan.

    So a contact of the period before keeps a customer free for as long as the cadence says, whatever the periods.

    Parameters
    ----------
    contacts : DataFrame
        Of a plan: customer_id, and period where `on` differs between periods.
    last_contact : Series on customer_id
        Days; of several of one customer the last counts. Customers without one were never contacted.
    on : day, or mapping of period to day
        First day of the contacts that are planned.

    Returns
    -------
    Series
        On the index of `contacts`: days, missing if never.

    Raises
    ------
    TypeError, ValueError
        If days are no days, a period has none, or a contact lies after the day of the plan.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customer_id": [1, 1, 2, 3], "period": ["May", "June"] * 2})
    >>> made = pd.Series(pd.to_datetime(["2025-04-20", "2025-03-01"]), index=[1, 2])
    >>> days_since(frame, made, {"May": "2025-05-01", "June": "2025-06-01"}).tolist()
    [11.0, 42.0, 61.0, nan]
    """
    import pandas as pd

    require(contacts, ["customer_id"], name="contacts")
    if not isinstance(last_contact, pd.Series) or not pd.api.types.is_datetime64_any_dtype(last_contact):
        raise TypeError("last_contact must be a Series of days on customer_id. Mend: pandas.to_datetime(frame['day'])")
    if isinstance(on, Mapping):
        require(contacts, ["period"], name="contacts")
        lacking = [one for one in contacts["period"].unique() if one not in on]
        if lacking:
            raise ValueError(f"on has no day for the period {lacking[0]!r}; expected one for each. It has {list(on)}")
        planned = contacts["period"].map({period: _day(day) for period, day in on.items()})
    else:
        planned = pd.Series(_day(on), index=contacts.index)
    made = last_contact.groupby(level=0).max()
    since = (planned - made.reindex(contacts["customer_id"]).to_numpy()) / pd.Timedelta(days=1)
    if (since < 0).any():
        who = contacts.loc[since < 0, "customer_id"].iloc[0]
        raise ValueError(
            f"last_contact of customer {who} lies {-float(since[since < 0].iloc[0]):g} days after the day of the plan; "
            "expected contacts that were made. Mend: last_contact[last_contact <= day]"
        )
    return since.rename("days_since")


def _day(value: Any) -> pd.Timestamp:
    import pandas as pd

    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError):
        day = pd.NaT
    if day is pd.NaT or isinstance(value, bool | int | float):
        raise ValueError(f"on={value!r} is no day; expected one, e.g. '2025-05-01'")
    return day


def open_rows(contacts: pd.DataFrame, *, cadence_days: float | None, fatigue: float) -> tuple[pd.DataFrame, pd.Series]:
    """The contacts that may be made, sorted by customer, and how many are closed for which reason."""
    import pandas as pd

    require(contacts, ["customer_id", "channel", "gain"], name="contacts")
    if not len(contacts):
        raise ValueError("contacts has 0 rows; expected one for each customer and channel")
    for name in ("customer_id", "channel", "segment", "agents", "period"):
        if name in contacts and contacts[name].isna().any():
            raise ValueError(f"contacts[{name!r}] is missing in {int(contacts[name].isna().sum()):,} rows; fill it")
    key = ["customer_id", "channel"] + (["period"] if "period" in contacts else [])
    twice = contacts.duplicated(key)
    if twice.any():
        first = contacts.loc[twice, key].iloc[0].tolist()
        raise ValueError(
            f"contacts has {int(twice.sum()):,} rows twice, first {first}; expected one row for each {key}"
        )
    rows = contacts[key].copy()
    rows["gain"] = door.numbers("contacts['gain']", contacts["gain"])
    for name, value in AMOUNTS.items():
        rows[name] = door.numbers(f"contacts[{name!r}]", contacts[name], low=0) if name in contacts else value
    for name in ("segment", "agents"):
        if name in contacts:
            rows[name] = contacts[name]
    if "agents" not in rows:
        rows["agents"] = rows["channel"]
    closed = pd.Series("", index=rows.index, dtype=object)
    if "allowed" in contacts:
        if not pd.api.types.is_bool_dtype(contacts["allowed"]) or contacts["allowed"].isna().any():
            raise ValueError(
                f"contacts['allowed'] is of type {contacts['allowed'].dtype}; expected True and False. "
                "Mend: someone who was not asked has not agreed, so False"
            )
        closed[~contacts["allowed"].astype(bool)] = "not allowed"
    if door.share("fatigue", fatigue) < 1:
        if "recent" not in contacts:
            raise ValueError("fatigue is given but contacts lacks 'recent', the number of recent contacts")
        # Fatigue takes from what the contact brings; its cost stays.
        rest = fatigue ** rows["recent"]
        rows["gain"] = (rows["gain"] + rows["cost"]) * rest - rows["cost"]
        rows["gain_error"] *= rest
    if cadence_days is not None:
        door.number("cadence_days", cadence_days, low=0)
        if "days_since" not in contacts:
            raise ValueError("cadence_days is given but contacts lacks 'days_since', the days since the last contact")
        since = contacts["days_since"]
        if (since < 0).any():
            raise ValueError(f"contacts['days_since'] holds {since.min():g}; expected 0 or more, missing if never")
        closed[(since < cadence_days) & (closed == "")] = "too soon"
    free = closed == ""
    left_out = closed[~free].value_counts().rename_axis("reason").rename("contacts")
    rows = rows[free].assign(place=np.flatnonzero(free))
    return rows.sort_values("customer_id", kind="stable", ignore_index=True), left_out


def shrunk(rows: pd.DataFrame) -> pd.Series:
    """Gains drawn towards the mean of their channel by as much as is error (normal model, Efron and Morris 1975)."""
    by = rows["channel"]
    mean, spread = (rows["gain"].groupby(by).transform(how) for how in ("mean", "var"))
    noise = (rows["gain_error"] ** 2).groupby(by).transform("mean")
    real = np.maximum(spread.fillna(0.0) - noise, 0.0)
    total = real + rows["gain_error"] ** 2
    return mean + (rows["gain"] - mean) * np.where(total > 0, real / total.where(total > 0, 1.0), 1.0)
