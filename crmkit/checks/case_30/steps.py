"""The bank of case 30, and the steps that its questions share with its notebook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import intervals, targeting
from crmkit.checks.once import once
from crmkit.targeting import contacts, response, uplift
from crmkit.worlds import Bank, Case, ManagerTeam, Truth
from crmkit.worlds.bank.presets import HOME_EQUITY

if TYPE_CHECKING:
    from crmkit.targeting.contacts import Plan

CHANNELS = ("letter", "call")
MARGIN = 0.007  # of a loan, after funding, risk and paper
COSTS = {"letter": 10.0, "call": 12.0}  # money a contact
LETTER = replace(HOME_EQUITY, name="letter", cost=COSTS["letter"], margin=MARGIN)
# Old savers read no letters about loans, but listen when somebody rings; who invests wants neither.
CALL = replace(HOME_EQUITY, name="call", day=560, cost=COSTS["call"], margin=MARGIN, effect=(1.3, 2.1, 1.9, 0.4, -0.8))
YEAR, QUARTER = pd.Timestamp(2025, 1, 1), pd.Timestamp(2025, 10, 1)
TODAY = pd.Timestamp(2026, 1, 12)
MINUTES = 12.0  # of an agent, a call
HOURS, BUDGET, CADENCE = 60.0, 12_000.0, 60  # agents' hours, money, days between two contacts
AGES = {"18-34": 0, "35-49": 35, "50-64": 50, "65+": 65}
LIMITS = {"hours": HOURS, "budget": BUDGET, "cadence_days": CADENCE}
KIND = ("logistic",)
HOLDINGS = ("savings", "card", "mortgage", "funds", "securities", "insurance")
CONSENTS = {"letter": 0.94, "call": 0.78}  # share of customers who agree to it


def draw(seed: int, customers: int = 6_000) -> Case:
    """The home owners of two pilots, one by letter and one by call, without their names."""
    world = Bank.preset("home_equity", customers=customers, campaigns=(LETTER, CALL), team=ManagerTeam())
    drawn = world.draw(seed)
    asked = drawn.contacts["customer_id"].drop_duplicates().sort_values(ignore_index=True)

    def of(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["customer_id"].isin(asked)].reset_index(drop=True)

    rng = np.random.default_rng([seed, 30])
    agreed = {name: rng.random(len(asked)) < share for name, share in CONSENTS.items()}
    frames = {
        "customers": of(drawn.customers).drop(columns=["name", "email"]),
        "accounts": of(drawn.accounts),
        "contacts": drawn.contacts,
        "talks": of(drawn.talks[drawn.talks["day"] >= QUARTER]),
        "exceeded": of(drawn.exceeded[drawn.exceeded["month"] >= YEAR]),
        "consents": pd.DataFrame({"customer_id": asked, **agreed}),
    }
    known = of(drawn.truth.customers)[["customer_id", "kind", "left", "alive", "distressed"]]
    sealed = {"customers": known, "contacts": drawn.truth.contacts}
    return Case(frames, name=drawn.name, seed=drawn.seed, truth=Truth(sealed, world=drawn.truth.world))


def features(case: Case) -> pd.DataFrame:
    """What was known of each customer when the letters went out: age, income, years with the bank, products held."""
    day = case.contacts.loc[case.contacts["campaign"] == "letter", "day"].iloc[0]
    held = case.accounts[~(case.accounts["opened"] >= day) & ~(case.accounts["closed"] < day)]
    known = case.customers.set_index("customer_id")[["age", "income", "tenure_years"]]
    return known.assign(
        **{name: known.index.isin(held.loc[held["product"] == name, "customer_id"]) for name in HOLDINGS}
    )


def pilot(case: Case, channel: str) -> pd.DataFrame:
    """Everyone in one pilot, offered or held back, with what was known and the age group; the young first."""
    people = case.contacts[case.contacts["campaign"] == channel].join(features(case), on="customer_id")
    people = people.assign(responded=people["responded"].astype(float), group=ages(people["age"]))
    return people.sort_values(["age", "customer_id"], ignore_index=True)


def ages(age: pd.Series) -> pd.Series:
    """The age group of each customer."""
    return pd.cut(age, [*AGES.values(), np.inf], right=False, labels=list(AGES)).astype(str)


def loan_incomes(case: Case) -> float:
    """A loan in yearly incomes of who took it, over both pilots."""
    took = case.contacts[case.contacts["responded"]].merge(case.customers, on="customer_id")
    return float(took["loan"].sum() / took["income"].sum())


def worth(case: Case) -> pd.Series:
    """Money that a loan would bring from each customer."""
    return loan_incomes(case) * MARGIN * case.customers.set_index("customer_id")["income"]


def worth_by_age(case: Case) -> pd.Series:
    """Mean worth of a loan in each age group, money."""
    return worth(case).groupby(ages(case.customers.set_index("customer_id")["age"])).mean()


def trials(case: Case) -> dict[str, pd.DataFrame]:
    """Loans a customer with and without the offer, by age group, for each channel."""
    return {name: targeting.trial(pilot(case, name), outcome="responded", group="group") for name in CHANNELS}


@once
def chances(case: Case, channel: str = "letter") -> pd.Series:
    """Chance of a loan with the offer, for each customer, by models that did not see this customer's answer."""
    people, known = pilot(case, channel), features(case)
    asked = people[people["treated"]].set_index("customer_id")
    judged = response.compare(known.loc[asked.index], asked["responded"], value=1.0, cost=0.0, kinds=KIND, seed=1)
    model = response.fit(known.loc[asked.index], asked["responded"], seed=1)
    return judged.scores["logistic"].combine_first(model.score(known)).rename("chance")


