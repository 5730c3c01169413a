"""The bank of case 32, and the steps that its questions share with its notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import monitor
from crmkit.checks.once import once
from crmkit.targeting import market, response
from crmkit.worlds import Bank, Case, CreditLines, CreditPolicy, FraudPlan, ManagerTeam, TreeLeaf, Truth, plant_frauds

if TYPE_CHECKING:
    from crmkit.targeting.response import ResponseModel, Rules, Scorecard

MARGIN, LOSS = 0.12, 0.60  # of an amount lent: earned if it is paid back, lost if not
CALL, HELPED = 150.0, 0.1  # dollars of a visit to a warned customer, and the share of defaults that it averts
REVIEWED = 50  # payments that can be looked at in a month
BEST = 100  # customers who get a manager of their own
ASKED = ["income", "savings_account", "home_owner"]
CUT = 50_000  # of the income, in the desk's tree
YEAR, HALF, OPEN, LATER = (pd.Timestamp(day) for day in ("2025-01-01", "2025-07-01", "2025-12-01", "2026-01-01"))
SINCE = pd.Timestamp("2025-08-01")  # payments from here on
PAYERS = 550  # customers whose payments are kept
LEAST_FRAUDS = 4  # in November and in December
TREE = (
    #        income>cut savings owner  approve default
    TreeLeaf(True, True, None, True, 0.02),
    TreeLeaf(True, False, True, True, 0.05),
    TreeLeaf(True, False, False, True, 0.09),
    TreeLeaf(False, True, True, True, 0.07),
    TreeLeaf(False, True, False, True, 0.19),
    TreeLeaf(False, False, None, True, 0.34),
)
NOISE, DRIFT, INVOICE = 0.04, 0.06, 0.14  # of the expense plan: luck of a month, a lasting rise, a single bill


def draw(seed: int, customers: int = 1_700) -> Case:
    """A year in which every applicant got credit, a year by the desk's tree, and what its lines, desks and tills did."""
    policy = CreditPolicy(per_year=1.4, leaves=TREE, income_cut=CUT, slips=0.0, margin=MARGIN, loss=LOSS)
    world = Bank.preset(
        "credit_tree",
        customers=customers,
        months=30,
        credit=policy,
        team=ManagerTeam(managers=12, talks_per_year=4.0),
        lines=CreditLines(
            distress_per_year=0.11, distress_spending=5.0, default_per_month=0.0003, default_in_distress=0.06
        ),
    )
    drawn = world.draw(seed)
    lots = np.random.default_rng([seed, 32]).spawn(3)
    applications, would = _applications(drawn, lots[0])
    expenses, overruns = _expenses(drawn, lots[1])
    payments, confirmed, frauds = _payments(drawn, lots[2])
    cards = _cards(drawn)
    talks = drawn.talks[(drawn.talks["day"] >= YEAR) & (drawn.talks["day"] < LATER)]
    plain = {
        "applications": applications,
        "customers": _customers(drawn),
        "cards": cards,
        "defaults": _between(drawn.defaults, YEAR, LATER)[["customer_id", "month"]],
        "talks": talks.drop(columns="customer_id").round({"sale": 0}).reset_index(drop=True),
        "plans": _plans(drawn),
        "expenses": expenses,
        "payments": payments,
        "confirmed": confirmed,
    }
    sealed = {
        "applications": would,
        "customers": drawn.truth.customers[["customer_id", "kind", "distressed"]],
        "defaults": drawn.defaults.loc[drawn.defaults["month"] >= LATER, ["customer_id", "month"]].reset_index(
            drop=True
        ),
        "managers": drawn.truth.managers[["manager_id", "sale_chance"]],
        "overruns": overruns,
        "frauds": frauds,
    }
    return Case(plain, name=drawn.name, seed=drawn.seed, truth=Truth(sealed, world=drawn.truth.world))


def desk(rows: pd.DataFrame) -> pd.Series:
    """The desk's tree: approved with two good answers of three."""
    rich = rows["income"] > CUT
    return np.where(rich, rows["savings_account"] | rows["home_owner"], rows["savings_account"] & rows["home_owner"])


