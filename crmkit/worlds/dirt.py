"""Dirt: what happens to a sound log on its way through tills, forms and exports.

Each dirty row gets one fault, and the truth keeps which, where, and what stood
there before, so that cleaning can be scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.tables import TRANSACTIONS, require
from crmkit.worlds import door

if TYPE_CHECKING:
    import pandas as pd

Spoil = Callable[[str, float], str]  # a sound value and a number from 0 to 1 -> the dirty value
Fault = tuple[str, str, Spoil, np.ndarray]  # its name, the column, what it does, and to which rows


@dataclass(frozen=True)
class Dirt:
    """Share of the rows that get each fault; together at most 1."""

    missing_customer: float = 0.02  # the card was not shown
    mistyped_customer: float = 0.005  # a letter among the figures
    missing_amount: float = 0.005
    mistyped_amount: float = 0.01  # currency sign, blank or decimal comma: can be read
    unreadable_amount: float = 0.005  # a word in the place of a number
    other_date_format: float = 0.02  # 31.12.2025 in the place of 2025-12-31: can be read
    impossible_date: float = 0.005  # 30 February
    shifted_date: float = 0.005  # a century off
    false_entry: float = 0.003  # a thousand times too much, entered in jest or by test
    duplicated: float = 0.01  # sent twice by the till

    def __post_init__(self) -> None:
        check_shares(self)


def check_shares(dirt: Any) -> None:
    """Refuse shares of faults that are none, or are more than all rows together."""
    for field in fields(dirt):
        door.share(field.name, getattr(dirt, field.name))
    total = sum(getattr(dirt, field.name) for field in fields(dirt))
    if total > 1 + 1e-12:
        raise ValueError(f"the shares of {type(dirt).__name__} add up to {total:.3g}; they must be at most 1 together")


@dataclass(frozen=True)
class Soiled:
    """A dirty log, all text as an export gives it, and the sealed list of its faults."""

    frame: pd.DataFrame
    truth: pd.DataFrame  # tables.TRUTH_DIRT


def soil(transactions: pd.DataFrame, dirt: Dirt, seed: int | np.random.Generator) -> Soiled:
    """Make a till export out of a sound transaction log.

    Parameters
    ----------
    transactions : DataFrame
        tables.TRANSACTIONS, sound.
    dirt : Dirt
        How much of what.
    seed : int or Generator

    Returns
    -------
    Soiled
        frame: the same columns, as text; the copies of doubled rows follow their
        originals. truth: one row a fault.
    """
    import pandas as pd

    require(transactions, TRANSACTIONS.names, name="transactions")
    rng = np.random.default_rng(seed)
    text = pd.DataFrame(
        {
            "transaction_id": transactions["transaction_id"].astype(str),
            "customer_id": transactions["customer_id"].astype(str),
            "day": transactions["day"].dt.strftime("%Y-%m-%d"),
            "amount": transactions["amount"].map("{:.2f}".format),
        }
    ).reset_index(drop=True)
    names, fault = draw_faults(dirt, len(text), rng)
    variant = rng.random(len(text))
    found = [(name, *_FAULTS[name], np.flatnonzero(fault == code)) for code, name in enumerate(names)]
    return spoil(text, found, variant)


def draw_faults(dirt: Any, rows: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """The names of the faults, and for each row the position of its fault; past the end: sound."""
    names = [field.name for field in fields(dirt)]
    chance = np.array([getattr(dirt, name) for name in names])
    return names, rng.choice(len(names) + 1, size=rows, p=[*chance, max(0.0, 1 - chance.sum())])


def spoil(text: pd.DataFrame, found: Iterable[Fault], variant: np.ndarray) -> Soiled:
    """Do to the rows what was drawn, send late rows to the end, and double those that were sent twice."""
    import pandas as pd

    text, records = text.copy(), []
    for name, column, change, rows in found:
        if not len(rows):
            continue
        values = text[column].to_numpy(dtype=object, copy=True)
        was = values[rows].tolist()
        became = [change(one, u) for one, u in zip(was, variant[rows].tolist(), strict=True)]
        values[rows] = became
        text[column] = pd.array(values, dtype="str")
        records += [
            (row, name, column, one, other)
            for row, one, other in zip(rows.tolist(), was, became, strict=True)
            if one != other or change is same  # a thousand times 0 is no fault
        ]
    kinds = {"row": "int64", "dirt": "str", "column": "str", "was": "str", "became": "str"}  # also where all is sound
    truth = pd.DataFrame(records, columns=list(kinds)).astype(kinds)
    return _double(*_late(text, truth.sort_values("row", ignore_index=True)))


def _late(text: pd.DataFrame, truth: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Move late rows behind all others and number the truth anew."""
    late = truth.loc[truth["dirt"] == "late_row", "row"].to_numpy()
    if not len(late):
        return text, truth
    order = np.concatenate([np.delete(np.arange(len(text)), late), late])
    place = np.empty(len(order), dtype=int)
    place[order] = np.arange(len(order))
    truth = truth.assign(row=place[truth["row"].to_numpy(dtype=int)]).sort_values("row", ignore_index=True)
    return text.iloc[order].reset_index(drop=True), truth


