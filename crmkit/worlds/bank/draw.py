"""How a bank world is drawn: one stream of random numbers a table.

The order of the streams is fixed and new ones come last, so that another table
leaves the tables before it as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_accounts import draw_accounts, draw_credit, draw_ledger, draw_market
from crmkit.worlds.bank.draw_channels import channel_frame, draw_work, work_frame
from crmkit.worlds.bank.draw_clients import (
    Calendar,
    branch_frame,
    client_frame,
    draw_clients,
    draw_households,
    household_frame,
    online_frame,
)
from crmkit.worlds.bank.draw_credit import application_frames, campaign_frames
from crmkit.worlds.bank.draw_finance import brokerage_frames, insurance_frames
from crmkit.worlds.bank.draw_mails import mail_frames
from crmkit.worlds.bank.draw_service import survey_frames, team_frames
from crmkit.worlds.bank.draw_statements import (
    account_frame,
    default_frame,
    exceeded_frame,
    product_frame,
    statement_frame,
)
from crmkit.worlds.bank.draw_truth import truth_clients, truth_market, truth_mix
from crmkit.worlds.case import Case, Truth

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.world import Bank

STREAMS = (
    "households", "addresses", "clients", "people", "online", "accounts", "credit lines", "market", "statements",
    "transactions", "campaigns", "applications", "managers", "talks", "surveys", "mails", "brokers", "trades",
    "policies", "claims",
)  # fmt: skip


def draw(world: Bank, seed: int | np.random.Generator) -> Case:
    """Draw the tables of `world` and its truth."""
    rng = dict(zip(STREAMS, np.random.default_rng(seed).spawn(len(STREAMS)), strict=True))
    calendar = Calendar.of(world.start, world.months)
    homes = draw_households(world, rng["households"])
    known = draw_clients(world, homes, calendar, rng["clients"], rng["online"])
    accounts = draw_accounts(world, known, calendar, rng["accounts"])
    credit = draw_credit(world, known, accounts, calendar, rng["credit lines"])
    market = draw_market(world, calendar, rng["market"])
    ledger = draw_ledger(world, known, accounts, credit, market, calendar, rng["statements"])
    work, current = draw_work(world, known, calendar, rng["transactions"])

    frames: dict[str, pd.DataFrame] = {
        "branches": branch_frame(world, calendar),
        "households": household_frame(world, homes, rng["addresses"]),
        "customers": client_frame(world, known, calendar, rng["people"]),
        "products": product_frame(world),
        "channels": channel_frame(world),
        "accounts": account_frame(world, known, accounts, credit, calendar),
        "statements": statement_frame(calendar, current, ledger, len(known)),
        "transactions": work_frame(known, calendar, work),
    }
    truth = {
        "customers": truth_clients(world, known, accounts, credit, ledger, calendar),
        "market": truth_market(world, market, calendar),
        "mix": truth_mix(world),
    }
    if world.online is not None:
        frames["online"] = online_frame(known, calendar)
    if world.lines is not None:
        frames["exceeded"] = exceeded_frame(known, accounts, credit, ledger, calendar)
        frames["defaults"] = default_frame(known, accounts, credit, calendar)
    if world.campaigns:
        streams = rng["campaigns"].spawn(len(world.campaigns))
        frames["contacts"], truth["contacts"] = campaign_frames(world, known, calendar, streams)
    if world.credit is not None:
        found = application_frames(world, known, accounts, calendar, rng["applications"])
        frames["applications"], truth["applications"] = found
    if world.team is not None:
        found, truth["managers"] = team_frames(world, known, calendar, rng["managers"], rng["talks"])
        frames |= found
    if world.survey is not None:
        found, truth["attributes"] = survey_frames(world, known, calendar, rng["surveys"])
        frames |= found
    if world.mail is not None:
        frames["mails"], truth["mails"] = mail_frames(world, known, calendar, rng["mails"])
    if world.brokerage is not None:
        found, sealed = brokerage_frames(world, known, accounts, calendar, rng["brokers"], rng["trades"])
        frames |= found
        truth |= sealed
    if world.insurance is not None:
        found, truth["policies"] = insurance_frames(world, known, calendar, rng["policies"], rng["claims"])
        frames |= found
    number = seed if isinstance(seed, int) else None
    return Case(frames, name=world.name, seed=number, truth=Truth(truth, world=world))
