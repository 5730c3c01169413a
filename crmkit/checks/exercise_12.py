"""Questions of exercise 12: the methods of case 12 on a firm of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a chain of hotels:
nights to come, and a price for rooms).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from crmkit import clv, profit, segments
from crmkit.checks.case_12.steps import CATALOGUE, DECEMBER, JUNE, WELCOME, receipts
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import market
from crmkit.worlds import Case, Retail

BANK = Bank()
SHOP = Retail(customers=450, products=32, rules=(), start=dt.date(2023, 1, 1), days=1_096, campaign=None)
MONTHS, HOTELS, WEEKS_SEEN = 48, 12, 40
SEASON = np.array([0.7, 0.75, 0.9, 1.0, 1.1, 1.2, 1.3, 1.3, 1.1, 1.0, 0.8, 0.85])
OFF, AHEAD = 0.15, 3  # taken off the price of a room; months


def case(seed: int) -> Case:
    """A shop's receipts, its fairs and letters of last year, and the nights and prices of a chain of hotels."""
    shop, money, hotels = np.random.default_rng(seed).spawn(3)
    drawn = SHOP.draw(shop)
    joined = drawn.customers.set_index("customer_id")["joined"]
    log = receipts(drawn)
    members = pd.DataFrame({"joined": joined, "margin": log.groupby("customer_id")["margin"].sum()})
    return Case(
        {
            "transactions": drawn.transactions,
            "members": members.reset_index(),
            "efforts": _efforts(money),
            **_hotels(hotels),
        },
        name="exercise-12",
        seed=seed,
    )


def _efforts(rng: np.random.Generator) -> pd.DataFrame:
    """Winning and keeping last year: people, money on each, share reached, and the most that any money would reach."""
    won, kept = rng.uniform(0.05, 0.12), rng.uniform(0.55, 0.70)
    rows = {
        "winning": (int(rng.integers(3_000, 9_000)), rng.uniform(3, 9), won, won + rng.uniform(0.04, 0.12)),
        "keeping": (int(rng.integers(800, 2_000)), rng.uniform(15, 40), kept, kept + rng.uniform(0.08, 0.2)),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["people", "spend", "share", "ceiling"])
    return table.round({"spend": 2, "share": 3, "ceiling": 3}).rename_axis("effort").reset_index()


