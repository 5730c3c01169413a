"""How many customers can be called in a day, when most do not pick up at once?"""

from __future__ import annotations

from dataclasses import dataclass

from crmkit import door


@dataclass(frozen=True)
class Dialling:
    """One agent's day on the telephone, on average."""

    targets: float  # customers dealt with a day: talked to, or given up after the last try
    talks: float  # of them talked to
    reached: float  # talks / targets, 0..1
    minutes: float  # of an agent, a target: all its tries and its talk


def dialling(*, reach: float, tries: int, dial_minutes: float, talk_minutes: float, hours: float) -> Dialling:
    """How many customers an agent deals with in a day, if each is tried a few times.

    Parameters
    ----------
    reach : float
        Chance that one try is answered, above 0 and up to 1; the same for each try.
    tries : int
        Most tries a customer, 1 or more.
    dial_minutes : float
        Agent's time a try, answered or not, 0 or more.
    talk_minutes : float
        Agent's time a talk, 0 or more; with that of a try above 0.
    hours : float
        On the telephone a day, 0 or more.

    Returns
    -------
    Dialling
        Mean number of tries by the geometric law cut off at `tries`: (1 - (1 - reach)^tries) / reach.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    >>> day = dialling(reach=0.5, tries=2, dial_minutes=2, talk_minutes=8, hours=4.5)
    >>> day.minutes, day.targets, day.talks
    (9.0, 30.0, 22.5)
    """
    door.share("reach", reach)
    door.whole("tries", tries, low=1)
    door.number("dial_minutes", dial_minutes, low=0)
    door.number("talk_minutes", talk_minutes, low=0)
    door.number("hours", hours, low=0, high=24)
    if reach == 0:
        raise ValueError("reach=0 must be above 0: nobody would ever be talked to")
    if dial_minutes + talk_minutes == 0:
        raise ValueError("dial_minutes and talk_minutes are both 0; expected at least one above 0 minutes")
    reached = 1 - (1 - reach) ** tries
    minutes = reached / reach * dial_minutes + reached * talk_minutes
    targets = hours * 60 / minutes
    return Dialling(targets, targets * reached, reached, minutes)
