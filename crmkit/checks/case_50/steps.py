"""The estate agency of case 50, and the steps that its questions share with its notebook."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import baskets, cleaning, targeting, worlds
from crmkit.checks.once import once
from crmkit.intervals import normal_quantile, wilson
from crmkit.tables.retail import ENQUIRIES
from crmkit.targeting import contacts
from crmkit.worlds import Case, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmkit.cleaning import Cleaned
    from crmkit.targeting.contacts import Plan

START = dt.date(2021, 1, 1)
LAST, QUARTER = pd.Timestamp(2025, 12, 31), pd.Timestamp(2025, 10, 1)
UNTIL = "2024-12-31"  # what offers may know; the year after it is held out
PILOT, TODAY = pd.Timestamp(2025, 10, 6), pd.Timestamp(2026, 1, 12)
FAULTS = worlds.Faults(missing=0.03, mistyped=0.03, impossible_date=0.02, shifted_date=0.01, duplicated=0.04)
PAIR = ("family new home", "family loan")
ARMS = ("message", "call")
AGES = {"18 to 34": 0, "35 to 54": 35, "55 and more": 55}
WITHOUT = (0.07, 0.06, 0.06)  # chance of an appointment without contact, by age group
EFFECT = {"message": (0.070, 0.040, 0.005), "call": (0.060, 0.090, 0.100)}  # what a contact adds to it
TIRED, PAUSE = 0.2, 30  # what is left of an effect within so many days after a contact
STRUCK = {"held back": 0.01, "message": 0.015, "call": 0.02}  # chance to ask for no more contacts
STRUCK_SOON = {"held back": 0.01, "message": 0.04, "call": 0.10}  # the same within the pause
REACH, TRIES, DIAL, TALK = 0.42, 3, 2.0, 6.0  # chance a try is answered, most tries, minutes a try and a talk
DAY_HOURS = 5.0  # an agent on the telephone
CONVERSION = 0.2  # one appointment in five ends in the deal that was offered
COSTS = {"message": 2.0, "call": 18.0}  # yuan a contact
HOURS, BUDGET = 60.0, 15_000.0
IMPORTANT, SOON = "the important first", "too soon"
LIMITS = {"hours": HOURS, "budget": BUDGET, "cadence_days": PAUSE}


def draw(seed: int, customers: int = 5_000) -> Case:
    """An agency of four lines of business, its dirty export of enquiries, and a test of messages and calls by lot."""
    drawn = worlds.Retail.preset("real_estate", customers=customers, start=START).draw(seed)
    rng = np.random.default_rng([seed, 50])
    late = drawn.enquiries[drawn.enquiries["day"] >= QUARTER].reset_index(drop=True)
    export = worlds.soil_table(late, ENQUIRIES, rng, faults=FAULTS)
    sold = drawn.transactions.loc[drawn.transactions["day"] < QUARTER, "customer_id"]
    who = np.sort(sold.unique())
    n = len(who)
    age = np.clip(rng.normal(44, 14, n).round(), 22, 82).astype(int)
    group = np.searchsorted(list(AGES.values()), age, side="right") - 1
    arm = rng.choice(["held back", *ARMS], n)
    since = np.where(rng.random(n) < 0.7, np.floor(rng.exponential(70, n)) + 1, np.nan)
    soon = since < PAUSE
    taste = rng.gamma(4.0, 0.25, n)
    adds = {name: np.array(EFFECT[name])[group] * taste for name in ARMS}
    chance = np.array(WITHOUT)[group]
    for name in ARMS:
        chance = chance + (arm == name) * adds[name] * np.where(soon, TIRED, 1.0)
    struck = [(STRUCK_SOON if near else STRUCK)[name] for name, near in zip(arm, soon, strict=True)]
    before = PILOT - pd.to_timedelta(since, unit="D")
    again = np.where(rng.random(n) < 0.35, np.floor(rng.random(n) * 90) + 1, np.nan)
    last = pd.DataFrame({"before": before, "pilot": pd.Series(PILOT, range(n)).where(arm != "held back")})
    last["again"] = TODAY - pd.to_timedelta(again, unit="D")
    test = pd.DataFrame({"customer_id": who, "arm": arm, "days_since": since})
    test["offered"] = _offered(drawn, who)
    test["appointment"] = rng.random(n) < chance
    test["struck_off"] = rng.random(n) < np.array(struck)
    frames = {
        "customers": drawn.customers[["customer_id", "city", "joined"]],
        "products": drawn.products,
        "transactions": drawn.transactions,
        "lines": drawn.lines,
        "enquiry_export": export.frame,
        "pilot": test,
        "dials": _dials(who[arm == "call"], rng),
        "desk": pd.DataFrame({"customer_id": who, "age": age, "last_contact": last.max(axis=1).to_numpy()}),
    }
    sealed = {
        "rules": drawn.truth.rules,
        "dirt": export.truth,
        "chances": pd.DataFrame({"customer_id": who, "p_without": np.array(WITHOUT)[group], **adds}),
    }
    return Case(frames, name="real-estate", seed=seed, truth=Truth(sealed, world=drawn.truth.world))


def _offered(case: Case, who: np.ndarray) -> pd.Series:
    """The desk's rule: a new home to who bought none, a loan to a home without one, a next home to the rest."""
    held = deals(case)
    held = held[held["day"] < QUARTER]
    style = held.groupby("customer_id")["style"].last().astype(str).reindex(who)
    home = np.isin(who, held.loc[held["category"].isin(["new homes", "second-hand homes"]), "customer_id"])
    loan = np.isin(who, held.loc[held["category"] == "loans and insurance", "customer_id"])
    kind = np.select([~home, ~loan], ["new home", "loan"], "old home")
    return (style + " " + kind).to_numpy()


