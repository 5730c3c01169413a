"""Who the members of a retail world are, and when they buy."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.retail.parts import shares
from crmkit.worlds.retail.purchases import DAYS_A_YEAR, Clock, draw_between, intensity
from crmkit.worlds.retail.truth import Members, Receipts

if TYPE_CHECKING:
    from crmkit.worlds.retail.knobs import RivalSale
    from crmkit.worlds.retail.world import Retail

Purchases = tuple[np.ndarray, np.ndarray]  # who, and the (fractional) day


def draw_members(world: Retail, rng: np.random.Generator) -> Members:
    """Kind, city, rates, and the days of joining and leaving of each customer."""
    n, kinds = world.customers, world.kinds
    kind = rng.choice(len(kinds), size=n, p=shares(kinds)).astype(np.int16)
    region = rng.choice(len(world.regions), size=n, p=shares(world.regions)).astype(np.int16)

    def field(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in kinds])[kind]

    rate_shape, lapse_shape = field("rate_shape"), field("lapse_shape")
    rate = rng.gamma(rate_shape) / rate_shape * field("purchases_per_year") / DAYS_A_YEAR
    leave = rng.gamma(lapse_shape) / lapse_shape * field("lapses_per_year") / DAYS_A_YEAR
    joined = growing(rng.random(n), world.growth, max(1.0, world.days * world.joining_share))
    life = rng.exponential(size=n) / np.maximum(leave, 1e-12)
    left = joined + life if world.rival is None else _left_for_a_rival(world.rival, joined, life)
    # Baskets differ in size within a kind: gamma of shape 4, so a coefficient of variation of 1/2.
    extra = (field("pieces") - 1) * rng.gamma(4.0, 0.25, size=n)
    return Members(kind, region, rate, np.maximum(leave, 1e-12), extra, field("uplift"), joined, left)


def growing(u: np.ndarray, growth: float, span: float) -> np.ndarray:
    """Days on which `u`, even between 0 and 1, falls where the rate of joining grows by e ** growth a year."""
    steep = growth * span / DAYS_A_YEAR
    return u * span if abs(steep) < 1e-9 else np.log1p(u * np.expm1(steep)) / steep * span


def _left_for_a_rival(rival: RivalSale, joined: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Day of leaving, where the hazard is multiplied during the price war: lives are spent faster then."""
    more = rival.leaving_factor - 1
    spent = joined + more * np.clip(joined - rival.day, 0, rival.days) + life
    within = rival.day + (spent - rival.day) / rival.leaving_factor
    after = spent - more * rival.days
    return np.where(spent < rival.day, spent, np.where(within < rival.day + rival.days, within, after))


def draw_treated(world: Retail, known: Members, rng: np.random.Generator) -> np.ndarray:
    """1 written to, 0 held back, -1 not yet a member on the day of the mailing."""
    lot = rng.random(world.customers)
    if world.campaign is None:
        return np.full(world.customers, -1, dtype=np.int8)
    member = np.floor(known.joined) < world.campaign.day
    return np.where(member, lot < world.campaign.treated_share, -1).astype(np.int8)


def draw_purchases(world: Retail, known: Members, treated: np.ndarray, rng: np.random.Generator) -> Purchases:
    """First purchases, repeat purchases, and those that the mailing brought."""
    end = np.minimum(known.left, world.days)
    who = [np.arange(world.customers, dtype=np.int32)]
    when = [known.joined]
    for code, kind in enumerate(world.kinds):
        here = np.flatnonzero(known.kind == code).astype(np.int32)
        clock = Clock.of(intensity(world.start, world.days, world.season, kind.seasonality, world.week))
        spans = [(known.rate[here], known.joined[here], end[here])]
        if world.campaign is not None:
            # Two independent Poisson streams add up to one with the raised rate. A mailing
            # that puts people off would need thinning: door of Kind allows uplift >= -1.
            begin, stop = world.campaign.day, world.campaign.day + world.campaign.response_days
            raised = known.rate[here] * np.maximum(known.uplift[here], 0) * (treated[here] == 1)
            spans.append((raised, np.full(len(here), float(begin)), np.minimum(end[here], stop)))
        for rate, low, high in spans:
            at, day = draw_between(rate, low, high, clock, rng)
            who.append(here[at])
            when.append(day)
    whose, day = np.concatenate(who), np.concatenate(when)
    if world.campaign is not None:
        kept = _put_off(world, known, treated, whose, day, rng)
        if not kept.all():
            whose, day = whose[kept], day[kept]
    return whose, day


def _put_off(
    world: Retail, known: Members, treated: np.ndarray, who: np.ndarray, when: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Which purchases stay where a mailing lowers the rate (uplift below 0)."""
    loss = np.maximum(-known.uplift, 0) * (treated == 1)
    if not loss.any():
        return np.ones(1, dtype=bool)
    begin, stop = world.campaign.day, world.campaign.day + world.campaign.response_days
    exposed = (when >= begin) & (when < stop) & (when > known.joined[who])
    return ~(exposed & (rng.random(len(who)) < loss[who]))


def add_purchases(
    world: Retail, known: Members, factor: np.ndarray, bought: Purchases, rng: np.random.Generator
) -> Purchases:
    """Raise the rate of each member by `factor` (a share of the own rate) while a member."""
    end = np.minimum(known.left, world.days)
    who, when = [bought[0]], [bought[1]]
    for code, kind in enumerate(world.kinds):
        here = np.flatnonzero((known.kind == code) & (factor > 0)).astype(np.int32)
        clock = Clock.of(intensity(world.start, world.days, world.season, kind.seasonality, world.week))
        at, day = draw_between(known.rate[here] * factor[here], known.joined[here], end[here], clock, rng)
        who.append(here[at])
        when.append(day)
    return np.concatenate(who), np.concatenate(when)


def lose_purchases(known: Members, lost: np.ndarray, bought: Purchases, rng: np.random.Generator) -> Purchases:
    """Drop each purchase with its chance `lost`; the first of a member, which is the joining, stays."""
    who, when = bought
    kept = (rng.random(len(who)) >= lost) | (when <= known.joined[who])
    return who[kept], when[kept]


def lost_to_a_rival(rival: RivalSale, bought: Purchases) -> np.ndarray:
    """Chance of each purchase to go to the rival."""
    return rival.lost_share * ((bought[1] >= rival.day) & (bought[1] < rival.day + rival.days))


MANY = 500_000  # purchases from which sorting day by day pays


def in_time(world: Retail, bought: Purchases) -> Receipts:
    """Purchases in the order of time, on whole days."""
    who, when = bought
    order = np.argsort(when, kind="stable") if len(when) < MANY else _by_day(when)
    return Receipts(who[order], np.minimum(when[order].astype(np.int32), world.days - 1))


def _by_day(when: np.ndarray) -> np.ndarray:
    """The stable order of many times: counted into days, then sorted within each day, which fits the cache."""
    day = when.astype(np.uint16)  # windows are shorter than 65,536 days
    order = np.argsort(day, kind="stable")
    sorted_ = when[order]
    ends = np.concatenate([[0], np.cumsum(np.bincount(day))])
    for left, right in pairwise(ends.tolist()):
        times = sorted_[left:right]
        by = np.argsort(times)
        now = times[by]
        if (now[1:] == now[:-1]).any():
            by = np.argsort(times, kind="stable")
        order[left:right] = order[left:right][by]
    return order
