"""Offers to stay: limits, brute force, the truth of a world, coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from crmkit import plots, worlds
from crmkit.targeting.churn import retention_offer
from tests.helpers.pictures import keeps_the_laws

SEEN = pd.Series([0.02, 0.1, 0.3, 0.6], index=list("abcd"), name="leaves")


def test_the_offer_is_made_where_a_simulated_customer_brings_more_with_it():
    """200,000 lives of each customer; four standard errors of the mean difference."""
    rng = np.random.default_rng(1)
    found = retention_offer(SEEN, effect=-0.7, error=0.0, value=200.0, cost=8.0, cost_if_stays=5.0)
    for row in found.customers.itertuples():
        lot = rng.random(200_000)
        without = np.where(lot < row.leaves, -200.0, 0.0)
        with_ = np.where(lot < expit(logit(row.leaves) - 0.7), -200.0, -5.0) - 8.0
        gap = with_ - without
        assert abs(gap.mean() - row.gain) < 4 * gap.std() / np.sqrt(len(gap))
        assert row.offered == (row.gain > 0)
    assert found.gain == pytest.approx(found.customers.loc[found.customers["offered"], "gain"].sum())
    assert found.low == found.gain == found.high, "a known effect has no interval"


def test_what_changes_nothing_is_offered_to_nobody_and_what_costs_nothing_to_all():
    nothing = retention_offer(SEEN, effect=0.0, error=0.2, value=1e6, cost=1e-3)
    assert nothing.offered == 0 and nothing.gain == 0 == nothing.low
    everyone = retention_offer(SEEN, effect=-0.1, error=0.0, value=1.0, cost=0.0)
    assert everyone.offered == 4 and everyone.gain == everyone.gain_of_all
    # Who surely stays or surely leaves is not changed: the offer is lost on both.
    ends = retention_offer(pd.Series([0.0, 1.0]), effect=-3.0, error=0.1, value=1e4, cost=2.0)
    assert ends.customers["gain"].tolist() == [-2.0, -2.0]
    # The most likely to leave is not the one to ask, where another is more easily kept.
    moved = retention_offer(SEEN, effect=[-0.1, -1.0, -1.0, -0.05], error=0.0, value=100.0, cost=4.0)
    assert moved.customers["offered"].tolist() == [False, True, True, False]


def test_the_interval_holds_the_gain_as_often_as_it_says():
    """The effect is estimated with its error 1,000 times; who is asked is fixed by a high value. Four standard errors."""
    rng, inside = np.random.default_rng(2), []
    for guess in rng.normal(-0.8, 0.2, 1_000):
        found = retention_offer(SEEN, effect=guess, error=0.2, value=5_000.0, cost=1.0)
        true = retention_offer(SEEN, effect=-0.8, error=0.0, value=5_000.0, cost=1.0).gain_of_all
        inside.append(found.low <= true <= found.high)
    assert abs(np.mean(inside) - 0.95) < 0.03


def test_the_offer_of_the_telecom_world_is_worth_what_the_world_declares():
    """Effects by group from the trial, chances from the truth: the interval of the total holds the gain that was true."""
    case = worlds.Telecom(customers=12_000).draw(seed=3)
    truth = case.truth.offers.set_index("customer_id")
    trial = case.offers.set_index("customer_id").join(case.customers.set_index("customer_id")[["prepaid", "left"]])
    start = trial["day"]
    gone = (trial["left"] >= start) & (trial["left"] < start + pd.DateOffset(months=3))
    effect, error = pd.Series(0.0, index=trial.index), pd.Series(0.0, index=trial.index)
    for prepaid in (True, False):
        group = trial["prepaid"] == prepaid
        table = [(group & (trial["treated"] == t) & (gone == g)).sum() for t in (True, False) for g in (True, False)]
        assert min(table) > 5
        effect[group] = np.log(table[0] * table[3] / (table[1] * table[2]))
        error[group] = np.sqrt(sum(1 / np.array(table)))
    leaves = truth["leave_without"].reindex(trial.index)
    found = retention_offer(leaves, effect=effect, error=error, value=600.0, cost=20.0)
    saved = (truth["leave_without"] - truth["leave_with"]).reindex(trial.index)
    true = (600.0 * saved - 20.0)[found.customers["offered"]].sum()
    assert 0 < found.offered < len(trial)
    assert found.low < true < found.high
    assert found.gain > found.gain_of_all and true > (600.0 * saved - 20.0).sum()
    keeps_the_laws(plots.retention_offer, found)


@pytest.mark.parametrize(
    ("leaves", "change", "match"),
    [
        ([0.1], {}, "leaves is a list"),
        (pd.Series([0.1, 30.0]), {}, "leaves holds 30"),
        (pd.Series([0.1, np.nan]), {}, "leaves"),
        (SEEN, {"effect": "strong"}, "effect='strong'"),
        (SEEN, {"effect": [-1.0, -2.0]}, "effect has 2"),
        (SEEN, {"error": -0.1}, "error=-0.1"),
        (SEEN, {"value": -5}, "value=-5"),
        (SEEN, {"cost": np.nan}, "cost=nan"),
        (SEEN, {"level": 95}, "level=95"),
    ],
)
def test_unsound_offers_are_named(leaves, change, match):
    with pytest.raises((ValueError, TypeError), match=match):
        retention_offer(leaves, **{"effect": -0.5, "error": 0.1, "value": 100.0, "cost": 5.0, **change})
