"""Repeat purchases unit by unit, counted and expected: does a model keep its word after the data ended?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import frames
from crmkit.clv.fitting import Fit
from crmkit.clv.history import last_day, read_date, unit_in_days
from crmkit.clv.repeat_model import RepeatModel
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

NODES = 6  # Gauss-Legendre points a day, over which no intensity changes much


def tracking(
    transactions: pd.DataFrame,
    model: RepeatModel | Fit[Any],
    *,
    until: dt.date | str,
    to: dt.date | str | None = None,
    unit: str = "week",
    level: float = 0.95,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """Repeat purchases of a cohort by unit of time, beside what a model expected of it.

    Each customer starts at the own first purchase. The band says how far chance alone would
    carry a cohort of this size from the expectation if the model and its parameters were
    true; it leaves the error of the parameters out (`Fit.interval`), so a good model
    leaves it now and then, and more often where few customers told the parameters.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS).
    model : RepeatModel or Fit
        BGNBD, MBGNBD or ParetoNBD without effects, in the same unit; of a fit its model.
    until : date
        Last day of the calibration: the cohort is who had bought by then.
    to : date, optional
        Last day of the hold-out; default: the last day of the log.
    unit : str
        day, week, month or year.
    level : float
        Of the band, 0..1.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        Index unit, from 1 (units since the first purchase of all; the rest of a broken last unit is
        left out): day (its last), holdout (it ends after `until`), actual, expected, low, high
        (repeat purchase days within it), actual_total, expected_total, total_low, total_high
        (since the start). ``.attrs``: customers, later (customers who first bought after `until`).

    Raises
    ------
    ValueError
        As `split`; or if the model has effects, under which customers of one age differ.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, figures 2 and 3. The
    variance is that of the model, from the intensity of pairs of purchases.

    >>> from crmkit import clv
    >>> model = clv.BGNBD(0.5, 6.0, 0.8, 2.4)
    >>> log = clv.events(model.draw([52.0] * 500, seed=1), last_day="2025-12-31", seed=1)
    >>> table = tracking(log, model, until="2025-06-30")
    >>> len(table), bool(table["holdout"].iloc[-1])
    (52, True)
    """
    import pandas as pd

    model = model.model if isinstance(model, Fit) else model
    if not isinstance(model, RepeatModel):
        raise TypeError(f"model is a {type(model).__name__}; expected a BGNBD, MBGNBD or ParetoNBD, or its Fit")
    z, days_a_unit = normal_quantile(level), unit_in_days(unit)
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    rows = rows[rows["amount"].to_numpy() > 0]
    end_seen, end = read_date(until, "until"), last_day(rows, to, "to")
    if end <= end_seen:
        raise ValueError(
            f"until={np.datetime64(end_seen, 'D')} leaves no hold-out: it ends on {np.datetime64(end, 'D')}. "
            "Mend: an earlier `until`, or a later `to`"
        )
    day = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    visits = pd.DataFrame({"who": rows["customer_id"].to_numpy(), "day": day})[day <= end].drop_duplicates()
    first = visits.groupby("who")["day"].transform("min").to_numpy()
    begun = visits["day"].to_numpy() == first
    starts, inside = first[begun & (first <= end_seen)], first <= end_seen
    if not len(starts):
        raise ValueError(f"transactions has no purchase (amount above 0) up to {np.datetime64(end_seen, 'D')}")
    began = int(starts.min())
    edges = began + np.round(np.arange(0, np.floor((end - began + 1) / days_a_unit) + 1) * days_a_unit).astype(int)
    if len(edges) < 2:
        raise ValueError(f"the log spans {end - began + 1} days, less than one {unit}; choose a finer unit")
    came = visits["day"].to_numpy()[~begun & inside]
    actual = np.histogram(came, bins=edges)[0]

    mean, pairs, moment = _laws(model, np.arange(edges[-1] - began + 1) / days_a_unit)
    cohort, size = np.unique(starts, return_counts=True)
    # Ages in days at the ends of the units: (units + 1, days of first purchases).
    age = np.clip(edges[:, None] - cohort[None, :] - 1, 0, None)
    within = mean[age[1:]] - mean[age[:-1]]
    # E[n (n - 1)] of the purchases n at ages u..v is twice the integral of (c - u) pair(c).
    both = 2 * (moment[age[1:]] - moment[age[:-1]] - age[:-1] / days_a_unit * (pairs[age[1:]] - pairs[age[:-1]]))
    expected = within @ size
    spread = z * np.sqrt(np.maximum(both + within - within**2, 0) @ size)
    total = mean[age[1:]] @ size
    wide = z * np.sqrt(np.maximum(2 * moment[age[1:]] + mean[age[1:]] - mean[age[1:]] ** 2, 0) @ size)
    last = edges[1:] - 1
    found = pd.DataFrame(
        {
            "day": last.astype("datetime64[D]").astype("datetime64[s]"),
            "holdout": last > end_seen,
            "actual": actual,
            "expected": expected,
            "low": np.maximum(expected - spread, 0),
            "high": expected + spread,
            "actual_total": np.cumsum(actual),
            "expected_total": total,
            "total_low": np.maximum(total - wide, 0),
            "total_high": total + wide,
        },
        index=pd.RangeIndex(1, len(edges), name=unit),
    )
    found.attrs = {"customers": len(starts), "later": int((begun & ~inside).sum())}
    return found


def _laws(model: RepeatModel, age: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of a new customer up to each age: mean purchases, integral of the pairs' intensity, and of age times it."""
    at, weight = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(age)[:, None] / 2
    points, weight = age[:-1, None] + half * (1 + at), half * weight
    one, two = (model.intensity(points, purchases=count) * weight for count in (1, 2))
    mean, pairs, moment = (np.concatenate([[0], np.cumsum(part.sum(axis=1))]) for part in (one, two, two * points))
    return mean, pairs, moment
