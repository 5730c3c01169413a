"""How much more is sold at a lower price? Elasticities from prices that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd

EVERYTHING = "everything"
MOST_STEPS = 100
CLOSE = 1e-9  # relative change of the fit at which the steps end


def weekly(lines: pd.DataFrame, prices: pd.DataFrame, *, day: str = "day", days: int = 7) -> pd.DataFrame:
    """Pieces sold of each article in each week, also of the weeks in which nothing was sold.

    Parameters
    ----------
    lines : DataFrame
        One row an article in a purchase: item, quantity, and the day.
    prices : DataFrame
        One row an article and week: item, week (its first day), price (money).
    day : str
        How `lines` calls the day.
    days : int
        Length of a week.

    Returns
    -------
    DataFrame
        `prices` with the column pieces; weeks without a sale are there with 0, since leaving them out
        would leave out the weeks of high prices.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, a price comes twice, or a line has no price.

    >>> import pandas as pd
    >>> weeks = pd.to_datetime(["2025-01-06", "2025-01-13"])
    >>> prices = pd.DataFrame({"item": ["tea", "tea"], "week": weeks, "price": [2.0, 1.5]})
    >>> lines = pd.DataFrame({"item": ["tea"], "quantity": [3], "day": pd.to_datetime(["2025-01-15"])})
    >>> weekly(lines, prices)["pieces"].tolist()
    [0.0, 3.0]
    """
    import pandas as pd

    require(lines, ["item", "quantity", day], name="lines")
    require(prices, ["item", "week", "price"], name="prices")
    if prices.duplicated(["item", "week"]).any():
        one = prices[prices.duplicated(["item", "week"])].iloc[0]
        raise ValueError(f"prices has {one['item']!r} in the week {one['week']} twice; expected one row each")
    if not pd.api.types.is_datetime64_any_dtype(lines[day]) or not pd.api.types.is_datetime64_any_dtype(prices["week"]):
        raise TypeError(f"lines[{day!r}] and prices['week'] must be days. Mend: pandas.to_datetime(...)")
    begin = prices["week"].min()
    week = begin + pd.to_timedelta((lines[day] - begin).dt.days // days * days, unit="D")
    sold = (
        lines["quantity"]
        .groupby([lines["item"].astype(object), week])
        .sum()
        .rename_axis(["item", "week"])
        .rename("pieces")
    )
    panel = prices.assign(item=prices["item"].astype(object)).merge(sold.reset_index(), on=["item", "week"], how="left")
    lost = sold.sum() - panel["pieces"].sum()
    if abs(lost) > 1e-6:
        raise ValueError(
            f"{lost:,.0f} of {sold.sum():,.0f} pieces have no price of their item and week; expected one for each"
        )
    return panel.assign(pieces=panel["pieces"].fillna(0.0).astype(float), item=prices["item"].to_numpy())


def elasticity(
    panel: pd.DataFrame,
    *,
    item: str = "item",
    week: str = "week",
    price: str = "price",
    pieces: str = "pieces",
    group: str | None = None,
    week_effects: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    """By how many percent sales fall when the price rises by one, group by group.

    Poisson regression, E pieces = exp(article + week - elasticity x log price). The article takes up what sells
    well anyway; the week takes up seasons, so that promotions put into strong weeks are not credited with the
    season. What is particular to an article and week beside its price (an advertisement, a shelf) is not taken
    out: where promotions come with it, the elasticity counts it as price.

    Parameters
    ----------
    panel : DataFrame
        One row an article in a week, those without sales too (see `weekly`).
    item, week, price, pieces : str
        How it calls its columns; prices above 0, pieces 0 or more.
    group : str, optional
        Column to split by, e.g. the category; groups share the weeks' effects.
    week_effects : bool
        False leaves the weeks out, to see what that does.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index group ("everything" without one): items, weeks, pieces (sum), elasticity (above 0: less is
        sold at a higher price), error, low, high. Errors are clustered by article (weeks of one article
        are alike), with Student's t of articles of the group - 1.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking or unsound, a group has fewer than 2 articles that sell, or prices never move.

    References
    ----------
    Santos Silva & Tenreyro (2006), The log of gravity, Review of Economics and Statistics 88 (why not log
    pieces); Guimaraes & Portugal (2010), Stata Journal 10 (two sets of effects); Liang & Zeger (1986) (errors).

    >>> import pandas as pd
    >>> panel = pd.DataFrame({"item": ["a"] * 3 + ["b"] * 3, "week": [1, 2, 3] * 2,
    ...     "price": [1.0, 2.0, 1.0, 1.0, 1.0, 2.0], "pieces": [100, 25, 100, 80, 80, 20]})
    >>> float(elasticity(panel).at["everything", "elasticity"].round(3))
    2.0
    """
    import pandas as pd
    from scipy.special import stdtrit

    door.share("level", level, inside=True)
    rows = _sound(panel, item, week, price, pieces, group)
    # An article or a week without a single sale has an effect of minus infinity and says nothing of prices.
    while True:
        sold = rows["pieces"].groupby(rows["item"], observed=True).transform("sum") > 0
        busy = rows["pieces"].groupby(rows["week"], observed=True).transform("sum") > 0 if week_effects else sold
        if (sold & busy).all():
            break
        rows = rows[sold & busy]
    a, _ = pd.factorize(rows["item"])
    b, weeks = pd.factorize(rows["week"])
    g, names = pd.factorize(rows["group"], sort=True)
    if not week_effects:
        b = np.zeros_like(b)
    y, x = rows["pieces"].to_numpy(), np.log(rows["price"].to_numpy())
    clusters = (
        pd.DataFrame({"a": a, "g": g}).drop_duplicates().groupby("g").size().to_numpy() if len(rows) else np.array([])
    )
    if not len(clusters) or (clusters < 2).any():
        few = names[clusters < 2].tolist() if len(clusters) else "all"
        raise ValueError(f"group {few} has fewer than 2 articles that sell; errors cannot be told. Mend: wider groups")
    slopes = x[:, None] * (g[:, None] == np.arange(len(names)))
    beta, cover = _poisson(y, slopes, a, b)
    error = np.sqrt(np.diag(cover))
    half = stdtrit(clusters - 1, 0.5 + level / 2) * error
    found = pd.DataFrame({"items": clusters, "weeks": len(weeks), "pieces": np.bincount(g, weights=y)})
    found = found.assign(elasticity=-beta, error=error, low=-beta - half, high=-beta + half)
    return found.set_axis(pd.Index(names, name="group"))


def _poisson(y: np.ndarray, x: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and their clustered covariance: weighted least squares again and again, both effects taken out."""
    mean = (y + y.mean()) / 2
    eta = np.log(mean)
    beta = np.zeros(x.shape[1])
    for step in range(MOST_STEPS):
        working = eta + (y - mean) / mean
        plain = _without(np.column_stack([working, x]), mean, a, b)
        z, inner = plain[:, 0], plain[:, 1:]
        bread = inner.T @ (mean[:, None] * inner)
        if np.linalg.cond(bread) > 1e12 or (np.diag(bread) <= 1e-9 * (mean @ x**2 + 1e-9)).any():
            raise ValueError("prices do not move beside what articles and weeks take up; expected prices that change")
        now = np.linalg.solve(bread, inner.T @ (mean * z))
        # What is left of the working value after slopes and effects is its residual.
        eta = np.clip(working - (z - inner @ now), -50, 50)
        mean = np.exp(eta)
        done = np.abs(now - beta).max() < CLOSE * (1 + np.abs(now).max()) and step > 2
        beta = now
        if done:
            break
    inner = _without(x, mean, a, b)
    bread = np.linalg.inv(inner.T @ (mean[:, None] * inner))
    scores = inner * (y - mean)[:, None]
    n = int(a.max()) + 1
    each = np.stack([np.bincount(a, weights=column, minlength=n) for column in scores.T], axis=1)
    # Few clusters understate the spread: n / (n - 1), as usual.
    return beta, bread @ (each.T @ each) @ bread * n / (n - 1)


