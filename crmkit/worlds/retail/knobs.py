"""Knobs of a retail world that are off by default: each record is one part of the scenario."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Pricing:
    """Prices that move from week to week; demand answers by the elasticity of the category.

    An article's regular price is its shelf price times a level that is drawn anew now and
    then; a promotion takes a part off. Pieces sold ~ (price paid / shelf price) ** -elasticity.
    """

    promotion_share: float = 0.08  # of the article-weeks
    depths: tuple[float, ...] = (0.1, 0.2, 0.3)  # parts taken off, each as likely
    lowest_level: float = 0.85  # regular price / shelf price is even between this and 1
    changes_per_year: float = 1.5  # how often the level of an article is drawn anew

    def __post_init__(self) -> None:
        door.share("pricing promotion_share", self.promotion_share)
        if not self.depths:
            raise ValueError("pricing depths=() must give at least one; write (0.2,) for a fifth off")
        for depth in self.depths:
            door.number("pricing depth", depth, low=0, high=0.9)
        door.number("pricing lowest_level", self.lowest_level, low=0.1, high=1)
        door.number("pricing changes_per_year", self.changes_per_year, low=0, high=52)


@dataclass(frozen=True)
class Rotation:
    """Every few weeks a share of the articles gets a new design, which sells better at first."""

    weeks: int = 7
    share: float = 0.2  # of the articles, each time
    novelty: float = 0.5  # rise of the pieces sold in the first week of a new design
    fade_weeks: float = 6.0  # the rise falls to 1/e in this time

    def __post_init__(self) -> None:
        door.whole("rotation weeks", self.weeks, low=1)
        door.share("rotation share", self.share)
        door.number("rotation novelty", self.novelty, low=0, high=10)
        door.number("rotation fade_weeks", self.fade_weeks, low=0, above=True)


@dataclass(frozen=True)
class Loyalty:
    """A points programme: members are invited by lot, so that its effect can be measured."""

    invited_share: float = 0.5
    lift: float = 0.10  # rise of the rate of purchase of those invited, as a share of the own rate
    points_per_money: float = 1.0
    worth_of_point: float = 0.01  # money
    tiers: tuple[str, ...] = ("member", "silver", "gold")
    thresholds: tuple[float, ...] = (0.0, 1_000.0, 4_000.0)  # points from which each tier begins

    def __post_init__(self) -> None:
        door.share("loyalty invited_share", self.invited_share)
        door.number("loyalty lift", self.lift, low=0, high=10)
        door.number("loyalty points_per_money", self.points_per_money, low=0, above=True)
        door.number("loyalty worth_of_point", self.worth_of_point, low=0)
        door.distinct("loyalty tiers", self.tiers)
        rising = list(self.thresholds) == sorted(set(self.thresholds))
        if not self.tiers or len(self.tiers) != len(self.thresholds) or not rising or self.thresholds[0] != 0:
            raise ValueError(
                f"loyalty thresholds={self.thresholds!r} must give one for each of the tiers {self.tiers!r}, "
                "rising from 0"
            )


@dataclass(frozen=True)
class RivalSale:
    """A price war: while it lasts, purchases go to the rival and more members leave for good."""

    day: int = 400  # days after the start of the window
    days: int = 90
    lost_share: float = 0.25  # of the purchases
    leaving_factor: float = 2.0  # on every member's hazard of leaving

    def __post_init__(self) -> None:
        door.whole("rival day", self.day, low=0)
        door.whole("rival days", self.days, low=1)
        door.share("rival lost_share", self.lost_share)
        door.number("rival leaving_factor", self.leaving_factor, low=0, above=True, high=100)


@dataclass(frozen=True)
class Shops:
    """Branches: where members buy, and what is lost when some of them close."""

    branches: int = 40
    home_share: float = 0.85  # of a member's purchases, made in the home branch
    closed_share: float = 0.0  # of the branches; the first of each city stays open
    closing_day: int = 400  # days after the start of the window
    kept_share: float = 0.6  # of the purchases of members whose home branch closed

    def __post_init__(self) -> None:
        door.whole("shops branches", self.branches, low=1, high=100_000)
        door.share("shops home_share", self.home_share)
        door.share("shops closed_share", self.closed_share)
        door.whole("shops closing_day", self.closing_day, low=0)
        door.share("shops kept_share", self.kept_share)


ENQUIRY_CHANNELS = ("phone", "web", "fax", "shop")


@dataclass(frozen=True)
class Enquiries:
    """Questions to the offices: some before each purchase, others that lead to none."""

    per_purchase: float = 3.0  # mean, 1 or more
    lead_days: int = 60  # they come within this time before the purchase
    idle_per_year: float = 0.8  # of each member, without a purchase behind it
    channel_shares: tuple[float, ...] = (0.45, 0.30, 0.05, 0.20)  # phone, web, fax, shop
    right_line_share: float = 0.9  # that name the line that is bought in the end

    def __post_init__(self) -> None:
        door.number("enquiries per_purchase", self.per_purchase, low=1, high=100)
        door.whole("enquiries lead_days", self.lead_days, low=1)
        door.number("enquiries idle_per_year", self.idle_per_year, low=0, high=1_000)
        if len(self.channel_shares) != len(ENQUIRY_CHANNELS):
            raise ValueError(f"enquiries channel_shares={self.channel_shares!r} must give one for {ENQUIRY_CHANNELS}")
        for one in self.channel_shares:
            door.share("enquiries channel share", one)
        door.whole_sum("enquiries channels", self.channel_shares)
        door.share("enquiries right_line_share", self.right_line_share)


@dataclass(frozen=True)
class ShelfTest:
    """Two articles moved together on the shelf of some stores, by lot, the other stores as a control."""

    items: tuple[str, str] = ("plain candle", "plain lantern")
    lifts: tuple[float, float] = (0.12, 0.08)  # rise of the pieces sold in treated stores
    weekly_pieces: tuple[float, float] = (60.0, 25.0)  # mean of a store and week
    stores: int = 60
    treated_share: float = 0.5
    weeks: int = 20
    moved_after: int = 10  # weeks
    store_spread: float = 0.35  # coefficient of variation of the size of the stores

    def __post_init__(self) -> None:
        for field in ("items", "lifts", "weekly_pieces"):
            if len(getattr(self, field)) != 2:
                raise ValueError(f"shelf {field}={getattr(self, field)!r} must give two, one for each article")
        door.distinct("shelf items", self.items)
        for lift, pieces in zip(self.lifts, self.weekly_pieces, strict=True):
            door.number("shelf lift", lift, low=-1, high=10)
            door.number("shelf weekly_pieces", pieces, low=0, above=True, high=1e6)
        door.whole("shelf stores", self.stores, low=2, high=100_000)
        door.share("shelf treated_share", self.treated_share)
        door.whole("shelf weeks", self.weeks, low=2, high=520)
        door.whole("shelf moved_after", self.moved_after, low=1, high=self.weeks - 1)
        door.number("shelf store_spread", self.store_spread, low=0, above=True, high=3)
