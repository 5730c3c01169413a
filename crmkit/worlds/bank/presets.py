"""Ready-made banks: the fields in which each differs from `Bank()`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crmkit.worlds.bank.finance import Brokerage, InsuranceBook
from crmkit.worlds.bank.parts import KINDS
from crmkit.worlds.bank.plans import BankCampaign, CreditPolicy, TreeLeaf

QUIET = MappingProxyType({"campaigns": (), "credit": None, "team": None, "survey": None, "mail": None})
HOME_EQUITY = BankCampaign(
    "home equity",
    420,
    #         salaried family  old saver young investor
    without=(0.015, 0.030, 0.050, 0.004, 0.010),
    effect=(1.20, 2.00, 0.00, 0.40, -0.60),
    treated_share=0.5,
    response_days=60,
    cost=6.0,
    owners_only=True,
    age_slope=-0.15,
    income_slope=0.25,
    loan_incomes=0.9,
    margin=0.025,
)
TREE = (
    #         income>cut savings owner  approve default
    TreeLeaf(True, True, None, True, 0.02),
    TreeLeaf(True, False, True, True, 0.05),
    TreeLeaf(True, False, False, False, 0.22),
    TreeLeaf(False, True, True, True, 0.06),
    TreeLeaf(False, True, False, False, 0.24),
    TreeLeaf(False, False, None, False, 0.33),
)


def _retail_bank() -> dict[str, Any]:
    """The whole bank."""
    return {}


def _home_equity() -> dict[str, Any]:
    """One mailing for home-equity loans to home owners, half of them held back."""
    return QUIET | {"customers": 6_000, "campaigns": (HOME_EQUITY,)}


def _credit_tree() -> dict[str, Any]:
    """Credit by three questions: income over 50,000? savings account? home owner?"""
    return QUIET | {
        "customers": 3_000,
        "credit": CreditPolicy(per_year=0.8, leaves=TREE, income_cut=50_000, slips=0.03),
    }


def _brokerage() -> dict[str, Any]:
    """A broker's branch: every other customer has a securities account."""
    kinds = tuple(replace(kind, holds=(*kind.holds[:4], 0.35 + 0.6 * kind.holds[4], kind.holds[5])) for kind in KINDS)
    return QUIET | {"customers": 1_500, "kinds": kinds, "brokerage": Brokerage()}


def _insurance() -> dict[str, Any]:
    """Motor policies and claims beside the accounts."""
    return QUIET | {"customers": 4_000, "insurance": InsuranceBook()}


PRESETS: Mapping[str, Callable[[], dict[str, Any]]] = MappingProxyType(
    {
        "retail_bank": _retail_bank,
        "home_equity": _home_equity,
        "credit_tree": _credit_tree,
        "brokerage": _brokerage,
        "insurance": _insurance,
    }
)
