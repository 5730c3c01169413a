"""Would it have gone so elsewhere? The same experiment and the same baskets in chains drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crmkit import baskets
from crmkit.checks.case_11 import steps
from crmkit.checks.case_11.market import world

if TYPE_CHECKING:
    import pandas as pd

REPLAYS = tuple(range(100, 124))  # seeds of the other chains, taken in order, none left out


def replays(seeds: Sequence[int] = REPLAYS) -> pd.DataFrame:
    """What the calendar promises for all unmoved stores of each chain, and what is true.

    Parameters
    ----------
    seeds : sequence of int
        One chain each.

    Returns
    -------
    DataFrame
        Index seed: promised (after over before, all unmoved stores, yuan), brought (in truth), plan (in truth, moving
        the stores that pay by the control's estimate), noise (of the ten pairs of largest lift).
    """
    return _replays(tuple(seeds)).copy()


@lru_cache(maxsize=4)
def _replays(seeds: tuple[int, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for seed in seeds:
        case = replace(world(), web=None).draw(seed)
        stores = steps.roll_out(case)
        top = steps.pairs(case).nlargest(10, "lift")
        rows[seed] = {
            "promised": float(stores["naive"].sum()),
            "brought": steps.true_net(case, stores.index),
            "plan": steps.true_net(case, steps.large_enough(case)),
            "noise": int((baskets.kinds(top, case.truth.rules) == "noise").sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("seed")
