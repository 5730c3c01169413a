"""Would the plan have held elsewhere? The same pilot and plan in firms drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from crmkit.checks.case_10.steps import plan, true_gain
from crmkit.worlds import Retail

if TYPE_CHECKING:
    import pandas as pd

REPLAYS = tuple(range(100, 124))  # seeds of the other firms, taken in order, none left out
MEMBERS = 3_000


def replays(seeds: Sequence[int] = REPLAYS) -> pd.DataFrame:
    """What the plan of each firm's pilot promises, and what it brings in truth.

    Parameters
    ----------
    seeds : sequence of int
        One firm of 3,000 members each.

    Returns
    -------
    DataFrame
        Index seed: segments written to, promised and brought (yuan).
    """
    return _replays(tuple(seeds)).copy()


@lru_cache(maxsize=4)
def _replays(seeds: tuple[int, ...]) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for seed in seeds:
        case = Retail(customers=MEMBERS).draw(seed)
        mine = plan(case)
        contacts = mine["contacts"].drop("in all")
        rows[seed] = {
            "segments": ", ".join(contacts.index[contacts > 0]) or "nobody",
            "promised": float(mine.loc["in all", "gain"]),
            "brought": float((contacts * true_gain(case)).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("seed")
