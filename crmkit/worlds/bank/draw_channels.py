"""What customers do at counter, machine, phone and online, and the current account that it moves.

Month by month, all customers at once: the transactions of the month are drawn, what
is spent follows from what came in and from the buffer that the customer keeps, and
the amounts are cut to whole cents so that account and transactions agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import categories
from crmkit.worlds.bank.parts import AUTOMATIC, CHANNELS

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

ALL_CHANNELS = (*CHANNELS, AUTOMATIC)
ONLINE = CHANNELS.index("online")
COUNTER = CHANNELS.index("counter")
# service: (share of channel transactions, +1 money comes, -1 it goes, 0 none moves)
SERVICES = {
    "enquiry": (0.25, 0),
    "deposit": (0.08, 1),
    "withdrawal": (0.32, -1),
    "transfer": (0.20, -1),
    "payment": (0.15, -1),
    "salary": (0.0, 1),
    "closing": (0.0, -1),
}
DEPOSIT_INCOMES = 0.25  # mean deposit, in monthly incomes; exponential
WEEKDAYS = 5  # Monday to Friday
PAYDAY = 25  # day of the month on which salaries come in
PULL = 0.3  # share of the distance to the buffer that a month's spending closes
LEAST_SPENDING = 0.2  # of what came in, however low the buffer


@dataclass(frozen=True)
class Ledger:
    """One kind of account by month, in cents; entries in the order of months, then of accounts."""

    account: np.ndarray  # position
    month: np.ndarray
    opening: np.ndarray
    paid_in: np.ndarray
    paid_out: np.ndarray
    interest: np.ndarray

    @property
    def closing(self) -> np.ndarray:
        """Balance at the end of the month."""
        return self.opening + self.paid_in - self.paid_out


@dataclass(frozen=True)
class Work:
    """Channel transactions in the order of days."""

    who: np.ndarray
    day: np.ndarray
    channel: np.ndarray
    service: np.ndarray
    cents: np.ndarray


def mix(world: Bank, *, uses_online: bool, closed: bool) -> np.ndarray:
    """Chance of each channel by kind: (kinds, channels).

    Where the branches are closed the counter's work is shared out by takes_over (that of the
    counter: people go to another area); without the online bank its part is shared by the rest.
    """
    offline = np.array([kind.offline for kind in world.kinds])
    online = np.array([kind.online_share for kind in world.kinds])[:, None] * uses_online
    chance = np.hstack([offline * (1 - online), online])
    if not closed:
        return chance
    takes = {channel.name: channel.takes_over for channel in world.channels}
    share = np.array([takes[name] for name in CHANNELS])
    if not uses_online:
        share[ONLINE] = 0.0
    share /= share.sum()
    moved = chance[:, [COUNTER]] * share
    chance[:, COUNTER] = 0.0
    return chance + moved


def active_part(known: Clients, calendar: Calendar, month: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last (fractional) day of each customer's part of a month; last <= first: none."""
    first, end = calendar.first[month], calendar.first[month + 1]
    return np.maximum(known.joined, first), np.minimum(known.left, end)


def draw_work(world: Bank, known: Clients, calendar: Calendar, rng: np.random.Generator) -> tuple[Work, Ledger]:
    """All transactions and the current accounts they move."""
    n = len(known)
    closes = np.full(len(world.areas), calendar.months)
    for closure in world.closures:
        closes[[area.name for area in world.areas].index(closure.area)] = closure.month
    ladders = np.stack(
        [
            [np.cumsum(mix(world, uses_online=online, closed=closed), axis=1) for closed in (False, True)]
            for online in (False, True)
        ]
    )
    ladders[..., -1] = 1.0  # rounding must not leave a gap at the top
    buffer = np.array([kind.buffer_months for kind in world.kinds])[known.kind] * known.income * 100 / 12
    balance = np.where(known.existing, np.floor(buffer * rng.gamma(4.0, 0.25, size=n)), 0).astype(np.int64)
    salary = np.rint(known.income * world.salary_share * 100 / 12).astype(np.int64)
    factors = calendar.season(world.season)
    length = np.diff(calendar.first)

    work, ledgers = [], []
    for month in range(calendar.months):
        low, high = active_part(known, calendar, month)
        share = np.maximum(high - low, 0) / length[month]
        count = rng.poisson(known.rate * factors[month] * share)
        who = np.repeat(np.arange(n, dtype=np.int32), count)
        when = low[who] + (high - low)[who] * rng.random(len(who))
        ladder = ladders[
            (known.adopted[who] <= when).astype(np.int8),
            (closes[known.area[who]] <= month).astype(np.int8),
            known.kind[who],
        ]
        channel = (rng.random(len(who))[:, None] >= ladder[:, :-1]).sum(axis=1, dtype=np.int8)
        service = _services(rng.random(len(who)))
        weight = rng.standard_exponential(len(who))
        when = _on_weekdays(calendar, when, channel, low[who], high[who], rng.random(len(who)))
        part = _month(world, known, calendar, month, (who, when, channel, service, weight), salary, balance, buffer)
        work.append(part[0])
        ledgers.append(part[1])
        balance = part[2]
    return (
        Work(*(np.concatenate([getattr(one, name) for one in work]) for name in Work.__dataclass_fields__)),
        Ledger(*(np.concatenate([getattr(one, name) for one in ledgers]) for name in Ledger.__dataclass_fields__)),
    )


