"""The parts of a telecom world: brands, what drives churn, knobs of the market, firms and contracts.

Each record is part of the truth and is checked when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from crmkit.worlds import door

LINKS = ("logit", "cloglog")


@dataclass(frozen=True)
class Plan:
    """One brand of the operator: its price list and the people it attracts."""

    name: str
    share: float  # of the people (firms apart)
    prepaid: bool
    fee: float  # money a month, with the allowances below
    minutes_included: float
    data_gb_included: float
    minute_price: float  # money per minute beyond the allowance
    gb_price: float  # money per GB beyond the allowance
    minutes_per_month: float  # mean use
    data_gb_per_month: float
    income_per_month: float  # median of its subscribers
    age: float  # mean of its subscribers, years

    def __post_init__(self) -> None:
        here = f"plan {self.name!r}: "
        door.share(here + "share", self.share)
        if not isinstance(self.prepaid, bool):
            raise ValueError(f"{here}prepaid={self.prepaid!r} must be True or False")
        for name in ("fee", "minutes_included", "data_gb_included", "minute_price", "gb_price"):
            door.number(here + name, getattr(self, name), low=0)
        for name in ("minutes_per_month", "data_gb_per_month", "income_per_month"):
            door.number(here + name, getattr(self, name), low=0, above=True)
        door.number(here + "age", self.age, low=18, high=80)


@dataclass(frozen=True)
class NetworkRegion:
    """Where subscribers live and how good the network is there."""

    name: str
    share: float
    quality: float  # index: 0 is the mean of the country, +1 or -1 a good or bad region

    def __post_init__(self) -> None:
        door.share(f"region {self.name!r}: share", self.share)
        door.number(f"region {self.name!r}: quality", self.quality, low=-5, high=5)


@dataclass(frozen=True)
class ChurnLaw:
    """What moves the chance to leave at the end of a month: coefficients on the scale of the link."""

    intercept: float = -4.0  # a postpaid man or woman of 40 with a median income in the first month
    prepaid: float = 0.70
    log_tenure: float = -0.25  # per unit of log(1 + whole months with the operator)
    quality: float = -0.35  # per unit of the region's network quality
    complaints: float = 0.60  # per complaint in the month; three or more count as three
    age: float = -0.12  # per ten years beyond 40
    income: float = -0.10  # per doubling of the income over the median of the brand
    young_prepaid: float = 0.50  # prepaid and under 30: more than the sum of the two
    firm: float = -1.20
    link: str = "logit"  # or "cloglog": a proportional hazard within the month

    def __post_init__(self) -> None:
        door.one_of("churn link", self.link, LINKS)
        for field in fields(self):
            if field.name != "link":
                door.number(f"churn {field.name}", getattr(self, field.name), low=-20, high=20)


@dataclass(frozen=True)
class PriceWar:
    """A rival cuts prices: from that month on everyone is more likely to leave."""

    month: int = 12  # months after the start of the window
    log_odds: float = 0.5

    def __post_init__(self) -> None:
        door.whole("price war month", self.month, low=0)
        door.number("price war log_odds", self.log_odds, low=-10, high=10)


@dataclass(frozen=True)
class NumberPortability:
    """Numbers may be kept when leaving: from that month on, postpaid subscribers are less tied."""

    month: int = 12
    log_odds: float = 0.4  # on postpaid subscribers; a prepaid number holds nobody

    def __post_init__(self) -> None:
        door.whole("number portability month", self.month, low=0)
        door.number("number portability log_odds", self.log_odds, low=-10, high=10)


@dataclass(frozen=True)
class ShopClosures:
    """Shops close: from that month on, part of what came to the shops comes by phone."""

    month: int = 12
    share: float = 0.5  # of the shop contacts

    def __post_init__(self) -> None:
        door.whole("shop closures month", self.month, low=0)
        door.share("shop closures share", self.share)


@dataclass(frozen=True)
class FestiveSeason:
    """A calendar month in which people talk, surf and ask more."""

    month: int = 2  # of the calendar: the Spring Festival
    usage: float = 1.25  # factor on minutes and data
    contacts: float = 1.20  # factor on first contacts

    def __post_init__(self) -> None:
        door.whole("festive season month", self.month, low=1, high=12)
        door.number("festive season usage", self.usage, low=0, high=10, above=True)
        door.number("festive season contacts", self.contacts, low=0, high=10, above=True)


@dataclass(frozen=True)
class RetentionOffer:
    """An offer to stay, given by lot, with the others held back as a control."""

    name: str = "stay bonus"
    month: int = 18  # months after the start of the window
    treated_share: float = 0.5  # of the people who are subscribers in that month
    months: int = 3  # how long it works, the first month included
    postpaid: float = -0.80  # effect on the log-odds (or log hazard) of leaving
    prepaid: float = -0.15
    cost: float = 20.0  # money per offer

    def __post_init__(self) -> None:
        door.whole("offer month", self.month, low=0)
        door.share("offer treated_share", self.treated_share)
        door.whole("offer months", self.months, low=1, high=60)
        door.number("offer postpaid", self.postpaid, low=-10, high=10)
        door.number("offer prepaid", self.prepaid, low=-10, high=10)
        door.number("offer cost", self.cost, low=0)


@dataclass(frozen=True)
class KeyAccounts:
    """Firms among the customers: few, with monthly fees that follow a Pareto law."""

    share: float = 0.05  # of the customers
    fee: float = 800.0  # least monthly fee
    index: float = 1.3  # of the Pareto tail: P(fee > x) = (least / x) ** index
    usage_share: float = 0.25  # mean charge for use, as a share of the fee
    usage_cv: float = 0.5  # of that charge from month to month

    def __post_init__(self) -> None:
        door.share("key accounts share", self.share)
        door.number("key accounts fee", self.fee, low=0, above=True)
        door.number("key accounts index", self.index, low=0.2, high=100)
        door.number("key accounts usage_share", self.usage_share, low=0, high=10)
        door.number("key accounts usage_cv", self.usage_cv, low=0, high=5, above=True)


@dataclass(frozen=True)
class ContractLine:
    """Contracts that run a term and are renewed or not: a shifted beta-geometric law.

    Each contract has its own chance of not being renewed, the same at each renewal;
    over the contracts it follows Beta(alpha, beta).

    References
    ----------
    Fader & Hardie (2007), How to project customer retention.
    """

    name: str
    share: float  # of the customers
    alpha: float
    beta: float
    fee: float  # money a term
    term_months: int = 12

    def __post_init__(self) -> None:
        here = f"line {self.name!r}: "
        door.share(here + "share", self.share)
        door.number(here + "alpha", self.alpha, low=0, high=1e6, above=True)
        door.number(here + "beta", self.beta, low=0, high=1e6, above=True)
        door.number(here + "fee", self.fee, low=0, above=True)
        door.whole(here + "term_months", self.term_months, low=1, high=120)
