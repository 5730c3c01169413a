"""The tables of a telecom world, as frames."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.clock import DAY_S, SLOT_S
from crmkit.worlds.telecom.draw_calls import Calls, log_from
from crmkit.worlds.telecom.draw_members import FIRST_CUSTOMER, Subscribers, month_start
from crmkit.worlds.telecom.queue import NOBODY

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.bills import Bills
    from crmkit.worlds.telecom.draw_touch import Handled, Touches
    from crmkit.worlds.telecom.world import Telecom

FIRST_CONTACT, FIRST_CALL, FIRST_AGENT = 1, 1, 7_001
NO_SITE = "none"


@dataclass(frozen=True)
class Run:
    """What happened over the months; lists hold one array a month, along `rows`."""

    until: np.ndarray  # first month without the customer; STAYS: past the window
    treated: np.ndarray  # 1 got the offer, 0 held back, -1 not in it
    rows: list[np.ndarray]  # who was there
    touches: Touches  # first contacts
    complaints: list[np.ndarray]
    chances: list[np.ndarray]  # to leave at the end of the month
    bills: list[Bills]


def category(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Codes of names as a category."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))


def moment(world: Telecom, at_s: np.ndarray) -> np.ndarray:
    """Seconds from the start of the window as moments."""
    return np.datetime64(world.start, "us") + at_s.astype("timedelta64[s]")


def _optional(values: np.ndarray) -> pd.Series:
    """Whole numbers, those below 0 missing."""
    import pandas as pd

    return pd.Series(pd.array(values, dtype="Int64")).mask(values < 0)


def _month_of(world: Telecom, run: Run) -> np.ndarray:
    return np.repeat(month_start(world, np.arange(world.months)), [len(rows) for rows in run.rows])


def plan_tables(world: Telecom, known: Subscribers, run: Run) -> dict[str, pd.DataFrame]:
    """plans, months, and offers where there is one."""
    import pandas as pd

    open_fields = [field.name for field in fields(world.plans[0])][:8]
    hidden = ("share",)
    plans = pd.DataFrame({
        ("brand" if name == "name" else name): [getattr(plan, name) for plan in world.plans]
        for name in open_fields if name not in hidden
    })  # fmt: skip
    plans["brand"] = plans["brand"].astype("str")
    who = np.concatenate(run.rows)
    charge = np.concatenate([bill.usage_charge for bill in run.bills])
    fee = known.fee[who]
    months = pd.DataFrame(
        {
            "customer_id": FIRST_CUSTOMER + who,
            "month": _month_of(world, run),
            "minutes": np.concatenate([bill.minutes for bill in run.bills]),
            "data_gb": np.concatenate([bill.data_gb for bill in run.bills]),
            "fee": fee,
            "usage_charge": charge,
            "bill": np.round(fee + charge, 2),
            "complaints": np.concatenate(run.complaints),
        },
        copy=False,
    )
    tables = {"plans": plans, "months": months}
    if world.offer is not None:
        at = np.flatnonzero(run.treated >= 0)
        given = run.treated[at] == 1
        day = np.datetime64(world.first_of(world.offer.month), "us")
        tables["offers"] = pd.DataFrame(
            {
                "customer_id": FIRST_CUSTOMER + at,
                "offer": pd.array([world.offer.name] * len(at), dtype="str"),
                "day": np.full(len(at), day),
                "treated": given,
                "cost": np.where(given, float(world.offer.cost), 0.0),
            }
        )
    return tables


def hazard_frame(world: Telecom, run: Run) -> pd.DataFrame:
    """tables.TELECOM_HAZARD_TRUTH."""
    import pandas as pd

    return pd.DataFrame(
        {
            "customer_id": FIRST_CUSTOMER + np.concatenate(run.rows),
            "month": _month_of(world, run),
            "leave_chance": np.concatenate(run.chances),
        },
        copy=False,
    )


def region_frame(world: Telecom) -> pd.DataFrame:
    """tables.TELECOM_REGIONS."""
    import pandas as pd

    names = pd.array([one.name for one in world.regions], dtype="str")
    return pd.DataFrame({"region": names, "quality": [float(one.quality) for one in world.regions]})


def channel_frame(world: Telecom) -> pd.DataFrame:
    """tables.TELECOM_CHANNELS."""
    import pandas as pd

    names = pd.array([one.name for one in world.channels], dtype="str")
    numbers = {name: [float(getattr(one, name)) for one in world.channels] for name in ("opens", "closes", "cost")}
    return pd.DataFrame({"channel": names, **numbers})


def site_frame(world: Telecom) -> pd.DataFrame:
    """tables.TELECOM_SITES."""
    import pandas as pd

    names = pd.array([site.name for site in world.desk.sites], dtype="str")
    return pd.DataFrame({"site": names, "wage_per_h": [float(site.wage) for site in world.desk.sites]})


def agent_frame(world: Telecom, duty: np.ndarray) -> pd.DataFrame:
    """tables.TELECOM_AGENTS: as many as are ever on duty."""
    import pandas as pd

    site = np.repeat(np.arange(duty.shape[1]), duty.max(axis=0))
    names = [one.name for one in world.desk.sites]
    return pd.DataFrame({"agent_id": FIRST_AGENT + np.arange(len(site)), "site": category(site, names)})


def duty_frame(world: Telecom, duty: np.ndarray) -> pd.DataFrame:
    """tables.TELECOM_DUTY."""
    import pandas as pd

    slots, sites = duty.shape
    at = log_from(world) * DAY_S + np.repeat(np.arange(slots), sites) * SLOT_S
    site = category(np.tile(np.arange(sites), slots), [one.name for one in world.desk.sites])
    return pd.DataFrame({"begins": moment(world, at), "site": site, "agents": duty.ravel()})


def contact_frame(world: Telecom, handled: Handled, calls: Calls | None) -> tuple[pd.DataFrame, np.ndarray]:
    """tables.TELECOM_CONTACTS, and the number of each call of the log by its place in the simulation."""
    import pandas as pd

    from crmkit.worlds.telecom.draw_touch import Touches

    touches, menu, good, taken = handled.touches, handled.self_service, handled.resolved, handled.handle_s
    offset, call_ids = len(touches.who), np.zeros(0, dtype=np.int64)
    place, call = np.arange(offset), np.full(offset, -1, dtype=np.int64)
    if calls is not None:
        call_ids = np.empty(len(calls.who), dtype=np.int64)
        call_ids[np.argsort(calls.at_s, kind="stable")] = FIRST_CALL + np.arange(len(calls.who))
        reached = np.flatnonzero(calls.contained | (calls.agent != NOBODY))
        channel = np.full(len(calls.who), world.phone, dtype=np.int16)
        by_phone = Touches(calls.who, calls.reason, channel, calls.at_s, calls.before).take(reached)
        touches = Touches.join([touches, by_phone])
        place, call = np.append(place, offset + reached), np.append(call, call_ids[reached])
        menu, good = np.append(menu, calls.contained[reached]), np.append(good, calls.resolved[reached])
        taken = np.append(taken, calls.handle_s[reached])
    order = np.argsort(touches.at_s, kind="stable")
    total = int(place.max()) + 1 if len(place) else 0
    number = np.full(total + 1, -1, dtype=np.int64)  # the last stands for "none"
    number[place[order]] = FIRST_CONTACT + np.arange(len(order))
    channel_cost = np.array([float(channel.cost) for channel in world.channels])
    frame = pd.DataFrame(
        {
            "contact_id": FIRST_CONTACT + np.arange(len(order)),
            "customer_id": FIRST_CUSTOMER + touches.who[order],
            "arrived": moment(world, touches.at_s[order]),
            "channel": category(touches.channel[order], [one.name for one in world.channels]),
            "reason": category(touches.reason[order], [one.name for one in world.reasons]),
            "self_service": menu[order],
            "resolved": good[order],
            "handle_s": taken[order],
            "cost": channel_cost[touches.channel[order]],
            "repeat_of": _optional(number[touches.before[order]]),
            "call_id": _optional(call[order]),
        },
        copy=False,
    )
    return frame, call_ids


def call_frame(world: Telecom, calls: Calls, ids: np.ndarray, offset: int, duty: np.ndarray) -> pd.DataFrame:
    """tables.CALLS."""
    import pandas as pd

    order = np.argsort(ids)
    linked = np.append(ids, -1)  # the last stands for "none"
    most = duty.max(axis=0)
    site_of = np.append(np.repeat(np.arange(len(most)), most), -1)
    agent = calls.agent[order]
    site = site_of[agent] if world.desk.pooled else np.where(calls.contained[order], -1, calls.queue[order])
    names = [one.name for one in world.desk.sites]
    return pd.DataFrame(
        {
            "call_id": ids[order],
            "customer_id": FIRST_CUSTOMER + calls.who[order],
            "arrived": moment(world, calls.at_s[order]),
            "site": category(np.where(site < 0, len(names), site), [*names, NO_SITE]),
            "reason": category(calls.reason[order], [one.name for one in world.reasons]),
            "contained": calls.contained[order],
            "queued": calls.wait_s[order] > 0,
            "wait_s": calls.wait_s[order],
            "abandoned": ~calls.contained[order] & (agent == NOBODY),
            "handle_s": calls.handle_s[order],
            "agent_id": _optional(np.where(agent == NOBODY, -1, FIRST_AGENT + agent)),
            "resolved": calls.resolved[order],
            "repeat_of": _optional(linked[np.where(calls.before >= offset, calls.before - offset, -1)[order]]),
            "redial_of": _optional(linked[calls.redial_of[order]]),
        }
    )