def _without(columns: np.ndarray, weight: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The columns less weighted means by article and by week, by turns until nothing moves."""
    left = columns.copy()
    for _ in range(1_000):
        before = left.copy()
        for code in (a, b):
            total = np.bincount(code, weights=weight)
            for at in range(left.shape[1]):
                left[:, at] -= (np.bincount(code, weights=weight * left[:, at]) / total)[code]
        if np.abs(left - before).max() < 1e-10 * (1 + np.abs(columns).max()):
            break
    return left


def _sound(panel: pd.DataFrame, item: str, week: str, price: str, pieces: str, group: str | None) -> pd.DataFrame:
    import pandas as pd

    names = {"item": item, "week": week, "price": price, "pieces": pieces} | ({"group": group} if group else {})
    require(panel, list(names.values()), name="panel")
    if not len(panel):
        raise ValueError("panel has 0 rows; expected one an article and week")
    for key, column in names.items():
        if panel[column].isna().any():
            raise ValueError(
                f"panel[{column!r}] is missing in {int(panel[column].isna().sum()):,} rows; expected a value in every row"
            )
        if key in ("price", "pieces") and not pd.api.types.is_numeric_dtype(panel[column]):
            raise TypeError(f"panel[{column!r}] is of type {panel[column].dtype}; expected numbers")
    rows = pd.DataFrame({key: panel[column].to_numpy() for key, column in names.items()})
    rows[["price", "pieces"]] = rows[["price", "pieces"]].astype(float)
    if not (np.isfinite(rows["price"]) & (rows["price"] > 0)).all():
        raise ValueError(f"panel[{price!r}] holds {rows['price'].min():g}; expected finite prices above 0")
    if not (np.isfinite(rows["pieces"]) & (rows["pieces"] >= 0)).all():
        raise ValueError(
            f"panel[{pieces!r}] holds {rows['pieces'].min():g}; expected finite numbers of 0 or more. Mend: take returns out"
        )
    if rows.duplicated(["item", "week"]).any():
        one = rows[rows.duplicated(["item", "week"])].iloc[0]
        raise ValueError(
            f"panel has {one['item']!r} in {one['week']!r} twice; expected one row each. Mend: add them up first"
        )
    return rows if group else rows.assign(group=EVERYTHING)
