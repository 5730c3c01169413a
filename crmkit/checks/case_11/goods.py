"""Questions of parts 1 and 2: nappies and beer, and which pairs are real."""

from __future__ import annotations

from typing import Any

import numpy as np

from crmkit import baskets
from crmkit.checks.case_11 import steps
from crmkit.checks.case_11.market import PAIR
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
BEST, MOST_Q = 10, 0.05
REPORTED, ANYHOW = 0.35, 0.25  # middle of the report; the question's own assumption


@BANK.question("both_baskets", f"In how many baskets do {PAIR[0]} and {PAIR[1]} lie together?", unit="baskets")
def _(case: Case) -> tuple[Any, list[Slip]]:
    counted = steps.together(case)
    lines = steps.sold(case)["item"].isin(PAIR).sum()
    kind = steps.sold(case)["item"].str.split().str[-1]
    any_kind = steps.sold(case).assign(kind=kind).groupby("basket_id")["kind"].agg(set)
    return counted["both"], [
        Slip(counted["nappies"], "these are the baskets with nappies; some hold no beer."),
        Slip(counted["beer"], "these are the baskets with beer; most hold no nappies."),
        Slip(int(lines), "these are lines; a basket with both has two of them."),
        Slip(
            int(any_kind.map({"nappies", "beer"}.issubset).sum()),
            "these hold nappies and beer of any pack; count the large packs alone.",
        ),
    ]


@BANK.question(
    "pair_confidence", f"Which share of the baskets with {PAIR[0]} holds {PAIR[1]} too?", unit="share", tolerance=0.002
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    n = steps.together(case)
    return n["both"] / n["nappies"], [
        Slip(n["both"] / n["beer"], "this is the way back: of the beer baskets, those with nappies."),
        Slip(
            n["both"] / n["all"], "this is the support: of all baskets, those with both. Divide by those with nappies."
        ),
        Slip(n["beer"] / n["all"], "this is the share of all baskets with beer."),
    ]


@BANK.question("pair_lift", "How large is the lift of this pair?", unit="times", tolerance=0.02)
def _(case: Case) -> tuple[Any, list[Slip]]:
    n = steps.together(case)
    confidence, base = n["both"] / n["nappies"], n["beer"] / n["all"]
    odds = n["both"] * (n["all"] - n["nappies"] - n["beer"] + n["both"])
    odds /= (n["nappies"] - n["both"]) * (n["beer"] - n["both"])
    return confidence / base, [
        Slip(
            confidence / (n["nappies"] / n["all"]), "divide by the share of all baskets that hold *beer*, not nappies."
        ),
        Slip(confidence - base, "this is a difference of shares; the lift is their ratio."),
        Slip(confidence, "this is the confidence; divide it by the share of all baskets that hold beer."),
        Slip(odds, "this is the odds ratio; the lift divides shares."),
    ]


@BANK.question("missing_figure", "Which figure does the report lack before its 30–40 % say anything of a pull?", options=(
    "how many nappies were sold", "which share of all baskets holds beer", "what beer and nappies cost",
    "which share of beer buyers buys nappies",
))  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "which share of all baskets holds beer", [
        Slip("how many nappies were sold", "that tells how sure the share is, not whether it is more than usual."),
        Slip("what beer and nappies cost", "needed for the money later; it does not tell whether they go together."),
        Slip("which share of beer buyers buys nappies", "the way back has the same gap: is it more than among all?"),
    ]


@BANK.question(
    "beyond_chance",
    "If 35 % of the nappy baskets and 25 % of all baskets hold beer, how many of 1,000 nappy baskets hold it beyond chance?",
    unit="baskets",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return 1_000 * (REPORTED - ANYHOW), [
        Slip(1_000 * REPORTED, "these hold beer; most would by chance, as baskets without nappies do."),
        Slip(1_000 * ANYHOW, "these hold it by chance; the question asks for those beyond."),
        Slip(REPORTED / ANYHOW, "this is the lift; the question asks for baskets of 1,000."),
        Slip(REPORTED - ANYHOW, "this is a share; the question asks for baskets of 1,000."),
    ]


def _again(case: Case) -> Any:
    return baskets.again(steps.sold(case), seed=steps.HALF_SEED, by="lift", best=BEST, least=steps.LEAST)


@BANK.question(
    "come_back",
    "Of the ten pairs with the largest lift in the first half, how many have q up to 0.05 in the second?",
    unit="pairs",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _again(case)
    return int((found["q_again"] <= MOST_Q).sum()), [
        Slip(int((found["q"] <= MOST_Q).sum()), "this is q of the half that chose them; take q_again."),
        Slip(int((found["lift_again"] > 1).sum()), "a lift above 1 alone is luck in every other pair; take q_again."),
        Slip(len(found), "these are all ten; some of them are not met again."),
    ]


@BANK.question(
    "tests_wasted",
    "At 20,000 yuan a shelf test, how much would testing these ten pairs spend on pairs that are not met again?",
    unit="yuan",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _again(case)
    held = int((found["q_again"] <= MOST_Q).sum())
    return steps.TEST_COST * (len(found) - held), [
        Slip(steps.TEST_COST * len(found), "this is the cost of all ten tests."),
        Slip(
            steps.TEST_COST * int((found["q"] > MOST_Q).sum()),
            "this is by q of the half that chose them; take q_again.",
        ),
        Slip(len(found) - held, "these are pairs; each costs 20,000 yuan to test."),
    ]


@BANK.question("pairs_believed", "How many pairs have q up to 0.05 in all baskets?", unit="pairs")
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.pairs(case)
    strict = baskets.pairs(steps.sold(case), min_support=steps.SUPPORT).attrs["tests"]
    return int((found["q"] <= MOST_Q).sum()), [
        Slip(
            int((found["p"] <= MOST_Q).sum()),
            "this is by p: it does not allow for looking at some 2,000 pairs; take q.",
        ),
        Slip(int((found["lift"] > 1).sum()), "these have a lift above 1; chance alone does that to every other pair."),
        Slip(
            int((found["p"] <= MOST_Q / strict).sum()),
            "these are by Bonferroni, which promises not one false pair; q promises few.",
        ),
    ]


@BANK.question(
    "pairs_within",
    "How many pairs have q up to 0.05 and an odds ratio above 1 among baskets of one size?",
    unit="pairs",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.within_size(case)
    above = found["odds_ratio"] > 1
    return int((above & (found["q"] <= MOST_Q)).sum()), [
        Slip(int((steps.pairs(case)["q"] <= MOST_Q).sum()), "this is without regard to size; take q of `differences`."),
        Slip(int((above & (found["p"] <= MOST_Q)).sum()), "this is by p; take q."),
        Slip(
            int((found["q"] <= MOST_Q).sum()),
            "some of these lie together *less* than by chance; ask for a ratio above 1.",
        ),
    ]


@BANK.question(
    "noise_of_ten",
    "In truth, how many of the ten pairs with the largest lift in all baskets are none of the planted rules?",
    unit="pairs",
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.pairs(case)
    top = found.nlargest(BEST, "lift")
    noise = int((baskets.kinds(top, case.truth.rules) == "noise").sum())
    by_q = int((baskets.kinds(found.nsmallest(BEST, "q"), case.truth.rules) == "noise").sum())
    return noise, [
        Slip(BEST, "these are all ten; some of them are planted."),
        Slip(by_q, "this is of the ten with the smallest q; rank by lift."),
        Slip(len(case.truth.rules), "this is how many rules were planted."),
        Slip(int(np.sum(top["q"] > MOST_Q)), "these have q above 0.05; look the pairs up in the truth."),
    ]