@once
def uplifts(case: Case, channel: str) -> pd.Series:
    """What an offer through a channel changes for each customer, by models that did not see this customer's answer."""
    people, known = pilot(case, channel).set_index("customer_id"), features(case)
    model = uplift.fit_uplift(known.loc[people.index], people["treated"], people["responded"], seed=1)
    # Who was not in this pilot was seen by none of its models.
    return model.out_of_fold.combine_first(model.uplift(known)).reindex(known.index)


def people(case: Case, *, everyone: bool = False) -> pd.DataFrame:
    """Who may be approached (index customer_id): age group, days since the last contact, overdrawn.

    Left out are customers who have a loan from a pilot and those who left the bank; `everyone`: nobody is left out.
    """
    closed = case.accounts.loc[(case.accounts["product"] == "current") & case.accounts["closed"].notna(), "customer_id"]
    took = case.contacts.loc[case.contacts["responded"], "customer_id"]
    gone = pd.concat([closed, took]) if not everyone else closed[:0]
    here = case.customers[~case.customers["customer_id"].isin(gone)].set_index("customer_id")
    last = pd.concat([case.talks, case.contacts[case.contacts["treated"]]]).groupby("customer_id")["day"].max()
    return pd.DataFrame(
        {
            "group": ages(here["age"]),
            "days_since": (TODAY - last.reindex(here.index)).dt.days,
            "overdrawn": here.index.isin(case.exceeded["customer_id"]),
        }
    )


def offers(case: Case, *, everyone: bool = False) -> pd.DataFrame:
    """One row for each customer (of `people`) and channel that a plan may choose from, as `contacts.plan` reads them."""
    here, rows = people(case, everyone=everyone), []
    for name in CHANNELS:
        own = pd.DataFrame({"channel": name, "group": here["group"]}, index=here.index)
        own["uplift"] = uplifts(case, name).reindex(here.index)
        own["worth"] = worth(case).reindex(here.index)
        own["gain"] = own["uplift"] * own["worth"] - COSTS[name]
        own["minutes"], own["cost"] = MINUTES if name == "call" else 0.0, COSTS[name]
        own["allowed"] = case.consents.set_index("customer_id")[name].reindex(here.index)
        rows.append(own.assign(days_since=here["days_since"], overdrawn=here["overdrawn"]).reset_index())
    return pd.concat(rows).sort_values(["customer_id", "channel"], ignore_index=True)


