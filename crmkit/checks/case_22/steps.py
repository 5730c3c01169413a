"""The operator of case 22, and the steps that its questions share with its notebook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd

from crmkit import clv, intervals
from crmkit.checks.once import once
from crmkit.targeting import churn, response
from crmkit.worlds import Case, Telecom, Truth
from crmkit.worlds.telecom.parts import ChurnLaw, KeyAccounts, NumberPortability, PriceWar, RetentionOffer

CUSTOMERS, CONTRACTS = 3_000, 1_500
WORLD = Telecom(
    customers=CUSTOMERS,
    start=dt.date(2024, 7, 1),
    months=18,
    opening_share=0.8,
    churn=ChurnLaw(intercept=-3.8),
    price_war=PriceWar(6, 0.7),
    portability=NumberPortability(10, 0.6),
    offer=RetentionOffer(month=13, postpaid=-1.1, prepaid=-0.15, cost=20.0),
    accounts=KeyAccounts(share=0.04),
    desk=None,
)
HOSTING = Telecom.preset("hosting", customers=CONTRACTS)
WAR, PORTABLE, LOT, TODAY = (pd.Timestamp(day) for day in ("2025-01-01", "2025-05-01", "2025-08-01", "2026-01-01"))
HALF_YEAR = pd.Timestamp(2025, 7, 1)
MONTHS = 3  # that the offer works, and that the model looks ahead
MARGIN, WORTH_MONTHS, COST, OFFERS = (
    0.4,
    12,
    20,
    500,
)  # of a bill; months of bills a kept customer counts for; an offer; offers
LINES = ("domain", "hosting")
CALL_COST, CALL_SAVES, CALLS, DISCOUNT = (
    20,
    0.20,
    150,
    0.10,
)  # service calls to contracts: money, share moved, calls, a year
MANAGED, MANAGER_COST = 40, 90_000  # accounts of a key-account manager, money a year
KNOWN = ["sex", "age", "income", "prepaid", "bill", "tenure", "complaints", "quality"]
REPORTED = {"sex": "male", "age": 29, "income": 3_000, "prepaid": True, "bill": 130}  # of the courseware's example
REPORTED_CHANCE = 0.87


def draw(seed: int, customers: int = CUSTOMERS, contracts: int = CONTRACTS) -> Case:
    """An operator over a year and a half, its contacts of the last half year, and its hosting contracts, without names."""
    drawn = replace(WORLD, customers=customers).draw(seed)
    host = replace(HOSTING, customers=contracts).draw(seed + 1_000)
    late = drawn.contacts[drawn.contacts["arrived"] >= HALF_YEAR]
    frames = {
        "customers": drawn.customers.drop(columns=["name", "email", "address"]),
        "regions": drawn.regions,
        "months": drawn.months[["customer_id", "month", "bill", "complaints"]],
        "offers": drawn.offers[["customer_id", "day", "treated", "cost"]],
        "contacts": late[
            ["contact_id", "customer_id", "arrived", "channel", "reason", "resolved", "repeat_of"]
        ].reset_index(drop=True),
        "hosting": host.contracts.drop(columns=["customer_id"]),
    }
    sealed = {
        "customers": drawn.truth.customers.drop(columns=["minutes_per_month", "data_gb_per_month"]),
        "churn": drawn.truth.churn,
        "offers": drawn.truth.offers,
        "retention": host.truth.retention,
        "contracts": host.truth.contracts,
    }
    return Case(frames, name=drawn.name, seed=drawn.seed, truth=Truth(sealed, world=drawn.truth.world))


def here(case: Case) -> pd.DataFrame:
    """Today's customers, on customer_id."""
    return case.customers[case.customers["left"].isna()].set_index("customer_id")


@once
def yearly(case: Case) -> pd.Series:
    """Bills of 2025, one a customer of today."""
    year = case.months[case.months["month"] >= WAR]
    return year.groupby("customer_id")["bill"].sum().reindex(here(case).index).rename("bills")


def firms_leaving(case: Case) -> tuple[int, float]:
    """Firms that left in 2025, and the years that firms were watched."""
    firms = case.customers.loc[case.customers["firm"], "customer_id"]
    months = case.months[case.months["customer_id"].isin(firms) & (case.months["month"] >= WAR)]
    gone = case.customers.loc[case.customers["firm"], "left"] >= WAR
    return int(gone.sum()), len(months) / 12


@once
def watched(case: Case) -> pd.DataFrame:
    """One row a person and month: what is known, whether the war, free numbers or the offer were on, and leaves."""
    people = case.customers[~case.customers["firm"]].merge(case.regions, on="region")
    people = people[["customer_id", "joined", "left", "prepaid", "age", "quality"]]
    rows = churn.person_periods(people, case.months[case.months["customer_id"].isin(people["customer_id"])])
    treated = case.offers.loc[case.offers["treated"], "customer_id"]
    offered = rows["customer_id"].isin(treated) & rows["month"].between(LOT, LOT + pd.DateOffset(months=MONTHS - 1))
    return rows.assign(
        war=rows["month"] >= WAR,
        portable=(rows["month"] >= PORTABLE) & ~rows["prepaid"],
        offer_postpaid=offered & ~rows["prepaid"],
        offer_prepaid=offered & rows["prepaid"],
        decades=(rows["age"] - 40) / 10,
    )


