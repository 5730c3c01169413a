"""What a telecom world declares of the case it drew: the sealed truth, as frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.bills import Tariff, mean_bill
from crmkit.worlds.telecom.churn import Drivers, complaint_rates, leaving, mean_chance
from crmkit.worlds.telecom.clock import DAY_S, SLOT_S
from crmkit.worlds.telecom.draw_members import FIRST_CUSTOMER, STAYS
from crmkit.worlds.telecom.frames import moment

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.clock import ServiceClock
    from crmkit.worlds.telecom.draw_calls import Load
    from crmkit.worlds.telecom.draw_members import Subscribers
    from crmkit.worlds.telecom.world import Telecom

YEAR = 12  # months of the value to come
OFFER_MONTHS = 3  # horizon of the chance to leave, where the world has no offer


def subscriber_truth(world: Telecom, known: Subscribers, until: np.ndarray) -> pd.DataFrame:
    """tables.TELECOM_CUSTOMER_TRUTH."""
    import pandas as pd

    n = world.customers
    alive = np.flatnonzero(until == STAYS)
    drivers = Drivers.of(world, known).take(alive)
    complaints = complaint_rates(world, known.quality)[alive]
    horizon = world.offer.months if world.offer else OFFER_MONTHS
    tariff, after = Tariff.of(world), world.months
    bills, there = np.zeros(len(alive)), np.ones(len(alive))
    for month in range(after, after + YEAR):
        bills += there * mean_bill(world, known, tariff, alive, month)
        there *= 1 - mean_chance(world, drivers, complaints, month, False)

    def spread(values: np.ndarray, otherwise: float) -> np.ndarray:
        every = np.full(n, otherwise)
        every[alive] = values
        return every

    next_month = mean_chance(world, drivers, complaints, after, False)
    return pd.DataFrame(
        {
            "customer_id": FIRST_CUSTOMER + np.arange(n),
            "minutes_per_month": known.minutes,
            "data_gb_per_month": known.data_gb,
            "alive": until == STAYS,
            "leave_next_month": spread(next_month, np.nan),
            "leave_soon": spread(leaving(world, drivers, complaints, after, horizon, False), np.nan),
            "leave_soon_offered": spread(
                leaving(world, drivers, complaints, after, horizon, world.offer is not None), np.nan
            ),
            "bills_next_year": spread(bills, 0.0),
        }
    )


def offer_truth(world: Telecom, known: Subscribers, treated: np.ndarray) -> pd.DataFrame:
    """tables.TELECOM_OFFER_TRUTH: chance to leave while the offer works, with it and without."""
    import pandas as pd

    at = np.flatnonzero(treated >= 0)
    drivers = Drivers.of(world, known).take(at)
    complaints = complaint_rates(world, known.quality)[at]
    window = (world.offer.month, world.offer.months)
    return pd.DataFrame(
        {
            "customer_id": FIRST_CUSTOMER + at,
            "leave_without": leaving(world, drivers, complaints, *window, False),
            "leave_with": leaving(world, drivers, complaints, *window, True),
        }
    )


def reason_truth(world: Telecom) -> pd.DataFrame:
    """tables.TELECOM_REASON_TRUTH."""
    import pandas as pd

    def column(name: str) -> list[float]:
        return [float(getattr(reason, name)) for reason in world.reasons]

    settled = np.array(column("resolved"))
    frame = pd.DataFrame({"reason": pd.array([one.name for one in world.reasons], dtype="str")})
    for name in ("per_month", "handle_s", "handle_cv", "resolved", "self_service", "network"):
        frame[name] = column(name)
    frame["repeat"] = (1 - settled) * world.repeat
    return frame


def interval_truth(world: Telecom, load: Load, clock: ServiceClock) -> pd.DataFrame:
    """tables.TELECOM_ARRIVAL_TRUTH: mean first calls of each half hour of the log."""
    import pandas as pd

    days = world.desk.days
    factor = clock.factor[world.days - days :]
    at = (world.days - days) * DAY_S + np.arange(load.first_calls.size) * SLOT_S
    return pd.DataFrame(
        {
            "begins": moment(world, at),
            "first_calls": load.first_calls.ravel(),
            "factor": factor.ravel(),
            "offered_load": load.erlangs.ravel(),
        }
    )
