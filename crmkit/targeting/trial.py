"""What did a contact change? A mailing read against its control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import normal_quantile
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

EVERYONE = "everyone"


def trial(
    frame: pd.DataFrame, *, outcome: str, treated: str = "treated", group: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Mean outcome with and without the contact, and the difference, by group.

    The lot decided who was contacted, so the difference is what the contact caused.
    Intervals are Welch's, which allow the two arms different spreads.

    Parameters
    ----------
    frame : DataFrame
        One row a customer in the trial.
    outcome : str
        Column of numbers, e.g. purchases in the four weeks after.
    treated : str
        Column of True (contacted) and False (held back).
    group : str, optional
        Column to split by; without it one row, "everyone".
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        tables.TRIAL, groups in their own order. A group with fewer than two customers
        in an arm has no interval.

    Raises
    ------
    ValueError
        If columns are lacking, values are missing, or an arm is empty.

    References
    ----------
    Welch, B. L. (1947), Biometrika 34.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"treated": [True, True, False, False], "bought": [2, 4, 1, 1]})
    >>> float(trial(log, outcome="bought")["uplift"].iloc[0])
    2.0
    """
    import pandas as pd
    from scipy.stats import t

    require(frame, [outcome, treated] + ([group] if group else []), name="frame")
    if not pd.api.types.is_bool_dtype(frame[treated]) or frame[treated].isna().any():
        raise ValueError(f"frame[{treated!r}] is of type {frame[treated].dtype}; expected True and False")
    if not pd.api.types.is_numeric_dtype(frame[outcome]):
        raise ValueError(f"frame[{outcome!r}] is of type {frame[outcome].dtype}; expected numbers")
    normal_quantile(level)
    if np.isinf(frame[outcome].astype("float64")).any():
        raise ValueError(f"frame[{outcome!r}] holds infinite values; expected numbers")
    frame = frame.assign(**{treated: frame[treated].astype(bool)})
    missing = frame[[outcome] + ([group] if group else [])].isna().any(axis=1)
    if missing.any():
        raise ValueError(f"frame has {int(missing.sum()):,} rows without {outcome!r} or {group!r}; expected both")
    arms = frame[treated].nunique()
    if arms < 2:
        raise ValueError(
            f"frame[{treated!r}] holds {arms} arm(s); expected contacted and held-back customers. "
            "Without a control the effect of a contact cannot be told from what happens anyway"
        )
    names = frame[group] if group else pd.Series(EVERYONE, index=frame.index)
    parts = frame[outcome].astype(float).groupby([names, frame[treated]], observed=False).agg(["size", "mean", "var"])
    parts = parts.unstack()
    parts = parts[parts["size"].sum(axis=1) > 0]  # a named group without customers says nothing
    n, mean, variance = (parts[name].reindex(columns=[True, False]) for name in ("size", "mean", "var"))
    error = variance / n
    both = error[True] + error[False]
    with np.errstate(divide="ignore", invalid="ignore"):  # an arm of one has no spread: no interval
        freedom = both**2 / (error[True] ** 2 / (n[True] - 1) + error[False] ** 2 / (n[False] - 1))
    freedom = freedom.where(both > 0, n.sum(axis=1) - 2)
    uplift = mean[True] - mean[False]
    half = t.ppf(0.5 + level / 2, freedom) * np.sqrt(both)
    found = pd.DataFrame(
        {
            "treated": n[True].fillna(0).astype(int),
            "control": n[False].fillna(0).astype(int),
            "treated_mean": mean[True],
            "control_mean": mean[False],
            "uplift": uplift,
            "low": uplift - half,
            "high": uplift + half,
        }
    )
    return found.rename_axis("group").reset_index()
