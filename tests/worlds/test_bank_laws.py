"""The law behind each table of the bank: recovered from large draws within stated standard errors.

Most counts are Poisson or binomial given what the truth tells, so their standard error is known. A bound
of 4 standard errors is passed by chance once in 16,000 looks; the seeds are fixed, and there are a few
hundred looks in all.
"""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmkit.worlds.bank import parts as bank_parts
from crmkit.worlds.bank.world import Bank

SEEDS = (1, 2, 3)
BOUND = 4  # standard errors
QUIET = {"campaigns": (), "credit": None, "team": None, "survey": None, "mail": None}
YEAR = 365.25
STILL = tuple(replace(product, volatility=0.0) for product in bank_parts.OFFER)


@pytest.fixture(scope="module", params=SEEDS)
def case(request):
    return Bank(customers=12_000, **QUIET).draw(request.param)


def near(found, expected, error):
    assert abs(found - expected) <= BOUND * error, (found, expected, (found - expected) / error)


def share_near(hits, share):
    """A share of independent looks against its declared chance."""
    near(np.mean(hits), share, np.sqrt(share * (1 - share) / len(hits)))


def count_near(events, expected):
    """A Poisson count against its mean."""
    near(events, expected, np.sqrt(expected))


def mean_near(values, expected):
    """A mean of independent values against what is declared."""
    near(np.mean(values), expected, np.std(values) / np.sqrt(len(values)))


def clients(case):
    """Customers with their truth, days from the start (to the end of the day of leaving)."""
    world = case.truth.world
    one = case.customers.merge(case.truth.customers, on="customer_id").merge(case.households, on="household_id")
    start = pd.Timestamp(world.start)
    one["from"] = (one["joined"] - start).dt.days.fillna(0)
    one["to"] = (one["left"] - start).dt.days.fillna(world.days)
    # A day of joining or leaving counts for half; who joins and leaves on one day, for nothing.
    one["from"] += 0.5 * one["joined"].notna()
    one["to"] += 0.5 * one["left"].notna()
    return one


# --- who comes and goes -----------------------------------------------------------------------


def test_households_have_the_declared_kinds_sizes_and_homes(case):
    world = case.truth.world
    people = clients(case)
    homes = people.drop_duplicates("household_id")
    for kind in world.kinds:
        share_near(homes["kind"] == kind.name, kind.share)
        share_near(homes.loc[homes["kind"] == kind.name, "home_owner"], kind.owner_share)
    for size, share in enumerate(world.household_sizes, start=1):
        share_near(homes["members"] == size, share)
    for area in world.areas:
        share_near(homes["area"] == area.name, area.share)
        here = homes.loc[homes["area"] == area.name, "branch_id"]
        assert here.nunique() == area.branches


def test_ages_and_incomes_follow_the_kind(case):
    people = clients(case)
    for kind in case.truth.world.kinds:
        mine = people[people["kind"] == kind.name]
        mean_near(np.log(mine["income"]), np.log(kind.income))  # steps of 100 move the log by less than 1e-3
        spread = np.log(mine["income"]).std()
        near(spread, kind.income_spread, kind.income_spread / np.sqrt(2 * len(mine)))
        if kind.age > 18 + 2 * 9:  # else the least age of 18 shifts the mean
            mean_near(mine["age"], kind.age)


def test_customers_leave_by_the_hazard_of_their_kind(case):
    people = clients(case)
    for kind in case.truth.world.kinds:
        mine = people[people["kind"] == kind.name]
        years = (mine["to"] - mine["from"]).clip(lower=0).sum() / YEAR
        count_near(mine["left"].notna().sum(), kind.leaves_per_year * years)
        assert (mine["leaves_per_year"] == kind.leaves_per_year).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_leaving_is_recovered_closely_from_many(seed):
    """The same on a bare bank, where 60,000 customers are cheap: one hazard to within some 5 percent."""
    kinds = tuple(
        replace(kind, holds=(), transactions_per_month=0.0, leaves_per_year=0.08) for kind in bank_parts.KINDS
    )
    case = Bank(customers=60_000, months=12, kinds=kinds, offer=(), lines=None, **QUIET).draw(seed)
    people = clients(case)
    years = (people["to"] - people["from"]).clip(lower=0).sum() / YEAR
    count_near(people["left"].notna().sum(), 0.08 * years)


