"""Rules found in some baskets, tested in others: the search can have deceived itself only in the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.counting import occurrences
from crmkit.baskets.encode import coded
from crmkit.baskets.measures import measures
from crmkit.baskets.significance import fisher, with_misses
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def halves(
    lines: pd.DataFrame, *, seed: int | np.random.Generator, share: float = 0.5, basket: str = "basket_id"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Baskets to find rules in, and baskets to test them in, drawn by lot; no basket is torn apart.

    Parameters
    ----------
    lines : DataFrame
        One row a line of a basket.
    seed : int or Generator
        The same seed draws the same baskets.
    share : float
        Of the baskets that go into the first half, between 0 and 1.
    basket : str
        How the frame calls the basket.

    Raises
    ------
    ValueError
        If the share is out of its range, or there are fewer than two baskets.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 3, 4], "item": list("abacd")})
    >>> first, second = halves(lines, seed=1)
    >>> len(first) + len(second), set(first["basket_id"]) & set(second["basket_id"])
    (5, set())
    """
    import pandas as pd

    if isinstance(share, bool) or not 0 < share < 1:
        raise ValueError(f"share={share!r} must lie between 0 and 1; write half as 0.5")
    require(lines, [basket], name="lines")
    if lines[basket].isna().any():
        raise ValueError(
            f"lines[{basket!r}] is missing in {int(lines[basket].isna().sum()):,} rows; expected a value in each"
        )
    at, ids = pd.factorize(lines[basket])
    if len(ids) < 2:
        raise ValueError(
            f"lines holds {len(ids)} baskets; expected at least 2 to find rules in some and test them in others"
        )
    first = np.zeros(len(ids), dtype=bool)
    size = min(max(round(share * len(ids)), 1), len(ids) - 1)
    first[np.random.default_rng(seed).permutation(len(ids))[:size]] = True
    return lines[first[at]], lines[~first[at]]


def confirm(
    rules: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    level: float = 0.95,
    basket: str = "basket_id",
    item: str = "item",
) -> pd.DataFrame:
    """Test rules in baskets that had no part in finding them.

    Only the rules that were proposed count as tests, so fewer of the real ones are lost than by
    correcting for the whole search; but half of the baskets are.

    Parameters
    ----------
    rules : DataFrame
        From `rules`, found in other baskets.
    lines : DataFrame
        The baskets to test them in: long lines or one-hot, as in `itemsets`.
    level : float
        Of the interval of the lift, 0..1.
    basket, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        On the rows of `rules`: antecedent, consequent, count, support, confidence, lift, lift_low, lift_high, p, q, all
        of the new baskets. A rule whose antecedent or consequent is in none of them has p = 1 and missing measures.

    References
    ----------
    Webb (2007), Discovering significant patterns, Machine Learning 68: holdout evaluation.

    >>> import pandas as pd
    >>> from crmkit import baskets
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 2, 3, 4], "item": ["beer", "nappies"] * 2 + ["tea", "tea"]})
    >>> found = baskets.rules(baskets.itemsets(lines, min_support=0.5))
    >>> confirm(found, lines)["p"].round(3).tolist()
    [0.167, 0.167]
    """
    import pandas as pd

    require(rules, ["antecedent", "consequent"], name="rules")
    data = coded(lines, basket=basket, item=item)
    a, c = (occurrences(data, rules[side]) for side in ("antecedent", "consequent"))
    both = occurrences(data, [(*one, *two) for one, two in zip(rules["antecedent"], rules["consequent"], strict=True)])
    known = (a > 0) & (c > 0)
    p = np.ones(len(rules))
    p[known] = fisher(data.baskets, a[known], c[known], both[known])
    found = pd.DataFrame({"antecedent": rules["antecedent"], "consequent": rules["consequent"], "count": both})
    told = measures(data.baskets, a[known], c[known], both[known], level=level)
    for name in ("support", "confidence", "lift", "lift_low", "lift_high"):
        column = np.full(len(rules), np.nan)
        column[known] = told[name]
        found[name] = column
    return found.assign(p=p, q=with_misses(p, len(p)))
