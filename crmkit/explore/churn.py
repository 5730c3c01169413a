"""Explorer of churn: who is still there when a price war begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit.explore.explorer import Explorer, choices, number
from crmkit.plots import churn as pictures
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmkit.targeting.churn import HazardFit


def price_war(fit: HazardFit, profiles: pd.DataFrame, *, event: str = "war", months: int = 24) -> Explorer:
    """What does a price war cost, by when it begins and whom it meets?

    `fit` of ``churn.fit_hazard`` with a term `event` that is 1 from some month on; `profiles` the other terms, a row a
    kind of customer, named by the index.
    """
    if event not in fit.terms:
        raise ValueError(f"event={event!r} is not among the terms {list(fit.terms)} of the fit")
    lacks = [one for one in fit.terms if one != event and one not in profiles.columns]
    if lacks:
        raise ValueError(f"profiles lacks {lacks}; it has {list(profiles.columns)}")
    names = [str(one) for one in profiles.index]

    def at(who: str, begins: int) -> tuple[Axes, str]:
        tenure = np.arange(months)
        rows = pd.DataFrame({"group": np.repeat(["without", "with"], months), fit.time: np.tile(tenure, 2)})
        for term in fit.terms:
            rows[term] = 0.0 if term == event else float(profiles[term].iloc[names.index(who)])
        rows[event] = np.append(np.zeros(months), tenure >= begins).astype(float)
        curve = fit.survival(rows, customer="group")
        start = pd.DataFrame({"group": ["without", "with"], "time": 0, "survival": 1.0, "low": 1.0, "high": 1.0})
        table = pd.concat([start, curve], ignore_index=True).sort_values("time", kind="stable")
        ends = curve[curve["time"] == months].set_index("group")
        told = {
            name: f"{percent(one['survival'])} ({percent(one['low'])} to {percent(one['high'])})"
            for name, one in ends.iterrows()
        }
        said = (
            f"{who}, war from month {begins}: of those who join, {told['with']} are there after {months} months, without "
            f"the war {told['without']}; it costs {100 * (ends.loc['without', 'survival'] - ends.loc['with', 'survival']):.1f} "
            "of 100 customers."
        )
        table["group"] = table["group"].map({"without": "without the war", "with": "with the war"})
        return pictures.staying(table, event=begins, named="war begins"), said

    return Explorer(
        at,
        question="Whom does a war cost most customers? And does one that begins half as late cost half as many?",
        who=choices("customers", names),
        begins=number("war begins, months after joining", months // 3, 0, months),
    )
