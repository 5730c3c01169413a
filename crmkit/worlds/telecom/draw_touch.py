"""First contacts month by month, and the contacts that follow where one was not settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.clock import BASE_SLOTS, DAY_S, SLOT_S, ServiceClock, to_opening
from crmkit.worlds.telecom.desk import lognormal

if TYPE_CHECKING:
    from crmkit.worlds.telecom.draw_members import Subscribers
    from crmkit.worlds.telecom.world import Telecom

FIRM_AGE = 45.0  # firms choose channels like people of this age, at which the shares are declared


@dataclass(frozen=True)
class Touches:
    """Contacts; arrays of one length. Moments are whole seconds from the start of the window."""

    who: np.ndarray
    reason: np.ndarray
    channel: np.ndarray
    at_s: np.ndarray
    before: np.ndarray  # place of the contact that left it unsettled, -1 for first contacts

    def take(self, rows: np.ndarray) -> Touches:
        """Some of them."""
        return Touches(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @classmethod
    def join(cls, parts: list[Touches]) -> Touches:
        """All of several."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


class Intake:
    """How many first contacts there are, why, where and when; one call a month."""

    def __init__(self, world: Telecom, known: Subscribers, clock: ServiceClock) -> None:
        self.world = world
        quality = np.array([region.quality for region in world.regions])
        per_month = np.array([reason.per_month for reason in world.reasons])
        network = np.array([reason.network for reason in world.reasons])
        by_region = per_month * np.exp(-quality[:, None] * network)  # region x reason
        total = np.maximum(by_region.sum(axis=1, keepdims=True), 1e-300)
        self.reason_ladder = np.cumsum(by_region / total, axis=1)
        self.region = known.region
        # Rates depend on region and age alone: a small table in the place of a row a customer.
        ages, at = np.unique(np.nan_to_num(known.age, nan=FIRM_AGE), return_inverse=True)
        self.group = known.region.astype(np.int32) * len(ages) + at.astype(np.int32)
        self.group_region = np.repeat(np.arange(len(by_region)), len(ages))
        self.weight = np.tile(channel_weights(world, ages), (len(by_region), 1))
        self.rate = np.repeat(by_region.sum(axis=1), len(ages))
        self.slots, self.factors = [], []
        for channel in world.channels:
            relative = (clock.open(channel, world.arrivals) * clock.factor).ravel()
            edges = clock.begins * len(clock.factor[0])
            self.slots.append(np.concatenate([[0.0], np.cumsum(relative)]))
            self.factors.append(np.diff(self.slots[-1][edges]) / BASE_SLOTS)
        self.edges = clock.begins * len(clock.factor[0])

    def base(self, month: int) -> np.ndarray:
        """Mean first contacts of one customer in 30 days as declared: groups of region and age x channels."""
        weight = self.weight.copy()
        world = self.world
        if world.closures is not None and month >= world.closures.month:
            moved = world.closures.share * weight[:, world.shop]
            weight[:, world.shop] -= moved
            weight[:, world.phone] += moved
        return self.rate[:, None] * weight

    def draw(self, month: int, rows: np.ndarray, rng: np.random.Generator) -> Touches:
        """First contacts of the customers in `rows` in a month."""
        factor = np.array([by_month[month] for by_month in self.factors])
        by_channel = np.cumsum(self.base(month) * factor, axis=1)
        who = np.repeat(rows, rng.poisson(by_channel[:, -1][self.group[rows]]))
        ladder = by_channel[self.group[who]]
        channel = (rng.random(len(who)) * ladder[:, -1] >= ladder[:, :-1].T).sum(axis=0).astype(np.int16)
        steps = self.reason_ladder[self.region[who]]
        reason = (rng.random(len(who)) >= steps[:, :-1].T).sum(axis=0).astype(np.int16)
        slot, within = np.empty(len(who), dtype=np.int64), rng.random((2, len(who)))
        for code, total in enumerate(self.slots):
            here = np.flatnonzero(channel == code)
            low, high = total[self.edges[month]], total[self.edges[month + 1]]
            found = np.searchsorted(total, low + within[0, here] * (high - low), side="right") - 1
            slot[here] = np.minimum(found, self.edges[month + 1] - 1)
        at_s = slot * SLOT_S + np.floor(within[1] * SLOT_S).astype(np.int64)
        return Touches(who, reason, channel, at_s, np.full(len(who), -1, dtype=np.int64))


def channel_weights(world: Telecom, age: np.ndarray) -> np.ndarray:
    """Chance of each channel by age: ages x channels."""
    share = np.array([channel.share for channel in world.channels])
    youth = np.array([channel.youth for channel in world.channels])
    years = (FIRM_AGE - age) / 20
    weight = share * np.exp(years[:, None] * youth)
    return weight / weight.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Handled:
    """What became of contacts that need no queue."""

    touches: Touches
    self_service: np.ndarray
    resolved: np.ndarray
    handle_s: np.ndarray  # missing where no person handled it
    to_desk: Touches  # repeat calls that fall into the call log


def handle(world: Telecom, first: Touches, until_s: np.ndarray, log_from_s: float, rng: np.random.Generator) -> Handled:
    """Settle contacts or let them come back, generation by generation.

    Repeats come on the same channel, when it is open; those after the window, after the
    customer has left, or (by phone) in the call log are not handled here.
    """
    resolved_by = np.array([reason.resolved for reason in world.reasons])
    by_menu = np.array([reason.self_service for reason in world.reasons])
    law = np.array([lognormal(reason.handle_s, reason.handle_cv) for reason in world.reasons])
    slower = np.array([channel.handle for channel in world.channels])
    opens, closes = (np.array([getattr(one, name) for one in world.channels]) for name in ("opens", "closes"))
    phone = -1 if world.phone is None else world.phone
    done, menus, settled, seconds, to_desk = [], [], [], [], []
    now, offset = first, 0
    while len(now.who):
        n = len(now.who)
        u_menu, u_settled, u_again = rng.random((3, n))
        taken = np.exp(law[now.reason, 0] + law[now.reason, 1] * rng.standard_normal(n)) * slower[now.channel]
        menu = (now.channel == phone) & (now.before < 0) & (u_menu < by_menu[now.reason])
        good = menu | (u_settled < resolved_by[now.reason])
        done.append(now)
        menus.append(menu)
        settled.append(good)
        seconds.append(np.where(menu, np.nan, np.maximum(np.round(taken), 1)))
        pause = rng.exponential(world.repeat_after_h * 3600, size=n)
        later = to_opening(now.at_s + np.floor(pause), opens[now.channel], closes[now.channel]).astype(np.int64)
        comes = ~good & (u_again < world.repeat) & (later < np.minimum(until_s[now.who], world.days * DAY_S))
        logged = comes & (now.channel == phone) & (later >= log_from_s)
        again = Touches(now.who, now.reason, now.channel, later, offset + np.arange(n))
        to_desk.append(again.take(np.flatnonzero(logged)))
        now, offset = again.take(np.flatnonzero(comes & ~logged)), offset + n
    if not done:
        empty = np.zeros(0)
        return Handled(first, empty.astype(bool), empty.astype(bool), empty, first)
    return Handled(
        Touches.join(done), np.concatenate(menus), np.concatenate(settled), np.concatenate(seconds),
        Touches.join(to_desk),
    )  # fmt: skip
