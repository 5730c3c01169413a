"""Questions of part 4: recipes, tea, a doubtful share of a market, and the next offer."""

from __future__ import annotations

from typing import Any

from crmkit import baskets
from crmkit.checks.case_11 import steps
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
CLAIM, RIVALS, OWN = 0.80, 0.20, 0.30  # as the Lipton case reports; the question's own assumptions


@BANK.question(
    "tea_after_recipe", "How many times as often as after any page is tea the next page after recipes?", unit="times",
    tolerance=0.01,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = baskets.transitions(case.visits, customer="session_id", when="step", item="page")
    step = found.set_index(["from", "to"])
    row = step.loc[("recipes", "tea")]
    return float(row["lift"]), [
        Slip(float(row["share"]), "this is the share of the steps from recipes; divide by the base."),
        Slip(float(row["base"]), "this is the share of all steps that lead to tea."),
        Slip(float(step.loc[("home", "recipes"), "lift"]), "this is the step from home to recipes."),
        Slip(float(row["lift_high"]), "this is the upper end of its interval."),
    ]


@BANK.question(
    "recipe_odds",
    "How many times as high are the odds of an order from the tea page after a recipe, within each member?",
    unit="times",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    views, visits = steps.tea_views(case), steps.visits(case)
    right = baskets.within(views, group="customer_id")
    return right.odds_ratio, [
        Slip(
            baskets.within(visits).odds_ratio,
            "this compares whole visits of all members: fans, and visits that ended before a recipe could come.",
        ),
        Slip(baskets.within(visits, group="customer_id").odds_ratio, "these are visits; take views of the tea page."),
        Slip(baskets.within(views).odds_ratio, "here fans are compared with others; say group='customer_id'."),
        Slip(right.share_with / right.share_without, "this is a ratio of shares over all members; take odds_ratio."),
        Slip(1 / right.odds_ratio, "turned round: with a recipe over without."),
    ]


@BANK.question("why_less", "Why is the ratio lower within members than over all visits?", options=(
    "there are fewer rows within members", "who likes recipes orders more anyhow, and so do long visits",
    "recipes put people off", "odds are always lower than shares",
))  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "who likes recipes orders more anyhow, and so do long visits", [
        Slip("there are fewer rows within members", "fewer rows widen the interval; they do not move the middle."),
        Slip("recipes put people off", "then the ratio would be below 1."),
        Slip("odds are always lower than shares", "odds are higher than shares; and both comparisons use odds here."),
    ]


@BANK.question(
    "tea_elsewhere",
    "If 20 % of the world's bagged tea is drunk where the brand holds 30 %, which share must it hold elsewhere for 80 % in all?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return (CLAIM - RIVALS * OWN) / (1 - RIVALS), [
        Slip(CLAIM - RIVALS * OWN, "this is what must come from elsewhere; divide by the share of tea drunk there."),
        Slip(CLAIM, "elsewhere must make up for what is lacking in the rivals' homes."),
        Slip(CLAIM / (1 - RIVALS), "take off what the brand sells in the rivals' homes."),
    ]


@BANK.question(
    "offer_lift", "How many times the hit rate of popularity do offers by cosine reach?", unit="times", tolerance=0.005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.judged(case)
    return float(found.loc["cosine", "lift"]), [
        Slip(float(found.loc["cosine", "hit_rate"]), "this is a hit rate; divide by that of popularity."),
        Slip(float(found.loc["lift", "lift"]), "these are the offers by lift."),
        Slip(float(found.loc["cosine", "lift_low"]), "this is the lower end of the interval."),
        Slip(
            float(found.loc["cosine", "hit_rate"] - found.loc["popularity", "hit_rate"]),
            "this is a difference of shares; the question asks how many times.",
        ),
    ]


@BANK.question(
    "lift_offers_money", "How much does a member bring if the three offers are chosen by lift, at 8 yuan a member?",
    unit="yuan", tolerance=0.05,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.judged(case)
    return float(found.loc["lift", "profit"]), [
        Slip(float(found.loc["popularity", "profit"]), "these are the offers by popularity."),
        Slip(float(found.loc["lift", "profit"] + steps.OFFER_COST), "this is before the cost of 8 yuan a member."),
        Slip(float(found.loc["cosine", "profit"]), "these are the offers by cosine."),
        Slip(float(found.loc["lift", "profit"] * found["customers"].iloc[0]), "these are all members together."),
    ]
