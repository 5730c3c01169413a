"""Movers: two adjoining periods, added up as a loop does."""

import numpy as np
import pandas as pd
import pytest

from crmkit.segments import movers


def a_log(rng, rows=300):
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, 40, size=rows),
            "day": np.datetime64("2025-01-01", "m") + rng.integers(0, 300 * 1440, size=rows).astype("timedelta64[m]"),
            "amount": np.round(rng.normal(20, 30, size=rows), 2),
        }
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("days", [1, 7, 90])
def test_both_periods_are_added_up_as_a_loop_does(seed, days):
    """Also where the log has times of day: a day belongs to one period whole."""
    log = a_log(np.random.default_rng(seed))
    last = max(log["day"].dt.date)
    sums = {}
    for who, when, amount in log.itertuples(index=False):
        age = (last - when.date()).days
        if age < 2 * days:
            sums.setdefault(who, [0.0, 0.0])[int(age < days)] += amount
    found = movers(log, days=days)
    assert set(found.index) == set(sums)
    for who, (before, after) in sums.items():
        assert found.loc[who, ["before", "after", "change"]].tolist() == pytest.approx(
            [before, after, after - before], abs=1e-9
        )
    assert found["change"].is_monotonic_decreasing


def test_articles_move_as_customers_do():
    log = a_log(np.random.default_rng(9)).rename(columns={"customer_id": "item", "day": "日期", "amount": "£"})
    found = movers(log, who="item", when="日期", amount="£")
    assert found.index.name == "item"
    as_category = movers(log.assign(item=log["item"].astype("category")), who="item", when="日期", amount="£")
    assert as_category["change"].tolist() == found["change"].tolist()


@pytest.mark.parametrize("days", [0, -1, 1.5, True, "90"])
def test_lengths_that_do_not_fit_are_refused(days):
    with pytest.raises(ValueError, match=r"days=.* must be a whole number, 1 or more"):
        movers(a_log(np.random.default_rng(1)), days=days)


def test_unsound_rows_are_refused_by_name():
    log = a_log(np.random.default_rng(1))
    with pytest.raises(ValueError, match=r"rows lacks \['day'\]"):
        movers(log.drop(columns="day"))
    with pytest.raises(ValueError, match=r"rows\['day'\] is of type str"):
        movers(log.assign(day=log["day"].astype(str)))
    with pytest.raises(ValueError, match=r"rows\['amount'\] is missing or infinite"):
        movers(log.assign(amount=np.nan))


def test_an_empty_log_has_no_movers():
    assert len(movers(a_log(np.random.default_rng(1)).iloc[:0])) == 0