def test_a_share_was_there_before_and_the_others_join_evenly(case):
    share_near(case.customers["joined"].isna(), case.truth.world.existing_share)
    day = (case.customers["joined"].dropna() - pd.Timestamp(case.truth.world.start)).dt.days + 0.5
    mean_near(day, case.truth.world.days / 2)


@pytest.mark.parametrize("growth", [-0.5, 0.4, 2.0])
def test_joining_grows_by_the_declared_share_a_year(growth):
    """With a rate of (1 + g)^t, each year brings 1 + g times the joiners of the year before."""
    world = Bank(customers=20_000, months=36, existing_share=0.0, growth=growth, start=dt.date(2021, 1, 1), **QUIET)
    joined = world.draw(4).customers["joined"].dt.year.value_counts()
    for year in (2022, 2023):
        ratio = np.log(joined[year] / joined[year - 1])
        near(ratio, np.log1p(growth), np.sqrt(1 / joined[year] + 1 / joined[year - 1]))


def test_tenure_says_who_was_there_before(case):
    assert ((case.customers["tenure_years"] > 0) == case.customers["joined"].isna()).all()
    mean_near(case.customers.loc[case.customers["tenure_years"] > 0, "tenure_years"], 8.0)


# --- channels ---------------------------------------------------------------------------------


def bass_by_steps(online, months, steps=400):
    """Share of all customers online after each month, by small steps through dN/dt = (p + q N / m)(m - N)."""
    taken, path = 0.0, [0.0]
    for _ in range(months):
        for _ in range(steps):
            half = taken + (online.p + online.q * taken / online.m) * (online.m - taken) / steps / 2
            taken += (online.p + online.q * half / online.m) * (online.m - half) / steps
        path.append(taken)
    return np.array(path)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_online_bank_is_taken_up_by_the_law_of_bass(seed):
    online = bank_parts.OnlineAdoption(0.01, 0.3, 0.6)
    stay = tuple(replace(kind, leaves_per_year=1e-6) for kind in bank_parts.KINDS)
    case = Bank(customers=8_000, existing_share=1.0, kinds=stay, online=online, **QUIET).draw(seed)
    day = (case.online["day"] - pd.Timestamp(2024, 1, 1)).dt.days + 0.5
    path = bass_by_steps(online, 24)
    for month in (3, 6, 10, 14, 18, 23):
        near((day < month * YEAR / 12).sum() / 8_000, path[month], np.sqrt(path[month] * (1 - path[month]) / 8_000))
    share_near(case.truth.customers["online_ever"], online.m)


def test_work_follows_the_rate_of_each_customer_and_the_season(case):
    people, world = clients(case), case.truth.world
    log = case.transactions[case.transactions["channel"] != "automatic"]
    start = pd.Timestamp(world.start)
    expected = {}
    for month in pd.period_range(start, periods=world.months, freq="M"):
        low, high = (month.start_time - start).days, (month.end_time - start).days + 1
        there = (people["to"].clip(upper=high) - people["from"].clip(lower=low)).clip(lower=0)
        expected[month] = (people["transactions_per_month"] * there).sum() / (YEAR / 12) * world.season[month.month - 1]
    found = log["day"].dt.to_period("M").value_counts()
    for month, mean in expected.items():
        count_near(found[month], mean)
    for kind in world.kinds:
        mean_near(people.loc[people["kind"] == kind.name, "transactions_per_month"], kind.transactions_per_month)


def at_work(case):
    """Channel transactions with what decides on the channel; days around a change left out.

    What falls on a weekend at the counter is moved by up to eleven days.
    """
    log = case.transactions[case.transactions["channel"] != "automatic"]
    log = log.merge(case.truth.customers[["customer_id", "kind"]], on="customer_id")
    log = log.merge(case.online.rename(columns={"day": "online_from"}), on="customer_id", how="left")
    log = log[~((log["day"] - log["online_from"]).abs() < pd.Timedelta(12, "D"))]
    return log.assign(uses_online=log["day"] > log["online_from"])


