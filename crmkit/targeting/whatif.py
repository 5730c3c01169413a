"""What if? Small sums that decide: a loyalty programme, a rotating assortment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

WEEKS_A_YEAR = 365.25 / 7


def programme(sales: float, *, margin: float, reward: float, rises: Sequence[float]) -> pd.DataFrame:
    """What a loyalty programme brings a year, for several rises in purchases.

    The reward goes on every purchase, also on those that would have been made anyway:
    result = sales x ((1 + rise) x (margin - reward) - margin).

    Parameters
    ----------
    sales : float
        Money a year of the members it is offered to, without the programme.
    margin, reward : float
        Shares of sales, 0..1: what is left of a purchase, what is given back on it.
    rises : sequence of float
        Rises in purchases to look at, as shares of today's.

    Returns
    -------
    DataFrame
        Index rise: result (money a year). ``.attrs["break_even"]``: the rise at which
        the result is 0, reward / (margin - reward); infinite where reward >= margin.

    Raises
    ------
    ValueError
        If sales are negative or a share lies outside 0..1.

    >>> curve = programme(1000.0, margin=0.4, reward=0.1, rises=[0.0, 0.5])
    >>> curve["result"].round(6).tolist(), round(curve.attrs["break_even"], 4)
    ([-100.0, 50.0], 0.3333)
    """
    import pandas as pd

    if not (np.isfinite(sales) and sales >= 0):
        raise ValueError(f"sales={sales!r} must be 0 or more money a year")
    for name, value in (("margin", margin), ("reward", reward)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name}={value!r} must be a share from 0 to 1; write 5 % as 0.05")
    rise = np.asarray(rises, dtype=float)
    curve = pd.DataFrame(
        {"result": sales * ((1 + rise) * (margin - reward) - margin)}, index=pd.Index(rise, name="rise")
    )
    curve.attrs = {"break_even": reward / (margin - reward) if reward < margin else float("inf")}
    return curve


@dataclass(frozen=True)
class Rotation:
    """What a rhythm of changing the assortment amounts to in a year."""

    rounds: float  # changes a year
    changed: float  # goods changed in a year, as a share of the assortment
    new: float  # of these, goods never seen before


def rotation(*, share: float, weeks: float, back: float) -> Rotation:
    """Goods changed and goods new in a year, from a rhythm of change.

    Parameters
    ----------
    share : float
        Of the assortment, changed in each round, 0..1.
    weeks : float
        Between two rounds, above 0.
    back : float
        Of the goods brought in, those seen before (put back on the shelf), 0..1.

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or weeks is not above 0.

    >>> round(rotation(share=0.2, weeks=8, back=0.0).new, 2)
    1.3
    """
    for name, value in (("share", share), ("back", back)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name}={value!r} must be a share from 0 to 1; write 20 % as 0.2")
    if not weeks > 0:
        raise ValueError(f"weeks={weeks!r} must be above 0")
    rounds = WEEKS_A_YEAR / weeks
    return Rotation(rounds, rounds * share, rounds * share * (1 - back))


def form(fields: Sequence[int], *, stops: float, jests: float) -> pd.DataFrame:
    """What a form of so many fields collects from 100 people.

    Each field makes a share of those still there stop and hand in nothing, and turns a
    share of the forms into a jest, true in no field.

    Parameters
    ----------
    fields : sequence of int
        Numbers of fields to look at.
    stops, jests : float
        Of the people at each field, 0..1.

    Returns
    -------
    DataFrame
        Index fields: handed_in, honest (people of 100), entries, sound (entries from 100).

    Raises
    ------
    ValueError
        If a share lies outside 0..1.

    >>> form([10], stops=0.0, jests=0.0)["sound"].tolist()
    [1000.0]
    """
    import pandas as pd

    for name, value in (("stops", stops), ("jests", jests)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name}={value!r} must be a share from 0 to 1; write 4 % as 0.04")
    n = np.asarray(fields, dtype=float)
    handed_in = 100 * (1 - stops) ** n
    honest = handed_in * (1 - jests) ** n
    columns = {"handed_in": handed_in, "honest": honest, "entries": n * handed_in, "sound": n * honest}
    return pd.DataFrame(columns, index=pd.Index(fields, name="fields"))