def _double(text: pd.DataFrame, truth: pd.DataFrame) -> Soiled:
    """Repeat the doubled rows right behind themselves and number the truth anew."""
    doubled = truth.loc[truth["dirt"] == "duplicated", "row"].to_numpy()
    times = np.ones(len(text), dtype=int)
    times[doubled] = 2
    last_place = np.cumsum(times) - 1  # of a doubled row: the place of its copy
    frame = text.loc[np.repeat(text.index, times)].reset_index(drop=True)
    truth = truth.assign(row=last_place[truth["row"].to_numpy(dtype=int)])
    return Soiled(frame, truth)


def mistype_figures(was: str, u: float) -> str:
    """A letter in the place of one figure."""
    at = int(u * len(was))
    return was[:at] + "OIlSB"[int(u * 1e6) % 5] + was[at + 1 :]


def mistype_amount(was: str, u: float) -> str:
    """A currency sign, blanks or a decimal comma."""
    return (f"¥{was}", f" {was} ", was.replace(".", ","))[int(u * 3)]


# A rate of one's own for each currency: what one yuan was in it.
RATES = (("USD", 0.14), ("EUR", 0.125), ("HKD", 1.09))


def foreign(was: str, u: float) -> str:
    """The same amount in another currency, with its code."""
    code, rate = RATES[int(u * len(RATES))]
    return f"{code} {rate * float(was):.2f}"


def missing(was: str, u: float) -> str:
    """How systems write that nothing is known."""
    return ("", "NULL", "N/A")[int(u * 3)]


def unreadable(was: str, u: float) -> str:
    """A word where a number belongs."""
    return ("free", "see note", "??")[int(u * 3)]


def german_date(was: str, u: float) -> str:
    """Day, month, year."""
    return f"{was[8:]}.{was[5:7]}.{was[:4]}"


def impossible_date(was: str, u: float) -> str:
    """30 February of the same year."""
    return f"{was[:4]}-02-30"


def shifted_date(was: str, u: float) -> str:
    """A century off."""
    return ("19" if u < 0.5 else "21") + was[2:]


def same(was: str, u: float) -> str:
    """Nothing is changed in the row itself."""
    return was


_FAULTS: dict[str, tuple[str, Spoil]] = {
    "missing_customer": ("customer_id", missing),
    "mistyped_customer": ("customer_id", mistype_figures),
    "missing_amount": ("amount", lambda was, u: ""),
    "mistyped_amount": ("amount", mistype_amount),
    "unreadable_amount": ("amount", unreadable),
    "other_date_format": ("day", german_date),
    "impossible_date": ("day", impossible_date),
    "shifted_date": ("day", shifted_date),
    "false_entry": ("amount", lambda was, u: f"{1000 * float(was):.2f}"),
    "duplicated": ("transaction_id", same),
}
