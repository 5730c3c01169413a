"""Who is worse off: those who open nothing, and those who call when agents are gone."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from crmkit import queues
from crmkit.checks.case_21.steps import REASONS, agents, found, lengths, patience, profile
from crmkit.intervals import wilson
from crmkit.worlds import Case, Truth

AGES = [0, 30, 45, 60, 120]  # edges of the bands, years; an upper edge belongs to its band
BANDS = ("up to 30", "31 to 45", "46 to 60", "above 60")


def opened_nothing(case: Case) -> pd.DataFrame:
    """Of those who were offered the modules: which share had no session at all, by age, with its 95 % interval (Wilson)."""
    sessions = case.pilot[case.pilot["offered"]].groupby("customer_id")["sessions"].sum()
    age = case.customers.set_index("customer_id")["age"].reindex(sessions.index)
    band = pd.cut(age, AGES, labels=BANDS)
    table = (sessions == 0).groupby(band, observed=False).agg(offered="size", share="mean")
    low, high = wilson((table["share"] * table["offered"]).round(), table["offered"])
    return table.assign(low=low, high=high).rename_axis("age")


def waits(case: Case, truth: Truth, bought: Collection[str]) -> pd.DataFrame:
    """What callers meet on a mean day, today and with the agents that stay after these modules are bought.

    Parameters
    ----------
    case, truth : Case, Truth
    bought : modules
        Agents are planned for the calls that the pilot says they leave.

    Returns
    -------
    DataFrame
        Index: today; as planned; in truth (the modules avoid what the world declared); nothing avoided (nobody opens them).
        Columns: agent_hours, calls, hang_up and in_20_s (shares of all callers), elsewhere (share of the calls on a matter that none of
        these modules is for).
    """
    told = found(case)[["avoided", "talk_avoided"]].loc[list(bought)]
    real = truth.modules.set_index("module").loc[list(bought), ["avoided", "talk_avoided"]]
    today, then = agents(case), agents(case, bought)
    ways = {
        "today": (told * 0, today),
        "as planned": (told, then),
        "in truth": (real, then),
        "nothing avoided": (told * 0, then),
    }
    return pd.DataFrame({name: _met(case, *way) for name, way in ways.items()}).T


def _met(case: Case, avoided: pd.DataFrame, on_duty: np.ndarray) -> dict[str, float]:
    rates, each = profile(case).copy(), found(case)
    work = rates * lengths(case).reindex(rates.columns)
    for module, row in avoided.iterrows():
        reason = REASONS[str(module)]
        rates[reason] *= 1 - row["avoided"] / each.at[module, "calls_without"]
        work[reason] *= 1 - row["talk_avoided"] / each.at[module, "talk_without"]
    calls = rates.sum(axis=1).to_numpy()
    some = np.maximum(calls, 1e-6)
    seconds = np.where(calls > 0, work.sum(axis=1) / some, 60)
    told = queues.erlang_a(queues.CallCentre(some, seconds, on_duty, patience(case)))
    meant = {REASONS[str(module)] for module in avoided.index}
    return {
        "agent_hours": float(on_duty.sum() / 2),
        "calls": float(calls.sum() / 2),
        "hang_up": float(np.average(told.p_abandon, weights=calls)),
        "in_20_s": float(np.average(told.service_level, weights=calls)),
        "elsewhere": float(rates.drop(columns=list(meant)).sum().sum() / calls.sum()),
    }