def plan(offers: pd.DataFrame) -> Plan:
    """The plan that brings most within hours, budget and cadence."""
    return contacts.plan(offers, **LIMITS)


def greedy(offers: pd.DataFrame) -> Plan:
    """The plan that takes the highest gain first."""
    return contacts.greedy(offers, **LIMITS)


def by_response(case: Case, channel: str = "letter") -> pd.DataFrame:
    """What a contact would bring if every loan were put down to it, as `targeting.net_gain` shows it: gain, low, high.

    The interval is Wilson's, of the share with a loan among those who got the offer; the worth is taken as known.
    """
    found, value = trials(case)[channel].set_index("group"), worth_by_age(case)
    low, high = intervals.wilson(found["treated_mean"] * found["treated"], found["treated"])
    shares = pd.DataFrame({"gain": found["treated_mean"], "low": low, "high": high}, index=found.index)
    return shares.mul(value.reindex(found.index), axis=0) - COSTS[channel]


def naive(case: Case, offers: pd.DataFrame) -> pd.DataFrame:
    """The agents' way: the likeliest to respond are called for as long as the hours last, the next ones get letters."""
    open_ = offers[offers["allowed"] & ~(offers["days_since"] < CADENCE)]
    open_ = open_.assign(chance=open_["customer_id"].map(chances(case, "letter"))).sort_values(
        "chance", ascending=False
    )
    called = open_[open_["channel"] == "call"].head(int(HOURS * 60 / MINUTES))
    left = int((BUDGET - called["cost"].sum()) / COSTS["letter"])
    written = open_[(open_["channel"] == "letter") & ~open_["customer_id"].isin(called["customer_id"])].head(left)
    return pd.concat([called, written], ignore_index=True)


def judged(case: Case, way: str = "the plan") -> pd.DataFrame:
    """What the pilots' own lot says of contacts chosen in this way, beside what the models promise of them.

    The way is "the plan", "highest gain first" or "the agents' way". It chooses among everybody as if nobody had a loan
    yet: whom it would write to and who was written to is compared with whom it would write to and who was held back, and
    so with calls. Index channel and "in all": contacts, promised, gain, low, high (money).
    """
    whole = offers(case, everyone=True)
    ways = {
        "the plan": lambda: plan(whole).contacts,
        "highest gain first": lambda: greedy(whole).contacts,
        "the agents' way": lambda: naive(case, whole),
    }
    chosen = ways[way]()[["customer_id", "channel", "gain"]].merge(whole[["customer_id", "channel", "worth"]])
    rows = {}
    for name in CHANNELS:
        own = chosen[chosen["channel"] == name].set_index("customer_id")
        people = pilot(case, name)
        people = people[people["customer_id"].isin(own.index)]
        earned = people.assign(earned=people["responded"] * people["customer_id"].map(own["worth"]))
        gain = targeting.net_gain(targeting.trial(earned, outcome="earned"), worth=1.0, cost=COSTS[name]).iloc[0]
        rows[name] = {"contacts": len(own), "promised": own["gain"].sum(), **(len(own) * gain)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("channel")
    total = table.sum()
    half = float(np.sqrt(((table["high"] - table["low"]) ** 2).sum()) / 2)
    table.loc["in all"] = {**total, "low": total["gain"] - half, "high": total["gain"] + half}
    return table


def brings(truth: Truth, chosen: pd.DataFrame) -> float:
    """What contacts (customer_id, channel) bring in truth, money; of who was in no pilot of a channel it is not known."""
    known = truth.contacts.set_index(["customer_id", "campaign"])["gain"]
    return float(known.reindex(pd.MultiIndex.from_frame(chosen[["customer_id", "channel"]])).sum())
