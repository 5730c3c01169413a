"""Ready telecom worlds, each as the fields that differ from the default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crmkit.worlds.telecom.desk import ArrivalProfile, CallDesk, CallSite, ContactChannel, ContactReason
from crmkit.worlds.telecom.parts import ContractLine, KeyAccounts, NetworkRegion
from crmkit.worlds.telecom.world import CHANNELS, REASONS

# A national centre takes calls from all branches: the same reasons, asked far more often, and almost all by phone.
_BUSY_REASONS = tuple(replace(reason, per_month=10 * reason.per_month) for reason in REASONS)
_MOSTLY_PHONE = (
    replace(CHANNELS[0], share=0.9),
    ContactChannel("e-mail", 0.04, 0.2, handle=1.3, cost=2.5),
    ContactChannel("web", 0.06, 0.6, handle=0.4, cost=0.3),
)
_CENTRE = CallDesk(
    days=28,
    sites=(CallSite("capital", 0.5, 34.0), CallSite("river", 0.3, 26.0), CallSite("hills", 0.2, 22.0)),
    margin=0.8,
)
# Fader & Hardie (2007) fit their two segments with about these parameters.
_LINES = (
    ContractLine("domain", 0.60, 0.70, 1.20, 80.0),
    ContractLine("hosting", 0.40, 0.67, 3.80, 900.0),
)
_OFFICE_REASONS = (
    ContactReason("consultation", 0.030, 300, 0.8, 0.85, 0.0),
    ContactReason("query", 0.060, 180, 0.7, 0.92, 0.0),
    ContactReason("complaint", 0.010, 480, 0.9, 0.65, 0.0),
    ContactReason("repair", 0.040, 900, 1.0, 0.70, 0.0),
)
_OFFICE_CHANNELS = (
    ContactChannel("phone", 0.40, 0.0, 8.0, 20.0, 1.0, 0.4),
    ContactChannel("e-mail", 0.35, 0.2, 0.0, 24.0, 1.3, 2.5),
    ContactChannel("web", 0.25, 0.4, 0.0, 24.0, 0.4, 0.3),
)

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "mobile": MappingProxyType({}),
        "call_centre": MappingProxyType(
            {
                "customers": 50_000,
                "start": dt.date(2025, 3, 1),
                "months": 1,
                "opening_share": 1.0,
                "offer": None,
                "reasons": _BUSY_REASONS,
                "channels": _MOSTLY_PHONE,
                "arrivals": ArrivalProfile(bursts_per_month=2.0),
                "repeat": 0.8,
                "desk": _CENTRE,
            }
        ),
        "hosting": MappingProxyType(
            {
                "customers": 4_000,
                "start": dt.date(2018, 1, 1),
                "months": 96,
                "opening_share": 0.25,
                "plans": (),
                "lines": _LINES,
                "regions": (NetworkRegion("home", 0.8, 0.0), NetworkRegion("abroad", 0.2, 0.0)),
                "festive": None,
                "offer": None,
                "reasons": _OFFICE_REASONS,
                "channels": _OFFICE_CHANNELS,
                "desk": None,
            }
        ),
        "key_accounts": MappingProxyType({"accounts": KeyAccounts(), "offer": None, "desk": None}),
    }
)
