"""Contracts that are renewed or not: the shifted beta-geometric law of Fader & Hardie (2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.draw_members import FIRST_CUSTOMER, STAYS, Subscribers, brands, last_day, month_start

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.world import Telecom

FIRST_CONTRACT = 500_001
LEAST_CHANCE = 1e-9  # of not being renewed: a geometric law needs more than 0
HORIZON = 5  # renewals ahead in the truth


@dataclass(frozen=True)
class Contracts:
    """One contract a customer; arrays of one length."""

    leave_chance: np.ndarray  # at each renewal
    terms: np.ndarray  # that it runs in all
    term_months: np.ndarray
    until: np.ndarray  # first month without it; STAYS: past the window


def draw_contracts(world: Telecom, known: Subscribers, rng: np.random.Generator) -> Contracts:
    """Own chance and life of each contract."""
    alpha, beta, months = (
        np.array([getattr(line, name) for line in world.lines])[known.brand]
        for name in ("alpha", "beta", "term_months")
    )
    chance = np.clip(rng.beta(alpha, beta), LEAST_CHANCE, 1.0)
    terms = np.minimum(rng.geometric(chance), STAYS)
    until = known.first + terms * months
    return Contracts(chance, terms, months, np.where(until <= world.months, until, STAYS))


def contract_frame(world: Telecom, known: Subscribers, drawn: Contracts) -> pd.DataFrame:
    """tables.TELECOM_CONTRACTS."""
    import pandas as pd

    return pd.DataFrame(
        {
            "contract_id": FIRST_CONTRACT + np.arange(world.customers),
            "customer_id": FIRST_CUSTOMER + np.arange(world.customers),
            "line": pd.Categorical.from_codes(known.brand, categories=pd.Index(brands(world), dtype="str")),
            "begun": month_start(world, known.first),
            "ended": last_day(world, drawn.until),
            "term_months": drawn.term_months,
            "fee": known.fee,
        }
    )


def renewal_frame(world: Telecom, known: Subscribers, drawn: Contracts) -> pd.DataFrame:
    """tables.TELECOM_RENEWALS: every renewal that fell due in the window."""
    import pandas as pd

    due = np.minimum((world.months - known.first) // drawn.term_months, drawn.terms)
    who = np.repeat(np.arange(world.customers), due)
    term = np.arange(len(who)) - np.repeat(np.cumsum(due) - due, due) + 1
    month = known.first[who] + term * drawn.term_months[who]
    renewed = term < drawn.terms[who]
    order = np.lexsort((who, month))
    who, term, month, renewed = who[order], term[order], month[order], renewed[order]
    return pd.DataFrame(
        {
            "contract_id": FIRST_CONTRACT + who,
            "term": term,
            "due": month_start(world, month) - np.timedelta64(1, "D"),
            "renewed": renewed,
            "amount": np.where(renewed, known.fee[who], 0.0),
        }
    )


def contract_truth(world: Telecom, known: Subscribers, drawn: Contracts) -> pd.DataFrame:
    """tables.TELECOM_CONTRACT_TRUTH: own chance, and the renewals to come."""
    import pandas as pd

    alive = drawn.until == STAYS
    stay = 1 - drawn.leave_chance
    # Mean of the renewals among the next HORIZON that fall due: stay + stay ** 2 + ...
    ahead = sum(stay**k for k in range(1, HORIZON + 1))
    return pd.DataFrame(
        {
            "contract_id": FIRST_CONTRACT + np.arange(world.customers),
            "leave_chance": drawn.leave_chance,
            "alive": alive,
            "renewals_ahead": np.where(alive, ahead, 0.0),
            "value_ahead": np.where(alive, ahead * known.fee, 0.0),
        }
    )


def law_truth(world: Telecom) -> pd.DataFrame:
    """tables.TELECOM_RETENTION_TRUTH: what the law of each line says of its renewals.

    r(t) = (beta + t - 1) / (alpha + beta + t - 1), S(t) = r(1) ... r(t), equation 7 of the paper.
    """
    import pandas as pd

    rows = []
    for line in world.lines:
        survival = 1.0
        for term in range(1, max(world.months // line.term_months, HORIZON) + 1):
            retention = (line.beta + term - 1) / (line.alpha + line.beta + term - 1)
            survival *= retention
            rows.append((line.name, term, line.alpha, line.beta, retention, survival))
    return pd.DataFrame(rows, columns=["line", "term", "alpha", "beta", "retention", "survival"])
