"""What may leave the warehouse: only what a purpose needs, without names, and nobody alone in a group."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door, frames
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

STAR = "*"  # a value of which nothing is told any more
KEY_BYTES = 16  # a shorter key could be found by trying


@dataclass(frozen=True)
class Anonymity:
    """How well rows hide among their likes, by columns that others may know."""

    k: int  # rows of the smallest group; whoever knows these columns of somebody is left with k candidates
    groups: int
    rows: int
    alone: int  # rows that are a group of their own
    exposed: int  # rows of groups that all share one sensitive value: found out whatever k is

    def __repr__(self) -> str:
        return f"k = {self.k}: {self.rows:,} rows in {self.groups:,} groups, {self.alone:,} alone, {self.exposed:,} exposed"


@dataclass(frozen=True)
class Anonymised:
    """A frame in which nobody is alone, and what that cost."""

    frame: pd.DataFrame = field(repr=False)  # coarser, without the suppressed rows
    before: Anonymity
    after: Anonymity
    lost: pd.DataFrame = field(repr=False)  # index column: level, values before and after
    suppressed: int  # rows left out
    share: float  # of all rows, 0..1


def pseudonyms(ids: pd.Series, *, key: bytes, purpose: str) -> pd.Series:
    """A name for each customer that only the holder of the key can trace back.

    The same customer has the same pseudonym within a purpose and another in each other one, so that extracts for
    different purposes cannot be joined. A hash without a key would be no secret: all numbers can be tried.

    Parameters
    ----------
    ids : Series
        Customer numbers; none missing.
    key : bytes
        Secret, at least 16 of them; kept apart from the extract.
    purpose : str
        What the extract is for.

    Returns
    -------
    Series
        Text of 16 hexadecimal digits, on the index of ids.

    References
    ----------
    Krawczyk, Bellare & Canetti (1997), HMAC: keyed-hashing for message authentication, RFC 2104.

    >>> import pandas as pd
    >>> one = pseudonyms(pd.Series([7, 8, 7]), key=b"sixteen secrets!", purpose="mailing")
    >>> bool(one[0] == one[2] and one[0] != one[1])
    True
    """
    import pandas as pd

    if not isinstance(key, bytes) or len(key) < KEY_BYTES:
        raise ValueError(
            f"key must be at least {KEY_BYTES} bytes, e.g. secrets.token_bytes(32), kept apart from the extract"
        )
    if not isinstance(purpose, str) or not purpose:
        raise ValueError(f"purpose={purpose!r} must be a text that says what the extract is for")
    if ids.isna().any():
        raise ValueError(
            f"ids are missing in {int(ids.isna().sum()):,} of {len(ids):,} rows; expected one in every row"
        )
    own = hmac.digest(key, purpose.encode(), "sha256")
    code, names = pd.factorize(ids)
    told = [hmac.new(own, str(name).encode(), hashlib.sha256).hexdigest()[:16] for name in names]
    return pd.Series(
        np.array(told, dtype=object)[code] if len(ids) else [], index=ids.index, dtype="str", name="pseudonym"
    )


def anonymity(frame: pd.DataFrame, known: Sequence[str], *, sensitive: str | None = None) -> Anonymity:
    """Among how many likes does each row hide, for somebody who knows these columns?

    Parameters
    ----------
    frame : DataFrame
        One row a person.
    known : list of str
        Columns that an outsider may know of somebody, such as age and area.
    sensitive : str, optional
        Column that must not be found out.

    Returns
    -------
    Anonymity
        exposed is 0 where no sensitive column is named.

    References
    ----------
    Sweeney (2002), k-anonymity, Int. J. Uncertainty, Fuzziness and Knowledge-based Systems 10(5); Machanavajjhala et
    al. (2007), l-diversity, ACM TKDD 1(1), 2.2 (exposed: the homogeneity attack).

    >>> import pandas as pd
    >>> anonymity(pd.DataFrame({"age": [30, 30, 41]}), ["age"])
    k = 1: 3 rows in 2 groups, 1 alone, 0 exposed
    """
    rows = frames.native(frame)
    if isinstance(known, str) or not len(known):
        raise ValueError(f"known={known!r} must be a list of at least one column")
    require(rows, [*known, *([sensitive] if sensitive else [])])
    if not len(rows):
        return Anonymity(0, 0, 0, 0, 0)
    grouped = rows.groupby(list(known), dropna=False, observed=True)
    size = grouped.size()
    exposed = 0
    if sensitive:
        exposed = int(size[grouped[sensitive].nunique(dropna=False) == 1].sum())
    return Anonymity(int(size.min()), len(size), len(rows), int((size == 1).sum()), exposed)


def anonymise(
    frame: pd.DataFrame,
    known: Mapping[str, Sequence[float] | Sequence[Mapping[object, object]]],
    *,
    k: int = 5,
    most: float = 0.05,
    sensitive: str | None = None,
) -> Anonymised:
    """Make values coarser, and leave out what still stands out, until each row has at least k - 1 likes.

    As long as more than a share `most` of the rows stand in groups below k, the column with the most different values is
    told one level coarser; the rows that are left below k are suppressed.

    Parameters
    ----------
    frame : DataFrame
        One row a person.
    known : mapping
        Column that an outsider may know: its levels, finer ones first. A number is the width of a band (10: age 37
        becomes "30 to under 40"); a mapping gives the coarser value of each. After the last level nothing is told (``*``).
    k : int
        Least size of a group; 2 or more.
    most : float
        Share of the rows that may be left out before values are made coarser, 0..1.
    sensitive : str, optional
        As in `anonymity`; it is measured, not mended.

    Returns
    -------
    Anonymised

    References
    ----------
    Sweeney (2002), Achieving k-anonymity privacy protection using generalization and suppression (algorithm Datafly).

    >>> import pandas as pd
    >>> people = pd.DataFrame({"age": [31, 38, 33, 52, 59, 55], "area": ["N", "S", "N", "N", "S", "S"]})
    >>> done = anonymise(people, {"age": [10], "area": []}, k=3, most=0)
    >>> done.frame["age"].tolist()[:2], done.frame["area"].unique().tolist(), done.after.k
    (['30 to under 40', '30 to under 40'], ['*'], 3)
    """
    import pandas as pd

    least, most = door.whole("k", k, low=2), door.share("most", most)
    rows = frames.native(frame)
    if not isinstance(known, Mapping):
        raise TypeError(f"known is a {type(known).__name__}; expected a mapping of columns to their coarser levels")
    before = anonymity(rows, list(known), sensitive=sensitive)
    level = dict.fromkeys(known, 0)
    coarse = rows.copy()
    while True:
        size = coarse.groupby(list(known), dropna=False, observed=True)[next(iter(known))].transform("size")
        small = (size < least).to_numpy()
        values = {name: coarse[name].nunique(dropna=False) for name in known if level[name] <= len(known[name])}
        widest = max(values, key=lambda name: (values[name], -level[name]), default=None)
        if small.sum() <= most * len(rows) or widest is None:
            break
        coarse[widest] = _coarser(rows[widest], known[widest], level[widest])
        level[widest] += 1
    kept = coarse[~small]
    lost = pd.DataFrame(
        {
            "level": level,
            "before": {name: rows[name].nunique(dropna=False) for name in known},
            "after": {name: kept[name].nunique(dropna=False) for name in known},
        }
    ).rename_axis("column")
    after = anonymity(kept, list(known), sensitive=sensitive)
    return Anonymised(kept, before, after, lost, int(small.sum()), float(small.sum() / max(len(rows), 1)))


def _coarser(column: pd.Series, levels: Sequence[object], level: int) -> pd.Series:
    """A column at its next level, from the values as they came."""
    import pandas as pd

    if level >= len(levels):
        return pd.Series(STAR, index=column.index, dtype="str", name=column.name)
    step = levels[level]
    if isinstance(step, Mapping):
        strange = sorted({str(value) for value in column.dropna().unique() if value not in step})
        if strange:
            raise ValueError(
                f"known[{column.name!r}] level {level} lacks {strange[:5]}; expected a coarser value for each"
            )
        told = [STAR if pd.isna(value) else str(step[value]) for value in column]
    else:
        width = door.number(f"known[{column.name!r}] level {level}", step, low=0, above=True)
        if not pd.api.types.is_numeric_dtype(column):
            raise TypeError(
                f"{column.name!r} is of type {column.dtype}; expected numbers, since its level is a width. Mend: a mapping"
            )
        low = np.floor(column.to_numpy(dtype=float, na_value=np.nan) / width) * width
        told = [STAR if np.isnan(at) else f"{at:g} to under {at + width:g}" for at in low]
    return pd.Series(told, index=column.index, dtype="str", name=column.name)
