"""The telecom world: the law behind each table is recovered from large draws.

Recovery is measured in standard errors (z), over several seeds: single values within 4, means of z within 3.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit.worlds.telecom.desk import ArrivalProfile, CallDesk
from crmkit.worlds.telecom.parts import (
    ChurnLaw,
    ContractLine,
    FestiveSeason,
    KeyAccounts,
    NumberPortability,
    PriceWar,
    RetentionOffer,
    ShopClosures,
)
from crmkit.worlds.telecom.world import CHANNELS, NETWORK_REGIONS, PLANS, REASONS, SEASON, Telecom

QUIET = tuple(replace(reason, per_month=0.0) for reason in REASONS)
FREQUENT = tuple(replace(reason, per_month=10 * reason.per_month, network=0.0) for reason in REASONS)
BASE = Telecom(customers=6_000, offer=None, festive=None, desk=None)


def z_of_share(hits, of, chance):
    return (hits - of * chance) / np.sqrt(of * chance * (1 - chance))


def steady(z, seeds):
    """Several z of `seeds` independent cases: none far out, and no common lean."""
    z = np.asarray(z, dtype=float)
    assert np.abs(z).max() < 4.2 and np.abs(z.reshape(seeds, -1).mean(axis=0)).max() < 3.5 / np.sqrt(seeds), z


@pytest.fixture(scope="module")
def cases():
    """Three cases with people, bills and churn."""
    return [BASE.draw(seed) for seed in range(3)]


@pytest.fixture(scope="module")
def busy():
    """Three cases with many contacts and a long call log; days are alike but for weekday and half hour."""
    world = Telecom(
        customers=2_000, months=2, opening_share=1.0, offer=None, festive=None, reasons=FREQUENT,
        churn=ChurnLaw(intercept=-20.0), arrivals=ArrivalProfile(day_shape=1e6), desk=CallDesk(days=40, margin=-0.2),
    )  # fmt: skip
    return [world.draw(seed) for seed in range(3)]


# --- who they are ------------------------------------------------------------------------------------------


def test_people_are_as_declared(cases):
    z = []
    for case in cases:
        people = case.customers
        for parts, column in ((PLANS, "brand"), (NETWORK_REGIONS, "region")):
            sizes = people[column].value_counts()
            z += [z_of_share(sizes[part.name], len(people), part.share) for part in parts]
        z.append(z_of_share((people["sex"] == "male").sum(), len(people), 0.5))
        opening = people["joined"] <= pd.Timestamp(BASE.start)
        z.append(z_of_share(opening.sum(), len(people), BASE.opening_share))
        for plan in PLANS:
            income = people.loc[people["brand"] == plan.name, "income"]
            z.append(z_of_share((income > plan.income_per_month).sum(), len(income), 0.5) / 1.1)  # rounded to tens
        tenure = (pd.Timestamp(BASE.start) - people.loc[opening, "joined"]).dt.days // 30.4
        # floor of an exponential: geometric, mean 1 / (e^(1/30) - 1)
        z.append((tenure.mean() - 1 / np.expm1(1 / BASE.tenure_months)) / (tenure.std() / np.sqrt(len(tenure))))
    steady(z, 3)


@pytest.mark.parametrize("growth", [0.0, 1.0, -0.5])
def test_joining_grows_as_declared(growth):
    world = replace(BASE, opening_share=0.2, growth=growth, reasons=QUIET)
    for seed in range(2):
        joined = world.draw(seed).customers["joined"].dt.to_period("M").value_counts()
        months = pd.period_range(world.start, periods=24, freq="M")
        weight = (1 + growth) ** (np.arange(1, 24) / 12)
        seen = joined.reindex(months, fill_value=0).to_numpy()[1:]
        assert stats.chisquare(seen, weight / weight.sum() * seen.sum()).pvalue > 1e-3


def test_use_follows_its_own_mean_season_and_gamma_law(cases):
    z = []
    for case in cases:
        months = case.months.merge(case.truth.customers, on="customer_id")
        months = months.sample(20_000, random_state=1)
        factor = months["month"].dt.month.map(dict(enumerate(SEASON, start=1)))
        for used, own, least in (("minutes", "minutes_per_month", 40), ("data_gb", "data_gb_per_month", 2)):
            rows = months[own] > least  # below, rounding to a tenth of a minute or a hundredth of a GB shows
            relative = (months[used] / months[own] / factor)[rows]
            assert stats.kstest(relative, stats.gamma(BASE.usage_shape, scale=1 / BASE.usage_shape).cdf).pvalue > 1e-4
            z.append((relative.mean() - 1) / np.sqrt(1 / BASE.usage_shape / len(relative)))
        people = case.truth.customers.merge(case.customers, on="customer_id")
        for plan in PLANS:
            own = np.log(people.loc[people["brand"] == plan.name, "minutes_per_month"] / plan.minutes_per_month)
            wanted = stats.norm(-(BASE.usage_spread**2) / 2, BASE.usage_spread)
            assert stats.kstest(own, wanted.cdf).pvalue > 1e-4
    steady(z, 3)


def test_the_festive_season_raises_use_and_contacts_of_its_month():
    world = replace(BASE, months=12, opening_share=1.0, season=(1.0,) * 12, churn=ChurnLaw(intercept=-20.0))
    festive = replace(world, festive=FestiveSeason(5, 1.5, 2.0))
    ratio = [case.months.groupby("month")["minutes"].sum() for case in (festive.draw(3), world.draw(3))]
    ratio = (ratio[0] / ratio[1]).to_numpy()
    assert ratio[4] == pytest.approx(1.5, rel=1e-3) and np.delete(ratio, 4) == pytest.approx(1)
    first = [
        case.contacts[case.contacts["repeat_of"].isna()]["arrived"].dt.month.value_counts()
        for case in (festive.draw(3), world.draw(3))
    ]
    assert (first[0] - first[1])[5] / first[1][5] == pytest.approx(1.0, abs=4 * np.sqrt(6 / first[1][5]))
    assert first[0][3] == pytest.approx(first[1][3], abs=4 * np.sqrt(2 * first[1][3]))


# --- churn ---------------------------------------------------------------------------------------------------


def exposure(case, world):
    """What an analyst builds from the open tables: a row a month, drivers, and whether it was the last."""
    rows = case.months.merge(case.customers, on="customer_id").merge(case.regions, on="region")
    tenure = (rows["month"].dt.year - rows["joined"].dt.year) * 12 + rows["month"].dt.month - rows["joined"].dt.month
    at = (rows["month"].dt.year - world.start.year) * 12 + rows["month"].dt.month - world.start.month
    median = rows["brand"].map({plan.name: plan.income_per_month for plan in world.plans}).astype(float)
    treated = rows["customer_id"].isin(case.offers.loc[case.offers["treated"], "customer_id"]) if world.offer else False
    works = (
        treated & at.between(world.offer.month, world.offer.month + world.offer.months - 1) if world.offer else False
    )
    x = {
        "intercept": np.ones(len(rows)),
        "prepaid": rows["prepaid"],
        "log_tenure": np.log1p(tenure),
        "quality": rows["quality"],
        "complaints": rows["complaints"].clip(upper=3),
        "age": (rows["age"].fillna(40) - 40) / 10,
        "income": np.log2(rows["income"] / median).fillna(0),
        "young_prepaid": rows["prepaid"] & (rows["age"] < 30),
        "firm": rows["firm"],
        "price_war": at >= world.price_war.month if world.price_war else None,
        "portability": (at >= world.portability.month) & ~rows["prepaid"] if world.portability else None,
        "offer_postpaid": works & ~rows["prepaid"] if world.offer else None,
        "offer_prepaid": works & rows["prepaid"] if world.offer else None,
    }
    x = pd.DataFrame({name: np.asarray(value, dtype=float) for name, value in x.items() if value is not None})
    left = rows["left"].notna() & (rows["left"].dt.to_period("M") == rows["month"].dt.to_period("M"))
    return x, left.to_numpy(dtype=float)


def fit(x, y, link):
    """Maximum likelihood by Fisher scoring; estimates and standard errors."""
    x = x.to_numpy()
    b = np.zeros(x.shape[1])
    b[0] = -4.0
    for _ in range(30):
        eta = np.clip(x @ b, -20, 2)  # first steps may overshoot
        p = 1 / (1 + np.exp(-eta)) if link == "logit" else -np.expm1(-np.exp(eta))
        slope = p * (1 - p) if link == "logit" else np.exp(eta) * (1 - p)
        weight = slope**2 / (p * (1 - p))
        information = (x * weight[:, None]).T @ x
        b = b + np.linalg.solve(information, x.T @ (slope / (p * (1 - p)) * (y - p)))
    return b, np.sqrt(np.diag(np.linalg.inv(information)))


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_every_driver_of_churn_is_found_again_with_its_size(link):
    """Complaints made frequent so that they tell something; two worlds, all knobs of the market on."""
    reasons = tuple(
        replace(one, per_month=0.3) if one.name == "complaint" else replace(one, per_month=0.0) for one in REASONS
    )
    world = Telecom(
        customers=15_000, months=18, price_war=PriceWar(6, 0.6), portability=NumberPortability(10, 0.5),
        offer=RetentionOffer(month=8, months=5), accounts=KeyAccounts(0.1), reasons=reasons, desk=None,
        churn=ChurnLaw(link=link),
    )  # fmt: skip
    z = []
    for seed in range(2):
        case = world.draw(seed)
        x, y = exposure(case, world)
        truth = case.truth.churn.set_index("term")["coefficient"]
        assert x.columns.tolist() == truth.index.tolist()
        # Row by row the true chance is what the declared terms say; incomes are rounded to tens.
        eta = x.to_numpy() @ truth.to_numpy()
        chance = 1 / (1 + np.exp(-eta)) if link == "logit" else -np.expm1(-np.exp(eta))
        np.testing.assert_allclose(case.truth.hazards["leave_chance"], chance, rtol=0.01)
        found, error = fit(x, y, link)
        z += ((found - truth) / error).tolist()
    assert np.abs(z).max() < 4 and np.mean(np.square(z)) < 2, z


def test_the_true_hazard_is_the_chance_with_which_they_leave(cases):
    z = []
    for case in cases:
        _, y = exposure(case, BASE)
        chance = case.truth.hazards["leave_chance"].to_numpy()
        both = case.months[["customer_id", "month"]].merge(case.customers[["customer_id", "left"]], on="customer_id")
        assert y.sum() == both.groupby("customer_id")["left"].first().notna().sum()
        tenth = pd.qcut(chance, 10, labels=False, duplicates="drop")
        order = (
            case.months.reset_index().merge(case.customers, on="customer_id").merge(case.regions, on="region")["index"]
        )
        y_in_order = np.empty(len(y))
        y_in_order[order] = y
        for group in range(tenth.max() + 1):
            here = tenth == group
            p = chance[here]
            z.append((y_in_order[here].sum() - p.sum()) / np.sqrt((p * (1 - p)).sum()))
    steady(z, 3)


def test_the_offer_is_given_by_lot_and_works_as_declared():
    """Who leaves while it works, by arm and brand, against the truth of each customer. Four worlds."""
    world = Telecom(customers=12_000, months=14, offer=RetentionOffer(month=8, months=4, postpaid=-1.2), desk=None)
    z = []
    for seed in range(4):
        case = world.draw(seed)
        rows = case.offers.merge(case.truth.offers, on="customer_id").merge(case.customers, on="customer_id")
        there = case.months[case.months["month"] == case.offers["day"].iloc[0]]
        assert set(rows["customer_id"]) == set(there["customer_id"])
        assert (rows["cost"] == np.where(rows["treated"], world.offer.cost, 0)).all()
        z.append(z_of_share(rows["treated"].sum(), len(rows), 0.5))
        gone = rows["left"] < pd.Timestamp(world.first_of(12))
        for prepaid in (True, False):
            for treated, column in ((True, "leave_with"), (False, "leave_without")):
                here = (rows["treated"] == treated) & (rows["prepaid"] == prepaid)
                p = rows.loc[here, column]
                z.append((gone[here].sum() - p.sum()) / np.sqrt((p * (1 - p)).sum()))
        assert (rows["leave_with"] < rows["leave_without"]).all()
    steady(z, 4)


def longer(world, months):
    """The same customers for more months: with the whole base there at the start, streams go on month by month."""
    return replace(world, months=months)


def test_the_months_after_the_window_come_as_declared():
    """Bills of the next year and who leaves when, in tenths of the declared values; the year after is there to count."""
    world = Telecom(
        customers=8_000, months=6, opening_share=1.0, offer=None, desk=None, price_war=PriceWar(3),
        accounts=KeyAccounts(0.03, index=3.0),
    )  # fmt: skip
    z = []
    for seed in range(3):
        case, on = world.draw(seed), longer(world, 18).draw(seed)
        now, truth = case.customers.merge(case.truth.customers, on="customer_id"), on.customers
        pd.testing.assert_series_equal(now["joined"], truth["joined"])
        alive = now["alive"]
        pd.testing.assert_series_equal(now.loc[~alive, "left"], truth.loc[~alive, "left"])
        assert now.loc[~alive, ["leave_next_month", "leave_soon"]].isna().all(axis=None)
        assert (now.loc[~alive, "bills_next_year"] == 0).all()
        later = on.months[on.months["month"] > pd.Timestamp(world.end)].groupby("customer_id")["bill"].sum()
        paid = now["customer_id"].map(later).fillna(0)
        tenth = pd.qcut(now.loc[alive, "bills_next_year"], 10, labels=False)
        off = (paid - now["bills_next_year"])[alive].groupby(tenth)
        z += (off.mean() / off.sem()).tolist()
        for column, months in (("leave_next_month", 1), ("leave_soon", 3)):
            gone = (truth["left"] < pd.Timestamp(world.first_of(6 + months)))[alive]
            p = now.loc[alive, column]
            part = pd.qcut(p, 5, labels=False)
            z += ((gone - p).groupby(part).sum() / np.sqrt((p * (1 - p)).groupby(part).sum())).tolist()
    steady(z, 3)


# --- contacts ------------------------------------------------------------------------------------------------


def test_first_contacts_come_at_the_declared_rates():
    """By reason and region: Poisson with the rate of the reason and the network of the region."""
    z = []
    for seed in range(3):
        world = replace(BASE, months=6, arrivals=ArrivalProfile(day_shape=1e6))
        case = world.draw(seed)
        there = case.months.merge(case.customers, on="customer_id")
        days = there["month"].dt.days_in_month.to_numpy()
        # Weekdays weigh differently and months do not hold them alike: the sum of the weights of the days.
        weight = np.asarray(world.arrivals.week) / np.mean(world.arrivals.week)
        by_month = {
            month: weight[pd.date_range(month, periods=month.days_in_month).day_of_week].sum() / 30
            for month in pd.DatetimeIndex(there["month"].unique())
        }
        assert abs(sum(by_month.values()) / (days[0] / 30) - 6) < 0.3
        exposed = there.assign(w=there["month"].map(by_month)).groupby("region", observed=True)["w"].sum()
        first = case.contacts[case.contacts["repeat_of"].isna()].merge(case.customers, on="customer_id")
        counts = first.groupby(["region", "reason"], observed=False).size()
        for region in NETWORK_REGIONS:
            for reason in REASONS:
                mean = exposed[region.name] * reason.per_month * np.exp(-reason.network * region.quality)
                z.append((counts[region.name, reason.name] - mean) / np.sqrt(mean))
    assert np.abs(z).max() < 4.2 and np.mean(np.square(z)) < 1.5  # 90 values


def test_channels_follow_age(busy):
    """Multinomial by age, in three groups of ages: expected shares summed over those who got in touch."""
    for case in busy:
        first = case.contacts[case.contacts["repeat_of"].isna() & case.contacts["call_id"].isna()]
        first = first[first["arrived"] < pd.Timestamp(2024, 1, 21)].merge(case.customers, on="customer_id")
        share = np.array([one.share for one in CHANNELS])
        years = (45 - first["age"].to_numpy()) / 20
        weight = share * np.exp(years[:, None] * np.array([one.youth for one in CHANNELS]))
        weight /= weight.sum(axis=1, keepdims=True)
        seen = pd.get_dummies(first["channel"])[[one.name for one in CHANNELS]].to_numpy()
        for low, high in ((18, 35), (35, 55), (55, 90)):
            here = first["age"].between(low, high, inclusive="left").to_numpy()
            mean, error = weight[here].sum(axis=0), np.sqrt((weight * (1 - weight))[here].sum(axis=0))
            assert (np.abs(seen[here].sum(axis=0) - mean) < 4.2 * error).all()


def test_contacts_follow_weekday_and_half_hour_and_opening(busy):
    for case in busy:
        world = case.truth.world
        contacts = case.contacts[case.contacts["repeat_of"].isna()]
        contacts = contacts[contacts["arrived"] < pd.Timestamp(world.start) + pd.Timedelta(days=20)]
        for channel in ("phone", "web", "shop", "chat"):
            when = contacts.loc[contacts["channel"] == channel, "arrived"]
            one = CHANNELS[[c.name for c in CHANNELS].index(channel)]
            slot = np.bincount(when.dt.hour * 2 + when.dt.minute // 30, minlength=48)
            hours = np.arange(48)
            wanted = np.asarray(world.arrivals.day) * ((hours >= 2 * one.opens) & (hours < 2 * one.closes))
            assert (slot[wanted == 0] == 0).all()
            some = wanted > 0
            expected = wanted[some] / wanted.sum() * len(when)
            assert stats.chisquare(slot[some], expected).pvalue > 1e-4
            day = when.dt.day_of_week.value_counts().reindex(range(7), fill_value=0).to_numpy()
            times = np.bincount(pd.date_range(world.start, periods=20).day_of_week, minlength=7)
            weight = np.asarray(world.arrivals.week) * times
            assert stats.chisquare(day, weight / weight.sum() * day.sum()).pvalue > 1e-4


def test_days_are_over_dispersed_as_declared():
    """Variance of a day's count: mean + mean ** 2 / shape (negative binomial), in flat weeks. Sample variances of 60
    days have a relative standard error of about sqrt(2 / 60)."""
    flat = ArrivalProfile(week=(1.0,) * 7, day=(1.0,) * 48, day_shape=25.0)
    found = []
    for seed in range(6):
        world = replace(
            BASE,
            customers=3_000,
            months=2,
            opening_share=1.0,
            reasons=FREQUENT,
            arrivals=flat,
            churn=ChurnLaw(intercept=-20.0),
        )
        first = world.draw(seed).contacts.query("repeat_of.isna()")
        counts = first["arrived"].dt.normalize().value_counts()
        mean = counts.mean()
        found.append(counts.var() / (mean + mean**2 / 25.0))
    assert np.mean(found) == pytest.approx(1, abs=4 * np.sqrt(2 / 60 / 6))


def test_bursts_come_and_last_as_declared():
    profile = ArrivalProfile(
        week=(1.0,) * 7, day=(1.0,) * 48, day_shape=1e6, bursts_per_month=6.0, burst_factor=5.0, burst_hours=3.0
    )
    share = []
    for seed in range(6):
        world = Telecom(customers=20, months=24, offer=None, arrivals=profile, desk=CallDesk(days=731))
        factor = world.draw(seed).truth.arrivals["factor"].to_numpy()
        assert set(np.round(factor, 1)) == {1.0, 5.0}
        share.append((factor > 3).mean())
        lengths = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], factor > 3, [0]]))))[::2]
        assert lengths[1:-1].min() >= 6  # half hours; two that touch look like one
    chance = -np.expm1(-6.0 * 6 / 1440)
    # About 146 bursts of 6 half hours in a window: relative error of the share about 1 / sqrt(146).
    assert np.mean(share) == pytest.approx(chance, rel=4 / np.sqrt(146 * 6))


def test_contacts_are_settled_and_repeated_as_declared(busy):
    z = []
    for case in busy:
        world = case.truth.world
        contacts = case.contacts.assign(by_person=~case.contacts["self_service"])
        for reason in REASONS:
            rows = contacts[(contacts["reason"] == reason.name) & contacts["by_person"]]
            z.append(z_of_share(rows["resolved"].sum(), len(rows), reason.resolved))
            first = contacts[
                (contacts["reason"] == reason.name) & (contacts["channel"] == "phone") & contacts["repeat_of"].isna()
            ]
            first = first[first["call_id"].isna()]
            if 0 < reason.self_service:
                z.append(z_of_share(first["self_service"].sum(), len(first), reason.self_service))
        # Off the phone and always open: nothing is lost in a queue, nothing is put off to the morning.
        rows = contacts[contacts["channel"].isin(["web", "e-mail", "SMS"]) & ~contacts["resolved"]]
        followed = rows.merge(contacts, left_on="contact_id", right_on="repeat_of", suffixes=("", "_next"))
        pause = (followed["arrived_next"] - followed["arrived"]).dt.total_seconds() / 3600
        early = rows["arrived"] < pd.Timestamp(world.end) - pd.Timedelta(hours=12 * world.repeat_after_h)
        n_next = rows.loc[early, "contact_id"].isin(followed["contact_id"]).sum()
        z.append(z_of_share(n_next, early.sum(), world.repeat))
        pause = pause[followed["arrived"] < pd.Timestamp(world.end) - pd.Timedelta(hours=12 * world.repeat_after_h)]
        assert stats.kstest(pause, stats.expon(scale=world.repeat_after_h).cdf).pvalue > 1e-4
    steady(z, 3)


def test_closed_shops_send_the_declared_share_to_the_phone():
    world = replace(BASE, months=12, closures=ShopClosures(6, 0.4), reasons=FREQUENT)
    z = []
    for seed in range(3):
        one, other = (w.draw(seed).contacts.query("repeat_of.isna()") for w in (world, replace(world, closures=None)))
        after = pd.Timestamp(world.first_of(6))
        shop, phone = (
            [(rows["channel"] == name) & (rows["arrived"] >= after) for rows in (one, other)]
            for name in ("shop", "phone")
        )
        z.append((shop[0].sum() - 0.6 * shop[1].sum()) / np.sqrt(shop[0].sum() + 0.36 * shop[1].sum()))
        more = phone[0].sum() - phone[1].sum() - 0.4 * shop[1].sum()
        z.append(more / np.sqrt(phone[0].sum() + phone[1].sum() + 0.16 * shop[1].sum()))
        before = [(rows["channel"] == "shop") & (rows["arrived"] < after) for rows in (one, other)]
        assert before[0].sum() == before[1].sum()
    steady(z, 3)


# --- the call log ----------------------------------------------------------------------------------------------


def first_attempts(calls):
    return calls[calls["repeat_of"].isna() & calls["redial_of"].isna()]


def test_first_calls_come_at_the_declared_intensity():
    """Given the factors drawn, half hours are Poisson: a chi-square over intervals with 5 and more expected."""
    for seed in range(3):
        world = Telecom.preset("call_centre", customers=4_000, repeat=0.0, desk=CallDesk(days=28))
        case = world.draw(seed)
        calls = first_attempts(case.calls)
        truth = case.truth.arrivals
        seen = calls["arrived"].dt.floor("30min").value_counts().reindex(truth["begins"], fill_value=0).to_numpy()
        mean = (truth["first_calls"] * truth["factor"]).to_numpy()
        enough = mean >= 5
        assert enough.sum() > 300
        chi = ((seen - mean)[enough] ** 2 / mean[enough]).sum()
        freedom = enough.sum()
        assert abs(chi - freedom) < 4 * np.sqrt(2 * freedom + (1 / mean[enough]).sum())
        assert abs(seen.sum() - mean.sum()) < 4 * np.sqrt(mean.sum())


def test_handling_times_are_lognormal_by_reason(busy):
    z = []
    for case in busy:
        calls = case.calls[case.calls["handle_s"].notna()]
        for reason in REASONS:
            taken = calls.loc[calls["reason"] == reason.name, "handle_s"]
            spread = np.sqrt(np.log1p(reason.handle_cv**2))
            z.append((taken.mean() - reason.handle_s) / (reason.handle_s * reason.handle_cv / np.sqrt(len(taken))))
            logs = np.log(taken)
            z.append((logs.mean() - np.log(reason.handle_s) + spread**2 / 2) / (spread / np.sqrt(len(taken))))
            z.append((logs.std() - spread) / (spread / np.sqrt(2 * len(taken))))
    steady(z, 3)


def test_patience_redials_and_the_menu_are_as_declared(busy):
    """Hung up over seconds waited is the hazard of an exponential law, whoever is answered before; whole seconds shift a
    wait by half a second at most on average."""
    z = []
    for case in busy:
        world, calls = case.truth.world, case.calls
        lost, waited = calls["abandoned"].sum(), calls["wait_s"].sum()
        assert lost > 300
        z.append((lost * world.desk.patience_s / waited - 1) * np.sqrt(lost))
        early = calls[calls["abandoned"] & (calls["arrived"] < pd.Timestamp(world.end) - pd.Timedelta(hours=6))]
        again = early.merge(calls, left_on="call_id", right_on="redial_of", suffixes=("", "_next"))
        z.append(z_of_share(len(again), len(early), world.desk.redial))
        hung_up = again["arrived"] + pd.to_timedelta(world.desk.menu_s + again["wait_s"], unit="s")
        pause = (again["arrived_next"] - hung_up).dt.total_seconds()
        z.append((pause.mean() - world.desk.redial_after_s) / (world.desk.redial_after_s / np.sqrt(len(pause))))
        first = first_attempts(calls)
        for reason in REASONS:
            rows = first[first["reason"] == reason.name]
            if reason.self_service:
                # Repeats of contacts from before the log look like first calls and never stay in the menu: few.
                contacts = case.contacts[case.contacts["repeat_of"].notna()]
                rows = rows[~rows["call_id"].isin(contacts["call_id"].dropna())]
                z.append(z_of_share(rows["contained"].sum(), len(rows), reason.self_service))
    steady(z, 3)


def test_declared_load_is_what_agents_work(busy):
    """With nobody hanging up, work done against the declared load. A case has some 6,600 answered calls in chains of
    repeats, with a coefficient of variation of 1.1: a relative standard error of 1.9 %, so 1.1 % for three."""
    world = replace(busy[0].truth.world, customers=4_000, desk=CallDesk(days=40, margin=2.0, patience_s=1e7))
    ratios = []
    for seed in range(3):
        case = world.draw(seed)
        ratios.append(case.calls["handle_s"].sum() / (case.truth.arrivals["offered_load"].sum() * 1800))
    assert np.mean(ratios) == pytest.approx(1, abs=4 * 0.011)
    duty, load = case.duty.groupby("begins")["agents"].sum(), case.truth.arrivals.set_index("begins")["offered_load"]
    assert (duty == np.maximum(1, np.ceil(load + 2 * np.sqrt(load) - 1e-9))).all()


# --- firms and contracts -------------------------------------------------------------------------------------


def test_fees_of_firms_have_the_declared_tail():
    """Maximum likelihood of a Pareto law with known least value: n / sum(log(x / least)), standard error index / sqrt(n)."""
    for index in (1.3, 2.5):
        z = []
        for seed in range(4):
            world = Telecom.preset("key_accounts", customers=6_000, months=2, accounts=KeyAccounts(0.3, index=index))
            case = world.draw(seed)
            firms = case.customers[case.customers["firm"]]
            z.append(z_of_share(len(firms), world.customers, 0.3))
            months = case.months[case.months["customer_id"].isin(firms["customer_id"])]
            fee = months.groupby("customer_id")["fee"].first()
            assert (fee >= 800).all()
            found = len(fee) / np.log(fee / 800).sum()
            z.append((found - index) / (index / np.sqrt(len(fee))))
            relative = (
                months["usage_charge"] / months["fee"] / 0.25 / months["month"].dt.month.map(dict(enumerate(SEASON, 1)))
            )
            relative = relative[months["month"].dt.month != 2]  # the festive month
            z.append((relative.mean() - 1) / (0.5 / np.sqrt(len(relative))))
        steady(z, 4)


LAWS = (ContractLine("a", 0.5, 0.7, 1.2, 10.0), ContractLine("b", 0.5, 3.0, 9.0, 10.0, term_months=6))


def test_renewals_are_shifted_beta_geometric():
    """Of those that come to renewal t, the share r(t) of the paper renews: z by line and term, five worlds."""
    world = Telecom.preset("hosting", customers=4_000, lines=LAWS, reasons=QUIET)
    z = []
    for seed in range(5):
        case = world.draw(seed)
        due = case.renewals.merge(case.contracts, on="contract_id")
        seen = due.groupby(["line", "term"], observed=True)["renewed"].agg(["sum", "size"])
        for row in case.truth.retention.itertuples():
            if (row.line, row.term) in seen.index and seen.loc[(row.line, row.term), "size"] >= 100 and row.term <= 6:
                z.append(z_of_share(*seen.loc[(row.line, row.term)], row.retention))
        own = case.truth.contracts.merge(case.contracts, on="contract_id")
        for line in LAWS:
            chance = own.loc[own["line"] == line.name, "leave_chance"]
            assert stats.kstest(chance, stats.beta(line.alpha, line.beta).cdf).pvalue > 1e-4
    steady(z, 5)


def test_retention_of_the_law_is_the_integral_over_the_beta_law():
    """The second way: E[(1 - p) ** t] by the moments of Beta(beta, alpha)."""
    truth = Telecom.preset("hosting", customers=1, lines=LAWS).draw(1).truth.retention
    for row in truth.itertuples():
        assert row.survival == pytest.approx(stats.beta(row.beta, row.alpha).moment(row.term))


def test_renewals_ahead_come_as_declared():
    """Draw the same contracts for five terms more."""
    world = Telecom.preset(
        "hosting", customers=5_000, months=36, opening_share=1.0, lines=(ContractLine("a", 1.0, 1.0, 4.0, 10.0),)
    )
    z = []
    for seed in range(3):
        case, on = world.draw(seed), longer(world, 36 + 60).draw(seed)
        truth = case.truth.contracts.set_index("contract_id")
        later = on.renewals[on.renewals["due"] > pd.Timestamp(world.end)].groupby("contract_id")["renewed"].sum()
        later = later.reindex(truth.index, fill_value=0)
        assert (later[~truth["alive"]] == 0).all()
        tenth = pd.qcut(truth.loc[truth["alive"], "renewals_ahead"], 5, labels=False)
        off = (later - truth["renewals_ahead"])[truth["alive"]].groupby(tenth)
        z += (off.mean() / off.sem()).tolist()
        assert truth["value_ahead"].to_numpy() == pytest.approx(10 * truth["renewals_ahead"])
    steady(z, 3)
