"""Explorers of response scores: where to stop, whether chances are right, one customer's chance live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmkit import door
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.plots import percent
from crmkit.plots import response as pictures
from crmkit.targeting import response
from crmkit.targeting.response import ResponseModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STEPS = 40  # of the curve along a feature
MOST_POINTS = 400  # of a curve: more are not seen
EDGE = 1e-6  # chances are kept so far from 0 and 1, for their log-odds


def cutoff(score: pd.Series, outcome: pd.Series, *, value: int, cost: int, unit: str = "money") -> Explorer:
    """How far down the list does it pay to go?

    `score`, `outcome` of customers that the score was not made from; `value` money that a response brings and `cost` that
    a contact costs, as they are shown first.
    """

    def at(brings: int, costs: int, part: float) -> tuple[Axes, str]:
        table = response.profit_curve(score, outcome, value=brings, cost=costs)
        top = table.loc[table["profit"].idxmax()]
        low, here, high = (float(np.interp(part, table["share"], table[name])) for name in ("low", "profit", "high"))
        said = (
            f"A response brings {brings:,} {unit}, a contact costs {costs:,}: the best {percent(part)} bring {here:+,.0f} "
            f"({low:+,.0f} to {high:+,.0f}); most would bring the best {percent(top['share'])}, {top['profit']:+,.0f}."
        )
        # The best cut and both neighbours of the one looked at stay, so that picture and sentence say the same.
        after = min(int(np.searchsorted(table["share"], part)), len(table) - 1)
        kept = [top.name, max(after - 1, 0), after]
        thin = table.iloc[np.unique(np.append(np.linspace(0, len(table) - 1, MOST_POINTS).astype(int), kept))]
        return pictures.profit_curve(thin, at=part, unit=unit), said

    return Explorer(
        at,
        question="What happens to the best cut when both the value and the cost double? And when only the cost does?",
        brings=number(f"a response brings, {unit}", value, max(value // 4, 1), 4 * value, step=max(value // 20, 1)),
        costs=number(f"a contact costs, {unit}", cost, 0, 4 * cost, step=max(cost // 10, 1)),
        part=share("customers addressed", 0.3, 0.0, 1.0, step=0.05),
    )


def distortion(predicted: pd.Series, outcome: pd.Series) -> Explorer:
    """What is wrong with chances that rank well?

    `predicted` chances of customers that they were not made from; the sliders spoil them: `stretch` makes them more extreme
    (above 1) or all alike (to 0), `shift` raises their log-odds.
    """
    chance = np.clip(predicted.to_numpy(dtype=float), EDGE, 1 - EDGE)
    log_odds = np.log(chance / (1 - chance))

    def at(stretch: float, shift: float, bins: int) -> tuple[Axes, str]:
        spoilt = 1 / (1 + np.exp(-(stretch * log_odds + shift)))
        found, table = (ask(spoilt, outcome, bins=bins) for ask in (response.calibration, response.reliability))
        said = (
            f"Log-odds times {stretch:.1f}, {shift:+.1f}: Brier score {found.brier:.4f} ({found.low:.4f} to "
            f"{found.high:.4f}), of which {found.reliability:.4f} from wrong chances; in {len(table)} bins they are "
            f"{percent(found.ece)} off on average, where right ones would be {percent(found.ece_by_chance)} off."
        )
        return pictures.reliability(table), said

    stretch, shift = share("stretch", 1.0, 0.2, 3.0, step=0.1), share("shift", 0.0, -2.0, 2.0, step=0.1)
    for control in (stretch, shift):
        control.readout_format = ".1f"
    return Explorer(
        at,
        question="Which of the two spoils the Brier score more, and which parts of it stay as they were?",
        stretch=stretch,
        shift=shift,
        bins=number("bins", 10, 4, 30),
    )


def profile(
    model: ResponseModel,
    *,
    sliders: Mapping[str, Sequence[Any]],
    known: Mapping[str, Any] | None = None,
    outcome: str = "outcome",
    reported: float | None = None,
    units: Mapping[str, str] | None = None,
    question: str | None = None,
) -> Explorer:
    """The chance of one customer, scored live as the sliders move.

    Parameters
    ----------
    model : ResponseModel
        From `response.fit`; with resamples the interval is shown too.
    sliders : mapping of feature to values
        One to three features: (lowest, highest) whole numbers, or words (True and False too) to choose from. The picture
        follows the first.
    known : mapping, optional
        What else is known of the customer; the rest is typical.
    outcome : str
        How it is called in a sentence, e.g. "leaving".
    reported : float, optional
        Chance that somebody else told of the customer in `known`, 0..1: shown beside this model's own estimate and
        interval while the sliders stand at that customer.
    units : mapping of feature to words, optional
        What a feature is counted in, for the axis: {"used": "% of the limit"}.
    question : str, optional
        What to find out, in words of the case; without it, which slider moves the chance most.

    Raises
    ------
    ValueError
        If there are not one to three sliders, a range is empty, or the model does not know a feature.
    """
    if not 1 <= len(sliders) <= 3:
        raise ValueError(f"sliders has {len(sliders)} features; expected one to three")
    if reported is not None:
        door.share("reported", reported)
    start = model.described(**(known or {})).iloc[0]
    model.described(**{name: start.get(name) for name in sliders})
    first = next(iter(sliders))
    fixed = {name: value for name, value in (known or {}).items() if name not in sliders}
    controls, values, begins = {}, {}, {}
    for name, options in sliders.items():
        if _is_range(options):
            low, high = (int(end) for end in options)
            if not low < high:
                raise ValueError(
                    f"sliders[{name!r}]={tuple(options)} must be (lowest, highest), two whole numbers apart"
                )
            begins[name] = int(np.clip(round(float(start[name])), low, high))
            controls[name] = number(name, begins[name], low, high, step=max((high - low) // 100, 1))
        else:
            values[name] = {_told(one): one for one in options}
            own = _told(start[name])
            begins[name] = own if own in values[name] else next(iter(values[name]))
            controls[name] = choices(name, list(values[name]), begins[name])
        if (
            reported is not None
            and name in (known or {})
            and values.get(name, {}).get(begins[name], begins[name]) != known[name]
        ):
            raise ValueError(
                f"reported={reported} is of a customer with {name} {known[name]!r}, whom the slider {options!r} does not show"
            )
    along = list(sliders[first])
    if first not in values:
        along = np.unique(np.linspace(*sliders[first], STEPS).round()).tolist()

    def at(**chosen: Any) -> tuple[Axes, str]:
        own = {name: values[name][value] if name in values else value for name, value in chosen.items()}
        others = {name: value for name, value in own.items() if name != first} | fixed
        steps = along if first in values else sorted({*along, float(own[first])})
        curve = response.sweep(model, first, steps, **others)
        here = curve.iloc[steps.index(own[first])]
        chance, sure = float(here["chance"]), ""
        if model.again:
            sure = f" ({100 * here['low']:.1f} to {100 * here['high']:.1f})"
        words = ", ".join(
            f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}" for name, value in chosen.items()
        )
        times = chance / model.base_rate
        said = f"{words}: {100 * chance:.2f} %{sure} {outcome}, {times:.2f} times as likely as all customers."
        told = reported if chosen == begins else None
        if told is not None:
            said += f" Reported elsewhere: {percent(told)}"
            if model.again:
                said += f", {'inside' if here['low'] <= told <= here['high'] else 'outside'} the interval"
            said += "."
        picture = pictures.chance_profile(
            curve,
            at=own[first],
            base=model.base_rate,
            outcome=outcome,
            reported=told,
            unit=(units or {}).get(first, ""),
        )
        return picture, said

    return Explorer(
        at,
        question=question
        or f"Which of {', '.join(sliders)} moves the chance most? Does that depend on where the others stand?",
        **controls,
    )


def _is_range(options: Sequence[Any]) -> bool:
    figures = [one for one in options if isinstance(one, (int, float, np.number)) and not isinstance(one, bool)]
    return len(options) == 2 and len(figures) == 2


def _told(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return str(value)