def test_channels_are_chosen_by_kind_and_online_use(case):
    for kind in case.truth.world.kinds:
        for uses in (False, True):
            log = at_work(case).query("kind == @kind.name and uses_online == @uses")
            own = dict(zip(("counter", "machine", "phone"), kind.offline, strict=True))
            for channel, chance in own.items():
                share_near(log["channel"] == channel, chance * (1 - kind.online_share * uses))
            share_near((log["channel"] == "online").to_numpy()[: len(log)], kind.online_share) if uses else None
            assert uses or not (log["channel"] == "online").any()


def test_closed_branches_send_the_counter_work_elsewhere_as_declared():
    """By takes_over; without the online bank its part is shared by the rest. 0.15 goes to a counter in another area."""
    closure = bank_parts.BranchClosure("Riverside", 12)
    case = Bank(customers=12_000, closures=(closure,), **QUIET).draw(9)
    home = clients(case)[["customer_id", "area"]]
    log = at_work(case).merge(home, on="customer_id")
    shut = (log["area"] == "Riverside") & (log["day"] >= "2025-01-01")
    takes = {"counter": 0.15, "machine": 0.45, "phone": 0.20, "online": 0.20}
    for uses in (False, True):
        free = sum(takes.values()) - (0 if uses else takes["online"])
        after = log[shut & (log["uses_online"] == uses)]
        for channel in takes if uses else ("counter", "machine", "phone"):
            expected = 0.0
            for kind in case.truth.world.kinds:
                offline = dict(zip(("counter", "machine", "phone"), kind.offline, strict=True))
                stays = 1 - kind.online_share * uses
                own = offline[channel] * stays if channel in offline else kind.online_share
                moved = takes[channel] / free * offline["counter"] * stays
                own = moved if channel == "counter" else own + moved
                expected += own * (after["kind"] == kind.name).mean()
        share_near(after["channel"] == channel, expected)
    closed = case.branches[case.branches["area"] == "Riverside"]
    assert (closed["closed"] == "2025-01-01").all()
    assert case.branches["closed"].notna().sum() == len(closed)


def test_counters_are_closed_at_weekends_and_alike_on_weekdays(case):
    log = case.transactions[case.transactions["channel"] == "counter"]
    weekday = log["day"].dt.day_of_week
    assert (weekday >= 5).mean() < 0.002  # of those alone who are customers for a few days of a month
    # Whole weeks inside months: what moves over the end of a month goes back instead.
    inner = weekday[log["day"].dt.day.between(9, 20)]
    days = pd.Series(pd.date_range(log["day"].min(), log["day"].max()))
    offered = days[days.dt.day.between(9, 20)].dt.day_of_week.value_counts()
    rate = inner.value_counts().reindex(range(5)) / offered.reindex(range(5))
    for one in range(5):
        near(rate[one] * offered[one], rate.mean() * offered[one], np.sqrt(rate.mean() * offered[one]))
    other = case.transactions[case.transactions["channel"] == "machine"]
    sum_on = (other["day"].dt.day_of_week >= 5).sum()
    # The days do not weigh quite the same, for seasons and growth: half as much again for the error.
    near(sum_on / len(other), (days.dt.day_of_week >= 5).mean(), 1.5 * np.sqrt(0.2 / len(other)))


def test_salaries_come_on_the_25th(case):
    people = case.customers.set_index("customer_id")
    paid = case.transactions[case.transactions["service"] == "salary"]
    assert (paid["day"].dt.day == 25).all()
    assert np.allclose(paid["amount"], people.loc[paid["customer_id"], "income"] * 0.9 / 12, atol=0.0051)
    assert not paid.duplicated(["customer_id", "day"]).any()
    all_months = case.truth.customers[case.truth.customers["alive"]].merge(case.customers)
    always = all_months.loc[all_months["joined"].isna(), "customer_id"]
    assert (paid["customer_id"].value_counts().loc[always] == case.truth.world.months).all()


