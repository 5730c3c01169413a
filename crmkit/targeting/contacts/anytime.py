"""Intervals of a campaign test that hold at every look, however often and however long one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def always_valid_bound(information: np.ndarray, *, level: float) -> np.ndarray:
    """Bound of the absolute z value at each look, when the effect has a normal law beforehand (mixture).

    information: variance of the effect beforehand over that of the estimate at the look, above 0. The likelihood
    ratio of the mixture, sqrt(1 / (1 + i)) exp(z ** 2 i / (2 (1 + i))), is a martingale without an effect, so
    it ever reaches 1 / (1 - level) with chance 1 - level at most (Ville).
    """
    one = door.share("level", level, inside=True)
    return np.sqrt((1 + information) / information * (np.log1p(information) - 2 * np.log(1 - one)))


def always_valid(
    bought: ArrayLike,
    contacted: ArrayLike,
    bought_anyway: ArrayLike,
    held_back: ArrayLike,
    *,
    spread: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """What a campaign test says at each look, with an interval that may be looked at as often as one likes.

    All intervals together hold the true difference with the chance `level`, so the test may be stopped at any
    look, for any reason. The price: a single look tells less than an interval made for one look.

    Parameters
    ----------
    bought, contacted : array (looks,)
        Customers contacted up to each look, and those among them who bought; whole numbers that never fall.
    bought_anyway, held_back : array (looks,)
        The same of the customers held back by lot.
    spread : float
        Size of a difference to be expected (standard deviation, in shares), above 0. It holds with any, and tells
        most where the truth is about as large; to be chosen before the first look.
    level : float
        Of all intervals together, inside 0..1.

    Returns
    -------
    DataFrame
        One row a look: look, difference (share), low, high (interval), p (always valid: least so far), sure (the
        interval of this look or of an earlier one leaves out 0).

    Raises
    ------
    TypeError, ValueError
        If counts are unsound or fall from look to look, or an option is out of its range.

    References
    ----------
    Robbins (1970), Annals of Mathematical Statistics 41; Johari, Pekelis & Walsh (2017), Always valid inference,
    arXiv 1512.04922 (mSPRT, section 5). Normal law of the difference; the variance has two customers more in each
    arm, one who bought and one who did not, so that it is never 0 (Agresti & Caffo 2000).

    >>> always_valid([30, 80], [200, 400], [20, 36], [200, 400], spread=0.05)["sure"].tolist()
    [False, True]
    """
    import pandas as pd

    names = ("bought", "contacted", "bought_anyway", "held_back")
    told = [door.counts(n, v) for n, v in zip(names, (bought, contacted, bought_anyway, held_back), strict=True)]
    for name, count in zip(names, told, strict=True):
        if len(count) != len(told[0]):
            raise ValueError(
                f"{name} has {len(count)} looks and bought {len(told[0])}; expected one number a look in each"
            )
        if (np.diff(count) < 0).any():
            at = int(np.flatnonzero(np.diff(count) < 0)[0])
            raise ValueError(
                f"{name} falls from {count[at]:g} to {count[at + 1]:g}; expected all up to each look. Mend: numpy.cumsum"
            )
    for some, every in ((0, 1), (2, 3)):
        if (told[some] > told[every]).any() or (told[every] < 1).any():
            raise ValueError(f"{names[some]} must be at most {names[every]}, and that at least 1, at every look")
    size = door.number("spread", spread, low=0, above=True)
    difference = told[0] / told[1] - told[2] / told[3]
    variance = np.zeros(len(difference))
    for hits, n in (told[:2], told[2:]):
        share = (hits + 1) / (n + 2)
        variance = variance + share * (1 - share) / (n + 2)
    information = size**2 / variance
    half = always_valid_bound(information, level=level) * np.sqrt(variance)
    against = difference**2 / variance * information / (1 + information) - np.log1p(information)
    p = np.minimum.accumulate(np.exp(-np.maximum(against, 0) / 2))
    return pd.DataFrame(
        {
            "look": np.arange(1, len(difference) + 1),
            "difference": difference,
            "low": difference - half,
            "high": difference + half,
            "p": p,
            "sure": p <= 1 - level,
        }
    )
