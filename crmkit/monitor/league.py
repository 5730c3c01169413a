"""A fair league table: small portfolios are pulled towards the middle, as far as chance would throw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.monitor.pooled import mixture_of_betas, mixture_of_normals, places

if TYPE_CHECKING:
    import pandas as pd


def league(hits: pd.Series, of: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """Who really sells best? Shares of small and large portfolios, compared fairly.

    The naive table puts the smallest portfolios first and last. Here the true shares are taken to
    come from one beta law whose mean and spread are told by all portfolios together (beta-binomial
    marginal likelihood); each share is its posterior mean. The law itself is not known exactly: its
    parameters are averaged over their likelihood, so few portfolios give wider intervals.

    Parameters
    ----------
    hits, of : Series on who
        Successes, and chances for one, e.g. sales and talks; whole numbers, `of` at least 1. The same
        index for both, each name once, at least 2 names.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        Index as `hits`, best first: hits, of, naive (share), naive_low, naive_high (Wilson), shrunk, low,
        high (posterior), weight (of the own share in the shrunk one, 0..1), naive_rank, rank (expected
        place, 1 is best), p_best (chance of being the best of all). ``.attrs``: mean, spread (mean and standard
        deviation of the true shares), spread_low, spread_high.

    Raises
    ------
    TypeError, ValueError
        If the indices differ, hits exceed chances, or all or none succeed.

    References
    ----------
    Efron & Morris (1975), JASA 70; Lee & Sabavala (1987), Bayesian estimation and prediction for the
    beta-binomial model, JBES 5; uniform prior on the spread after Gelman (2006), Bayesian Analysis 1.

    >>> import pandas as pd
    >>> table = league(pd.Series({"a": 2, "b": 30, "c": 10}), pd.Series({"a": 4, "b": 200, "c": 100}))
    >>> table["naive"].round(2).tolist(), bool(table.loc["a", "shrunk"] < 0.3)
    ([0.5, 0.15, 0.1], True)
    """
    import pandas as pd

    hit, many = _pair("hits", hits, "of", of)
    hit, many = door.counts("hits", hit, least=2), door.counts("of", many)
    if (many < 1).any():
        raise ValueError(
            f"of is {many.min():g} for {hits.index[int(many.argmin())]!r}; expected at least 1. Mend: leave it out"
        )
    if (hit > many).any():
        at = int(np.flatnonzero(hit > many)[0])
        raise ValueError(
            f"hits={hit[at]:g} of {many[at]:g} for {hits.index[at]!r}; expected at most as many hits as chances"
        )
    if hit.sum() in (0, many.sum()):
        raise ValueError(
            f"hits are {hit.sum():g} of {many.sum():g} in all; where all or none succeed nobody can be compared"
        )
    low_end, high_end = wilson(hit, many, level=level)
    found = mixture_of_betas(hit, many, level=level)
    table = pd.DataFrame(
        {
            "hits": hit.astype(int),
            "of": many.astype(int),
            "naive": hit / many,
            "naive_low": low_end,
            "naive_high": high_end,
        },
        index=hits.index,
    )
    return _finish(table, found)


def league_means(mean: pd.Series, error: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """Whose mean is really highest? The same for means with standard errors, e.g. sales a customer.

    Parameters
    ----------
    mean, error : Series on who
        Mean and its standard error (above 0). The same index for both, each name once, at least 2 names.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        As of `league`, with error in the place of hits and of; naive_low and naive_high are normal.

    Raises
    ------
    TypeError, ValueError
        If the indices differ, a value is missing, or an error is not above 0.

    References
    ----------
    Normal means with a common normal law: Efron & Morris (1975); the spread is averaged over its
    likelihood with a uniform prior (Gelman 2006), the common mean exactly.

    >>> import pandas as pd
    >>> table = league_means(pd.Series({"a": 9.0, "b": 5.0, "c": 4.0}), pd.Series({"a": 3.0, "b": 0.5, "c": 0.5}))
    >>> table["naive_rank"].tolist(), bool(table.loc["a", "shrunk"] < 9)
    ([1, 2, 3], True)
    """
    import pandas as pd

    value, sd = _pair("mean", mean, "error", error)
    value, sd = door.numbers("mean", value, least=2), door.numbers("error", sd)
    if not (sd > 0).all():
        raise ValueError(
            f"error is {sd.min():g} for {mean.index[int(sd.argmin())]!r}; expected above 0. Mend: take more rows of it"
        )
    z = normal_quantile(level)
    found = mixture_of_normals(value, sd, level=level)
    table = pd.DataFrame(
        {"error": sd, "naive": value, "naive_low": value - z * sd, "naive_high": value + z * sd}, index=mean.index
    )
    return _finish(table, found)


def _pair(one: str, first: pd.Series, other: str, second: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    import pandas as pd

    for name, given in ((one, first), (other, second)):
        if not isinstance(given, pd.Series):
            raise TypeError(
                f"{name} is a {type(given).__name__}; expected a Series on who, e.g. frame.groupby('manager_id')…"
            )
        if given.index.has_duplicates:
            raise ValueError(f"{name} has {given.index[given.index.duplicated()][0]!r} twice; expected each name once")
    if set(first.index) != set(second.index):
        odd = sorted(set(first.index) ^ set(second.index), key=str)[:3]
        raise ValueError(
            f"{one} and {other} name different ones ({odd} …); expected the same index. Mend: reindex one by the other"
        )
    return first.to_numpy(), second.reindex(first.index).to_numpy()


def _finish(table: pd.DataFrame, found: dict) -> pd.DataFrame:
    for name in ("shrunk", "low", "high", "weight"):
        table[name] = found[name]
    table["naive_rank"] = table["naive"].rank(ascending=False, method="min").astype(int)
    table["rank"], table["p_best"] = places(found["grid"], found["cdf"])
    table = table.sort_values("shrunk", ascending=False, kind="stable")
    table.attrs = {name: found[name] for name in ("mean", "spread", "spread_low", "spread_high")}
    return table
