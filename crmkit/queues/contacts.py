"""From a log: how long calls of each reason take, and how many settle the matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def handle_times(calls: pd.DataFrame, *, by: str = "reason", level: float = 0.95) -> pd.DataFrame:
    """Mean handling time of each reason, as a log-normal law tells it.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS): handle_s (missing: nobody answered), and the column `by`.
    by : str
        What to tell apart.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index `by`: calls, mean_s, low_s, high_s, median_s, cv (sd over mean), cv_low, cv_high. Without intervals where there is
        but one call.

    Raises
    ------
    ValueError
        If nobody was answered, or a call took 0 seconds or less.

    References
    ----------
    Brown et al. (2005), section 4: service times are log-normal. Interval of the mean by Cox (in Zhou & Gao 1997), of the
    spread by chi-square.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"reason": ["bill"] * 4, "handle_s": [100.0, 200.0, 400.0, None]})
    >>> handle_times(log)[["calls", "median_s"]].round(1).values.tolist()
    [[3.0, 200.0]]
    """
    import pandas as pd
    from scipy.special import chdtri

    require(calls, ["handle_s", by], name="calls")
    z, tail = normal_quantile(level), (1 - level) / 2
    own = calls[calls["handle_s"].notna()]
    if not len(own):
        raise ValueError(f"none of {len(calls):,} calls has a handle_s; expected answered calls")
    if not (own["handle_s"] > 0).all():
        raise ValueError(
            f"{int((~(own['handle_s'] > 0)).sum()):,} calls took 0 seconds or less; expected more than 0. "
            "Mend: calls[calls.handle_s.isna() | (calls.handle_s > 0)], and say how many were left out"
        )
    logs = np.log(own["handle_s"].astype(float)).groupby(own[by], observed=True)
    n, middle, spread = logs.size().astype(float), logs.mean(), logs.var(ddof=1)
    log_mean, half = middle + spread / 2, z * np.sqrt(spread / n + spread**2 / (2 * (n - 1).where(n > 1)))
    # (n - 1) s^2 / sigma^2 is chi-square.
    free = (n - 1).where(n > 1)
    ends = [free * spread / chdtri(free, one) for one in (tail, 1 - tail)]
    return pd.DataFrame({
        "calls": n.astype(np.int64), "mean_s": np.exp(log_mean), "low_s": np.exp(log_mean - half),
        "high_s": np.exp(log_mean + half), "median_s": np.exp(middle), "cv": np.sqrt(np.expm1(spread)),
        "cv_low": np.sqrt(np.expm1(ends[0])), "cv_high": np.sqrt(np.expm1(ends[1])),
    })  # fmt: skip


def first_contact_resolution(
    calls: pd.DataFrame,
    *,
    window_h: float = 72.0,
    by: str | None = "reason",
    link: str = "repeat_of",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of first calls after which the caller did not have to call again.

    Parameters
    ----------
    calls : DataFrame
        A log (tables.CALLS): call_id, arrived, abandoned; the column `by`, and what `link` needs.
    window_h : float
        A call later than so many hours after the first is another matter.
    by : str, optional
        What to tell apart; None: all together.
    link : str
        repeat_of: the log knows which call repeats which; customer_id: a call of the same customer with the same reason is a
        repeat (a fresh matter of the same kind is taken for one, so the share is understated).
    level : float
        Of the interval, 0..1 (Wilson).

    Returns
    -------
    DataFrame
        Index `by` (or "all"): calls (answered first calls watched for the whole window), repeated, settled (share), low, high,
        unwatched (answered first calls too near the end of the log), window_h.

    Raises
    ------
    ValueError
        If no call was watched for the whole window, or `link` is not known.

    >>> from crmkit import queues
    >>> line = queues.Line("bill", 200, 240, unsettled_share=0.2, again_s=1800)
    >>> log = queues.simulate([line], [queues.Team("all", 25)], hours=48, seed=1)
    >>> bool(abs(first_contact_resolution(log, window_h=12).loc["bill", "settled"] - 0.8) < 0.02)
    True
    """
    import pandas as pd

    if link not in ("repeat_of", "customer_id"):
        raise ValueError(f"link={link!r} is not known; choose repeat_of or customer_id")
    door.number("window_h", window_h, low=0, above=True)
    own = [
        "call_id",
        "arrived",
        "abandoned",
        *([by] if by else []),
        link,
        *(["reason"] if link == "customer_id" else []),
    ]
    require(calls, own, name="calls")
    log = calls.sort_values("arrived", kind="stable")
    window = pd.Timedelta(hours=window_h)
    repeats = (
        _links(log, window) if link == "customer_id" else log.set_index("call_id")["repeat_of"].dropna().astype("int64")
    )
    arrived = log.set_index("call_id")["arrived"]
    known = repeats[repeats.isin(arrived.index)]
    soon = known[(arrived[known.index].to_numpy() - arrived[known.to_numpy()].to_numpy()) <= window]
    first = ~log["call_id"].isin(repeats.index).to_numpy() & ~log["abandoned"].to_numpy(dtype=bool)
    for name, none in (("redial_of", True), ("contained", False)):
        if name in log:
            first &= log[name].isna().to_numpy() if none else ~log[name].to_numpy(dtype=bool)
    watched = (log["arrived"] + window <= log["arrived"].iloc[-1]).to_numpy() if len(log) else first
    if not (first & watched).any():
        raise ValueError(
            f"no answered first call was watched for window_h={window_h:g} hours; expected a longer log, or a shorter window"
        )
    rows = pd.DataFrame({
        by or "calls": log[by].to_numpy() if by else "all", "watched": watched,
        "again": log["call_id"].isin(soon).to_numpy() & watched,
    })[first]  # fmt: skip
    groups = rows.groupby(by or "calls", observed=True)
    n, again = groups["watched"].sum(), groups["again"].sum()
    low, high = wilson((n - again).to_numpy(), n.to_numpy(), level=level)
    return pd.DataFrame({
        "calls": n, "repeated": again, "settled": 1 - again / n.where(n > 0), "low": low, "high": high,
        "unwatched": groups.size() - n, "window_h": float(window_h),
    })  # fmt: skip


def _links(log: pd.DataFrame, window: pd.Timedelta) -> pd.Series:
    """Of each call the last one before it of the same customer and reason within the window, if there is one."""
    groups = log.groupby(["customer_id", "reason"], observed=True)
    before, when = groups["call_id"].shift(), groups["arrived"].shift()
    soon = (before.notna() & (log["arrived"] - when <= window)).to_numpy()
    return before[soon].astype("int64").set_axis(log.loc[soon, "call_id"])
