"""Questions of parts 1 to 3: one customer's statement, what each customer costs, and what moves when one goes online."""

from __future__ import annotations

from typing import Any

from crmkit import profit
from crmkit.checks.case_31.steps import CLAIMED, by_head, costs, each, switch, work, worth
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
TOP = 0.2


@BANK.question(
    "net_worth",
    "What is the customer worth, net, who brought the most profit in 2025, on 31 December 2025?",
    unit="dollars",
    tolerance=1.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    who = each(case)["profit"].idxmax()
    months = worth(case).loc[who]
    last = months.iloc[-1]
    return float(last["net"]), [
        Slip(float(last["assets"]), "these are the assets; the debts stand below 0, add them as they are."),
        Slip(float(last["assets"] - last["debts"]), "the debts are below 0 already; add them, do not take them off."),
        Slip(float(months["net"].iloc[0]), "this is the first month of the window; take the last."),
        Slip(
            float(months.loc[months.index >= "2025", "net"].mean()),
            "this is the mean of the year; take the last month.",
        ),
        Slip(float(each(case)["profit"].max()), "this is what the bank earned with this customer; look at `worth`."),
    ]


@BANK.question(
    "losing",
    "Which share of the customers of 2025 cost more than they brought, by activity?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = each(case)
    few = int((found["profit"] < 0).sum())
    return few / len(found), [
        Slip(
            float((by_head(found) < 0).mean()), "this shares the cost out by head; each customer costs what they did."
        ),
        Slip(few, "this is the number; divide by the customers."),
        Slip(few / len(case.customers), "some of these left before 2025; divide by the customers of that year."),
        Slip(1 - few / len(found), "these are the others."),
    ]


@BANK.question(
    "swapped",
    "How many customers does the count by head put on the wrong side of 0?",
    unit="customers",
    tolerance=0.1,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = each(case)
    naive, true = by_head(found) < 0, found["profit"] < 0
    return int((naive != true).sum()), [
        Slip(int((naive & ~true).sum()), "these are blamed wrongly; others are spared wrongly: count both."),
        Slip(int((~naive & true).sum()), "these are spared wrongly; others are blamed wrongly: count both."),
        Slip(
            abs(int(naive.sum()) - int(true.sum())),
            "the two numbers may differ by less than the people do: compare one by one.",
        ),
        Slip(float((naive != true).mean()), "this is the share; the question asks for the number."),
    ]


@BANK.question(
    "counter_share", "Which share of the cost of serving in 2025 was the counter's?", unit="share", tolerance=0.003
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = profit.by_channel(work(case), costs(case))
    row = table.loc["counter"]
    return float(row["cost_share"]), [
        Slip(
            float(row["activity_share"]), "this is the share of the work; each transaction costs as its channel does."
        ),
        Slip(
            float(costs(case)["counter"] / costs(case).sum()),
            "these are costs of one transaction each; count the transactions.",
        ),
        Slip(float(row["cost"]), "this is money; divide by the cost of all channels."),
        Slip(float(row["customers"] / len(each(case))), "this is the share of the customers who came to it."),
    ]


@BANK.question(
    "best_fifth",
    "Which share of all profit of 2025 does the best fifth of the customers bring?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = each(case)
    curve = profit.whale_curve(found["profit"])
    one = profit.whale(curve, top=TOP)
    return one.brings, [
        Slip(profit.whale(curve, top=0.1).brings, "this is the best tenth; a fifth is top=0.2."),
        Slip(1 - one.brings, "this is what the others bring."),
        Slip(one.high, "this is the upper end of the interval."),
        Slip(TOP, "this would be so if all were alike."),
    ]


@BANK.question(
    "keep_cost",
    "At which cost a year of keeping a customer would a quarter of them cost more than they bring?",
    unit="dollars a year",
    tolerance=2.0,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    money = each(case)["profit"]
    return float(money.quantile(0.25)), [
        Slip(float(money.quantile(0.75)), "with this cost three quarters would lose."),
        Slip(float(money.mean() / 4), "a quarter of the mean profit says nothing of how many lie below it."),
        Slip(float(each(case)["contribution"].quantile(0.25)), "the cost of serving is not yet taken off."),
        Slip(float(money.median()), "with this cost half of them would lose."),
    ]


@BANK.question(
    "induced",
    "How many new online transactions for each one moved from the counter eat up the whole saving?",
    unit="transactions",
    tolerance=0.05,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    dear, cheap = float(costs(case)["counter"]), float(costs(case)["online"])
    return dear / cheap - 1, [
        Slip(dear / cheap, "the moved transaction itself goes online, too: one less is new."),
        Slip(dear - cheap, "this is what one moved transaction saves, in dollars; divide by what an online one costs."),
        Slip(cheap / dear, "turned round: an online transaction is that part of one at the counter."),
    ]


@BANK.question(
    "moved",
    "When a customer goes online, which share of the work at the counter leaves it (season taken off)?",
    unit="share",
    tolerance=0.004,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = switch(case)
    before, after = found.rates["before"], found.rates["after"]
    return found.moved[0], [
        Slip(float(after["counter"] / before["counter"]), "this is what stays at the counter."),
        Slip(
            float(after["online"] / after.sum()),
            "this is the share of all work that is online; the counter alone is asked.",
        ),
        Slip(
            float((before["counter"] - after["counter"]) / before.sum()),
            "this is a share of all work; divide by the counter's.",
        ),
        Slip(found.moved[2], "this is the upper end of the interval."),
        Slip(CLAIMED, "this is the vendor's figure."),
    ]


MORE, LESS, NONE, OPEN = (
    "more, surely",
    "less, surely",
    "exactly as much, surely",
    "no change can be told from a small one",
)


@BANK.question(
    "more_work",
    "Do customers do more or less altogether once they are online?",
    options=(MORE, LESS, NONE, OPEN),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    change, low, high = switch(case).more
    right = MORE if low > 0 else LESS if high < 0 else OPEN
    says = f"the change is {change:+.1%}, and its interval goes from {low:+.1%} to {high:+.1%}"
    why = {
        MORE: f"{says}: more work cannot be shown.",
        LESS: f"{says}; and summer is quieter than spring for everybody.",
        NONE: "no estimate shows that something is exactly 0.",
        OPEN: f"{says}: it does not hold 0.",
    }
    return right, [Slip(name, why[name]) for name in (MORE, LESS, NONE, OPEN) if name != right]
