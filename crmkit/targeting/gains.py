"""How much of the outcome the best scored customers hold, and what addressing them brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door, frames
from crmkit.intervals import normal_quantile, wilson
from crmkit.targeting.asked import each, numbers, weights
from crmkit.targeting.captured import ends

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike


def gains(
    score: ArrayLike | Any,
    outcome: ArrayLike | str,
    *,
    value: ArrayLike | str | None = None,
    cost: ArrayLike | str | None = None,
    weight: ArrayLike | str | None = None,
    by: str = "score",
    bins: int | None = None,
    fixed: str = "score",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share of all responses found among the best scored customers, cut by cut.

    Customers with equal scores are addressed together or not at all, so the order of
    the rows is of no account. The ranking is taken as given: a score is to be judged on
    customers it was not made from.

    Parameters
    ----------
    score : array (customers,)
        The higher, the earlier addressed. Or a frame of Polars, DuckDB, PyArrow or Spark with one row a customer;
        outcome, value, cost and weight are then names of its columns (value and cost may be numbers too).
    outcome : array (customers,)
        True and False, or numbers of 0 or more, e.g. purchases.
    value : float or array, optional
        Money that one unit of the outcome brings. Without it there is no profit.
    cost : float or array, optional
        Money that addressing a customer costs; 0 unless given. Needs a value.
    weight : array, optional
        Customers that a row stands for, 0 or more.
    by : str
        The column of a frame that holds the score.
    bins : int, optional
        Cuts at so many equal shares instead of at every score; a tie is then shared evenly.
    fixed : str
        What a cut has in common with that in another sample: "score" (all of this score and more, however many they are) or
        "share" (the best so many per cent, whatever their scores). It moves the intervals alone.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a cut, best customers first: share (addressed), captured (of the whole outcome), low,
        high (its interval), lift (captured / share), profit, profit_low, profit_high (missing
        without a value). In the last row everyone is addressed: share, captured and lift are 1. Of a frame on
        another engine a frame of its kind, lazy where the engine is lazy and no bins are asked for.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, or there is no outcome at all.

    References
    ----------
    Intervals: Wilson (1927) where the outcome is yes or no; else of two sums of amounts (Fay & Feuer 1997; Zou, Huang & Zhang
    2009), on the safe side where hardly any lie on one side of the cut. At a fixed share both are as much wider or narrower
    as the linearised ratio of sums says (Cochran 1977, Sampling Techniques, 2.11). Above a score another sample would have
    more or fewer customers. Of the same customers chance moves the captured share less, in the limit by the factor
    sqrt(1 - response rate): there the interval is on the safe side, far so where most respond. At a fixed share it is too wide
    where most respond and too narrow where a sharp score is cut among sure responders; `fixed="share"` is the interval of that
    question, with the rate at the cut from its neighbours (a kernel of the order n ** -0.2). It needs a dozen who did and a
    dozen who did not respond on either side of the cut, and misses the truth too often where the rate jumps just there.

    >>> gains([0.9, 0.8, 0.2, 0.1], [1, 0, 1, 0], value=10, cost=3)[["share", "captured", "lift", "profit"]].to_numpy().tolist()
    [[0.25, 0.5, 2.0, 7.0], [0.5, 0.5, 1.0, 4.0], [0.75, 1.0, 1.3333333333333333, 11.0], [1.0, 1.0, 1.0, 8.0]]
    """
    import pandas as pd

    if frames.on_engine(score):
        _options(value, cost, bins, fixed)
        if fixed != "score":
            raise ValueError(
                f"fixed={fixed!r} is not added up by an engine; expected 'score'. "
                "Mend: collect the columns and hand over arrays"
            )
        from crmkit.targeting import gains_engine

        asked = gains_engine.Asked(by, outcome, value, cost, weight, level)
        return gains_engine.curve(score, asked, bins)
    door.aligned(score=score, outcome=outcome, value=value, cost=cost, weight=weight)
    rank, got = numbers("score", score), numbers("outcome", outcome)
    n = len(rank)
    if not n:
        raise ValueError("score has 0 rows; expected one a customer")
    if len(got) != n:
        raise ValueError(f"outcome has {len(got):,} rows and score {n:,}; expected one each a customer")
    if (got < 0).any():
        raise ValueError(f"outcome holds {got.min():g}; expected 0 or more. Mend: put losses into value or cost")
    heavy = weights(weight, n)
    _options(value, cost, bins, fixed)
    hit = heavy * got
    whole = hit.sum()
    if not whole > 0:
        raise ValueError(f"outcome is 0 for all {n:,} customers; nothing can be captured. Mend: more customers or time")
    z = normal_quantile(level)

    # From here on the best customer comes first.
    order = np.argsort(-rank, kind="stable")
    last = np.append(np.flatnonzero(np.diff(rank[order])), n - 1)
    got, heavy, hit = got[order], heavy[order], hit[order]

    def upto(amounts: np.ndarray) -> np.ndarray:
        return np.cumsum(amounts)[last]

    share, captured = upto(heavy) / heavy.sum(), upto(hit) / whole
    # The last sums differ from the whole by rounding.
    share[-1] = captured[-1] = 1.0
    at_share = fixed == "share"
    if at_share:
        # What a customer more at the cut would bring to the outcome.
        rate = _at_cut(share, captured, n) * whole / heavy.sum()
        error = np.sqrt(np.maximum(_squares(upto, hit, heavy, share, captured, rate), 0)) / whole
    if weight is None and np.isin(got, (0.0, 1.0)).all():
        of = np.full(len(last), whole)
        if at_share:  # as many responses as would err so; without bound where all respond
            spread = captured * (1 - captured)
            of[spread > 0] = spread[spread > 0] / np.maximum(error[spread > 0] ** 2, 1e-15)
            of[-1] = 1e15  # everyone holds everything
        low, high = wilson(captured * of, of, level=level)
    else:
        inside, squares = upto(hit), upto(hit**2)
        rest, rest_squares = np.maximum(whole - inside, 0), np.maximum(squares[-1] - squares, 0)
        down, up = ends(inside, squares, rest, rest_squares, one=squares[-1] / whole, z=z)
        if at_share:  # as much wider or narrower as the error is
            plain = np.sqrt(squares * (1 - captured) ** 2 + rest_squares * captured**2) / whole
            wider = np.divide(error, plain, out=np.ones_like(error), where=plain > 0)
            down, up = down * wider, up * wider
        down[-1] = up[-1] = 0.0  # everyone holds everything
        low, high = np.clip(captured - down, 0, 1), np.clip(captured + up, 0, 1)
    found = {"share": share, "captured": captured, "low": low, "high": high, "lift": captured}
    if value is None:
        profit = spread = np.full(len(last), np.nan)
    else:
        won = heavy * (got * each("value", value, n)[order] - (0.0 if cost is None else each("cost", cost, n)[order]))
        profit = upto(won)
        if at_share:  # all customers are drawn
            worth = _at_cut(share, profit, n) / heavy.sum()
            parts = _squares(upto, won, heavy, share, 0.0, worth) - profit**2 / n
        else:  # how many lie above a score is taken as it is
            parts = upto(won**2) - profit**2 / (last + 1)
        spread = z * np.sqrt(np.maximum(parts, 0))
    found |= {"profit": profit, "profit_low": profit - spread, "profit_high": profit + spread}
    if bins is not None:
        at = np.arange(1, int(bins) + 1) / bins
        begin = {"low": 0.0, "high": 0.0}
        found = {
            name: np.interp(at, np.append(0.0, share), np.append(begin.get(name, 0.0), values))
            for name, values in found.items()
        }
    with np.errstate(invalid="ignore"):  # of customers without weight nothing is told
        found["lift"] = found["captured"] / found["share"]
    return pd.DataFrame(found)


