"""One line of callers as several: by the value of the customers, or by the site where they call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.crew import Line, Team

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def by_value(line: Line, value: pd.Series, *, shares: Sequence[float] = (0.1,)) -> list[Line]:
    """The most valuable customers first: a line as several of falling priority, by a column of customer values.

    Parameters
    ----------
    line : Line
        All callers; each customer calls as often as another.
    value : Series
        On the number of the customer: what the customer is worth, e.g. a lifetime value.
    shares : numbers
        Of the customers, the most valuable first; the rest makes the last line. Above 0, together below 1.

    Returns
    -------
    list of Line
        "name 1" (the most valuable; the priority of `line`), "name 2" (one priority number more), …; each with its share of
        the calls, and the numbers of its customers as callers.

    Raises
    ------
    ValueError
        If a value is missing, a customer is there twice, or a class would have no customer.

    >>> import pandas as pd
    >>> worth = pd.Series([900.0, 20, 50, 30], index=[1, 2, 3, 4])
    >>> [(one.name, one.calls_per_h, one.priority) for one in by_value(Line("all", 60, 240), worth, shares=(0.25,))]
    [('all 1', 15.0, 0), ('all 2', 45.0, 1)]
    """
    known = door.numbers("value", value.to_numpy())
    if value.index.has_duplicates:
        raise ValueError(f"value has customer {value.index[value.index.duplicated()][0]} twice; expected each once")
    parts = door.numbers("shares", shares, low=0, above=True)
    if parts.sum() >= 1:
        raise ValueError(f"shares add up to {parts.sum():g}; expected less than 1, so that a rest is left")
    edges = np.concatenate([[0], np.round(np.cumsum(parts) * len(known)).astype(int), [len(known)]])
    if (np.diff(edges) == 0).any():
        raise ValueError(
            f"shares={tuple(shares)} leave a class without any of {len(known)} customers; expected some in each"
        )
    order = value.index.to_numpy()[np.argsort(-known, kind="stable")]
    return [
        replace(
            line,
            name=f"{line.name} {place + 1}",
            calls_per_h=_scaled(line.calls_per_h, (last - first) / len(known)),
            priority=line.priority + place,
            callers=order[first:last],
        )
        for place, (first, last) in enumerate(pairwise(edges))
    ]


def at_sites(
    lines: Sequence[Line],
    agents: Mapping[str, ArrayLike],
    *,
    shares: Mapping[str, float] | None = None,
    pooled: bool = True,
) -> tuple[list[Line], list[Team]]:
    """One centre at several sites, pooled or apart, for one simulation in which both meet the same calls.

    Parameters
    ----------
    lines : sequence of Line
        All callers of the country.
    agents : mapping
        Agents of each site: one number, or one for each interval.
    shares : mapping, optional
        Of the calls that belong to each site; they add up to 1. Default: by its agents.
    pooled : bool
        Each site answers all callers, the oldest call first; else its own only.

    Returns
    -------
    lines, teams
        For `simulate` or `replicate`; a line "name site" for each line and site, a team for each site. The lines are equal for
        pooled and apart, so the same seed draws the same calls, and ``replicate(..., against=...)`` tells the difference.

    Raises
    ------
    ValueError
        If there is no site, or shares do not name the sites or do not add up to 1.

    >>> north_south = {"north": 10, "south": 30}
    >>> lines, teams = at_sites([Line("all", 400, 300)], north_south, pooled=False)
    >>> [(one.name, one.calls_per_h) for one in lines], teams[0].answers
    ([('all north', 100.0), ('all south', 300.0)], ('all north',))
    """
    if not agents:
        raise ValueError("agents names no site; expected at least one")
    if shares is None:
        size = {site: float(np.mean(here)) for site, here in agents.items()}
        whole = sum(size.values())
        if not whole > 0:
            raise ValueError("the sites have no agents at all; expected some, or shares of the calls")
        shares = {site: here / whole for site, here in size.items()}
    if set(shares) != set(agents):
        raise ValueError(f"shares are of {sorted(shares)}; expected one for each site: {sorted(agents)}")
    for site, share in shares.items():
        door.share(f"shares[{site!r}]", share)
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"shares add up to {sum(shares.values()):g}; expected 1")
    own = {
        site: [
            replace(line, name=f"{line.name} {site}", calls_per_h=_scaled(line.calls_per_h, shares[site]))
            for line in lines
        ]
        for site in agents
    }
    teams = [Team(site, here, () if pooled else tuple(one.name for one in own[site])) for site, here in agents.items()]
    return [one for some in own.values() for one in some], teams


def _scaled(rate: ArrayLike, share: float) -> ArrayLike:
    scaled = np.asarray(rate, dtype=float) * share
    return scaled if scaled.ndim else float(scaled)
