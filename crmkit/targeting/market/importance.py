"""What matters to customers, and how well is it done? The importance-performance map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

# Martilla & James (1977): (important?, good?) -> what to do.
QUADRANTS = {
    (True, False): "concentrate here",
    (True, True): "keep up the good work",
    (False, False): "low priority",
    (False, True): "possible overkill",
}


def importance(
    ratings: pd.DataFrame,
    overall: pd.Series,
    *,
    survey: str = "survey_id",
    attribute: str = "attribute",
    stated: str = "importance",
    performance: str = "performance",
    cuts: tuple[float, float] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Importance and performance of each side of the service, as stated and as derived.

    Stated importance is what customers say. Derived importance is how far the satisfaction as a whole
    moves with the rating of one side, the others held: least squares of `overall` on all ratings, with
    errors that allow for unequal spread (HC3).

    Parameters
    ----------
    ratings : DataFrame
        One row an attribute in a survey (every survey rates every attribute once).
    overall : Series on survey
        Satisfaction as a whole, in the same points.
    survey, attribute, stated, performance : str
        How `ratings` calls its columns.
    cuts : (importance, performance), optional
        Where the quadrants meet, in points; by default the mean over the attributes, so that the map
        says what is above the own average, not what is good.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index attribute: surveys, importance, importance_low, importance_high (points, stated), performance,
        performance_low, performance_high (points), derived, derived_low, derived_high (points of the whole for a point of
        this), quadrant (by stated importance), derived_quadrant (by the derived one, cut at its mean), sure (both intervals on
        one side of the cuts of `quadrant`). ``.attrs``: importance_cut, performance_cut, derived_cut, r2.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, a rating is missing or comes twice, or the ratings do not vary.

    References
    ----------
    Martilla & James (1977), Importance-performance analysis, Journal of Marketing 41. MacKinnon & White
    (1985), Journal of Econometrics 29 (HC3).

    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"survey_id": [1, 2, 3, 4] * 2, "attribute": ["speed"] * 4 + ["price"] * 4,
    ...     "importance": [90] * 4 + [50] * 4, "performance": [40, 60, 45, 52, 70, 80, 75, 90]})
    >>> importance(ratings, pd.Series([50.0, 66.0, 55.0, 65.0], index=[1, 2, 3, 4]))["quadrant"].tolist()
    ['concentrate here', 'possible overkill']
    """
    import pandas as pd
    from scipy.special import stdtrit

    require(ratings, [survey, attribute, stated, performance], name="ratings")
    if not isinstance(overall, pd.Series):
        raise TypeError(
            f"overall is a {type(overall).__name__}; expected a Series on survey. Mend: frame.set_index('survey_id')['overall']"
        )
    door.share("level", level, inside=True)
    if overall.index.has_duplicates:
        raise ValueError(
            f"overall has the survey {overall.index[overall.index.duplicated()][0]!r} twice; expected once"
        )
    said, rated = (wide(ratings, survey, attribute, column) for column in (stated, performance))
    n, k = rated.shape
    y = overall.reindex(rated.index).to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(y).all():
        raise ValueError(f"overall is missing for {int((~np.isfinite(y)).sum()):,} of {n:,} surveys that have ratings")
    if n < k + 2:
        raise ValueError(f"{n} surveys are too few for {k} attributes; expected at least {k + 2}")
    weight, error, r2 = _regression(rated.to_numpy(), y, list(rated.columns))
    found = pd.DataFrame({"surveys": np.full(k, n)}, index=rated.columns)
    tail = 0.5 + level / 2
    for name, table in (("importance", said), ("performance", rated)):
        half = stdtrit(n - 1, tail) * table.std(ddof=1) / np.sqrt(n)
        found[name] = table.mean()
        found[f"{name}_low"], found[f"{name}_high"] = found[name] - half, found[name] + half
    half = stdtrit(n - k - 1, tail) * error
    found["derived"], found["derived_low"], found["derived_high"] = weight, weight - half, weight + half
    cut = (float(found["importance"].mean()), float(found["performance"].mean())) if cuts is None else points(cuts)
    derived_cut = float(weight.mean())
    good = found["performance"] >= cut[1]
    found["quadrant"] = [QUADRANTS[pair] for pair in zip(found["importance"] >= cut[0], good, strict=True)]
    found["derived_quadrant"] = [QUADRANTS[pair] for pair in zip(found["derived"] >= derived_cut, good, strict=True)]
    found["sure"] = [
        not (row.importance_low < cut[0] < row.importance_high or row.performance_low < cut[1] < row.performance_high)
        for row in found.itertuples()
    ]
    found.attrs = {"importance_cut": cut[0], "performance_cut": cut[1], "derived_cut": derived_cut, "r2": r2}
    return found


