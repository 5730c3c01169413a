"""The log of what was served, as a telephone system would have kept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.queues.crew import Line, Team
from crmkit.queues.desk import Served
from crmkit.queues.draw import Drawn, none

if TYPE_CHECKING:
    import pandas as pd


def logged(lines: list[Line], teams: list[Team], drawn: Drawn, served: Served, *, start: str) -> pd.DataFrame:
    """One row a call in the order of time, columns of tables.CALLS."""
    import pandas as pd

    n, early = len(served.wait), drawn.early
    outside = len(early.at)  # calls that never reach the queue
    menu = np.array([one.menu_s for one in lines])
    never = np.arange(n + outside) >= n
    turned = _and(np.zeros(n, dtype=bool), early.turned)
    team, wait = _and(served.group, none(outside)), _and(served.wait, np.zeros(outside))
    kind = _and(served.kind, drawn.early_kind)
    came_before = _and(drawn.come.before, none(n - len(drawn.come.at)))
    origin = np.where(came_before >= 0, n + came_before, served.origin)
    origin = _and(origin, np.where(early.before >= 0, n + early.before, -1))
    at = _and(served.arrived - menu[served.kind], early.at)
    number, order = np.arange(1, len(at) + 1), None
    if (at[1:] < at[:-1]).any():
        order = np.argsort(at, kind="stable")
        number[order] = np.arange(1, len(at) + 1)
    answered, over = team >= 0, _and(~served.unsettled & np.isfinite(served.handle), np.zeros(outside, dtype=bool))
    gone_before, follows = np.zeros(len(at), dtype=bool), none(len(at))
    some = np.flatnonzero(origin >= 0)
    if len(some):
        gone_before[some] = ~answered[origin[some]]  # the call before was given up, or turned away
        follows[some] = number[origin[some]]
    names = [*(one.name for one in teams), "none"]
    midnight = pd.Timestamp(start).to_datetime64().astype("datetime64[us]")
    columns = {
        "call_id": number,
        "customer_id": _customers(drawn, served),
        "arrived": midnight + (at * 1e6).astype("timedelta64[us]"),
        "site": pd.Categorical.from_codes(np.where(answered, team, len(teams)), names),
        "reason": pd.Categorical.from_codes(kind, [one.name for one in lines]),
        "contained": never & ~turned,
        "queued": ~never & ((wait > 0) | ~answered),
        "wait_s": wait,
        "abandoned": ~answered & ~never & np.isfinite(wait),
        "handle_s": _and(served.handle, np.full(outside, np.nan)),
        "agent_id": _optional(none(len(at))),
        "resolved": (never & ~turned) | over,
        "repeat_of": _optional(np.where(gone_before, -1, follows)),
        "redial_of": _optional(np.where(gone_before, follows, -1)),
    }
    if any(not np.all(one.open) for one in lines):
        columns["turned_away"] = turned
    if served.held is not None:
        columns["held_s"] = np.append(np.minimum(served.held, served.wait), np.zeros(outside))
        columns["left_number"] = np.append(served.held < served.wait, np.zeros(outside, dtype=bool))
    if served.ended is not None:
        ended = np.append(served.ended, np.full(outside, np.nan))
        known = np.isfinite(ended)
        moments = np.full(len(ended), np.datetime64("NaT", "us"))
        moments[known] = midnight + (ended[known] * 1e6).astype("timedelta64[us]")
        columns["ended"] = moments
    log = pd.DataFrame(columns)
    return log if order is None else log.iloc[order].reset_index(drop=True)


def _and(queued: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Those who reached the queue, then those who did not; the former as they stand where there are none of the latter."""
    return np.append(queued, outside) if len(outside) else queued


def _customers(drawn: Drawn, served: Served) -> pd.api.extensions.ExtensionArray:
    """Who called; those who call again are the same."""
    customer = _and(drawn.come.customer, none(len(served.origin) - len(drawn.come.at)))
    while True:
        unknown = np.flatnonzero((customer < 0) & (served.origin >= 0))
        told = unknown[customer[served.origin[unknown]] >= 0]
        if not len(told):
            break
        customer[told] = customer[served.origin[told]]
    return _optional(_and(customer, drawn.early.customer))


def _optional(number: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Whole numbers; -1 stands for none."""
    import pandas as pd

    return pd.arrays.IntegerArray(np.maximum(number, 0), number < 0)
