"""From products to categories: rules on the level on which there are enough baskets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def with_categories(
    lines: pd.DataFrame,
    category: pd.Series,
    *,
    keep_items: bool = True,
    basket: str = "basket_id",
    item: str = "item",
) -> pd.DataFrame:
    """Lines that name the category of each item too (or alone), as one more item of the basket.

    Parameters
    ----------
    lines : DataFrame
        One row a line of a basket.
    category : Series
        Category of each item, on the item.
    keep_items : bool
        Keep the items beside the categories; False: the categories alone.
    basket, item : str
        How the frame calls its columns.

    Returns
    -------
    DataFrame
        basket and item; categories are written in brackets: [drinks].

    Raises
    ------
    ValueError
        If an item has no category or two of them.

    References
    ----------
    Srikant & Agrawal (1995), Mining generalized association rules.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"basket_id": [1, 1], "item": ["beer", "nappies"]})
    >>> with_categories(lines, pd.Series({"beer": "drinks", "nappies": "baby"}))["item"].tolist()
    ['beer', 'nappies', '[drinks]', '[baby]']
    """
    import pandas as pd

    require(lines, [basket, item], name="lines")
    if category.index.has_duplicates:
        raise ValueError(
            f"category names item {category.index[category.index.duplicated()][0]!r} twice; expected one each"
        )
    above = lines[item].map(category)
    if above.isna().any():
        lost = lines[item][above.isna()].unique()
        raise ValueError(
            f"category lacks {len(lost):,} items, first {lost[0]!r}. Mend: category.reindex(...).fillna('other')"
        )
    known = pd.DataFrame({basket: lines[basket], item: "[" + above.astype(str) + "]"})
    return pd.concat([lines[[basket, item]].astype({item: str}), known], ignore_index=True) if keep_items else known


def without_own_category(sets: pd.DataFrame, category: pd.Series) -> pd.DataFrame:
    """Itemsets less those that hold an item and its own category: these are no finding.

    Parameters
    ----------
    sets : DataFrame
        From `itemsets` of lines from `with_categories`.
    category : Series
        Category of each item, on the item.

    >>> import pandas as pd
    >>> from crmkit import baskets
    >>> category = pd.Series({"ale": "drinks", "rice": "food"})
    >>> lines = pd.DataFrame({"basket_id": [1, 1, 2, 2], "item": ["ale", "rice"] * 2})
    >>> sets = baskets.itemsets(baskets.with_categories(lines, category), min_support=1.0, max_length=2)
    >>> without_own_category(sets, category).query("length == 2")["itemset"].tolist()
    [('[drinks]', '[food]'), ('[drinks]', 'rice'), ('[food]', 'ale'), ('ale', 'rice')]
    """
    require(sets, ["itemset"], name="sets")
    above = {str(name): f"[{which}]" for name, which in category.items()}
    trivial = np.array([any(above.get(name) in one for name in one) for one in sets["itemset"]], dtype=bool)
    found = sets[~trivial].reset_index(drop=True)
    found.attrs = dict(sets.attrs)
    return found
