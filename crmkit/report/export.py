"""A report as a folder: the page and its tables as CSV, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crmkit.atomic import new_folder

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.report.gather import Report

PAGE = "report.html"
# What a spreadsheet takes for a formula; the wide forms of Chinese and Japanese keyboards too.
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER = r"[+-]?(\d+([.,]\d+)*|\.\d+)(e[+-]?\d+)? ?%?"  # -5 and +1,234.50 are harmless
DIGITS = 6  # of money and shares, so that 15.299999999999999 reads 15.3


@dataclass(frozen=True)
class Sheet:
    """One table of a report."""

    file: str
    what: str
    frame: pd.DataFrame


def write(
    report: Report,
    out: str | os.PathLike[str],
    *,
    replace: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Write the page and its tables into a new folder.

    Parameters
    ----------
    report : Report
        From `gather`.
    out : path
        The folder; there is nothing of it until all is complete.
    replace : bool
        Replace the folder of an earlier report; it stays until the new one is complete.

    Returns
    -------
    Path
        The page, ``report.html``. It needs no network and no other file.

    Raises
    ------
    OSError
        If the folder holds something else, or the disk is full or closed to us.
    """
    from crmkit.report.page import page

    tell = progress or (lambda stage, share: None)
    found = sheets(report)
    with new_folder(out, marker=PAGE, replace=replace) as folder:
        for number, sheet in enumerate(found):
            tell(f"writing {sheet.file}", number / (len(found) + 1))
            guarded(sheet.frame).to_csv(folder / sheet.file, index=False, encoding="utf-8-sig", lineterminator="\n")
        tell("pictures and page", len(found) / (len(found) + 1))
        (folder / PAGE).write_text(page(report, found), encoding="utf-8", newline="\n")
    tell("done", 1.0)
    return Path(out) / PAGE


def sheets(report: Report) -> list[Sheet]:
    """The tables of a report, in the order of the page."""
    found = [
        Sheet("overview.csv", "the figures on top", _overview(report)),
        Sheet("reasons.csv", "what was rejected or repaired, how often", _neat(report.reasons)),
        Sheet("rejected.csv", "all rejected rows as they came, with row number and reason", report.rejected),
        Sheet("repaired.csv", "all repairs, with the text before and after", report.repaired),
        Sheet("customers.csv", "each customer with scores, segment and field of the value matrix", _customers(report)),
        Sheet("segments.csv", "size and money of the segments", _neat(report.segments.reset_index())),
        Sheet("value_matrix.csv", "size and money of the four fields", _neat(report.quadrants.reset_index())),
    ]
    if report.concentration is not None:
        found.append(
            Sheet("concentration.csv", "share of the money by share of the customers, best first", _curve(report))
        )
    if report.cohorts is not None:
        cohorts = report.cohorts.assign(cohort=report.cohorts["cohort"].dt.strftime("%Y-%m-%d"))
        found.append(Sheet("cohorts.csv", "each cohort in each later period", _neat(cohorts)))
    for who, movers in (("customer", report.customer_movers), ("item", report.item_movers)):
        if movers is not None:
            label = movers.rename_axis(index=f"{who}_id" if who == "customer" else who).reset_index()
            called = "customer" if who == "customer" else "article"
            found.append(Sheet(f"{who}_movers.csv", f"money of each {called} in the two last periods", _neat(label)))
    return found


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame, with an apostrophe before texts that a spreadsheet would run as a formula.

    Numbers stay as they are, also those written as text.

    >>> import pandas as pd
    >>> guarded(pd.DataFrame({"item": ["=1+1", "tea", "-5"]}))["item"].tolist()
    ["'=1+1", 'tea', '-5']
    """
    columns = [_guarded(frame.iloc[:, at]) for at in range(frame.shape[1])]
    names = _guarded(frame.columns.to_series().reset_index(drop=True)).tolist()
    safe = dict(enumerate(columns))
    import pandas as pd

    out = pd.DataFrame(safe, index=frame.index)
    out.columns = names
    return out


def _guarded(column: pd.Series) -> pd.Series:
    import pandas as pd

    kinds = (pd.api.types.is_numeric_dtype, pd.api.types.is_datetime64_any_dtype, pd.api.types.is_bool_dtype)
    if any(kind(column.dtype) for kind in kinds):
        return column
    text = column.astype("object")
    text = text.where(text.map(lambda cell: isinstance(cell, str)), "").astype("str")
    risky = (text.str.contains(FORMULA) & ~text.str.fullmatch(NUMBER, case=False)).to_numpy(dtype=bool)
    if not risky.any():
        return column
    out = column.astype("object").to_numpy(copy=True)
    out[risky] = "'" + text.to_numpy(dtype=object)[risky]
    return pd.Series(out, index=column.index, name=column.name, dtype="object")


def _neat(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.round(DIGITS)


def _overview(report: Report) -> pd.DataFrame:
    import pandas as pd

    found = report.concentration
    figures = {
        "source": report.source,
        "rows_came_in": report.came_in,
        "rows_kept": report.kept,
        "rows_rejected": report.came_in - report.kept,
        "rows_repaired": report.repaired["row"].nunique(),
        "first_day": f"{report.first:%Y-%m-%d}",
        "last_day": f"{report.last:%Y-%m-%d}",
        "as_of": f"{report.as_of:%Y-%m-%d}",
        "customers": len(report.rfm),
        "purchases": report.purchases,
        "returns": report.returns,
        "money": round(report.total, DIGITS),
        "money_returned": round(report.returned, DIGITS),
        "gini": round(found.gini, DIGITS) if found else "",
        "gini_low": round(found.low, DIGITS) if found else "",
        "gini_high": round(found.high, DIGITS) if found else "",
        "top_tenth": round(found.top_tenth, DIGITS) if found else "",
    }
    return pd.DataFrame({"figure": list(figures), "value": pd.Series(list(figures.values()), dtype="object")})


def _customers(report: Report) -> pd.DataFrame:
    matrix = report.value_matrix[["mean_spend", "quadrant"]]
    return _neat(report.rfm.join(matrix).rename_axis(index="customer_id").reset_index())


def _curve(report: Report) -> pd.DataFrame:
    import pandas as pd

    curve = report.concentration.curve
    share = np.linspace(0, 1, 101)
    return _neat(pd.DataFrame({"share": share, "captured": np.interp(share, curve["share"], curve["captured"])}))
