"""Extracts for a purpose: the columns it may see and no others, pseudonyms in the place of customers, groups of at least k."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crmkit.warehouse.house import Warehouse, query
from crmkit.warehouse.privacy import Anonymised, anonymise, pseudonyms

if TYPE_CHECKING:
    import pandas as pd

# By these a person is named or traced; a purpose that needs one has to say so.
IDENTIFYING = ("name", "email", "address", "household_id")


@dataclass(frozen=True)
class Purpose:
    """What an extract is for, and what it may therefore hold."""

    name: str
    columns: tuple[str, ...]  # of the view customer_360; the customer's number is never among them
    known: Mapping[str, Sequence[Any]] = field(default_factory=dict)  # columns an outsider may know: coarser levels
    k: int = 5  # least size of a group by the known columns
    identifying: bool = False  # may it name people?
    sensitive: str | None = None  # column that must not be found out

    def __post_init__(self) -> None:
        named = [column for column in self.columns if column in IDENTIFYING]
        if named and not self.identifying:
            raise ValueError(
                f"purpose {self.name!r} names people by {named}; expected none of {list(IDENTIFYING)}. "
                "Mend: leave them out, or say identifying=True where the purpose cannot do without"
            )
        if "customer_id" in self.columns:
            raise ValueError(
                f"purpose {self.name!r} asks for 'customer_id'; expected other columns: pseudonyms stand for it"
            )
        strange = [column for column in (*self.known, *filter(None, [self.sensitive])) if column not in self.columns]
        if strange:
            raise ValueError(
                f"purpose {self.name!r} speaks of {strange}, which are not among its columns {list(self.columns)}"
            )


def extract(
    house: Warehouse,
    purpose: Purpose,
    *,
    key: bytes,
    columns: Sequence[str] | None = None,
    segment: str | None = None,
    most: float = 0.05,
) -> Anonymised:
    """What a purpose may see of the customers of today, under pseudonyms.

    Parameters
    ----------
    house : Warehouse
    purpose : Purpose
    key : bytes
        Secret of the pseudonyms, as in `pseudonyms`.
    columns : list of str, optional
        Fewer than the purpose allows.
    segment : str, optional
        Only the customers of one segment.
    most : float
        Share of the rows that may be left out, as in `anonymise`.

    Returns
    -------
    Anonymised
        frame: index pseudonym, in an order that tells nothing, with the columns asked for.

    Raises
    ------
    ValueError
        If a column is asked for that the purpose does not allow.
    """
    wanted = list(purpose.columns if columns is None else columns)
    refused = [column for column in wanted if column not in purpose.columns]
    if refused:
        raise ValueError(
            f"columns={refused} are not for the purpose {purpose.name!r}; it allows {list(purpose.columns)}. "
            "Mend: ask for less, or have the purpose widened by whoever answers for the data"
        )
    picked = ", ".join(f'"{column}"' for column in wanted)
    rows = query(
        house,
        f"SELECT customer_id, {picked} FROM customer_360 WHERE $1 IS NULL OR segment = $1",
        [segment],
    )
    rows["pseudonym"] = pseudonyms(rows.pop("customer_id"), key=key, purpose=purpose.name)
    rows = rows.set_index("pseudonym").sort_index()
    known = {name: levels for name, levels in purpose.known.items() if name in wanted}
    sensitive = purpose.sensitive if purpose.sensitive in wanted else None
    if not known:  # nothing in it is known outside: no group to look for
        return _as_it_is(rows)
    return anonymise(rows, known, k=purpose.k, most=most, sensitive=sensitive)


def _as_it_is(rows: pd.DataFrame) -> Anonymised:
    import pandas as pd

    from crmkit.warehouse.privacy import Anonymity

    one = Anonymity(len(rows), int(len(rows) > 0), len(rows), 0, 0)
    return Anonymised(rows, one, one, pd.DataFrame(columns=["level", "before", "after"]), 0, 0.0)
