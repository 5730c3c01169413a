"""The web side of a retail world: pages and how visitors walk through them; a portal of many topics."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door


@dataclass(frozen=True)
class WebPage:
    """One page: the chances of what a visitor does next."""

    name: str
    to: tuple[float, ...]  # each page of the site in its order
    order: float = 0.0  # chance to order from here; what is left of 1 is the chance to leave

    def __post_init__(self) -> None:
        for chance in (*self.to, self.order):
            door.share(f"page {self.name!r}: chance", chance)
        if sum(self.to) + self.order > 1 + 1e-12:
            raise ValueError(
                f"page {self.name!r}: the chances add up to {sum(self.to) + self.order:.6g}; "
                "they must be at most 1, the rest leaves"
            )


PAGES = (
    #       name       home recipes tea  ware
    WebPage("home", (0.00, 0.30, 0.30, 0.15)),
    WebPage("recipes", (0.05, 0.25, 0.40, 0.05)),
    WebPage("tea", (0.05, 0.10, 0.30, 0.10), order=0.045),
    WebPage("ware", (0.05, 0.05, 0.15, 0.30), order=0.035),
)


@dataclass(frozen=True)
class Web:
    """Visits of members to the site: a walk from the first page until they order or leave.

    Once a visit has seen `content`, the chance to order is raised by `lift`: that is the
    effect of the content. Fans look at it more often and order more often anyhow, so that
    the plain difference between visits with and without it is too large.
    """

    pages: tuple[WebPage, ...] = PAGES
    content: str = "recipes"
    lift: float = 0.5  # rise of the chance to order, as a share of the own chance
    fan_share: float = 0.3  # of the members
    fan_pull: float = 1.8  # fans: factor on the chances of going to the content
    fan_order: float = 1.4  # fans: factor on the chance to order
    days: int = 61  # the log keeps the last days of the window

    def __post_init__(self) -> None:
        if not self.pages:
            raise ValueError("web pages=() must hold at least one")
        names = [page.name for page in self.pages]
        door.distinct("web pages", names)
        door.one_of("web content", self.content, names)
        for page in self.pages:
            if len(page.to) != len(self.pages):
                raise ValueError(f"page {page.name!r}: to={page.to!r} must give {len(names)} chances, one for {names}")
        door.number("web lift", self.lift, low=0, high=20)
        door.share("web fan_share", self.fan_share)
        door.number("web fan_pull", self.fan_pull, low=0, above=True, high=20)
        door.number("web fan_order", self.fan_order, low=0, above=True, high=20)
        door.whole("web days", self.days, low=1)
        most = max(self.fan_pull, 1), max(self.fan_order, 1) * (1 + self.lift)
        at = names.index(self.content)
        for page in self.pages:
            total = sum(page.to) + page.to[at] * (most[0] - 1) + page.order * most[1]
            if total > 1 + 1e-12:
                raise ValueError(
                    f"page {page.name!r}: with lift={self.lift!r}, fan_pull={self.fan_pull!r} and "
                    f"fan_order={self.fan_order!r} the chances of a fan add up to {total:.4g}; "
                    "they must be at most 1: lower one of these, or the chances of the page"
                )
        if not any(page.order for page in self.pages):
            raise ValueError("web pages lead to no order; give at least one page an order above 0")


@dataclass(frozen=True)
class Audience:
    """One hidden kind of visitor of a portal."""

    name: str
    share: float  # of all visitors
    leans: tuple[float, ...]  # share of each topic in the pages read; they add up to 1
    visits: float  # mean, 1 or more
    pages: float  # mean pages in a visit
    registers: float  # chance

    def __post_init__(self) -> None:
        here = f"audience {self.name!r}: "
        door.share(here + "share", self.share)
        for lean in self.leans:
            door.share(here + "lean", lean)
        door.whole_sum(f"audience {self.name!r}", self.leans)
        door.number(here + "visits", self.visits, low=1, high=10_000)
        door.number(here + "pages", self.pages, low=0, above=True, high=10_000)
        door.share(here + "registers", self.registers)


TOPICS = ("illnesses", "medicines", "hospitals", "mother and child", "diet", "sport")
AUDIENCES = (
    #        name            share  illnesses, medicines, hospitals, mother, diet, sport  visits pages registers
    Audience("patient", 0.22, (0.42, 0.28, 0.22, 0.02, 0.05, 0.01), 4.0, 6.0, 0.18),
    Audience("parent", 0.15, (0.14, 0.10, 0.10, 0.56, 0.08, 0.02), 6.0, 5.0, 0.30),
    Audience("health fan", 0.18, (0.04, 0.05, 0.02, 0.03, 0.48, 0.38), 5.0, 4.0, 0.12),
    Audience("browser", 0.45, (0.20, 0.15, 0.15, 0.15, 0.20, 0.15), 1.3, 2.0, 0.01),
)


@dataclass(frozen=True)
class Portal:
    """A portal of many topics and the visitors it drew in one month."""

    visitors: int = 5_000
    topics: tuple[str, ...] = TOPICS
    audiences: tuple[Audience, ...] = AUDIENCES

    def __post_init__(self) -> None:
        door.whole("portal visitors", self.visitors, low=1, high=50_000_000)
        if not self.topics or not self.audiences:
            raise ValueError("portal topics and audiences must hold at least one each")
        door.distinct("portal topics", self.topics)
        door.distinct("portal audiences", [one.name for one in self.audiences])
        door.whole_sum("portal audiences", [one.share for one in self.audiences])
        for one in self.audiences:
            if len(one.leans) != len(self.topics):
                raise ValueError(
                    f"audience {one.name!r}: leans={one.leans!r} must give {len(self.topics)} shares, "
                    f"one for each of {self.topics}"
                )
