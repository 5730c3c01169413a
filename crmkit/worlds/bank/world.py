"""A retail bank: households, accounts, channels, campaigns, credit, service, brokers and insurance.

Its fields are the truth. The scenes follow the cases of a bank that mines its
warehouse for home-equity loans, of personal e-banking, of credit by a decision
tree, of a broker's branch and of a motor insurer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.bank.finance import Brokerage, InsuranceBook
from crmkit.worlds.bank.parts import (
    AREAS,
    AUTOMATIC,
    CHANNEL_COSTS,
    CHANNELS,
    CURRENT,
    KINDS,
    OFFER,
    OFFLINE,
    SAVINGS,
    SECURITIES,
    BankArea,
    BankChannel,
    BankKind,
    BankProduct,
    BranchClosure,
    CreditLines,
    OnlineAdoption,
    RateChange,
)
from crmkit.worlds.bank.plans import BankCampaign, CreditPolicy
from crmkit.worlds.bank.service import MailBox, ManagerTeam, SurveyPlan
from crmkit.worlds.case import Case
from crmkit.worlds.people import LOCALES

LOAN_OFFER = BankCampaign(
    "autumn loan", 240, (0.020, 0.025, 0.006, 0.030, 0.012), (0.5, 0.9, 0.2, -0.3, 0.6), age_slope=-0.1
)
# Work on the channels: a little more before the New Year and in the spring, less in summer.
SEASON = (1.06, 0.94, 1.02, 1.00, 0.98, 1.00, 0.92, 0.92, 1.00, 1.00, 1.02, 1.14)
MOST_MONTHS = 1_200
ONLINE, LINES, CREDIT, TEAM = OnlineAdoption(), CreditLines(), CreditPolicy(), ManagerTeam()
SURVEY, MAIL = SurveyPlan(), MailBox()


@dataclass(frozen=True)
class Bank:
    """The bank world. Every field is part of the truth.

    >>> case = Bank(customers=50).draw(seed=7)
    >>> len(case.customers), case.truth.world.end.isoformat()
    (50, '2025-12-31')
    >>> Bank(months=0)
    Traceback (most recent call last):
    ...
    ValueError: months=0 must be a whole number, at least 1 and at most 1,200
    """

    customers: int = 2_000
    start: dt.date = dt.date(2024, 1, 1)  # the first of a month
    months: int = 24  # length of the window
    existing_share: float = 0.75  # of customers who were there before the window; the rest join during it
    growth: float = 0.0  # of joining a year: 0.2 means a fifth more a year later
    household_sizes: tuple[float, ...] = (0.50, 0.36, 0.10, 0.04)  # shares of households with 1, 2, 3 … customers
    kinds: tuple[BankKind, ...] = KINDS
    areas: tuple[BankArea, ...] = AREAS
    offer: tuple[BankProduct, ...] = OFFER  # besides the current account, which everybody has
    channels: tuple[BankChannel, ...] = CHANNEL_COSTS
    current_fee: float = 2.5  # what the bank earns on a current account a month
    salary_share: float = 0.9  # of the income of a month that is paid in on the 25th
    season: tuple[float, ...] = SEASON  # twelve monthly factors of the work on the channels
    online: OnlineAdoption | None = ONLINE
    closures: tuple[BranchClosure, ...] = ()
    rate_change: RateChange | None = None
    lines: CreditLines | None = LINES
    campaigns: tuple[BankCampaign, ...] = (LOAN_OFFER,)
    credit: CreditPolicy | None = CREDIT
    team: ManagerTeam | None = TEAM
    survey: SurveyPlan | None = SURVEY
    mail: MailBox | None = MAIL
    brokerage: Brokerage | None = None
    insurance: InsuranceBook | None = None
    locale: str = "en_US"

    name = "bank"

    def __post_init__(self) -> None:
        door.whole("customers", self.customers, low=1, high=50_000_000)
        door.whole("months", self.months, low=1, high=MOST_MONTHS)
        if type(self.start) is not dt.date or self.start.day != 1 or not 1700 <= self.start.year <= 9_000:
            raise ValueError(
                f"start={self.start!r} must be the first day of a month in 1700 to 9000, since accounts are stated "
                "by months; write datetime.date(2024, 1, 1)"
            )
        for field in ("existing_share", "salary_share"):
            door.share(field, getattr(self, field))
        door.number("growth", self.growth, low=-0.99, high=100)
        door.number("current_fee", self.current_fee)
        door.one_of("locale", self.locale, LOCALES)
        for place, part in enumerate(self.household_sizes, start=1):
            door.share(f"household_sizes, {place}", part)
        door.whole_sum("household_sizes", self.household_sizes)
        if len(self.season) != 12:
            raise ValueError(f"season={self.season!r} must give twelve monthly factors")
        for month, factor in enumerate(self.season, start=1):
            door.number(f"season, month {month}", factor, low=0, high=100)
        self._check_parts()
        self._check_events()

    def _check_parts(self) -> None:
        for field in ("kinds", "areas"):
            if not getattr(self, field):
                raise ValueError(f"{field}=() must hold at least one")
            door.whole_sum(field, [part.share for part in getattr(self, field)])
        for field in ("kinds", "areas", "offer", "channels", "campaigns"):
            door.distinct(field, [part.name for part in getattr(self, field)])
        door.distinct("offer and the current account", [CURRENT, *(product.name for product in self.offer)])
        for kind in self.kinds:
            if len(kind.holds) != len(self.offer):
                raise ValueError(
                    f"kind {kind.name!r}: holds={kind.holds!r} must give {len(self.offer)} chances, "
                    f"one for each of {tuple(product.name for product in self.offer)}"
                )
        wanted = {*CHANNELS, AUTOMATIC}
        if {channel.name for channel in self.channels} != wanted:
            raise ValueError(
                f"channels name {[one.name for one in self.channels]}; expected each of {sorted(wanted)} once"
            )
        takes = {channel.name: channel.takes_over for channel in self.channels}
        if takes[AUTOMATIC]:
            raise ValueError(
                f"channel {AUTOMATIC!r}: takes_over={takes[AUTOMATIC]!r} must be 0; no customer can go there"
            )
        door.whole_sum("channels (takes_over)", list(takes.values()))
        if not sum(takes[name] for name in OFFLINE):
            raise ValueError("channels: takes_over must be above 0 for one of counter, machine, phone")

    def _check_events(self) -> None:
        areas = [area.name for area in self.areas]
        door.distinct("closures", [closure.area for closure in self.closures])
        for closure in self.closures:
            door.one_of("closure area", closure.area, areas)
            self._inside(f"closure in {closure.area!r}: month", closure.month)
        if self.rate_change is not None:
            self._inside("rate_change month", self.rate_change.month)
        if self.lines is not None:
            door.one_of("lines product", self.lines.product, [one.name for one in self.offer if one.debt])
        for campaign in self.campaigns:
            for field in ("without", "effect"):
                if len(getattr(campaign, field)) != len(self.kinds):
                    raise ValueError(
                        f"campaign {campaign.name!r}: {field}={getattr(campaign, field)!r} must give "
                        f"{len(self.kinds)} values, one for each kind"
                    )
            if campaign.day + campaign.response_days > self.days:
                raise ValueError(
                    f"campaign {campaign.name!r}: day={campaign.day} and response_days={campaign.response_days} reach "
                    f"past the window of {self.days} days; give an earlier day, more months, or campaigns=()"
                )
        if self.brokerage is not None and SECURITIES not in [one.name for one in self.offer]:
            raise ValueError(f"brokerage needs the product {SECURITIES!r} in the offer; add it, or give brokerage=None")
        if self.credit is not None and self.credit.leaves and SAVINGS not in [one.name for one in self.offer]:
            raise ValueError(
                f"the credit tree asks for the product {SAVINGS!r}; add it to the offer, or give leaves=()"
            )

    def _inside(self, field: str, month: int) -> None:
        if month >= self.months:
            raise ValueError(f"{field}={month} lies outside the window of months={self.months}; months count from 0")

    @property
    def end(self) -> dt.date:
        """The last day of the window."""
        month = self.start.month - 1 + self.months
        return dt.date(self.start.year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)

    @property
    def days(self) -> int:
        """Length of the window."""
        return (self.end - self.start).days + 1

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Bank:
        """The bank of a preset, with fields changed.

        Parameters
        ----------
        name : str
            retail_bank, home_equity, credit_tree, brokerage or insurance.
        **changes
            Fields that differ from the preset.

        Raises
        ------
        ValueError
            If there is no such preset; the nearest name is suggested.

        >>> Bank.preset("credit_tree", customers=500).credit.income_cut
        50000
        """
        from crmkit.worlds.bank.presets import PRESETS

        door.one_of("preset", name, PRESETS)
        return cls(**(PRESETS[name]() | changes))

    def about(self) -> list[str]:
        """How the bank was drawn, in sentences with figures."""
        from crmkit.worlds.bank.about import about

        return about(self)

    def traps(self, case: Case) -> list[str]:
        """What misleads a careless reader of its tables."""
        from crmkit.worlds.bank.about import traps

        return traps(case)

    def draw(self, seed: int | np.random.Generator) -> Case:
        """Draw one bank and its customers.

        Parameters
        ----------
        seed : int or Generator
            The same seed and fields give the same tables.

        Returns
        -------
        Case
            The tables of `tables.bank`, those of parts that are None left out, and the truth.
        """
        from crmkit.worlds.bank.draw import draw

        door.seed(seed)
        return draw(self, seed)
