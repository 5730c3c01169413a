"""Selling to firms: opportunities that go through stages, with owners, sources and expected days of closing."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door


@dataclass(frozen=True)
class SalesStage:
    """One stage of the pipeline."""

    name: str
    conversion: float  # chance to go on to the next stage, or to be won after the last; of a middling owner
    days: float  # mean time in the stage, exponential

    def __post_init__(self) -> None:
        door.number(f"stage {self.name!r}: conversion", self.conversion, low=0, above=True, high=0.999)
        door.number(f"stage {self.name!r}: days", self.days, low=0, above=True, high=10_000)


@dataclass(frozen=True)
class LeadSource:
    """Where opportunities come from."""

    name: str
    share: float  # of the opportunities
    cost: float  # money per opportunity
    quality: float  # added to the log-odds of every stage

    def __post_init__(self) -> None:
        door.share(f"source {self.name!r}: share", self.share)
        door.number(f"source {self.name!r}: cost", self.cost, low=0)
        door.number(f"source {self.name!r}: quality", self.quality, low=-5, high=5)


STAGES = (
    SalesStage("lead", 0.45, 14.0),
    SalesStage("qualified", 0.60, 25.0),
    SalesStage("demonstration", 0.65, 30.0),
    SalesStage("offer", 0.55, 35.0),
    SalesStage("negotiation", 0.75, 20.0),
)
SOURCES = (
    LeadSource("trade fair", 0.25, 900.0, 0.10),
    LeadSource("web form", 0.40, 120.0, -0.25),
    LeadSource("referral", 0.15, 60.0, 0.55),
    LeadSource("cold call", 0.20, 300.0, -0.10),
)


@dataclass(frozen=True)
class Pipeline:
    """Opportunities of the customers and what becomes of them."""

    per_year: float = 2.0  # opportunities of a customer while a customer
    stages: tuple[SalesStage, ...] = STAGES
    sources: tuple[LeadSource, ...] = SOURCES
    owners: int = 12
    owner_spread: float = 0.3  # standard deviation of the owners' skill, in log-odds
    amount: float = 60_000.0  # median of an opportunity
    amount_spread: float = 0.8  # standard deviation of the log amount
    optimism: float = 0.8  # expected time to close / mean time of those that are won, median
    guess_spread: float = 0.25  # standard deviation of the log of that guess

    def __post_init__(self) -> None:
        door.number("pipeline per_year", self.per_year, low=0, above=True, high=1_000)
        for field in ("stages", "sources"):
            if not getattr(self, field):
                raise ValueError(f"pipeline {field}=() must hold at least one")
            door.distinct(f"pipeline {field}", [one.name for one in getattr(self, field)])
        if {"won", "lost"} & {stage.name for stage in self.stages}:
            raise ValueError("pipeline stages use the names 'won' or 'lost', which are ends; choose others")
        door.whole_sum("pipeline sources", [one.share for one in self.sources])
        door.whole("pipeline owners", self.owners, low=1, high=10_000)
        door.number("pipeline owner_spread", self.owner_spread, low=0, high=5)
        door.number("pipeline amount", self.amount, low=0, above=True)
        door.number("pipeline amount_spread", self.amount_spread, low=0, high=5)
        door.number("pipeline optimism", self.optimism, low=0, above=True, high=10)
        door.number("pipeline guess_spread", self.guess_spread, low=0, high=5)
