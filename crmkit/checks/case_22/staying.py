"""Questions of part 5 and the envelope: what an offer changes, to whom it goes, what it brings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import targeting
from crmkit.checks.case_22.steps import COST, MARGIN, OFFERS, base, lists, offer, shortfall, trial_rows, true_gain
from crmkit.checks.decision import Decision, chosen
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
NAIVE_BRAND = "Go prepaid"


def _trial(case: Case) -> pd.DataFrame:
    return targeting.trial(trial_rows(case), outcome="stays", group="group").set_index("group")


def _of(case: Case, name: str, column: str = "gain") -> float:
    return float(offer(case).customers.loc[lists(case)[name], column].sum())


@BANK.question(
    "kept_postpaid",
    "Of 100 postpaid customers, how many more stayed for three months with the offer than without?",
    unit="customers, one decimal",
    tolerance=0.06,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _trial(case)
    post, pre = found.loc["postpaid"], found.loc["prepaid"]
    return float(100 * post["uplift"]), [
        Slip(float(100 * post["treated_mean"]), "so many stayed with it; most of them would have stayed anyway."),
        Slip(float(100 * pre["uplift"]), "these are the prepaid."),
        Slip(float(-100 * post["uplift"]), "the difference is with the offer less without: more stayed with it."),
        Slip(
            float(100 * post["uplift"] / (1 - post["control_mean"])),
            "this is the share of the leavers that was kept; the question asks of 100 customers.",
        ),
        Slip(float(post["uplift"]), "this is a share; the question asks of 100 customers."),
    ]


def _by_brand(case: Case, values: pd.Series) -> pd.Series:
    return values.groupby(base(case)["brand"].astype(str)).mean()


@BANK.question(
    "offer_brands",
    "To which brands do you make the offer, if it goes to whole brands and only where the mean gain is above 0? Give a list.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    now, rows = base(case), offer(case).customers
    mean = _by_brand(case, rows["gain"])
    leaves, value = _by_brand(case, rows["leaves"]), _by_brand(case, now["worth"])
    naive = _by_brand(case, rows["leaves"] * now["worth"] - COST)
    return frozenset(mean.index[mean > 0]), [
        Slip(frozenset([leaves.idxmax()]), "these are likeliest to leave; what counts is whom the offer keeps."),
        Slip(frozenset([value.idxmax()]), "these are worth most; look where else the mean gain is above 0."),
        Slip(
            frozenset(naive.index[naive > 0]),
            "this takes everyone for kept who would leave; the offer keeps only some of them.",
        ),
        Slip(frozenset(), "the mean gain is above 0 for some brands."),
    ]


@BANK.question(
    "same_people",
    f"Which share of the {OFFERS} likeliest to leave are also on the list of the highest gain?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    both = lists(case)
    likely, best = both["likeliest to leave"], both["highest gain"]
    rows = offer(case).customers
    common = len(likely.intersection(best))
    return common / len(likely), [
        Slip(1 - common / len(likely), "these are the ones that are on one list only."),
        Slip(
            float(rows.loc[likely, "offered"].mean()),
            "these are those for whom the offer pays; the list of the highest gain is shorter.",
        ),
        Slip(common / len(likely.union(best)), "divide by one list, not by both together."),
        Slip(float(common), "this is a number; divide by the length of the list."),
    ]


@BANK.question(
    "list_gain",
    f"Which gain do the estimates promise for offers to the {OFFERS} with the highest gain?",
    unit="yuan",
    tolerance=60,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    right = _of(case, "highest gain")
    number = len(lists(case)["highest gain"])
    return right, [
        Slip(_of(case, "likeliest to leave"), "this is the list of those likeliest to leave."),
        Slip(right + COST * number, "take off what the offers cost."),
        Slip(offer(case).gain, f"this is everyone whom it pays to ask; the budget is for {OFFERS}."),
        Slip(_of(case, "highest gain", "low"), "this is the lower end of the interval."),
        Slip((right + COST * number) / MARGIN - COST * number, "these are bills; 40 % of them is margin."),
    ]


@BANK.question(
    "family_break_even",
    "Up to which cost does an offer to all of the brand Family pay, by the best estimate?",
    unit="yuan an offer",
    tolerance=0.3,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    now, rows = base(case), offer(case).customers
    own = now["brand"] == "Family"
    value = now.loc[own, "worth"]
    kept = (rows["leaves"] - rows["leaves_with"])[own]
    return float((kept * value).mean()), [
        Slip(float(rows.loc[own, "gain"].mean()), "this is the gain at a cost of 20; add the cost again."),
        Slip(
            float((rows["leaves"][own] * value).mean()),
            "this takes every leaver for kept; some leave with the offer, too.",
        ),
        Slip(float((kept * value).mean() / MARGIN), "these are bills; 40 % of them is margin."),
        Slip(float(rows.loc[own, "low"].mean() + COST), "this is the lower end of the interval."),
    ]


@BANK.question(
    "real_gain",
    f"Which gain do the {OFFERS} offers with the highest gain bring in truth?",
    unit="yuan",
    tolerance=60,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    true, both = true_gain(case), lists(case)
    real, promised = float(true[both["highest gain"]].sum()), _of(case, "highest gain")
    return real, [
        Slip(promised, "this is the promise; put the true gain of each in its place."),
        Slip(float(true[both["likeliest to leave"]].sum()), "this is what the naive list brings."),
        Slip(promised - real, "this is by how much the promise was too high."),
        Slip(real + COST * len(both["highest gain"]), "take off what the offers cost."),
        Slip(float(true.sum()), "this is an offer to everyone."),
    ]


@BANK.question(
    "rule_costs",
    "How much of the promise was owed to finance's rule, twelve full months of bills, alone?",
    unit="yuan",
    tolerance=60,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    left = shortfall(case)
    first, effect, chances, bills = (float(one) for one in left)
    return chances - bills, [
        Slip(first - bills, "this is all that did not come; the rule is the last step of it."),
        Slip(first - effect, "this is the luck of the trial."),
        Slip(effect - bills, "this takes the wrong chances in; only the last step is the rule's."),
        Slip(bills, "this is what came."),
    ]


def profit(case: Case, answer: Any) -> float:
    """What an offer to everyone of these brands brings in truth, yuan."""
    brand = base(case)["brand"].astype(str).str.lower()
    return float(true_gain(case)[brand.isin(chosen(answer, sorted(set(brand)), what="brand"))].sum())


def best(case: Case) -> frozenset[str]:
    """The brands whose customers are worth an offer on average, if one knew."""
    mean = _by_brand(case, true_gain(case))
    return frozenset(mean.index[mean > 0])


DECISION = Decision(
    "offer_brands",
    "yuan",
    profit,
    naive=frozenset({NAIVE_BRAND}),
    naive_says="make the offer to the brand that loses most customers",
    best=best,
)
