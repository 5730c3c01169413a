"""Response is not uplift: what a world knows of each customer, with and without the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.targeting.asked import numbers, same_length

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

KINDS = ("persuadable", "sure thing", "lost cause", "do not disturb")


def quadrants(
    chance_with: ArrayLike, chance_without: ArrayLike, *, least: float = 0.02, likely: float = 0.5
) -> pd.Series:
    """Four kinds of customers by their true chances, which only a world knows.

    Parameters
    ----------
    chance_with, chance_without : array (customers,)
        Chance to respond if contacted and if not, 0..1.
    least : float
        Uplift that counts as a change.
    likely : float
        Share of customers, ranked by their chance without the contact, that are called likely anyway.

    Returns
    -------
    Series
        persuadable (uplift of at least `least`), do not disturb (at most -least), and of the others sure thing
        (likely anyway) or lost cause.

    Raises
    ------
    ValueError
        If chances are missing or out of 0..1, or lengths differ.

    References
    ----------
    Radcliffe & Surry (1999), Differential response analysis.

    >>> quadrants([0.5, 0.9, 0.1, 0.2], [0.2, 0.9, 0.1, 0.4]).tolist()
    ['persuadable', 'sure thing', 'lost cause', 'do not disturb']
    """
    import pandas as pd

    with_, without = numbers("chance_with", chance_with), numbers("chance_without", chance_without)
    same_length("chance_without", without, "chance_with", len(with_))
    door.share("likely", likely)
    door.number("least", least, low=0)
    for name, values in (("chance_with", with_), ("chance_without", without)):
        if ((values < 0) | (values > 1)).any():
            raise ValueError(f"{name} holds {values[(values < 0) | (values > 1)][0]:g}; expected chances from 0 to 1")
    uplift = with_ - without
    anyway = without >= np.quantile(without, 1 - likely)
    # Differences of chances that were written in tenths are not exact.
    kind = np.select(
        [uplift >= least - 1e-12, uplift <= -least + 1e-12, anyway], [KINDS[0], KINDS[3], KINDS[1]], KINDS[2]
    )
    index = chance_with.index if isinstance(chance_with, pd.Series) else None
    return pd.Series(kind, index=index, name="kind", dtype=object)


def rankings(
    scores: dict[str, ArrayLike],
    chance_with: ArrayLike,
    chance_without: ArrayLike,
    *,
    value: float = 1.0,
    cost: float = 0.0,
) -> pd.DataFrame:
    """What contacting the best by each score would truly bring, by share contacted.

    Parameters
    ----------
    scores : dict
        Name -> score of each customer, e.g. of a response model and of an uplift model.
    chance_with, chance_without : array (customers,)
        The true chances, which only a world knows.
    value, cost : float
        Money a response brings, and a contact costs.

    Returns
    -------
    DataFrame
        A row each score and percent of customers: score, share, incremental (responses added, a customer of all), gain
        (money a customer of all); "truth" (ranked by true uplift) beside.

    >>> rankings({"response": [2, 1]}, [0.9, 0.5], [0.9, 0.1]).query("share == 0.5")["incremental"].tolist()
    [0.0, 0.2]
    """
    import pandas as pd

    with_, without = numbers("chance_with", chance_with), numbers("chance_without", chance_without)
    same_length("chance_without", without, "chance_with", len(with_))
    uplift = with_ - without
    if "truth" in scores:
        raise ValueError("scores holds 'truth', which is the name of the true uplift; choose another")
    n, parts = len(uplift), []
    cuts = np.arange(101)
    at = np.round(cuts / 100 * n).astype(int)
    for name, score in {**scores, "truth": uplift}.items():
        rank = numbers(name, score)
        same_length(name, rank, "chance_with", n)
        added = np.append(0.0, np.cumsum(uplift[np.argsort(-rank, kind="stable")]))[at] / n
        parts.append(
            pd.DataFrame(
                {"score": name, "share": cuts / 100, "incremental": added, "gain": value * added - cost * at / n}
            )
        )
    return pd.concat(parts, ignore_index=True)
