"""Whom do we address? What a contact changes, and where the money goes first."""

from crmkit.targeting import churn, contacts, market, pipeline, response, triage, uplift
from crmkit.targeting.budget import net_gain, spend
from crmkit.targeting.gains import gains
from crmkit.targeting.loop import update
from crmkit.targeting.trial import trial
from crmkit.targeting.whatif import Rotation, form, programme, rotation

__all__ = [
    "Rotation",
    "churn",
    "contacts",
    "form",
    "gains",
    "market",
    "net_gain",
    "pipeline",
    "programme",
    "response",
    "rotation",
    "spend",
    "triage",
    "trial",
    "update",
    "uplift",
]