def _applications(drawn: Case, lot: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    known = drawn.applications[drawn.applications["day"] < LATER].drop(columns=["age", "customer_id"])
    truth = drawn.truth.applications.iloc[: len(known)]
    ruled = (desk(known) != (lot.random(len(known)) < 0.02)) | (known["day"] < YEAR)
    would = truth.assign(defaulted=(known["outcome"] == "default").to_numpy())
    known = known.assign(approved=ruled.to_numpy(), outcome=known["outcome"].where(ruled, "refused"))
    return known.reset_index(drop=True), would[["application_id", "leaf", "default_chance", "defaulted"]]


def _between(rows: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp, day: str = "month") -> pd.DataFrame:
    return rows[(rows[day] >= first) & (rows[day] < end)].reset_index(drop=True)


def _customers(drawn: Case) -> pd.DataFrame:
    """Who was with the bank at the end of 2025: what is known, who cares for them, margin and cost of half a year."""
    accounts = drawn.accounts[["account_id", "customer_id", "product"]]
    lines = _between(drawn.statements, HALF, LATER).merge(accounts, on="account_id")
    lines = lines.merge(drawn.products, on="product")
    earned = (lines["opening"].abs() * lines["margin"] / 12 + lines["fee"]).groupby(lines["customer_id"]).sum()
    log = _between(drawn.transactions, HALF, LATER, "day").merge(drawn.channels, on="channel")
    current = drawn.accounts[drawn.accounts["product"] == "current"]
    here = current[~(current["closed"] < LATER) & ~(current["opened"] >= LATER)]["customer_id"]
    known = drawn.customers[drawn.customers["customer_id"].isin(here)].merge(drawn.portfolios, on="customer_id")
    who = known["customer_id"]
    known["margin"] = who.map(earned).fillna(0.0).round(2)
    known["cost"] = who.map(log.groupby("customer_id")["cost"].sum()).fillna(0.0).round(2)
    known = known.merge(drawn.households[["household_id", "home_owner"]], on="household_id")
    names = ["customer_id", "age", "income", "home_owner", "manager_id", "margin", "cost"]
    return known[names].sort_values("customer_id", ignore_index=True)


def _cards(drawn: Case) -> pd.DataFrame:
    """Every card at every month end of 2025: its limit and what was owed."""
    own = drawn.accounts.loc[drawn.accounts["product"] == "card", ["account_id", "customer_id", "credit_limit"]]
    rows = _between(drawn.statements, YEAR, LATER).merge(own, on="account_id")
    rows["owed"] = -rows["closing"].clip(upper=0).round(0) + 0.0
    return rows[["customer_id", "month", "credit_limit", "owed"]]


def _plans(drawn: Case) -> pd.DataFrame:
    """Sales planned for each manager and month of 2025: what the team sold a customer in 2024, times the portfolio."""
    past = drawn.talks.loc[drawn.talks["day"] < YEAR, "sale"].sum() / 12 / len(drawn.portfolios)
    size = drawn.portfolios.groupby("manager_id").size()
    months = pd.date_range(YEAR, periods=12, freq="ME").astype("datetime64[us]")
    rows = pd.MultiIndex.from_product([size.index, months], names=["manager_id", "month"]).to_frame(index=False)
    # The base grew since 2024: a twelfth more customers on average.
    return rows.assign(
        customers=rows["manager_id"].map(size), plan=(rows["manager_id"].map(size) * past * 1.08).round(0)
    )


def _expenses(drawn: Case, lot: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Expense and plan of each branch over two years; in the second two drift away and one has a single large bill."""
    branches = drawn.branches["branch_id"].to_numpy()
    months = pd.date_range("2024-01-01", periods=24, freq="ME").astype("datetime64[us]")
    plan = np.round(lot.uniform(40_000, 90_000, len(branches)), -3)
    wrong = lot.choice(len(branches), 3, replace=False)
    extra = np.zeros((len(branches), 24))
    extra[wrong[:2], 18:] = DRIFT
    extra[wrong[2], 12 + int(lot.integers(1, 5))] = INVOICE
    share = 1 + NOISE * lot.standard_normal(extra.shape) + extra
    rows = pd.MultiIndex.from_product([branches, months], names=["branch_id", "month"]).to_frame(index=False)
    rows["plan"] = np.repeat(plan, 24)
    rows["actual"] = np.round(rows["plan"] * share.ravel(), 0)
    kinds = ["drift", "drift", "single bill"]
    return rows, pd.DataFrame({"branch_id": branches[wrong], "kind": kinds}).sort_values("branch_id", ignore_index=True)


def _payments(drawn: Case, lot: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Money out of some customers with frauds among it: confirmed to the end of November, sealed in December."""
    some, fewest = drawn.customers["customer_id"].iloc[:PAYERS], -1
    while fewest < LEAST_FRAUDS:  # a month without any could be judged by nobody
        hit = plant_frauds(drawn, FraudPlan(attacks_per_year=0.15), seed=lot)
        out = hit.transactions[hit.transactions["customer_id"].isin(some) & (hit.transactions["amount"] < 0)]
        out = _between(out[out["service"] != "closing"], SINCE, LATER, "day")
        bad = out["transaction_id"].isin(hit.truth.frauds["transaction_id"])
        month = out.loc[bad, "day"].dt.month
        fewest = min(int((month == 11).sum()), int((month == 12).sum()))
    out = out.rename(columns={"transaction_id": "payment_id"})
    kept = out[["payment_id", "customer_id", "day", "amount", "channel"]]
    known = out["day"] < OPEN
    ids = out[["payment_id"]]
    return kept, ids[bad & known].reset_index(drop=True), ids[bad & ~known].reset_index(drop=True)


# Who gets credit


def asked(case: Case, part: str) -> pd.DataFrame:
    """Applications of the open year with what became of them: "learn" to the end of June, "judge" from July."""
    rows = case.applications
    first = rows["day"] < HALF - pd.DateOffset(years=1)
    rows = rows[(first if part == "learn" else ~first) & (rows["day"] < YEAR)]
    return rows.assign(paid=rows["outcome"] == "paid back").reset_index(drop=True)


@once
def rules(case: Case) -> Rules:
    """The tree that the first half of the open year grows, read as rules with a decision in money, per dollar lent."""
    rows = asked(case, "learn")
    words = ("approve", "refuse")
    return response.tree_rules(
        rows[ASKED], rows["paid"], seed=1, value=MARGIN + LOSS, cost=LOSS, honest=False, decisions=words
    )


@once
def card(case: Case) -> Scorecard:
    """Points for the same three answers, from the same half year."""
    rows = asked(case, "learn")
    return response.scorecard(rows[ASKED], rows["paid"])


def by_tree(case: Case, rows: pd.DataFrame) -> np.ndarray:
    """Whom the grown tree approves."""
    found = rules(case)
    return (found.table["decision"] == "approve").to_numpy()[found.place(rows[ASKED])]


def by_card(case: Case, rows: pd.DataFrame) -> np.ndarray:
    """Whom the scorecard approves: chance of default below margin / (margin + loss)."""
    return (1 - card(case).score(rows[ASKED]) < MARGIN / (MARGIN + LOSS)).to_numpy()


def earned(rows: pd.DataFrame) -> pd.Series:
    """Money that each granted application of the open year brought."""
    return rows["amount"] * np.where(rows["paid"], MARGIN, -LOSS)


def policies(case: Case) -> dict[str, np.ndarray]:
    """Whom each policy approves in the second half of the open year."""
    rows = asked(case, "judge")
    everyone = np.ones(len(rows), dtype=bool)
    return {
        "everyone": everyone,
        "the desk": desk(rows),
        "grown tree": by_tree(case, rows),
        "scorecard": by_card(case, rows),
    }


def compared(case: Case, *, against: str | None = None) -> pd.DataFrame:
    """Money of each policy in the second half of the open year, or how much more than another's: value, low, high."""
    rows, chosen = asked(case, "judge"), policies(case)
    base = chosen[against] if against else np.zeros(len(rows), dtype=bool)
    table = {}
    for name, approve in chosen.items():
        each = earned(rows) * (approve.astype(float) - base)
        half = 1.96 * each.std() * np.sqrt(len(each))
        table[name] = {"value": each.sum(), "low": each.sum() - half, "high": each.sum() + half}
    table = pd.DataFrame(table).T
    return table.drop(index=against) if against else table


# Credit lines


@once
def states(case: Case) -> pd.DataFrame:
    """Each card at the end of June 2025, and whether it was in default by the end of the year.

    Index customer_id: used (owed in per cent of the limit), over (per cent beyond it), months_over (of the last six),
    in_a_row (months over up to now), owed, limit, defaulted.
    """
    return _states(case, HALF, case.defaults)


def now(case: Case) -> pd.DataFrame:
    """The same at the end of December 2025; what follows is not known yet."""
    return _states(case, LATER, None)


def _states(case: Case, until: pd.Timestamp, defaults: pd.DataFrame | None) -> pd.DataFrame:
    rows = _between(case.cards, until - pd.DateOffset(months=6), until).sort_values(["customer_id", "month"])
    gone = case.defaults.loc[case.defaults["month"] < until, "customer_id"]
    rows = rows[~rows["customer_id"].isin(gone)]
    rows["is_over"] = rows["owed"] > rows["credit_limit"]
    each = rows.groupby("customer_id")
    found = each.last()
    found = found[found["month"] == rows["month"].max()].rename(columns={"credit_limit": "limit"})
    found["used"] = (100 * found["owed"] / found["limit"]).round(1)
    found["over"] = (found["used"] - 100).clip(lower=0)
    found["months_over"] = each["is_over"].sum().reindex(found.index)
    back = rows.iloc[::-1]
    found["in_a_row"] = back.groupby("customer_id")["is_over"].cummin().groupby(back["customer_id"]).sum()
    if defaults is not None:
        found["defaulted"] = found.index.isin(defaults.loc[defaults["month"] >= until, "customer_id"])
    return found.drop(columns=["month", "is_over"])


def lines(rows: pd.DataFrame) -> pd.DataFrame:
    """What the model knows of a card: used to at most 150 per cent, since a few stand at many times their limit."""
    return rows[["used", "months_over"]].assign(used=rows["used"].clip(upper=150))


@once
def line_model(case: Case) -> ResponseModel:
    """Chance of default in half a year from how much is used and how often the limit was exceeded."""
    rows = states(case)
    return response.fit(lines(rows), rows["defaulted"], seed=1, resamples=50)


def call_gain(rows: pd.DataFrame, warned: np.ndarray, *, helped: float = HELPED) -> float:
    """What visits to those warned would have saved, less what they cost, money."""
    lost = (LOSS * rows["owed"])[warned & rows["defaulted"]].sum()
    return float(helped * lost - CALL * np.sum(warned))


# Plans


def sales(case: Case, *, by: str = "month") -> pd.DataFrame:
    """Sales and plan of each manager and month (or of the year), and in standard deviations of their luck.

    manager_id, month, actual, plan, luck (money), actual_sd, plan_sd. The luck of a month is that of a sum of sales: their
    expected number times the mean square of a sale.
    """
    talks = case.talks.assign(month=case.talks["day"] + pd.offsets.MonthEnd(0))
    sold = talks.loc[talks["sold"], "sale"]
    actual = talks.groupby(["manager_id", "month"])["sale"].sum().rename("actual")
    rows = case.plans.join(actual, on=["manager_id", "month"]).fillna({"actual": 0.0})
    rows["luck"] = np.sqrt(rows["plan"] / sold.mean() * (sold**2).mean())
    if by == "year":
        rows["luck"] **= 2
        rows = rows.groupby("manager_id")[["actual", "plan", "luck"]].sum().reset_index().assign(month="2025")
        rows["luck"] **= 0.5
    rows["actual_sd"], rows["plan_sd"] = rows["actual"] / rows["luck"], rows["plan"] / rows["luck"]
    return rows


def expenses(case: Case, year: int) -> pd.DataFrame:
    """Expense of each branch and month in per cent of its plan: branch ("branch 4"), branch_id, month, actual, plan (100)."""
    rows = case.expenses[case.expenses["month"].dt.year == year]
    named = rows.assign(branch="branch " + rows["branch_id"].astype(str))
    return named.assign(actual=100 * rows["actual"] / rows["plan"], plan=100.0).reset_index(drop=True)


def luck(case: Case) -> float:
    """Standard deviation of a month's expense about its plan, in points, from 2024, when nothing was wrong."""
    return float((expenses(case, 2024)["actual"] - 100).std())


def league(case: Case) -> pd.DataFrame:
    """Sales a talk by manager, as counted and fair."""
    each = case.talks.groupby("manager_id")["sold"]
    return monitor.league(each.sum(), each.size())


@once
def values(case: Case) -> pd.DataFrame:
    """Each customer's worth in half a year, before and after the loss to be expected on the card.

    Index customer_id: value (margin less cost), chance (of default in half a year), owed, expected_loss, adjusted.
    """
    known = case.customers.set_index("customer_id")
    cards = now(case)
    chance = line_model(case).score(lines(cards))
    found = pd.DataFrame({"value": known["margin"] - known["cost"]})
    found["chance"], found["owed"] = (
        chance.reindex(found.index).fillna(0.0),
        cards["owed"].reindex(found.index).fillna(0.0),
    )
    found["expected_loss"] = LOSS * found["chance"] * found["owed"]
    return found.assign(adjusted=found["value"] - found["expected_loss"])


# Payments


def paid(case: Case, month: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Payments of a month of 2025 ("11" or "12"), and all before it."""
    first = pd.Timestamp(f"2025-{month}-01")
    log = case.payments
    return _between(log, first, first + pd.DateOffset(months=1), "day"), log[log["day"] < first]


@once
def november(case: Case) -> pd.DataFrame:
    """The payments of November with their flags, and whether they were fraud."""
    return _flagged(case, "11").assign(fraud=lambda rows: rows["payment_id"].isin(case.confirmed["payment_id"]))


@once
def december(case: Case) -> pd.DataFrame:
    """The payments of December with their flags; which are fraud is sealed."""
    return _flagged(case, "12")


def _flagged(case: Case, month: str) -> pd.DataFrame:
    rows, past = paid(case, month)
    return rows.join(market.flags(rows, seed=1, past=past))
