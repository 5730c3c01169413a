"""Questions of part 3: account managers, and customers by value and risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit.checks.case_32.steps import BEST, LOSS, league, line_model, now, values
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "fair_share",
    "What is the fair share of talks that end in a sale, for the manager with the fewest talks?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = league(case)
    small = table.loc[table["of"].idxmin()]
    return float(small["shrunk"]), [
        Slip(float(small["naive"]), "this is the share as counted; a small portfolio is thrown far by luck."),
        Slip(float(table.attrs["mean"]), "this is the mean of all; own sales count for something."),
        Slip(float(small["low"]), "this is the lower end of the interval."),
        Slip(float(table.loc[table["of"].idxmax(), "shrunk"]), "this is the manager with the most talks."),
    ]


@BANK.question(
    "own_weight",
    "How much do the own sales weigh in that fair share?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = league(case)
    small, large = table.loc[table["of"].idxmin()], table.loc[table["of"].idxmax()]
    return float(small["weight"]), [
        Slip(float(1 - small["weight"]), "this is the weight of the team's mean."),
        Slip(float(large["weight"]), "this is the manager with the most talks."),
        Slip(
            float(small["of"] / table["of"].sum()),
            "this is a share of the talks; the weight also asks how unlike managers are.",
        ),
        Slip(float(small["p_best"]), "this is the chance of being the best."),
    ]


@BANK.question(
    "chance_of_over",
    "Which chance of default in half a year does the model give a card at 120 % of its limit, over it in three of six months?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    model = line_model(case)

    def score(used: float, months: int) -> float:
        return float(model.score(pd.DataFrame({"used": [used], "months_over": [months]})).iloc[0])

    return score(120, 3), [
        Slip(score(20, 3), "used counts in per cent of the limit: 120, not 20."),
        Slip(score(1.2, 3), "used counts in per cent of the limit: 120, not 1.2."),
        Slip(score(120, 0), "this one was over in no month."),
        Slip(float(model.base_rate), "this is the share over all cards."),
    ]


@BANK.question(
    "expected_loss",
    "Over all customers: which loss on cards is to be expected in the half year from January 2026?",
    unit="dollars",
    tolerance=200,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = values(case)
    total = float(rows["expected_loss"].sum())
    cards = now(case)
    return total, [
        Slip(total / LOSS, "of what is owed 60 % is lost, not all."),
        Slip(float(LOSS * rows["owed"].sum()), "this lets everyone default; multiply by the chance."),
        Slip(
            float(LOSS * rows["owed"].sum() * rows["chance"].mean()), "who owes much defaults more often than the mean."
        ),
        Slip(float(LOSS * (cards["owed"])[cards["over"] > 0].sum()), "not all who are over their limit default."),
        Slip(float(rows["expected_loss"].mean()), "this is a customer; the question asks for all."),
    ]


@BANK.question(
    "drop_out",
    "How many of the 100 customers worth most are no longer among the 100 when the expected loss is taken off?",
    unit="customers",
    tolerance=0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = values(case)
    plain, fair = set(rows["value"].nlargest(BEST).index), set(rows["adjusted"].nlargest(BEST).index)
    cards = now(case)
    right = len(plain - fair)
    others = {
        BEST - right: "so many stay; the question asks who goes.",
        int(
            (cards["over"] > 0).reindex(sorted(plain)).fillna(False).sum()
        ): "so many are over their limit; some are worth it.",
        2 * right: "who comes and who goes are counted together.",
        int((rows["expected_loss"][sorted(plain)] > 0).sum()): "so many have some risk.",
    }
    return right, [Slip(value, says) for value, says in others.items()]


def real_value(case: Case) -> pd.Series:
    """Each customer's worth in half a year less what the card lost from January to June 2026; money."""
    rows = values(case)
    gone = rows.index.isin(case.truth.defaults["customer_id"])
    return rows["value"] - LOSS * rows["owed"] * np.where(gone, 1.0, 0.0)


@BANK.question(
    "real_loss",
    "Which loss on cards came in truth from January to June 2026?",
    unit="dollars",
    tolerance=200,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = values(case)
    lost = float((rows["value"] - real_value(case)).sum())
    return lost, [
        Slip(float(rows["expected_loss"].sum()), "this was expected."),
        Slip(lost / LOSS, "of what is owed 60 % is lost."),
        Slip(float(len(case.truth.defaults)), "these are the defaults; the question asks for dollars."),
        Slip(lost - float(rows["expected_loss"].sum()), "this is by how much more was lost than expected."),
    ]