# --- balances ---------------------------------------------------------------------------------


def months_of(case):
    """Statements of the products, with what drives them; months of opening and leaving left out."""
    accounts = case.accounts[case.accounts["product"] != "current"]
    rows = case.statements.merge(accounts, on="account_id").merge(case.customers[["customer_id", "income"]])
    rows = rows.merge(case.truth.market, on=["month", "product"]).merge(
        case.truth.customers[["customer_id", "distressed"]]
    )
    same = rows["month"].dt.to_period("M")
    rows = rows[(rows["opened"].dt.to_period("M") != same) & (rows["closed"].dt.to_period("M") != same)]
    begins = rows["month"].dt.to_period("M").dt.start_time
    return rows.assign(in_distress=rows["distressed"] < begins)


def test_balances_move_by_the_declared_law(case):
    rows, world = months_of(case), case.truth.world
    for product in world.offer:
        mine = rows[rows["product"] == product.name]
        owed = -1 if product.debt else 1
        borrow = np.where(mine["in_distress"] & (product.name == "card"), world.lines.distress_spending, 1.0)
        mean = owed * mine["opening"] * (1 + mine["monthly_return"] - product.out_share)
        mean += product.monthly_incomes * mine["income"] / 12 * borrow
        gap = owed * mine["closing"] - mean
        mean_near(gap, 0.0)
        # The same for the larger and the smaller balances: the law is linear.
        large = owed * mine["opening"] > (owed * mine["opening"]).median()
        mean_near(gap[large], 0.0)
        earned = owed * mine["opening"] * mine["monthly_return"]
        assert np.allclose(owed * mine["interest"], earned, atol=0.0051)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_market_has_the_declared_mean_and_spread(seed):
    """With wild markets, so that a mean return that drifts with the volatility would show."""
    wild = tuple(replace(product, volatility=8 * product.volatility) for product in bank_parts.OFFER)
    market = Bank(customers=1, months=1_200, offer=wild, **QUIET).draw(seed).truth.market
    for product in wild:
        gain = market.loc[market["product"] == product.name, "monthly_return"]
        if product.volatility:
            mean_near(gain, product.rate / 12)
            near(np.log1p(gain).std(), product.volatility, product.volatility / np.sqrt(2 * len(gain)))
        else:
            assert np.allclose(gain, product.rate / 12)


def test_a_change_of_rates_moves_all_returns_from_its_month_on():
    world = Bank(customers=50, offer=STILL, rate_change=bank_parts.RateChange(7, -0.004), **QUIET)
    market = world.draw(1).truth.market
    for product in STILL:
        gain = market.loc[market["product"] == product.name, "monthly_return"].to_numpy()
        assert np.allclose(gain[:7], product.rate / 12)
        assert np.allclose(gain[7:], (product.rate - 0.004) / 12)


def test_products_are_held_and_opened_as_declared(case):
    people, world = clients(case), case.truth.world
    start = pd.Timestamp(world.start)
    for code, product in enumerate(world.offer):
        mine = case.accounts[case.accounts["product"] == product.name].set_index("customer_id")
        for kind in world.kinds:
            group = people[(people["kind"] == kind.name) & (people["home_owner"] | (not product.owners_only))]
            chance = kind.holds[code]
            old = group[group["joined"].isna()]
            held = old["customer_id"].isin(mine.index[mine["opened"].isna()])
            share_near(held, chance)
            free = old[~held.to_numpy()].set_index("customer_id")
            opened = mine["opened"].reindex(free.index)
            until = ((opened - start).dt.days + 0.5).fillna(free["to"]).clip(upper=free["to"])
            count_near(opened.notna().sum(), until.sum() / YEAR * chance * product.opens_per_year)
        first = case.statements.merge(mine.reset_index(), on="account_id").merge(people[["customer_id", "income"]])
        first = first[first["opened"].isna() & (first["month"] == case.statements["month"].min())]
        mean_near(first["opening"].abs() / first["income"], product.start_incomes)


