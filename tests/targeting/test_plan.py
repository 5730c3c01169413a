"""The contact plan: brute force, an exact programme, prices by solving again, laws, and refusals."""

import os
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from crmkit.targeting.contacts import days_since, greedy, plan
from crmkit.targeting.contacts.quiet import quiet

CHANNELS = ["phone", "mail", "email"]


def draw(n, seed, channels=CHANNELS):
    rng, k = np.random.default_rng(seed), len(channels)
    rows = pd.DataFrame({"customer_id": np.repeat(np.arange(n), k), "channel": np.tile(channels, n)})
    rows["gain"] = rng.gamma(2, 5, n * k) - 3
    rows["minutes"] = np.where(rows["channel"] == "phone", rng.uniform(5, 20, n * k), 0.0)
    rows["cost"] = rng.uniform(0.1, 2, n * k)
    rows["segment"] = np.repeat(rng.choice(["a", "b"], n), k)
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_of_a_few_customers_is_better(seed):
    rows = draw(6, seed)
    limit = {"hours": 0.4, "budget": 4.0, "capacity": {"mail": 2}, "least": {"email": 2}}
    best = -np.inf
    for pick in product(range(4), repeat=6):
        made = rows.iloc[[3 * who + one for who, one in enumerate(pick) if one < 3]]
        by = made["channel"].value_counts()
        if (
            made["minutes"].sum() <= 24
            and made["cost"].sum() <= 4
            and by.get("mail", 0) <= 2
            and by.get("email", 0) >= 2
        ):
            best = max(best, made["gain"].sum())
    if best == -np.inf:
        with pytest.raises(ValueError, match="no plan"):
            plan(rows, **limit)
        return
    found = plan(rows, **limit)
    assert found.gain == pytest.approx(best) and found.bound >= best - 1e-9


def test_many_customers_come_near_an_exact_programme():
    n = 6_000  # more than the first programme takes in
    rows = draw(n, 2)
    found = plan(rows, hours=100.0, budget=2_500.0, capacity={"email": 1_000})
    use = np.array([rows["minutes"] / 60, rows["cost"], rows["channel"] == "email"], dtype=float)
    from scipy.sparse import csr_matrix

    once = csr_matrix((np.ones(3 * n), (rows["customer_id"], np.arange(3 * n))))
    exact = milp(
        -rows["gain"],
        constraints=[LinearConstraint(use, ub=[100, 2_500, 1_000]), LinearConstraint(once, ub=1)],
        bounds=Bounds(0, 1),  # split customers: the bound that no plan passes
    )
    assert found.gain <= -exact.fun + 1e-6 <= found.bound + 1e-5
    assert found.gap < 1e-3 and found.gain == pytest.approx(-exact.fun, rel=1e-3)
    assert not found.contacts["customer_id"].duplicated().any()
    assert (found.limits["used"] <= found.limits["at_most"] + 1e-6).all()
    assert greedy(rows, hours=100.0, budget=2_500.0, capacity={"email": 1_000}).gain < found.gain


@pytest.mark.parametrize("seed", range(3))
def test_whole_customers_are_as_good_as_the_integer_programme(seed):
    """120 customers, solved to the end by branch and bound: ours is within what its gap says, here 1e-4."""
    from scipy.sparse import csr_matrix

    rows = draw(120, 20 + seed)
    found = plan(rows, hours=4.0, budget=60.0, capacity={"email": 25})
    use = np.array([rows["minutes"] / 60, rows["cost"], rows["channel"] == "email"], dtype=float)
    once = csr_matrix((np.ones(360), (rows["customer_id"], np.arange(360))))
    exact = milp(
        -rows["gain"],
        constraints=[LinearConstraint(use, ub=[4.0, 60.0, 25]), LinearConstraint(once, ub=1)],
        bounds=Bounds(0, 1),
        integrality=np.ones(360),
        options={"mip_rel_gap": 1e-5},
    )
    assert found.gain <= -exact.fun * (1 + 2e-5) and found.gain >= -exact.fun * (1 - 2e-3)
    assert found.bound >= -exact.fun - 1e-6 and found.gain >= found.bound * (1 - found.gap - 1e-9)


def test_a_solver_that_prints_is_silenced(capfd):
    with quiet():
        os.write(1, b"noise")
    os.write(1, b"heard")
    assert capfd.readouterr().out == "heard"


def test_a_price_is_what_one_more_hour_brings():
    rows = draw(2_000, 3)
    one, more = (plan(rows, hours=hours) for hours in (40.0, 41.0))
    # Concave in hours: the next one brings at most the price, and of 41 nearly as much.
    price = one.limits.at["hours", "price"]
    assert more.limits.at["hours", "price"] <= price + 1e-9
    assert more.bound - one.bound == pytest.approx(price, rel=0.05)


def test_preference_cadence_and_fatigue_close_contacts():
    rows = draw(50, 4).assign(allowed=lambda r: r["channel"] != "mail", recent=1)
    rows["days_since"] = np.where(rows["customer_id"] < 10, 3.0, np.nan)
    found = plan(rows, cadence_days=14, fatigue=0.5)
    assert set(found.contacts["channel"]) <= {"phone", "email"} and found.contacts["customer_id"].min() >= 10
    assert found.left_out.to_dict() == {"not allowed": 50, "too soon": 20}
    joined = found.contacts.merge(rows, on=["customer_id", "channel"])
    np.testing.assert_allclose(joined["gain_x"] + joined["cost_y"], (joined["gain_y"] + joined["cost_y"]) / 2)


