"""Migration: everyone is somewhere on both days, and the counts are those of a loop."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit.segments import SEGMENTS, migration, rfm

NOT_YET = "not yet a customer"


def a_log(rng, customers=60, rows=400):
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, customers, size=rows),
            "day": np.datetime64("2025-01-01") + rng.integers(0, 365, size=rows).astype("timedelta64[D]"),
            "amount": rng.choice([10.0, 25.0, 80.0, -10.0], size=rows, p=[0.4, 0.3, 0.2, 0.1]),
        }
    )


@pytest.mark.parametrize("seed", range(6))
def test_ways_are_counted_as_a_loop_counts_them(seed):
    log = a_log(np.random.default_rng(seed))
    found = migration(log, "2025-04-01", "2025-12-31", bins=4)
    early = rfm(log[log["day"] <= "2025-04-01"], "2025-04-01", 4)["segment"].to_dict()
    late = rfm(log, "2025-12-31", 4)["segment"].to_dict()
    ways = Counter((early.get(who, NOT_YET), late[who]) for who in late)
    told = {(row.before, row.after): row.customers for row in found.itertuples()}
    assert {way: n for way, n in told.items() if n} == dict(ways)
    assert found["customers"].sum() == len(late)  # nobody lost, nobody twice
    # Every pair of the segments that occur, once.
    assert len(found) == found["before"].nunique() * found["after"].nunique()


def test_shares_of_one_beginning_sum_to_one_with_wilson_intervals():
    found = migration(a_log(np.random.default_rng(9)), "2025-06-01", "2025-12-31")
    assert found.groupby("before")["share"].sum().to_numpy() == pytest.approx(1)
    for row in found.itertuples():
        began = found.loc[found["before"] == row.before, "customers"].sum()
        witness = stats.binomtest(row.customers, began).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((witness.low, witness.high))


def test_segments_stand_in_their_order_and_newcomers_last():
    found = migration(a_log(np.random.default_rng(10), customers=300, rows=900), "2025-06-01", "2025-12-31")
    for side in ("before", "after"):
        names = found[side].drop_duplicates().tolist()
        known = [name for name in names if name in SEGMENTS]
        assert known == sorted(known, key=SEGMENTS.index)
    assert NOT_YET in set(found["before"]) and NOT_YET not in set(found["after"])


def test_returns_alone_are_a_place_to_come_from():
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, 2],
            "day": pd.to_datetime(["2025-01-01", "2025-06-01", "2025-01-01", "2025-05-01"]),
            "amount": [-5.0, 20.0, 10.0, 10.0],
        }
    )
    found = migration(log, "2025-02-01", "2025-07-01")
    assert found.loc[found["before"] == "returns only", "customers"].sum() == 1


def test_nothing_happens_without_events_and_recency_groups():
    """Between two days without a purchase all recencies grow alike, so nobody moves."""
    log = a_log(np.random.default_rng(11))
    found = migration(log, "2026-01-01", "2026-03-01")
    assert (found.loc[found["before"] != found["after"], "customers"] == 0).all()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2025-06-01", "2025-06-01", "before='2025-06-01' must be earlier than after='2025-06-01'"),
        ("2025-07-01", "2025-06-01", "must be earlier"),
        ("soon", "2025-06-01", "before='soon' is no date"),
        ("2025-06-01", None, "after=None is no date"),
        (pd.Timestamp("2025-06-01", tz="UTC"), "2025-07-01", "before=.* without a time zone"),
        ("2019-01-01", "2025-06-01", "lies before the first transaction"),
    ],
)
def test_days_that_do_not_fit_are_refused_by_name(before, after, said):
    with pytest.raises(ValueError, match=said):
        migration(a_log(np.random.default_rng(1)), before, after)
