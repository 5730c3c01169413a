"""Dirt: what happens to a sound log on its way through tills, forms and exports.

Each dirty row gets one fault, and the truth keeps which, where, and what stood
there before, so that cleaning can be scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import TRANSACTIONS, require
from crmkit.worlds import door

if TYPE_CHECKING:
    import pandas as pd


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
        for field in fields(self):
            door.share(field.name, getattr(self, field.name))
        total = sum(getattr(self, field.name) for field in fields(self))
        if total > 1:
            raise ValueError(f"the shares of Dirt add up to {total:.3g}; they must be at most 1 together")


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
    names = [field.name for field in fields(dirt)]
    chance = np.array([getattr(dirt, name) for name in names])
    fault = rng.choice(len(names) + 1, size=len(text), p=[*chance, max(0.0, 1 - chance.sum())])
    variant = rng.random(len(text))

    records = []
    for code, name in enumerate(names):
        column, spoil = _FAULTS[name]
        for row in np.flatnonzero(fault == code):
            was = text.at[row, column]
            became = spoil(was, variant[row])
            text.at[row, column] = became
            records.append((int(row), name, column, was, became))
    truth = pd.DataFrame(records, columns=["row", "dirt", "column", "was", "became"])
    return _double(text, truth.sort_values("row", ignore_index=True))


def _double(text: pd.DataFrame, truth: pd.DataFrame) -> Soiled:
    """Repeat the doubled rows right behind themselves and number the truth anew."""
    doubled = truth.loc[truth["dirt"] == "duplicated", "row"].to_numpy(dtype=int)
    times = np.ones(len(text), dtype=int)
    times[doubled] = 2
    last_place = np.cumsum(times) - 1  # of a doubled row: the place of its copy
    frame = text.loc[np.repeat(text.index, times)].reset_index(drop=True)
    truth = truth.assign(row=last_place[truth["row"].to_numpy(dtype=int)])
    return Soiled(frame, truth)


def _mistype_customer(was: str, u: float) -> str:
    at = int(u * len(was))
    return was[:at] + "OIlSB"[int(u * 1e6) % 5] + was[at + 1 :]


def _mistype_amount(was: str, u: float) -> str:
    return (f"¥{was}", f" {was} ", was.replace(".", ","))[int(u * 3)]


_FAULTS: dict[str, tuple[str, Callable[[str, float], str]]] = {
    "missing_customer": ("customer_id", lambda was, u: ("", "NULL", "N/A")[int(u * 3)]),
    "mistyped_customer": ("customer_id", _mistype_customer),
    "missing_amount": ("amount", lambda was, u: ""),
    "mistyped_amount": ("amount", _mistype_amount),
    "unreadable_amount": ("amount", lambda was, u: ("free", "see note", "??")[int(u * 3)]),
    "other_date_format": ("day", lambda was, u: f"{was[8:]}.{was[5:7]}.{was[:4]}"),
    "impossible_date": ("day", lambda was, u: f"{was[:4]}-02-30"),
    "shifted_date": ("day", lambda was, u: ("19" if u < 0.5 else "21") + was[2:]),
    "false_entry": ("amount", lambda was, u: f"{1000 * float(was):.2f}"),
    "duplicated": ("transaction_id", lambda was, u: was),
}
