"""Accounts and their statements: opening + paid in - paid out = closing, to the cent, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_channels import Ledger
from crmkit.worlds.bank.draw_clients import DAYS_A_YEAR, MONTHS_A_YEAR

if TYPE_CHECKING:
    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

START_SHAPE, MONTHLY_SHAPE, LIMIT_SHAPE = 2.0, 4.0, 8.0  # of gamma laws
LIMIT_STEP = 10_000  # cents


@dataclass(frozen=True)
class Accounts:
    """Accounts besides the current ones; arrays of one length."""

    who: np.ndarray
    product: np.ndarray
    opened: np.ndarray  # day, fractional
    before: np.ndarray  # held before the window began?
    start: np.ndarray  # cents
    first_month: np.ndarray
    last_month: np.ndarray  # the month of leaving, or past the window

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True)
class Credit:
    """Limits, distress and default of credit lines."""

    account: np.ndarray  # positions among Accounts
    limit: np.ndarray  # cents, one a line
    distressed: np.ndarray  # day, one a customer; infinite without credit lines
    default: np.ndarray  # month, one a line; -1 for none


def draw_accounts(world: Bank, known: Clients, calendar: Calendar, rng: np.random.Generator) -> Accounts:
    """Who holds what from when: on entering with the chance of the kind, later by a constant hazard."""
    n = len(known)
    parts = []
    holds = np.array([kind.holds for kind in world.kinds]).reshape(len(world.kinds), len(world.offer))
    for code, product in enumerate(world.offer):
        chance = holds[known.kind, code] * (known.owner if product.owners_only else 1.0)
        held = rng.random(n) < chance
        hazard = np.maximum(chance * product.opens_per_year / DAYS_A_YEAR, 1e-12)
        opened = np.where(held, known.joined, known.joined + rng.exponential(size=n) / hazard)
        size = rng.gamma(START_SHAPE, 1 / START_SHAPE, size=n)
        here = np.flatnonzero(opened < np.minimum(known.left, calendar.days))
        start = np.rint(product.start_incomes * known.income[here] * size[here] * 100).astype(np.int64)
        parts.append((here, np.full(len(here), code), opened[here], held[here] & known.existing[here], start))
    empty = (np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0, bool), np.zeros(0, int))
    who, product, opened, before, start = (np.concatenate(one) for one in zip(empty, *parts, strict=True))
    order = np.argsort(who, kind="stable")
    who, product, opened, before, start = (one[order] for one in (who, product, opened, before, start))
    return Accounts(
        who,
        product,
        opened,
        before,
        start,
        first_month=np.searchsorted(calendar.first, opened, side="right") - 1,
        last_month=np.searchsorted(calendar.first, known.left[who], side="right") - 1,
    )


def draw_credit(
    world: Bank, known: Clients, accounts: Accounts, calendar: Calendar, rng: np.random.Generator
) -> Credit:
    """Limits of the lines, distress of the customers, and defaults."""
    lines = world.lines
    if lines is None:
        nothing = np.zeros(0, dtype=np.int64)
        return Credit(nothing, nothing, np.full(len(known), np.inf), nothing)
    code = [product.name for product in world.offer].index(lines.product)
    account = np.flatnonzero(accounts.product == code)
    who = accounts.who[account]
    hazard = max(lines.distress_per_year, 1e-12) / DAYS_A_YEAR
    distressed = known.joined + rng.exponential(size=len(known)) / hazard
    size = rng.gamma(LIMIT_SHAPE, 1 / LIMIT_SHAPE, size=len(account))
    limit = np.ceil(lines.limit_incomes * known.income[who] * size * 100 / LIMIT_STEP) * LIMIT_STEP
    default = np.full(len(account), -1)
    for month in range(calendar.months):
        chance = np.where(distressed[who] < calendar.first[month], lines.default_in_distress, lines.default_per_month)
        there = (accounts.first_month[account] <= month) & (accounts.last_month[account] > month) & (default < 0)
        default[there & (rng.random(len(account)) < chance)] = month
    return Credit(account, limit.astype(np.int64), distressed, default)


def draw_market(world: Bank, calendar: Calendar, rng: np.random.Generator) -> np.ndarray:
    """Return of each product in each month, the same for all: (months, products)."""
    rate = np.tile(np.array([product.rate for product in world.offer]), (calendar.months, 1))
    if world.rate_change is not None:
        rate[world.rate_change.month :, [product.rate != 0 for product in world.offer]] += world.rate_change.points
    volatility = np.array([product.volatility for product in world.offer])
    shock = volatility * rng.standard_normal(rate.shape) - volatility**2 / 2
    return (1 + rate / MONTHS_A_YEAR) * np.exp(shock) - 1


def draw_ledger(
    world: Bank,
    known: Clients,
    accounts: Accounts,
    credit: Credit,
    market: np.ndarray,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Ledger:
    """Every month of every account but the current ones."""
    offer = world.offer
    debt = np.array([one.debt for one in offer], dtype=bool)[accounts.product]
    out_share = np.array([one.out_share for one in offer], dtype=float)[accounts.product]
    monthly = np.array([one.monthly_incomes for one in offer], dtype=float)[accounts.product]
    monthly = monthly * known.income[accounts.who] * 100 / MONTHS_A_YEAR
    line = np.zeros(len(accounts), dtype=bool)
    line[credit.account] = True
    spending = world.lines.distress_spending if world.lines else 1.0
    onset = credit.distressed[accounts.who]
    balance = np.where(accounts.before, accounts.start, 0)  # of a debt: what is owed

    parts = []
    for month in range(calendar.months):
        here = np.flatnonzero((accounts.first_month <= month) & (accounts.last_month >= month)).astype(np.int32)
        taken, noise = 2 * rng.random(len(here)), rng.gamma(MONTHLY_SHAPE, 1 / MONTHLY_SHAPE, size=len(here))
        owed, own = debt[here], balance[here]
        fresh = (accounts.first_month[here] == month) & ~accounts.before[here]
        raised = np.where(line[here] & (onset[here] < calendar.first[month]), spending, 1.0)
        added = np.where(fresh, accounts.start[here], np.rint(monthly[here] * raised * noise)).astype(np.int64)
        gain = np.rint(own * market[month, accounts.product[here]]).astype(np.int64)
        less = np.minimum(np.rint(own * out_share[here] * taken).astype(np.int64), own + np.minimum(gain, 0))
        up, down = added + np.maximum(gain, 0), less + np.maximum(-gain, 0)
        rest = np.where(accounts.last_month[here] == month, own + up - down, 0)
        down = down + rest
        balance[here] = own + up - down
        parts.append(
            Ledger(
                here,
                np.full(len(here), month, dtype=np.int16),
                np.where(owed, -own, own),
                np.where(owed, down, up),
                np.where(owed, up, down),
                np.where(owed, -gain, gain),
            )
        )
    return Ledger(*(np.concatenate([getattr(one, name) for one in parts]) for name in Ledger.__dataclass_fields__))
