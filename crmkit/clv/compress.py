"""Histories of any size brought down to their distinct rows, and what was found spread over everyone again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmkit import door, frames
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

KEY = ["x", "t_x", "T"]


def compress(history: Any, *, most: int = 10_000_000) -> pd.DataFrame:
    """The distinct (x, t_x, T) of a history and how many customers have each.

    The fits of purchases read nothing else: ``clv.fit_bgnbd(clv.compress(history), weight="customers")`` is the fit of
    the whole history, and a billion customers are a few million rows.

    Parameters
    ----------
    history : DataFrame
        x, t_x, T of each customer, in pandas or on another engine, which counts them.
    most : int
        Rows at most; more are refused before they are brought over.

    Returns
    -------
    DataFrame
        x, t_x, T, customers; in pandas, ordered by x, t_x, T.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking.
    MemoryError
        If there are more distinct rows.

    >>> import pandas as pd
    >>> history = pd.DataFrame({"x": [0, 1, 0], "t_x": [0.0, 2.0, 0.0], "T": [4.0, 4.0, 4.0]})
    >>> compress(history).to_numpy().tolist()
    [[0.0, 0.0, 4.0, 2.0], [1.0, 2.0, 4.0, 1.0]]
    """
    door.whole("most", most)
    if frames.on_engine(history):
        import narwhals.stable.v2 as nw

        rows = frames.opened(history, name="history")
        kinds = frames.named(rows, KEY, name="history")
        frames.no_gaps(rows, {one: (frames.present(nw.col(one), kinds[one]), "missing") for one in KEY}, name="history")
        found = frames.fetched(rows.group_by(KEY).agg(customers=nw.len()).head(most + 1))
        found = found.sort_values(KEY, ignore_index=True).astype({"customers": "int64"})
    else:
        require(frames.native(history, name="history"), KEY, name="history")
        found = history.groupby(KEY, dropna=False).size().rename("customers").reset_index()
    if len(found) > most:
        raise MemoryError(
            f"history has more than most={most:,} distinct rows. Mend: a coarser unit of time; or a sample of customers"
        )
    return found


def spread(found: pd.DataFrame, history: Any) -> Any:
    """What was found for the distinct rows of a history, for each of its customers.

    Parameters
    ----------
    found : DataFrame
        x, t_x, T from `compress` and one column a figure, e.g. ``rows.assign(p_alive=model.p_alive(rows))``.
    history : DataFrame
        The history it was compressed from, in pandas or on another engine, where the join is made.

    Returns
    -------
    DataFrame
        The history with these columns, in the same kind of frame.

    Raises
    ------
    ValueError
        If columns are lacking or there already, a row is named twice, or a customer's row is not among them.

    >>> import pandas as pd
    >>> history = pd.DataFrame({"x": [0, 1], "t_x": [0.0, 2.0], "T": [4.0, 4.0]}, index=["ann", "ben"])
    >>> rows = compress(history)
    >>> spread(rows.assign(again=rows["x"] > 0), history)["again"].to_dict()
    {'ann': False, 'ben': True}
    """
    require(found, KEY, name="found")
    new = [name for name in found.columns if name not in (*KEY, "customers")]
    if found.duplicated(KEY).any():
        raise ValueError("found names a row of x, t_x, T twice; expected what clv.compress returned, with more columns")
    engine = frames.on_engine(history)
    if engine:
        rows = frames.opened(history, name="history")
        has = list(rows.collect_schema())
        frames.named(rows, KEY, name="history")
    else:
        require(frames.native(history, name="history"), KEY, name="history")
        has = list(history.columns)
    there = [name for name in new if name in has]
    if there:
        raise ValueError(f"history already has the columns {there}; expected new ones. Mend: rename those of found")
    if engine:
        small = frames.opened(frames.like(history, found[[*KEY, *new]]), name="found")
        lost = len(frames.fetched(rows.select(KEY).join(small.select(KEY), on=KEY, how="anti").head(1)))
    else:
        joined = history[KEY].merge(found.assign(_at=1)[[*KEY, *new, "_at"]], on=KEY, how="left")
        lost = int(joined["_at"].isna().sum())
    if lost:
        raise ValueError("found lacks rows of the history; expected what clv.compress made of this very history")
    if engine:
        return frames.as_it_was(rows.join(small, on=KEY, how="left"))
    return history.assign(**{name: joined[name].to_numpy() for name in new})
