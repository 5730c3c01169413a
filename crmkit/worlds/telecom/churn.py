"""The chance to leave at the end of a month: drivers, link, and what is expected of the months to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.telecom.checks import complaint
from crmkit.worlds.telecom.clock import mean_month

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.telecom.draw_members import Subscribers
    from crmkit.worlds.telecom.world import Telecom

MOST_COMPLAINTS = 3  # in a month; more move nobody further
YOUNG = 30  # years


@dataclass(frozen=True)
class Drivers:
    """What moves the churn of customers, apart from complaints."""

    fixed: np.ndarray  # sum of what stays as it is
    joined: np.ndarray
    prepaid: np.ndarray
    firm: np.ndarray

    @classmethod
    def of(cls, world: Telecom, known: Subscribers) -> Drivers:
        """The drivers of all customers."""
        law = world.churn
        age = np.where(known.firm, 40.0, known.age)
        fixed = (
            law.intercept
            + law.prepaid * known.prepaid
            + law.quality * known.quality
            + law.age * (age - 40) / 10
            + law.income * known.income_doublings
            + law.young_prepaid * (known.prepaid & (age < YOUNG))
            + law.firm * known.firm
        )
        return cls(fixed, known.joined, known.prepaid, known.firm)

    def take(self, rows: np.ndarray) -> Drivers:
        """The drivers of some customers."""
        return Drivers(self.fixed[rows], self.joined[rows], self.prepaid[rows], self.firm[rows])

    def score(self, world: Telecom, month: int, offered: np.ndarray | bool) -> np.ndarray:
        """Linear predictor in a month without complaints; `offered`: an offer to stay works on them."""
        value = self.fixed + world.churn.log_tenure * np.log1p(np.maximum(month - self.joined, 0))
        if world.price_war is not None and month >= world.price_war.month:
            value = value + world.price_war.log_odds
        if world.portability is not None and month >= world.portability.month:
            value = value + world.portability.log_odds * ~self.prepaid
        if world.offer is not None:
            effect = np.where(self.prepaid, world.offer.prepaid, world.offer.postpaid) * ~self.firm
            value = value + effect * offered
        return value


def chance(score: np.ndarray, link: str) -> np.ndarray:
    """From the scale of the link to a chance."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-score)) if link == "logit" else -np.expm1(-np.exp(score))


def complaint_rates(world: Telecom, quality: np.ndarray) -> np.ndarray:
    """Mean first complaints of each customer in 30 days."""
    at = complaint(world)
    if at is None:
        return np.zeros(len(quality))
    reason = world.reasons[at]
    return reason.per_month * np.exp(-reason.network * quality)


def mean_chance(
    world: Telecom, drivers: Drivers, complaints: np.ndarray, month: int, offered: np.ndarray | bool
) -> np.ndarray:
    """Chance to leave at the end of a month, before its complaints are known: the mean over their Poisson law.

    The gamma factors of days are taken at their mean; their effect on a month is below 1e-5 of the chance.
    """
    mean = complaints * mean_month(world, month)
    score = drivers.score(world, month, offered)
    left, total, weight = np.ones(len(score)), np.zeros(len(score)), np.exp(-mean)
    for count in range(MOST_COMPLAINTS):
        total += weight * chance(score + world.churn.complaints * count, world.churn.link)
        left -= weight
        weight = weight * mean / (count + 1)
    return total + np.maximum(left, 0) * chance(score + world.churn.complaints * MOST_COMPLAINTS, world.churn.link)


def leaving(
    world: Telecom,
    drivers: Drivers,
    complaints: np.ndarray,
    first: int,
    months: int,
    offered: bool,
) -> np.ndarray:
    """Chance that one who is there in month `first` leaves by the end of `months` months."""
    stay = np.ones(len(complaints))
    for month in range(first, first + months):
        stay *= 1 - mean_chance(world, drivers, complaints, month, offered)
    return 1 - stay


def coefficients(world: Telecom) -> pd.DataFrame:
    """The law of churn with the knobs of the market, a row a term (tables.TELECOM_CHURN_TRUTH)."""
    import pandas as pd

    law, offer = world.churn, world.offer
    rows = [
        ("intercept", law.intercept, "all"),
        ("prepaid", law.prepaid, "prepaid"),
        ("log_tenure", law.log_tenure, "log(1 + months since joining)"),
        ("quality", law.quality, "quality of the region"),
        ("complaints", law.complaints, f"complaints in the month, at most {MOST_COMPLAINTS}"),
        ("age", law.age, "(age - 40) / 10"),
        ("income", law.income, "log2(income / median of the brand)"),
        ("young_prepaid", law.young_prepaid, f"prepaid and under {YOUNG}"),
        ("firm", law.firm, "firm"),
    ]
    if world.price_war:
        rows.append(("price_war", world.price_war.log_odds, f"months from {world.first_of(world.price_war.month)}"))
    if world.portability:
        from_day = world.first_of(world.portability.month)
        rows.append(("portability", world.portability.log_odds, f"postpaid, months from {from_day}"))
    if offer:
        rows.append(("offer_postpaid", offer.postpaid, f"treated, postpaid, {offer.months} months"))
        rows.append(("offer_prepaid", offer.prepaid, f"treated, prepaid, {offer.months} months"))
    return pd.DataFrame(rows, columns=["term", "coefficient", "applies_to"])
