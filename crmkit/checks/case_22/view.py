"""Questions of parts 1 and 2: one view of a customer, and the few who carry much."""

from __future__ import annotations

from typing import Any

from crmkit import segments
from crmkit.checks.case_22.steps import HALF_YEAR, MANAGED, MANAGER_COST, MARGIN, firms_leaving, here, yearly
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()


@BANK.question(
    "joined_times",
    "Bills since July 2025 joined to contacts on customer_id, then added up: how many times the true sum is that?",
    unit="times, two decimals",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    late = case.months[case.months["month"] >= HALF_YEAR]
    joined = late.merge(case.contacts[["customer_id", "contact_id"]], on="customer_id")
    kept = late.merge(case.contacts[["customer_id", "contact_id"]], on="customer_id", how="left")
    once = late[late["customer_id"].isin(case.contacts["customer_id"])]
    true = late["bill"].sum()
    return float(joined["bill"].sum() / true), [
        Slip(1.0, "a bill stands once for each contact of the customer: rows were multiplied."),
        Slip(float(len(joined) / len(late)), "these are rows; add up the bills."),
        Slip(
            float(kept["bill"].sum() / true),
            "this keeps customers without a contact too (a left join); a plain merge drops them.",
        ),
        Slip(
            float(once["bill"].sum() / true),
            "this is what is left if each bill counts once; in the join it counts once for each contact.",
        ),
        Slip(float(true / joined["bill"].sum()), "turned round: divide the joined sum by the true one."),
    ]


@BANK.question(
    "no_contact",
    "Which share of today's customers had no contact since July 2025?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    today, asked = here(case), set(case.contacts["customer_id"])
    silent = ~today.index.isin(asked)
    everyone = ~case.customers["customer_id"].isin(asked)
    return float(silent.mean()), [
        Slip(0.0, "who has no contact is not in `contacts`; start from the customers."),
        Slip(float(everyone.mean()), "this counts customers who have left; take those of today."),
        Slip(float(1 - silent.mean()), "these are those with a contact."),
        Slip(float(silent.sum() / len(case.customers)), "divide by today's customers, not by all there ever were."),
    ]


@BANK.question(
    "top_tenth_money", "Which share of the bills of 2025 does the best tenth of today's customers pay?", unit="share",
    tolerance=0.003,
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    bills = yearly(case)
    found, firm = segments.concentration(bills), here(case)["firm"]
    return found.top_tenth, [
        Slip(found.gini, "this is the Gini index; read the curve at a tenth of the customers."),
        Slip(float(bills[firm].sum() / bills.sum()), "this is what the firms pay; the best tenth holds people, too."),
        Slip(
            segments.concentration(bills[~firm]).top_tenth,
            "this is the best tenth of the people; take firms in as well.",
        ),
        Slip(found.half, "this is the share of customers that pays half."),
    ]


@BANK.question(
    "manager_break_even",
    f"By how much must the yearly leaving of the {MANAGED} largest accounts fall before a manager at {MANAGER_COST:,} yuan a "
    f"year pays, at a margin of {MARGIN:.0%}?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    bills = yearly(case)
    top = float(bills.nlargest(MANAGED).sum())
    gone, years = firms_leaving(case)
    need = MANAGER_COST / (MARGIN * top)
    firms = bills[here(case)["firm"]]
    return need, [
        Slip(MANAGER_COST / top, "this takes the whole bill for profit; only the margin is."),
        Slip(
            need / (gone / years),
            "this is the share of the leavers to be kept; the question asks for the fall in points.",
        ),
        Slip(
            MANAGER_COST / (MARGIN * MANAGED * float(firms.mean())),
            "this takes the mean firm; the manager has the largest ones.",
        ),
        Slip(12 * need, "the bills are of a year, and so is the cost."),
    ]
