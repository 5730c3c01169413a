"""The call log: the menu, the queue, who hangs up, who calls again, and who answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.clock import BASE_SLOTS, DAY_S, SLOT_S, to_opening
from crmkit.worlds.telecom.desk import HALF_HOURS, lognormal
from crmkit.worlds.telecom.draw_touch import Touches
from crmkit.worlds.telecom.queue import NOBODY, Duty, Waiting, serve

if TYPE_CHECKING:
    from crmkit.worlds.telecom.clock import ServiceClock
    from crmkit.worlds.telecom.draw_members import Subscribers
    from crmkit.worlds.telecom.draw_touch import Intake
    from crmkit.worlds.telecom.world import Telecom


@dataclass(frozen=True)
class Calls:
    """The call log in the order of simulation; arrays of one length. Moments are seconds from the start."""

    who: np.ndarray
    reason: np.ndarray
    at_s: np.ndarray
    before: np.ndarray  # contact it repeats: its place, or `offset` + the call; -1: none
    redial_of: np.ndarray  # call, -1: none
    contained: np.ndarray
    wait_s: np.ndarray
    handle_s: np.ndarray
    resolved: np.ndarray
    agent: np.ndarray  # NOBODY: none
    queue: np.ndarray


@dataclass(frozen=True)
class Load:
    """What the declared rates bring to the phone line in each half hour of the log."""

    first_calls: np.ndarray  # mean, days x 48, all factors at 1
    erlangs: np.ndarray  # of the agents, days x 48


def log_from(world: Telecom) -> int:
    """First day of the call log, counted from the start of the window."""
    return world.days - world.desk.days


def mean_load(world: Telecom, known: Subscribers, intake: Intake, clock: ServiceClock, until: np.ndarray) -> Load:
    """Mean first calls and offered load, from the declared rates of those who are there."""
    reasons = world.reasons
    # A person's work for one first call: those the menu keeps need none, unsettled ones come back.
    work = np.array([
        (1 - one.self_service) * one.handle_s / max(1 - (1 - one.resolved) * world.repeat, 1e-9) for one in reasons
    ])  # fmt: skip
    work *= world.channels[world.phone].handle
    begin = log_from(world)
    opened = clock.open(world.channels[world.phone], world.arrivals)
    first, erlangs = np.zeros((2, world.desk.days, HALF_HOURS))
    share = np.diff(intake.reason_ladder, axis=1, prepend=0.0)
    for month in range(world.months):
        low, high = max(clock.begins[month], begin), clock.begins[month + 1]
        if low >= high:
            continue
        rows = np.flatnonzero((known.first <= month) & (until > month))
        there = np.bincount(intake.group[rows], minlength=len(intake.rate))
        rate = there * intake.base(month)[:, world.phone]
        by_reason = np.bincount(intake.group_region, weights=rate, minlength=len(share)) @ share
        days = slice(low - begin, high - begin)
        first[days] = by_reason.sum() * opened[low:high] / BASE_SLOTS
        erlangs[days] = by_reason @ work * opened[low:high] / BASE_SLOTS / SLOT_S
    return Load(first, erlangs)


def duty_of(world: Telecom, load: Load) -> np.ndarray:
    """Agents on duty: half hours of the log x sites."""
    desk, phone = world.desk, world.channels[world.phone]
    shares = np.array([site.share for site in desk.sites])
    slot = np.arange(HALF_HOURS)
    is_open = np.tile((slot >= 2 * phone.opens) & (slot < 2 * phone.closes), desk.days)

    def rule(erlangs: np.ndarray) -> np.ndarray:
        wanted = np.ceil(erlangs + desk.margin * np.sqrt(erlangs) - 1e-9)
        return np.where(is_open, np.maximum(wanted, 1), 0).astype(int)

    flat = load.erlangs.ravel()
    if not desk.agents and not desk.pooled:
        return np.stack([rule(flat * share) for share in shares], axis=1)
    total = np.tile(desk.agents, desk.days) if desk.agents else rule(flat)
    upto = np.rint(total[:, None] * np.cumsum(shares / shares.sum())).astype(int)
    return np.diff(upto, axis=1, prepend=0)


def draw_calls(
    world: Telecom,
    first: Touches,
    repeats: Touches,
    duty: np.ndarray,
    until_s: np.ndarray,
    offset: int,
    rng: np.random.Generator,
) -> Calls:
    """Serve the phone line of the log, call by call.

    Parameters
    ----------
    first, repeats : Touches
        First calls, and calls that repeat contacts from before the log.
    duty : int array
        Half hours x sites.
    until_s : array
        When each customer has left.
    offset : int
        Number of contacts outside the log: call k counts as contact `offset` + k.
    """
    desk, channel = world.desk, world.channels[world.phone]
    begin_s, end_s, menu_s = log_from(world) * DAY_S, world.days * DAY_S, round(desk.menu_s)
    law = [lognormal(one.handle_s * channel.handle, one.handle_cv) for one in world.reasons]
    settles = [one.resolved for one in world.reasons]
    start = Touches.join([first, repeats])
    order = np.argsort(start.at_s, kind="stable")
    start = start.take(order)
    n = len(start.who)

    mu, sigma = (np.array(part)[start.reason] for part in zip(*law, strict=True))
    u_menu, u_settled, u_site = rng.random((3, n))
    contained = (start.before < 0) & (u_menu < np.array([one.self_service for one in world.reasons])[start.reason])
    settled = contained | (u_settled < np.array(settles)[start.reason])
    taken = np.maximum(np.rint(np.exp(mu + sigma * rng.standard_normal(n))), 1)
    patience = np.maximum(np.rint(rng.exponential(desk.patience_s, size=n)), 1)
    ladder = np.cumsum([site.share for site in desk.sites])
    queue = np.zeros(n, dtype=int) if desk.pooled else np.searchsorted(ladder[:-1], u_site, side="right")

    who, reason, at = start.who.tolist(), start.reason.tolist(), start.at_s.tolist()
    before, redial_of = start.before.tolist(), [-1] * n
    resolved, handle_s, queues = settled.tolist(), taken.tolist(), queue.tolist()
    in_queue = np.flatnonzero(~contained).tolist()  # call of each simulated one
    waiting = [
        Waiting(moment + menu_s - begin_s, work, hope, line)
        for moment, work, hope, line in zip(
            start.at_s[in_queue].tolist(), taken[in_queue].tolist(), patience[in_queue].tolist(),
            queue[in_queue].tolist(), strict=True,
        )
    ]  # fmt: skip

    def again(number: int, now: float, answered: bool) -> Waiting | None:
        call = in_queue[number]
        if answered and (resolved[call] or rng.random() >= world.repeat):
            return None
        if not answered and rng.random() >= desk.redial:
            return None
        pause = world.repeat_after_h * 3600 if answered else desk.redial_after_s
        moment = int(now + begin_s + max(1.0, rng.exponential(pause)))
        within = moment % DAY_S
        if not 3600 * channel.opens <= within < 3600 * channel.closes:
            moment = int(to_opening(np.array(moment), np.array(channel.opens), np.array(channel.closes)))
        if moment >= end_s or moment >= until_s[who[call]]:
            return None
        why = reason[call]
        in_queue.append(len(who))
        who.append(who[call])
        reason.append(why)
        at.append(moment)
        before.append(offset + call if answered else before[call])
        redial_of.append(-1 if answered else call)
        resolved.append(bool(rng.random() < settles[why]))
        handle_s.append(max(1.0, float(np.rint(math.exp(rng.normal(*law[why]))))))
        queues.append(queues[call])
        hope = max(1.0, float(np.rint(rng.exponential(desk.patience_s))))
        return Waiting(moment + menu_s - begin_s, handle_s[-1], hope, queues[call])

    groups = [0] * len(desk.sites) if desk.pooled else list(range(len(desk.sites)))
    served = serve(waiting, Duty(SLOT_S, duty.tolist(), groups), again)
    every = len(who)
    wait_s, agent = np.zeros(every, dtype=np.int64), np.full(every, NOBODY, dtype=np.int64)
    wait_s[in_queue] = np.rint(served.wait_s).astype(np.int64)
    agent[in_queue] = served.agent
    menu = np.concatenate([contained, np.zeros(every - n, dtype=bool)])
    handled = agent != NOBODY
    return Calls(
        np.array(who, dtype=np.int64), np.array(reason, dtype=np.int16), np.array(at, dtype=np.int64),
        np.array(before, dtype=np.int64), np.array(redial_of, dtype=np.int64), menu, wait_s,
        np.where(handled, np.array(handle_s, dtype=float), np.nan),
        np.array(resolved, dtype=bool) & (handled | menu), agent, np.array(queues, dtype=np.int16),
    )  # fmt: skip
