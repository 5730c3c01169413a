"""Questions of part 1: who gets credit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit.checks.case_32.steps import ASKED, LOSS, MARGIN, YEAR, asked, by_card, by_tree, card, compared, desk, earned
from crmkit.checks.decision import Decision
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "cut_off",
    "Of 100 dollars lent 12 are earned if they are paid back, and 60 lost if not. Up to which chance of default does it pay?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return MARGIN / (MARGIN + LOSS), [
        Slip(MARGIN / LOSS, "these are the odds of default; the chance is 12 / (12 + 60)."),
        Slip(0.5, "this treats both mistakes alike; a default costs five times what a good loan earns."),
        Slip(LOSS / (MARGIN + LOSS), "so likely must paying back be; the question asks for default."),
        Slip(MARGIN, "this forgets the loss; set p x 60 equal to (1 - p) x 12."),
    ]


@BANK.question(
    "fifty",
    "A tree calls an applicant bad if default is more likely than not. What does it do at this bank?",
    options=(
        "it approves nobody",
        "it approves everyone, and is right for most",
        "it finds the defaults, since that is what it learns",
        "it does what the cut-off in money does",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "it approves everyone, and is right for most", [
        Slip("it approves nobody", "most pay back; it would be wrong for most."),
        Slip(
            "it finds the defaults, since that is what it learns",
            "it counts mistakes; in no group do most default, so calling all good makes fewest.",
        ),
        Slip("it does what the cut-off in money does", "that would need both mistakes to cost the same."),
    ]


@BANK.question(
    "desk_gain",
    "What would the desk's tree have earned from July to December 2024, over all its approvals?",
    unit="dollars",
    tolerance=3_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows, table = asked(case, "judge"), compared(case)["value"]
    yes = desk(rows)
    both = pd.concat([asked(case, "learn"), rows])
    return float(table["the desk"]), [
        Slip(float(table["everyone"]), "this approves everyone; keep whom the desk's tree approves."),
        Slip(float(MARGIN * rows.loc[yes, "amount"].sum()), "some of them default: there 60 of 100 are lost."),
        Slip(float((MARGIN * rows["amount"])[yes & rows["paid"]].sum()), "take off what is lost on those who default."),
        Slip(float(earned(both)[desk(both)].sum()), "this is the whole year; take July to December."),
        Slip(float(earned(rows)[yes].mean()), "this is the mean of an approval; the question asks for the sum."),
    ]


@BANK.question(
    "tree_adds",
    "By how much more than the desk's does the grown tree earn from July to December 2024?",
    unit="dollars",
    tolerance=3_000,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table, more = compared(case)["value"], compared(case, against="the desk")
    early = asked(case, "learn")
    return float(more.at["grown tree", "value"]), [
        Slip(float(table["grown tree"]), "this is all that it earns; take off the desk's."),
        Slip(
            float((earned(early) * (by_tree(case, early).astype(float) - desk(early))).sum()),
            "this is the half year that grew the tree; judge it on the other half.",
        ),
        Slip(float(more.at["scorecard", "value"]), "this is the scorecard."),
        Slip(float(table["grown tree"] - table["everyone"]), "this is against approving everyone."),
        Slip(float(more.at["grown tree", "low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "would_pay",
    "Of those whom the grown tree refuses from July to December, which share paid back?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = asked(case, "judge")
    no = ~by_tree(case, rows)
    refused = rows[no]
    return float(refused["paid"].mean()), [
        Slip(float(1 - refused["paid"].mean()), "this is the share that defaulted."),
        Slip(float(no.mean()), "this is the share that is refused."),
        Slip(
            float(no[rows["paid"]].mean()),
            "this is the share of the good ones who are refused; start from the refused.",
        ),
        Slip(float(rows.loc[~no, "paid"].mean()), "these are the approved."),
    ]


@BANK.question(
    "card_points",
    "By how many points does the scorecard put a home owner with a savings account above an applicant with neither, "
    "at the same income?",
    unit="points",
    tolerance=1.2,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    made = card(case)
    rows = pd.DataFrame({"income": 40_000, "savings_account": [True, False], "home_owner": [True, False]})
    each = made.points(rows[ASKED])
    gap = each.iloc[0] - each.iloc[1]
    return float(gap["total"]), [
        Slip(float(gap["savings_account"]), "this is the savings account alone; add the home."),
        Slip(float(gap["home_owner"]), "this is the home alone; add the savings account."),
        Slip(float(each["total"].iloc[0]), "these are the points of the first; take off those of the second."),
        Slip(float(gap["total"] / made.pdo), "so often the odds double; the question asks for points."),
    ]


@BANK.question(
    "blind",
    "In 2025 the desk refused by its tree. Why must a new tree not be learned from 2025 alone?",
    options=(
        "2025 had fewer applications",
        "of the refused nobody knows whether they would have paid back",
        "the refused all would have defaulted",
        "a tree cannot be learned twice",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "of the refused nobody knows whether they would have paid back", [
        Slip("2025 had fewer applications", "it had about as many; it is the outcomes that lack."),
        Slip("the refused all would have defaulted", "in the open year most of them paid back."),
        Slip("a tree cannot be learned twice", "it can, on whom one knows the outcome of."),
    ]


RULES = ("everyone", "the desk", "grown tree", "scorecard")


@BANK.question(
    "rule_signed",
    "Which rule earns most on the half year that grew none of them, by the best estimate?",
    options=RULES,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    earns = compared(case)["value"]
    right = str(earns.idxmax())
    says = {
        "everyone": "it is right most often, and its mistakes are the dear ones.",
        "the desk": "it was the rule so far; `case_32.compared(case)` has others that earn more.",
        "grown tree": "it asks fewest questions; here another rule earns more.",
        "scorecard": "it weighs all three answers, and yet another rule earns more here.",
    }
    return right, [Slip(name, says[name]) for name in RULES if name != right]


def profit(case: Case, answer: Any) -> float:
    """What this rule would earn on the applications of 2025, by the true chances, dollars."""
    earns, name = in_truth(case), str(answer).strip().lower()
    if name not in RULES:
        raise ValueError(f"there is no rule {name!r}; there are {', '.join(RULES)}")
    return earns[name]


def most(case: Case) -> str:
    """The rule of the four that earns most, if one knew every chance."""
    earns = in_truth(case)
    return max(RULES, key=lambda name: earns[name])


DECISION = Decision(
    "rule_signed",
    "dollars",
    profit,
    naive="everyone",
    naive_says="be right as often as possible: nobody is likelier to default than to pay, so approve everyone",
    best=most,
)


def in_truth(case: Case) -> dict[str, float]:
    """What each rule would earn on the applications of 2025, by the true chances; money."""
    rows = case.applications[case.applications["day"] >= YEAR]
    chance = rows["application_id"].map(case.truth.applications.set_index("application_id")["default_chance"])
    each = rows["amount"] * (MARGIN * (1 - chance) - LOSS * chance)
    everyone = np.ones(len(rows), dtype=bool)
    ways = {
        "everyone": everyone,
        "the desk": desk(rows),
        "grown tree": by_tree(case, rows),
        "scorecard": by_card(case, rows),
    }
    ways["if one knew"] = (chance < MARGIN / (MARGIN + LOSS)).to_numpy()
    return {name: float(each[np.asarray(yes)].sum()) for name, yes in ways.items()}


@BANK.question(
    "tree_in_truth",
    "By how much more than the desk's would the grown tree earn on the applications of 2025, by the true chances?",
    unit="dollars",
    tolerance=3_000,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = in_truth(case)
    return found["grown tree"] - found["the desk"], [
        Slip(found["grown tree"], "take off what the desk's tree earns."),
        Slip(float(compared(case, against="the desk").at["grown tree", "value"]), "this is the half year of 2024."),
        Slip(found["if one knew"] - found["the desk"], "this is what one would earn who knew every chance."),
        Slip(found["scorecard"] - found["the desk"], "this is the scorecard."),
    ]