def wide(ratings: pd.DataFrame, survey: str, attribute: str, column: str) -> pd.DataFrame:
    """One row a survey, one column an attribute, or a refusal that names what is missing."""
    import pandas as pd

    values = ratings[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise TypeError(f"ratings[{column!r}] is of type {values.dtype}; expected points, numbers")
    if not len(ratings):
        raise ValueError("ratings has 0 rows; expected one an attribute in a survey")
    twice = ratings.duplicated([survey, attribute])
    if twice.any():
        one = ratings[twice].iloc[0]
        raise ValueError(f"ratings has {one[attribute]!r} of survey {one[survey]!r} twice; expected one row each")
    table = ratings.assign(**{attribute: ratings[attribute].astype(object)}).pivot(
        index=survey, columns=attribute, values=column
    )
    table = table[list(dict.fromkeys(ratings[attribute]))].astype(float)
    gaps = ~np.isfinite(table.to_numpy())
    if gaps.any():
        at = int(np.flatnonzero(gaps.any(axis=1))[0])
        raise ValueError(
            f"ratings[{column!r}] is missing for {int(gaps.any(axis=1).sum()):,} of {len(table):,} surveys "
            f"(first {table.index[at]!r}); expected every attribute in every survey. Mend: leave these surveys out of both"
        )
    table.columns.name = attribute
    return table


def _regression(x: np.ndarray, y: np.ndarray, names: list) -> tuple[np.ndarray, np.ndarray, float]:
    """Slopes with HC3 errors, and the share of the variance that they explain."""
    if y.std() == 0:
        raise ValueError(f"overall is {y[0]:g} in every survey; nothing can be derived from what does not vary")
    flat = [str(name) for name, spread in zip(names, x.std(axis=0), strict=True) if spread == 0]
    if flat:
        raise ValueError(
            f"the ratings of {flat} are the same in every survey; nothing can be derived. Mend: leave them out"
        )
    centred = x - x.mean(axis=0)
    if np.linalg.matrix_rank(centred) < x.shape[1]:
        raise ValueError(
            "the ratings of some attributes follow from the others; nothing can be derived. Mend: leave one out"
        )
    inverse = np.linalg.inv(centred.T @ centred)
    weight = inverse @ centred.T @ (y - y.mean())
    left = y - y.mean() - centred @ weight
    leverage = np.einsum("ij,jk,ik->i", centred, inverse, centred) + 1 / len(y)
    scaled = left / np.maximum(1 - leverage, 1e-9)
    cover = inverse @ (centred.T * scaled**2) @ centred @ inverse
    return weight, np.sqrt(np.diag(cover)), float(1 - left.var() / y.var())


def points(cuts: tuple[float, float]) -> tuple[float, float]:
    """Where the quadrants meet: importance, performance."""
    if not isinstance(cuts, tuple | list) or len(cuts) != 2:
        raise ValueError(f"cuts={cuts!r} must be two numbers of points: importance, performance")
    return door.number("cuts (importance)", cuts[0]), door.number("cuts (performance)", cuts[1])
