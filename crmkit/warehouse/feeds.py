"""Feeds: which table of a source goes into which table of the star, and how its columns are called there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmkit.warehouse.schema import TARGETS


@dataclass(frozen=True)
class Feed:
    """One way from a source into the star; the first whose needs a source meets is taken."""

    source: str  # table of the source
    target: str  # table of the warehouse
    needs: tuple[str, ...]  # columns without which it is not this feed
    maybe: tuple[str, ...] = ()  # columns taken under the same name where they are there
    named: tuple[tuple[str, str], ...] = ()  # (column of the star, column of the source where it is there)
    derived: Mapping[str, str] = field(default_factory=dict)  # column of the star: SQL over the source, called s
    beside: tuple[tuple[str, str, Mapping[str, str]], ...] = ()  # (other table, key, column of the star: its column)

    earns: str = "NULL"  # revenue of a transaction: SQL over j, its columns in the star

    def columns(self, has: Mapping[str, list[str]]) -> dict[str, str]:
        """Column of the star: SQL over s (and the tables beside), for a source with these tables and columns."""
        own = has[self.source]
        found = {name: f's."{name}"' for name in (*self.needs, *self.maybe) if name in own}
        renamed = [(name, theirs) for name, theirs in self.named if theirs in own]
        for _, theirs in renamed:
            found.pop(theirs, None)
        found |= {name: f's."{theirs}"' for name, theirs in renamed}
        for other, key, names in self.beside:
            if key in own and key in has.get(other, ()):
                found |= {name: f'"{other}"."{theirs}"' for name, theirs in names.items() if theirs in has[other]}
        known = TARGETS[self.target].names
        return {name: sql for name, sql in (found | dict(self.derived)).items() if name in known}


def _numbered(kind: str, number: str) -> str:
    return f"'{kind}/' || CAST(s.{number} AS VARCHAR)"


_CUSTOMER = ("name", "email", "address", "area", "household_id", "manager_id", "plan", "age", "income")
_OFFER = ("cost", "responded")
_DAY = "CAST(TRY_CAST(s.{} AS TIMESTAMP) AS DATE)"

FEEDS = (
    Feed("channels", "channels", ("channel",), ("cost",)),
    Feed("products", "products", ("product",), ("category", "debt", "margin", "fee")),
    Feed("products", "products", ("item",), ("category",), (("product", "item"),)),
    Feed(
        "customers",
        "customers",
        ("customer_id",),
        (*_CUSTOMER, "joined", "segment"),
        (("area", "region"), ("area", "city"), ("plan", "brand")),
        beside=(
            ("households", "household_id", {"area": "area", "address": "address"}),
            ("portfolios", "customer_id", {"manager_id": "manager_id"}),
        ),
    ),
    Feed("accounts", "accounts", ("account_id", "customer_id", "product"), ("opened", "closed", "credit_limit")),
    # The bank's: money of the customers, which is no revenue of the bank.
    Feed("transactions", "transactions", ("transaction_id", "customer_id", "day", "amount", "channel", "service")),
    # A shop's: each amount is revenue.
    Feed(
        "transactions",
        "transactions",
        ("transaction_id", "customer_id", "day", "amount"),
        ("channel",),
        earns="j.amount",
    ),
    # An operator's bills: customer and month give the number.
    Feed(
        "months",
        "transactions",
        ("customer_id", "month", "bill"),
        (),
        (("day", "month"), ("amount", "bill")),
        {
            "transaction_id": "TRY_CAST(s.customer_id AS BIGINT) * 1000000"
            " + year(TRY_CAST(s.month AS DATE)) * 100 + month(TRY_CAST(s.month AS DATE))",
            "service": "'bill'",
        },
        earns="j.amount",
    ),
    Feed(
        "contacts",
        "contacts",
        ("contact_id", "customer_id", "arrived", "channel"),
        ("reason", "resolved", "handle_s", "cost"),
        derived={"contact": _numbered("contact", "contact_id"), "day": _DAY.format("arrived")},
    ),
    Feed(
        "contacts",
        "contacts",
        ("customer_id", "campaign", "day", "treated"),
        _OFFER,
        derived={"contact": "CAST(s.campaign AS VARCHAR) || '/' || CAST(s.customer_id AS VARCHAR)"},
    ),
    Feed(
        "offers",
        "contacts",
        ("customer_id", "offer", "day", "treated"),
        _OFFER,
        (("campaign", "offer"),),
        {"contact": "CAST(s.offer AS VARCHAR) || '/' || CAST(s.customer_id AS VARCHAR)"},
    ),
    Feed(
        "talks",
        "contacts",
        ("talk_id", "customer_id", "day"),
        (),
        (("responded", "sold"),),
        {"contact": _numbered("talk", "talk_id"), "reason": "'talk'", "channel": "'manager'"},
    ),
    Feed(
        "mails",
        "contacts",
        ("mail_id", "customer_id", "day"),
        (),
        derived={"contact": _numbered("mail", "mail_id"), "reason": "'mail'", "channel": "'e-mail'"},
    ),
    Feed(
        "calls",
        "calls",
        ("call_id", "arrived"),
        (
            "customer_id",
            "site",
            "reason",
            "contained",
            "queued",
            "wait_s",
            "abandoned",
            "handle_s",
            "agent_id",
            "resolved",
        ),
        derived={"day": _DAY.format("arrived")},
    ),
    Feed(
        "statements",
        "balances",
        ("account_id", "month", "opening", "paid_in", "paid_out", "closing"),
        ("interest",),
        (("day", "month"),),
    ),
)
# Channels that a feed knows of itself; their cost is not known.
OWN_CHANNELS = ("manager", "e-mail")


def chosen(has: Mapping[str, list[str]]) -> tuple[list[Feed], list[str]]:
    """The feeds that a source's tables meet, in the order of loading, and the tables that none takes.

    Parameters
    ----------
    has : mapping
        Table of the source: its columns.

    Raises
    ------
    ValueError
        If a table of a known name lacks columns, or no table is known at all.

    >>> feeds, left_out = chosen({"channels": ["channel", "cost"], "weather": ["day"]})
    >>> [feed.target for feed in feeds], left_out
    (['channels'], ['weather'])
    """
    feeds, taken = [], set()
    for feed in FEEDS:
        if feed.source in has and feed.source not in taken and set(feed.needs) <= set(has[feed.source]):
            feeds.append(feed)
            taken.add(feed.source)
    for name, columns in has.items():
        ways = [feed.needs for feed in FEEDS if feed.source == name]
        if ways and name not in taken:
            way = min(ways, key=lambda needs: len(set(needs) - set(columns)))
            lacking = [column for column in way if column not in columns]
            raise ValueError(
                f"{name} lacks {lacking}; it has {list(columns)}. Mend: rename the columns that hold them, or leave "
                f"{name} out of the source"
            )
    if not feeds:
        raise ValueError(
            f"the source has the tables {list(has)}; expected at least one of {sorted({f.source for f in FEEDS})}"
        )
    beside = {other for feed in feeds for other, key, _ in feed.beside if key in has.get(other, ())}
    return feeds, [name for name in has if name not in taken | beside]
