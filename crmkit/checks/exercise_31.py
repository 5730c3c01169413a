"""Questions of exercise 31: the methods of case 31 on a bank of one's own.

Three grades: repeat (same question, own data), vary (another question, own data), transfer (a supplier of electricity
that reads meters by post, phone and app).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmkit import profit
from crmkit.checks.once import once
from crmkit.checks.question import Bank, Slip
from crmkit.targeting import market
from crmkit.worlds import Bank as BankWorld
from crmkit.worlds import Case

BANK = Bank()
HOUSE = BankWorld(
    customers=260,
    months=12,
    existing_share=1.0,
    campaigns=(),
    credit=None,
    team=None,
    survey=None,
    mail=None,
    lines=None,
)
PEOPLE, MONTHS = 900, 24  # who could take up the app, and months since its launch
PHONE_SHARE, INDUCED = 0.25, 0.5  # of the phone's work that moves online, and new work for each moved
HOUSEHOLDS = 400  # of the supplier
AGAIN = 2.0  # goodwill that a second contact costs the supplier, euros
EACH, YEARS = 1.5, 2  # money that one user of the app saves a month; years looked at


def case(seed: int) -> Case:
    """What a bank of one's own earned and did in a year, its app's users, and a supplier's households and requests."""
    bank, money, app, supplier = np.random.default_rng(seed).spawn(4)
    drawn = HOUSE.draw(bank)
    lines = drawn.statements.merge(drawn.accounts, on="account_id").merge(drawn.products, on="product")
    amount = (lines["opening"].abs() * lines["margin"] / 12 + lines["fee"]).round(2)
    earned = pd.DataFrame({"customer_id": lines["customer_id"], "day": lines["month"], "amount": amount})
    costs = drawn.channels.assign(
        cost=(drawn.channels["cost"] * money.uniform(0.75, 1.35, len(drawn.channels))).round(2)
    )
    law = market.Bass(app.uniform(0.008, 0.02), app.uniform(0.22, 0.34), app.uniform(300, 700))
    counts = market.Bass(law.p, law.q, float(round(law.m))).draw(MONTHS, seed=app)
    tables = {
        "earned": earned,
        "work": drawn.transactions[["customer_id", "day", "channel"]],
        "costs": costs,
        "adopters": pd.DataFrame({"month": np.arange(1, MONTHS + 1), "adopters": counts}),
    }
    return Case(tables | _supplier(supplier), name="exercise-31", seed=seed)


