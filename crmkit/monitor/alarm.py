"""What a threshold on a noisy figure is worth: false alarms against what it sees."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit import door


@dataclass(frozen=True)
class Alarm:
    """How often a threshold warns when nothing is wrong, and when something is."""

    threshold: float  # warn from this deviation on, in the unit of the noise
    false_alarm: float  # chance of a warning in a check when nothing is wrong, 0..1
    power: float  # chance of a warning in a check when the shift is there, 0..1
    periods_to_false: float  # mean checks until a false alarm
    periods_to_signal: float  # mean checks until the shift is seen


def alarm(*, noise: float, threshold: float | None = None, false_alarm: float | None = None, shift: float) -> Alarm:
    """What a threshold on a noisy figure is worth, or the threshold for a false-alarm rate.

    The deviation in a check is normal about 0, or about the shift, with the noise as its standard
    deviation; checks are independent, and only one side warns.

    Parameters
    ----------
    noise : float
        Standard deviation of the deviation when nothing is wrong, above 0.
    threshold : float, optional
        Deviation from which on to warn; either this or false_alarm.
    false_alarm : float, optional
        Chance of a warning when nothing is wrong, 0..1; the threshold is then found.
    shift : float
        Deviation that is to be seen, 0 or more.

    Returns
    -------
    Alarm

    Raises
    ------
    TypeError, ValueError
        If both or neither of threshold and false_alarm are given, or a number is out of range.

    References
    ----------
    Neyman & Pearson (1933): size and power of a test.

    >>> found = alarm(noise=10.0, false_alarm=0.05, shift=30.0)
    >>> round(found.threshold, 2), round(found.power, 3), round(found.periods_to_false)
    (16.45, 0.912, 20)
    """
    from scipy.special import ndtr, ndtri

    sd = door.number("noise", noise, low=0, above=True)
    door.number("shift", shift, low=0)
    if (threshold is None) == (false_alarm is None):
        raise ValueError("give either threshold or false_alarm, not both and not neither")
    if threshold is None:
        threshold = -sd * float(ndtri(door.share("false_alarm", false_alarm, inside=True)))
    door.number("threshold", threshold)
    wrong, right = (float(ndtr((mean - threshold) / sd)) for mean in (0.0, shift))
    mean_time = [1 / chance if chance > 0 else float("inf") for chance in (wrong, right)]
    return Alarm(float(threshold), wrong, right, *mean_time)
