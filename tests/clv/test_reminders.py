"""Reminders of contracts: worth of one saved against a simulation and hand sums, and what must not happen."""

import numpy as np
import pandas as pd
import pytest

from crmkit import clv

LAW = clv.ShiftedBetaGeometric(0.8, 2.0)


@pytest.fixture(scope="module")
def fit():
    return clv.fit_sbg(LAW.draw(np.full(6_000, 7), seed=4))


def test_worth_of_one_saved_is_what_a_simulation_sees(fit):
    """Contracts with chances of their own: those who would go at the third renewal are kept once, then left to themselves."""
    rng, n, discount = np.random.default_rng(1), 2_000_000, 0.1
    chance = rng.beta(fit.model.alpha, fit.model.beta, n)
    at = rng.geometric(chance)  # the renewal at which it goes
    going, later = chance[at == 3], chance[at > 3]
    found = clv.reminders(pd.Series([2]), fit, margin=1.0, saves=1.0, cost=0.0, discount=discount).iloc[0]

    def worth(own):
        # A contract renewed now, then with chance 1 - own each year: a geometric sum.
        stays = (1 - own) / (1 + discount)
        each = 1 / (1 - stays)
        return each.mean(), 4 * each.std() / np.sqrt(len(each))

    for own, name in ((going, "worth"), (later, "worth_of_renewed")):
        mean, error = worth(own)
        assert found[name] == pytest.approx(mean, abs=error)
    share = len(going) / (len(going) + len(later))
    assert found["leaves"] == pytest.approx(share, abs=4 * np.sqrt(share / len(going)))
    assert found["gain"] == pytest.approx(found["leaves"] * found["worth"])


def test_laws(fit):
    terms = pd.Series([0, 1, 5, 0], index=list("abcd"))
    same = {"margin": 50.0, "cost": 2.0, "discount": 0.1}
    found = clv.reminders(terms, fit, saves=0.2, **same)
    assert list(found.index) == list("abcd") and found.loc["a"].equals(found.loc["d"])
    assert (found["worth"] < found["worth_of_renewed"]).all(), "who was about to go is likelier to go again"
    assert found["leaves"].loc[list("abc")].is_monotonic_decreasing
    assert ((found["low"] < found["gain"]) & (found["gain"] < found["high"])).all()
    # At the break-even share the gain is 0.
    at_even = clv.reminders(terms, fit, saves=float(found.loc["a", "break_even"]), **same)
    assert at_even.loc["a", "gain"] == pytest.approx(0, abs=1e-9)
    # Twice the margin and twice the cost: twice the gain.
    twice = clv.reminders(terms, fit, saves=0.2, margin=100.0, cost=4.0, discount=0.1)
    assert twice["gain"].to_numpy() == pytest.approx(2 * found["gain"].to_numpy())
    # One term alone counts: what is saved is its margin.
    once = clv.reminders(terms, fit, saves=0.2, horizon=1, **same)
    assert once["worth"].tolist() == [50.0] * 4
    assert (clv.reminders(terms, fit, saves=0.0, **same)["gain"] == -2.0).all()
    assert (clv.reminders(terms, fit, saves=0.2, margin=50.0, cost=0.0, discount=0.1)["break_even"] == 0).all()


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Coverage over 60 draws of a known law: at 90 %, at least 46 of 60 (chance of fewer: below 0.001)."""
    due, hits = pd.Series([1]), 0
    true_leaves = 1 - float(LAW.retention([2])[0])
    true_worth = 1 + float(clv.ShiftedBetaGeometric(1.8, 3.0).renewals_ahead([0], discount=0.1)[0])
    for seed in range(60):
        own = clv.fit_sbg(LAW.draw(np.full(800, 6), seed=seed))
        found = clv.reminders(due, own, margin=1.0, saves=1.0, cost=0.0, discount=0.1, level=0.9).iloc[0]
        hits += found["low"] <= true_leaves * true_worth <= found["high"]
    assert hits >= 46


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"terms": [1, 2]}, "expected a Series"),
        ({"terms": pd.Series([1.5])}, "whole numbers"),
        ({"terms": pd.Series([-1])}, "terms"),
        ({"saves": 12}, "saves=12"),
        ({"cost": -1.0}, "cost=-1"),
        ({"margin": float("nan")}, "margin"),
        ({"horizon": 0}, "horizon=0"),
        ({"discount": -0.1}, "discount"),
    ],
)
def test_unsound_arguments_are_told(fit, changes, says):
    sound = {"terms": pd.Series([0, 1]), "margin": 50.0, "saves": 0.1, "cost": 2.0, "discount": 0.1} | changes
    with pytest.raises((TypeError, ValueError), match=says):
        clv.reminders(sound.pop("terms"), fit, **sound)