def _supplier(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Households' bills of a year, how they handed in their meter readings, and a pilot of first channels."""
    names = ("post", "phone", "app")
    cost = dict(zip(names, (rng.uniform([3.0, 5.0, 0.2], [5.0, 8.0, 0.6])).round(2), strict=True))
    who = np.arange(1, HOUSEHOLDS + 1)
    bills = pd.DataFrame(
        {"household": who, "day": pd.Timestamp(2025, 12, 31), "amount": rng.gamma(3.0, 300.0, HOUSEHOLDS).round(2)}
    )
    habit = rng.choice(3, HOUSEHOLDS, p=(0.3, 0.3, 0.4))
    times = rng.poisson(rng.gamma(2.0, 2.0, HOUSEHOLDS))
    readings = pd.DataFrame({"household": np.repeat(who, times), "way": np.array(names)[np.repeat(habit, times)]})
    n = 1_200
    way, topic = rng.integers(3, size=n), rng.choice(["reading", "moving house"], n)
    chance = np.where(topic == "reading", np.array([0.93, 0.97, 0.80])[way], np.array([0.6, 0.9, 0.3])[way])
    asked = pd.DataFrame({"topic": topic, "channel": np.array(names)[way], "settled": rng.random(n) < chance})
    return {
        "bills": bills,
        "readings": readings,
        "ways": pd.DataFrame({"channel": list(names), "cost": list(cost.values())}),
        "asked": asked,
    }


def _each(case: Case) -> pd.DataFrame:
    return profit.by_customer(case.earned, case.work, case.costs)


@once
def _law(case: Case) -> market.BassFit:
    """Asked for twice; the fit is the slow part."""
    return market.fit_bass([int(one) for one in case.adopters["adopters"]], population=PEOPLE)


@BANK.question(
    "losing", "Which mean profit does a customer who costs more than they bring leave?", unit="dollars", tolerance=0.05
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _each(case)
    money = found["profit"]
    naive = found["contribution"] - found["cost_to_serve"].mean()
    return float(money[money < 0].mean()), [
        Slip(float(money.clip(upper=0).mean()), "this is over all customers; take those below 0."),
        Slip(float(money[money < 0].sum()), "this is their sum; take the mean."),
        Slip(float(naive[naive < 0].mean()), "this shares the cost out by head; each customer costs what they did."),
        Slip(-float(money[money < 0].mean()), "they lose money: it is below 0."),
    ]


@BANK.question("counter_share", "Which share of the cost of serving is the counter's?", unit="share", tolerance=0.001)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = profit.by_channel(case.work, case.costs)
    row, unit = table.loc["counter"], case.costs.set_index("channel")["cost"]
    return float(row["cost_share"]), [
        Slip(
            float(row["activity_share"]), "this is the share of the work; each transaction costs as its channel does."
        ),
        Slip(float(unit["counter"] / unit.sum()), "these are costs of one transaction each; count the transactions."),
        Slip(float(row["high"]), "this is the upper end of the interval."),
    ]


@BANK.question(
    "best_fifth", "Which share of all profit does the best fifth of the customers bring?", unit="share", tolerance=0.001
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _each(case)
    curve = profit.whale_curve(found["profit"])
    return profit.whale(curve, top=0.2).brings, [
        Slip(profit.whale(curve, top=0.1).brings, "this is the best tenth; a fifth is top=0.2."),
        Slip(1 - profit.whale(curve, top=0.2).brings, "this is what the others bring."),
        Slip(
            profit.whale(profit.whale_curve(found["contribution"]), top=0.2).brings,
            "this is of the contribution; take off what serving costs.",
        ),
    ]


@BANK.question(
    "keep_cost",
    "At which cost a year of keeping a customer would a third of them cost more than they bring?",
    unit="dollars a year",
    tolerance=0.5,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    money = _each(case)["profit"]
    return float(money.quantile(1 / 3)), [
        Slip(float(money.quantile(2 / 3)), "with this cost two thirds would lose."),
        Slip(float(money.quantile(0.25)), "this is a quarter of them."),
        Slip(float(money.mean() / 3), "a third of the mean profit says nothing of how many lie below it."),
    ]


@BANK.question(
    "phone_moved",
    "A quarter of the phone's work moves online, and each moved brings half a new one there. What is saved a year?",
    unit="dollars",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    work = profit.by_channel(case.work, case.costs)["activities"]

    def saved(share: float, induced: float, source: str = "phone") -> float:
        return profit.migrate(work, case.costs, source=source, to=pd.Series({"online": share}), induced=induced).saved

    unit = case.costs.set_index("channel")["cost"]
    return saved(PHONE_SHARE, INDUCED), [
        Slip(saved(PHONE_SHARE, 0.0), "the new work online costs, too: induced=0.5."),
        Slip(saved(PHONE_SHARE, INDUCED, "counter"), "this empties the counter; the phone is asked."),
        Slip(PHONE_SHARE * float(work["phone"] * unit["phone"]), "what moved online costs something there."),
        Slip(saved(1.0, INDUCED), "this moves all of it; a quarter is asked."),
    ]


@BANK.question("market", "How many will ever use the app, by the law of Bass?", unit="customers", tolerance=1.0)
def _(case: Case) -> tuple[Any, list[Slip]]:
    fit, now = _law(case), int(case.adopters["adopters"].sum())
    return fit.model.m, [
        Slip(now, "so many do; some are still to come."),
        Slip(PEOPLE, "these are all who could; some never will."),
        Slip(float(fit.model.m - now), "these are still to come; add those who are there."),
    ]


@BANK.question(
    "break_even",
    "A user of the app saves 1.50 dollars a month. What may it cost at most, over two years, to win at once all who will come?",
    unit="dollars",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    fit = _law(case)
    law = fit.model
    found = market.hasten(fit, periods=12 * YEARS, each=EACH, seed=1, draws=2)
    rest = float(law.m - law.cumulative(MONTHS))
    return found.saved, [
        Slip(
            rest * EACH * 12 * YEARS, "most of these would come within the two years; only the time until then is won."
        ),
        Slip(
            market.hasten(fit, periods=YEARS, each=EACH, seed=1, draws=2).saved, "periods are months: two years are 24."
        ),
        Slip(found.gained, "these are customer-months; each saves 1.50."),
        Slip((PEOPLE - float(law.cumulative(MONTHS))) * EACH * 12 * YEARS, "some never will, guide or not."),
    ]


def _households(case: Case) -> pd.DataFrame:
    return profit.by_customer(
        case.bills, case.readings.rename(columns={"way": "channel"}), case.ways, margin=0.02, customer="household"
    )


@BANK.question(
    "household",
    "A supplier keeps 2 % of a bill. What is the mean profit of a household, readings taken off?",
    unit="euros",
    tolerance=0.01,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = _households(case)
    return float(found["profit"].mean()), [
        Slip(float(found["contribution"].mean()), "take off what the readings cost."),
        Slip(
            float((found["revenue"] - found["cost_to_serve"]).mean()),
            "the supplier keeps 2 % of the bill: margin=0.02.",
        ),
        Slip(
            float(found.loc[found["activities"] > 0, "profit"].mean()),
            "who handed in no reading is a household as well.",
        ),
        Slip(float(found["profit"].median()), "this is the median."),
    ]


@BANK.question(
    "app_first",
    "What does a request about a reading cost in the end if it goes to the app first? (fallback: phone; 2 euros of goodwill)",
    unit="euros",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    def cost(topic: str, again: float) -> float:
        table = profit.route(case.asked, case.ways, fallback="phone", again=again)
        return float(table.loc[(topic, "app"), "cost"])

    unit = case.ways.set_index("channel")["cost"]
    return cost("reading", AGAIN), [
        Slip(cost("reading", 0.0), "a second contact costs goodwill: again=2."),
        Slip(cost("moving house", AGAIN), "these are requests of who moves house."),
        Slip(float(unit["app"]), "this is the first contact; some come again."),
        Slip(float(unit["app"] + unit["phone"] + AGAIN), "not all of them come again."),
    ]
