"""Early warning: a credit limit exceeded, sales behind plan, expense over plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def limit_exceeded(
    frame: pd.DataFrame,
    *,
    value: str,
    limit: str,
    who: str = "customer_id",
    when: str = "day",
    threshold: float = 0.0,
    noise: float | None = None,
) -> pd.DataFrame:
    """Who has gone over a limit, when and by how much.

    Parameters
    ----------
    frame : DataFrame
        One row a check, e.g. one account at one month end.
    value, limit : str
        Columns of money: what is owed, and the limit.
    who, when : str
        Columns: customer or account, and day.
    threshold : float
        Money over the limit from which on to warn, 0 or more: what is within it is let pass.
    noise : float, optional
        Standard deviation of the value when nothing is wrong (money); gives `chance`.

    Returns
    -------
    DataFrame
        One row a warning, largest first, on the index of `frame`: who, when, value, limit, by (money over
        the limit), chance (that noise alone exceeds by so much when the true value lies at the limit;
        missing without noise). ``.attrs``: checks, false_alarm (chance of a warning in a check whose true
        value lies at the limit; None without noise), expected_false (None: it depends on the true values).

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or a number is out of range.

    >>> import pandas as pd
    >>> owed = pd.DataFrame({"customer_id": [1, 2], "day": ["a", "a"], "owed": [900.0, 1100.0], "limit": [1000.0, 1000.0]})
    >>> limit_exceeded(owed, value="owed", limit="limit")[["customer_id", "by"]].to_numpy().tolist()
    [[2.0, 100.0]]
    """
    rows = _checks(frame, {"who": who, "when": when, "value": value, "limit": limit})
    over = rows["value"] - rows["limit"]
    return _warnings(rows, over, (who, when, value, limit), threshold, noise, np.ones(len(rows)), strict=True)


def behind_plan(
    frame: pd.DataFrame,
    *,
    actual: str = "actual",
    plan: str = "plan",
    who: str = "customer_id",
    when: str = "day",
    threshold: float = 0.0,
    noise: float | None = None,
    cumulate: bool = False,
) -> pd.DataFrame:
    """Whose sales are behind plan, since when and by how much.

    Parameters
    ----------
    frame : DataFrame
        One row a person (or region, or article) and period.
    actual, plan, who, when : str
        Columns: two of money, whose plan it is, and the period.
    threshold : float
        Money behind plan from which on to warn, 0 or more.
    noise : float, optional
        Standard deviation of a period's actual about its plan when nothing is wrong (money).
    cumulate : bool
        Compare what was sold since the first period with what was planned since; the noise of k
        periods is then sqrt(k) times that of one.

    Returns
    -------
    DataFrame
        As `limit_exceeded`, with actual and plan (sums where cumulated) in the place of value and limit;
        expected_false: warnings in all checks if nothing is wrong anywhere, None without noise.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, a period comes twice, or a number is out of range.

    >>> import pandas as pd
    >>> plan = pd.DataFrame({"customer_id": [1, 1], "day": [1, 2], "actual": [90.0, 95.0], "plan": [100.0, 100.0]})
    >>> behind_plan(plan, threshold=12.0, cumulate=True)["by"].tolist()
    [15.0]
    """
    return _plan(frame, actual, plan, who, when, threshold, noise, cumulate, sign=-1.0)


def over_plan(
    frame: pd.DataFrame,
    *,
    actual: str = "actual",
    plan: str = "plan",
    who: str = "customer_id",
    when: str = "day",
    threshold: float = 0.0,
    noise: float | None = None,
    cumulate: bool = False,
) -> pd.DataFrame:
    """Whose expense is over plan, since when and by how much.

    Parameters
    ----------
    frame, actual, plan, who, when, threshold, noise, cumulate
        As of `behind_plan`, the other way round: more than planned warns.

    Returns
    -------
    DataFrame
        As of `behind_plan`.

    Raises
    ------
    TypeError, ValueError
        As of `behind_plan`.

    >>> import pandas as pd
    >>> plan = pd.DataFrame({"customer_id": [1, 2], "day": [1, 1], "actual": [90.0, 130.0], "plan": [100.0, 100.0]})
    >>> over_plan(plan, threshold=20.0)["customer_id"].tolist()
    [2]
    """
    return _plan(frame, actual, plan, who, when, threshold, noise, cumulate, sign=1.0)


def _ordered(column: pd.Series) -> bool:
    """Periods of a calendar, or categories in an order."""
    import pandas as pd

    return (
        isinstance(column.dtype, pd.PeriodDtype)
        or bool(getattr(column.dtype, "ordered", False))
        or (pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_numeric_dtype(column))
    )


def _checks(frame: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Four columns under their own names: who, when, value, limit; one clear message where they are unsound."""
    import pandas as pd

    require(frame, list(names.values()), name="frame")
    if not len(frame):
        raise ValueError("frame has 0 rows; expected one a check")
    if len(set(names.values())) < len(names):
        raise ValueError(f"columns {list(names.values())} must be four different ones")
    rows = pd.DataFrame({own: frame[given] for own, given in names.items()})
    for own, given in names.items():
        money = own in ("value", "limit")
        if money and not pd.api.types.is_numeric_dtype(rows[own]):
            raise TypeError(f"frame[{given!r}] is of type {rows[own].dtype}; expected money")
        bad = ~np.isfinite(rows[own].to_numpy(dtype=float, na_value=np.nan)) if money else rows[own].isna().to_numpy()
        if bad.any():
            raise ValueError(
                f"frame[{given!r}] is missing{' or infinite' if money else ''} in {int(bad.sum()):,} of {len(rows):,} rows "
                f"(first at row {int(np.flatnonzero(bad)[0])}); expected a value in every row"
            )
    return rows.astype({"value": float, "limit": float})


