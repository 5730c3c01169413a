"""Questions of parts 2 and 3: scores, segments, groups."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crmkit import segments, targeting
from crmkit.checks.case_10.steps import margins, rfm
from crmkit.checks.question import Bank, Slip
from crmkit.worlds import Case

BANK = Bank()
REWARD = 0.05
GROUPS = 4  # clusters that the notebook takes


@BANK.question(
    "mean_recency",
    "What is the mean recency of all members on the last day of the log?",
    unit="days, one decimal",
    tolerance=0.05,
)
def mean_recency(case: Case) -> tuple[Any, list[Slip]]:
    """Mean days since the last purchase, and the days that are easily taken for it."""
    log, last = case.transactions, case.transactions["day"].max()
    bought = log[log["amount"] > 0]

    def mean(days: pd.Series, until: pd.Timestamp = last) -> float:
        return float((until - days).dt.days.mean())

    latest = bought.groupby("customer_id")["day"].max()
    return mean(latest), [
        Slip(
            mean(bought.groupby("customer_id")["day"].min()),
            "these days run from the first purchase; recency runs from the last.",
        ),
        Slip(
            mean(log.groupby("customer_id")["day"].max()),
            "a return was taken for a purchase; only amounts above 0 are purchases.",
        ),
        Slip(float((last - latest).dt.days.median()), "this is the median; the question asks for the mean."),
        Slip(mean(bought["day"]), "this is the mean over receipts; take each member's last purchase first."),
        Slip(
            mean(latest, pd.Timestamp.today().normalize()),
            "counted from today; recency is counted from the last day of the log.",
        ),
    ]


@BANK.question(
    "champions_money_share", "Which share of the money do the champions bring?", unit="share", tolerance=0.005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = rfm(case)
    champions = found["segment"] == "champions"
    return float(found.loc[champions, "monetary"].sum() / found["monetary"].sum()), [
        Slip(float(champions.mean()), "this is their share of the members; the question asks for money."),
        Slip(
            float(found.loc[champions, "frequency"].sum() / found["frequency"].sum()),
            "this is their share of the purchases; the question asks for money.",
        ),
        Slip(
            segments.concentration(found["monetary"]).top_tenth,
            "this is the best tenth; champions are a segment by three scores.",
        ),
    ]


@BANK.question(
    "half_of_money", "Which share of the members, best first, brings half of the money?", unit="share", tolerance=0.005
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.concentration(rfm(case)["monetary"])
    return found.half, [
        Slip(found.top_tenth, "this is the money of the best tenth; the question goes the other way."),
        Slip(found.gini, "this is the Gini index, not a share of members."),
        Slip(1 - found.half, "this is the other side: the members that bring the second half."),
    ]


@BANK.question(
    "programme_break_even",
    "By which share must purchases rise before 5 % back on every purchase pays?",
    unit="share",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    sales = margins(case)
    margin = float(sales["margin"].sum() / sales["amount"].sum())
    even = targeting.programme(1.0, margin=margin, reward=REWARD, rises=[0.0]).attrs["break_even"]
    return float(even), [
        Slip(REWARD / margin, "the extra purchases earn the reward too: divide by the margin less the reward."),
        Slip(REWARD, "5 % more sales do not pay for 5 % of sales: only the margin of the extra sales counts."),
        Slip(REWARD / (1 - margin - REWARD), "divided by the cost share; the margin is what an extra purchase leaves."),
    ]


@BANK.question(
    "champions_stay",
    "Of the champions on 30 June 2025, which share were champions again on 31 December 2025?",
    unit="share",
    tolerance=0.005,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found = segments.migration(case.transactions, "2025-06-30", "2025-12-31")
    stay = found[(found["before"] == "champions") & (found["after"] == "champions")].iloc[0]
    arrived = found.loc[found["after"] == "champions", "customers"].sum()
    old = found.loc[(found["after"] == "champions") & (found["before"] != "not yet a customer"), "customers"].sum()
    return float(stay["share"]), [
        Slip(float(stay["customers"] / arrived), "this divides by the champions of December; divide by those of June."),
        Slip(
            float(stay["customers"] / old),
            "this divides by December's champions among the older members; divide by June's champions.",
        ),
        Slip(
            float(stay["customers"] / found["customers"].sum()),
            "this divides by all members; divide by June's champions.",
        ),
        Slip(1 - float(stay["share"]), "these are the champions who did not stay."),
    ]


@BANK.question(
    "rand_says",
    "The adjusted Rand index of groups and named segments lies between 0.3 and 0.5. What does that say?",
    options=(
        "30 to 50 % of the members are in the right group",
        "clearly more alike than chance, far from the same",
        "30 to 50 % of the groups are also segments",
        "the segments explain 30 to 50 % of the money",
    ),
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return "clearly more alike than chance, far from the same", [
        Slip(
            "30 to 50 % of the members are in the right group",
            "the index counts pairs of members, less what chance gives; and neither side is the right one.",
        ),
        Slip("30 to 50 % of the groups are also segments", "it counts pairs of members, not groups."),
        Slip(
            "the segments explain 30 to 50 % of the money", "money does not enter it: it compares two ways of grouping."
        ),
    ]


@BANK.question(
    "true_kinds",
    "What is the adjusted Rand index of the named segments and the hidden kinds?",
    unit="index, two decimals",
    tolerance=0.006,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    found, kinds = rfm(case), case.truth.customers.set_index("customer_id")["kind"]
    one = segments.agreement(found["segment"], kinds)
    groups = segments.clusters(found, GROUPS, seed=1, resamples=1).labels  # how stable they are is not asked
    return one.adjusted_rand, [
        Slip(one.purity, "this is the share in the main column of their row; by chance alone it is high, too."),
        Slip(
            segments.agreement(groups, found["segment"]).adjusted_rand,
            "this compares groups with segments; take the hidden kinds.",
        ),
        Slip(0.0, "0 would be an agreement by chance alone; there is a little more."),
    ]
