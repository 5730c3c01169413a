"""How a retail world is drawn: one stream of random numbers a table.

The order of the streams is fixed and new ones come last, so that another table
leaves the tables before it as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.case import Case, Truth
from crmkit.worlds.catalogue import STYLES, Catalogue, draw_catalogue
from crmkit.worlds.people import draw_people
from crmkit.worlds.picks import Lines, coded, draw_lines
from crmkit.worlds.purchases import DAYS_A_YEAR, Clock, draw_between, intensity, on_calendar
from crmkit.worlds.truth_retail import Members, Receipts, truth_customers, truth_preferences, truth_rules

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail import Retail

FIRST_CUSTOMER = 100_001
FIRST_RECEIPT = 1
RETURN_WITHIN = 14  # days


def draw(world: Retail, seed: int | np.random.Generator) -> Case:
    """Draw the tables of `world` and its truth."""
    rng = np.random.default_rng(seed)
    people, members, goods, buying, mailing, filling, returning = rng.spawn(7)

    catalogue = draw_catalogue(world.products, goods)
    known = _members(world, members)
    treated = _treated(world, known, mailing)
    receipts = _receipts(world, known, treated, buying)

    tastes = [catalogue.taste(dict(zip(STYLES, region.styles, strict=True))) for region in world.regions]
    rules = coded(world.rules, catalogue)
    lines = draw_lines(known.extra_picks[receipts.who], known.region[receipts.who], tastes, rules, filling)
    transactions, line_frame = _with_returns(world, receipts, lines, catalogue, returning)

    ids = FIRST_CUSTOMER + np.arange(world.customers)
    frames = {
        "customers": _customer_frame(world, known, ids, people),
        "products": catalogue.frame(),
        "transactions": transactions,
        "lines": line_frame,
        "contacts": _contacts(world, known, treated, ids),
    }
    truth = {
        "customers": truth_customers(world, known, catalogue, tastes, rules, ids),
        "rules": truth_rules(world),
        "preferences": truth_preferences(world, known, receipts, catalogue, tastes, rules),
    }
    number = seed if isinstance(seed, int) else None
    return Case(frames, name=world.name, seed=number, truth=Truth(truth, world=world))


def _members(world: Retail, rng: np.random.Generator) -> Members:
    from crmkit.worlds.retail import shares

    n, kinds = world.customers, world.kinds
    kind = rng.choice(len(kinds), size=n, p=shares(kinds)).astype(np.int16)
    region = rng.choice(len(world.regions), size=n, p=shares(world.regions)).astype(np.int16)

    def field(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in kinds])[kind]

    rate_shape, lapse_shape = field("rate_shape"), field("lapse_shape")
    rate = rng.gamma(rate_shape) / rate_shape * field("purchases_per_year") / DAYS_A_YEAR
    leave = rng.gamma(lapse_shape) / lapse_shape * field("lapses_per_year") / DAYS_A_YEAR
    joined = rng.random(n) * max(1.0, world.days * world.joining_share)
    left = joined + rng.exponential(size=n) / np.maximum(leave, 1e-12)
    # Baskets differ in size within a kind: gamma of shape 4, so a coefficient of variation of 1/2.
    extra = (field("pieces") - 1) * rng.gamma(4.0, 0.25, size=n)
    return Members(kind, region, rate, np.maximum(leave, 1e-12), extra, field("uplift"), joined, left)


def _treated(world: Retail, known: Members, rng: np.random.Generator) -> np.ndarray:
    """1 written to, 0 held back, -1 not yet a member on the day of the mailing."""
    lot = rng.random(world.customers)
    if world.campaign is None:
        return np.full(world.customers, -1, dtype=np.int8)
    member = np.floor(known.joined) < world.campaign.day
    return np.where(member, lot < world.campaign.treated_share, -1).astype(np.int8)


def _receipts(world: Retail, known: Members, treated: np.ndarray, rng: np.random.Generator) -> Receipts:
    """First purchases, repeat purchases, and those that the mailing brought."""
    end = np.minimum(known.left, world.days)
    who = [np.arange(world.customers, dtype=np.int32)]
    when = [known.joined]
    for code, kind in enumerate(world.kinds):
        here = np.flatnonzero(known.kind == code).astype(np.int32)
        clock = Clock.of(intensity(world.start, world.days, world.season, kind.seasonality))
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
    who, when = np.concatenate(who), np.concatenate(when)
    if world.campaign is not None:
        kept = _put_off(world, known, treated, who, when, rng)
        who, when = who[kept], when[kept]
    order = np.argsort(when, kind="stable")
    return Receipts(who[order], np.minimum(when[order].astype(np.int64), world.days - 1))


def _put_off(
    world: Retail, known: Members, treated: np.ndarray, who: np.ndarray, when: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Which purchases stay where a mailing lowers the rate (uplift below 0)."""
    loss = np.maximum(-known.uplift, 0) * (treated == 1)
    if not loss.any():
        return np.ones(len(who), dtype=bool)
    begin, stop = world.campaign.day, world.campaign.day + world.campaign.response_days
    exposed = (when >= begin) & (when < stop) & (when > known.joined[who])
    return ~(exposed & (rng.random(len(who)) < loss[who]))


