"""What does a feature say about the outcome? Weight of evidence by bin, information value by feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.asked import whole
from crmkit.targeting.response.features import plain, sound
from crmkit.targeting.response.woe import Bins, cut

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def cut_all(
    features: pd.DataFrame, outcome: ArrayLike, *, bins: int, monotone: bool, smoothing: float, level: float
) -> tuple[tuple[Bins, ...], pd.DataFrame, np.ndarray]:
    """Bins of every feature, the plain features, and the outcome as 0 and 1; or one clear refusal."""
    import pandas as pd

    happened, figures, words = sound(features, outcome)
    whole("bins", bins, 2)
    normal_quantile(level)
    door.number("smoothing", smoothing)
    if smoothing <= 0:
        raise ValueError(
            f"smoothing={smoothing!r} must be above 0 customers; 1 is one customer of the base rate in each bin"
        )
    clean = plain(features, figures, words)
    options = {"bins": bins, "monotone": monotone, "smoothing": smoothing, "level": level}
    found = tuple(
        cut(
            clean[name],
            happened,
            numeric=name in figures,
            yes_no=pd.api.types.is_bool_dtype(features[name]),
            **options,
        )
        for name in features.columns
    )
    return found, clean, happened


def woe(
    feature: pd.Series,
    outcome: ArrayLike,
    *,
    bins: int = 5,
    monotone: bool = True,
    smoothing: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Weight of evidence: how far being in a bin raises or lowers the log-odds of the outcome.

    Numbers are cut into parts that are put together until the rate only rises or only falls; every word is a bin, rare ones
    are one together; missing is a bin of its own.

    Parameters
    ----------
    feature : Series (customers,)
        Numbers or words; missing values allowed.
    outcome : array (customers,)
        True and False, or 1 and 0; both must occur. For credit take "paid back", so that more points are better.
    bins : int
        At most so many, at least 2, without "(other)" and "(missing)".
    monotone : bool
        False: equally many customers a bin, whatever their rates.
    smoothing : float
        Customers of the base rate added to each bin, above 0: an empty cell stays finite.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        One row a bin: bin (its upper end belongs to it), customers, rate (share with the outcome), low, high (its interval),
        woe (log-odds; 0: as everyone), woe_low, woe_high, iv (what it adds to the information value). The intervals take
        the bins as given.

    Raises
    ------
    ValueError
        If the feature holds days, keys or infinite numbers, or the outcome is the same for all.

    References
    ----------
    Good (1950), Probability and the Weighing of Evidence; Siddiqi (2006), Credit Risk Scorecards, ch. 6.

    >>> import pandas as pd
    >>> woe(pd.Series(["a", "b"] * 20), [1, 0, 1, 0, 1, 1, 0, 0] * 5)[["bin", "rate"]].to_numpy().tolist()
    [['a', 0.75], ['b', 0.25]]
    """
    import pandas as pd

    if not isinstance(feature, pd.Series):
        raise TypeError(f"feature is a {type(feature).__name__}; expected a pandas Series. Mend: frame['column']")
    name = str(feature.name or "feature")
    found, _, _ = cut_all(
        feature.rename(name).to_frame(), outcome, bins=bins, monotone=monotone, smoothing=smoothing, level=level
    )
    return found[0].table


def information_value(
    features: pd.DataFrame,
    outcome: ArrayLike,
    *,
    bins: int = 5,
    monotone: bool = True,
    smoothing: float = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much each feature says about the outcome on its own.

    Parameters
    ----------
    features : DataFrame (customers, features)
        As in `fit`.
    outcome, bins, monotone, smoothing, level
        As in `woe`.

    Returns
    -------
    DataFrame
        Index feature, most telling first: iv, low, high (its interval, the bins as given), by_chance (to be expected of a
        feature that says nothing, with so many bins and customers; chosen bins find somewhat more), bins.

    Raises
    ------
    ValueError
        As `woe`.

    References
    ----------
    Kullback (1959), Information Theory and Statistics: the divergence J, its interval by the delta method on both samples.
    `by_chance` is the mean of its chi-squared law.

    >>> import numpy as np
    >>> import pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"age": rng.integers(20, 70, 400), "noise": rng.random(400)})
    >>> information_value(people, rng.random(400) < people["age"] / 100).index.tolist()
    ['age', 'noise']
    """
    import pandas as pd

    found, _, happened = cut_all(features, outcome, bins=bins, monotone=monotone, smoothing=smoothing, level=level)
    z, yes, no = normal_quantile(level), happened.sum(), (1 - happened).sum()
    rows = []
    for one in found:
        table = one.table
        ones, zeros = (share / share.sum() for share in _cells(table, happened.mean(), smoothing))
        iv = table["iv"].sum()
        variance = (
            _spread(table["woe"] + 1 - zeros / ones, ones) / yes + _spread(-table["woe"] + 1 - ones / zeros, zeros) / no
        )
        half = z * np.sqrt(variance)
        by_chance = (len(table) - 1) * (1 / yes + 1 / no)
        rows.append((one.feature, iv, max(iv - half, 0.0), iv + half, by_chance, len(table)))
    frame = pd.DataFrame(rows, columns=["feature", "iv", "low", "high", "by_chance", "bins"]).set_index("feature")
    return frame.sort_values("iv", ascending=False, kind="stable")


def _cells(table: pd.DataFrame, base: float, smoothing: float) -> tuple[np.ndarray, np.ndarray]:
    hits = (table["rate"] * table["customers"]).to_numpy()
    return hits + smoothing * base, table["customers"].to_numpy() - hits + smoothing * (1 - base)


def _spread(slope: pd.Series, share: np.ndarray) -> float:
    """Variance of a slope over the bins of one customer."""
    return float(share @ slope**2 - (share @ slope) ** 2)
