"""What a bank is made of: kinds of customers, areas, products, channels, and what may happen to them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crmkit.worlds import door

OFFLINE = ("counter", "machine", "phone")
CHANNELS = (*OFFLINE, "online")
AUTOMATIC = "automatic"  # salaries and the paying out of what is left: no one comes to the bank


@dataclass(frozen=True)
class BankKind:
    """One hidden kind of household; all its members are of that kind."""

    name: str
    share: float  # of all households
    age: float  # mean, years; standard deviation 9, 18 at the least
    income: float  # median income a year of a member; log-normal
    income_spread: float  # standard deviation of log income
    owner_share: float  # of households that own their home
    transactions_per_month: float  # mean channel transactions; gamma of shape 3 between customers
    offline: tuple[float, ...]  # counter, machine, phone: chances of a transaction that is not online
    online_share: float  # of the transactions of a customer who uses the online bank
    leaves_per_year: float  # hazard of leaving for good
    buffer_months: float  # incomes of a month that are kept on the current account
    holds: tuple[float, ...]  # chance of each product of the offer but the current account, on entering

    def __post_init__(self) -> None:
        here = f"kind {self.name!r}: "
        for field in ("share", "owner_share", "online_share"):
            door.share(here + field, getattr(self, field))
        for field in ("income", "leaves_per_year"):
            door.number(here + field, getattr(self, field), low=0, above=True)
        door.number(here + "age", self.age, low=18, high=90)
        door.number(here + "income_spread", self.income_spread, low=0, high=3)
        door.number(here + "transactions_per_month", self.transactions_per_month, low=0, high=1_000)
        door.number(here + "buffer_months", self.buffer_months, low=0)
        if len(self.offline) != len(OFFLINE):
            raise ValueError(
                f"{here}offline={self.offline!r} must give {len(OFFLINE)} chances, one for each of {OFFLINE}"
            )
        for channel, chance in zip(OFFLINE, self.offline, strict=True):
            door.share(f"{here}chance of {channel!r}", chance)
        door.whole_sum(f"kind {self.name!r}, offline", self.offline)
        for place, chance in enumerate(self.holds, start=1):
            door.share(f"{here}holds, product {place}", chance)


@dataclass(frozen=True)
class BankArea:
    """One area with its branches; every household belongs to one of them."""

    name: str
    share: float  # of all households
    branches: int = 2

    def __post_init__(self) -> None:
        door.share(f"area {self.name!r}: share", self.share)
        door.whole(f"area {self.name!r}: branches", self.branches, low=1, high=10_000)


@dataclass(frozen=True)
class BankProduct:
    """One product and the law of its balance.

    From one month end to the next, with b the balance (of a debt, what is owed)::

        b' = b + b (return of the month) - b out_share U + monthly_incomes x income / 12 x G

    U is even between 0 and 2, G gamma with mean 1 and shape 4; the return of the month
    has the mean rate / 12 and is the same for all customers. Hence
    E b' = b (1 + rate / 12 - out_share) + monthly_incomes x income / 12.
    """

    name: str
    debt: bool  # is the balance owed to the bank?
    start_incomes: float  # mean balance on entering, in yearly incomes; gamma of shape 2
    monthly_incomes: float  # mean paid in (debt: borrowed) a month, in monthly incomes
    out_share: float  # mean share of the balance taken out (debt: paid back) a month
    rate: float  # interest or mean return a year
    volatility: float  # standard deviation of the log return of a month
    margin: float  # what the bank earns a year on the balance at the beginning of the month
    fee: float  # what it earns a month on top, money
    opens_per_year: float  # hazard of opening it later, times the chance of holding it on entering
    owners_only: bool = False  # for home owners only

    def __post_init__(self) -> None:
        here = f"product {self.name!r}: "
        for field in ("start_incomes", "monthly_incomes", "volatility", "opens_per_year"):
            door.number(here + field, getattr(self, field), low=0, high=100)
        door.number(here + "out_share", self.out_share, low=0, high=0.5)
        door.number(here + "rate", self.rate, low=-0.5, high=1)
        door.number(here + "margin", self.margin, low=-1, high=1)
        door.number(here + "fee", self.fee)


@dataclass(frozen=True)
class BankChannel:
    """One channel: what a transaction costs, and how much of the work of closed branches comes to it."""

    name: str
    cost: float  # money a transaction, true and full
    takes_over: float = 0.0  # share of the counter work of closed branches; counter: done in another area

    def __post_init__(self) -> None:
        door.one_of("channel name", self.name, (*CHANNELS, AUTOMATIC))
        door.number(f"channel {self.name!r}: cost", self.cost, low=0)
        door.share(f"channel {self.name!r}: takes_over", self.takes_over)


@dataclass(frozen=True)
class BranchClosure:
    """All branches of an area close at the beginning of a month of the window."""

    area: str
    month: int  # from 0

    def __post_init__(self) -> None:
        door.whole(f"closure in {self.area!r}: month", self.month, low=0)


@dataclass(frozen=True)
class RateChange:
    """Interest and returns of all products that bear any move from a month of the window on."""

    month: int  # from 0
    points: float  # added to the rate a year: 0.01 is one point of a hundred

    def __post_init__(self) -> None:
        door.whole("rate_change month", self.month, low=0)
        door.number("rate_change points", self.points, low=-0.2, high=0.2)


@dataclass(frozen=True)
class OnlineAdoption:
    """When customers take up the online bank: the law of Bass (1969), launched on the first day of the window.

    Of those who ever will, the share F(t) = (1 - exp(-(p + q) t)) / (1 + q / p exp(-(p + q) t)) has done so
    after t months; who joins later than that begins online.
    """

    p: float = 0.006  # innovation, a month
    q: float = 0.20  # imitation, a month
    m: float = 0.70  # share of all customers who ever will

    def __post_init__(self) -> None:
        door.number("online p", self.p, low=0, high=10, above=True)
        door.number("online q", self.q, low=0, high=10)
        door.share("online m", self.m)


@dataclass(frozen=True)
class CreditLines:
    """Limits of cards, hidden distress, and what comes of it."""

    product: str = "card"  # the debt with a limit
    limit_incomes: float = 0.11  # mean limit, in yearly incomes; gamma of shape 8, in steps of 100
    distress_per_year: float = 0.06  # hazard of falling into distress, which lasts
    distress_spending: float = 2.5  # times the borrowing of before
    default_per_month: float = 0.0005  # chance of default in a month without distress
    default_in_distress: float = 0.06  # and with

    def __post_init__(self) -> None:
        door.number("lines limit_incomes", self.limit_incomes, low=0, above=True)
        door.number("lines distress_per_year", self.distress_per_year, low=0, high=100)
        door.number("lines distress_spending", self.distress_spending, low=0, high=100)
        door.share("lines default_per_month", self.default_per_month)
        door.share("lines default_in_distress", self.default_in_distress)


KINDS = (
    # holds: savings, card, mortgage (of owners), funds, securities, insurance
    BankKind(
        "salaried", 0.36, 38, 52_000, 0.35, 0.45, 3.0, (0.30, 0.55, 0.15), 0.65, 0.05, 0.8,
        (0.45, 0.60, 0.55, 0.15, 0.06, 0.30),
    ),
    BankKind(
        "family", 0.22, 44, 64_000, 0.35, 0.70, 4.0, (0.35, 0.45, 0.20), 0.60, 0.03, 1.0,
        (0.60, 0.65, 0.70, 0.20, 0.05, 0.55),
    ),
    BankKind(
        "old saver", 0.18, 66, 38_000, 0.40, 0.75, 2.0, (0.70, 0.20, 0.10), 0.25, 0.03, 2.5,
        (0.90, 0.25, 0.10, 0.25, 0.08, 0.45),
    ),
    BankKind(
        "young", 0.16, 25, 27_000, 0.45, 0.06, 3.5, (0.12, 0.73, 0.15), 0.85, 0.12, 0.4,
        (0.30, 0.45, 0.20, 0.06, 0.04, 0.08),
    ),
    BankKind(
        "investor", 0.08, 52, 130_000, 0.50, 0.80, 5.0, (0.25, 0.30, 0.45), 0.70, 0.06, 1.5,
        (0.70, 0.75, 0.35, 0.65, 0.60, 0.40),
    ),
)  # fmt: skip
AREAS = (
    BankArea("Riverside", 0.30, 3),
    BankArea("Old Town", 0.22, 2),
    BankArea("Harbour", 0.18, 2),
    BankArea("North Hill", 0.16, 2),
    BankArea("Lakeside", 0.14, 1),
)
OFFER = (
    #           name         debt  start  monthly out    rate   vol   margin fee opens owners
    BankProduct("savings", False, 0.60, 0.06, 0.020, 0.020, 0.00, 0.012, 0.0, 0.10),
    BankProduct("card", True, 0.04, 0.25, 0.500, 0.180, 0.00, 0.140, 2.0, 0.15),
    BankProduct("mortgage", True, 3.20, 0.00, 0.008, 0.042, 0.00, 0.013, 0.0, 0.06, True),
    BankProduct("funds", False, 0.80, 0.08, 0.015, 0.050, 0.03, 0.010, 0.0, 0.10),
    BankProduct("securities", False, 1.20, 0.05, 0.020, 0.060, 0.05, 0.004, 4.0, 0.08),
    BankProduct("insurance", False, 0.30, 0.03, 0.004, 0.025, 0.00, 0.015, 1.0, 0.05),
)
CURRENT = "current"  # the account that every customer has, moved by the channel transactions
CHANNEL_COSTS = (
    BankChannel("counter", 9.50, 0.15),
    BankChannel("machine", 1.90, 0.45),
    BankChannel("phone", 5.40, 0.20),
    BankChannel("online", 0.25, 0.20),
    BankChannel(AUTOMATIC, 0.05),
)
SAVINGS, SECURITIES = "savings", "securities"  # products that other parts ask for by name


def unit_shares(values: Sequence[float]) -> np.ndarray:
    """Shares scaled to add up to 1 to the last bit."""
    found = np.array(values, dtype=float)
    return found / math.fsum(values)
