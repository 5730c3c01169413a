"""How many customers a campaign test needs before it can tell anything."""

from __future__ import annotations

import math
from dataclasses import dataclass

from crmkit import door


@dataclass(frozen=True)
class Sample:
    """Customers of a test, arm by arm."""

    treated: int  # customers contacted
    control: int  # customers held back

    @property
    def customers(self) -> int:
        """In both arms."""
        return self.treated + self.control


def sample_size(
    base_rate: float | None = None,
    uplift: float = 0.0,
    *,
    sd: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
    treated_share: float = 0.5,
    sides: int = 2,
) -> Sample:
    """Customers needed so that a test finds an uplift of this size if it is there.

    Parameters
    ----------
    base_rate : float
        Share that buys without the contact, 0..1; None for a mean, with its `sd`.
    uplift : float
        Change that should be found, in shares (or in the unit of the mean), not 0.
    sd : float, optional
        Standard deviation of the outcome between customers, above 0, where the outcome is an amount.
    power : float
        Chance to find it, 0..1.
    level : float
        1 - chance of a false alarm, 0..1.
    treated_share : float
        Of the customers in the test, those contacted, 0..1.
    sides : int
        2: a loss is to be found too; 1: only a change in the direction of the uplift.

    Returns
    -------
    Sample
        treated, control, customers.

    Raises
    ------
    ValueError
        If a share is outside 0..1, the uplift is 0, or the rate with it leaves 0..1.

    References
    ----------
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, eq. 4.14 and 4.19,
    without continuity correction.

    >>> sample_size(0.10, 0.05)
    Sample(treated=686, control=686)
    """
    from scipy.special import ndtri

    null, alternative = _spread(base_rate, uplift, sd, treated_share)
    alpha = _alpha(level, sides)
    door.share("power", power, inside=True)
    if power <= alpha:
        raise ValueError(f"power={power!r} must be above the chance of a false alarm {alpha:.3g}; usual is 0.8")
    customers = ((-ndtri(alpha) * null + ndtri(power) * alternative) / uplift) ** 2
    return Sample(math.ceil(customers * treated_share - 1e-9), math.ceil(customers * (1 - treated_share) - 1e-9))


def power(
    base_rate: float | None = None,
    uplift: float = 0.0,
    *,
    customers: int,
    sd: float | None = None,
    level: float = 0.95,
    treated_share: float = 0.5,
    sides: int = 2,
) -> float:
    """Chance that a test with so many customers finds an uplift of this size in its direction, 0..1.

    Parameters are those of `sample_size`; customers is the number in both arms, at least 2.

    >>> round(power(0.10, 0.05, customers=1372), 2)
    0.8
    """
    from scipy.special import ndtr, ndtri

    null, alternative = _spread(base_rate, uplift, sd, treated_share)
    alpha = _alpha(level, sides)
    root = math.sqrt(door.whole("customers", customers, low=2))
    return float(ndtr((abs(uplift) * root + ndtri(alpha) * null) / alternative))


def detectable(
    base_rate: float | None = None,
    *,
    customers: int,
    sd: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
    treated_share: float = 0.5,
    sides: int = 2,
) -> float:
    """Smallest rise that a test with so many customers finds with this power, in shares or the unit of the mean.

    Parameters are those of `sample_size`.

    Raises
    ------
    ValueError
        If not even a rise to 100 % would be found.

    >>> round(detectable(0.10, customers=1372), 3)
    0.05
    """
    from scipy.optimize import brentq

    asked = power
    door.share("power", asked, inside=True)

    def short(uplift: float) -> float:
        at = {"customers": customers, "sd": sd, "level": level, "treated_share": treated_share, "sides": sides}
        return _power(base_rate, uplift, **at) - asked

    if sd is None:
        _spread(base_rate, 1e-9, sd, treated_share)
        most = (1 - float(base_rate)) * (1 - 1e-9)  # type: ignore[arg-type]
    else:
        most = 1e3 * door.number("sd", sd, low=0, above=True)
    least = most * 1e-9
    if short(least) >= 0:
        raise ValueError(f"power={asked!r} must be above the chance of a false alarm; usual is 0.8")
    if short(most) < 0:
        raise ValueError(f"customers={customers!r} are too few to find any rise with power {asked:g}; test more")
    return float(brentq(short, least, most, xtol=1e-12))


_power = power


def _alpha(level: float, sides: int) -> float:
    door.share("level", level, inside=True)
    if sides not in (1, 2):
        raise ValueError(f"sides={sides!r} must be 1 or 2")
    return (1 - level) / sides


def _spread(base_rate: float | None, uplift: float, sd: float | None, treated_share: float) -> tuple[float, float]:
    """Standard error x root of all customers: without and with an effect."""
    door.number("uplift", uplift)
    part = door.share("treated_share", treated_share, inside=True)
    if uplift == 0:
        raise ValueError("uplift=0 cannot be found by any test; give the smallest change that would matter")
    if (base_rate is None) == (sd is None):
        raise ValueError("give either base_rate (an outcome of yes or no) or sd (an amount), not both or none")
    if sd is not None:
        both = door.number("sd", sd, low=0, above=True) / math.sqrt(part * (1 - part))
        return both, both
    base = door.share("base_rate", base_rate, inside=True)
    treated = base + uplift
    if not 0 < treated < 1:
        raise ValueError(f"base_rate={base_rate!r} + uplift={uplift!r} = {treated:.4g} must lie between 0 and 1")
    mean = part * treated + (1 - part) * base
    null = math.sqrt(mean * (1 - mean) / (part * (1 - part)))
    return null, math.sqrt(treated * (1 - treated) / part + base * (1 - base) / (1 - part))
