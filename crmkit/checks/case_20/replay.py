"""Other months and other queues: does the interval of the load hold what it says, and who waits for whom by priority?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from crmkit import queues
from crmkit.checks.case_20.steps import draw, handle, load_range, patience, true_peak, values
from crmkit.worlds import Case

REPLAYS = tuple(range(1, 41))  # seeds of the other months, taken in order, none left out
RATE, AGENTS = 480.0, 36  # calls an hour and agents of the simulated line


def replays(seeds: Sequence[int] = REPLAYS) -> pd.DataFrame:
    """What other months of the same world estimate, and the truth.

    Parameters
    ----------
    seeds : sequence of int
        One month of one desk each.

    Returns
    -------
    DataFrame
        Index month: load, low, high and truth (erlangs of the country at the peak), held (the interval holds the truth).
    """
    rows = {}
    for seed in seeds:
        case = draw(seed)
        low, high = load_range(case)
        truth = float(true_peak(case.truth).offered_load)
        rows[seed] = {"load": (low + high) / 2, "low": low, "high": high, "truth": truth, "held": low <= truth <= high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("month")


def priority(case: Case, *, share: float = 0.1, days: int = 10, seed: int = 1) -> pd.DataFrame:
    """Who waits longer if the most valuable callers come first: the same callers served in turn, and by value.

    Parameters
    ----------
    case : Case
        Its handling time, patience and values of customers.
    share : float
        Of the customers, who come first; 0..1.
    days : int
        Simulated, two at least; the difference of each is one observation.
    seed : int
        The same calls for both ways.

    Returns
    -------
    DataFrame
        Index who, measure (wait in seconds, share of hang-ups): in_turn, by_value, more (by value less in turn), low, high
        (95 % interval over days, Student).
    """
    from scipy.special import stdtrit

    worth, line = values(case), queues.Line("all", RATE, handle(case), patience(case))
    customers = worth.groupby(case.calls.loc[worth.index, "customer_id"]).mean()
    ranked = queues.by_value(line, customers, shares=(share,))
    ways = {"in_turn": [replace(one, priority=0) for one in ranked], "by_value": ranked}
    who = {one.name: name for one, name in zip(ranked, ("valued", "others"), strict=True)}
    found = {}
    for way, lines in ways.items():
        log = queues.simulate(lines, [queues.Team("all", AGENTS)], hours=24 * days, seed=seed)
        log = log.assign(who=log["reason"].astype(str).map(who), day=log["arrived"].dt.normalize())
        found[way] = log.groupby(["who", "day"])[["wait_s", "abandoned"]].mean().rename_axis(columns="measure").stack()
    each = pd.DataFrame(found)
    each["more"] = each["by_value"] - each["in_turn"]
    over = each.groupby(["who", "measure"], sort=False)
    half = float(stdtrit(days - 1, 0.975)) * over["more"].std() / np.sqrt(days)
    mean = over.mean()
    return mean.assign(low=mean["more"] - half, high=mean["more"] + half)