def test_least_numbers_and_weeks_are_kept():
    rows = draw(40, 5)
    weeks = pd.concat([rows.assign(period=week) for week in (1, 2)])
    found = plan(weeks, capacity=5, least={"phone": 4}, least_in={"a": 6})
    assert (found.contacts["period"].value_counts() <= 5).all() and len(found.contacts) == 10
    assert (found.contacts["channel"] == "phone").sum() >= 4
    assert found.contacts["customer_id"].isin(rows.loc[rows["segment"] == "a", "customer_id"]).sum() >= 6
    assert found.limits["at_least"].notna().sum() == 2
    assert (found.limits["used"] >= found.limits["at_least"])[found.limits["at_least"].notna()].all()


def test_chosen_gains_promise_too_much_and_expected_does_not():
    """Truth known: over 40 plans expected is right within three standard errors of its mean, the promise is above."""
    promised, brought, expected = [], [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        truth = rng.normal(1, 2, 500)
        rows = pd.DataFrame({"customer_id": range(500), "channel": "phone", "gain": truth + rng.normal(0, 3, 500)})
        found = plan(rows.assign(gain_error=3.0), capacity=100)
        promised.append(found.gain)
        expected.append(found.expected)
        brought.append(truth[found.contacts["customer_id"]].sum())
        assert found.low < found.gain < found.high
    off = np.array(expected) - brought
    assert abs(off.mean()) < 3 * off.std() / np.sqrt(40)
    assert np.mean(promised) > 1.5 * np.mean(brought)


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        ({}, {"hours": {"phone": 1}, "least": {"phone": 30}}, "phone .* would have to be"),
        ({}, {"hours": {"fax": 1}}, "hours names"),
        ({"gain": np.nan}, {}, "gain"),
        ({"minutes": -1.0}, {"hours": 1}, "minutes"),
        ({"allowed": 1}, {}, "expected True and False"),
        ({"allowed": False}, {"least": {"mail": 1}}, "no plan keeps all limits"),
        ({}, {"cadence_days": 7}, "lacks 'days_since'"),
        ({}, {"fatigue": 0.5}, "lacks 'recent'"),
        ({}, {"fatigue": 2}, "fatigue=2"),
        ({}, {"budget": -1}, "budget=-1"),
        ({"customer_id": 1}, {}, "rows twice"),
    ],
)
def test_bad_input_is_named(change, options, match):
    with pytest.raises(ValueError, match=match):
        plan(draw(40, 6).assign(**change), **options)


def test_a_contact_of_the_last_period_keeps_a_customer_free_for_as_long_as_the_cadence_says():
    """Three months planned one after the other, each handed the contacts made so far: no two within 45 days."""
    months = pd.date_range("2025-01-01", periods=6, freq="MS")
    frame = pd.DataFrame({"customer_id": np.arange(30), "channel": "phone", "gain": np.arange(30) + 1.0})
    made = pd.Series(dtype="datetime64[ns]")
    days = []
    for day in months:
        since = days_since(frame, made, day)
        chosen = plan(frame.assign(days_since=since), capacity=20, cadence_days=45).contacts["customer_id"]
        made = pd.concat([made, pd.Series(day, index=chosen)])
        days.append(pd.DataFrame({"customer_id": chosen, "day": day}))
    gaps = pd.concat(days).sort_values("day").groupby("customer_id")["day"].diff().dropna().dt.days
    assert gaps.min() >= 45 and gaps.max() < 100
    assert len(days[0]) == 20 and len(days[1]) == 10 and len(days[2]) == 20  # those of January rest in February


def test_cadence_counts_to_the_day_of_each_period_of_a_plan():
    frame = pd.DataFrame(
        {"customer_id": [1, 1, 2, 2], "channel": "mail", "period": ["a", "b"] * 2, "gain": [2.0, 1.0, 2.0, 1.0]}
    )
    made = pd.Series(pd.to_datetime(["2025-04-20", "2025-01-01"]), index=[1, 1])
    since = days_since(frame, made, {"a": "2025-05-01", "b": "2025-06-01"})
    found = plan(frame.assign(days_since=since), cadence_days=30)
    assert found.contacts[["customer_id", "period"]].to_numpy().tolist() == [[1, "b"], [2, "a"]]
    assert found.left_out.to_dict() == {"too soon": 1}


@pytest.mark.parametrize(
    ("made", "on", "match"),
    [
        (pd.Series(["2025-01-01"], index=[1]), "2025-05-01", "Series of days"),
        (pd.Series(pd.to_datetime(["2025-01-01"]), index=[1]), "soon", "on='soon' is no day"),
        (pd.Series(pd.to_datetime(["2025-01-01"]), index=[1]), 7, "on=7 is no day"),
        (pd.Series(pd.to_datetime(["2025-01-01"]), index=[1]), {"x": "2025-05-01"}, "no day for the period 'a'"),
        (pd.Series(pd.to_datetime(["2025-06-01"]), index=[1]), "2025-05-01", "customer 1 lies 31 days after"),
    ],
)
def test_unsound_last_contacts_are_named(made, on, match):
    frame = pd.DataFrame({"customer_id": [1], "channel": "mail", "period": "a", "gain": 1.0})
    with pytest.raises((ValueError, TypeError), match=match):
        days_since(frame, made, on)
