"""What can a few answers tell? Intervals of a mean and of a share, for small samples and small populations too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def mean_interval(
    answers: ArrayLike, *, scale: tuple[float, float], population: int | None = None, level: float = 0.95
) -> pd.DataFrame:
    """What a few answers on a scale tell of the mean of all, with and without belief in a normal law.

    Student's interval trusts that the mean of the answers is about normal; five answers that happen
    to agree give it no width. Anderson's holds for any law on the scale, whatever the number of answers.

    Parameters
    ----------
    answers : array (n,)
        Drawn by lot, e.g. points from 0 to 100; 2 or more for Student's interval.
    scale : (low, high)
        Ends of the scale, e.g. (0, 100) or (1, 5).
    population : int, optional
        All whose mean is asked for, at least n. Student's interval is then narrowed by the finite
        population correction; Anderson's stays as it is until everyone has answered.
    level : float
        0..1.

    Returns
    -------
    DataFrame
        Index method (Student, Anderson): n, mean, low, high (Student's may pass the ends of the scale),
        width. Student's ends are missing for a single answer out of more.

    Raises
    ------
    TypeError, ValueError
        If there is no answer, one lies off the scale, or a number is out of range.

    References
    ----------
    Student (1908), Biometrika 6; Cochran (1977), Sampling Techniques, 2.8 (finite population). Anderson (1969),
    Confidence limits for the expected value of an arbitrary bounded random variable, with the band of
    Massart (1990).

    >>> mean_interval([80, 90, 70, 85, 75], scale=(0, 100))[["low", "high"]].round(1).to_numpy().tolist()
    [[70.2, 89.8], [28.4, 95.1]]
    """
    from scipy.special import stdtrit

    values = door.numbers("answers", answers)
    if not (isinstance(scale, tuple | list) and len(scale) == 2):
        raise TypeError(f"scale={scale!r} must be the two ends of the scale, e.g. (0, 100)")
    bottom, top = (door.number(f"scale[{at}]", end) for at, end in enumerate(scale))
    if not bottom < top:
        raise ValueError(f"scale={scale!r} must go from the low to the high end")
    if values.min() < bottom or values.max() > top:
        raise ValueError(f"answers reach from {values.min():g} to {values.max():g}, off the scale {scale!r}")
    n, mean, tail = len(values), float(values.mean()), (1 - door.share("level", level, inside=True)) / 2
    shrink = finite_mean(n, population)
    if shrink == 0:  # everyone was asked: nothing is left to guess
        rows = {"Student": (mean, mean), "Anderson": (mean, mean)}
    else:
        half = stdtrit(n - 1, 1 - tail) * values.std(ddof=1) / np.sqrt(n) * shrink if n > 1 else np.nan
        rows = {"Student": (mean - half, mean + half), "Anderson": _anderson(values, bottom, top, tail)}
    return _frame(rows, {"n": n, "mean": mean})


def share_interval(hits: int, of: int, *, population: int | None = None, level: float = 0.95) -> pd.DataFrame:
    """What so many yes of so many answers tell of the share among all.

    Parameters
    ----------
    hits, of : int
        Yes answers (0 or more), and answers in all (1 or more), drawn by lot.
    population : int, optional
        All whose share is asked for, at least `of`; both intervals are then those of a finite population.
    level : float
        0..1.

    Returns
    -------
    DataFrame
        Index method (Wilson, exact): hits, of, share, low, high, width. Wilson's covers the level on
        average over shares, the exact one (Clopper-Pearson, or hypergeometric with a population) at least
        the level for every share.

    Raises
    ------
    TypeError, ValueError
        If hits exceed the answers, or a number is out of range.

    References
    ----------
    Wilson (1927), with n x (N - 1) / (N - n) answers in a finite population; Clopper & Pearson (1934),
    Biometrika 26; Buonaccorsi (1987), The American Statistician 41 (hypergeometric).

    >>> share_interval(5, 5)[["low", "high"]].round(3).to_numpy().tolist()
    [[0.566, 1.0], [0.478, 1.0]]
    """
    from scipy.special import betaincinv

    door.whole("of", of)
    if door.whole("hits", hits, low=0) > of:
        raise ValueError(f"hits={hits} of {of}; expected at most as many hits as answers")
    tail = (1 - door.share("level", level, inside=True)) / 2
    share = hits / of
    if finite(of, population) == 0:
        rows = {"Wilson": (share, share), "exact": (share, share)}
    elif population is None:
        low = float(betaincinv(hits, of - hits + 1, tail)) if hits else 0.0
        high = float(betaincinv(hits + 1, of - hits, 1 - tail)) if hits < of else 1.0
        rows = {"Wilson": _wilson(share, of, None, level), "exact": (low, high)}
    else:
        rows = {
            "Wilson": _wilson(share, of, population, level),
            "exact": _hypergeometric(hits, of, population, tail),
        }
    return _frame(rows, {"hits": hits, "of": of, "share": share})


def finite(n: int, population: int | None) -> float:
    """By how much an error shrinks because the sample is a part of a finite whole; 0 if it is the whole.

    >>> finite(80, None), finite(80, 80)
    (1.0, 0.0)
    """
    if population is None:
        return 1.0
    if door.whole("population", population) < n:
        raise ValueError(f"population={population} is less than the {n} answers; expected at least as many")
    return float(np.sqrt((population - n) / (population - 1))) if population > 1 else 0.0


def finite_mean(n: int, population: int | None) -> float:
    """The same for a mean whose spread is told by the answers with the divisor n - 1 (Cochran 1977, 2.8).

    >>> finite_mean(80, None), finite_mean(80, 80)
    (1.0, 0.0)
    """
    finite(n, population)  # the same question at the door
    return 1.0 if population is None else float(np.sqrt(1 - n / population))


def wilson_half(share: float, n: int, population: int | None, level: float) -> float:
    """Half the width of Wilson's interval where so many answers give this share.

    >>> round(wilson_half(1.0, 5, None, 0.95), 3)
    0.217
    """
    if finite(n, population) == 0:
        return 0.0
    low, high = _wilson(share, n, population, level)
    return (high - low) / 2


def _wilson(share: float, n: int, population: int | None, level: float) -> tuple[float, float]:
    like = n / finite(n, population) ** 2  # answers of an infinite population that tell as much
    low, high = wilson(share * like, like, level=level)
    return float(low), float(high)


def _anderson(values: np.ndarray, bottom: float, top: float, tail: float) -> tuple[float, float]:
    """Means of the two laws at the edges of the band about the share of answers up to each point."""
    n = len(values)
    band = np.sqrt(np.log(1 / tail) / (2 * n))
    gaps = np.diff(np.concatenate([[bottom], np.sort(values), [top]]))
    # The mean is the top less the area below the law: between two answers the share so far, give or take the band.
    share = np.arange(n + 1) / n
    return float(top - np.minimum(share + band, 1) @ gaps), float(top - np.maximum(share - band, 0) @ gaps)


def _hypergeometric(hits: int, of: int, population: int, tail: float) -> tuple[float, float]:
    """Fewest and most yes among all under which neither so many nor so few hits are rare, by halving."""
    from scipy.stats import hypergeom

    low, high = hits, population - (of - hits)
    while low < high:
        middle = (low + high) // 2
        few = hypergeom.sf(hits - 1, population, middle, of) <= tail
        low, high = (middle + 1, high) if few else (low, middle)
    fewest, high = low, population - (of - hits)
    while low < high:
        middle = (low + high + 1) // 2
        many = hypergeom.cdf(hits, population, middle, of) <= tail
        low, high = (low, middle - 1) if many else (middle, high)
    return fewest / population, low / population


def _frame(rows: dict[str, tuple[float, float]], known: dict[str, float]) -> pd.DataFrame:
    import pandas as pd

    table = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"]).rename_axis("method")
    for place, (name, value) in enumerate(known.items()):
        table.insert(place, name, value)
    return table.assign(width=table["high"] - table["low"])
