"""The same rule in each region or on each weekday: does it hold everywhere, and alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.counting import occurrences
from crmkit.baskets.encode import coded
from crmkit.baskets.measures import measures
from crmkit.baskets.significance import with_misses
from crmkit.intervals import normal_quantile
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def by_group(
    rules: pd.DataFrame,
    lines: pd.DataFrame,
    group: pd.Series,
    *,
    level: float = 0.95,
    basket: str = "basket_id",
    item: str = "item",
) -> pd.DataFrame:
    """Each rule counted in each group of baskets.

    Parameters
    ----------
    rules : DataFrame
        antecedent, consequent, as from `rules`.
    lines : DataFrame
        One row a line of a basket, or one-hot.
    group : Series
        Group of each basket (region, weekday, segment), on the basket's id.
    level : float
        Of the intervals, 0..1.
    basket, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        A row each rule and group: rule (row of `rules`), antecedent, consequent, group, baskets, with_antecedent,
        with_consequent, count, confidence, lift, lift_low, lift_high (missing where a side is in no basket).

    Raises
    ------
    ValueError
        If a basket has no group, or `group` names one twice.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 2, 3, 3, 4], "item": ["beer", "nappies"] * 3 + ["beer"]})
    >>> rule = pd.DataFrame({"antecedent": [("nappies",)], "consequent": [("beer",)]})
    >>> town = pd.Series(["north", "north", "south", "south"], index=[1, 2, 3, 4])
    >>> by_group(rule, lines, town)[["group", "count", "confidence"]].to_numpy().tolist()
    [['north', 2, 1.0], ['south', 1, 1.0]]
    """
    import pandas as pd

    require(rules, ["antecedent", "consequent"], name="rules")
    data = coded(lines, basket=basket, item=item)
    if group.index.has_duplicates:
        raise ValueError(
            f"group names basket {group.index[group.index.duplicated()].tolist()[0]!r} twice; expected one group each"
        )
    own = group.reindex(data.ids)
    if own.isna().any():
        lost = own.index[own.isna()]
        raise ValueError(
            f"group lacks {len(lost):,} of {data.baskets:,} baskets, first {lost.tolist()[0]!r}. "
            "Mend: a group for each, or fewer lines"
        )
    which, names = pd.factorize(own, sort=True)
    unions = [(*one, *two) for one, two in zip(rules["antecedent"], rules["consequent"], strict=True)]
    parts = []
    for place, name in enumerate(names):
        chosen = which == place
        a, c, both = (occurrences(data, sets, chosen) for sets in (rules["antecedent"], rules["consequent"], unions))
        known = (a > 0) & (c > 0)
        told = measures(int(chosen.sum()), a[known], c[known], both[known], level=level)
        part = pd.DataFrame(
            {
                "rule": rules.index,
                "antecedent": rules["antecedent"].to_numpy(),
                "consequent": rules["consequent"].to_numpy(),
                "group": name,
                "baskets": int(chosen.sum()),
                "with_antecedent": a,
                "with_consequent": c,
                "count": both,
            }
        )
        for column in ("confidence", "lift", "lift_low", "lift_high"):
            values = np.full(len(rules), np.nan)
            values[known] = told[column]
            part[column] = values
        parts.append(part)
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(["rule", "group"], kind="stable", ignore_index=True)


def differences(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Is a rule the same in all groups, and does it hold within them?

    Two things that buyers of one region like are bought together in the pooled baskets even if nobody
    buys the one because of the other. Within regions such a rule is gone: its odds ratio is 1.

    Parameters
    ----------
    table : DataFrame
        From `by_group`.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    DataFrame
        On rule: antecedent, consequent, groups (that tell something), odds_ratio (within groups, Mantel & Haenszel
        1959), low, high (Robins, Breslow & Greenland 1986), p (Cochran–Mantel–Haenszel, no correction, two-sided), q,
        p_difference (groups have one odds ratio; Woolf 1955, one half added to each cell), q_difference.

    >>> import pandas as pd
    >>> north = ["tea cup"] * 16 + ["tea"] * 4 + ["cup"] * 4 + ["pen"]
    >>> south = ["tea cup"] + ["tea"] * 4 + ["cup"] * 4 + ["pen"] * 16
    >>> lines = pd.Series(north + south, name="item").str.split().explode().rename_axis("basket_id").reset_index()
    >>> rule = pd.DataFrame({"antecedent": [("cup",)], "consequent": [("tea",)]})
    >>> town = pd.Series(["north"] * 25 + ["south"] * 25)
    >>> round(float(differences(by_group(rule, lines, town))["odds_ratio"].iloc[0]), 2)
    1.0
    """
    import pandas as pd
    from scipy.stats import chi2, norm

    z = normal_quantile(level)
    require(table, ["rule", "antecedent", "consequent", "baskets", "with_antecedent", "with_consequent", "count"])
    n = table["baskets"].to_numpy(dtype=float)
    a, c, both = (table[name].to_numpy(dtype=float) for name in ("with_antecedent", "with_consequent", "count"))
    cells = np.stack([both, a - both, c - both, n - a - c + both])  # both, only A, only C, neither
    tells = (a > 0) & (c > 0) & (a < n) & (c < n)
    r, s = cells[0] * cells[3] / n, cells[1] * cells[2] / n
    plus, minus = (cells[0] + cells[3]) / n, (cells[1] + cells[2]) / n
    expected = a * c / n
    spread = np.where(n > 1, a * c * (n - a) * (n - c) / (n**2 * np.maximum(n - 1, 1)), 0.0)
    half = cells + 0.5
    log, weight = np.log(half[0] * half[3] / (half[1] * half[2])), 1 / (1 / half).sum(axis=0)
    sums = (
        pd.DataFrame(
            {
                "groups": tells,
                "r": r,
                "s": s,
                "pr": plus * r,
                "mix": plus * s + minus * r,
                "ms": minus * s,
                "off": both - expected,
                "spread": spread,
                "weight": weight * tells,
                "mean": weight * log * tells,
                "square": weight * log**2 * tells,
            }
        )
        .groupby(table["rule"])
        .sum()
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = sums["r"] / sums["s"]
        error = np.sqrt(
            sums["pr"] / (2 * sums["r"] ** 2)
            + sums["mix"] / (2 * sums["r"] * sums["s"])
            + sums["ms"] / (2 * sums["s"] ** 2)
        )
        p = 2 * norm.sf(np.abs(sums["off"]) / np.sqrt(sums["spread"]))
        uneven = sums["square"] - sums["mean"] ** 2 / sums["weight"]
        low, high = odds * np.exp(-z * error), odds * np.exp(z * error)
    p_difference = np.where(sums["groups"] > 1, chi2.sf(uneven, sums["groups"] - 1), 1.0)
    p = np.where(sums["spread"] > 0, p, 1.0)
    first = table.drop_duplicates("rule").set_index("rule")[["antecedent", "consequent"]]
    return first.loc[sums.index].assign(
        groups=sums["groups"].astype(int),
        odds_ratio=odds,
        low=low,
        high=high,
        p=p,
        q=with_misses(p, len(p)),
        p_difference=p_difference,
        q_difference=with_misses(p_difference, len(p)),
    )