def _dials(called: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Every try to reach the called, with the agent's minutes."""
    answered = rng.random((len(called), TRIES)) < REACH
    made = np.cumsum(answered, axis=1) - answered == 0
    row, attempt = np.nonzero(made)
    talked = answered[row, attempt]
    minutes = rng.gamma(16.0, DIAL / 16, len(row)) + talked * rng.gamma(3.0, TALK / 3, len(row))
    return pd.DataFrame(
        {"customer_id": called[row], "attempt": attempt + 1, "answered": talked, "minutes": minutes.round(2)}
    )


def cleaned(case: Case) -> Cleaned:
    """The enquiries of the last quarter, each row kept, repaired or rejected with its reason."""
    known = {
        "customer_id": case.customers["customer_id"],
        "channel": ("phone", "web", "fax", "shop"),
        "category": case.products["category"].unique(),
    }
    return cleaning.clean(case.enquiry_export, ENQUIRIES, known=known, window=(QUARTER, LAST))


@once
def deals(case: Case) -> pd.DataFrame:
    """One row a thing bought: who, when, which item of which line and style, and what the agency earns by it, yuan."""
    rows = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
    rows = rows.merge(case.products[["item", "category", "style", "cost"]], on="item")
    rows = rows.assign(margin=(rows["price"] - rows["cost"]) * rows["quantity"])
    return rows.sort_values(["day", "basket_id"], ignore_index=True)[
        ["customer_id", "basket_id", "day", "item", "category", "style", "margin"]
    ]


def margins(case: Case) -> pd.Series:
    """What the agency earns by one deal of each item, yuan."""
    return case.products.set_index("item").eval("price - cost").rename("margin")


@once
def together(case: Case) -> pd.DataFrame:
    """Pairs of products that the same customer has, against chance."""
    return baskets.pairs(deals(case), min_support=0.002, basket="customer_id")


@once
def judged(case: Case) -> pd.DataFrame:
    """Next offers by four ways, made at the end of 2024 and held against the new deals of 2025."""
    return baskets.judge(deals(case), UNTIL, margin=margins(case) * CONVERSION, cost=COSTS["message"])


def money_first(case: Case, until: str = UNTIL) -> pd.DataFrame:
    """Each item offered to everyone who lacks it on a day, held against what they newly bought in the year after.

    On item, best first: customers (who lack it), bought (of them), share, low, high (Wilson), margin (yuan a deal),
    brings (yuan a customer, if one in five of these deals is owed to the offer).
    """
    rows, day = deals(case), pd.Timestamp(until)
    early, later = rows["day"] <= day, (rows["day"] > day) & (rows["day"] <= day + pd.DateOffset(years=1))
    who, found = rows.loc[early, "customer_id"].unique(), []
    for item, margin in margins(case).items():
        one = rows["item"] == item
        free = np.setdiff1d(who, rows.loc[early & one, "customer_id"].unique())
        hits = int(np.isin(free, rows.loc[later & one, "customer_id"].unique()).sum())
        low, high = wilson(hits, len(free))
        found.append((item, len(free), hits, hits / len(free), float(low), float(high), margin))
    table = pd.DataFrame(found, columns=["item", "customers", "bought", "share", "low", "high", "margin"])
    table["brings"] = table["share"] * table["margin"] * CONVERSION - COSTS["message"]
    return table.set_index("item").sort_values("brings", ascending=False)


def contribution(case: Case) -> pd.Series:
    """What each customer has brought so far, yuan."""
    return deals(case).groupby("customer_id")["margin"].sum()


def ages(age: pd.Series) -> pd.Series:
    """The age group of each customer."""
    return pd.cut(age, [*AGES.values(), np.inf], right=False, labels=list(AGES)).astype(str)


def arm_rows(case: Case, arm: str, *, rested: bool | None = True) -> pd.DataFrame:
    """One arm of the test beside those held back: treated, appointment (0 or 1), struck_off (0 or 1), group of age.

    `rested`: True: without a contact in the 30 days before; False: with one; None: all.
    """
    rows = case.pilot[case.pilot["arm"].isin([arm, "held back"])].merge(case.desk[["customer_id", "age"]])
    near = rows["days_since"] < PAUSE
    rows = rows if rested is None else rows[~near] if rested else rows[near]
    rows = rows.assign(treated=rows["arm"] == arm, group=ages(rows["age"]))
    rows[["appointment", "struck_off"]] = rows[["appointment", "struck_off"]].astype(float)
    return rows.sort_values(["age", "customer_id"], ignore_index=True)


@once
def trials(case: Case) -> dict[str, pd.DataFrame]:
    """Appointments a customer with and without the contact, by age group, for each channel; rested customers only."""
    return {name: targeting.trial(arm_rows(case, name), outcome="appointment", group="group") for name in ARMS}


def minutes_a_target(case: Case) -> float:
    """Agents' minutes for one customer who is to be called, all tries together."""
    return float(case.dials["minutes"].sum() / case.dials["customer_id"].nunique())


@once
def offers(case: Case) -> pd.DataFrame:
    """One row for each customer and channel that a plan may choose from, as `contacts.plan` reads them.

    Left out are those who made an appointment in the test; struck off: not allowed.
    """
    here = case.pilot[~case.pilot["appointment"]].merge(case.desk, on="customer_id")
    worth = here["offered"].map(margins(case)) * CONVERSION
    group, earned = ages(here["age"]), here["customer_id"].map(contribution(case))
    rows = []
    for name, found in trials(case).items():
        added = group.map(found.set_index("group")["uplift"])
        rows.append(
            pd.DataFrame(
                {
                    "customer_id": here["customer_id"],
                    "channel": name,
                    "group": group,
                    "offered": here["offered"],
                    "earned": earned,
                    "uplift": added,
                    "worth": worth,
                    "gain": added * worth - COSTS[name],
                    "minutes": minutes_a_target(case) if name == "call" else 0.0,
                    "cost": COSTS[name],
                    "allowed": ~here["struck_off"],
                    "days_since": (TODAY - here["last_contact"]).dt.days,
                }
            )
        )
    return pd.concat(rows).sort_values(["customer_id", "channel"], ignore_index=True)


@once
def best(case: Case) -> Plan:
    """The plan that promises most within hours, budget and pause."""
    return contacts.plan(offers(case), **LIMITS)


@once
def greedy(case: Case) -> Plan:
    """Highest gain first, for as long as hours and budget last."""
    return contacts.greedy(offers(case), **LIMITS)


@once
def important_first(case: Case) -> pd.DataFrame:
    """The desk's way: who brought most is called, for as long as the hours last; the next ones get messages."""
    rows = offers(case)
    free = rows[rows["allowed"] & ~(rows["days_since"] < PAUSE)].sort_values("earned", ascending=False, kind="stable")
    called = free[free["channel"] == "call"].head(int(HOURS * 60 / minutes_a_target(case)))
    left = int((BUDGET - called["cost"].sum()) / COSTS["message"])
    sent = free[(free["channel"] == "message") & ~free["customer_id"].isin(called["customer_id"])].head(left)
    return pd.concat([called, sent], ignore_index=True)


def promise(case: Case, chosen: pd.DataFrame, *, less: pd.DataFrame | None = None, tired: bool = False) -> pd.Series:
    """What chosen contacts promise, yuan, with the 95 % interval: gain, low, high.

    Customers of one age group share one estimate, and both channels share those held back: errors do not cancel out
    over many customers. The worth is taken as known, and that the contacts were chosen for it is not taken off.

    `less`: other contacts, whose promise is taken off; errors that both share then cancel out.
    `tired`: contacts within the pause count with what the test saw there (all ages together, for they are few), not
    with the effect after a pause.
    """
    rows, other = _counted(case, chosen, tired), _counted(case, chosen.head(0) if less is None else less, tired)
    both = pd.concat([rows, other.assign(worth=-other["worth"])])
    weight = both.pivot_table(index="group", columns="channel", values="worth", aggfunc="sum", fill_value=0.0)
    after = pd.concat([arm_rows(case, name) for name in ARMS])
    soon = pd.concat([arm_rows(case, name, rested=False) for name in ARMS]).assign(group=SOON)
    arms = pd.concat([after, soon]).drop_duplicates("customer_id").groupby(["group", "arm"])["appointment"]
    error = (arms.var(ddof=1) / arms.size()).unstack().loc[weight.index]
    weight["held back"] = -weight.sum(axis=1)
    half = normal_quantile(0.95) * float(np.sqrt((weight**2 * error[weight.columns]).to_numpy().sum()))
    gain = float(rows["gain"].sum() - other["gain"].sum())
    return pd.Series({"gain": gain, "low": gain - half, "high": gain + half})


def _counted(case: Case, chosen: pd.DataFrame, tired: bool) -> pd.DataFrame:
    """Chosen contacts with group, worth and gain; if tired, those within the pause as a group of their own."""
    rows = chosen[["customer_id", "channel"]].merge(offers(case))
    if not tired:
        return rows
    near = rows["days_since"] < PAUSE
    added = {
        name: float(targeting.trial(arm_rows(case, name, rested=False), outcome="appointment")["uplift"].iloc[0])
        for name in ARMS
    }
    gain = rows["channel"].map(added).astype(float) * rows["worth"] - rows["cost"]
    return rows.assign(group=rows["group"].where(~near, SOON), gain=rows["gain"].where(~near, gain))


@once
def ways(case: Case) -> dict[str, pd.DataFrame]:
    """The contacts of four ways to choose: by contribution, by gain, by a plan, and by a plan without a pause."""
    return {
        IMPORTANT: important_first(case),
        "highest gain first": greedy(case).contacts,
        "the plan": best(case).contacts,
        "the plan without a pause": without_pause(case).contacts,
    }


def brings(case: Case, chosen: pd.DataFrame, truth: Truth) -> float:
    """What contacts (customer_id, channel) bring in truth, yuan; within the pause a fifth of their effect is left."""
    rows = chosen[["customer_id", "channel"]].merge(offers(case)).merge(truth.chances, on="customer_id")
    adds = np.where(rows["channel"] == "call", rows["call"], rows["message"])
    adds = adds * np.where(rows["days_since"] < PAUSE, TIRED, 1.0)
    return float((adds * rows["worth"] - rows["cost"]).sum())


@once
def without_pause(case: Case) -> Plan:
    """The plan within hours and budget alone."""
    return contacts.plan(offers(case), hours=HOURS, budget=BUDGET)


def others(seeds: Iterable[int]) -> pd.DataFrame:
    """The same choices made in other agencies: what the plan promised, and what each way brought, yuan.

    On seed: promised (by the plan), and the names of `ways`.
    """
    rows = {}
    for seed in seeds:
        case = draw(seed)
        brought = {name: brings(case, chosen, case.truth) for name, chosen in ways(case).items() if case.truth}
        rows[seed] = {"promised": best(case).gain, **brought}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("seed")
