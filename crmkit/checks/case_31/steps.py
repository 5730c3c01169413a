"""The bank of case 31, and the steps that its questions share with its notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmkit import profit, targeting
from crmkit.checks.once import once
from crmkit.intervals import normal_quantile
from crmkit.targeting.market import Bass, BassFit, Hastened, hasten
from crmkit.worlds import Bank, Case, Truth

WORLD = Bank(customers=420, campaigns=(), credit=None, team=None, mail=None)
SAMPLE = 100  # each customer of the extract stands for so many of the bank
FIRST, LAST = pd.Timestamp(2025, 1, 1), pd.Timestamp(2025, 12, 31)  # the year that is costed
MONTHS = 24  # since the launch of the online bank
AROUND = 6  # months looked at before and after a customer went online
RESAMPLES = 400
# One front over five channels; experts and online self-service cost what the bank's own table says.
FRONT = ("online self-service", "assisted online", "phone self-service", "phone expert", "outbound call")
TOLD_COSTS = {"assisted online": 2.80, "phone self-service": 0.60, "outbound call": 7.50}  # money a contact
EXPERT = "phone expert"
AGAIN = 3.0  # goodwill that a second contact costs, money
PILOT, YEARLY = 4_800, 60_000  # requests of the pilot, and of the bank in a year
TOPICS = {"payment": 0.55, "trouble": 0.30, "advice": 0.15}
# Chance that the first contact settles it, by FRONT, for users of the online bank and for others.
SETTLES = {
    ("payment", True): (0.90, 0.92, 0.70, 0.97, 0.80),
    ("payment", False): (0.35, 0.75, 0.65, 0.97, 0.80),
    ("trouble", True): (0.45, 0.78, 0.20, 0.92, 0.75),
    ("trouble", False): (0.15, 0.60, 0.20, 0.92, 0.75),
    ("advice", True): (0.10, 0.40, 0.05, 0.80, 0.93),
    ("advice", False): (0.05, 0.30, 0.05, 0.80, 0.93),
}
# The project "guides at the counter": everybody who would go online some day does so now.
ONE_OFF, YEARS, CLAIMED = 900_000.0, 3, 0.40  # money; years looked at; share of counter work that the vendor promises


def draw(seed: int) -> Case:
    """A bank of 420 customers over two years: accounts, statements, transactions, surveys."""
    return WORLD.draw(seed)


def costs(case: Case) -> pd.Series:
    """Money a transaction costs, on channel."""
    return case.channels.set_index("channel")["cost"]


def incomes(case: Case) -> pd.DataFrame:
    """What the bank earned on each account in each month of 2025: margin on the balance, and fees.

    Columns customer_id, day, product, amount.
    """
    lines = case.statements.merge(case.accounts, on="account_id").merge(case.products, on="product")
    lines = lines[lines["month"] >= FIRST]
    earned = lines["opening"].abs() * lines["margin"] / 12 + lines["fee"]
    return pd.DataFrame(
        {"customer_id": lines["customer_id"], "day": lines["month"], "product": lines["product"], "amount": earned}
    ).reset_index(drop=True)


def work(case: Case) -> pd.DataFrame:
    """The transactions of 2025."""
    return case.transactions[case.transactions["day"] >= FIRST].reset_index(drop=True)


def each(case: Case) -> pd.DataFrame:
    """Contribution, cost and profit of each customer in 2025, by activity."""
    return profit.by_customer(incomes(case), work(case), costs(case))


def by_head(found: pd.DataFrame) -> pd.Series:
    """The naive profit of each customer: all cost of serving shared out evenly."""
    return found["contribution"] - found["cost_to_serve"].mean()


def worth(case: Case) -> pd.DataFrame:
    """Assets, debts and net worth of each customer at each month end; index customer_id, month."""
    lines = case.statements.merge(case.accounts[["account_id", "customer_id"]], on="account_id")
    part = {"assets": lines["closing"].clip(lower=0), "debts": lines["closing"].clip(upper=0), "net": lines["closing"]}
    return lines[["customer_id", "month"]].assign(**part).groupby(["customer_id", "month"]).sum().round(2)


def adopters(case: Case) -> np.ndarray:
    """Customers who went online in each month since the launch."""
    day = case.online["day"]
    return np.bincount((day.dt.year - 2024) * 12 + day.dt.month - 1, minlength=MONTHS)


@once
def bass(case: Case) -> BassFit:
    """The law of Bass through the adopters; at most all customers ever go online."""
    return targeting.market.fit_bass(adopters(case), population=len(case.customers))


@dataclass(frozen=True)
class Switch:
    """What changes when a customer goes online: rates a month before and after, season taken off."""

    customers: int  # adopters with whole months on both sides
    rates: pd.DataFrame  # channel: before, after (transactions a month)
    moved: tuple[float, float, float]  # share of the counter's work that leaves it: estimate, low, high
    more: tuple[float, float, float]  # change of all work, as a share
    plain: float  # the same, season left in
    saved: tuple[float, float, float]  # money a customer and year


@once
def switch(case: Case) -> Switch:
    """Each adopter before and after, held against those who were not online in the same months."""
    names = [name for name in costs(case).index if name != "automatic"]
    log = case.transactions[case.transactions["channel"] != "automatic"]
    ids = case.customers["customer_id"].to_numpy()
    at = pd.Index(ids).get_indexer(log["customer_id"])
    month = ((log["day"].dt.year - 2024) * 12 + log["day"].dt.month - 1).to_numpy()
    channel = pd.Index(names).get_indexer(log["channel"].astype(object))
    n, k = len(ids), len(names)
    count = np.bincount((at * MONTHS + month) * k + channel, minlength=n * MONTHS * k).reshape(n, MONTHS, k)
    whole = _whole_months(case, ids)
    went = _month_of(case.online.set_index("customer_id")["day"].reindex(ids))
    t = np.arange(MONTHS)
    before, after = (
        whole & (sign * (t - went[:, None]) >= 1) & (sign * (t - went[:, None]) <= AROUND) for sign in (-1, 1)
    )
    length = np.minimum(before.sum(axis=1), after.sum(axis=1))
    # As many months on the one side as on the other, the nearest ones.
    near = np.abs(t - went[:, None]) <= length[:, None]
    before, after = before & near, after & near
    still = whole & ~(t >= went[:, None])
    total = count.sum(axis=2)
    weights = np.vstack([np.ones(n), np.random.default_rng(31).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)])
    season = (weights @ (total * still)) / (weights @ still)
    season /= season.mean(axis=1, keepdims=True)
    mass = np.stack([before, after])
    months = weights @ mass.sum(axis=2).T.astype(float)  # (draws, 2)
    shown = np.einsum("bi,sit,bt,itk->bsk", weights, mass, 1 / season, count, optimize=True) / months[:, :, None]
    plain = np.einsum("sit,it->s", mass, total) / months[0]
    unit = costs(case)[names].to_numpy()
    counter = names.index("counter")
    figures = {
        "moved": 1 - shown[:, 1, counter] / shown[:, 0, counter],
        "more": shown[:, 1].sum(axis=1) / shown[:, 0].sum(axis=1) - 1,
        "saved": 12 * (shown[:, 0] - shown[:, 1]) @ unit,
    }
    ends: dict[str, Any] = {
        name: (float(value[0]), *(float(end) for end in np.quantile(value[1:], [0.025, 0.975])))
        for name, value in figures.items()
    }
    rates = pd.DataFrame({"before": shown[0, 0], "after": shown[0, 1]}, index=pd.Index(names, name="channel"))
    return Switch(int((length > 0).sum()), rates, plain=float(plain[1] / plain[0] - 1), **ends)


def _month_of(day: pd.Series) -> np.ndarray:
    """Months since the launch, counted from 0; far ahead where it never came."""
    return ((day.dt.year - 2024) * 12 + day.dt.month - 1).fillna(10 * MONTHS).to_numpy()


def _whole_months(case: Case, ids: np.ndarray) -> np.ndarray:
    """Months in which each customer was there from the first to the last day."""
    account = case.accounts[case.accounts["product"] == "current"].set_index("customer_id").reindex(ids)
    opened = _month_of(account["opened"].fillna(pd.Timestamp(2023, 12, 1)))
    closed = _month_of(account["closed"])
    return (opened[:, None] < np.arange(MONTHS)) & (np.arange(MONTHS) < closed[:, None])


def project(case: Case, *, avoidable: float = 1.0, one_off: float = ONE_OFF, years: int = YEARS) -> Hastened:
    """The guides in money, for the whole bank: customer-months brought forward x what a customer online saves a month."""
    each, error = saved_a_month(case)
    return hasten(
        bass(case),
        periods=12 * years,
        each=avoidable * each,
        error=avoidable * error,
        one_off=one_off,
        most=len(case.customers),
        seed=31,
    )


def saved_a_month(case: Case) -> tuple[float, float]:
    """What a customer online saves a month, times the customers for whom one of the extract stands; and its error."""
    saved, low, high = switch(case).saved
    return saved / 12 * SAMPLE, (high - low) / (2 * normal_quantile(0.95)) / 12 * SAMPLE


def promised(case: Case, *, years: int = YEARS) -> float:
    """The vendor's sum: 40 % of the counter's work of 2025 goes online at once and would not go otherwise; net money."""
    counter = costs(case)["counter"] - costs(case)["online"]
    return float(CLAIMED * (work(case)["channel"] == "counter").sum() * counter * SAMPLE * years - ONE_OFF)


def front_costs(case: Case) -> pd.Series:
    """Money a contact costs on each channel of the one front."""
    own = {"online self-service": costs(case)["online"], EXPERT: costs(case)["phone"]}
    return pd.Series({name: float((own | TOLD_COSTS)[name]) for name in FRONT}, name="cost").rename_axis("channel")


@once
def requests(case: Case) -> pd.DataFrame:
    """The pilot of the one front: requests whose first channel was drawn by lot, and whether it settled them.

    Columns customer_id, topic, online (a user of the online bank?), group, channel, settled. Drawn from the seed of the case.
    """
    rng = np.random.default_rng([case.seed, 31])
    gone = case.accounts.loc[(case.accounts["product"] == "current") & case.accounts["closed"].notna(), "customer_id"]
    here = case.customers.loc[~case.customers["customer_id"].isin(gone), "customer_id"].to_numpy()
    who = rng.choice(here, PILOT)
    topic = rng.choice(list(TOPICS), PILOT, p=list(TOPICS.values()))
    online = np.isin(who, case.online["customer_id"])
    channel = rng.integers(len(FRONT), size=PILOT)
    chance = [SETTLES[name, bool(user)][to] for name, user, to in zip(topic, online, channel, strict=True)]
    group = [f"{name}, {'online' if user else 'not online'}" for name, user in zip(topic, online, strict=True)]
    table = {"customer_id": who, "topic": topic, "online": online, "group": group}
    return pd.DataFrame(table | {"channel": np.array(FRONT)[channel], "settled": rng.random(PILOT) < chance})


@once
def routed(case: Case, *, again: float = AGAIN) -> pd.DataFrame:
    """What a request of each group costs in the end by its first channel."""
    return profit.route(requests(case), front_costs(case), fallback=EXPERT, again=again, topic="group")


def true_front(case: Case, *, again: float = AGAIN) -> pd.DataFrame:
    """The same in truth; index group, columns the channels: money a request."""
    unit = front_costs(case)
    rows = {
        f"{name}, {'online' if user else 'not online'}": unit.to_numpy()
        + (1 - np.array(chance)) * (unit[EXPERT] + again)
        for (name, user), chance in SETTLES.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(FRONT))


def mix_of(case: Case) -> pd.Series:
    """Share of the requests in each group."""
    return requests(case)["group"].value_counts(normalize=True)


def true_saving(truth: Truth) -> pd.Series:
    """Money a year that going online saves each customer's service in truth; index customer_id."""
    mix = truth.mix[~truth.mix["branches_closed"]]
    unit = {one.name: one.cost for one in truth.world.channels}
    cost = (
        (mix["chance"] * mix["channel"].astype(str).map(unit))
        .groupby([mix["kind"].astype(str), mix["uses_online"]])
        .sum()
    )
    less = cost.xs(False, level=1) - cost.xs(True, level=1)
    known = truth.customers.set_index("customer_id")
    return known["kind"].astype(str).map(less) * known["transactions_per_month"] * 12


def true_project(case: Case) -> float:
    """What the guides bring the bank in truth over the years looked at: who stays, waits and would come; net money."""
    known = case.truth.customers.set_index("customer_id")
    waits = known["online_ever"] & known["alive"] & ~known.index.isin(case.online["customer_id"])
    online = case.truth.world.online
    law = Bass(online.p, online.q, online.m)
    years = np.linspace(0, YEARS, 12 * YEARS + 1)
    still = 1 - law.cumulative(MONTHS + 12 * years) / law.m
    still = still / still[0]  # of those who wait at month 24, the share that still waits
    leaves = known["leaves_per_year"].to_numpy()[:, None]
    waited = np.trapezoid(still * np.exp(-leaves * years), years, axis=1)  # mean years, for those who have not left
    return float((true_saving(case.truth) * waited)[waits].sum() * SAMPLE - ONE_OFF)