def _on_weekdays(
    calendar: Calendar, when: np.ndarray, channel: np.ndarray, low: np.ndarray, high: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    """Counters are closed at weekends: what falls there is done on a weekday of the next week.

    At the end of a month it is the week before; who is a customer for too few days of the month for
    either is served at the weekend all the same.
    """
    day = np.floor(when)
    weekday = (day + calendar.start.weekday()) % 7
    shut = np.flatnonzero((channel == COUNTER) & (weekday >= WEEKDAYS))
    monday, other = day[shut] - weekday[shut], np.floor(WEEKDAYS * chance[shut])
    after, before = monday + 7 + other, monday + other
    moved = np.where(after + 1 <= high[shut], after, np.where(before >= low[shut], before, when[shut]))
    when[shut] = moved
    return when


def _services(chance: np.ndarray) -> np.ndarray:
    ladder = np.cumsum([share for share, _ in SERVICES.values() if share])
    return np.minimum(np.searchsorted(ladder, chance, side="right"), len(ladder) - 1).astype(np.int8)


def _month(
    world: Bank,
    known: Clients,
    calendar: Calendar,
    month: int,
    drawn: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    salary: np.ndarray,
    balance: np.ndarray,
    buffer: np.ndarray,
) -> tuple[Work, Ledger, np.ndarray]:
    """The amounts of one month, salaries and last payments with them, and the accounts at its end."""
    n = len(known)
    who, when, channel, service, weight = drawn
    names = list(SERVICES)
    sign = np.array([way for _, way in SERVICES.values()])[service]
    first, end = calendar.first[month], calendar.first[month + 1]

    payday = first + PAYDAY - 1
    paid = np.flatnonzero((known.joined < payday + 1) & (known.left >= payday + 1) & (salary > 0))
    deposit = np.where(sign > 0, np.floor(weight * DEPOSIT_INCOMES * known.income[who] * 100 / 12) + 1, 0)
    paid_in = np.bincount(who, weights=deposit, minlength=n)
    paid_in[paid] += salary[paid]

    # Spending is shared by weight and cut to whole cents, so that it never passes what is there.
    wanted = np.maximum(paid_in + PULL * (balance - buffer), LEAST_SPENDING * paid_in)
    wanted = np.minimum(wanted, balance + paid_in)
    weights = np.bincount(who, weights=weight * (sign < 0), minlength=n)
    scale = np.divide(wanted, weights, out=np.zeros(n), where=weights > 0)
    spent = np.where(sign < 0, np.floor(weight * scale[who]), 0)
    paid_out = np.bincount(who, weights=spent, minlength=n)

    leaves = (known.left >= first) & (known.left < end) & (known.left >= known.joined)
    rest = np.where(leaves, balance + paid_in - paid_out, 0)
    last = np.flatnonzero(rest > 0)
    days = np.concatenate([np.minimum(np.floor(when), end - 1), np.full(len(paid), payday), np.floor(known.left[last])])
    days = days.astype(np.int32)
    order = np.argsort((days - first).astype(np.int16), kind="stable")  # short numbers are sorted by radix
    automatic = np.full(len(paid) + len(last), ALL_CHANNELS.index(AUTOMATIC), dtype=np.int8)
    extra = np.repeat(np.array([names.index("salary"), names.index("closing")], dtype=np.int8), [len(paid), len(last)])
    cents = np.concatenate([deposit - spent, salary[paid], -rest[last]]).astype(np.int64)
    work = Work(
        np.concatenate([who, paid.astype(np.int32), last.astype(np.int32)])[order],
        days[order],
        np.concatenate([channel, automatic])[order],
        np.concatenate([service, extra])[order],
        cents[order],
    )
    here = np.flatnonzero((known.joined < end) & (known.left >= first)).astype(np.int32)
    into, out = paid_in.astype(np.int64), (paid_out + rest).astype(np.int64)
    zero = np.zeros(len(here), dtype=np.int64)
    ledger = Ledger(here, np.full(len(here), month, dtype=np.int16), balance[here], into[here], out[here], zero)
    return work, ledger, balance + into - out


def work_frame(known: Clients, calendar: Calendar, work: Work) -> pd.DataFrame:
    """The transactions (bank.transactions)."""
    import pandas as pd

    return pd.DataFrame(
        {
            "transaction_id": 1 + np.arange(len(work.who)),
            "customer_id": known.ids[work.who],
            "day": calendar.date(work.day),
            "amount": work.cents / 100,
            "channel": categories(ALL_CHANNELS, work.channel),
            "service": categories(tuple(SERVICES), work.service),
        },
        copy=False,
    )


def channel_frame(world: Bank) -> pd.DataFrame:
    """The channels with the cost of a transaction (bank.channels)."""
    import pandas as pd

    rows = [(name, next(one.cost for one in world.channels if one.name == name)) for name in ALL_CHANNELS]
    return pd.DataFrame(
        {
            "channel": categories(ALL_CHANNELS, np.arange(len(ALL_CHANNELS))),
            "cost": [float(cost) for _, cost in rows],
        }
    )
