"""Callers who leave a number: what two stretches in the simulation, on the telephone and off it, are as one call."""

from __future__ import annotations

import numpy as np

from crmkit.queues.crew import Line
from crmkit.queues.desk import Served
from crmkit.queues.draw import Drawn


def folded(served: Served, drawn: Drawn, lines: list[Line]) -> Served:
    """Each call once: who was called back in idle time waited from the first ring to the answer."""
    if not any(one.callback_share for one in lines):
        return served
    first, classes = len(drawn.load.arrived), len(lines)
    back = served.kind >= classes
    follow = np.flatnonzero(served.kind[first:] < classes)
    held = np.concatenate([drawn.held, np.full(len(served.wait) - first, np.inf)])
    if len(drawn.held_again):
        held[first + follow] = drawn.held_again[follow, served.kind[first + follow]]
    fields = {name: getattr(served, name).copy() for name in ("wait", "group", "handle", "unsettled")}
    if served.ended is not None:
        fields["ended"] = served.ended.copy()
    called, asked = np.flatnonzero(back), served.origin[back]
    for name, column in fields.items():
        column[asked] = column[called] + (served.arrived[called] - served.arrived[asked] if name == "wait" else 0)
    held[asked] = served.arrived[called] - served.arrived[asked]
    # Who follows a call back follows the call that asked for it.
    origin, stay = served.origin.copy(), ~back
    owner = np.arange(len(origin))
    owner[called] = asked
    known = origin >= 0
    place = np.cumsum(stay) - 1
    origin[known] = place[owner[origin[known]]]
    return Served(
        **{name: column[stay] for name, column in fields.items()},
        arrived=served.arrived[stay],
        kind=served.kind[stay],
        origin=origin[stay],
        lacking=served.lacking,
        held=held[stay],
    )
