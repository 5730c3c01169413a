"""Focus or breadth: whom a portal keeps if it offers some of its topics only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit import door
from crmkit.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


def focus(
    read: pd.DataFrame,
    registered: pd.Series,
    *,
    order: Sequence[str] | None = None,
    need: float = 0.5,
    who: str = "visitor_id",
    topic: str = "topic",
    pages: str = "pages",
) -> pd.DataFrame:
    """How many visitors and registrations are kept with 1, 2, 3, … topics.

    A visitor is kept if at least the share `need` of the pages they read is about topics that are kept. That is a rule,
    not a measurement: what visitors really do when topics go, only a trial shows.

    Parameters
    ----------
    read : DataFrame
        Visitor, topic, pages (tables.VISITOR_TOPICS).
    registered : Series
        True or False on visitor.
    order : names, optional
        Topics in the order of adding; without one, each next topic is that which keeps most registrations (and, among
        equals, visitors) together with those before. What was chosen so looks a little better than it is.
    need : float
        0..1, above 0.
    who, topic, pages : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        Index topics (1, 2, …): added, visitors, registered (numbers kept), visitor_share, registered_share of all with
        registered_low, registered_high (Wilson).

    Raises
    ------
    ValueError
        If nobody registered, a visitor of `read` is not in `registered`, or the order holds unknown topics.
    """
    import pandas as pd

    if not 0 < door.share("need", need) <= 1:
        raise ValueError(f"need={need!r} must be above 0")
    wide = read.pivot_table(index=who, columns=topic, values=pages, aggfunc="sum", observed=True).fillna(0.0)
    share = wide.div(wide.sum(axis=1), axis=0)
    lost = ~share.index.isin(registered.index)
    if lost.any():
        raise ValueError(f"registered lacks {lost.sum()} visitors of read, e.g. {share.index[lost][0]}")
    yes = registered.reindex(share.index).astype(bool)
    if not yes.any():
        raise ValueError("nobody registered; expected some, to see who is kept")
    names = [str(name) for name in wide.columns]
    share.columns = names
    unknown = [name for name in order or () if name not in names]
    if unknown:
        raise ValueError(f"order holds {unknown}; the topics are {names}")
    rows, kept = [], []
    for step in range(len(order) if order else len(names)):
        left = [order[step]] if order else [name for name in names if name not in kept]
        found = {name: share[[*kept, name]].sum(axis=1) >= need - 1e-12 for name in left}
        best = max(left, key=lambda name: (int((found[name] & yes).sum()), int(found[name].sum())))
        kept.append(best)
        rows.append((best, int(found[best].sum()), int((found[best] & yes).sum())))
    table = pd.DataFrame(rows, columns=["added", "visitors", "registered"], index=range(1, len(rows) + 1))
    table["visitor_share"] = table["visitors"] / len(share)
    table["registered_share"] = table["registered"] / int(yes.sum())
    table["registered_low"], table["registered_high"] = wilson(table["registered"], int(yes.sum()))
    return table.rename_axis("topics")
