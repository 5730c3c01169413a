"""Rolling origins: would the model have beaten a rule of thumb, had it been used then?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import frames
from crmkit.clv.door import horizon_is_sound
from crmkit.clv.fitting import Fit
from crmkit.clv.history import last_day, of_rows, read_date, unit_in_days
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    import pandas as pd

SAME, MEAN = "same again", "mean of all"


@dataclass(frozen=True, eq=False)
class BackTest:
    """What each method would have missed by, and whether the differences are more than chance."""

    errors: pd.DataFrame  # a row each origin, outcome and method: customers, bias, mae, rmse
    contests: pd.DataFrame  # a row each outcome, method and rule: difference, low, high, verdict
    customers: pd.DataFrame  # a row each origin and customer: what was forecast and what came


def back_test(
    transactions: pd.DataFrame,
    methods: Mapping[str, Callable[[pd.DataFrame], Fit[Any]]],
    *,
    origins: Sequence[dt.date | str],
    horizon: float,
    to: dt.date | str | None = None,
    spend: Callable[[pd.DataFrame], Fit[Any]] | None = None,
    unit: str = "week",
    level: float = 0.95,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> BackTest:
    """Forecast from several days in the past with what was known then, and compare with what came.

    Two rules of thumb stand beside: "same again" (what the customer did in the last `horizon`,
    e.g. last year's spend) and "mean of all" (the mean of that over all customers, for each).
    Methods are compared by squared error, whose least value belongs to the true mean; by absolute error
    a forecast of nothing for everybody would often win.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS).
    methods : mapping
        Name -> function that fits a history, e.g. ``{"BG/NBD": clv.fit_bgnbd}``.
    origins : sequence of dates
        Last days of the data that each forecast may see.
    horizon : float
        Time forecast after each of them, in the unit; above 0.
    to : date, optional
        Last day that the log covers; default: its last row.
    spend : callable, optional
        Fits amounts to a history, e.g. ``clv.fit_gamma_gamma``: the money forecast is then purchases times
        amount. Without it every purchase is taken to bring the mean amount of all repeat purchases.
    unit : str
        day, week, month or year.
    level : float
        Of the intervals, 0..1.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    BackTest
        errors: origin, outcome (purchases, money), method, customers, bias (forecast less actual, mean),
        mae, rmse. contests: outcome, method, rule, difference (mean squared error of the method less that of
        the rule), low, high (over customers, each counted once with the mean of its origins), verdict
        ("better", "worse", "no difference"). customers: origin, customer_id, purchases, money, and
        a column "outcome: method" each.

    Raises
    ------
    ValueError
        If an origin leaves less than a horizon before or after it, a method is named as a rule, or a
        fit did not converge (told by its name and origin).

    >>> from crmkit import clv
    >>> drawn = clv.BGNBD(0.5, 6.0, 0.8, 2.4).draw([104.0] * 300, seed=1)
    >>> log = clv.events(drawn, last_day="2025-12-31", seed=1)
    >>> found = back_test(log, {"BG/NBD": clv.fit_bgnbd}, origins=["2025-01-05", "2025-06-30"], horizon=26, to="2025-12-31")
    >>> found.contests["verdict"].isin(["better", "worse", "no difference"]).all().item()
    True
    """
    import pandas as pd

    z, days = normal_quantile(level), unit_in_days(unit)
    horizon_is_sound(horizon)
    ahead = round(horizon * days)
    if ahead < 1:
        raise ValueError(f"horizon={horizon!r} {unit}s is less than a day; expected at least one")
    if not isinstance(methods, Mapping):
        raise TypeError(
            f"methods is a {type(methods).__name__}; expected names with functions, e.g. {{'BG/NBD': clv.fit_bgnbd}}"
        )
    if not methods:
        raise ValueError("methods is empty; expected at least one, e.g. {'BG/NBD': clv.fit_bgnbd}")
    for name in (SAME, MEAN):
        if name in methods:
            raise ValueError(
                f"methods holds {name!r}, which is a rule of thumb that stands beside; choose another name"
            )
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    if not len(rows):
        raise ValueError("transactions has 0 rows; expected at least one purchase")
    whole = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    cuts = sorted({read_date(one, "origins") for one in origins})
    if not cuts:
        raise ValueError("origins is empty; expected at least one day")
    end = last_day(rows, to, "to")
    for cut in cuts:
        if cut - ahead < whole.min() - 1 or cut + ahead > end:
            raise ValueError(
                f"origin {np.datetime64(cut, 'D')} needs {ahead} days before and after it; the log runs from "
                f"{np.datetime64(int(whole.min()), 'D')} to {np.datetime64(end, 'D')}. Mend: another origin, or a shorter "
                "horizon; `to` where the log covers more days than its last row"
            )
    seen = pd.concat(
        {np.datetime64(cut, "D"): _from(rows, whole, cut, ahead, days, methods, spend) for cut in cuts},
        names=["origin", "customer_id"],
    ).reset_index()
    seen["origin"] = pd.to_datetime(seen["origin"])
    errors, contests = [], []
    for outcome in ("purchases", "money"):
        missed = {name: seen[f"{outcome}: {name}"] - seen[outcome] for name in (*methods, SAME, MEAN)}
        for name, error in missed.items():
            by = error.groupby(seen["origin"])
            table = pd.DataFrame(
                {
                    "customers": by.size(),
                    "bias": by.mean(),
                    "mae": error.abs().groupby(seen["origin"]).mean(),
                    "rmse": np.sqrt((error**2).groupby(seen["origin"]).mean()),
                }
            ).reset_index()
            table.insert(1, "outcome", outcome)
            table.insert(2, "method", name)
            errors.append(table)
        for name in methods:
            for rule in (SAME, MEAN):
                gap = (missed[name] ** 2 - missed[rule] ** 2).groupby(seen["customer_id"]).agg(["sum", "size"])
                # Origins are alike in one customer, so customers are what is counted.
                mean = gap["sum"].sum() / gap["size"].sum()
                off = gap["sum"] - mean * gap["size"]
                half = z * np.sqrt((off**2).sum()) / gap["size"].sum()
                verdict = "better" if mean + half < 0 else "worse" if mean - half > 0 else "no difference"
                contests.append((outcome, name, rule, mean, mean - half, mean + half, verdict))
    names = ["outcome", "method", "rule", "difference", "low", "high", "verdict"]
    return BackTest(pd.concat(errors, ignore_index=True), pd.DataFrame(contests, columns=names), seen)


def _from(
    rows: pd.DataFrame,
    whole: np.ndarray,
    cut: int,
    ahead: int,
    days: float,
    methods: Mapping[str, Callable[[pd.DataFrame], Fit[Any]]],
    spend: Callable[[pd.DataFrame], Fit[Any]] | None,
) -> pd.DataFrame:
    """One origin: what came after it, and what each method and rule would have said."""
    import pandas as pd

    past = of_rows(rows, days, cut)
    came, before = (_within(rows, whole, start, start + ahead, past.index) for start in (cut, cut - ahead))
    found = pd.DataFrame({"purchases": came["size"], "money": came["sum"]})
    repeats = past["x"].to_numpy() > 0
    each: Any = float((past["x"] * past["m_x"]).sum() / max(past["x"].sum(), 1))
    if spend is not None and repeats.any():
        each = _fitted(spend, past, "spend", cut).model.expected(past)
    for name, fit in methods.items():
        buys = _fitted(fit, past, name, cut).model.expected(past, horizon=ahead / days)
        found[f"purchases: {name}"], found[f"money: {name}"] = buys, buys * each
    for outcome, column in (("purchases", "size"), ("money", "sum")):
        found[f"{outcome}: {SAME}"] = before[column]
        found[f"{outcome}: {MEAN}"] = before[column].mean()
    return found


def _within(rows: pd.DataFrame, whole: np.ndarray, start: int, end: int, who: pd.Index) -> pd.DataFrame:
    """Purchase days and money of these customers after one day and up to another."""
    inside = rows[(whole > start) & (whole <= end) & (rows["amount"].to_numpy() > 0)]
    by_day = inside.groupby(["customer_id", "day"])["amount"].sum()
    return by_day.groupby(level=0).agg(["size", "sum"]).reindex(who).fillna(0.0)


def _fitted(fit: Callable[[pd.DataFrame], Fit[Any]], past: pd.DataFrame, name: str, cut: int) -> Fit[Any]:
    found = fit(past)
    if not found.converged:
        raise ValueError(f"{name} did not converge on what was known on {np.datetime64(cut, 'D')}: {found.reason}")
    return found
