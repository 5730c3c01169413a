"""Brokers of a bank, and its motor insurance."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door


@dataclass(frozen=True)
class Brokerage:
    """Brokers, their books of customers with a securities account, and the trades."""

    brokers: int = 12
    size_slope: float = 0.8  # size of the book ~ rank ** -slope
    skill: float = 0.30  # standard deviation of the log of a broker's factor on the rate of trades, normal
    trades_per_year: float = 9.0  # of a customer, with a broker of factor 1; gamma of shape trade_shape
    trade_shape: float = 0.8
    trade_incomes: float = 0.10  # median trade, in yearly incomes; log-normal
    trade_spread: float = 0.9  # standard deviation of the log of a trade
    online_share: float = 0.45  # of trades
    commission: float = 0.0025  # share of the trade, by broker
    online_commission: float = 0.0008
    least_commission: float = 5.0  # money
    titles: int = 30  # shares that are traded

    def __post_init__(self) -> None:
        door.whole("brokerage brokers", self.brokers, low=1, high=100_000)
        door.whole("brokerage titles", self.titles, low=1, high=400)
        for field in ("size_slope", "skill", "trades_per_year", "trade_spread", "least_commission"):
            door.number(f"brokerage {field}", getattr(self, field), low=0, high=10_000)
        for field in ("trade_shape", "trade_incomes"):
            door.number(f"brokerage {field}", getattr(self, field), low=0, above=True)
        for field in ("online_share", "commission", "online_commission"):
            door.share(f"brokerage {field}", getattr(self, field))


@dataclass(frozen=True)
class RiskClass:
    """One hidden class of drivers."""

    name: str
    share: float
    claims_per_year: float  # Poisson
    severity: float  # mean claim, money; gamma
    severity_shape: float = 2.0

    def __post_init__(self) -> None:
        here = f"risk class {self.name!r}: "
        door.share(here + "share", self.share)
        door.number(here + "claims_per_year", self.claims_per_year, low=0, high=100)
        door.number(here + "severity", self.severity, low=0, above=True)
        door.number(here + "severity_shape", self.severity_shape, low=0, above=True)


@dataclass(frozen=True)
class InsuranceBook:
    """Motor policies and their claims; the price follows what the insurer can see, not the class."""

    policy_share: float = 0.55  # of customers
    classes: tuple[RiskClass, ...] = (
        RiskClass("careful", 0.55, 0.06, 2_200.0),
        RiskClass("usual", 0.33, 0.14, 2_800.0),
        RiskClass("reckless", 0.12, 0.40, 3_900.0),
    )
    young: float = 2.5  # times the weight of the last class below 30 years
    loading: float = 1.25  # mean premium / mean true cost, among the young and among the others
    price_spread: float = 0.2  # premiums lie evenly up to this share above and below the mean

    def __post_init__(self) -> None:
        door.share("insurance policy_share", self.policy_share)
        door.share("insurance price_spread", self.price_spread)
        door.number("insurance young", self.young, low=0, high=100, above=True)
        door.number("insurance loading", self.loading, low=0, high=100, above=True)
        if not self.classes:
            raise ValueError("insurance classes=() must hold at least one")
        door.whole_sum("insurance classes", [one.share for one in self.classes])
        door.distinct("insurance classes", [one.name for one in self.classes])