def _squares(
    upto: Callable[[np.ndarray], np.ndarray],
    part: np.ndarray,
    heavy: np.ndarray,
    share: np.ndarray,
    captured: np.ndarray | float,
    rate: np.ndarray,
) -> np.ndarray:
    """What each customer adds to the error of a cut, squared and added up: of those addressed, then of the others."""
    own, both, sizes = upto(part**2), upto(heavy * part), upto(heavy**2)
    above, below, left = rate * (1 - share), rate * share, 1 - captured
    inside = own * left**2 - 2 * both * left * above + sizes * above**2
    return (
        inside
        + (sizes[-1] - sizes) * below**2
        - 2 * (both[-1] - both) * below * captured
        + (own[-1] - own) * captured**2
    )


def _at_cut(share: np.ndarray, upto: np.ndarray, n: int) -> np.ndarray:
    """How fast a sum rises with the share addressed, from the neighbours on either side."""
    half = n**-0.2 / 10
    begin, end = np.maximum(share - half, 0), np.minimum(share + half, 1)
    at, sums = np.append(0.0, share), np.append(0.0, upto)
    return (np.interp(end, at, sums) - np.interp(begin, at, sums)) / (end - begin)


def _options(value: object, cost: object, bins: object, fixed: object) -> None:
    if fixed not in ("score", "share"):
        raise ValueError(
            f"fixed={fixed!r} must be 'score' or 'share': what the cut has in common with another sample's"
        )
    if value is None and cost is not None:
        raise ValueError("cost is given without value; the profit needs the money that one unit of the outcome brings")
    if bins is not None:
        door.whole("bins", bins)
