"""Whom to contact through which channel, within agents' hours, money and what customers put up with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.intervals import normal_quantile
from crmkit.targeting.contacts.limits import Limits, check_names, limits
from crmkit.targeting.contacts.rows import open_rows, shrunk
from crmkit.targeting.contacts.solve import Problem, solve

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Plan:
    """Who is contacted how, what it should bring, and which limits hold it back."""

    contacts: pd.DataFrame = field(repr=False)  # customer_id, channel, gain, low, high, minutes, cost
    gain: float  # money, as the estimates promise it
    low: float  # its interval; missing without gain_error
    high: float
    expected: float  # money, after taking off that lucky estimates are chosen more often; missing without gain_error
    bound: float  # no plan brings more; missing for a greedy plan
    gap: float  # (bound - gain) / bound, 0..1
    rounding: float  # money lost because a customer is contacted or not, never by half
    limits: pd.DataFrame = field(repr=False)  # limit: used, at_most, at_least, price
    left_out: pd.Series = field(repr=False)  # contacts closed from the start, by reason


def plan(
    contacts: pd.DataFrame,
    *,
    hours: Any = None,
    budget: float | None = None,
    capacity: Any = None,
    least: Any = None,
    least_in: Any = None,
    cadence_days: float | None = None,
    fatigue: float = 1.0,
    level: float = 0.95,
) -> Plan:
    """Choose at most one contact for each customer so that all together bring most within the limits.

    Parameters
    ----------
    contacts : DataFrame
        One row for each customer and channel: customer_id, channel, gain (expected money net of its cost).
        If present also minutes (of an agent), cost (money), allowed (True: may be contacted there), days_since
        (the last contact; missing if never), recent (number of recent contacts), gain_error (standard error of
        the gain), agents (group that makes the contact; its channel otherwise), segment, and period (weeks, say:
        hours and capacity then hold in each of them, the budget and the least numbers in all together).
    hours : float or mapping on agents, optional
        Agents' time, 0 or more: of all together, or of each group.
    budget : float, optional
        Money for all contacts, 0 or more.
    capacity : float or mapping on channel, optional
        Most contacts.
    least : float or mapping on channel, optional
        Least contacts.
    least_in : mapping on segment, optional
        Least contacts in a segment.
    cadence_days : float, optional
        Least days between two contacts of a customer.
    fatigue : float
        What a contact brings, before its cost, is multiplied by this for each recent contact, 0..1.
    level : float
        Of the interval, 0..1.

    Returns
    -------
    Plan
        Its `limits` give for each limit what is used, the limit, and the price: money that one more unit of it
        (an hour, a unit of money, a contact) brings at the margin; negative for a least number. The interval
        takes the errors as independent and does not know that the contacts were chosen for their gain;
        `expected` does, and is what to plan with. No plan brings more than `bound`; the search for whole customers ends
        where it is within 1e-4 of that, or tells in `gap` how far it came.

    Raises
    ------
    ValueError
        If columns or names are wrong, or no plan keeps all limits: then by how much which ones must give way.

    References
    ----------
    Sinha and Zoltners (1979), Operations Research 27 (multiple-choice knapsack); bound: Geoffrion (1974).

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customer_id": [1, 1, 2, 2], "channel": ["phone", "mail"] * 2,
    ...                       "gain": [9.0, 4.0, 8.0, 1.0], "minutes": [30, 0, 30, 0]})
    >>> plan(frame, hours=0.5).contacts[["customer_id", "channel"]].to_numpy().tolist()
    [[1, 'mail'], [2, 'phone']]
    """
    z = normal_quantile(level)
    rows, left_out, lines = _read(contacts, hours, budget, capacity, least, least_in, cadence_days, fatigue)
    short = [
        f"{name} is {bound:g} and every contact that counts for it is closed"
        for name, bound, sign, most in zip(lines.names, lines.bound, lines.sign, _most(lines), strict=True)
        if sign < 0 and bound > 0 and most == 0
    ]
    if short:
        raise ValueError(f"no plan keeps all limits: {'; '.join(short)}. Mend: open contacts or lower it")
    if not len(rows):
        return _record(rows, np.zeros(0, dtype=int), lines, left_out, z, 0.0, 0.0, np.zeros(len(lines.names)))
    who = np.append(0, np.cumsum(rows["customer_id"].to_numpy()[1:] != rows["customer_id"].to_numpy()[:-1]))
    # Rows of like size, so that one hour, one letter and one pound weigh alike when they must give way.
    counted = np.maximum(lines.use.getnnz(axis=1), 1)
    scale = np.asarray(lines.use.sum(axis=1)).ravel() / counted
    scale = lines.sign / np.where(scale > 0, scale, 1.0)
    problem = Problem(rows["gain"].to_numpy(), who, lines.use.multiply(scale[:, None]).tocsr(), lines.bound * scale)
    found = solve(problem)
    if found.excess.any() or not found.whole:
        raise ValueError(_why(lines, found.excess / np.abs(scale), found.chosen))
    return _record(rows, found.chosen, lines, left_out, z, found.bound, found.relaxed, found.price * scale)


def greedy(
    contacts: pd.DataFrame,
    *,
    hours: Any = None,
    budget: float | None = None,
    capacity: Any = None,
    cadence_days: float | None = None,
    fatigue: float = 1.0,
    level: float = 0.95,
) -> Plan:
    """The plain plan to compare with: highest gain first, for as long as the limits allow.

    Parameters and result are those of `plan`; it knows no least numbers, no bound and no prices.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customer_id": [1, 1, 2], "channel": ["phone", "mail", "phone"], "gain": [9.0, 8.0, 7.0]})
    >>> greedy(frame, capacity={"phone": 1}).gain, plan(frame, capacity={"phone": 1}).gain
    (9.0, 15.0)
    """
    z = normal_quantile(level)
    rows, left_out, lines = _read(contacts, hours, budget, capacity, None, None, cadence_days, fatigue)
    gain, customer = rows["gain"].to_numpy(), rows["customer_id"].tolist()
    use, left = lines.use.T.tocsr(), (lines.bound * (1 + 1e-12)).tolist()
    starts, which, amounts = use.indptr.tolist(), use.indices.tolist(), use.data.tolist()
    chosen, met = [], set()
    for row in np.argsort(-gain, kind="stable").tolist():
        if gain[row] <= 0:
            break
        span = range(starts[row], starts[row + 1])
        if customer[row] not in met and all(amounts[one] <= left[which[one]] for one in span):
            met.add(customer[row])
            chosen.append(row)
            for one in span:
                left[which[one]] -= amounts[one]
    missing = np.full(len(lines.names), np.nan)
    return _record(rows, np.array(sorted(chosen), dtype=int), lines, left_out, z, np.nan, np.nan, missing)


def _read(
    contacts: pd.DataFrame,
    hours: Any,
    budget: Any,
    capacity: Any,
    least: Any,
    least_in: Any,
    cadence: Any,
    fatigue: Any,
) -> tuple[pd.DataFrame, pd.Series, Limits]:
    rows, left_out = open_rows(contacts, cadence_days=cadence, fatigue=fatigue)
    group = "agents" if "agents" in contacts else "channel"
    check_names(
        contacts,
        hours=(hours, group),
        capacity=(capacity, "channel"),
        least=(least, "channel"),
        least_in=(least_in, "segment"),
    )
    if budget is not None:
        door.number("budget", budget, low=0)
    for name, column, given in (("hours", "minutes", hours), ("budget", "cost", budget)):
        if given is not None and column not in contacts:
            raise ValueError(f"{name} is given but contacts lacks {column!r}")
    lines = limits(rows, hours=hours, budget=budget, capacity=capacity, least=least, least_in=least_in)
    # Marks whether an interval can be told.
    rows.attrs["errors"] = "gain_error" in contacts
    return rows, left_out, lines


def _most(lines: Limits) -> np.ndarray:
    return np.asarray(lines.use.sum(axis=1)).ravel()


def _why(lines: Limits, excess: np.ndarray, chosen: np.ndarray) -> str:
    """Which limits must give way, by how much, and which stand against them."""
    if not excess.any():
        return (
            "no plan of whole customers was found that keeps all limits, though one with split customers does. "
            "Mend: loosen a least number by one contact or an hour limit by one contact"
        )
    broken = [
        f"{name} is {bound:g}, it would have to be {'at least' if sign > 0 else 'at most'} {bound + sign * more:,.6g}"
        for name, bound, sign, more in zip(lines.names, lines.bound, lines.sign, excess, strict=True)
        if more > 0
    ]
    used = np.asarray(lines.use[:, chosen].sum(axis=1)).ravel()
    full = [
        f"{name} = {bound:g}"
        for name, bound, sign, more, now in zip(lines.names, lines.bound, lines.sign, excess, used, strict=True)
        if not more > 0 and (now >= 0.98 * bound if sign > 0 else now <= 1.02 * bound)
    ]
    against = f"; against it stand {', '.join(full)}" if full else ""
    return f"no plan keeps all limits: {'; '.join(broken)}{against}. Mend: change one of them, or open more contacts"


def _record(
    rows: pd.DataFrame,
    chosen: np.ndarray,
    lines: Limits,
    left_out: pd.Series,
    z: float,
    bound: float,
    relaxed: float,
    price: np.ndarray,
) -> Plan:
    import pandas as pd

    told = rows.attrs["errors"]
    rows = rows.assign(low=rows["gain"] - z * rows["gain_error"], high=rows["gain"] + z * rows["gain_error"])
    if not told:
        rows[["low", "high"]] = np.nan
    made = rows.iloc[chosen]
    gain, half = float(made["gain"].sum()), z * float(np.sqrt((made["gain_error"] ** 2).sum())) if told else np.nan
    columns = ["customer_id", "channel", *(["period"] if "period" in rows else [])]
    frame = made[[*columns, "gain", "low", "high", "minutes", "cost"]].reset_index(drop=True)
    used = np.asarray(lines.use[:, chosen].sum(axis=1)).ravel()
    table = pd.DataFrame(
        {
            "used": used,
            "at_most": np.where(lines.sign > 0, lines.bound, np.nan),
            "at_least": np.where(lines.sign < 0, lines.bound, np.nan),
            "price": price,
        },
        index=pd.Index(lines.names, name="limit", dtype=object),
    )
    gap = max(bound - gain, 0.0) / abs(bound) if bound else 0.0 * bound
    expected = float(shrunk(rows).iloc[chosen].sum()) if told else np.nan
    return Plan(frame, gain, gain - half, gain + half, expected, bound, gap, relaxed - gain, table, left_out)
