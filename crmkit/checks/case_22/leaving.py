"""Questions of parts 3 and 4: what the market moves, who leaves, and what a reported chance would need."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit.checks.case_22.steps import (
    KNOWN,
    PORTABLE,
    REPORTED,
    REPORTED_CHANCE,
    comparison,
    hazard,
    learned_from,
    model,
    watched,
)
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import response
from crmkit.worlds import Case

BANK = Bank()


def _ratio(case: Case, *, after: bool, prepaid: bool) -> float:
    """Leaving a month from May 2025 on, as a multiple of that before."""
    rows = watched(case)
    own = rows[rows["prepaid"] == prepaid]
    late = own["month"] >= PORTABLE
    ratio = own.loc[late, "leaves"].mean() / own.loc[~late, "leaves"].mean()
    return float(ratio if after else 1 / ratio)


@BANK.question(
    "free_numbers",
    "By which factor did free numbers raise the odds of a postpaid customer to leave in a month, by the fit?",
    unit="factor, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = hazard(case).coefficients
    return float(table.loc["portable", "ratio"]), [
        Slip(float(table.loc["portable", "estimate"]), "this is on the scale of log-odds; take its exponential."),
        Slip(float(table.loc["war", "ratio"]), "this is the price war's."),
        Slip(
            _ratio(case, after=True, prepaid=False),
            "before and after alone: the war began before May, too, and part of the rise is its.",
        ),
        Slip(
            float(np.exp(table.loc[["war", "portable"], "estimate"].sum())),
            "this is the war and free numbers together.",
        ),
    ]


@BANK.question(
    "who_tells",
    "A rival cuts prices and numbers become free on the very same day. What could still tell the two apart?",
    options=(
        "nothing could",
        "prepaid customers, whom free numbers do not touch",
        "a longer series of months",
        "the size of the two coefficients",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "prepaid customers, whom free numbers do not touch", [
        Slip("nothing could", "a group that only one of the two touches can: compare what prepaid and postpaid did."),
        Slip("a longer series of months", "both stay on, month after month; longer does not part them."),
        Slip(
            "the size of the two coefficients",
            "without a group that only one touches there is one coefficient, for both.",
        ),
    ]


@BANK.question(
    "needed_month",
    f"If {REPORTED_CHANCE:.2f} is the chance to leave within a year, and each month is alike: which chance a month is that?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    stays = 1 - REPORTED_CHANCE
    return 1 - stays ** (1 / 12), [
        Slip(
            REPORTED_CHANCE / 12, "who has left cannot leave again: chances do not add up, shares that stay multiply."
        ),
        Slip(stays ** (1 / 12), "this is the share that stays in a month."),
        Slip(1 - stays ** (1 / 3), "this is for three months; the question says a year."),
        Slip(REPORTED_CHANCE ** (1 / 12), "twelve times leaving: take the root of the share that stays."),
    ]


@BANK.question(
    "auc_unseen",
    "What is the AUC of the logistic model on customers that it did not learn from?",
    unit="AUC, three decimals",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows, found = learned_from(case), comparison(case).measures.set_index(["model", "measure"])["value"]
    eager = response.fit(rows[KNOWN], rows["leaves"], kind="boosting", seed=1)
    from crmkit.targeting.response.measures import auc

    own = auc(eager.score(rows[KNOWN]).to_numpy(), rows["leaves"].to_numpy(dtype=float)).value
    return float(found["logistic", "auc"]), [
        Slip(float(own), "this is boosting on the customers it learned from: it remembers them."),
        Slip(float(found["boosting", "auc"]), "this is boosting; take the logistic model."),
        Slip(float(found["logistic", "brier"]), "this is the Brier score, an error: small is good."),
        Slip(
            1 - float(rows["leaves"].mean()),
            "so often 'stays' is right for everyone; the AUC asks who is ranked above whom.",
        ),
    ]


@BANK.question(
    "profile_chance",
    "What does the model say: the chance that this man leaves within three months?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    fitted = model(case)
    chance = fitted.profile(**REPORTED)
    ends = fitted.interval(fitted.described(**REPORTED)).iloc[0]
    return chance, [
        Slip(REPORTED_CHANCE, "this is what the courseware reports; ask the model."),
        Slip(float(ends["high"]), "this is the upper end of the interval."),
        Slip(fitted.base_rate, "this is the share of all who leave."),
        Slip(fitted.profile(**(REPORTED | {"prepaid": False})), "he pays before use: prepaid is True."),
    ]
