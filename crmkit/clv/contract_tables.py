"""Contracts by date turned into terms, and what a fit says of the terms to come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.clv.contract_rows import counts
from crmkit.clv.door import numbers, plain
from crmkit.clv.history import read_date
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.clv.contract import BetaDiscreteWeibull
    from crmkit.clv.fitting import Fit

MOST_TERMS = 10_000  # to project


def contract_terms(
    contracts: pd.DataFrame,
    *,
    as_of: dt.date | str,
    begun: str = "begun",
    ended: str = "ended",
    term_months: str = "term_months",
) -> pd.DataFrame:
    """How many renewals of each contract have fallen due, and whether it left at the last of them.

    Parameters
    ----------
    contracts : DataFrame
        One row a contract: first day, last day (missing while it runs), months of a term.
    as_of : date
        Last day of the observation. A contract that ends later has not left yet; one given up
        within a term leaves when that term is over.
    begun, ended, term_months : str
        How the frame calls the columns.

    Returns
    -------
    DataFrame
        On the index of the contracts: terms (the renewal at which it left, or all that fell due), left.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or no dates, a contract ends before it begins, or begins after as_of.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2020-01-31", "2020-01-01"])
    >>> end = pd.to_datetime([None, "2021-12-31"])
    >>> seen = pd.DataFrame({"begun": day, "ended": end, "term_months": [1, 12]})
    >>> contract_terms(seen, as_of="2022-02-27").to_numpy().tolist()
    [[25, False], [2, True]]
    """
    import pandas as pd

    require(contracts, [begun, ended, term_months], name="contracts")
    if not len(contracts):
        raise ValueError("contracts has 0 rows; expected one row a contract")
    for name in (begun, ended):
        if not pd.api.types.is_datetime64_any_dtype(contracts[name]):
            raise ValueError(
                f"contracts[{name!r}] is of type {contracts[name].dtype}; expected dates. Mend: pandas.to_datetime(...)"
            )
        if contracts[name].dt.tz is not None:
            raise ValueError(
                f"contracts[{name!r}] carries the time zone {contracts[name].dt.tz}; expected local days without a zone. "
                f"Mend: contracts[{name!r}].dt.tz_localize(None)"
            )
    numbers(contracts, term_months, name="contracts")
    months = contracts[term_months].to_numpy(dtype=float)
    first, last = (contracts[name].to_numpy().astype("datetime64[D]") for name in (begun, ended))
    today = np.datetime64(read_date(as_of, "as_of"), "D")
    for bad, what in (
        (np.isnat(first), f"have no {begun!r}; expected the first day of each"),
        (last < first, f"end before they begin ({ended!r} before {begun!r})"),
        (first > today, f"begin after as_of={today}. Mend: contracts[contracts[{begun!r}] <= as_of]"),
        ((months < 1) | (months != np.floor(months)), f"have a {term_months!r} that is not 1, 2, 3, … months"),
    ):
        if bad.any():
            raise ValueError(
                f"{int(bad.sum()):,} of {len(contracts):,} contracts {what}; "
                f"the first is row {plain(contracts.index[bad][0])!r}"
            )
    due = _whole_months(first, np.full(len(first), today)) // months
    gone = ~np.isnat(last) & (last <= today)
    until = np.where(gone, last, today)
    # A day before the end a term more was over only if the last day closes a term.
    over = _whole_months(first, until) // months
    closes = over > _whole_months(first, until - np.timedelta64(1, "D")) // months
    leaves = np.where(closes, over, over + 1)
    left = gone & (leaves <= due)
    return pd.DataFrame({"terms": np.where(left, leaves, due).astype(int), "left": left}, index=contracts.index)


def project(
    fit: Fit[BetaDiscreteWeibull], contracts: pd.DataFrame | pd.Series, *, terms: int, level: float = 0.95
) -> pd.DataFrame:
    """How many contracts will still be there, by the fit and by one retention rate for all.

    Parameters
    ----------
    fit : Fit
        From `fit_sbg` or `fit_bdw`.
    contracts : DataFrame or Series
        What it was fitted to.
    terms : int
        Renewals to look at, counted from the beginning of a contract; 1 or more.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        Index term, from 0: survival (share still there), low, high (of the expectation: how well
        the parameters are known), geometric (share if all left with one chance, the same at each
        renewal), seen (Kaplan & Meier 1958; missing where no contract has come to).

    Raises
    ------
    ValueError
        If the fit did not converge, or terms is below 1.

    >>> import pandas as pd
    >>> from crmkit.clv import fit_sbg
    >>> regular = pd.Series([1000, 631, 468, 382, 326, 289, 262, 241])
    >>> project(fit_sbg(regular), regular, terms=12).loc[12, ["survival", "geometric"]].round(2).tolist()
    [0.17, 0.05]
    """
    import pandas as pd

    if door.whole("terms", terms) > MOST_TERMS:
        raise ValueError(f"terms={terms!r} must be {MOST_TERMS:,} at most: renewals to look at")
    t, lost, kept = counts(contracts)
    if fit.n != int(lost.sum() + kept.sum()):
        raise ValueError(
            f"the fit is of {fit.n:,} contracts, these are {int(lost.sum() + kept.sum()):,}; "
            "expected those that it was fitted to"
        )
    at = np.arange(1, terms + 1)

    def odds(model: BetaDiscreteWeibull) -> pd.Series:
        share = np.clip(model.survival(at), 1e-300, 1 - 1e-15)
        return pd.Series(share / (1 - share))

    # By the odds, so that the ends stay within 0..1.
    band = fit.band(odds, level=level)
    share = band / (1 + band)
    leave = lost.sum() / (lost @ t + kept @ t)
    frame = {
        "survival": np.append(1.0, share["estimate"]),
        "low": np.append(1.0, share["low"]),
        "high": np.append(1.0, share["high"]),
        "geometric": (1 - leave) ** np.arange(terms + 1),
        "seen": _kaplan_meier(t, lost, kept, terms),
    }
    return pd.DataFrame(frame, index=pd.RangeIndex(terms + 1, name="term"))


def _kaplan_meier(t: np.ndarray, lost: np.ndarray, kept: np.ndarray, terms: int) -> np.ndarray:
    """Share there after 0, 1, … renewals; missing after the last renewal that fell due."""
    there = np.full(terms + 1, np.nan)
    there[0] = share = 1.0
    for k in range(1, min(terms, int(t.max())) + 1):
        came = float((lost + kept)[t >= k].sum())
        share *= 1 - float(lost[t == k].sum()) / came if came else np.nan
        there[k] = share
    return there


def _whole_months(first: np.ndarray, until: np.ndarray) -> np.ndarray:
    """Whole months from the first day to the last, both counted in; a month from the 31st ends with the month."""
    after = until + np.timedelta64(1, "D")
    month = after.astype("datetime64[M]")
    passed = (month - first.astype("datetime64[M]")).astype(int)
    day = (first - first.astype("datetime64[M]")).astype(int)
    longest = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int) - 1
    return np.maximum(passed - ((after - month).astype(int) < np.minimum(day, longest)), 0)
