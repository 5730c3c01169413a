"""Case 22, telecom: who leaves, who stays? Its questions, part by part."""

from crmkit.checks.case_22 import contracts, leaving, staying, view
from crmkit.checks.case_22.staying import DECISION
from crmkit.checks.case_22.steps import (
    KNOWN,
    REPORTED,
    TERMS,
    auc_if_known,
    base,
    calls,
    due,
    effects,
    firms_leaving,
    here,
    learned_from,
    lists,
    monthly,
    renewal_fits,
    seen_renewals,
    shortfall,
    snapshot,
    terms,
    trial_rows,
    true_gain,
    watched,
    worth,
    yearly,
)
from crmkit.checks.case_22.steps import draw as case
from crmkit.checks.question import Bank

BANK = Bank({**view.BANK, **leaving.BANK, **staying.BANK, **contracts.BANK})
# On another draw the offer may pay for fewer than the budget reaches, or one brand alone be worth it: a slip is right then.
BY_NATURE = {"offer_brands", "same_people", "list_gain", "profile_chance"}

__all__ = [
    "BANK",
    "BY_NATURE",
    "DECISION",
    "KNOWN",
    "REPORTED",
    "TERMS",
    "auc_if_known",
    "base",
    "calls",
    "case",
    "due",
    "effects",
    "firms_leaving",
    "here",
    "learned_from",
    "lists",
    "monthly",
    "renewal_fits",
    "seen_renewals",
    "shortfall",
    "snapshot",
    "terms",
    "trial_rows",
    "true_gain",
    "watched",
    "worth",
    "yearly",
]
