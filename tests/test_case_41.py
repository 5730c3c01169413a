"""The steps of case 41 against second ways."""

import numpy as np
import pandas as pd
import pytest

from crmkit.checks.case_41 import steps


@pytest.fixture(scope="module")
def case():
    return steps.case(7)


def test_true_chances_agree_with_a_simulated_year():
    rng, n, law = np.random.default_rng(3), 200_000, steps.LINES
    for start, told in zip((True, False), steps._next_year(), strict=True):
        sick, broke = np.full(n, start), np.zeros(n, dtype=bool)
        for _ in range(12):
            sick |= rng.random(n) < 1 - np.exp(-law.distress_per_year / 12)
            broke |= rng.random(n) < np.where(sick, law.default_in_distress, law.default_per_month)
        # Four standard errors of the simulated share.
        assert abs(broke.mean() - told) < 4 * np.sqrt(told * (1 - told) / n)


def test_the_spread_is_that_of_the_analysis_of_variance(case):
    people = steps.traders(case)
    of, var = people.groupby("broker_id")["rate"].size(), people.groupby("broker_id")["rate"].var().fillna(0)
    assert steps.spread(people) ** 2 == pytest.approx(((of - 1) * var).sum() / (of - 1).sum(), rel=1e-9)


def test_every_trade_is_counted_once(case):
    people = steps.traders(case)
    assert people[["trades_2024", "trades_2025"]].to_numpy().sum() == len(case.trades)
    both = people["commission_2024"].sum() + people["commission_2025"].sum()
    assert both == pytest.approx(case.trades["commission"].sum())
    assert steps.books(case)["commission"].sum() == pytest.approx(both)


def test_chances_are_told_by_the_year_before_and_offered_by_this_year(case):
    told, cards = steps.chances(case), case.cards.set_index("customer_id")
    assert told["customers"].sum() == len(cards) and told["defaults"].sum() == cards["defaulted_2025"].sum()
    never = cards["over_2024"] == 0  # of the year of the defaults itself it would be a leak
    assert (
        told["customers"].iloc[0] == never.sum()
        and told["defaults"].iloc[0] == cards.loc[never, "defaulted_2025"].sum()
    )
    assert (told["low"] < told["chance"]).all() and (told["chance"] < told["high"]).all()
    offers = steps.offers(case)
    assert not cards.loc[offers.index, "defaulted_2025"].any()
    often = cards.loc[offers.index, "over_2025"] >= 3
    assert ((offers["group"] == steps.MONTHS_OVER[2]) == often).all()


def test_a_loan_at_the_border_loses_its_call():
    loan, chance = pd.Series([4_000.0]), pd.Series([steps.EARNS / steps.LOSES])
    assert steps.gain(loan, chance).iloc[0] == pytest.approx(-steps.CALL)


def test_a_list_gains_what_its_calls_gain_and_its_ends_hold_it(case):
    offers = steps.offers(case)
    lists = {"some": offers.nlargest(50, "loan"), "all": offers}
    found = steps.list_gains(case, lists)
    for name, one in lists.items():
        assert found.at[name, "gain"] == pytest.approx(one["gain"].sum())
        assert found.at[name, "low"] < found.at[name, "gain"] < found.at[name, "high"]


def test_nobody_in_default_before_2025_is_in_a_book(case):
    known = case.truth.traders["customer_id"]
    assert set(case.books["customer_id"]) == set(case.customers["customer_id"]) == set(known)
    assert set(case.trades["customer_id"]) <= set(known)