def _plan(
    frame: pd.DataFrame, actual: str, plan: str, who: str, when: str, threshold: float, noise: float | None,
    cumulate: bool, *, sign: float,
) -> pd.DataFrame:  # fmt: skip
    rows = _checks(frame, {"who": who, "when": when, "value": actual, "limit": plan})
    periods = np.ones(len(rows))
    if cumulate:
        if not _ordered(rows["when"]):
            raise ValueError(
                f"frame[{when!r}] is of type {rows['when'].dtype}; adding up needs periods that have an order. "
                "Mend: dates, numbers, or an ordered categorical"
            )
        twice = rows.duplicated(["who", "when"])
        if twice.any():
            one = rows[twice].iloc[0]
            raise ValueError(
                f"frame has {one['who']!r} in {one['when']!r} twice; expected one row each. Mend: add them up first"
            )
        # In the order of periods; a stable sort keeps the index to go back by.
        sums = rows.assign(row=np.arange(len(rows))).sort_values("when", kind="stable")
        each = sums.groupby("who", sort=False, observed=True)
        sums["value"], sums["limit"] = each["value"].cumsum(), each["limit"].cumsum()
        sums["periods"] = each.cumcount() + 1.0
        rows = sums.sort_values("row")
        periods = rows.pop("periods").to_numpy()
        rows = rows.drop(columns="row")
    by = sign * (rows["value"] - rows["limit"])
    return _warnings(rows, by, (who, when, actual, plan), threshold, noise, periods, strict=False)


def _warnings(
    rows: pd.DataFrame, by: pd.Series, names: tuple[str, ...], threshold: float, noise: float | None,
    periods: np.ndarray, *, strict: bool,
) -> pd.DataFrame:  # fmt: skip
    from scipy.special import ndtr

    door.number("threshold", threshold, low=0)
    found = rows.set_axis(list(names), axis=1).assign(by=by.to_numpy(), chance=np.nan)
    chance = None
    if noise is not None:
        sd = door.number("noise", noise, low=0, above=True) * np.sqrt(periods)
        found["chance"] = ndtr(-by.to_numpy() / sd)
        chance = ndtr(-threshold / sd)
    warns = by.to_numpy() > threshold if strict or threshold == 0 else by.to_numpy() >= threshold
    found = found[warns].sort_values("by", ascending=False, kind="stable")
    found.attrs = {
        "checks": len(rows),
        "false_alarm": None if chance is None else float(np.mean(chance)),
        "expected_false": None if chance is None or strict else float(np.sum(chance)),
    }
    return found
