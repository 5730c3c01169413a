"""How many targets an agent's day holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmkit import plots
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.targeting import contacts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 5  # tries shown


def targets_a_day(*, reach: float, dial_minutes: float, talk_minutes: int, hours: float) -> Explorer:
    """Talks a day by the number of tries, as reach, talk and tries move.

    `reach` chance that a try is answered; minutes a try and a talk; `hours` on the telephone a day.
    """

    def at(answered: float, talk: int, tries: int) -> tuple[Axes, str]:
        days = {
            n: contacts.dialling(
                reach=answered, tries=n, dial_minutes=dial_minutes, talk_minutes=float(talk), hours=hours
            )
            for n in range(1, MOST + 1)
        }
        day = days[tries]
        said = (
            f"{percent(answered)} of the tries answered, {talk} minutes a talk, up to {tries} tries: {day.targets:.0f} "
            f"customers a day, {day.talks:.1f} of them talked to ({percent(day.reached)}), {day.minutes:.1f} minutes each."
        )
        sums = pd.Series({f"up to {n} tries" if n > 1 else "1 try": one.targets for n, one in days.items()})
        title = f"Up to {tries} tries: an agent deals with {day.targets:.0f} customers a day"
        return plots.amounts(sums, title=title, unit="customers a day"), said

    return Explorer(
        at,
        question="Do more tries bring more talks a day, or only fewer customers? When would a day hold half as many?",
        answered=share("tries answered", reach, 0.05, 1.0),
        talk=number("minutes a talk", talk_minutes, 1, 30),
        tries=number("most tries a customer", 3, 1, MOST),
    )