def _hotels(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Nights sold a month; prices and nights of twelve hotels a week; price and cost of a night today."""
    size, growth = rng.uniform(800, 3_000), rng.uniform(0.004, 0.012)
    mean = size * np.exp(growth * np.arange(MONTHS)) * np.tile(SEASON, MONTHS // 12)
    months = pd.period_range("2022-01", periods=MONTHS, freq="M")
    nights = pd.DataFrame({"month": months, "nights": rng.poisson(mean * rng.normal(1, 0.03, MONTHS).clip(0.5))})
    hotel, week = np.repeat(np.arange(HOTELS), WEEKS_SEEN), np.tile(np.arange(WEEKS_SEEN), HOTELS)
    shelf = rng.uniform(60, 140, HOTELS)
    price = (shelf[hotel] * rng.choice([1.0, 0.95, 0.9, 0.8], len(hotel))).round(0)
    steep = rng.uniform(1.0, 2.2)
    sold = rng.poisson(rng.uniform(20, 60, HOTELS)[hotel] * (price / shelf[hotel]) ** -steep)
    weeks = pd.DataFrame({"hotel": hotel, "week": week, "price": price, "nights": sold})
    room = pd.DataFrame({"price": [round(rng.uniform(80, 120))], "cost": [round(rng.uniform(25, 50))]})
    return {"nights": nights, "hotels": weeks, "room": room}


@BANK.question(
    "losing_share",
    "Which share of the members has cost more than they brought, at 60 yuan for the welcome and 20 yuan a year?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    years = (case.transactions["day"].max() - case.members["joined"]).dt.days / 365.25
    margin = case.members["margin"]
    loss = float((margin < WELCOME + CATALOGUE * years).mean())
    return loss, [
        Slip(1 - loss, "this is the other side: those who brought more than they cost."),
        Slip(float((margin < CATALOGUE * years).mean()), "the welcome is missing: it was paid for every member."),
        Slip(float((margin < 0).mean()), "no cost is taken off."),
    ]


def _buyers(case: Case, year: int) -> pd.Index:
    log = case.transactions
    return pd.Index(log.loc[(log["day"].dt.year == year) & (log["amount"] > 0), "customer_id"].unique())


@BANK.question(
    "kept_share", "Of the members who bought in 2024, which share bought in 2025 too?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    before, now = _buyers(case, 2024), _buyers(case, 2025)
    both = len(before.intersection(now))
    return both / len(before), [
        Slip(both / len(now), "this divides by the buyers of 2025; who is new there was never to be kept."),
        Slip(len(now) / len(before), "new members are counted as kept; take those who bought in both years."),
        Slip(both / len(case.members), "this divides by all members; divide by the buyers of 2024."),
        Slip(1 - both / len(before), "these did not come again."),
    ]


def _reach(case: Case, effort: str) -> tuple[profit.Reach, pd.Series]:
    row = case.efforts.set_index("effort").loc[effort]
    return profit.Reach.through(spend=row["spend"], share=row["share"], ceiling=row["ceiling"]), row


@BANK.question(
    "next_one_costs", "What does the next new member cost, at last year's spending?", unit="yuan", tolerance=0.05
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    won, row = _reach(case, "winning")
    return float(1 / (won.ceiling * won.rate * np.exp(-won.rate * row["spend"]))), [
        Slip(float(row["spend"] / row["share"]), "this is the mean cost of those won; the next one is dearer."),
        Slip(
            float(1 / (won.ceiling * won.rate)),
            "this is the cost of the very first one; take the slope at today's spending.",
        ),
        Slip(float(row["spend"] / row["ceiling"]), "this divides by the ceiling, which no spending reaches."),
    ]


@BANK.question(
    "still_members",
    "How many members may be expected to be customers still, by the BG/NBD model? Add up the chances.",
    unit="members",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    history = clv.history(case.transactions)
    alive = clv.fit_bgnbd(history).model.p_alive(history)
    return float(alive.sum()), [
        Slip(float((alive > 0.5).sum()), "these have a chance above one half; add up the chances instead."),
        Slip(float(len(_buyers(case, 2025))), "these bought in 2025; some have left since, some come seldom."),
        Slip(float(len(history)), "these are all who ever bought."),
        Slip(float(alive.mean()), "this is a share; the question asks for members."),
    ]


def _split(case: Case, *, budget: float = 60_000.0, margin: float = 300.0) -> pd.DataFrame:
    won, first = _reach(case, "winning")
    kept, second = _reach(case, "keeping")
    same = {"prospects": first["people"], "customers": second["people"], "discount": 0.1}
    return profit.split(won, kept, **same, budget=budget, margin=margin)


@BANK.question(
    "split_loss",
    "Budget 60,000 yuan, margin 300 yuan a member and year, discount 10 %: how much equity does half and half give up "
    "against the best split?",
    unit="yuan",
    tolerance=20.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = _split(case)
    best, half = table.loc[table.attrs["best"]], table.loc[0.5]
    return float(best["equity"] - half["equity"]), [
        Slip(float(best["equity"]), "this is the equity of the best split; take off that of half and half."),
        Slip(float(best["old"] - half["old"]), "these are the present members alone; add what changes with the new."),
        Slip(float(best["equity"] - table["equity"].iloc[-1]), "this is against everything for winning."),
        Slip(float(best["equity"] - table["equity"].iloc[0]), "this is against nothing for winning."),
    ]


@BANK.question(
    "loyal_rose",
    "Of the loyal members of 30 June 2025, which share were champions on 31 December 2025?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    moved = segments.migration(case.transactions, JUNE, DECEMBER).set_index(["before", "after"])
    rose = moved.loc[("loyal", "champions")]
    arrived = moved.xs("champions", level="after")["customers"].sum()
    return float(rose["share"]), [
        Slip(float(rose["customers"] / arrived), "this divides by December's champions; divide by June's loyal."),
        Slip(float(moved.loc[("champions", "loyal"), "share"]), "this is the other way: champions who fell to loyal."),
        Slip(float(moved.loc[("loyal", "loyal"), "share"]), "these stayed loyal."),
        Slip(float(rose["customers"]), "this is a number of members; divide by June's loyal."),
    ]


@BANK.question(
    "spring_nights",
    "How many nights will be sold in the next three months together, by smoothing with the season?",
    unit="nights",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    nights = case.nights.set_index("month")["nights"].astype(float)

    def told(**options: Any) -> float:
        return float(market.forecast(nights, horizon=AHEAD, **options)["forecast"].sum())

    right = told(season=12)
    return right, [
        Slip(told(season=12, method="seasonal"), "this is last year's quarter; the chain has grown."),
        Slip(told(method="last"), "this is the last month three times over."),
        Slip(told(), "the season is left out; say season=12."),
        Slip(right / AHEAD, "this is the mean month; the question asks for the three together."),
    ]


def _room(case: Case) -> tuple[float, float]:
    return float(case.room["price"].iloc[0]), float(case.room["cost"].iloc[0])


@BANK.question(
    "room_break_even",
    "At 15 % off, how many times as many nights must be sold for the profit to stay the same?",
    unit="times",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    price, cost = _room(case)
    return (price - cost) / (price * (1 - OFF) - cost), [
        Slip(1 / (1 - OFF), "this keeps the sales in money; the night must be paid for, too. Divide margins."),
        Slip(1 + OFF, "15 % more does not make up for 15 % off: only the margin counts."),
        Slip((price * (1 - OFF) - cost) / (price - cost), "upside down: the margin of today over the margin after."),
    ]


@BANK.question(
    "room_profit",
    "By which share does the profit of rooms change at 15 % off, by the elasticity over all hotels?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    price, cost = _room(case)
    found = market.elasticity(case.hotels, item="hotel", pieces="nights").iloc[0]
    steep = float(found["elasticity"])
    rise, margins = (1 - OFF) ** -steep, (price * (1 - OFF) - cost) / (price - cost)
    return rise * margins - 1, [
        Slip(rise - 1, "this is the rise in nights; each of them leaves less."),
        Slip(rise * (1 - OFF) - 1, "these are sales in money; take off what a night costs."),
        Slip(margins - 1, "no night more is sold here; demand answers the price."),
        Slip(1 - rise * margins, "the sign: above 0 is a gain."),
    ]
