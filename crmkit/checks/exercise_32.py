"""Questions of exercise 32: the methods of case 32 on a bank of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a mail-order house that delivers
on account).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import monitor
from crmkit.checks.case_32.steps import TREE, desk
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import market
from crmkit.worlds import Bank as BankWorld
from crmkit.worlds import Case, CreditPolicy

BANK = Bank()
HOUSE = BankWorld.preset(
    "credit_tree",
    customers=800,
    months=6,
    existing_share=1.0,
    online=None,
    lines=None,
    credit=CreditPolicy(per_year=3.0, leaves=TREE, slips=0.0),
)
BRANCHES, MONTHS = 15, 12
FALSE_A_YEAR = 2.0  # false alarms that the board bears
BEHIND = 0.15  # of plan
SEEN, RINGS = 0.8, 0.05  # of an alarm for returns


def case(seed: int) -> Case:
    """Applications of an open half year, cards, plans and expenses of a bank, and a mail-order house."""
    bank, terms, lines, plans, house = np.random.default_rng(seed).spawn(5)
    asked = HOUSE.draw(bank).applications
    asked = asked[["amount", "income", "savings_account", "home_owner"]].assign(paid=asked["outcome"] == "paid back")
    money = pd.DataFrame(
        {"margin": [round(terms.uniform(0.08, 0.18), 3)], "loss": [round(terms.uniform(0.45, 0.75), 3)]}
    )
    frames = {"applications": asked, "terms": money, "cards": _cards(lines), **_plans(plans), **_house(house)}
    return Case(frames, name="exercise-32", seed=seed)


def _cards(rng: np.random.Generator) -> pd.DataFrame:
    """Cards at the end of June, and what became of them by the end of the year."""
    n = 900
    limit = (rng.gamma(8.0, 700.0, n) / 100).round() * 100 + 500
    used = rng.gamma(2.0, 0.3, n)
    chance = 0.02 + 0.25 * (used > 1)
    return pd.DataFrame({"limit": limit, "owed": (limit * used).round(0), "defaulted": rng.random(n) < chance})


def _plans(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Expense of branches in a quiet year, and plans of managers with the luck of their portfolios."""
    noise = rng.uniform(2.5, 7.0)
    branch = np.repeat(np.arange(1, BRANCHES + 1), MONTHS)
    actual = (100 + noise * rng.standard_normal(len(branch))).round(2)
    size = rng.lognormal(4.8, 0.7, 14).round()
    sales = pd.DataFrame({"manager_id": 101 + np.arange(14), "plan": (16 * size).round(0)})
    return {
        "expenses": pd.DataFrame(
            {"branch_id": branch, "month": np.tile(np.arange(1, MONTHS + 1), BRANCHES), "actual": actual, "plan": 100.0}
        ),
        "plans": sales.assign(luck=np.sqrt(sales["plan"] * rng.uniform(600, 1_000)).round(1)),
    }


