"""Which contacts are open at all, and what they bring after preference, cadence and fatigue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = {"minutes": 0.0, "cost": 0.0, "recent": 0.0, "gain_error": 0.0}


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