def test_distress_comes_by_its_hazard_and_brings_defaults(case):
    people, lines = clients(case), case.truth.world.lines
    fell = (people["distressed"] - pd.Timestamp(case.truth.world.start)).dt.days + 0.5
    until = fell.fillna(people["to"])
    years = (until - people["from"]).clip(lower=0).sum() / YEAR
    count_near(fell.notna().sum(), years * lines.distress_per_year)

    rows = months_of_cards(case)
    rows = rows.merge(
        case.defaults[["account_id", "month"]].rename(columns={"month": "fell"}), on="account_id", how="left"
    )
    rows = rows[rows["fell"].isna() | (rows["month"] <= rows["fell"])]
    for distress, chance in ((True, lines.default_in_distress), (False, lines.default_per_month)):
        mine = rows[rows["in_distress"] == distress]
        share_near(mine["month"] == mine["fell"], chance)


def months_of_cards(case):
    """Every month of every card but the last of those who leave, with whether its owner was in distress."""
    rows = case.statements.merge(case.accounts.dropna(subset="credit_limit"), on="account_id")
    rows = rows.merge(case.truth.customers[["customer_id", "distressed"]])
    same = rows["month"].dt.to_period("M")
    rows = rows[rows["closed"].dt.to_period("M") != same]
    return rows.assign(in_distress=rows["distressed"] < rows["month"].dt.to_period("M").dt.start_time)


def test_limits_are_a_share_of_income_and_distress_exceeds_them(case):
    cards = case.accounts.dropna(subset="credit_limit").merge(case.customers[["customer_id", "income"]])
    assert (cards["credit_limit"] % 100 == 0).all()
    # Rounded up to the next hundred: 50 more in the mean, since limits are many hundreds wide.
    mean_near((cards["credit_limit"] - 50) / cards["income"], case.truth.world.lines.limit_incomes)
    rows = months_of_cards(case)
    over = rows["account_id"].astype(str) + rows["month"].astype(str)
    exceeded = over.isin(case.exceeded["account_id"].astype(str) + case.exceeded["month"].astype(str))
    assert exceeded[rows["in_distress"]].mean() > 3 * exceeded[~rows["in_distress"]].mean()


# --- the year after ---------------------------------------------------------------------------


HARD_TIMES = bank_parts.CreditLines(distress_per_year=0.9, distress_spending=8.0)


@pytest.mark.parametrize(
    ("closures", "lines"),
    [((), bank_parts.CreditLines()), ((bank_parts.BranchClosure("Riverside", 3),), HARD_TIMES)],
)
def test_the_truth_about_the_next_year_is_what_a_longer_window_shows(closures, lines):
    """A second way: of a bank that goes on for a year more, the last twelve months are the year after."""
    same = {"existing_share": 1.0, "offer": STILL, "closures": closures, "lines": lines, **QUIET}
    truth = Bank(customers=16_000, months=12, **same).draw(11).truth.customers
    longer = Bank(customers=16_000, months=24, **same).draw(12)
    cut = pd.Timestamp(2025, 1, 1)
    costs = longer.channels.set_index("channel")["cost"]
    log = longer.transactions[(longer.transactions["day"] >= cut) & (longer.transactions["service"] != "closing")]
    spent = log["channel"].map(costs).astype(float).groupby(log["customer_id"]).sum()
    accounts = longer.accounts[~(longer.accounts["opened"] >= cut)].merge(longer.products)
    rows = longer.statements[longer.statements["month"] >= cut].merge(accounts, on="account_id")
    brought = (rows["opening"].abs() * rows["margin"] / 12 + rows["fee"]).groupby(rows["customer_id"]).sum()
    for sealed, found in (("cost_next_year", spent), ("margin_next_year", brought)):
        found = found.reindex(longer.customers["customer_id"], fill_value=0.0)
        error = np.sqrt((truth[sealed].var() + found.var()) / 16_000)
        near(found.mean(), truth[sealed].mean(), error)
        assert error < 0.02 * found.mean(), "the draw is too small to tell anything"
    dead = ~truth["alive"]
    assert dead.any()
    assert (truth.loc[dead, ["margin_next_year", "cost_next_year"]] == 0).all(axis=None)
