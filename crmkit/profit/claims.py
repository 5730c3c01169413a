"""How often will each customer claim? Few years say little, so each rate is drawn towards its like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd

MOST_EVEN = 1e6  # shape from which all rates are the same but for chance


def claim_rates(
    claims: pd.Series, years: pd.Series, *, by: pd.Series | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Claims a year to expect of each policy, from its own and from those of its like.

    A policy's rate is taken to come from one gamma law, told by all policies together (negative binomial
    likelihood); claims follow Poisson's law. The rate to expect is then (shape + claims) / (shape / mean + years).

    Parameters
    ----------
    claims, years : Series on policy or customer
        Claims seen, whole numbers of 0 or more; years watched, above 0. The same index for both.
    by : Series, optional
        Groups with a law of their own, e.g. the age group of the tariff; on the same index.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index as `claims`: claims, years, naive (claims / years), rate (to expect, a year), low, high (of the policy's
        own rate, if the law is right), weight (of the own years in the rate, 0..1). ``.attrs["laws"]``: for each
        group mean (a year) and shape (small: policies differ much; inf: no more than chance).

    Raises
    ------
    TypeError, ValueError
        If the indices differ, a number is unsound, or a group has no claim at all.

    References
    ----------
    Greenwood & Yule (1920), JRSS 83 (gamma mixed Poisson); Bühlmann (1967), ASTIN Bulletin 4 (credibility).

    >>> import pandas as pd
    >>> found = claim_rates(pd.Series([0, 0, 0, 2, 0, 5]), pd.Series([1.0, 4.0, 2.0, 2.0, 1.0, 2.0]))
    >>> bool(found["rate"].iloc[1] < found["rate"].iloc[0] < found["rate"].iloc[5] < found["naive"].iloc[5])
    True
    """
    import pandas as pd
    from scipy.stats import gamma

    for name, given in (("years", years), ("by", by)):
        if given is not None and not (isinstance(given, pd.Series) and given.index.equals(claims.index)):
            raise ValueError(f"{name} must be a Series on the index of claims. Mend: {name}.reindex(claims.index)")
    seen = door.counts("claims", claims)
    watched = door.numbers("years", years)
    if not (watched > 0).all():
        raise ValueError(
            f"years is {watched.min():g} for one policy; expected above 0. Mend: leave out who was never watched"
        )
    tail = (1 - door.share("level", level, inside=True)) / 2
    groups = pd.Series("all", index=claims.index) if by is None else by
    if groups.isna().any():
        raise ValueError("by is missing for some policies; expected a group for each. Mend: by.fillna('unknown')")
    table = pd.DataFrame({"claims": seen.astype(int), "years": watched, "naive": seen / watched}, index=claims.index)
    laws = {}
    for name in groups.unique():
        mine = (groups == name).to_numpy()
        if not seen[mine].sum():
            raise ValueError(
                f"the group {name!r} has no claim at all, so its rate is not told. Mend: join it to another"
            )
        mean, shape = _law(seen[mine], watched[mine])
        laws[name] = {"mean": mean, "shape": shape}
        # Alike but for chance: everyone has the mean.
        even = min(shape, MOST_EVEN)
        after = even + seen[mine], even / mean + watched[mine]
        for column, value in (
            ("rate", after[0] / after[1]),
            ("low", gamma.ppf(tail, after[0], scale=1 / after[1])),
            ("high", gamma.ppf(1 - tail, after[0], scale=1 / after[1])),
            ("weight", watched[mine] / after[1]),
        ):
            table.loc[mine, column] = value
    table.attrs["laws"] = pd.DataFrame.from_dict(laws, orient="index")
    return table


def _law(seen: np.ndarray, years: np.ndarray) -> tuple[float, float]:
    """Mean and shape of the gamma law with the highest likelihood."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import nbinom, poisson

    def mean_at(shape: float) -> float:
        # The score for the mean is 0: a fixed point, starting from the plain mean.
        mean = seen.sum() / years.sum()
        for _ in range(50):
            weight = 1 / (shape + mean * years)
            mean = (seen * weight).sum() / (years * weight).sum()
        return float(mean)

    def loss(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        mean = mean_at(shape)
        return -float(nbinom.logpmf(seen, shape, shape / (shape + mean * years)).sum())

    found = minimize_scalar(loss, bounds=(np.log(0.01), np.log(1e4)), method="bounded", options={"xatol": 1e-6})
    plain = seen.sum() / years.sum()
    if -float(poisson.logpmf(seen, plain * years).sum()) <= found.fun + 1e-9:
        return float(plain), float("inf")
    shape = float(np.exp(found.x))
    return mean_at(shape), shape
