"""A telecom operator and its service centre: the telecom world.

Its fields are the truth: brands, what drives churn, knobs of the market, why and
where subscribers get in touch, and a phone line that is served call by call.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.case import Case
from crmkit.worlds.people import LOCALES
from crmkit.worlds.telecom.desk import PHONE, SHOP, ArrivalProfile, CallDesk, ContactChannel, ContactReason
from crmkit.worlds.telecom.parts import (
    ChurnLaw,
    ContractLine,
    FestiveSeason,
    KeyAccounts,
    NetworkRegion,
    NumberPortability,
    Plan,
    PriceWar,
    RetentionOffer,
    ShopClosures,
)

PLANS = (
    #    name         share prepaid   fee  min.   GB  /min   /GB  use: min, GB  income  age
    Plan("Go prepaid", 0.34, True, 0.0, 0.0, 0.0, 0.15, 5.0, 220.0, 6.0, 3_500.0, 29.0),
    Plan("Easy prepaid", 0.22, True, 19.0, 100.0, 5.0, 0.15, 5.0, 180.0, 7.0, 4_000.0, 45.0),
    Plan("Family", 0.28, False, 89.0, 500.0, 20.0, 0.12, 4.0, 420.0, 18.0, 6_500.0, 43.0),
    Plan("Business", 0.16, False, 169.0, 1_000.0, 40.0, 0.10, 3.0, 900.0, 32.0, 11_000.0, 41.0),
)
NETWORK_REGIONS = (
    NetworkRegion("north", 0.30, 0.6),
    NetworkRegion("coast", 0.28, 0.9),
    NetworkRegion("centre", 0.22, -0.2),
    NetworkRegion("west", 0.14, -1.2),
    NetworkRegion("islands", 0.06, -2.1),
)
REASONS = (
    #             name        a month  s    cv  settled  by menu  network
    ContactReason("consultation", 0.050, 260, 0.8, 0.85, 0.10),
    ContactReason("query", 0.120, 150, 0.7, 0.92, 0.45),
    ContactReason("complaint", 0.030, 480, 0.9, 0.62, 0.0, 0.35),
    ContactReason("order", 0.035, 300, 0.7, 0.90, 0.20),
    ContactReason("repair", 0.035, 420, 0.9, 0.70, 0.05, 0.50),
    ContactReason("marketing", 0.020, 200, 0.6, 0.95, 0.0),
)
CHANNELS = (
    #              name     share  youth opens closes handle cost
    ContactChannel("phone", 0.52, 0.00, 0.0, 24.0, 1.0, 0.4),
    ContactChannel("e-mail", 0.10, 0.20, 0.0, 24.0, 1.3, 2.5),
    ContactChannel("fax", 0.02, -1.20, 8.0, 18.0, 1.8, 4.0),
    ContactChannel("SMS", 0.08, 0.40, 0.0, 24.0, 0.5, 0.6),
    ContactChannel("web", 0.12, 0.60, 0.0, 24.0, 0.4, 0.3),
    ContactChannel("chat", 0.06, 0.90, 8.0, 22.0, 1.2, 2.0),
    ContactChannel("shop", 0.10, -0.30, 9.0, 20.0, 1.6, 9.0),
)
SEASON = (1.00, 0.98, 0.98, 0.98, 1.00, 1.00, 1.02, 1.02, 1.00, 1.00, 1.00, 1.02)
CHURN, FESTIVE, OFFER = ChurnLaw(), FestiveSeason(), RetentionOffer()
ARRIVALS, DESK = ArrivalProfile(), CallDesk()
LAST_YEAR = 9_000  # the calendar ends with 9999


@dataclass(frozen=True)
class Telecom:
    """The telecom world. Every field is part of the truth.

    People hold a brand (`plans`) and may leave at the end of every month, or
    customers hold contracts (`lines`) that are renewed or not: one of the two.

    >>> case = Telecom(customers=100).draw(seed=7)
    >>> case.customers.shape
    (100, 13)
    >>> Telecom(customers=100, opening_share=1.2)
    Traceback (most recent call last):
    ...
    ValueError: opening_share=1.2 must be a share from 0 to 1; write 12 % as 0.12
    """

    customers: int = 2_000
    start: dt.date = dt.date(2024, 1, 1)  # the first of a month
    months: int = 24  # length of the window
    opening_share: float = 0.65  # of the customers, already there when the window opens; the others join in it
    tenure_months: float = 30.0  # mean time those have been there, exponential
    growth: float = 0.0  # of joining, per year: 0.2 is a fifth more each year
    plans: tuple[Plan, ...] = PLANS
    lines: tuple[ContractLine, ...] = ()
    regions: tuple[NetworkRegion, ...] = NETWORK_REGIONS
    churn: ChurnLaw = CHURN
    price_war: PriceWar | None = None
    portability: NumberPortability | None = None
    closures: ShopClosures | None = None
    festive: FestiveSeason | None = FESTIVE
    offer: RetentionOffer | None = OFFER
    accounts: KeyAccounts | None = None
    season: tuple[float, ...] = SEASON  # twelve factors on minutes and data
    usage_spread: float = 0.5  # standard deviation of the log of people's own mean use
    usage_shape: float = 8.0  # use from month to month: gamma of this shape about the own mean
    reasons: tuple[ContactReason, ...] = REASONS
    channels: tuple[ContactChannel, ...] = CHANNELS
    arrivals: ArrivalProfile = ARRIVALS
    repeat: float = 0.7  # chance that an unsettled contact is followed by another
    repeat_after_h: float = 20.0  # mean of an exponential law, hours
    desk: CallDesk | None = DESK
    locale: str = "en_US"

    name = "telecom"

    def __post_init__(self) -> None:
        from crmkit.worlds.telecom.checks import check

        door.whole("customers", self.customers, low=1, high=20_000_000)
        if type(self.start) is not dt.date or not 1900 <= self.start.year <= LAST_YEAR or self.start.day != 1:
            raise ValueError(
                f"start={self.start!r} must be the first day of a month from 1900 to {LAST_YEAR}; "
                "write datetime.date(2024, 1, 1)"
            )
        door.whole("months", self.months, low=1, high=600)
        for field in ("opening_share", "repeat"):
            door.share(field, getattr(self, field))
        door.number("tenure_months", self.tenure_months, low=0, high=240)
        door.number("growth", self.growth, low=-0.99, high=20)
        door.number("usage_spread", self.usage_spread, low=0, high=3)
        door.number("usage_shape", self.usage_shape, low=0, high=1e6, above=True)
        door.number("repeat_after_h", self.repeat_after_h, low=0, high=10_000, above=True)
        door.one_of("locale", self.locale, LOCALES)
        check(self)

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Telecom:
        """A world of one of `telecom_presets.PRESETS`, with fields changed.

        Parameters
        ----------
        name : str
            mobile, call_centre, hosting or key_accounts.
        **changes
            Fields of the world.

        >>> Telecom.preset("mobil")
        Traceback (most recent call last):
        ...
        ValueError: preset='mobil' is not known; did you mean 'mobile'?
        """
        from crmkit.worlds.telecom.presets import PRESETS

        door.one_of("preset", name, PRESETS)
        return cls(**(dict(PRESETS[name]) | changes))

    @property
    def end(self) -> dt.date:
        """The last day of the window."""
        return self.first_of(self.months) - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """Length of the window in days."""
        return (self.first_of(self.months) - self.start).days

    def first_of(self, month: int) -> dt.date:
        """The first day of a month, counted from the start of the window."""
        years, at = divmod(self.start.month - 1 + month, 12)
        return dt.date(self.start.year + years, at + 1, 1)

    def place(self, channel: str) -> int | None:
        """Where a channel stands in `channels`, None if it is not there."""
        names = [one.name for one in self.channels]
        return names.index(channel) if channel in names else None

    @property
    def phone(self) -> int | None:
        """Where the phone stands in `channels`."""
        return self.place(PHONE)

    @property
    def shop(self) -> int | None:
        """Where the shop stands in `channels`."""
        return self.place(SHOP)

    def about(self) -> list[str]:
        """How the world was drawn, in plain sentences with figures from the fields."""
        from crmkit.worlds.telecom.about import about

        return about(self)

    def holds(self, case: Case) -> str:
        """What a case of this world holds, counted from its tables."""
        from crmkit.worlds.telecom.about import holds

        return holds(case)

    def traps(self, case: Case) -> list[str]:
        """What misleads in the tables, in plain sentences."""
        from crmkit.worlds.telecom.about import traps

        return traps(case)

    def draw(self, seed: int | np.random.Generator) -> Case:
        """Draw one operator, its customers and their contacts.

        Parameters
        ----------
        seed : int or Generator
            The same seed and fields give the same tables.

        Returns
        -------
        Case
            Tables as in `tables.TELECOM_TABLES` (those of the parts that are on), and the
            truth as in `tables.TELECOM_TRUTH`.
        """
        from crmkit.worlds.telecom.draw import draw

        door.seed(seed)
        return draw(self, seed)
