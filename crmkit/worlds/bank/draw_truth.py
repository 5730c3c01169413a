"""What a bank world declares of its customers: the sealed truth, computed from the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_channels import PAYDAY, Ledger, mix
from crmkit.worlds.bank.draw_clients import DAYS_A_YEAR, MONTHS_A_YEAR, Calendar, categories
from crmkit.worlds.bank.parts import AUTOMATIC, CHANNELS

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_accounts import Accounts, Credit
    from crmkit.worlds.bank.draw_clients import Clients
    from crmkit.worlds.bank.world import Bank


def leave_per_day(world: Bank, known: Clients) -> np.ndarray:
    """Hazard of leaving of each customer."""
    return np.array([kind.leaves_per_year for kind in world.kinds])[known.kind] / DAYS_A_YEAR


def margin_next_year(
    world: Bank, known: Clients, accounts: Accounts, credit: Credit, ledger: Ledger, calendar: Calendar
) -> np.ndarray:
    """Mean margin and fees in the twelve months after the window, of the accounts held on its last day.

    Exact: balances follow a linear recursion in the mean, and customers leave by a constant hazard.
    """
    next_year = _next_year(calendar)
    leave = leave_per_day(world, known)
    change = world.rate_change.points if world.rate_change else 0.0
    last = ledger.month == calendar.months - 1
    balance = np.zeros(len(accounts))
    balance[ledger.account[last]] = np.abs(ledger.closing[last]) / 100
    held = accounts.last_month >= calendar.months

    offer, code = world.offer, accounts.product
    growth = np.array([1 + (one.rate + change * (one.rate != 0)) / MONTHS_A_YEAR - one.out_share for one in offer])
    monthly = np.array([one.monthly_incomes for one in offer], dtype=float)[code] * known.income[accounts.who]
    monthly = monthly / MONTHS_A_YEAR
    margin = np.array([one.margin for one in offer], dtype=float)[code] / MONTHS_A_YEAR
    fee = np.array([one.fee for one in offer], dtype=float)[code]
    line = np.zeros(len(accounts), dtype=bool)
    line[credit.account] = True
    total = np.zeros(len(known))
    for first in next_year.first[:MONTHS_A_YEAR]:
        alive = np.exp(-leave * first) * (known.left >= calendar.days)
        brings = (margin * balance + fee) * held * alive[accounts.who]
        total += np.bincount(accounts.who, weights=brings, minlength=len(known)) + world.current_fee * alive
        raised = np.where(line, _spending(world, credit.distressed[accounts.who], calendar.days, first), 1.0)
        balance = balance * growth[code] + monthly * raised
    return total


def _spending(world: Bank, distressed: np.ndarray, days: int, after: float) -> np.ndarray:
    """Mean factor on the borrowing in a month that begins `after` days past the window."""
    if world.lines is None:
        return np.ones(len(distressed))
    hazard = world.lines.distress_per_year / DAYS_A_YEAR
    chance = np.where(distressed < days, 1.0, -np.expm1(-hazard * after))
    return 1 + (world.lines.distress_spending - 1) * chance


def cost_next_year(world: Bank, known: Clients, calendar: Calendar) -> np.ndarray:
    """Mean cost of channel transactions and salaries in the twelve months after the window, exact."""
    next_year = _next_year(calendar)
    leave = leave_per_day(world, known)
    alive = known.left >= calendar.days
    costs = {channel.name: channel.cost for channel in world.channels}
    each = np.array([costs[name] for name in CHANNELS])
    closed = {closure.area for closure in world.closures}
    shut = np.array([area.name in closed for area in world.areas])[known.area].astype(int)
    # Cost of one transaction by online use, closed branches and kind.
    one = np.array([[mix(world, uses_online=bool(o), closed=bool(c)) @ each for c in (0, 1)] for o in (0, 1)])
    before, after = one[0, shut, known.kind], one[1, shut, known.kind]
    turn = known.adopted - calendar.days  # day of the next year on which the online bank is taken up
    factors = next_year.season(world.season)

    def there(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Mean days as a customer between two days."""
        return (np.exp(-leave * low) - np.exp(-leave * high)) / leave

    total = np.zeros(len(known))
    for month, (first, end) in enumerate(zip(next_year.first[:-1], next_year.first[1:], strict=True)):
        at = np.clip(turn, first, end)
        work = there(np.full(len(known), first), at) * before + there(at, np.full(len(known), end)) * after
        total += known.rate * factors[month] / (end - first) * work
        if world.salary_share > 0:
            total += costs[AUTOMATIC] * np.exp(-leave * (first + PAYDAY))
    return total * alive


def _next_year(calendar: Calendar) -> Calendar:
    start = calendar.date(np.array([calendar.days]))[0].astype("datetime64[D]").item()
    return Calendar.of(start, MONTHS_A_YEAR)


def truth_clients(
    world: Bank, known: Clients, accounts: Accounts, credit: Credit, ledger: Ledger, calendar: Calendar
) -> pd.DataFrame:
    """Each customer as the world made them (truth.bank.customers)."""
    import pandas as pd

    margin = margin_next_year(world, known, accounts, credit, ledger, calendar)
    return pd.DataFrame(
        {
            "customer_id": known.ids,
            "kind": categories([kind.name for kind in world.kinds], known.kind),
            "transactions_per_month": known.rate,
            "leaves_per_year": np.array([float(kind.leaves_per_year) for kind in world.kinds])[known.kind],
            "left": calendar.date_inside(known.left),
            "alive": known.left >= calendar.days,
            "online_ever": np.isfinite(known.adopted),
            "distressed": calendar.date_inside(np.where(credit.distressed < known.left, credit.distressed, -1.0)),
            "margin_next_year": margin,
            "cost_next_year": cost_next_year(world, known, calendar),
        }
    )


def truth_market(world: Bank, market: np.ndarray, calendar: Calendar) -> pd.DataFrame:
    """Return of each product in each month (truth.bank.market)."""
    import pandas as pd

    months, products = market.shape
    return pd.DataFrame(
        {
            "month": np.repeat(calendar.month_end(np.arange(months)), products),
            "product": categories([product.name for product in world.offer], np.tile(np.arange(products), months)),
            "monthly_return": market.ravel(),
        }
    )


def truth_mix(world: Bank) -> pd.DataFrame:
    """Chance of each channel by kind, online use and closed branches (truth.bank.mix)."""
    import pandas as pd

    parts = []
    for online in (False, True):
        for closed in (False, True):
            chance = mix(world, uses_online=online, closed=closed)
            kinds, channels = np.indices(chance.shape).reshape(2, -1)
            parts.append(
                pd.DataFrame(
                    {
                        "kind": categories([kind.name for kind in world.kinds], kinds),
                        "uses_online": np.full(len(kinds), online),
                        "branches_closed": np.full(len(kinds), closed),
                        "channel": categories(CHANNELS, channels),
                        "chance": chance.ravel(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
