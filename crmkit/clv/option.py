"""What the right to stop serving a customer is worth, and below which margin to use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.clv.margins import Margin
from crmkit.clv.serving import Serving
from crmkit.clv.stopping import simulate
from crmkit.intervals import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

METHODS = ("trinomial", "binomial", "simulation")
STEPS = 24  # of the lattice in a term: option values are within about 0.1 % of those of many more


@dataclass(frozen=True)
class OptionToStop:
    """What a customer is worth if the firm may stop serving them."""

    value: float  # with the right to stop, money now
    to_the_end: float  # served whatever happens, money now
    option: float  # value - to_the_end, money, 0 or more
    low: float  # interval of the option: of the simulation, or how far half the lattice's steps would be off
    high: float
    stop_below: float  # margin a term below which to stop today; missing where no margin is so low
    method: str  # "trinomial", "binomial", "simulation" or "closed form"


def option_to_stop(
    margin: float,
    process: Margin,
    *,
    terms: int,
    discount_per_term: float,
    cost_to_serve: float = 0.0,
    stop_value: float = 0.0,
    retention: float = 1.0,
    method: str = "trinomial",
    steps: int = STEPS,
    paths: int = 20_000,
    seed: int | np.random.Generator | None = None,
    search: bool = True,
) -> OptionToStop:
    """What a customer is worth if, before each term, the firm may stop serving them for good.

    The margin of the coming term is known when it is decided; those after it are not. To wait is
    worth something too, since the margin may recover: it does not pay to stop at the first loss.

    Parameters
    ----------
    margin : float
        Money that the coming term would bring before the cost to serve.
    process : GeometricMargin, ArithmeticMargin or RevertingMargin
        How it moves; ``.risk_adjusted(...)`` where risk has a price.
    terms : int
        Terms at most, 1 to 400.
    discount_per_term : float
        0.1 is 10 % a term; without a risk premium where the process is risk-adjusted.
    cost_to_serve : float
        Money a term, saved by stopping.
    stop_value : float
        Money that stopping brings once (salvage), below 0 what it costs.
    retention : float
        Chance that the customer stays for another term, above 0, up to 1.
    method : str
        trinomial or binomial lattice (binomial not for a RevertingMargin), or simulation
        (least-squares Monte Carlo), which learns the rule on one set of paths and judges it on
        another: what a rule so found brings is a lower bound.
    steps : int
        Of the lattice in a term, 2 or more.
    paths : int
        Of each set of the simulation, 200 or more.
    seed : int or Generator
        Of the simulation.
    search : bool
        Look for `stop_below` too; without it that is missing.

    Returns
    -------
    OptionToStop
        Value with and without the option, their difference with its interval (95 %), and the margin below
        which to stop today.

    Raises
    ------
    ValueError
        If an argument is unsound, or the simulation has no seed.

    References
    ----------
    Dixit & Pindyck (1994), Investment under uncertainty, chapters 4 to 7; Cox, Ross & Rubinstein
    (1979), Option pricing: a simplified approach, Journal of Financial Economics 7; Longstaff & Schwartz (2001),
    Valuing American options by simulation, Review of Financial Studies 14.

    >>> from crmkit.clv.margins import GeometricMargin
    >>> found = option_to_stop(100, GeometricMargin(0.0, 0.4), terms=10, discount_per_term=0.1, cost_to_serve=90)
    >>> [round(one) for one in (found.value, found.to_the_end, found.option, found.stop_below)]
    [184, 68, 117, 58]
    """
    if method not in METHODS:
        raise ValueError(f"method={method!r} must be one of {list(METHODS)}")
    branches = 2 if method == "binomial" else 3
    asked = Serving(process, terms, discount_per_term, cost_to_serve, stop_value, retention, steps, branches)
    now = door.number("margin", margin)
    end = float(asked.to_the_end(np.array([now]))[0])
    if method != "simulation":
        option, rough = (float(asked.solved(np.array([now]), steps=one)[0][0]) for one in (steps, steps // 2))
        low, high = max(option - abs(option - rough), 0.0), option + abs(option - rough)
    else:
        if seed is None:
            raise ValueError("method='simulation' needs a seed; give seed=1, or a numpy Generator")
        door.whole("paths", paths, low=200)
        rng = np.random.default_rng(seed)
        stops, served = simulate(process, now, asked.problem, paths=2 * (int(paths) // 2), rng=rng)
        option, half = _against(stops, served, end)
        low, high = option - half, option + half
    below = asked.stop_below(now) if search else float("nan")
    return OptionToStop(end + option, end, option, low, high, below, method)


def stop_or_serve(
    margins: pd.Series,
    process: Margin,
    *,
    terms: int,
    discount_per_term: float,
    cost_to_serve: float = 0.0,
    stop_value: float = 0.0,
    retention: float = 1.0,
    steps: int = STEPS,
) -> pd.DataFrame:
    """Whom to go on serving, and what the right to stop adds to each customer's value.

    As `option_to_stop` by the trinomial lattice, for many customers whose margins move alike.

    Parameters
    ----------
    margins : Series on customer_id
        Money that the coming term would bring before the cost to serve.
    process, terms, discount_per_term, cost_to_serve, stop_value, retention, steps
        As in `option_to_stop`.

    Returns
    -------
    DataFrame
        On the index of the margins: margin, value, to_the_end, option (money), serve (True or False).

    >>> import pandas as pd
    >>> seen = pd.Series([20.0, -30.0, -80.0], index=["a", "b", "c"])
    >>> from crmkit.clv.margins import ArithmeticMargin
    >>> found = stop_or_serve(seen, ArithmeticMargin(0, 40), terms=10, discount_per_term=0.1)
    >>> found["serve"].tolist()
    [True, True, False]
    """
    import pandas as pd

    if not isinstance(margins, pd.Series):
        raise TypeError(f"margins is a {type(margins).__name__}; expected a Series of numbers on customer_id")
    now = door.numbers("margins", margins)
    asked = Serving(process, terms, discount_per_term, cost_to_serve, stop_value, retention, steps)
    option, more = asked.solved(now)
    end = asked.to_the_end(now)
    found = {"margin": now, "value": end + option, "to_the_end": end, "option": option, "serve": more >= 0}
    return pd.DataFrame(found, index=margins.index)


def option_curve(
    margin: float, process: Margin, *, volatilities: Sequence[float], terms: int, discount_per_term: float, **same: Any
) -> pd.DataFrame:
    """The value of the right to stop at other volatilities: what cannot be foreseen makes it worth more.

    Parameters
    ----------
    margin, process, terms, discount_per_term
        As in `option_to_stop`; the volatility of the process is replaced.
    volatilities : sequence of float
        0 or more.
    **same
        The other arguments of `option_to_stop`.

    Returns
    -------
    DataFrame
        Index volatility: value, to_the_end, option, low, high (money).

    >>> from crmkit.clv import ArithmeticMargin
    >>> process = ArithmeticMargin(drift=0.0, volatility=0.0)
    >>> option_curve(10.0, process, volatilities=[0, 20], terms=3, discount_per_term=0.1, seed=1)["option"].round(1).tolist()
    [0.0, 8.6]
    """
    import pandas as pd

    if not len(volatilities):
        raise ValueError("volatilities is empty; expected one or more numbers of 0 or more")
    found = []
    for one in volatilities:
        moving = replace(process, volatility=one)
        told = option_to_stop(margin, moving, terms=terms, discount_per_term=discount_per_term, search=False, **same)
        found.append([told.value, told.to_the_end, told.option, told.low, told.high])
    index = pd.Index(list(volatilities), name="volatility", dtype=float)
    return pd.DataFrame(found, columns=["value", "to_the_end", "option", "low", "high"], index=index)


def _against(stops: np.ndarray, served: np.ndarray, end: float) -> tuple[float, float]:
    """The option and the half-width of its interval; what serving brought against what it is known to bring on average."""
    both = np.cov(stops, served)
    slope = both[0, 1] / both[1, 1] if both[1, 1] > 0 else 0.0
    left = stops - slope * (served - end)
    error = float(left.std(ddof=1)) / len(left) ** 0.5
    return float(left.mean()) - end, normal_quantile(0.95) * error
