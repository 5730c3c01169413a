"""A test looked at again and again: how often it cries wolf, and the bounds that mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile, wilson
from crmkit.targeting.contacts.anytime import always_valid_bound

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

KINDS = ("none", "pocock", "obrien_fleming", "always_valid")
USUAL = 2.8  # standard errors of an effect that one test at 5 % finds in 80 %
NODES = 160  # of the quadrature; twice as many move no sixth digit at 50 looks


def crossing(bounds: ArrayLike, *, drift: float = 0.0) -> np.ndarray:
    """Chance that a test has been called significant by each look.

    Parameters
    ----------
    bounds : array (looks,)
        Of the absolute z value at each of equally spaced looks, above 0.
    drift : float
        Mean of z at the last look: 0 without an effect; 2.8 is found in 80 % by one look at 5 %.

    Returns
    -------
    array (looks,)
        0..1, never falling.

    References
    ----------
    Armitage, McPherson and Rowe (1969), JRSS A 132: recursion over the looks.

    >>> crossing([1.96, 1.96]).round(3).tolist()
    [0.05, 0.083]
    """
    from scipy.special import ndtr

    edge = door.numbers("bounds", bounds, low=0, above=True)
    looks = len(edge)
    door.number("drift", drift)
    step = drift / np.sqrt(looks)  # mean of the gain in information from look to look
    edge = edge * np.sqrt(np.arange(1, looks + 1))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    at, mass = np.zeros(1), np.ones(1)
    passed = np.empty(looks)
    for look, now in enumerate(edge):
        out = 1 - ndtr(now - at - step) + ndtr(-now - at - step)
        passed[look] = mass @ out
        place = now * nodes
        density = np.exp(-((place[:, None] - at - step) ** 2) / 2) @ mass / np.sqrt(2 * np.pi)
        at, mass = place, density * weights * now
    return np.clip(np.cumsum(passed), 0, 1)


def boundary(looks: int, *, kind: str = "pocock", level: float = 0.95) -> np.ndarray:
    """Bounds of the absolute z value at which each look may stop the test, with the false alarms of one look.

    Parameters
    ----------
    looks : int
        Equally spaced, 1 or more.
    kind : str
        "pocock": the same at each look; "obrien_fleming": hard at first, at the end almost that of one look;
        "none": that of one look at every look, which cries wolf too often; "always_valid": holds however many looks
        follow, see `always_valid`, with its spread the effect that one look at the end finds in 80 %.
    level : float
        1 - chance of any false alarm, 0..1.

    Returns
    -------
    array (looks,)

    References
    ----------
    Pocock (1977), Biometrika 64; O'Brien and Fleming (1979), Biometrics 35; Johari et al. (2022), Operations Research 70.

    >>> boundary(5).round(2).tolist()
    [2.41, 2.41, 2.41, 2.41, 2.41]
    """
    from scipy.optimize import brentq

    count = door.whole("looks", looks)
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r} must be one of {list(KINDS)}")
    one = normal_quantile(level)
    if kind == "always_valid":
        return always_valid_bound(np.arange(1, count + 1) / count * USUAL**2, level=level)
    shape = np.sqrt(count / np.arange(1, count + 1)) if kind == "obrien_fleming" else np.ones(count)
    if kind == "none" or count == 1:
        return one * np.ones(count)
    # With one bound for all a false alarm is at least as likely as at one look, and Bonferroni bounds it.
    most = normal_quantile(1 - (1 - level) / count) * 1.001
    return shape * brentq(lambda size: crossing(size * shape)[-1] - (1 - level), one * 0.999, most, xtol=1e-8)


def peeks(
    base_rate: float,
    *,
    seed: int | np.random.Generator,
    uplift: float = 0.0,
    customers_a_day: int = 100,
    days: int = 20,
    every: int = 1,
    tests: int = 1_000,
    kind: str = "none",
    level: float = 0.95,
) -> pd.DataFrame:
    """Campaign tests, drawn many times and looked at every few days.

    Parameters
    ----------
    base_rate : float
        Share that buys without the contact, 0..1.
    uplift : float
        True change by the contact, in shares; 0: each alarm is a false one.
    customers_a_day : int
        New customers in each arm a day.
    days, every : int
        Length of the test, and days from look to look.
    tests : int
        Tests drawn.
    kind : str
        Of the bounds: "none", "pocock", "obrien_fleming", "always_valid", see `boundary`.

    Returns
    -------
    DataFrame
        One row a test and look: test, look, day, difference (share), p (two-sided, of this look alone), bound
        (of p), alarm (p at or below it, at this look).

    >>> table = peeks(0.1, seed=1, tests=3, days=4)
    >>> len(table), table["day"].tolist()[:4]
    (12, [1, 2, 3, 4])
    """
    import pandas as pd
    from scipy.special import ndtr

    rng = np.random.default_rng(seed)
    base = door.share("base_rate", base_rate, inside=True)
    treated = door.share("base_rate + uplift", base + door.number("uplift", uplift), inside=True)
    daily, count, length = (
        door.whole("customers_a_day", customers_a_day),
        door.whole("tests", tests),
        door.whole("days", days),
    )
    look_days = np.arange(door.whole("every", every), length + 1, every)
    if not len(look_days):
        raise ValueError(f"every={every!r} is longer than days={days!r}; expected at least one look")
    bought = [rng.binomial(daily, rate, (count, length)).cumsum(axis=1)[:, look_days - 1] for rate in (treated, base)]
    n = daily * look_days
    difference = (bought[0] - bought[1]) / n
    pooled = (bought[0] + bought[1]) / (2 * n)
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    # Nobody or everybody bought in both arms: no difference, nothing to call.
    z = np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)
    bound = 2 * ndtr(-boundary(len(look_days), kind=kind, level=level))
    looks = len(look_days)
    frame = pd.DataFrame(
        {
            "test": np.repeat(np.arange(count), looks),
            "look": np.tile(np.arange(1, looks + 1), count),
            "day": np.tile(look_days, count),
            "difference": difference.ravel(),
            "p": 2 * ndtr(-np.abs(z)).ravel(),
            "bound": np.tile(bound, count),
        }
    )
    return frame.assign(alarm=frame["p"] <= frame["bound"])


def alarms(peeks: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Share of tests called significant at some look up to each, from `peeks`.

    Returns
    -------
    DataFrame
        One row a look: look, day, share, low, high (Wilson interval at `level`).

    >>> alarms(peeks(0.1, seed=1, tests=400, days=2))["share"].is_monotonic_increasing
    True
    """
    from crmkit.tables import require

    require(peeks, ["test", "look", "day", "alarm"], name="peeks")
    ever = peeks.sort_values(["test", "look"]).assign(alarm=lambda rows: rows.groupby("test")["alarm"].cummax())
    found = ever.groupby("look").agg(day=("day", "first"), hits=("alarm", "sum"), tests=("alarm", "size")).reset_index()
    found["share"] = found["hits"] / found["tests"]
    found["low"], found["high"] = wilson(found["hits"], found["tests"], level=level)
    return found[["look", "day", "share", "low", "high"]]


def false_alarms(looks: int, *, level: float = 0.95) -> pd.DataFrame:
    """Chance of a false alarm by each look when nothing works, without mending and with it (no simulation).

    Returns
    -------
    DataFrame
        One row a look: look, none, pocock, obrien_fleming, always_valid (0..1, by this look).

    >>> false_alarms(5)["none"].round(3).tolist()
    [0.05, 0.083, 0.107, 0.126, 0.142]
    """
    import pandas as pd

    count = door.whole("looks", looks)
    columns = {kind: crossing(boundary(count, kind=kind, level=level)) for kind in KINDS}
    return pd.DataFrame({"look": np.arange(1, count + 1), **columns})