def _house(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Orders on account with a score, suppliers with what came back, returns of which some are fraud."""
    chance = rng.beta(1.2, 6.0, 700)
    of = np.sort(rng.lognormal(5.0, 1.0, 12).round().astype(int)) + np.arange(15, 27)  # no two alike
    share = rng.beta(12, 70, 12)
    fraud = rng.random(1_500) < rng.uniform(0.01, 0.04)
    return {
        "orders": pd.DataFrame({"chance": chance.round(4), "amount": rng.gamma(2.0, 60.0, 700).round(2)}),
        "suppliers": pd.DataFrame({"supplier": np.arange(12) + 1, "sent": of, "returned": rng.binomial(of, share)}),
        "returns": pd.DataFrame({"fraud": fraud}),
    }


def _terms(case: Case) -> tuple[float, float]:
    return float(case.terms["margin"].iloc[0]), float(case.terms["loss"].iloc[0])


@BANK.question("cut_off", "Up to which chance of default does your bank's credit pay?", unit="share", tolerance=0.001)
def _(case: Case) -> tuple[Any, list[Slip]]:
    margin, loss = _terms(case)
    return margin / (margin + loss), [
        Slip(margin / loss, "these are the odds; the chance is margin / (margin + loss)."),
        Slip(0.5, "this treats both mistakes alike."),
        Slip(loss / (margin + loss), "so likely must paying back be; the question asks for default."),
    ]


@BANK.question(
    "desk_gain", "What would the desk's tree have earned on all these applications?", unit="dollars", tolerance=200
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    margin, loss = _terms(case)
    rows = case.applications
    yes = desk(rows)
    each = rows["amount"] * np.where(rows["paid"], margin, -loss)
    return float(each[yes].sum()), [
        Slip(float(each.sum()), "this approves everyone."),
        Slip(float((margin * rows["amount"])[yes].sum()), "some of them default: there the loss is taken off."),
        Slip(float(each[~yes].sum()), "these are the refused."),
        Slip(float(each[yes].mean()), "this is the mean of an approval; the question asks for the sum."),
    ]


@BANK.question(
    "would_pay", "Of those whom the desk's tree refuses, which share paid back?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.applications
    no = ~desk(rows)
    share = float(rows.loc[no, "paid"].mean())
    return share, [
        Slip(1 - share, "this is the share that defaulted."),
        Slip(float(no.mean()), "this is the share that is refused."),
        Slip(
            float(no[rows["paid"]].mean()),
            "this is the share of the good ones who are refused; start from the refused.",
        ),
    ]


@BANK.question(
    "line_recall",
    "Warn of every card that owes more than 20 % beyond its limit. Of all defaults, which share was warned of?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.cards
    found = monitor.hindsight(rows["owed"] > 1.2 * rows["limit"], rows["defaulted"])
    plain = monitor.hindsight(rows["owed"] > rows["limit"], rows["defaulted"])
    return found.recall, [
        Slip(found.precision, "this is the share of the warned who defaulted; start from the defaults."),
        Slip(1 - found.recall, "these had no warning."),
        Slip(plain.recall, "this warns of every card over its limit; 20 % beyond is asked for."),
        Slip(found.false_alarm, "this is the share of the sound that was warned of."),
    ]


@BANK.question(
    "expense_threshold",
    "Fifteen branches are checked each month. From how many points over plan on to warn, for two false alarms a year in all?",
    unit="points of the plan",
    tolerance=0.03,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    noise = float((case.expenses["actual"] - case.expenses["plan"]).std())

    def threshold(chance: float) -> float:
        return monitor.alarm(noise=noise, false_alarm=chance, shift=0.0).threshold

    checks = BRANCHES * MONTHS
    return threshold(FALSE_A_YEAR / checks), [
        Slip(threshold(1 / checks), "this is one false alarm a year."),
        Slip(threshold(FALSE_A_YEAR / MONTHS), "this counts the months of one branch; there are fifteen."),
        Slip(threshold(0.05), "this warns falsely in 5 % of the checks: nine times a year."),
        Slip(noise, "this is one standard deviation."),
    ]


@BANK.question(
    "by_luck",
    "If all managers sold as planned: how many of the 14 would be more than 15 % behind in a month, by luck?",
    unit="managers",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.plans

    def late(part: float) -> float:
        pairs = zip(rows["luck"], rows["plan"], strict=True)
        return float(sum(monitor.alarm(noise=sd, threshold=part * plan, shift=0.0).false_alarm for sd, plan in pairs))

    middle = monitor.alarm(noise=float(rows["luck"].mean()), threshold=BEHIND * float(rows["plan"].mean()), shift=0.0)
    return late(BEHIND), [
        Slip(late(BEHIND) / len(rows), "this is the chance of one; there are 14."),
        Slip(len(rows) / 2, "half are behind at all; 15 % and more is asked for."),
        Slip(late(0.1), "this is 10 % behind."),
        Slip(len(rows) * middle.false_alarm, "this gives all the mean portfolio; small ones are thrown further."),
    ]


@BANK.question(
    "orders_gain",
    "Of 100 sold on account the house earns 30, and loses 55 if nobody pays. What does it expect to earn on the orders that pay "
    "by this?",
    unit="euros",
    tolerance=20,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.orders
    each = rows["amount"] * (0.30 * (1 - rows["chance"]) - 0.55 * rows["chance"])
    some = rows["chance"] < 0.30 / 0.85
    return float(each[some].sum()), [
        Slip(float(each.sum()), "this delivers to everyone; leave out those above the cut-off."),
        Slip(float(each[rows["chance"] < 0.5].sum()), "this cuts at one half; both mistakes do not cost the same."),
        Slip(float((0.30 * rows["amount"])[some].sum()), "some of them do not pay; take off what is lost on them."),
        Slip(float(each[rows["chance"] < 0.30 / 0.55].sum()), "30 / 55 are odds; the chance is 30 / (30 + 55)."),
    ]


@BANK.question(
    "fair_returns",
    "What is the fair share of returns for the supplier who sent least?",
    unit="share",
    tolerance=0.0005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    rows = case.suppliers.set_index("supplier")
    table = monitor.league(rows["returned"], rows["sent"])
    small = table.loc[table["of"].idxmin()]
    return float(small["shrunk"]), [
        Slip(float(small["naive"]), "this is the share as counted; luck throws a small supplier far."),
        Slip(float(table.attrs["mean"]), "this is the mean of all; own returns count for something."),
        Slip(float(small["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "alarm_right",
    "An alarm rings at 80 % of the frauds among the returns and at 5 % of the honest ones. Of those it rings at, which share is "
    "fraud?",
    unit="share",
    tolerance=0.001,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    base = float(case.returns["fraud"].mean())
    return market.flagged_rightly(base, recall=SEEN, false_alarms=RINGS), [
        Slip(SEEN, "this is the share of the frauds that ring; start from what rings."),
        Slip(base, "this is the share of fraud in all."),
        Slip(SEEN * base / RINGS, "divide by all that ring: frauds and honest ones together."),
        Slip(1 - RINGS, "so many honest ones do not ring."),
    ]
