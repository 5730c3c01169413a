"""What subscribers use and pay in a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from crmkit.worlds.telecom.draw_members import Subscribers
    from crmkit.worlds.telecom.world import Telecom


@dataclass(frozen=True)
class Tariff:
    """Price list by code of the brand; firms have a row of zeros."""

    minutes_included: np.ndarray
    data_gb_included: np.ndarray
    minute_price: np.ndarray
    gb_price: np.ndarray

    @classmethod
    def of(cls, world: Telecom) -> Tariff:
        """The price list of a world."""
        fields = ("minutes_included", "data_gb_included", "minute_price", "gb_price")
        return cls(*(np.array([getattr(plan, name) for plan in world.plans] + [0.0]) for name in fields))


@dataclass(frozen=True)
class Bills:
    """One month of some customers."""

    minutes: np.ndarray  # to a tenth
    data_gb: np.ndarray  # to a hundredth
    usage_charge: np.ndarray  # to the cent


def usage_factor(world: Telecom, month: int) -> float:
    """Factor on minutes and data in a month counted from the start of the window."""
    at = world.first_of(month).month
    festive = world.festive
    return world.season[at - 1] * (festive.usage if festive and at == festive.month else 1.0)


def draw_bills(
    world: Telecom, known: Subscribers, tariff: Tariff, rows: np.ndarray, month: int, rng: np.random.Generator
) -> Bills:
    """Use and charges in a month of the customers in `rows`; numbers are drawn for all."""
    shape, factor, n = world.usage_shape, usage_factor(world, month), len(known.brand)
    about = rng.standard_gamma(shape, size=(2, n))[:, rows] * (factor / shape)
    firms = rng.standard_gamma(1 / world.accounts.usage_cv**2, size=n)[rows] if world.accounts else 0.0
    brand = known.brand[rows]
    minutes = np.round(known.minutes[rows] * about[0], 1)
    data_gb = np.round(known.data_gb[rows] * about[1], 2)
    charge = tariff.minute_price[brand] * np.maximum(minutes - tariff.minutes_included[brand], 0)
    charge += tariff.gb_price[brand] * np.maximum(data_gb - tariff.data_gb_included[brand], 0)
    if world.accounts is not None:
        share = world.accounts.usage_share * world.accounts.usage_cv**2 * factor
        charge = np.where(known.firm[rows], known.fee[rows] * share * firms, charge)
    return Bills(minutes, data_gb, np.round(charge, 2))


def mean_bill(world: Telecom, known: Subscribers, tariff: Tariff, rows: np.ndarray, month: int) -> np.ndarray:
    """Mean bill of a month, exact but for the rounding of use and cents."""
    factor, brand = usage_factor(world, month), known.brand[rows]
    bill = known.fee[rows].copy()
    for mean, free, price in (
        (known.minutes[rows], tariff.minutes_included[brand], tariff.minute_price[brand]),
        (known.data_gb[rows], tariff.data_gb_included[brand], tariff.gb_price[brand]),
    ):
        bill += price * excess(mean * factor, world.usage_shape, free)
    if world.accounts is not None:
        bill += known.firm[rows] * known.fee[rows] * world.accounts.usage_share * factor
    return bill


def excess(mean: np.ndarray, shape: float, free: np.ndarray) -> np.ndarray:
    """Mean of max(X - free, 0) for X gamma with this mean and shape.

    E max(X - c, 0) = m (1 - P(k + 1, c / s)) - c (1 - P(k, c / s)) with s = m / k and P the
    regularised lower incomplete gamma function.
    """
    from scipy.special import gammaincc

    at = np.divide(free * shape, mean, out=np.zeros_like(mean), where=mean > 0)
    return np.where(mean > 0, mean * gammaincc(shape + 1, at) - free * gammaincc(shape, at), 0.0)
