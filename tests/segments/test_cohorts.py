"""Cohorts: against a loop over customers and calendar months."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import worlds
from crmkit.segments import cohorts

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def a_log(rng, customers=80, rows=400):
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, customers, size=rows),
            "day": np.datetime64("2023-11-15") + rng.integers(0, 500, size=rows).astype("timedelta64[D]"),
            "amount": rng.choice([10.0, 80.0, -10.0], size=rows, p=[0.5, 0.3, 0.2]),
        }
    )


def by_hand(log, months):
    """{(first day of the cohort, periods later): (customers, active)} from sets of customers."""
    bought = log[log["amount"] > 0]
    number = {}
    for who, day, _ in bought.itertuples(index=False):
        number.setdefault(who, set()).add((day.year * 12 + day.month - 1) // months)
    last = max(max(periods) for periods in number.values())
    found = {}
    for cohort in {min(periods) for periods in number.values()}:
        members = [periods for periods in number.values() if min(periods) == cohort]
        start = dt.datetime(cohort * months // 12, cohort * months % 12 + 1, 1)
        for later in range(last - cohort + 1):
            found[(start, later)] = (len(members), sum(cohort + later in periods for periods in members))
    return found


@pytest.mark.parametrize("period", MONTHS)
@pytest.mark.parametrize("seed", range(5))
def test_cohorts_are_counted_as_a_loop_counts_them(period, seed):
    log = a_log(np.random.default_rng(seed))
    found = cohorts(log, period=period)
    told = {(row.cohort.to_pydatetime(), row.period): (row.customers, row.active) for row in found.itertuples()}
    assert told == by_hand(log, MONTHS[period])
    assert found[["cohort", "period"]].apply(tuple, axis=1).is_monotonic_increasing


def test_everyone_buys_at_the_beginning_and_belongs_to_one_cohort():
    log = a_log(np.random.default_rng(6))
    found = cohorts(log)
    start = found[found["period"] == 0]
    assert (start["share"] == 1).all()
    assert start["customers"].sum() == log[log["amount"] > 0]["customer_id"].nunique()
    np.testing.assert_allclose(found["share"], found["active"] / found["customers"])
    for row in found.itertuples():
        witness = stats.binomtest(row.active, row.customers).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((witness.low, witness.high))


def test_returns_neither_begin_nor_continue_anything():
    log = a_log(np.random.default_rng(7))
    pd.testing.assert_frame_equal(cohorts(log), cohorts(log[log["amount"] > 0]))


def test_a_world_that_nobody_leaves_keeps_its_share_active():
    """One kind, no seasons, nobody leaves: in each whole month later a member buys with the chance 1 - E exp(-rate 1/12),
    which for gamma rates is 1 - (1 + mean / (12 shape)) ** -shape. Three standard errors, months of 28 to 31 days."""
    kind = worlds.Kind("steady", 1.0, 6.0, 2.0, 1e-6, 5.0, 1.5, 0.0, 0.0)
    world = worlds.Retail(customers=4_000, kinds=(kind,), joining_share=0.04, campaign=None, rules=(), return_share=0)
    found = cohorts(world.draw(3).transactions)
    first = found[(found["cohort"] == "2024-01-01") & found["period"].between(1, 23)]
    lengths = (first["cohort"].dt.to_period("M") + first["period"].to_numpy()).map(lambda month: month.days_in_month)
    wanted = 1 - (1 + 6.0 * lengths / 365 / 2.0) ** -2.0
    error = np.sqrt((wanted * (1 - wanted) / first["customers"]).to_numpy())
    z = (first["share"] - wanted).to_numpy() / error
    assert abs(z).max() < 4 and abs(z.mean()) < 3  # months share their members, so the mean is not averaged down


def test_a_log_of_one_purchase_and_unknown_periods():
    one = pd.DataFrame({"customer_id": ["x"], "day": pd.to_datetime(["2025-03-31 23:00"]), "amount": [3.0]})
    assert cohorts(one)[["period", "customers", "active"]].to_numpy().tolist() == [[0, 1, 1]]
    with pytest.raises(ValueError, match="period='week' must be one of"):
        cohorts(one, period="week")
    with pytest.raises(ValueError, match="no purchase"):
        cohorts(one.assign(amount=-3.0))
