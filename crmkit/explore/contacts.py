"""What looking into a running campaign test does to its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots.contacts import false_alarms as picture
from crmkit.plots.style import percent
from crmkit.targeting.contacts import false_alarms

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _at(looks: int, level: float) -> tuple[Axes, str]:
    """Chance of a false alarm with so many looks, in a picture and a sentence."""
    table = false_alarms(looks, level=level)
    last = table.iloc[-1]
    said = (
        f"{looks} looks at level {percent(level)}: {percent(last['none'])} false alarms instead of "
        f"{percent(1 - level)}; with Pocock bounds {percent(last['pocock'])}"
    )
    return picture(table), said


def peeking() -> Explorer:
    """Sliders over looks and level."""
    return Explorer(
        _at,
        question="From how many looks on is the chance of a false alarm twice what the test promises?",
        looks=number("looks at the test", 10, 1, 30),
        level=share("level of the test", 0.95, 0.8, 0.99),
    )
