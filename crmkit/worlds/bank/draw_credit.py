"""Offers by mail with a control, and applications for credit with their outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import DAYS_A_YEAR, categories
from crmkit.worlds.bank.parts import SAVINGS

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_accounts import Accounts
    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.plans import BankCampaign
    from crmkit.worlds.bank.world import Bank

MIDDLE_AGE, MIDDLE_INCOME = 45.0, 50_000.0
LOAN_SHAPE = 4.0  # of the gamma law of amounts
OUTCOMES = ("paid back", "default", "refused")
BY_SCORE = "by score"  # the leaf where there is no tree


def log_odds(chance: np.ndarray) -> np.ndarray:
    """Log-odds of a chance."""
    return np.log(chance) - np.log1p(-chance)


def chance_of(odds: np.ndarray) -> np.ndarray:
    """Chance of log-odds."""
    return 0.5 * (1 + np.tanh(odds / 2))  # no overflow


def visits(
    known: Clients, calendar: Calendar, per_year: float | np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Events of a constant rate while a customer: who and on which day, in the order of time."""
    end = np.minimum(known.left, calendar.days)
    count = rng.poisson(per_year * (end - known.joined) / DAYS_A_YEAR)
    who = np.repeat(np.arange(len(known)), count)
    when = known.joined[who] + (end - known.joined)[who] * rng.random(len(who))
    order = np.argsort(when, kind="stable")
    return who[order], np.minimum(np.floor(when[order]), calendar.days - 1)


def campaign_frames(
    world: Bank, known: Clients, calendar: Calendar, streams: list[np.random.Generator]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts of all campaigns (bank.contacts) and their truth (truth.bank.contacts)."""
    import pandas as pd

    pairs = [_campaign(world, one, known, calendar, rng) for one, rng in zip(world.campaigns, streams, strict=True)]
    names = [one.name for one in world.campaigns]
    open_part, sealed = (pd.concat([pair[side] for pair in pairs], ignore_index=True) for side in (0, 1))
    code = np.repeat(np.arange(len(names)), [len(pair[0]) for pair in pairs])
    open_part.insert(1, "campaign", categories(names, code))
    sealed.insert(1, "campaign", categories(names, code))
    return open_part, sealed


def _campaign(
    world: Bank, campaign: BankCampaign, known: Clients, calendar: Calendar, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    there = (np.floor(known.joined) < campaign.day) & (known.left >= campaign.day + 1)
    here = np.flatnonzero(there & known.owner if campaign.owners_only else there)
    kind, n = known.kind[here], len(here)
    odds = log_odds(np.array(campaign.without, dtype=float))[kind]
    odds = odds + campaign.age_slope * (known.age[here] - MIDDLE_AGE) / 10
    odds = odds + campaign.income_slope * np.log(known.income[here] / MIDDLE_INCOME)
    without, offered = chance_of(odds), chance_of(odds + np.array(campaign.effect, dtype=float)[kind])

    treated = rng.random(n) < campaign.treated_share
    responded = rng.random(n) < np.where(treated, offered, without)
    # Who comes by himself comes evenly; an offer works most at first and is forgotten in the end.
    wait = rng.random(n)
    wait = np.where(treated, 1 - np.sqrt(1 - wait), wait)
    last = np.minimum(np.minimum(known.left[here], calendar.days) - 1e-6, campaign.day + campaign.response_days)
    day = campaign.day + wait * (last - campaign.day)
    size = rng.gamma(LOAN_SHAPE, 1 / LOAN_SHAPE, size=n)
    mean_loan = campaign.loan_incomes * known.income[here]
    loan = np.where(responded, np.round(mean_loan * size, 2), 0.0)
    contacts = pd.DataFrame(
        {
            "customer_id": known.ids[here],
            "day": np.full(n, calendar.date(np.array([campaign.day]))[0]),
            "treated": treated,
            "cost": np.where(treated, float(campaign.cost), 0.0),
            "responded": responded,
            "response_day": calendar.date_inside(np.where(responded, day, -1.0)),
            "loan": loan,
        }
    )
    truth = pd.DataFrame(
        {
            "customer_id": known.ids[here],
            "p_without": without,
            "p_with": offered,
            "uplift": offered - without,
            "gain": (offered - without) * mean_loan * campaign.margin - campaign.cost,
        }
    )
    return contacts, truth


@dataclass(frozen=True)
class Asked:
    """What an applicant brings; arrays of one length."""

    income: np.ndarray
    savings: np.ndarray
    owner: np.ndarray
    age: np.ndarray


def application_frames(
    world: Bank, known: Clients, accounts: Accounts, calendar: Calendar, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Applications (bank.applications) and their truth (truth.bank.applications)."""
    import pandas as pd

    policy = world.credit
    who, day = visits(known, calendar, policy.per_year, rng)
    n = len(who)
    asked = Asked(known.income[who], _has_savings(world, known, accounts, who, day), known.owner[who], known.age[who])
    chance, leaf = _default_chance(world, asked)
    size = rng.gamma(LOAN_SHAPE, 1 / LOAN_SHAPE, size=n)
    amount = np.maximum(np.rint(policy.amount_incomes * asked.income * size / 100) * 100, 100.0)
    if policy.leaves:
        meant = np.array([one.approve for one in policy.leaves], dtype=bool)[leaf]
    else:
        meant = chance_of(log_odds(chance) + policy.judgement * rng.standard_normal(n)) < policy.cut
    approved = meant ^ (rng.random(n) < policy.slips)
    default = rng.random(n) < chance
    names = [one.name for one in policy.leaves] or [BY_SCORE]
    ids = 1 + np.arange(n)
    applications = pd.DataFrame(
        {
            "application_id": ids,
            "customer_id": known.ids[who],
            "day": calendar.date(day),
            "amount": amount,
            "income": asked.income,
            "savings_account": asked.savings,
            "home_owner": asked.owner,
            "age": asked.age.astype(np.int64),
            "approved": approved,
            "outcome": categories(OUTCOMES, np.where(approved, default.astype(np.int64), 2)),
        }
    )
    truth = pd.DataFrame(
        {
            "application_id": ids,
            "leaf": categories(names, leaf),
            "default_chance": chance,
            "profit": amount * (policy.margin * (1 - chance) - policy.loss * chance),
        }
    )
    return applications, truth


def _has_savings(world: Bank, known: Clients, accounts: Accounts, who: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Did the applicant hold a savings account on that day?"""
    names = [product.name for product in world.offer]
    opened = np.full(len(known), np.inf)
    if SAVINGS in names:
        here = accounts.product == names.index(SAVINGS)
        opened[accounts.who[here]] = accounts.opened[here]
    return np.floor(opened[who]) <= day


def _default_chance(world: Bank, asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """True chance of default and the leaf it belongs to."""
    policy = world.credit
    if not policy.leaves:
        odds = policy.intercept + policy.income_slope * np.log(asked.income / MIDDLE_INCOME)
        odds = odds + policy.savings_slope * asked.savings + policy.owner_slope * asked.owner
        odds = odds + policy.age_slope * (asked.age - MIDDLE_AGE) / 10
        return chance_of(odds), np.zeros(len(odds), dtype=np.int64)
    leaf = np.zeros(len(asked.income), dtype=np.int64)
    for code, one in enumerate(policy.leaves):
        fits = (asked.income > policy.income_cut) == one.income_over
        for wanted, has in ((one.savings, asked.savings), (one.owner, asked.owner)):
            if wanted is not None:
                fits &= has == wanted
        leaf[fits] = code
    return np.array([one.default_chance for one in policy.leaves], dtype=float)[leaf], leaf
