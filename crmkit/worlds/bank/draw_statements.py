"""Products, accounts and statements as tables, and what is read off them: lines exceeded and in default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import categories
from crmkit.worlds.bank.parts import CURRENT

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_accounts import Accounts, Credit
    from crmkit.worlds.bank.draw_channels import Ledger
    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

FIRST_ACCOUNT = 1_000_001


def product_names(world: Bank) -> list[str]:
    """The current account first, then the offer."""
    return [CURRENT, *(product.name for product in world.offer)]


def product_frame(world: Bank) -> pd.DataFrame:
    """The products (bank.products)."""
    import pandas as pd

    names = product_names(world)
    return pd.DataFrame(
        {
            "product": categories(names, np.arange(len(names))),
            "debt": np.array([False, *(one.debt for one in world.offer)]),
            "rate": [0.0, *(float(one.rate) for one in world.offer)],
            "margin": [0.0, *(float(one.margin) for one in world.offer)],
            "fee": [float(world.current_fee), *(float(one.fee) for one in world.offer)],
        }
    )


def account_frame(world: Bank, known: Clients, accounts: Accounts, credit: Credit, calendar: Calendar) -> pd.DataFrame:
    """The accounts, current ones first (bank.accounts)."""
    import pandas as pd

    n = len(known)
    who = np.concatenate([np.arange(n), accounts.who])
    opened = np.concatenate(
        [np.where(known.existing, -1.0, known.joined), np.where(accounts.before, -1.0, accounts.opened)]
    )
    limit = np.full(len(who), np.nan)
    limit[n + credit.account] = credit.limit / 100
    return pd.DataFrame(
        {
            "account_id": FIRST_ACCOUNT + np.arange(len(who)),
            "customer_id": known.ids[who],
            "product": categories(product_names(world), np.concatenate([np.zeros(n, int), 1 + accounts.product])),
            "opened": calendar.date_inside(opened),
            "closed": calendar.date_inside(known.left[who]),
            "credit_limit": limit,
        }
    )


def statement_frame(calendar: Calendar, current: Ledger, ledger: Ledger, n: int) -> pd.DataFrame:
    """Every month of every account, in the order of months (bank.statements)."""
    import pandas as pd

    month = np.concatenate([current.month, ledger.month])
    order = np.argsort(month, kind="stable")  # short numbers, in two sorted runs: quick

    def money(name: str) -> np.ndarray:
        return np.concatenate([getattr(current, name), getattr(ledger, name)])[order] / 100

    account = np.concatenate([current.account, n + ledger.account])
    return pd.DataFrame(
        {
            "account_id": FIRST_ACCOUNT + account[order].astype(np.int64),
            "month": calendar.month_end(np.arange(calendar.months))[month[order]],
            **{name: money(name) for name in ("opening", "paid_in", "paid_out", "closing", "interest")},
        },
        copy=False,  # millions of rows: pandas would lay all columns side by side once more
    )


def exceeded_frame(
    known: Clients, accounts: Accounts, credit: Credit, ledger: Ledger, calendar: Calendar
) -> pd.DataFrame:
    """Month ends at which a line was exceeded (bank.exceeded)."""
    import pandas as pd

    limit = np.full(len(accounts), np.iinfo(np.int64).max)
    limit[credit.account] = credit.limit
    owed = -ledger.closing
    over = np.flatnonzero(owed > limit[ledger.account])
    account = ledger.account[over].astype(np.int64)
    return pd.DataFrame(
        {
            "account_id": FIRST_ACCOUNT + len(known) + account,
            "customer_id": known.ids[accounts.who[account]],
            "month": calendar.month_end(np.arange(calendar.months))[ledger.month[over]],
            "credit_limit": limit[account] / 100,
            "owed": owed[over] / 100,
        }
    )


def default_frame(known: Clients, accounts: Accounts, credit: Credit, calendar: Calendar) -> pd.DataFrame:
    """Lines that fell into default (bank.defaults)."""
    import pandas as pd

    here = np.flatnonzero(credit.default >= 0)
    here = here[np.argsort(credit.default[here], kind="stable")]
    account = credit.account[here]
    return pd.DataFrame(
        {
            "account_id": FIRST_ACCOUNT + len(known) + account,
            "customer_id": known.ids[accounts.who[account]],
            "month": calendar.month_end(np.arange(calendar.months))[credit.default[here]],
        }
    )
