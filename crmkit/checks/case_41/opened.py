"""Questions of part 6: what the envelope says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit.checks.case_41 import steps
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


def true_rates(case: Case) -> pd.Series:
    """Trades a year that each broker's average customer makes."""
    return case.truth.brokers.set_index("broker_id")["factor"] * steps.MEAN_RATE


@BANK.question("true_place", "Which place has the leader of the fair table in truth?", unit="place", truth=True)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, true = steps.fair(case), true_rates(case)
    place = true.reindex(table.index).rank(ascending=False).astype(int)
    first = table.index[0]
    return int(place[first]), [
        Slip(1, "this is its place in the table."),
        Slip(int(place[table["naive"].idxmax()]), "this is the broker who leads as counted."),
        Slip(int(len(place) + 1 - place[first]), "counted from the last; 1 is the best."),
        Slip(int(table.at[first, "naive_rank"]), "this is its place as counted."),
    ]


@BANK.question(
    "error_saved",
    "By which share is the mean absolute error of the fair rates smaller than that of the counted ones?",
    unit="share",
    tolerance=0.005,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, true = steps.fair(case), true_rates(case)
    off = {name: (table[name] - true.reindex(table.index)).abs() for name in ("naive", "shrunk")}
    counted, fair = (float(one.mean()) for one in off.values())
    squares = [float(np.sqrt((one**2).mean())) for one in off.values()]
    return 1 - fair / counted, [
        Slip(fair / counted, "this is what is left of the error."),
        Slip(counted - fair, "this is in trades; divide by the error of the counted rates."),
        Slip(1 - squares[1] / squares[0], "this squares the errors; take them as they are."),
        Slip(float((off["shrunk"] < off["naive"]).mean()), "this is the share of brokers who are judged better."),
    ]


@BANK.question(
    "stirred",
    "How much commission a year do customers pay for trades they would not make with a broker of factor 1, where the factor is above 1?",
    unit="yuan a year",
    tolerance=20,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    known = case.truth.traders
    more = known["trades_per_year"] - known["trades_per_year_alone"]
    mean = float(case.trades["commission"].mean())
    stirred = float(more[more > 0].sum())
    return stirred * mean, [
        Slip(stirred, "these are trades; each pays a commission."),
        Slip(float(more.sum()) * mean, "this sets off the brokers who make customers trade less."),
        Slip(float(known.loc[more > 0, "trades_per_year"].sum()) * mean, "this is all that these customers trade."),
        Slip(float(case.trades["commission"].sum()) / 2, "this is all commission of a year."),
    ]


@BANK.question(
    "kept_gain", "What did the risk-adjusted calls bring by the true chances?", unit="yuan", tolerance=5, truth=True
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, true = steps.offers(case), case.truth.chances.set_index("customer_id")["default_chance"]
    kept = steps.gain(found["loan"], true.reindex(found.index))
    best, valued = (found.nlargest(steps.CALLS, name).index for name in ("gain", "value"))
    return float(kept[best].sum()), [
        Slip(float(found.loc[best, "gain"].sum()), "this is what the groups promised."),
        Slip(float(kept[valued].sum()), "these are the most valuable customers."),
        Slip(float(kept.nlargest(steps.CALLS).sum()), "this is the best anybody could do who knew the chances."),
    ]
