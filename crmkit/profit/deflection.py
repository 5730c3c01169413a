"""What does self-service save? Calls and time avoided, from a pilot in which a lot decided who was offered it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("customer_id", "offered", "sessions", "calls", "talk_s")


def deflection(pilot: pd.DataFrame, *, by: str = "module", level: float = 0.95) -> pd.DataFrame:
    """Calls that self-service avoided for each customer: those without it less those with it, not its sessions.

    A session is no call saved: many would not have called, some call because of it. Only who was left out by lot tells.

    Parameters
    ----------
    pilot : DataFrame
        One row for each customer and module, also of those who never called: customer_id, `by`, offered (by lot, the same
        for all rows of a customer), sessions (0 or more), calls (on what the module is for, 0 or more), talk_s (time of
        agents for these, seconds).
    by : str
        Column with the module.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index `by`; per customer over the time of the pilot: with_it, without_it (customers), sessions (of those offered),
        calls_without, calls_with, avoided, low, high (calls), sessions_per_call (sessions for each call avoided; inf where none
        was), talk_without, talk_avoided, talk_low, talk_high (seconds).

    Raises
    ------
    TypeError, ValueError
        If a column is missing or holds what it must not, a customer stands twice in a module, or a group has fewer than two.

    References
    ----------
    Welch (1947), Biometrika 34 (difference of two means with unequal variances).

    >>> import pandas as pd
    >>> table = {"customer_id": range(6), "module": "bill", "offered": [True] * 3 + [False] * 3}
    >>> table |= {"sessions": [2, 1, 3, 0, 0, 0], "calls": [0, 1, 0, 1, 2, 1], "talk_s": [0, 90, 0, 90, 200, 100]}
    >>> deflection(pd.DataFrame(table))[["sessions", "avoided"]].round(2).to_dict("records")
    [{'sessions': 2.0, 'avoided': 1.0}]
    """
    import pandas as pd
    from scipy.stats import ttest_ind

    door.share("level", level)
    missing = [name for name in (*COLUMNS, by) if name not in pilot]
    if missing:
        raise ValueError(
            f"pilot has no column {missing[0]!r}; expected {', '.join((*COLUMNS, by))}. Mend: rename yours"
        )
    if pilot["offered"].dtype != bool:
        raise TypeError(f"offered is of type {pilot['offered'].dtype}; expected True or False. Mend: .astype(bool)")
    for name in ("sessions", "calls", "talk_s"):
        values = pilot[name].to_numpy(dtype=float)
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError(f"{name} holds {values[~(values >= 0) | ~np.isfinite(values)][0]:g}; expected 0 or more")
    twice = pilot.duplicated(["customer_id", by])
    if twice.any():
        row = pilot[twice].iloc[0]
        raise ValueError(
            f"customer {row['customer_id']} stands twice in {by} {row[by]!r}; expected one row. Mend: add up"
        )
    rows = {}
    for module, one in pilot.groupby(by, observed=True, sort=False):
        there, left_out = one[one["offered"]], one[~one["offered"]]
        if min(len(there), len(left_out)) < 2:
            raise ValueError(
                f"{by} {module!r} has {len(there)} customers with the offer and {len(left_out)} without; expected 2 or more"
            )
        found = {"with_it": len(there), "without_it": len(left_out), "sessions": there["sessions"].mean()}
        found |= {"calls_without": left_out["calls"].mean(), "calls_with": there["calls"].mean()}
        for name, told in (
            ("calls", ("avoided", "low", "high")),
            ("talk_s", ("talk_avoided", "talk_low", "talk_high")),
        ):
            gap = left_out[name].mean() - there[name].mean()
            if left_out[name].nunique() == there[name].nunique() == 1:  # nothing varies: nothing to be unsure of
                found |= dict(zip(told, (gap, gap, gap), strict=True))
                continue
            between = ttest_ind(left_out[name], there[name], equal_var=False).confidence_interval(level)
            found |= dict(zip(told, (gap, between.low, between.high), strict=True))
        found["sessions_per_call"] = found["sessions"] / found["avoided"] if found["avoided"] > 0 else np.inf
        found["talk_without"] = left_out["talk_s"].mean()
        rows[module] = found
    names = (
        "with_it without_it sessions calls_without calls_with avoided low high sessions_per_call "
        "talk_without talk_avoided talk_low talk_high"
    )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)[names.split()]
