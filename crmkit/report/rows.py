"""From rows as they came to sound transactions, with a word on every row that is not among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import tables

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.cleaning import Cleaned
    from crmkit.report.roles import Roles

# Days further than this from all others are mistypings (a century off), if they hold few rows.
FAR_DAYS = 730
FEW = 0.05  # share of the sound rows
FAR = "day: more than two years from all other days"
NETS_TO_ZERO = "amount: the lines of its basket add up to zero"
ROUNDING = 1e-9  # of the money moved, below which a sum of lines is zero
TIME = " time"  # helper column; no file has a name that begins so and is not stripped


@dataclass(frozen=True)
class Intake:
    """Every row that came in, kept or rejected, and the transactions that the kept ones make."""

    cleaned: Cleaned  # kept: customer_id, day, amount, basket_id and item where named; rejected with `row`
    transactions: pd.DataFrame  # customer_id, day, amount, and basket_id where named
    notes: tuple[str, ...]


def take_in(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    as_of: dt.date | str | None,
    dayfirst: bool | None,
    keep_duplicates: bool,
    most: float | None = None,
) -> Intake:
    """Clean the rows, set aside what cannot count, and sum lines to transactions."""
    from crmkit import cleaning

    source = frame.attrs.get("source", "the frame")
    tables.require(frame, list(roles.ours), name=source)
    if not len(frame):
        raise ValueError(f"{source} has 0 rows below the names; expected at least one order. Mend: export it anew")
    judged = day_of(as_of)
    labels, raw = frame.index, frame[list(roles.taken.values())]
    notes = list(frame.attrs.get("notes", ()))
    if not keep_duplicates and _has_times(raw[roles.when]):
        # Cleaning keeps the day alone; two like purchases at different hours are no duplicates.
        raw = raw.assign(**{TIME: raw[roles.when]})
    cleaned = cleaning.clean(
        raw,
        roles.table,
        columns=roles.ours,
        dayfirst=dayfirst,
        duplicates="keep" if keep_duplicates else "reject",
    )
    lines = cleaned.kept.drop(columns=TIME, errors="ignore")
    if roles.amount is None:
        with np.errstate(over="ignore", under="ignore"):
            amount = lines["quantity"].to_numpy(dtype=float) * lines["price"].to_numpy(dtype=float)
        lines = lines.drop(columns=["quantity", "price"]).assign(amount=amount)
    reason = _set_aside(lines, judged)
    if most is not None:
        reason[(reason == "") & (np.abs(lines["amount"].to_numpy()) > most)] = f"amount: larger than {most:,g}"
    if roles.summed:
        _reject_zero_baskets(lines, reason)
    kept = reason == ""
    later = raw.iloc[lines.index[~kept]].set_axis(lines.index[~kept]).rename(columns=roles.ours)
    cleaned = _with_their_names(_moved(cleaned, lines[kept], later.assign(reason=reason[~kept])), labels, roles)
    if not len(cleaned.kept):
        _refuse_all(cleaned, source)
    transactions = cleaned.kept
    if roles.summed:
        transactions, spread = _sum_baskets(transactions)
        if spread:
            notes.append(f"{spread:,} baskets have lines on more than one day; their first day counts.")
    return Intake(
        cleaned=cleaned,
        transactions=transactions.drop(columns="item", errors="ignore").reset_index(drop=True),
        notes=tuple(notes),
    )


def day_of(as_of: dt.date | str | None) -> pd.Timestamp | None:
    """The day of judgement, or None for the last day of the log.

    Raises
    ------
    ValueError
        If it is no day.
    """
    import pandas as pd

    if as_of is None:
        return None
    try:
        day = pd.Timestamp(as_of)
    except (ValueError, TypeError):
        day = pd.NaT
    if day is pd.NaT or day.tz is not None:
        raise ValueError(f"as_of={as_of!r} is no day; expected one without a time zone. Mend: write 2025-12-31")
    return day.normalize()


def _has_times(when: pd.Series) -> bool:
    import pandas as pd

    if pd.api.types.is_datetime64_any_dtype(when):
        known = when.dropna()
        return bool((known != known.dt.normalize()).any())
    return not pd.api.types.is_numeric_dtype(when) and bool(when.astype("str").str.contains(":", regex=False).any())


def _set_aside(lines: pd.DataFrame, judged: pd.Timestamp | None) -> np.ndarray:
    """Why a sound row cannot count; "" where it does."""
    reason = np.full(len(lines), "", dtype=object)
    amount, day = lines["amount"].to_numpy(), lines["day"].to_numpy().astype("datetime64[D]")
    reason[amount == 0] = "amount: zero"
    reason[~np.isfinite(amount)] = "amount: infinite"
    if len(lines):
        reason[_far(day) & (reason == "")] = FAR
    if judged is not None:
        reason[(day > judged.to_datetime64()) & (reason == "")] = f"day: after {judged:%Y-%m-%d}, the day of judgement"
    return reason


def _far(day: np.ndarray) -> np.ndarray:
    """Which days stand apart from all others, with few rows."""
    number = day.astype("int64")
    first = number.min()
    count = np.bincount(number - first)
    days = np.flatnonzero(count)
    group = np.concatenate([[0], np.cumsum(np.diff(days) > FAR_DAYS)])
    size = np.bincount(group, weights=count[days])
    main = int(size.argmax())
    if size.sum() - size[main] > FEW * size.sum():
        return np.zeros(len(day), dtype=bool)
    within = days[group == main]
    return (number < first + within[0]) | (number > first + within[-1])


def _basket_codes(lines: pd.DataFrame) -> np.ndarray:
    """One number for each basket of each customer; without a basket, for each of their days."""
    import pandas as pd

    who = pd.factorize(lines["customer_id"])[0].astype("int64")
    day = lines["day"].to_numpy().astype("datetime64[D]").astype("int64")
    key = -1 - (day - day.min())
    if "basket_id" in lines:
        basket = pd.factorize(lines["basket_id"])[0]
        key = np.where(basket >= 0, basket, key)
    key = key - key.min()
    return pd.factorize(who * (key.max() + 1) + key)[0]


def _reject_zero_baskets(lines: pd.DataFrame, reason: np.ndarray) -> None:
    sound = np.flatnonzero(reason == "")
    if not len(sound):
        return
    code, amount = _basket_codes(lines.iloc[sound]), lines["amount"].to_numpy()[sound]
    moved = np.bincount(code, weights=np.abs(amount))
    zero = np.abs(np.bincount(code, weights=amount)) <= ROUNDING * moved
    reason[sound[zero[code]]] = NETS_TO_ZERO


def _sum_baskets(lines: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """One row a basket, on its first day; and how many baskets have several days."""
    import pandas as pd

    code = _basket_codes(lines)
    day = lines["day"].to_numpy().astype("datetime64[D]").astype("int64")
    n = int(code.max()) + 1
    first, last = np.full(n, np.iinfo("int64").max), np.full(n, np.iinfo("int64").min)
    np.minimum.at(first, code, day)
    np.maximum.at(last, code, day)
    begins = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())  # codes are numbered as they appear
    found = lines.iloc[begins].drop(columns="item", errors="ignore")
    found = found.assign(
        day=first.astype("datetime64[D]").astype("datetime64[us]"),
        amount=np.bincount(code, weights=lines["amount"].to_numpy()),
    )
    return found, int((first != last).sum())


def _moved(cleaned: Cleaned, kept: pd.DataFrame, later: pd.DataFrame) -> Cleaned:
    """The same rows, with some of the kept moved to the rejected."""
    import pandas as pd

    from crmkit.cleaning import Cleaned

    rejected = cleaned.rejected if later.empty else pd.concat([cleaned.rejected, later]).sort_index()
    gone = cleaned.repaired["row"].isin(later.index)
    return Cleaned(kept=kept, rejected=rejected, repaired=cleaned.repaired[~gone].reset_index(drop=True))


def _refuse_all(cleaned: Cleaned, source: str) -> None:
    reasons = cleaned.reasons()
    most = "; ".join(f"{row.what} ({row.rows:,} rows)" for row in reasons.head(3).itertuples())
    raise ValueError(
        f"none of the {cleaned.came_in:,} rows of {source} can be used: {most}; expected at least one sound order. "
        "Mend: see to these reasons, or name other columns"
    )


def _with_their_names(cleaned: Cleaned, labels: pd.Index, roles: Roles) -> Cleaned:
    """Rejected and repaired with the names and row numbers of the file."""
    from crmkit.cleaning import Cleaned

    theirs = roles.taken
    rejected = cleaned.rejected.drop(columns=TIME, errors="ignore")
    reason = rejected.pop("reason")
    again = reason.str.contains(r" row \d+$", regex=True)
    reason[again] = reason[again].str.replace(r"(?<= row )\d+$", lambda at: str(labels[int(at[0])]), regex=True)
    for ours, name in theirs.items():
        begins = reason.str.startswith(f"{ours}: ")
        reason[begins] = name + reason[begins].str[len(ours) :]
    rejected = rejected.rename(columns=theirs)
    rejected.insert(0, "row", labels.take(rejected.index), allow_duplicates=True)
    rejected.insert(rejected.shape[1], "reason", reason, allow_duplicates=True)
    repaired = cleaned.repaired.assign(
        row=labels.take(cleaned.repaired["row"].to_numpy(dtype=int)),
        column=cleaned.repaired["column"].map(theirs),
    )
    return Cleaned(
        kept=cleaned.kept.reset_index(drop=True), rejected=rejected.reset_index(drop=True), repaired=repaired
    )
