"""Fraud on current accounts, planted into a bank that was drawn without.

Like dirt it comes after the draw, so a bank without it is the same to the byte. The money
is really gone: the statements of the account are lowered, and still add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds import door
from crmkit.worlds.bank.draw_clients import DAYS_A_YEAR
from crmkit.worlds.bank.parts import CURRENT
from crmkit.worlds.case import Case, Truth

if TYPE_CHECKING:
    import pandas as pd

LEAST_CENTS = 5_000  # below it an account is not worth the trouble


@dataclass(frozen=True)
class FraudPlan:
    """Thieves who empty a current account in a few transactions on one day.

    Attacks come at the same rate to everyone. An attack is 1 + Poisson(thefts - 1) transactions of uneven size that
    together take `takes` of the least balance at any month end from then on, so no balance falls below 0; accounts
    with less than 50 are left alone. It is a transfer online where the customer uses the online bank, else a
    withdrawal at a machine.
    """

    attacks_per_year: float = 0.02  # of a customer
    thefts: float = 4.0  # mean transactions of an attack, 1 or more
    takes: float = 0.9  # share of what can be taken

    def __post_init__(self) -> None:
        door.number("fraud attacks_per_year", self.attacks_per_year, low=0, high=10)
        door.number("fraud thefts", self.thefts, low=1, high=50)
        door.share("fraud takes", self.takes)


def plant_frauds(case: Case, plan: FraudPlan, seed: int | np.random.Generator) -> Case:
    """The same bank with fraudulent transactions among the others.

    Parameters
    ----------
    case : Case
        Drawn by a bank world, with its truth.
    plan : FraudPlan
        How often, and how much.
    seed : int or Generator
        The same seed gives the same frauds.

    Returns
    -------
    Case
        transactions and statements changed (transactions numbered anew, in the order of days), all other
        tables as they were, and the truth with the table frauds (truth.bank.frauds).

    Raises
    ------
    ValueError
        If it is no bank, came without its truth, or has frauds already.

    >>> from crmkit import worlds
    >>> bank = worlds.Bank(customers=300).draw(seed=1)
    >>> hit = plant_frauds(bank, FraudPlan(attacks_per_year=0.1), seed=2)
    >>> len(hit.transactions) - len(bank.transactions) == len(hit.truth.frauds)
    True
    """
    import pandas as pd

    lacking = [name for name in ("accounts", "statements", "transactions") if name not in case.frames]
    if lacking or case.name != "bank":
        raise ValueError(f"case {case.name!r} is no bank; expected one drawn by worlds.Bank")
    if case.truth is None:
        raise ValueError("the bank came without its truth; open the envelope first: store.open_envelope")
    if "frauds" in case.truth.frames:
        raise ValueError("the bank has frauds already; plant them into the bank as it was drawn")
    door.seed(seed)
    rng = np.random.default_rng(seed)
    world = case.truth.world
    statements, thefts = _attacks(case, plan, rng)
    rows = pd.DataFrame(
        {
            "transaction_id": 0,
            "customer_id": thefts["customer_id"],
            "day": thefts["day"],
            "amount": -thefts["cents"] / 100,
            "channel": np.where(thefts["online"], "online", "machine"),
            "service": np.where(thefts["online"], "transfer", "withdrawal"),
        }
    )
    log = case.frames["transactions"]
    for name in ("channel", "service"):
        rows[name] = rows[name].astype(log[name].dtype)
    both = pd.concat([log, rows], ignore_index=True).astype(log.dtypes.to_dict())
    order = np.argsort(both["day"].to_numpy(), kind="stable")
    both = both.iloc[order].reset_index(drop=True)
    both["transaction_id"] = 1 + np.arange(len(both))
    bad = np.flatnonzero(order >= len(log))
    number = thefts["attack"].to_numpy()[order[bad] - len(log)]
    truth = pd.DataFrame({"transaction_id": both["transaction_id"].to_numpy()[bad], "attack": number})
    frames = dict(case.frames) | {"transactions": both, "statements": statements}
    return Case(
        frames, name=case.name, seed=case.seed, truth=Truth({**case.truth.frames, "frauds": truth}, world=world)
    )


def _attacks(case: Case, plan: FraudPlan, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Statements after all attacks, and one row a theft: customer_id, day, online, cents, attack."""
    import pandas as pd

    world = case.truth.world
    accounts = case.frames["accounts"]
    own = accounts[accounts["product"] == CURRENT]
    statements = case.frames["statements"].copy()
    cents = {
        name: np.rint(statements[name].to_numpy() * 100).astype(np.int64) for name in ("opening", "paid_out", "closing")
    }
    place = statements.groupby("account_id").indices  # rows of an account, in the order of months
    month = statements["month"].to_numpy()
    first = (
        case.frames["online"].set_index("customer_id")["day"]
        if "online" in case.frames
        else pd.Series(dtype="datetime64[us]")
    )
    begin = np.datetime64(world.start, "us")
    count = rng.poisson(plan.attacks_per_year * world.days / DAYS_A_YEAR, size=len(own))
    row = np.repeat(np.arange(len(own)), count)
    when = np.floor(rng.random(len(row)) * world.days).astype(int)
    many = 1 + rng.poisson(plan.thefts - 1, size=len(row))
    found, number = [], 0
    for who, day, parts in zip(row, begin + when.astype("timedelta64[D]"), many, strict=True):
        account = own.iloc[who]
        # Not before the account was there nor on its last day or later.
        if not (pd.isna(account["opened"]) or account["opened"] < day) or account["closed"] <= day:
            continue
        lines = place[account["account_id"]]
        after = lines[month[lines] >= day]
        if not len(after):
            continue
        there = int(cents["closing"][after].min() * plan.takes)
        if there < LEAST_CENTS:
            continue
        # Uneven parts in whole cents; the last one takes what rounding left.
        ends = np.floor(np.cumsum(rng.dirichlet(np.full(parts, 3.0))) * there).astype(np.int64)
        ends[-1] = there
        taken = np.diff(ends, prepend=0)
        taken = taken[taken > 0]
        cents["paid_out"][after[0]] += there
        cents["closing"][after] -= there
        cents["opening"][after[1:]] -= there
        number += 1
        online = account["customer_id"] in first.index and first[account["customer_id"]] <= day
        found += [(account["customer_id"], day, online, one, number) for one in taken]
    for name, values in cents.items():
        statements[name] = values / 100
    thefts = pd.DataFrame(found, columns=["customer_id", "day", "online", "cents", "attack"])
    return statements, thefts.astype({"online": bool, "cents": "int64", "attack": "int64"})
