"""What follows what? Patterns over the visits or purchases of a customer, with a limit to the gap between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.encode import text
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

Chain = tuple[tuple[int, ...], ...]  # steps, each of items that rise


@dataclass(frozen=True, eq=False)
class Events:
    """Items in time, customer by customer."""

    names: np.ndarray  # of the items as text, sorted
    customers: int
    who: np.ndarray  # (events,) rising
    time: np.ndarray  # (events,) rising within a customer
    item: np.ndarray  # (events,)
    begin: np.ndarray  # first event that may follow each one: the one behind all of its moment
    end: np.ndarray  # and the one behind the last


def events_of(log: pd.DataFrame, *, customer: str, when: str, item: str, max_gap: float | None) -> Events:
    """The distinct events of a log, and for each of them what may come next.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, hold missing values, or `when` is neither a number nor a date.
    """
    import pandas as pd

    require(log, [customer, when, item], name="log")
    if not len(log):
        raise ValueError("log has 0 rows; expected one row an event")
    for column in (customer, when, item):
        missing = log[column].isna()
        if missing.any():
            raise ValueError(
                f"log[{column!r}] is missing in {int(missing.sum()):,} of {len(log):,} rows; expected a value in each"
            )
    if max_gap is not None and (isinstance(max_gap, bool) or not max_gap > 0):
        raise ValueError(f"max_gap={max_gap!r} must be above 0: days between dates, else in the unit of log[{when!r}]")
    moments = log[when]
    if pd.api.types.is_datetime64_any_dtype(moments):
        time = moments.to_numpy().astype("datetime64[us]").astype(np.int64) / 86_400e6
    elif pd.api.types.is_numeric_dtype(moments) and not pd.api.types.is_bool_dtype(moments):
        time = moments.to_numpy(dtype=float)
    else:
        raise TypeError(
            f"log[{when!r}] is of type {moments.dtype}; expected dates or numbers. Mend: pandas.to_datetime(...)"
        )
    who, ids = pd.factorize(log[customer], sort=False)
    code, raw = pd.factorize(log[item], sort=False)
    names = text(raw, f"log[{item!r}]")
    order = np.argsort(names, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows = np.lexsort((place[code], time, who))
    who, time, item_ = who[rows], time[rows], place[code][rows]
    new = np.append(True, (who[1:] != who[:-1]) | (time[1:] != time[:-1]) | (item_[1:] != item_[:-1]))
    who, time, item_ = who[new], time[new], item_[new]
    if not np.isfinite(time).all():
        raise ValueError(f"log[{when!r}] holds infinite times; expected finite ones")
    # Among the distinct times: the first later one, and the first that is too late; whole numbers, so nothing is rounded.
    times, at = np.unique(time, return_inverse=True)
    late = np.full(len(times), len(times))
    if max_gap is not None:
        late = np.searchsorted(times, times + max_gap * (1 + 1e-9), side="right")
    line = who.astype(np.int64) * (len(times) + 1) + at
    begin = np.searchsorted(line, line, side="right")
    end = np.searchsorted(line, line - at + late[at], side="left")
    return Events(names[order], len(ids), who, time, item_, begin, end)


def sequences(
    log: pd.DataFrame,
    *,
    min_support: float,
    max_gap: float | None = None,
    max_length: int = 5,
    together: bool = False,
    customer: str = "customer_id",
    when: str = "day",
    item: str = "item",
    limit: int = 1_000_000,
) -> pd.DataFrame:
    """The chains of items that many customers go through, one after the other.

    A customer has a chain if its items occur at rising times, each no more than `max_gap` after the one before.
    Other items may lie between; items of one moment do not follow each other. With `together` each step of a chain is a
    set of items that one moment (one visit) holds: ("lamp",) and then ("bed", "rug").

    Parameters
    ----------
    log : DataFrame
        One row an event: who, when, what. Rows that repeat another count once.
    min_support : float
        Least share of the customers, above 0 and up to 1.
    max_gap : float, optional
        Most time between neighbours: days where `when` holds dates, else its own unit (e.g. places of a visit).
    max_length : int
        Most items of a chain.
    together : bool
        Steps may hold several items of one moment.
    customer, when, item : str
        How the frame calls its columns; for paths through a site the session and the place of the page.
    limit : int
        Most chains.

    Returns
    -------
    DataFrame
        sequence (tuple of items; with `together` tuple of tuples of items), length (items), count (customers), support
        (share of customers), by length and falling count.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, or an option is out of its range.
    MemoryError
        If there are more than `limit` chains.

    References
    ----------
    Pei et al. (2004), Mining sequential patterns by pattern-growth: PrefixSpan, IEEE TKDE 16. With a gap all
    ends of a chain are kept, not the first alone. Sets as steps: Srikant & Agrawal (1996), Mining sequential patterns.

    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2, 2, 3], "day": [1, 2, 1, 5, 1],
    ...                     "item": ["recipe", "tea", "recipe", "tea", "tea"]})
    >>> found = sequences(log, min_support=0.3, max_gap=2)
    >>> found["sequence"].tolist(), found["count"].tolist()
    ([('tea',), ('recipe',), ('recipe', 'tea')], [3, 2, 1])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 1], "day": [1, 2, 2], "item": ["lamp", "bed", "rug"]})
    >>> sequences(log, min_support=1, together=True)["sequence"].iloc[-1]
    (('lamp',), ('bed', 'rug'))
    """
    import pandas as pd

    if isinstance(min_support, bool) or not 0 < min_support <= 1:
        raise ValueError(f"min_support={min_support!r} must be a share of the customers, above 0 and up to 1")
    if isinstance(max_length, bool) or not isinstance(max_length, int | np.integer) or max_length < 1:
        raise ValueError(f"max_length={max_length!r} must be a whole number, at least 1")
    if not isinstance(together, bool | np.bool_):
        raise ValueError(f"together={together!r} must be True (several items may be one step) or False")
    data = events_of(log, customer=customer, when=when, item=item, max_gap=max_gap)
    least = max(int(np.ceil(min_support * data.customers - 1e-9)), 1)
    found: list[tuple[Chain, int]] = []
    # A chain, the events at which its last step ends (those of the last item of it), and whether the next item joins that step.
    stack: list[tuple[Chain, np.ndarray, bool]] = [((), np.arange(len(data.who)), False)]
    while stack:
        chain, follow, joins = stack.pop()
        # Events at which the chain can go on, by item; each event once, each customer counted once.
        order = np.lexsort((follow, data.item[follow]))
        follow = follow[order]
        item_, who = data.item[follow], data.who[follow]
        new = np.append(True, (item_[1:] != item_[:-1]) | (who[1:] != who[:-1])) if len(follow) else np.empty(0, bool)
        counts = np.bincount(item_[new], minlength=len(data.names))
        edge = np.append(0, np.cumsum(np.bincount(item_, minlength=len(data.names))))
        for one in np.flatnonzero(counts >= least).tolist():
            longer = (*chain[:-1], (*chain[-1], one)) if joins else (*chain, (one,))
            found.append((longer, int(counts[one])))
            if len(found) > limit:
                raise MemoryError(
                    f"more than {limit:,} sequences were found. Mend: a higher min_support, a shorter max_length or max_gap"
                )
            if sum(map(len, longer)) < max_length:
                ends = follow[edge[one] : edge[one + 1]]
                ways = [(_after(data, ends, max_gap is None), False)]
                if together:
                    ways.append((_spread(ends + 1, data.begin[ends] - ends - 1), True))
                stack += [(longer, more, joined) for more, joined in ways if len(more) >= least]
    names = data.names.tolist()
    rows = []
    for chain, count in found:
        steps = tuple(tuple(names[one] for one in step) for step in chain)
        shown = steps if together else tuple(one for step in steps for one in step)
        rows.append((shown, sum(map(len, steps)), count, count / data.customers))
    rows.sort(key=lambda row: (row[1], -row[2], row[0]))
    table = pd.DataFrame(rows, columns=["sequence", "length", "count", "support"])
    table.attrs = {"customers": data.customers}
    return table


def _after(data: Events, at: np.ndarray, no_limit: bool) -> np.ndarray:
    """The events that may follow these, each once."""
    if no_limit:  # what may follow the first end of a customer may follow all others too
        at = at[np.append(True, data.who[at][1:] != data.who[at][:-1])]
    every = _spread(data.begin[at], data.end[at] - data.begin[at])
    return every if no_limit else np.unique(every)


def _spread(begin: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Runs of whole numbers, one after the other."""
    return np.arange(int(length.sum())) + np.repeat(begin - (np.cumsum(length) - length), length)