TERMS = ["prepaid", "war", "portable", "complaints", "quality", "decades", "offer_postpaid", "offer_prepaid"]


@once
def hazard(case: Case) -> churn.HazardFit:
    """What moves the chance to leave in a month."""
    return churn.fit_hazard(watched(case), terms=TERMS)


def monthly(case: Case) -> pd.DataFrame:
    """Share of people who leave by month, prepaid and postpaid: month, group, share, low, high."""
    rows = watched(case)
    rows["group"] = np.where(rows["prepaid"], "prepaid", "postpaid")
    found = rows.groupby(["month", "group"])["leaves"].agg(["sum", "size", "mean"]).reset_index()
    found["low"], found["high"] = intervals.wilson(found["sum"], found["size"])
    return found.rename(columns={"mean": "share"})


def seen_renewals(case: Case) -> pd.DataFrame:
    """Share of contracts renewed, of those that came to each renewal: line, term, share, low, high."""
    rows = terms(case)
    parts = []
    for line in LINES:
        own = rows[rows["line"] == line]
        for term in range(1, int(own["terms"].max()) + 1):
            came = own[own["terms"] >= term]
            lost = int((came["left"] & (came["terms"] == term)).sum())
            parts.append({"line": line, "term": term, "renewed": len(came) - lost, "came": len(came)})
    found = pd.DataFrame(parts)
    found["share"] = found["renewed"] / found["came"]
    found["low"], found["high"] = intervals.wilson(found["renewed"], found["came"])
    return found


def snapshot(case: Case, day: pd.Timestamp) -> pd.DataFrame:
    """Every person who was a customer on a day, on customer_id: what was known then, and leaves within three months after.

    Bills and complaints are those of the three months before; who joined on the day has none yet and is left out.
    """
    people = case.customers[~case.customers["firm"]].merge(case.regions, on="region").set_index("customer_id")
    there = people[(people["joined"] < day) & ~(people["left"] < day)]
    before = case.months[case.months["month"].between(day - pd.DateOffset(months=MONTHS), day, inclusive="left")]
    seen = before.groupby("customer_id").agg(bill=("bill", "mean"), complaints=("complaints", "sum"))
    known = there.join(seen)
    known["tenure"] = 12 * (day.year - known["joined"].dt.year) + day.month - known["joined"].dt.month
    # A column of words keeps no category that nobody has here.
    known["sex"] = known["sex"].astype(str)
    return known[KNOWN].assign(leaves=known["left"] < day + pd.DateOffset(months=MONTHS))


@once
def learned_from(case: Case) -> pd.DataFrame:
    """Snapshots of 1 May and 1 August 2025; in August those held back by lot alone, since the offer moved the others."""
    control = case.offers.loc[~case.offers["treated"], "customer_id"]
    may, august = snapshot(case, PORTABLE), snapshot(case, LOT)
    return pd.concat([may, august[august.index.isin(control)]])


@once
def comparison(case: Case) -> response.Comparison:
    """Four kinds of models on customers that they did not learn from, at what an offer would save of a leaver at best."""
    rows = learned_from(case)
    return response.compare(
        *(rows[KNOWN], rows["leaves"]), value=worth(rows["bill"]), cost=COST, groups=rows.index, kinds=KINDS, seed=1
    )


KINDS = ("logistic", "tree", "boosting", "network")


@once
def model(case: Case) -> response.ResponseModel:
    """The logistic model, with intervals of its chances."""
    rows = learned_from(case)
    return response.fit(rows[KNOWN], rows["leaves"], seed=1, resamples=50)


def worth(bill: pd.Series) -> pd.Series:
    """Margin that a kept customer brings by the rule of finance: a year of bills."""
    return MARGIN * WORTH_MONTHS * bill


@once
def trial_rows(case: Case) -> pd.DataFrame:
    """Everyone in the trial of August: group (postpaid or prepaid), leaves and stays (for three months, 0 or 1), bill before."""
    known = snapshot(case, LOT)
    rows = case.offers.merge(known, left_on="customer_id", right_index=True)
    gone = rows["leaves"].astype(float)
    return rows.assign(leaves=gone, stays=1 - gone, group=np.where(rows["prepaid"], "prepaid", "postpaid"))


def effects(rows: pd.DataFrame) -> pd.DataFrame:
    """Change of the log-odds of leaving by the offer, and its standard error, by group (Woolf 1955)."""
    cells = rows.groupby(["group", "treated"])["leaves"].agg(["sum", "size"]).unstack()
    gone, stayed = cells["sum"], cells["size"] - cells["sum"]
    if (gone == 0).any(axis=None) or (stayed == 0).any(
        axis=None
    ):  # half a customer keeps the odds finite (Haldane 1956)
        gone, stayed = gone + 0.5, stayed + 0.5
    odds = gone / stayed
    error = np.sqrt((1 / gone + 1 / stayed).sum(axis=1))
    return pd.DataFrame({"effect": np.log(odds[True] / odds[False]), "error": error})


