"""How sure is it that an attribute lies in its quadrant? Surveys drawn again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.tables import require
from crmkit.targeting.market.importance import QUADRANTS, points, wide

if TYPE_CHECKING:
    import pandas as pd


def quadrant_chances(
    ratings: pd.DataFrame,
    *,
    seed: int | np.random.Generator,
    survey: str = "survey_id",
    attribute: str = "attribute",
    stated: str = "importance",
    performance: str = "performance",
    cuts: tuple[float, float] | None = None,
    draws: int = 2_000,
) -> pd.DataFrame:
    """How often each attribute falls into each quadrant if other customers of the same kind had answered.

    Surveys are drawn with replacement (bootstrap), whole ones, so that all answers of a customer stay together.

    Parameters
    ----------
    ratings, survey, attribute, stated, performance, cuts
        As of `importance`; cuts that are not given are the means of each draw.
    seed : int or Generator
        The same seed gives the same chances.
    draws : int
        1 or more; a chance of 0.5 is then off by about 0.5 / sqrt(draws).

    Returns
    -------
    DataFrame
        Index attribute, one column a quadrant: chance, 0..1; a row sums to 1.

    Raises
    ------
    TypeError, ValueError
        If columns are lacking, or a rating is missing or comes twice.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 6.

    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"survey_id": [1, 2] * 2, "attribute": ["speed"] * 2 + ["price"] * 2,
    ...     "importance": [90, 80, 50, 60], "performance": [40, 50, 70, 80]})
    >>> quadrant_chances(ratings, seed=1, draws=50).loc["speed", "concentrate here"].item()
    1.0
    """
    import pandas as pd

    require(ratings, [survey, attribute, stated, performance], name="ratings")
    said, rated = (wide(ratings, survey, attribute, column) for column in (stated, performance))
    middle = None if cuts is None else points(cuts)
    n = len(said)
    rng = np.random.default_rng(seed)
    weight = rng.multinomial(n, np.full(n, 1 / n), size=door.whole("draws", draws)) / n
    means = [weight @ table.to_numpy() for table in (said, rated)]
    high = [
        mean >= (mean.mean(axis=1, keepdims=True) if middle is None else middle[axis])
        for axis, mean in enumerate(means)
    ]
    return pd.DataFrame(
        {
            name: ((high[0] == important) & (high[1] == good)).mean(axis=0)
            for (important, good), name in QUADRANTS.items()
        },
        index=said.columns,
    )