def _with_returns(
    world: Retail, receipts: Receipts, lines: Lines, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number receipts in the order of time, returns among them, and price the lines."""
    import pandas as pd

    n = len(receipts.who)
    back = np.flatnonzero(rng.random(n) < world.return_share)
    day = receipts.day[back] + rng.integers(1, RETURN_WITHIN + 1, size=len(back))
    back, day = back[day < world.days], day[day < world.days]

    source = np.concatenate([np.arange(n), back])
    all_days = np.concatenate([receipts.day, day])
    order = np.argsort(all_days, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = FIRST_RECEIPT + np.arange(len(order))

    amount = np.bincount(lines.basket, weights=catalogue.price[lines.item] * lines.quantity, minlength=n)
    signed = np.concatenate([amount, -amount[back]])
    first = np.datetime64(world.start, "us")
    transactions = pd.DataFrame(
        {
            "transaction_id": number[order],
            "customer_id": FIRST_CUSTOMER + receipts.who[source[order]].astype(np.int64),
            "day": first + all_days[order] * np.timedelta64(1, "D").astype("timedelta64[us]"),
            "amount": signed[order],
        }
    )
    basket, item, quantity = number[lines.basket], lines.item, lines.quantity
    if len(back):
        begins = np.searchsorted(lines.basket, back)
        length = np.searchsorted(lines.basket, back, side="right") - begins
        rows = np.repeat(begins - np.concatenate([[0], np.cumsum(length)[:-1]]), length) + np.arange(length.sum())
        basket = np.concatenate([basket, np.repeat(number[n:], length)])
        item = np.concatenate([item, item[rows]])
        quantity = np.concatenate([quantity, -quantity[rows]])
    by = np.argsort(basket, kind="stable")
    line_frame = pd.DataFrame(
        {
            "basket_id": basket[by],
            "item": pd.Categorical.from_codes(item[by], categories=pd.Index(catalogue.item, dtype="str")),
            "quantity": quantity[by],
            "price": catalogue.price[item[by]],
        }
    )
    return transactions, line_frame


def _customer_frame(world: Retail, known: Members, ids: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    import pandas as pd

    cities = pd.Index([region.name for region in world.regions], dtype="str")
    frame = draw_people(ids, world.locale, rng)
    frame.insert(0, "customer_id", ids)
    frame["city"] = pd.Categorical.from_codes(known.region, categories=cities)
    frame["joined"] = on_calendar(world.start, known.joined, world.days)
    return frame


def _contacts(world: Retail, known: Members, treated: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    in_it = treated >= 0
    written = treated[in_it] == 1
    campaign = world.campaign
    day = np.datetime64(world.start, "us") + np.timedelta64(campaign.day if campaign else 0, "D")
    return pd.DataFrame(
        {
            "customer_id": ids[in_it],
            "campaign": pd.array([campaign.name if campaign else ""] * int(in_it.sum()), dtype="str"),
            "day": np.full(int(in_it.sum()), day),
            "treated": written,
            "cost": np.where(written, campaign.cost if campaign else 0.0, 0.0),
        }
    )