@once
def base(case: Case) -> pd.DataFrame:
    """Today's people: what is known, chance to leave within three months, group, effect and error of the offer, worth."""
    now = snapshot(case, TODAY)
    now = now.assign(chance=model(case).score(now[KNOWN]), group=np.where(now["prepaid"], "prepaid", "postpaid"))
    now = now.join(case.customers.set_index("customer_id")["brand"]).join(effects(trial_rows(case)), on="group")
    return now.assign(worth=worth(now["bill"])).drop(columns="leaves")


@once
def offer(case: Case) -> churn.Offer:
    """The offer to stay, customer by customer."""
    now = base(case)
    return churn.retention_offer(
        now["chance"], effect=now["effect"], error=now["error"], value=now["worth"], cost=float(COST)
    )


def lists(case: Case) -> dict[str, pd.Index]:
    """The naive list and the better one: customers."""
    found = offer(case).customers
    pays = found[found["offered"]]
    return {
        "likeliest to leave": found["leaves"].nlargest(OFFERS).index,
        "highest gain": pays["gain"].nlargest(OFFERS).index,
    }


def shortfall(case: Case) -> pd.Series:
    """What the list of the highest gain promises, and what is left of it as one guess after the other gives way to the truth."""
    now, whom = base(case), lists(case)["highest gain"]
    law = case.truth.churn.set_index("term")["coefficient"]
    effect = now["group"].map({"postpaid": law["offer_postpaid"], "prepaid": law["offer_prepaid"]})
    same = {"error": 0.0, "value": now["worth"], "cost": float(COST)}
    true = case.truth.customers.set_index("customer_id").reindex(now.index)
    kept = true["leave_soon"] - true["leave_soon_offered"]
    steps = {
        "promised": offer(case).customers["gain"],
        "with the true effect": churn.retention_offer(now["chance"], effect=effect, **same).customers["gain"],
        "and the true chances": kept * now["worth"] - COST,
        "and the true bills": true_gain(case),
    }
    return pd.Series({name: float(gain[whom].sum()) for name, gain in steps.items()}, name="yuan")


def true_gain(case: Case) -> pd.Series:
    """What an offer on 1 January 2026 brings from each person of today, on customer_id: money."""
    known = case.truth.customers.set_index("customer_id").reindex(base(case).index)
    return (known["leave_soon"] - known["leave_soon_offered"]) * MARGIN * known["bills_next_year"] - COST


@once
def terms(case: Case) -> pd.DataFrame:
    """Hosting contracts: line, renewals so far, left, margin of a term."""
    seen = clv.contract_terms(case.hosting, as_of="2025-12-31")
    return case.hosting[["contract_id", "line", "fee"]].join(seen).assign(margin=MARGIN * case.hosting["fee"])


@once
def renewal_fits(case: Case) -> dict[str, clv.Fit[clv.ShiftedBetaGeometric]]:
    """The law of renewals of each line."""
    rows = terms(case)
    return {name: clv.fit_sbg(rows[rows["line"] == name]) for name in LINES}


@once
def due(case: Case) -> pd.DataFrame:
    """Contracts that fall due in the first half of 2026, on contract_id: line, terms, margin."""
    open_ = case.hosting[case.hosting["ended"].isna()]
    # Terms are years here: a contract falls due in the month in which it began.
    rows = terms(case).loc[open_.index[open_["begun"].dt.month <= 6]]
    return rows.set_index("contract_id")[["line", "terms", "margin"]]


def calls(case: Case, *, saves: float = CALL_SAVES) -> pd.DataFrame:
    """What a service call before the renewal brings, contract by contract."""
    rows, fits = due(case), renewal_fits(case)
    parts = []
    for name in LINES:
        own = rows[rows["line"] == name]
        parts.append(
            clv.reminders(
                own["terms"],
                fits[name],
                margin=float(own["margin"].iloc[0]),
                saves=saves,
                cost=CALL_COST,
                discount=DISCOUNT,
            )
        )
    return pd.concat(parts)


def auc_if_known(chance: pd.Series) -> float:
    """AUC that the true chances themselves would have, on average over what may happen.

    Of all pairs of one who leaves and one who stays, the share in which the leaver had the higher chance (ties count half).
    """
    p = np.sort(chance.to_numpy(dtype=float))
    stay = 1 - p
    # Pairs of a customer with one of a lower chance, and half of those with the same; oneself is no pair.
    values, first, count = np.unique(p, return_index=True, return_counts=True)
    lower = np.append(0.0, np.cumsum(stay))[first]
    won = (count * values * lower).sum() + (count * (count - 1) * values * (1 - values)).sum() / 2
    return float(won / (p.sum() * stay.sum() - (p * stay).sum()))
