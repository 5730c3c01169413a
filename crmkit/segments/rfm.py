"""Recency, frequency, monetary value: scores and named segments."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from crmkit import frames
from crmkit.intervals import wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

# From the best to look after to the least; the order of tables, plots and colours.
SEGMENTS = (
    "champions",
    "loyal",
    "promising",
    "new",
    "slipping",
    "at risk",
    "must not lose",
    "hibernating",
)
# Row: recency score 5 (just now) to 1 (long ago). Column: value score 1 to 5, the mean of
# the scores of frequency and monetary value, halves rounded up.
GRID = (
    ("new", "promising", "loyal", "champions", "champions"),
    ("new", "promising", "loyal", "loyal", "champions"),
    ("slipping", "slipping", "slipping", "loyal", "loyal"),
    ("hibernating", "hibernating", "at risk", "at risk", "must not lose"),
    ("hibernating", "hibernating", "at risk", "must not lose", "must not lose"),
)
NO_PURCHASE = "returns only"


def rfm(
    transactions: pd.DataFrame,
    as_of: dt.date | str | None = None,
    bins: int = 5,
    *,
    customer: str = "customer_id",
    when: str = "day",
    amount: str = "amount",
) -> pd.DataFrame:
    """How recently, how often and for how much each customer bought.

    Recency and frequency count purchases (amount above 0); monetary is net of
    returns. Scores are ridits (Bross 1958): a customer at share p of the ranking
    gets 1 + floor(bins x p), and customers that tie share the middle of their
    ranks, so equal customers get equal scores. With a single customer, or where all
    are alike, everyone gets the middle score.

    Parameters
    ----------
    transactions : DataFrame
        One row a purchase or return (tables.TRANSACTIONS); pandas, or a frame of Polars, DuckDB, PyArrow
        or Spark, which works it out itself.
    as_of : date, optional
        Day of judgement: later rows do not count. Default: the last day of the log.
    bins : int
        Number of scores, 2 to 10. Segments are named by fifths, a score by its midpoint; with
        2 scores no one reaches the top fifth, so there are no champions.
    customer, when, amount : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        tables.RFM on customer_id; from another engine a frame of its kind with the column customer_id,
        its rows in no order, lazy where the engine is lazy. A customer with returns alone has frequency 0, no
        recency, scores of 1 and the segment "returns only".

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, bins is out of range, or nothing is left.

    References
    ----------
    Hughes, A. M. (1994), Strategic Database Marketing. Bross, I. D. J. (1958), How to
    use ridit analysis, Biometrics 14.

    >>> import pandas as pd
    >>> day = pd.to_datetime(["2025-01-01", "2025-01-31", "2025-01-11"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "day": day, "amount": [10.0, 20.0, 5.0]})
    >>> rfm(log)[["recency", "frequency", "monetary"]].to_numpy().tolist()
    [[0.0, 2.0, 30.0], [20.0, 1.0, 5.0]]
    """
    import pandas as pd

    if isinstance(bins, bool) or not isinstance(bins, int) or not 2 <= bins <= 10:
        raise ValueError(f"bins={bins!r} must be a whole number from 2 to 10")
    if frames.on_engine(transactions):
        from crmkit.segments import engine

        log = frames.engine_log(transactions, customer=customer, when=when, amount=amount)
        return frames.as_it_was(engine.rfm(log, log.judged(as_of), bins))
    rows = frames.log(transactions, customer=customer, when=when, amount=amount)
    rows, day = up_to(rows, as_of)
    totals = frames.per_customer(rows)
    found = pd.DataFrame(
        {
            "recency": (day - totals["last"]).dt.days.astype("float64"),
            "frequency": totals["purchases"],
            "monetary": totals["net"],
        }
    )
    found["r"] = _score(-found["recency"], bins)
    found["f"] = _score(found["frequency"].where(found["frequency"] > 0), bins)
    found["m"] = _score(found["monetary"].where(found["frequency"] > 0), bins)
    found["segment"] = _segment(found, bins)
    return found


def up_to(rows: pd.DataFrame, as_of: dt.date | str | None) -> tuple[pd.DataFrame, pd.Timestamp]:
    """The rows up to a day of judgement, and that day.

    Raises
    ------
    ValueError
        If as_of is no date, or no row is left.
    """

    if not len(rows):
        raise ValueError("transactions has 0 rows; expected at least one purchase")
    if as_of is None:
        return rows, rows["day"].max()
    day = frames.judged_on(as_of, "as_of")
    before = rows[rows["day"] <= day]
    if not len(before):
        raise ValueError(f"as_of={day:%Y-%m-%d} lies before the first transaction ({rows['day'].min():%Y-%m-%d})")
    return before, day


def _score(values: pd.Series, bins: int) -> pd.Series:
    """1 + floor(bins x ridit); 1 where the value is missing."""
    known = values.notna()
    # Sums of the same amounts differ in their last bits with the order of the rows: what is
    # equal to twelve digits of the largest value ties.
    largest = float(values.abs().max()) if known.any() else 0.0
    if largest > 0:
        values = values.round(int(11 - np.floor(np.log10(largest))))
    ridit = (values[known].rank(method="average") - 0.5) / max(int(known.sum()), 1)
    score = np.ones(len(values), dtype="int64")
    score[known.to_numpy()] = 1 + np.floor(bins * ridit).astype("int64")
    return score


def _segment(found: pd.DataFrame, bins: int) -> pd.Series:
    import pandas as pd

    def fifth(score: np.ndarray) -> np.ndarray:
        # By the midpoint of the score: its upper end would put two of six scores into the top fifth.
        return 1 + np.floor(5 * (score - 0.5) / bins).astype(int)

    value = np.floor((fifth(found["f"].to_numpy()) + fifth(found["m"].to_numpy())) / 2 + 0.5).astype(int)
    name = np.array(GRID, dtype=object)[5 - fifth(found["r"].to_numpy()), value - 1]
    bought = found["frequency"].to_numpy() > 0
    names = [*SEGMENTS, *([NO_PURCHASE] if not bought.all() else [])]
    return pd.Series(
        pd.Categorical(np.where(bought, name, NO_PURCHASE), categories=pd.Index(names, dtype="str")), index=found.index
    )


def summary(found: pd.DataFrame, *, by: str = "segment", money: str = "monetary") -> pd.DataFrame:
    """Size and money of each segment.

    Parameters
    ----------
    found : DataFrame
        tables.RFM, or any frame with one row a customer.
    by, money : str
        Columns with the segment and the money.

    Returns
    -------
    DataFrame
        Index: segment. customers, share, low, high (95 % Wilson interval of the share,
        for a base seen as a sample), money, money_share, mean.
    """
    import pandas as pd

    require(found, [by, money], name="found")
    grouped = found.groupby(by, observed=False)[money]
    out = pd.DataFrame({"customers": grouped.size(), "money": grouped.sum()})
    out["share"] = out["customers"] / len(found)
    out["low"], out["high"] = wilson(out["customers"], len(found))
    out["money_share"] = out["money"] / out["money"].sum()
    out["mean"] = out["money"] / out["customers"].where(out["customers"] > 0)
    return out[["customers", "share", "low", "high", "money", "money_share", "mean"]]
