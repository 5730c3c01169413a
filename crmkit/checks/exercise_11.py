"""Questions of exercise 11: the methods of case 11 on a chain of one's own.

Three grades: repeat (same question, own data), vary (another question, own data),
transfer (a travel agency in the place of the supermarket).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crmkit import baskets
from crmkit.checks.case_11 import BANK as CASE_11
from crmkit.checks.case_11 import steps
from crmkit.checks.case_11.market import PAIR, world
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case, Kind, Retail
from crmkit.worlds.retail.catalogue import Category
from crmkit.worlds.retail.knobs import ShelfTest
from crmkit.worlds.retail.picks import PlantedRule

BANK = Bank()
MEMBERS, TRAVELLERS = 140, 500
HALF_SEED = 3
UNTIL, OFFERS, MARGIN, COST = "2024-12-31", 2, 30.0, 4.0
PASS, COVER = "mountain ski pass", "mountain insurance"
# Few bookings a year, several things in each.
AGENCY = Retail(
    customers=TRAVELLERS,
    kinds=(
        Kind("family", 0.40, 1.5, 3.0, 0.15, 2.0, 3.0, 1.0, 0.0),
        Kind("weekender", 0.35, 3.0, 2.0, 0.30, 2.0, 2.0, 0.5, 0.0),
        Kind("firm", 0.25, 4.0, 3.0, 0.10, 2.0, 2.5, 0.2, 0.0),
    ),
    categories=(
        Category("journeys", ("flight", "train", "coach", "ferry"), 900.0),
        Category("stays", ("hotel", "hostel", "flat", "camp"), 700.0),
        Category("cover", ("insurance", "cancellation", "luggage", "car hire"), 150.0),
        Category("fun", ("museum", "ski pass", "surf lesson", "guide"), 200.0),
    ),
    styles=("city", "beach", "mountain", "lake"),
    rules=(PlantedRule(PASS, COVER, 0.35), PlantedRule("beach flight", "beach car hire", 0.20)),
    campaign=None,
    season=(1.0, 0.9, 0.8, 0.9, 1.0, 1.1, 1.2, 1.1, 0.9, 0.9, 1.0, 1.2),
    return_share=0.0,
    # In half of the branches the two are offered in one breath, from the week after the first ten.
    shelf=ShelfTest(items=(PASS, COVER), lifts=(0.05, 0.25), weekly_pieces=(12.0, 20.0), stores=30, weeks=20),
)


def case(seed: int) -> Case:
    """A supermarket of one's own, and the bookings and branch test of a travel agency."""
    shop, agency = np.random.default_rng(seed).spawn(2)
    own, travel = world(MEMBERS).draw(shop), AGENCY.draw(agency)
    bookings = travel.lines.merge(travel.transactions, left_on="basket_id", right_on="transaction_id")
    bookings = bookings[["customer_id", "basket_id", "day", "item"]]
    return Case({**own.frames, "bookings": bookings, "desks": travel.shelf}, name="exercise-11", seed=seed)


for _name in ("pair_confidence", "pair_lift", "beer_rise", "recipe_odds"):
    # Three digits are asked for here: the slips of a small chain lie close to the answer.
    BANK[_name] = replace(CASE_11[_name], tolerance=0.001)


@BANK.question(
    "met_again",
    f"Of the ten pairs with the largest lift in the first half (seed {HALF_SEED}), how large is the mean lift in the second?",
    unit="times",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = baskets.again(steps.sold(case), seed=HALF_SEED, best=10)
    return float(found["lift_again"].mean()), [
        Slip(float(found["lift"].mean()), "this is in the half that chose them; take lift_again."),
        Slip(float(found["again_low"].mean()), "these are the lower ends of the intervals; take lift_again."),
        Slip(float(found["lift_again"].max()), "this is the largest of the ten; take their mean."),
    ]


@BANK.question(
    "within_size", "How large is the odds ratio of large nappies and large beer among baskets of one size?", unit="times",
    tolerance=0.005,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    lines = steps.sold(case)
    rule = pd.DataFrame({"antecedent": [PAIR[:1]], "consequent": [PAIR[1:]]})
    inside = baskets.differences(baskets.by_group(rule, lines, steps.sizes(case))).iloc[0]
    every = baskets.differences(baskets.by_group(rule, lines, 0 * steps.sizes(case))).iloc[0]
    counted = steps.together(case)
    lift = counted["both"] * counted["all"] / (counted["nappies"] * counted["beer"])
    return float(inside["odds_ratio"]), [
        Slip(float(every["odds_ratio"]), "this is over all baskets; give the size of each basket as its group."),
        Slip(lift, "this is the lift over all baskets."),
        Slip(float(inside["low"]), "this is the lower end of the interval."),
    ]


@BANK.question(
    "most_cost", "Up to which cost a store and week does the move pay in the mean moved store, by the best estimate?",
    unit="yuan", tolerance=0.5,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = steps.shelf(case)
    return found.gain, [
        Slip(found.naive_gain, "this is by the calendar; take the gain against the control."),
        Slip(found.gain_low, "this is the lower end; the question asks for the best estimate."),
        Slip(found.base, "this is the margin without the move; times the rise it is the gain."),
    ]


def _booked(case: Case) -> tuple[int, int, int, int]:
    held = case.bookings.groupby("item")["basket_id"].agg(set)
    first, second = held[PASS], held[COVER]
    return case.bookings["basket_id"].nunique(), len(first), len(second), len(first & second)


@BANK.question(
    "insured_beyond",
    "Of 1,000 bookings with a mountain ski pass, how many hold mountain insurance beyond chance?",
    unit="bookings",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    n, first, second, both = _booked(case)
    return 1_000 * (both / first - second / n), [
        Slip(1_000 * both / first, "these hold insurance; take off those that would anyhow."),
        Slip(1_000 * (both / second - first / n), "turned round: this is of 1,000 bookings with insurance."),
        Slip(both * n / (first * second), "this is the lift; the question asks for bookings of 1,000."),
        Slip(both / first - second / n, "this is a share; times 1,000."),
    ]


@BANK.question(
    "insurance_rise", "By which share did offering both in one breath raise the sales of mountain insurance?", unit="share",
    tolerance=0.001,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = baskets.shelf_test(case.desks)
    return float(found.loc[COVER, "lift"]), [
        Slip(float(found.loc[COVER, "naive"]), "this is after over before; spring is in it. Take lift."),
        Slip(float(found.loc[PASS, "lift"]), "these are the ski passes."),
        Slip(float(found.loc[COVER, "high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "offer_money",
    "Two offers a traveller by popularity, chosen at the end of 2024: how much does a traveller bring, at 30 a hit and 4 of cost?",
    unit="yuan",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = baskets.judge(case.bookings, UNTIL, ways=["popularity", "lift"], top=OFFERS, margin=MARGIN, cost=COST)
    money = found["profit"]
    return float(money["popularity"]), [
        Slip(float(money["lift"]), "these are offers by lift."),
        Slip(float(money["popularity"] + COST), "this is before the cost of 4 a traveller."),
        Slip(float(found.loc["popularity", "profit_low"]), "this is the lower end of the interval."),
    ]
