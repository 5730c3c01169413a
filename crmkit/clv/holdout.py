"""After the data ended: what customers with 0, 1, 2, … repeat purchases did, beside what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv.door import numbers, refuse, sound
from crmkit.clv.fitting import Fit
from crmkit.intervals import normal_quantile
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def by_frequency(split: pd.DataFrame, found: Fit[Any] | Any, *, most: int = 7, level: float = 0.95) -> pd.DataFrame:
    """Mean purchases in the hold-out of customers with so many before, counted and expected.

    Parameters
    ----------
    split : DataFrame
        From `split`: x, t_x, T, x_holdout, T_holdout, and the columns of the effects.
    found : Fit or model
        What was fitted to the calibration part of it; a bare model has no error of its own.
    most : int
        Customers with as many repeat purchases or more are one group, 1 or more.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index x ("0" to "7+"): customers, actual (mean purchase days in the hold-out), low, high (normal
        interval of that mean, missing for one customer), expected (mean), expected_low, expected_high (error
        of the parameters; equal to expected for a bare model). Groups without customers are left out.

    Raises
    ------
    ValueError
        If the split contradicts itself, or the fit did not converge.

    References
    ----------
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, figure 4: conditional
    expectations.

    >>> from crmkit import clv
    >>> drawn = clv.BGNBD(0.5, 6.0, 0.8, 2.4).draw([26.0] * 500, seed=1, ahead=26)
    >>> table = by_frequency(drawn.assign(x_holdout=drawn["x_ahead"], T_holdout=26.0), clv.fit_bgnbd(drawn))
    >>> int(table["customers"].sum()), table.index[0]
    (500, '0')
    """
    import pandas as pd

    if isinstance(most, bool) or not isinstance(most, int | np.integer) or most < 1:
        raise ValueError(f"most={most!r} must be a whole number, at least 1")
    z = normal_quantile(level)
    sound(split)
    require(split, ["x_holdout", "T_holdout"], name="split")
    for column in ("x_holdout", "T_holdout"):
        numbers(split, column, name="split")
    refuse(split, split["x_holdout"].to_numpy() < 0, "x_holdout", "0 or more", name="split")
    horizon = split["T_holdout"].to_numpy(dtype=float)
    refuse(split, horizon != horizon[0], "T_holdout", "one length for all customers", name="split")

    group = np.minimum(split["x"].to_numpy(dtype=int), most)
    labels = {one: f"{one}+" if one == most else str(one) for one in range(most + 1)}

    def expected(model: Any) -> pd.Series:
        return model.expected(split, horizon=float(horizon[0])).groupby(group).mean()

    held = split["x_holdout"].astype(float).groupby(group).agg(["size", "mean", "std"])
    half = z * held["std"] / np.sqrt(held["size"])
    if isinstance(found, Fit):
        band = found.band(expected, level=level)
    else:
        here = expected(found)
        band = pd.DataFrame({"estimate": here, "low": here, "high": here})
    table = pd.DataFrame(
        {
            "customers": held["size"],
            "actual": held["mean"],
            "low": (held["mean"] - half).clip(lower=0),
            "high": held["mean"] + half,
            "expected": band["estimate"],
            "expected_low": band["low"],
            "expected_high": band["high"],
        }
    )
    return table.rename(index=labels).rename_axis("x")
