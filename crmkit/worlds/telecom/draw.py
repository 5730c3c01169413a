"""How a telecom world is drawn: one stream of random numbers a table.

The order of the streams is fixed and new ones come last, so that another table
leaves the tables before it as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.case import Case, Truth
from crmkit.worlds.telecom import draw_contracts as contracts
from crmkit.worlds.telecom import frames as frames_of
from crmkit.worlds.telecom.bills import Tariff, draw_bills
from crmkit.worlds.telecom.checks import complaint
from crmkit.worlds.telecom.churn import Drivers, chance, coefficients
from crmkit.worlds.telecom.clock import DAY_S, draw_clock
from crmkit.worlds.telecom.draw_calls import draw_calls, duty_of, log_from, mean_load
from crmkit.worlds.telecom.draw_members import STAYS, Subscribers, customer_frame, draw_members, last_day
from crmkit.worlds.telecom.draw_touch import Intake, Touches, handle
from crmkit.worlds.telecom.frames import Run
from crmkit.worlds.telecom.truth import interval_truth, offer_truth, reason_truth, subscriber_truth

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.clock import ServiceClock
    from crmkit.worlds.telecom.world import Telecom

Frames = dict[str, "pd.DataFrame"]


@dataclass(frozen=True)
class Streams:
    """One generator a table, in the order in which they were spawned."""

    names: np.random.Generator
    members: np.random.Generator
    usage: np.random.Generator
    leave: np.random.Generator
    lot: np.random.Generator
    timing: np.random.Generator
    touch: np.random.Generator
    follow: np.random.Generator
    line: np.random.Generator
    contract: np.random.Generator


def draw(world: Telecom, seed: int | np.random.Generator) -> Case:
    """Draw the tables of `world` and its truth."""
    streams = Streams(*np.random.default_rng(seed).spawn(len(Streams.__dataclass_fields__)))
    known = draw_members(world, streams.members)
    clock = draw_clock(world, streams.timing)
    intake = Intake(world, known, clock)
    if world.plans:
        run = _months(world, known, intake, streams)
        tables, truth = frames_of.plan_tables(world, known, run), _plan_truth(world, known, run)
    else:
        held = contracts.draw_contracts(world, known, streams.contract)
        run = _contract_months(world, known, intake, held.until, streams)
        tables = {
            "contracts": contracts.contract_frame(world, known, held),
            "renewals": contracts.renewal_frame(world, known, held),
        }
        truth = {
            "contracts": contracts.contract_truth(world, known, held),
            "retention": contracts.law_truth(world),
        }
    served, sealed = _service(world, known, run, intake, clock, streams)
    left = last_day(world, run.until)
    every = {
        "customers": customer_frame(world, known, left, streams.names),
        "regions": frames_of.region_frame(world),
        **tables,
        "channels": frames_of.channel_frame(world),
        **served,
    }
    number = seed if isinstance(seed, int) else None
    return Case(every, name=world.name, seed=number, truth=Truth({**truth, **sealed}, world=world))


def _months(world: Telecom, known: Subscribers, intake: Intake, streams: Streams) -> Run:
    """Month by month: who is there, gets in touch, uses, pays, and leaves at its end."""
    n, offer, law, tariff = world.customers, world.offer, world.churn, Tariff.of(world)
    drivers, why = Drivers.of(world, known), complaint(world)
    until, treated = np.full(n, STAYS, dtype=np.int64), np.full(n, -1, dtype=np.int8)
    lot = streams.lot.random(n)
    rows_of, touches, complaints, chances, bills = [], [], [], [], []
    for month in range(world.months):
        rows = np.flatnonzero((known.first <= month) & (until > month))
        if offer is not None and month == offer.month:
            people = rows[~known.firm[rows]]
            treated[people] = lot[people] < offer.treated_share
        works = offer is not None and offer.month <= month < offer.month + offer.months
        touched = intake.draw(month, rows, streams.touch)
        count = np.bincount(touched.who[touched.reason == why], minlength=n)[rows] if why is not None else 0 * rows
        score = drivers.take(rows).score(world, month, (treated[rows] == 1) & works)
        leaves = chance(score + law.complaints * np.minimum(count, 3), law.link)
        until[rows[streams.leave.random(n)[rows] < leaves]] = month + 1
        rows_of.append(rows)
        touches.append(touched)
        complaints.append(count)
        chances.append(leaves)
        bills.append(draw_bills(world, known, tariff, rows, month, streams.usage))
    return Run(until, treated, rows_of, Touches.join(touches), complaints, chances, bills)


def _contract_months(world: Telecom, known: Subscribers, intake: Intake, until: np.ndarray, streams: Streams) -> Run:
    """Contacts of those who hold a contract, month by month."""
    touches = [
        intake.draw(month, np.flatnonzero((known.first <= month) & (until > month)), streams.touch)
        for month in range(world.months)
    ]
    return Run(until, np.full(world.customers, -1, dtype=np.int8), [], Touches.join(touches), [], [], [])


def _plan_truth(world: Telecom, known: Subscribers, run: Run) -> Frames:
    truth = {
        "customers": subscriber_truth(world, known, run.until),
        "hazards": frames_of.hazard_frame(world, run),
        "churn": coefficients(world),
    }
    return truth | ({"offers": offer_truth(world, known, run.treated)} if world.offer else {})


def _service(
    world: Telecom, known: Subscribers, run: Run, intake: Intake, clock: ServiceClock, streams: Streams
) -> tuple[Frames, Frames]:
    """Contacts on all channels, and the phone line call by call."""
    ends = np.append(clock.begins, clock.begins[-1]) * float(DAY_S)
    until_s = np.where(run.until <= world.months, ends[np.minimum(run.until, world.months)], np.inf)
    if world.desk is None:
        handled = handle(world, run.touches, until_s, np.inf, streams.follow)
        return {"contacts": frames_of.contact_frame(world, handled, None)[0]}, {"reasons": reason_truth(world)}
    begin_s = log_from(world) * DAY_S
    logged = (run.touches.channel == world.phone) & (run.touches.at_s >= begin_s)
    handled = handle(world, run.touches.take(np.flatnonzero(~logged)), until_s, begin_s, streams.follow)
    load = mean_load(world, known, intake, clock, run.until)
    duty = duty_of(world, load)
    first = run.touches.take(np.flatnonzero(logged))
    offset = len(handled.touches.who)
    calls = draw_calls(world, first, handled.to_desk, duty, until_s, offset, streams.line)
    contacts, call_ids = frames_of.contact_frame(world, handled, calls)
    served = {
        "contacts": contacts,
        "sites": frames_of.site_frame(world),
        "agents": frames_of.agent_frame(world, duty),
        "duty": frames_of.duty_frame(world, duty),
        "calls": frames_of.call_frame(world, calls, call_ids, offset, duty),
    }
    return served, {"reasons": reason_truth(world), "arrivals": interval_truth(world, load, clock)}
