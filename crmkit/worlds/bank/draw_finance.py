"""Brokers and their trades; motor policies and their claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import DAYS_A_YEAR, categories
from crmkit.worlds.bank.draw_service import ranks
from crmkit.worlds.bank.parts import SECURITIES, unit_shares
from crmkit.worlds.people import draw_people, pools

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_accounts import Accounts
    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

FIRST_BROKER, FIRST_POLICY = 901, 700_001
SIDES = ("buy", "sell")
GRADES = ("under 30", "30 and over")
YOUNG = 30
FIRM_WORDS = ("Power", "Steel", "Foods", "Software", "Shipping", "Bank", "Textiles", "Pharma")


def brokerage_frames(
    world: Bank,
    known: Clients,
    accounts: Accounts,
    calendar: Calendar,
    assign: np.random.Generator,
    trade: np.random.Generator,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Brokers, books and trades, and the truth of brokers and traders."""
    import pandas as pd

    plan = world.brokerage
    account = np.flatnonzero(accounts.product == [one.name for one in world.offer].index(SECURITIES))
    who = accounts.who[account]
    factor = np.exp(plan.skill * assign.standard_normal(plan.brokers))
    share = ranks(plan.brokers, plan.size_slope)[assign.permutation(plan.brokers)]
    broker = assign.choice(plan.brokers, size=len(who), p=share)
    ids = FIRST_BROKER + np.arange(plan.brokers)
    own = plan.trades_per_year * assign.gamma(plan.trade_shape, 1 / plan.trade_shape, size=len(who))
    people = draw_people(ids, world.locale, assign)

    begin, end = accounts.opened[account], np.minimum(known.left[who], calendar.days)
    rate = own * factor[broker]
    count = trade.poisson(rate * (end - begin) / DAYS_A_YEAR)
    row = np.repeat(np.arange(len(who)), count)
    when = begin[row] + (end - begin)[row] * trade.random(len(row))
    order = np.argsort(when, kind="stable")
    row, when = row[order], np.minimum(np.floor(when[order]), calendar.days - 1)
    n = len(row)
    online = trade.random(n) < plan.online_share
    size = plan.trade_incomes * known.income[who[row]] * np.exp(plan.trade_spread * trade.standard_normal(n))
    cents = np.maximum(np.rint(size * 100), 100)
    taken = np.where(online, plan.online_commission, plan.commission)
    commission = np.rint(np.maximum(cents * taken, plan.least_commission * 100)) / 100
    side = trade.integers(2, size=n)
    title = trade.choice(plan.titles, size=n, p=ranks(plan.titles, 0.8))
    names = titles(plan.titles)
    frames = {
        "brokers": pd.DataFrame({"broker_id": ids, "name": people["name"]}),
        "books": pd.DataFrame({"customer_id": known.ids[who], "broker_id": ids[broker]}),
        "trades": pd.DataFrame(
            {
                "trade_id": 1 + np.arange(n),
                "customer_id": known.ids[who[row]],
                "broker_id": ids[broker[row]],
                "day": calendar.date(when),
                "title": categories(names, title),
                "side": categories(SIDES, side),
                "online": online,
                "amount": cents / 100,
                "commission": commission,
            }
        ),
    }
    truth = {
        "brokers": pd.DataFrame({"broker_id": ids, "factor": factor, "book_share": share}),
        "traders": pd.DataFrame({"customer_id": known.ids[who], "trades_per_year": rate, "trades_per_year_alone": own}),
    }
    return frames, truth


def titles(count: int) -> list[str]:
    """Invented firms: a last name and a word, always the same ones."""
    last = pools("en_US").last
    return [f"{last[at % len(last)]} {FIRM_WORDS[(at + at // len(last)) % len(FIRM_WORDS)]}" for at in range(count)]


def insurance_frames(
    world: Bank, known: Clients, calendar: Calendar, write: np.random.Generator, damage: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Policies and claims, and the class behind each policy (truth.bank.policies)."""
    import pandas as pd

    book = world.insurance
    n = len(known)
    insured = write.random(n) < book.policy_share
    wait = np.where(known.existing, 0.0, write.random(n) * 60)  # who joins takes a policy within two months
    chance, spread = write.random(n), write.random(n)
    begin = known.joined + wait
    who = np.flatnonzero(insured & (begin < np.minimum(known.left, calendar.days)))
    begin, end = begin[who], np.minimum(known.left[who], calendar.days)
    grade = (known.age[who] >= YOUNG).astype(np.int64)
    law = class_shares(world)
    code = (chance[who, None] >= np.cumsum(law, axis=1)[grade, :-1]).sum(axis=1)
    often = np.array([one.claims_per_year for one in book.classes], dtype=float)
    severity = np.array([one.severity for one in book.classes], dtype=float)
    shape = np.array([one.severity_shape for one in book.classes], dtype=float)
    mean_cost = law @ (often * severity)  # a year, of the young and of the others
    premium = book.loading * mean_cost[grade] * (1 + book.price_spread * (2 * spread[who] - 1))

    count = damage.poisson(often[code] * (end - begin) / DAYS_A_YEAR)
    row = np.repeat(np.arange(len(who)), count)
    when = begin[row] + (end - begin)[row] * damage.random(len(row))
    order = np.argsort(when, kind="stable")
    row, when = row[order], np.minimum(np.floor(when[order]), calendar.days - 1)
    size = damage.gamma(shape[code[row]]) / shape[code[row]] * severity[code[row]]
    ids = FIRST_POLICY + np.arange(len(who))
    frames = {
        "policies": pd.DataFrame(
            {
                "policy_id": ids,
                "customer_id": known.ids[who],
                "begins": calendar.date(begin),
                "ends": calendar.date(np.minimum(np.floor(end), calendar.days - 1)),
                "years": (end - begin) / DAYS_A_YEAR,
                "age_group": categories(GRADES, grade),
                "premium": np.round(premium, 2),
            }
        ),
        "claims": pd.DataFrame(
            {
                "claim_id": 1 + np.arange(len(row)),
                "policy_id": ids[row],
                "day": calendar.date(when),
                "amount": np.maximum(np.rint(size * 100), 1) / 100,
            }
        ),
    }
    truth = pd.DataFrame(
        {
            "policy_id": ids,
            "risk_class": categories([one.name for one in book.classes], code),
            "claims_per_year": often[code],
            "severity": severity[code],
            "cost_per_year": (often * severity)[code],
        }
    )
    return frames, truth


def class_shares(world: Bank) -> np.ndarray:
    """Shares of the risk classes among the young and the others: (2, classes)."""
    share = unit_shares([one.share for one in world.insurance.classes])
    young = share.copy()
    young[-1] *= world.insurance.young
    return np.stack([young / young.sum(), share])
