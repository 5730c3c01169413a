"""How a bank serves: managers with portfolios, surveys, mail."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door


@dataclass(frozen=True)
class ManagerTeam:
    """Account managers with portfolios of unequal size and a skill of their own."""

    managers: int = 24
    size_slope: float = 0.9  # size of the portfolio ~ rank ** -slope
    skill: float = 0.35  # standard deviation of the log-odds between managers, normal
    talks_per_year: float = 1.5  # with a customer
    sale_chance: float = 0.12  # of a talk, with a manager of skill 0
    sale: float = 400.0  # mean worth of a sale, exponential

    def __post_init__(self) -> None:
        door.whole("team managers", self.managers, low=1, high=100_000)
        for field in ("size_slope", "skill", "talks_per_year"):
            door.number(f"team {field}", getattr(self, field), low=0, high=100)
        door.number("team sale", self.sale, low=0, above=True)
        door.share("team sale_chance", self.sale_chance)
        if self.sale_chance in (0, 1):
            raise ValueError(f"team sale_chance={self.sale_chance!r} must lie between 0 and 1")


@dataclass(frozen=True)
class RatedAttribute:
    """One side of the service, as customers see it on a scale from 0 to 100."""

    name: str
    importance: float  # mean said importance
    performance: float  # mean rating
    weight: float  # true weight in the satisfaction as a whole

    def __post_init__(self) -> None:
        for field in ("importance", "performance"):
            door.number(f"attribute {self.name!r}: {field}", getattr(self, field), low=1, high=99)
        door.share(f"attribute {self.name!r}: weight", self.weight)


@dataclass(frozen=True)
class SurveyPlan:
    """Satisfaction surveys. Ratings follow beta laws of the means declared, whole points."""

    per_year: float = 0.20  # answered surveys a customer
    attributes: tuple[RatedAttribute, ...] = (
        RatedAttribute("security", 92, 95, 0.20),
        RatedAttribute("function", 74, 82, 0.15),
        RatedAttribute("operation", 81, 68, 0.30),
        RatedAttribute("technology", 58, 86, 0.05),
        RatedAttribute("service", 88, 71, 0.30),
    )
    concentration: float = 12.0  # of the beta laws: the more, the more customers agree
    noise: float = 4.0  # standard deviation of the satisfaction around the weighted ratings

    def __post_init__(self) -> None:
        door.number("survey per_year", self.per_year, low=0, high=100)
        door.number("survey concentration", self.concentration, low=0, above=True)
        door.number("survey noise", self.noise, low=0, high=50)
        if not self.attributes:
            raise ValueError("survey attributes=() must hold at least one")
        door.distinct("survey attributes", [one.name for one in self.attributes])
        door.whole_sum("survey attributes (weights)", [one.weight for one in self.attributes])


@dataclass(frozen=True)
class MailIntent:
    """What a customer wants by e-mail, and how often."""

    name: str  # one of bank_letters.LETTERS
    share: float  # of all mails

    def __post_init__(self) -> None:
        from crmkit.worlds.bank.letters import LETTERS

        door.one_of("mail intent", self.name, LETTERS)
        door.share(f"mail intent {self.name!r}: share", self.share)


@dataclass(frozen=True)
class MailBox:
    """E-mails of customers, in natural language."""

    per_year: float = 0.6  # mails of a customer
    chinese_share: float = 0.3  # of customers, who always write in Chinese
    slip_share: float = 0.2  # of mails with a slip of the pen in the sentence that matters
    vague_share: float = 0.05  # of mails whose words do not tell the intent
    intents: tuple[MailIntent, ...] = (
        MailIntent("balance", 0.22),
        MailIntent("login", 0.18),
        MailIntent("transfer", 0.16),
        MailIntent("fee complaint", 0.12),
        MailIntent("lost card", 0.10),
        MailIntent("loan", 0.10),
        MailIntent("address", 0.08),
        MailIntent("close account", 0.04),
    )

    def __post_init__(self) -> None:
        door.number("mail per_year", self.per_year, low=0, high=1_000)
        for field in ("chinese_share", "slip_share", "vague_share"):
            door.share(f"mail {field}", getattr(self, field))
        if not self.intents:
            raise ValueError("mail intents=() must hold at least one")
        door.distinct("mail intents", [one.name for one in self.intents])
        door.whole_sum("mail intents", [one.share for one in self.intents])
